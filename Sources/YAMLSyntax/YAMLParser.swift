package import SourceText

/// Reads YAML text into trees. Bad text never throws: it is in `YAMLTree.problems`, and the documents around it are read.
///
/// A file is cut into documents as kustomize does it, and each is read on its own: by `BlockScanner` if it can, else with
/// libyaml.
package enum YAMLParser {
  /// Parses one file.
  ///
  /// - Parameters:
  ///   - source: the bytes of the file.
  ///   - file: its id; ranges of nodes and problems are in it.
  ///   - tree: the index the tree will have in its forest.
  ///   - limits: what to refuse.
  ///   - scansFirst: false to have libyaml read everything: the tree is the same, which is what tests and `fuzz` look at.
  package static func parse(
    _ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits(), scansFirst: Bool = true
  ) -> YAMLTree {
    read(
      source, file: file, tree: tree, limits: limits, looksBehind: true, scansFirst: scansFirst, cut: DocumentPiece.cut)
  }

  /// Parses the first document of a file that is not cut, as go-yaml reads all files but those of resources.
  ///
  /// It is the first one of `parse` too where that finds nothing wrong: they differ where a directive stands before the
  /// first `---`, and where a line begins with three dashes that are no marker. What comes after it is not looked at.
  package static func parseFirst(
    _ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits(), scansFirst: Bool = true
  ) -> YAMLTree {
    read(source, file: file, tree: tree, limits: limits, looksBehind: false, scansFirst: scansFirst) { text in
      [DocumentPiece(range: 0..<text.count)]
    }
  }

  private static func read(
    _ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits, looksBehind: Bool, scansFirst: Bool,
    cut: (UnsafeBufferPointer<UInt8>) -> [DocumentPiece]
  ) -> YAMLTree {
    if let problem = problem(ofWhole: source, file: file, limits: limits) {
      var refused = YAMLTree(source: source)
      refused.problems = [problem]
      return refused
    }
    return source.withUnsafeBufferPointer { text in
      var builder = TreeBuilder(
        source: source, text: text, file: file, tree: tree, limits: limits, looksBehind: looksBehind,
        scansFirst: scansFirst)
      let reader = EventReader()
      for piece in cut(text) { builder.add(piece, reader) }
      return builder.finish()
    }
  }

  /// Why the file is not read at all.
  private static func problem(ofWhole source: [UInt8], file: FileID, limits: YAMLLimits) -> YAMLProblem? {
    let start = SourceRange(file: file, 0..<0)
    // Offsets are 32 bits wide, and decoded text can be half as long again as its source.
    let limit = min(limits.bytes, 1 << 31)
    if source.count > limit {
      return YAMLProblem(
        kind: .limit, message: "file has \(source.count) bytes, more than the limit of \(limit)", range: start)
    }
    if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
      return YAMLProblem(kind: .encoding, message: "text is UTF-16, save it as UTF-8", range: start)
    }
    return nil
  }
}
