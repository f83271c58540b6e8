import CEL
import ScalarFormats
import SourceText
import TextMatching
import YAMLSyntax

/// What rules see of an object.
extension RuleChecks {
  func isNull(_ ref: NodeRef) -> Bool {
    forest.kind(ref) == .scalar && forest[ref].payloadCount <= 4 && !forest.isString(ref, dialect: .resource)
      && forest.scalarValue(ref, dialect: .resource) == .null
  }

  /// A value as rules see it; what does not fit the schema is an error where a rule looks at it.
  ///
  /// - Parameter fields: What is looked at of it, as rules write it; nil for everything.
  func value(
    _ ref: NodeRef, _ schema: Schema, isObject: Bool = false, only fields: Set<String>? = nil, depth: Int = 0
  ) -> Value {
    guard depth < 200 else { return .unknown(Unknown("it is too deep")) }
    switch forest.kind(ref) {
    case .mapping:
      guard schema.kind == .object || schema.kind == .any || schema.kind == .metadata else {
        return Self.misfit(schema)
      }
      return mapping(ref, schema, isObject, fields, depth)
    case .sequence:
      guard schema.kind == .array || schema.kind == .any else { return Self.misfit(schema) }
      let member = schema.items ?? .any
      let elements = forest.items(ref).map { value($0, member, depth: depth + 1) }
      switch schema.list {
      case .set: return .keyedList(KeyedList(elements, keys: nil))
      case .map: return .keyedList(KeyedList(elements, keys: schema.keys))
      case .atomic, nil: return .list(elements)
      }
    case .scalar, .alias: return scalar(ref, schema)
    }
  }

  private func mapping(
    _ ref: NodeRef, _ schema: Schema, _ isObject: Bool, _ fields: Set<String>?, _ depth: Int
  ) -> Value {
    func isSeen(_ name: String) -> Bool {
      fields.map { $0.contains(name) || FieldEscape.escaped(name).map($0.contains) ?? false } ?? true
    }
    var entries: [(key: Value, value: Value)] = []
    var present: Set<String> = []
    for pair in forest.pairs(ref) {
      let name = forest.text(pair.key)
      guard isSeen(name), !(isObject && name == "status") else { continue }
      let field = schema.field(name)
      let member = field?.schema ?? schema.values ?? .any
      // A field that is null counts as one that is not there, nullable or not.
      if isNull(pair.value), field != nil || schema.values.map({ !$0.isNullable }) ?? false {
        if field?.schema.isNullable == true { present.insert(name) }
        continue
      }
      present.insert(name)
      // The rules see nothing else of the metadata.
      let value = isObject && name == "metadata" ? metadata(pair.value) : value(pair.value, member, depth: depth + 1)
      entries.append((.string(name), value))
    }
    for field in schema.fields where field.schema.limits.defaultText != nil && !present.contains(field.name) {
      guard isSeen(field.name), let text = field.schema.limits.defaultText,
        let value = defaultValue(text, field.schema)
      else { continue }
      entries.append((.string(field.name), value))
    }
    return .map(MapValue(entries))
  }

  private static func misfit(_ schema: Schema) -> Value {
    .fail("the value does not fit: \(schema.kind.words) is expected")
  }

  private func metadata(_ ref: NodeRef) -> Value {
    var entries: [(key: Value, value: Value)] = []
    for pair in forest.pairs(ref) where ["name", "generateName"].contains(forest.text(pair.key)) {
      entries.append((.string(forest.text(pair.key)), scalar(pair.value, .any)))
    }
    return .map(MapValue(entries))
  }

  private func scalar(_ ref: NodeRef, _ schema: Schema) -> Value {
    let value = forest.scalarValue(ref, dialect: .resource)
    if case .string(let text) = value, text.utf8.contains(subsequence: "${") || text.hasPrefix("ENC[") {
      return .unknown(Unknown("a variable"))
    }
    if value == .null { return schema.isNullable || schema.kind == .any ? .null : Self.misfit(schema) }
    guard schema.kind.takes(value) else { return Self.misfit(schema) }
    switch value {
    case .null: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let number): return schema.kind == .number ? .double(Double(number)) : .int(number)
    case .unsigned(let number): return .double(Double(number))
    case .float(let number): return schema.kind == .integer ? .int(Int64(exactly: number) ?? 0) : .double(number)
    case .string(let text):
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
}
