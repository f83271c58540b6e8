import Manifests
import SourceText
import YAMLSyntax

extension SourceSet {
  /// The first document of a file that is no resource, whatever its name is, and what is wrong with it.
  ///
  /// It may add a tree to the forest, so it is for the engine alone: others read the forest at the same time.
  func firstDocument(of file: FileID) -> (root: NodeRef?, problems: [YAMLProblem]) {
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
}
