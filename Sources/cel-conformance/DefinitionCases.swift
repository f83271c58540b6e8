import Schemas
import SourceText
import YAMLSyntax

/// Validation rules of a structural schema, over an object as a case has it.
enum DefinitionCases {
  static func answer(_ json: JSON) -> String {
    guard let schema = json["schema"], let object = json["object"] else {
      return #"{"error":"case has no schema or object"}"#
    }
    var forest = Forest()
    var roots: [NodeRef] = []
    for text in [schema.written, plain(object), json["old"].map(plain)].compactMap({ $0 }) {
      let tree = YAMLParser.parse(Array(text.utf8), file: FileID(roots.count), tree: UInt32(roots.count))
      guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return #"{"skip":"cannot be read"}"# }
      _ = forest.append(tree)
      roots.append(root)
    }
    let isObject = (json["root"]?.isTrue ?? false) && schema["type"]?.text == "object"
    var reader = DefinitionReader(forest)
    guard let read = isObject ? reader.object(roots[0]) : reader.part(roots[0]) else {
      return #"{"skip":"schema is too large"}"#
    }
    let failures = RuleChecks(forest, caches: ValidatorCaches())
      .failures(roots[1], old: roots.count > 2 ? roots[2] : nil, read, isObject: isObject)
    let errors = failures.map { failure in
      let detail =
        switch failure.result {
        case .failed(let message): message
        case .broken(let reason): "rule evaluation error: \(reason)"
        case .unfinished: "rule takes too long"
        }
      let kind = failure.rule.reason.isEmpty ? "FieldValueInvalid" : failure.rule.reason
      return
        #"{"type":\#(JSON.quoted(kind)),"field":\#(JSON.quoted(field(failure.path))),"detail":\#(JSON.quoted(detail))}"#
    }
    return #"{"errors":[\#(errors.joined(separator: ","))]}"#
  }

  /// As the API server writes a place: `root.a[0].b[key]`.
  private static func field(_ path: [RuleChecks.Step]) -> String {
    path.reduce("root") { text, step in
      switch step {
      case .field(let name): text + "." + name
      case .key(let key): text + "[\(key)]"
      case .index(let index): text + "[\(index)]"
      }
    }
  }

  /// A typed value as JSON.
  private static func plain(_ value: JSON) -> String {
    guard case .object(let members) = value, let member = members.first else { return value.written }
    switch (member.key, member.value) {
    case ("map", .array(let entries)):
      let pairs = entries.map { entry -> String in
        guard case .array(let pair) = entry, pair.count == 2 else { return "" }
        return plain(pair[0]) + ":" + plain(pair[1])
      }
      return "{" + pairs.joined(separator: ",") + "}"
    case ("list", .array(let items)): return "[" + items.map(plain).joined(separator: ",") + "]"
    case ("null", _): return "null"
    case ("int", let number), ("uint", let number), ("double", let number):
      return number.text ?? number.written
    default: return member.value.written
    }
  }
}

extension JSON {
  /// Its text.
  fileprivate var written: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    case .string(let text): JSON.quoted(text)
    case .array(let items): "[" + items.map(\.written).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(JSON.quoted($0.key)):\($0.value.written)" }.joined(separator: ",") + "}"
    }
  }
}
