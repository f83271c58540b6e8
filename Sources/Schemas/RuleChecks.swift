import CEL
import ScalarFormats
import SourceText
import YAMLSyntax

/// The validation rules of a definition (`x-kubernetes-validations`), over an object that fits in everything else.
///
/// `self` is the object as the API server has it then: without nulls, with defaults.
struct RuleChecks {
  let forest: Forest
  let caches: ValidatorCaches

  func failures(_ root: NodeRef, _ schema: Schema) -> [Violation] {
    var found: [Violation] = []
    let place = forest.range(forest.value(root, "kind") ?? root)
    check(root, schema, pointer: "", fields: [], place: place, &found)
    return found
  }

  private func check(
    _ ref: NodeRef, _ schema: Schema, pointer: String, fields: [String], place: SourceRange, _ found: inout [Violation]
  ) {
    guard schema.hasRules, !isNull(ref) else { return }
    if !schema.rules.isEmpty {
      let value = value(ref, schema, isRoot: pointer.isEmpty)
      for rule in schema.rules {
        if let failure = failure(of: rule, value, ref, pointer: pointer, fields: fields, place: place) {
          found.append(failure)
        }
      }
    }
    switch forest.kind(ref) {
    case .mapping:
      for pair in forest.pairs(ref) {
        let name = forest.text(pair.key)
        guard let member = schema.field(name)?.schema ?? schema.values, pointer != "" || name != "status" else {
          continue
        }
        check(
          pair.value, member, pointer: pointer + "/" + SchemaValidator.escaped(name), fields: fields + [name],
          place: forest.range(pair.key), &found)
      }
    case .sequence:
      guard let member = schema.items else { return }
      for (index, item) in forest.items(ref).enumerated() {
        let place = forest.pairs(item).first.map { forest.range($0.key) } ?? forest.range(item)
        check(item, member, pointer: pointer + "/\(index)", fields: fields + ["[]"], place: place, &found)
      }
    case .scalar, .alias: break
    }
  }

  private func failure(
    of rule: Schema.Rule, _ value: Value, _ ref: NodeRef, pointer: String, fields: [String], place: SourceRange
  ) -> Violation? {
    // A rule that compares with what is stored already says nothing of an object that is new.
    guard !Self.mentionsOldSelf(rule.expression), caches.stepsLeft > 0, let program = caches.program(rule.expression)
    else { return nil }
    guard case .value(.bool(false)) = program.run(NoSource(), [value], stepsLeft: &caches.stepsLeft) else { return nil }
    var path = pointer
    var fields = fields
    var place = place
    if !rule.fieldPath.isEmpty {
      let names = rule.fieldPath.split(separator: ".").map(String.init)
      var node: NodeRef? = ref
      for name in names {
        path += "/" + SchemaValidator.escaped(name)
        fields.append(name)
        if let pair = node.flatMap({ forest.kind($0) == .mapping ? pairNamed(name, in: $0) : nil }) {
          place = forest.range(pair.key)
          node = pair.value
        } else {
          node = nil
        }
      }
    }
    let message = rule.message.isEmpty ? "the rule '\(rule.expression)' does not hold" : rule.message
    var violation = Violation(
      kind: .cel, path: path, field: fields, range: place, node: ref, message: Self.sentence(message))
    violation.expression = rule.expression
    return violation
  }

  private func pairNamed(_ name: String, in ref: NodeRef) -> Forest.Pair? {
    forest.pairs(ref).first { forest.text($0.key) == name }
  }

  private static func mentionsOldSelf(_ expression: String) -> Bool { expression.contains("oldSelf") }

  /// As our messages are: without a full stop at the end.
  private static func sentence(_ message: String) -> String {
    let line = SchemaValidator.shortened(message.split(separator: "\n").joined(separator: " "), limit: 200)
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }

  // MARK: Values

  private func isNull(_ ref: NodeRef) -> Bool {
    forest.kind(ref) == .scalar && forest[ref].payloadCount <= 4
      && forest.scalarValue(ref, dialect: .resource) == .null
  }

  private func value(_ ref: NodeRef, _ schema: Schema, isRoot: Bool = false, depth: Int = 0) -> Value {
    guard depth < 200 else { return .unknown(Unknown("it is too deep")) }
    switch forest.kind(ref) {
    case .mapping:
      var entries: [(key: Value, value: Value)] = []
      var present: Set<String> = []
      for pair in forest.pairs(ref) {
        let name = forest.text(pair.key)
        if isRoot, name == "status" { continue }
        let field = schema.field(name)
        let member = field?.schema ?? schema.values ?? .any
        if isNull(pair.value), !member.isNullable, field != nil || schema.values != nil {
          continue
        }
        present.insert(name)
        // The rules see nothing else of the metadata.
        if isRoot, name == "metadata" {
          entries.append((.string(name), metadata(pair.value)))
        } else {
          let key = field == nil ? name : Self.escaped(name)
          entries.append((.string(key), value(pair.value, member, depth: depth + 1)))
        }
      }
      for field in schema.fields where !present.contains(field.name) {
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
      case "duration": return GoDuration.parse(text).map { .duration($0) } ?? .string(text)
      case "byte": return Base64.decode(text).map { .bytes($0) } ?? .string(text)
      default: return .string(text)
      }
    }
  }

  private func defaultValue(_ text: String, _ schema: Schema) -> Value? {
    let tree = YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0)
    guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return nil }
    return RuleChecks(forest: Forest(trees: [tree]), caches: caches).value(root, schema)
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
