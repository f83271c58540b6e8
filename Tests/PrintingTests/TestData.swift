import Foundation
import SourceText
import Testing
import YAMLSyntax

@testable import Printing

/// Examples in `testdata/printing`: a file has sections `### in: what it shows` and `### out`, in turn.
struct Example: CustomTestStringConvertible, Sendable {
  var name: String
  var input: String
  var output: String
  var testDescription: String { name }

  static let all: [Example] = {
    let directory = root.appending(path: "testdata/printing")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted().flatMap { name in
      let text = (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
      return text.components(separatedBy: "### in: ").dropFirst().compactMap { section -> Example? in
        guard let title = section.firstIndex(of: "\n"), let out = section.range(of: "### out\n") else { return nil }
        return Example(
          name: "\(name): \(section[..<title])", input: String(section[section.index(after: title)..<out.lowerBound]),
          output: String(section[out.upperBound...]))
      }
    }
  }()

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// A forest of one parsed file.
func forest(_ text: String) -> Forest {
  Forest(trees: [YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0)])
}

/// The documents of a file as kustomize prints them.
func printed(_ text: String) -> String {
  let forest = forest(text)
  var printer = YAMLPrinter(forest)
  for document in forest.trees[0].documents { printer.add(document.root) }
  return String(decoding: printer.bytes, as: UTF8.self)
}

/// Makes trees from values.
struct Planter {
  private(set) var forest = Forest()
  private let tree: UInt32
  private let nowhere = SourceRange(file: FileID(0), 0..<0)

  init() { tree = forest.append(YAMLTree()) }

  mutating func plant(_ value: Value) -> NodeRef {
    switch value {
    case .null: return scalar("null", .plain)
    case .boolean(let value): return scalar(value ? "true" : "false", .plain)
    case .integer(let value): return scalar(String(value), .plain)
    case .unsigned(let value): return scalar(String(value), .plain)
    case .float(let value): return scalar(String(value), .plain)
    case .string(let text): return scalar(text, .doubleQuoted)
    case .list(let values):
      let items = values.map { plant($0) }
      let flags = forest.flags(ofSequence: items)
      return forest.withTree(tree) { $0.appendSequence(items, range: nowhere, flags: flags, tree: tree) }
    case .map(let values):
      let pairs = values.map { Forest.Pair(key: scalar($0.key, .doubleQuoted), value: plant($0.value)) }
      let flags = forest.flags(ofMapping: pairs)
      return forest.withTree(tree) { $0.appendMapping(pairs, range: nowhere, flags: flags, tree: tree) }
    }
  }

  private mutating func scalar(_ text: String, _ style: Node.Style) -> NodeRef {
    forest.withTree(tree) { $0.appendScalar(text.utf8, style: style, range: nowhere, tree: tree) }
  }
}

/// Any JSON value.
indirect enum Value: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case float(Double)
  case string(String)
  case list([Value])
  case map([String: Value])
}

extension Value: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .float(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Value].self) {
      self = .list(value)
    } else {
      self = .map(try container.decode([String: Value].self))
    }
  }
}

extension Forest {
  /// What the node stands for.
  func value(of ref: NodeRef, _ dialect: ScalarDialect) -> Value {
    switch kind(ref) {
    case .sequence: return .list(items(ref).map { value(of: $0, dialect) })
    case .mapping:
      return .map(
        Dictionary(pairs(ref).map { (text($0.key), value(of: $0.value, dialect)) }, uniquingKeysWith: { $1 }))
    case .scalar, .alias:
      switch scalarValue(ref, dialect: dialect) {
      case .null: return .null
      case .boolean(let value): return .boolean(value)
      case .integer(let value): return .integer(value)
      case .unsigned(let value): return .unsigned(value)
      case .float(let value): return .float(value)
      case .string(let value): return .string(value)
      }
    }
  }
}
