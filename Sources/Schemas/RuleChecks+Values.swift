import CEL
import ScalarFormats
import SourceText
import YAMLSyntax

/// What rules see of an object.
extension RuleChecks {
  func isNull(_ ref: NodeRef) -> Bool {
    forest.kind(ref) == .scalar && forest[ref].payloadCount <= 4 && !forest.isString(ref, dialect: .resource)
      && forest.scalarValue(ref, dialect: .resource) == .null
  }

  /// - Parameter fields: What is looked at of it; nil for everything.
  func value(
    _ ref: NodeRef, _ schema: Schema, isObject: Bool = false, only fields: Set<String>? = nil, depth: Int = 0
  ) -> Value {
    guard depth < 200 else { return .unknown(Unknown("it is too deep")) }
    switch forest.kind(ref) {
    case .mapping:
      var entries: [(key: Value, value: Value)] = []
      var present: Set<String> = []
      for pair in forest.pairs(ref) {
        let name = forest.text(pair.key)
        if isObject, name == "status" { continue }
        let field = schema.field(name)
        let key = field == nil ? name : Self.escaped(name)
        if let fields, !fields.contains(key) { continue }
        let member = field?.schema ?? schema.values ?? .any
        // A field that is null counts as one that is not there, nullable or not.
        if isNull(pair.value), field != nil || schema.values.map({ !$0.isNullable }) ?? false {
          if field?.schema.isNullable == true { present.insert(name) }
          continue
        }
        present.insert(name)
        // The rules see nothing else of the metadata.
        if isObject, name == "metadata" {
          entries.append((.string(name), metadata(pair.value)))
        } else {
          entries.append((.string(key), value(pair.value, member, depth: depth + 1)))
        }
      }
      for field in schema.fields where field.schema.limits.defaultText != nil && !present.contains(field.name) {
        if let fields, !fields.contains(Self.escaped(field.name)) { continue }
        guard let text = field.schema.limits.defaultText, let value = defaultValue(text, field.schema) else { continue }
        entries.append((.string(Self.escaped(field.name)), value))
      }
      return .map(MapValue(entries))
    case .sequence:
      let member = schema.items ?? .any
      return .list(forest.items(ref).map { value($0, member, depth: depth + 1) })
    case .scalar, .alias: return scalar(ref, schema)
    }
  }

  private func metadata(_ ref: NodeRef) -> Value {
    var entries: [(key: Value, value: Value)] = []
    for pair in forest.pairs(ref) where ["name", "generateName"].contains(forest.text(pair.key)) {
      entries.append((.string(forest.text(pair.key)), scalar(pair.value, .any)))
    }
    return .map(MapValue(entries))
  }

  private func scalar(_ ref: NodeRef, _ schema: Schema) -> Value {
    switch forest.scalarValue(ref, dialect: .resource) {
    case .null: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let number): return schema.kind == .number ? .double(Double(number)) : .int(number)
    case .unsigned(let number): return .double(Double(number))
    case .float(let number): return schema.kind == .integer ? .int(Int64(exactly: number) ?? 0) : .double(number)
    case .string(let text):
      if text.contains("${") || text.hasPrefix("ENC[") { return .unknown(Unknown("a variable")) }
      switch schema.limits.format {
      case "date-time": return (try? Timestamp(text)).map { .timestamp($0) } ?? .string(text)
      case "date": return (try? Timestamp(text + "T00:00:00Z")).map { .timestamp($0) } ?? .string(text)
      case "duration": return GoDuration.parse(text).map { .duration($0) } ?? .string(text)
      case "byte": return Base64.decode(text).map { .bytes($0) } ?? .string(text)
      default: return .string(text)
      }
    }
  }

  private func defaultValue(_ text: String, _ schema: Schema) -> Value? {
    let tree = YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0)
    guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return nil }
    return RuleChecks(Forest(trees: [tree]), caches: caches).value(root, schema)
  }

  /// How a rule has to write a property that is no identifier, or a word of the language (k8s.io/apiserver/pkg/cel).
  private static func escaped(_ name: String) -> String {
    if words.contains(name) { return "__\(name)__" }
    guard
      name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") })
        || name.contains("__")
    else { return name }
    var result = ""
    var rest = Substring(name)
    while let character = rest.first {
      if rest.hasPrefix("__") {
        result += "__underscores__"
        rest = rest.dropFirst(2)
        continue
      }
      switch character {
      case ".": result += "__dot__"
      case "-": result += "__dash__"
      case "/": result += "__slash__"
      default: result.append(character)
      }
      rest = rest.dropFirst()
    }
    return result
  }

  private static let words: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
  ]
}
