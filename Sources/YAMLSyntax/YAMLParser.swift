package import SourceText

/// Reads YAML text into trees. Bad text never throws: it is in `YAMLTree.problems`, and the documents around it are read.
///
/// A file is cut into documents as kustomize does it, and each is read with libyaml on its own.
package enum YAMLParser {
  /// Parses one file.
  ///
  /// - Parameters:
  ///   - source: the bytes of the file.
  ///   - file: its id; ranges of nodes and problems are in it.
  ///   - tree: the index the tree will have in its forest.
  ///   - limits: what to refuse.
  package static func parse(_ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits())
    -> YAMLTree
  {
    if let problem = problem(ofWhole: source, file: file, limits: limits) {
      var refused = YAMLTree(source: source)
      refused.problems = [problem]
      return refused
    }
    return source.withUnsafeBufferPointer { text in
      var builder = TreeBuilder(source: source, text: text, file: file, tree: tree, limits: limits)
      let reader = EventReader()
      for piece in DocumentPiece.cut(text) { builder.add(piece, reader) }
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
