import SourceText
import YAMLSyntax

/// A forest of one file.
func forest(_ text: String, limits: YAMLLimits = YAMLLimits()) -> Forest {
  forest(Array(text.utf8), limits: limits)
}

func forest(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> Forest {
  Forest(trees: [YAMLParser.parse(bytes, file: FileID(0), tree: 0, limits: limits)])
}

extension Forest {
  var problems: [YAMLProblem] { trees[0].problems }
  var messages: [String] { problems.map(\.message) }

  /// The root of document `index` of the first tree.
  func root(_ index: Int = 0) -> NodeRef { trees[0].documents[index].root }

  /// The bytes of the file under the range of a node.
  func source(_ ref: NodeRef) -> String { source(range(ref)) }

  func source(_ range: SourceRange) -> String {
    String(decoding: trees[0].source[range.bounds], as: UTF8.self)
  }

  /// Follows mapping keys and indices of sequences, `nil` if there is no such node. Merge keys are not carried out.
  func node(at path: [Any], from root: NodeRef) -> NodeRef? {
    var current = root
    for step in path {
      switch step {
      case let key as String:
        guard let pair = writtenPairs(current).first(where: { text($0.key) == key }) else { return nil }
        current = pair.value
      case let index as Int:
        let items = Array(items(current))
        guard items.indices.contains(index) else { return nil }
        current = items[index]
      default: return nil
      }
    }
    return current
  }

  func value(at path: String...) -> NodeRef? { node(at: path, from: root()) }
}
