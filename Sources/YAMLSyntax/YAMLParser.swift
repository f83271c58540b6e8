import CLibYAML
package import SourceText

/// Reads YAML text into trees. Bad text never throws: it is in `YAMLTree.problems`, and the documents around it are read.
package enum YAMLParser {
  /// Parses one file.
  ///
  /// - Parameters:
  ///   - source: the bytes of the file.
  ///   - file: its id; ranges of nodes and problems are in it.
  ///   - tree: the index the tree will have in its forest.
  ///   - limits: what to refuse.
  package static func parse(_ source: [UInt8], file: FileID, tree: UInt32, limits: YAMLLimits = YAMLLimits()) -> YAMLTree {
    YAMLTree(source: source)
  }
}
