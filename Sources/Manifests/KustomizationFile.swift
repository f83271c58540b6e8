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

  /// The kustomization file of a directory, if it has one that is parsed.
  package func kustomizationFile(in directory: String) -> FileID? {
    KustomizationFile.paths(in: directory).lazy.compactMap { self.file(at: $0) }.first
  }
}
