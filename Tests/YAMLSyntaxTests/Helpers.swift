import SourceText
import YAMLSyntax

/// A forest of one file.
func forest(_ text: String, limits: YAMLLimits = YAMLLimits()) -> Forest {
  forest(Array(text.utf8), limits: limits)
}

func forest(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> Forest {
  Forest(trees: [YAMLParser.parse(bytes, file: FileID(0), tree: 0, limits: limits)])
}

/// One step from a node to a child.
enum Step: Decodable, CustomStringConvertible {
  case key(String)
  case index(Int)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let index = try? container.decode(Int.self) {
      self = .index(index)
    } else {
      self = .key(try container.decode(String.self))
    }
  }

  var description: String {
    switch self {
    case .key(let key): key
    case .index(let index): "\(index)"
    }
  }
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
  func node(at path: [Step]) -> NodeRef? {
    guard var current = trees[0].documents.first?.root else { return nil }
    for step in path {
      switch step {
      case .key(let key):
        guard let pair = writtenPairs(current).first(where: { text($0.key) == key }) else { return nil }
        current = pair.value
      case .index(let index):
        guard items(current).indices.contains(index) else { return nil }
        current = items(current)[index]
      }
    }
    return current
  }

  /// The value under keys of the first document.
  func node(_ keys: String...) -> NodeRef? { node(at: keys.map { .key($0) }) }

  /// All nodes of the first tree as written.
  var allNodes: [NodeRef] { trees[0].nodes.indices.map { NodeRef(tree: 0, node: UInt32($0)) } }
}
