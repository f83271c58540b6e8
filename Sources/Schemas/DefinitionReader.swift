package import YAMLSyntax

/// Reads schemas from YAML or JSON: those of a CustomResourceDefinition, or JSON Schemas as catalogues have them.
package struct DefinitionReader {
  private let forest: Forest
  private let isJSONSchema: Bool
  /// The text that references lead into.
  private var root: NodeRef?
  private var references: [NodeRef: Schema.Reference] = [:]
  /// What is to be read yet of that.
  private var waiting: [(node: NodeRef, reference: Schema.Reference)] = []
  /// How many schemas may still be read: a definition can be large, and aliases make it larger.
  private var left: Int
  private static let depthLimit = 100

  /// Whether there was more than anybody reads.
  package var isSpent: Bool { left <= 0 }

  /// - Parameter isJSONSchema: Fields that are not declared are taken unless a schema says otherwise; those of a definition
  ///   are refused unless it says otherwise.
  package init(_ forest: Forest, isJSONSchema: Bool = false, limit: Int = 100_000) {
    self.forest = forest
    self.isJSONSchema = isJSONSchema
    left = limit
  }

  /// The schema of one version of a CustomResourceDefinition.
  ///
  /// - Returns: nil when the version is not there, or has no schema.
  package mutating func schema(ofDefinition root: NodeRef, version: String) -> Schema? {
    guard let spec = forest.value(root, "spec") else { return nil }
    var schema: NodeRef?
    if let versions = forest.value(spec, "versions") {
      guard let entry = forest.items(versions).first(where: { forest.value($0, "name").map(forest.text) == version })
      else { return nil }
      if let served = forest.value(entry, "served"), forest.hasText(served, "false") { return nil }
      schema = forest.value(entry, "schema", "openAPIV3Schema")
    }
    // What apiextensions.k8s.io/v1beta1 has for all versions; one that keeps what it does not know says little.
    guard let node = schema else { return nil }
    return object(node)
  }

  /// A whole object: its `apiVersion`, `kind` and `metadata` are the same for every kind, and nobody applies its `status`.
  package mutating func object(_ node: NodeRef) -> Schema? {
    root = node
    // The fields of every object are put in place of its own, so those have to be here.
    var top = node
    for _ in 0..<Schema.referenceLimit where isJSONSchema {
      guard let text = forest.value(top, "$ref"), let next = target(of: forest.text(text)) else { break }
      top = next
    }
    var draft = self.draft(top, depth: 0)
    readWaiting()
    guard left > 0 else { return nil }
    draft.kind = .object
    var metadata = Schema.Draft()
    metadata.kind = .metadata
    // All that a definition may say of it.
    metadata.fields = (draft.fields.first { $0.name == "metadata" }?.schema.fields ?? []).filter {
      !isJSONSchema && ["name", "generateName"].contains($0.name)
    }
    var string = Schema.Draft()
    string.kind = .string
    let own: [(String, Schema)] = [
      ("apiVersion", Schema(string)), ("kind", Schema(string)), ("metadata", Schema(metadata)),
    ]
    draft.fields.removeAll { field in own.contains { $0.0 == field.name } }
    draft.fields += own.map { Schema.Field(name: $0.0, schema: $0.1, isRequired: false) }
    // It is for controllers to write.
    for index in draft.fields.indices where draft.fields[index].name == "status" {
      draft.fields[index].isRequired = false
    }
    return Schema(draft)
  }

  /// A schema of anything but a whole object.
  package mutating func part(_ node: NodeRef) -> Schema? {
    root = node
    let schema = schema(node, depth: 0)
    readWaiting()
    return left > 0 ? schema : nil
  }

  // MARK: References

  /// Reads what references lead to, one after the other: each may have more of them.
  private mutating func readWaiting() {
    while left > 0, let next = waiting.popLast() { next.reference.schema = schema(next.node, depth: 0) }
  }

  private mutating func reference(_ node: NodeRef) -> Schema.Reference {
    let text = forest.text(node)
    guard isJSONSchema, let target = target(of: text) else {
      return Schema.Reference(text, place: isJSONSchema ? nil : forest.range(node))
    }
    if let known = references[target] { return known }
    let made = Schema.Reference(text, place: nil)
    references[target] = made
    waiting.append((target, made))
    return made
  }

  /// The schema that `#/definitions/a~1b` names; nil where it is in another text, or nowhere.
  private func target(of text: String) -> NodeRef? {
    guard var node = root, text.first == "#" else { return nil }
    guard text.count > 1 else { return node }
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let key = Self.unescaped(part)
      switch forest.kind(node) {
      case .mapping:
        guard let next = forest.value(node, key: key) else { return nil }
        node = next
      case .sequence:
        let items = forest.items(node)
        guard let index = Int(key), items.indices.contains(index) else { return nil }
        node = items[index]
      case .scalar, .alias: return nil
      }
    }
    return text.hasPrefix("#/") && forest.kind(node) == .mapping ? node : nil
  }

  /// A part of a JSON Pointer in a URL.
  private static func unescaped(_ part: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(part.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return JSONPointer.unescaped(String(decoding: bytes, as: UTF8.self)[...])
  }

  private mutating func schema(_ node: NodeRef, depth: Int) -> Schema { Schema(draft(node, depth: depth)) }

  private mutating func draft(_ node: NodeRef, depth: Int) -> Schema.Draft {
    var draft = Schema.Draft()
    left -= 1
    guard left > 0, depth < Self.depthLimit, forest.kind(node) == .mapping else {
      draft.isOpen = true
      return draft
    }
    var required: Set<String> = []
    var (hasFields, hasPatterns) = (false, false)
    draft.isOpen = isJSONSchema
    for pair in forest.pairs(node) {
      let value = pair.value
      switch forest.text(pair.key) {
      case "type": readType(value, &draft)
      case "properties":
        hasFields = true
        for field in forest.pairs(value) {
          draft.fields.append(
            Schema.Field(
              name: forest.text(field.key), schema: schema(field.value, depth: depth + 1), isRequired: false))
        }
      case "required": required = Set(forest.items(value).map { forest.text($0) })
      case "items" where forest.kind(value) == .mapping: draft.items = schema(value, depth: depth + 1)
      case "additionalProperties":
        if forest.kind(value) == .mapping {
          draft.values = schema(value, depth: depth + 1)
        } else if forest.hasText(value, "true") {
          draft.isOpen = true
        } else if isJSONSchema {
          draft.isOpen = false
        }
      case "patternProperties" where isJSONSchema: hasPatterns = true
      case "x-kubernetes-preserve-unknown-fields": if forest.hasText(value, "true") { draft.isOpen = true }
      case "x-kubernetes-int-or-string": if forest.hasText(value, "true") { draft.kind = .intOrString }
      case "x-kubernetes-embedded-resource": draft.isEmbeddedObject = forest.hasText(value, "true")
      case "x-kubernetes-list-type":
        draft.list = forest.hasText(value, "map") ? .map : forest.hasText(value, "set") ? .set : .atomic
      case "x-kubernetes-list-map-keys": draft.keys = forest.items(value).map { forest.text($0) }
      case "x-kubernetes-validations": draft.rules = forest.items(value).map { rule($0) }
      case "oneOf": draft.oneOf = branches(value, depth)
      case "anyOf": draft.anyOf = branches(value, depth)
      case "allOf": draft.allOf = branches(value, depth)
      case "not": draft.not = schema(value, depth: depth + 1)
      case "nullable": draft.isNullable = forest.hasText(value, "true")
      case "$ref" where forest.kind(value) == .scalar: draft.reference = reference(value)
      case let key: readLimit(key, value, &draft.limits)
      }
    }
    if let reference = draft.reference {
      // What stands beside it counts for nothing.
      let isNullable = draft.isNullable
      draft = Schema.Draft()
      draft.reference = reference
      draft.isNullable = isNullable
      draft.isOpen = true
      return draft
    }
    // Which of the other fields a pattern means is not looked at, so they may be anything.
    if hasPatterns { (draft.isOpen, draft.values) = (true, nil) }
    // Only what is said to have fields can be said to have no others.
    if isJSONSchema, draft.kind == .any, !draft.isOpen { draft.kind = .object }
    // The choice that says what 'x-kubernetes-int-or-string' says.
    if draft.kind == .intOrString { draft.anyOf = [] }
    if draft.kind == .object, !hasFields, draft.values == nil, draft.limits.isEmpty, draft.isEmbeddedObject {
      draft.isOpen = true
    }
    let declared = Set(draft.fields.map(\.name))
    for index in draft.fields.indices where required.contains(draft.fields[index].name) {
      draft.fields[index].isRequired = true
    }
    for name in required.subtracting(declared).sorted() {
      draft.fields.append(Schema.Field(name: name, schema: .any, isRequired: true))
    }
    return draft
  }

  private func readType(_ value: NodeRef, _ draft: inout Schema.Draft) {
    guard draft.kind != .intOrString else { return }
    var names = [forest.text(value)]
    if forest.kind(value) == .sequence {
      names = forest.items(value).map { forest.text($0) }
      if names.contains("null") { draft.isNullable = true }
      names.removeAll { $0 == "null" }
    }
    switch names.count == 1 ? names[0] : names.sorted() == ["integer", "string"] ? "int-or-string" : "" {
    case "object": draft.kind = .object
    case "array": draft.kind = .array
    case "string": draft.kind = .string
    case "integer": draft.kind = .integer
    case "number": draft.kind = .number
    case "boolean": draft.kind = .boolean
    case "int-or-string": draft.kind = .intOrString
    default: break
    }
  }

  private func readLimit(_ key: String, _ value: NodeRef, _ limits: inout Schema.Limits) {
    var number: Double? { Double(forest.text(value)) }
    var count: Int? { Int(forest.text(value)) }
    switch key {
    case "enum": limits.allowed = forest.items(value).map { forest.scalarValue($0, dialect: .resource) }
    case "const" where isJSONSchema && forest.kind(value) == .scalar:
      limits.allowed = [forest.scalarValue(value, dialect: .resource)]
    case "default": limits.defaultText = json(value)
    case "pattern":
      limits.pattern = forest.text(value)
      if !isJSONSchema { limits.patternPlace = forest.range(value) }
    case "format": limits.format = forest.text(value)
    case "minimum": limits.minimum = number
    case "maximum": limits.maximum = number
    case "exclusiveMinimum": limits.isMinimumExcluded = forest.hasText(value, "true")
    case "exclusiveMaximum": limits.isMaximumExcluded = forest.hasText(value, "true")
    case "multipleOf": limits.multipleOf = number
    case "minLength": limits.minLength = count
    case "maxLength": limits.maxLength = count
    case "minItems": limits.minItems = count
    case "maxItems": limits.maxItems = count
    case "minProperties": limits.minProperties = count
    case "maxProperties": limits.maxProperties = count
    default: break
    }
  }

  private mutating func branches(_ node: NodeRef, _ depth: Int) -> [Schema] {
    var result: [Schema] = []
    for item in forest.items(node) {
      var draft = self.draft(item, depth: depth + 1)
      // A branch of a definition says what must hold, never which fields there are.
      if !isJSONSchema { draft.isOpen = true }
      result.append(Schema(draft))
    }
    return result
  }

  private func rule(_ node: NodeRef) -> Schema.Rule {
    func text(_ key: StaticString) -> String { forest.value(node, key).map { forest.text($0) } ?? "" }
    return Schema.Rule(
      expression: text("rule"), message: text("message"), messageExpression: text("messageExpression"),
      fieldPath: text("fieldPath"), reason: text("reason"), isOldOptional: text("optionalOldSelf") == "true")
  }

  private func json(_ node: NodeRef) -> String? {
    switch forest.kind(node) {
    case .mapping:
      "{"
        + forest.pairs(node).map { "\(Self.quoted(forest.text($0.key))):\(json($0.value) ?? "null")" }
        .joined(separator: ",") + "}"
    case .sequence: "[" + forest.items(node).map { json($0) ?? "null" }.joined(separator: ",") + "]"
    case .scalar, .alias:
      switch forest.scalarValue(node, dialect: .resource) {
      case .string(let text): Self.quoted(text)
      case .null: "null"
      case .boolean(let value): value ? "true" : "false"
      case .integer(let value): String(value)
      case .unsigned(let value): String(value)
      case .float(let value): String(value)
      }
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
