package import SourceText
package import YAMLSyntax

/// What kustomize takes for the kustomization file of a directory.
package enum KustomizationFile {
  /// In the order in which they are looked for (api/konfig/general.go).
  package static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// Whether a path is that of a kustomization file, by its name alone.
  package static func isOne(_ path: String) -> Bool {
    names.contains { path.hasSuffix($0) && (path.utf8.count == $0.utf8.count || path.hasSuffix("/" + $0)) }
  }

  /// Parses a file of this name. kustomize reads its first document and nothing else.
  package static func parse(_ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits())
    -> YAMLTree
  {
    let cut = YAMLParser.parse(source, file: file, tree: tree, limits: limits)
    return cut.isBroken ? YAMLParser.parseFirst(source, file: file, tree: tree, limits: limits) : cut
  }

  /// The paths that a directory's kustomization file may have.
  package static func paths(in directory: String) -> [String] {
    directory.isEmpty ? names : names.map { "\(directory)/\($0)" }
  }
}

extension SourceSet {
  /// Parses a file as what reads it does.
  static func parse(
    _ source: [UInt8], at path: String, file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits()
  ) -> YAMLTree {
    let cut = YAMLParser.parse(source, file: file, tree: tree, limits: limits)
    guard cut.isBroken, KustomizationFile.isOne(path) else { return cut }
    return YAMLParser.parseFirst(source, file: file, tree: tree, limits: limits)
  }

  /// The first document of a file that is no resource, whatever its name is, and what is wrong with it.
  package func firstDocument(of file: FileID) -> (root: NodeRef?, problems: [YAMLProblem]) {
    let first = documents(of: file).first
    if !forest.trees[Int(allFiles[Int(file.index)].tree)].isBroken, !isBehindNothing(first, in: file) {
      return (first?.root, problems(of: file).filter { $0.document == 0 })
    }
    let tree = YAMLParser.parseFirst(bytes(of: file), file: file, tree: forest.nextTreeIndex)
    _ = forest.append(tree)
    return (tree.documents.first?.root, tree.problems)
  }

  /// Whether a document without content stands before this one: a file that is cut at its separators has no trace of it.
  private func isBehindNothing(_ document: YAMLDocument?, in file: FileID) -> Bool {
    guard let start = document?.range.bounds.lowerBound, start > 0 else { return false }
    return bytes(of: file).withUnsafeBufferPointer { text in
      var separators = text[start...].starts(with: "---".utf8) ? 1 : 0
      for line in text[..<start].split(separator: UInt8(ascii: "\n")) where line.starts(with: "---".utf8) {
        separators += 1
      }
      return separators > 1
    }
  }

  /// The kustomization file of a directory, if it has one that is parsed.
  package func kustomizationFile(in directory: String) -> FileID? {
    KustomizationFile.paths(in: directory).lazy.compactMap { self.file(at: $0) }.first
  }
}
