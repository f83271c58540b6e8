import ScalarFormats
package import SourceText
package import YAMLSyntax

/// Holds one object against its schema, as the API server does: nulls and defaults first, then types and fields, then
/// values, and validation rules only when nothing else is wrong (k8s.io/apiextensions-apiserver; for built-in kinds the
/// decoding of k8s.io/apimachinery, where null is the zero value).
package struct SchemaValidator {
  package struct Subject: Sendable {
    package var kind: String
    package var isBuiltIn: Bool
    /// Where texts stand that took a value from a Secret, each with the Secret as messages name it.
    package var secrets: [SourceRange: String]
    /// Whether nobody is to read its values in a report.
    let isSecret: Bool
    /// Whether a `${...}` in it is certain to stay what it is.
    let keepsExpressions: Bool
    /// Whether a label that is null takes all others with it, as before Flux 2.6.
    let losesNullLabels: Bool

    package init(
      kind: String, isBuiltIn: Bool, secrets: [SourceRange: String] = [:], keepsExpressions: Bool = false,
      losesNullLabels: Bool = false
    ) {
      self.kind = kind
      self.isBuiltIn = isBuiltIn
      self.secrets = secrets
      isSecret = kind == "Secret"
      self.keepsExpressions = keepsExpressions
      self.losesNullLabels = losesNullLabels
    }
  }

  /// A step from the object to a value.
  enum Step {
    case key(NodeRef)
    case item(Int, NodeRef)
  }

  let forest: Forest
  let subject: Subject
  let metadata: Schema
  let caches: ValidatorCaches
  package internal(set) var violations: [Violation] = []
  package private(set) var unchecked: [Unchecked] = []
  /// How many values may still be looked at.
  private var valuesLeft = 0
  /// What no real object comes near, for etcd takes 1.5 MB; about a tenth of a second.
  package static let valueLimit = 400_000
  /// Whether a value that is not known was met.
  private(set) var sawUnknown = false
  private(set) var path: [Step] = []
  private var root: NodeRef?
  private var isMetadataChecked = false

  /// - Parameter metadata: The fields that `metadata` has in every kind.
  package init(_ forest: Forest, _ subject: Subject, metadata: Schema, caches: ValidatorCaches) {
    self.forest = forest
    self.subject = subject
    self.metadata = metadata
    self.caches = caches
  }

  /// What is wrong with the object `root`, in the order of its text.
  package mutating func check(_ root: NodeRef, _ schema: Schema) -> [Violation] {
    violations = []
    unchecked = []
    path = []
    isMetadataChecked = false
    self.root = root
    let limit = min(Self.valueLimit, max(caches.valuesLeft, 0))
    valuesLeft = limit
    walk(root, schema)
    caches.spend(values: limit - max(valuesLeft, 0))
    if valuesLeft <= 0 {
      let reason =
        limit == Self.valueLimit
        ? "an object is too large to be held against its schema"
        : "objects together are too large to be held against their schemas"
      unchecked = [Unchecked(reason: reason, range: container)]
      return violations
    }
    if violations.isEmpty { checkSelector(root) }
    if violations.isEmpty, schema.hasRules {
      let judgement = RuleChecks(forest, caches: caches, secrets: subject.secrets).judgement(root, schema)
      violations = judgement.violations
      unchecked += judgement.unchecked
    }
    return violations
  }

  /// Says that nothing can be said.
  mutating func leaveOpen(_ reason: String, _ range: SourceRange) {
    unchecked.append(Unchecked(reason: reason, range: range))
    sawUnknown = true
  }

  /// Says that a definition is wrong, which says nothing of the object.
  mutating func reportDefinition(_ place: SourceRange, _ message: String) {
    sawUnknown = true
    guard !violations.contains(where: { $0.isOfDefinition && $0.range == place }) else { return }
    report(.format, place, node: nil, message, label: "the API server refuses the definition")
    violations[violations.count - 1].isOfDefinition = true
  }

  mutating func push(_ key: NodeRef) { path.append(.key(key)) }
  mutating func push(_ index: Int, _ item: NodeRef) { path.append(.item(index, item)) }
  mutating func pop() { path.removeLast() }

  // MARK: Values

  /// - Parameters:
  ///   - form: The schema that says which nulls are removed and which defaults come in, where `schema` is a branch of it
  ///     and says neither.
  ///   - hops: How many references led here, of those that were followed for this value.
  mutating func walk(_ ref: NodeRef, _ schema: Schema, form: Schema? = nil, hops: Int = 0) {
    valuesLeft -= 1
    guard valuesLeft > 0 else { return }
    let node = forest[ref]
    if node.kind == .scalar {
      if isUnknown(ref, node) {
        if subject.keepsExpressions, node.flags.contains(.containsDollar), schema.kind.isNoText {
          return wrongType(ref, schema)
        }
        sawUnknown = true
        return
      }
      if let reference = schema.reference {
        if !schema.isNullable || !isNull(ref, node) { follow(reference, ref, form, hops) }
        return
      }
      if isNull(ref, node) {
        if !subject.isBuiltIn, !(form ?? schema).isNullable, schema.kind != .any { wrongType(ref, schema) }
        return
      }
    }
    if let reference = schema.reference { return follow(reference, ref, form, hops) }
    switch schema.kind {
    case .any:
      if node.kind == .mapping, schema.looksAtFields { walkMapping(ref, schema, form) }
      if node.kind == .sequence, schema.items != nil { walkSequence(ref, schema, form) }
    case .object, .metadata:
      guard node.kind == .mapping else { return wrongType(ref, schema) }
      walkMapping(ref, schema.kind == .metadata ? metadata : schema, form)
    case .array:
      guard node.kind == .sequence else { return wrongType(ref, schema) }
      walkSequence(ref, schema, form)
    case .string, .integer, .number, .boolean, .intOrString, .quantity:
      guard node.kind == .scalar else { return wrongType(ref, schema) }
      // Most are strings, and most of those show it with their first byte.
      let isString = schema.kind == .string && forest.isString(ref, dialect: .resource)
      guard isString || schema.kind.takes(forest.scalarValue(ref, dialect: .resource)) else {
        return wrongType(ref, schema)
      }
    }
    if !schema.limits.isEmpty || schema.kind == .quantity, node.kind == .scalar { checkScalar(ref, schema) }
    checkChoices(ref, schema, form ?? schema, hops)
  }

  private mutating func follow(_ reference: Schema.Reference, _ ref: NodeRef, _ form: Schema?, _ hops: Int) {
    // The API server takes no definition with one, so that nothing is held against it.
    if let place = reference.place {
      return reportDefinition(
        place, "the definition of \(subject.kind) has '$ref', which the API server does not take")
    }
    guard let schema = reference.schema else {
      let text = Self.shortened(reference.text)
      return leaveOpen("'\(text)' in the schema of \(subject.kind) is not a part of it", forest.range(ref))
    }
    guard hops < Schema.referenceLimit else {
      return leaveOpen("the schema of \(subject.kind) refers to itself without an end", forest.range(ref))
    }
    walk(ref, schema, form: form, hops: hops + 1)
  }

  private static let everywhere: [StaticString] = ["apiVersion", "kind", "metadata"]
  private static let passedOver: [StaticString] = ["apiVersion", "kind", "sops"]

  private mutating func walkMapping(_ ref: NodeRef, _ schema: Schema, _ form: Schema?) {
    let form = form?.target
    var count = 0
    var isComplete = true
    let isTop = path.isEmpty
    for pair in forest.pairs(ref) {
      if isUnknown(pair.key, forest[pair.key]) {
        isComplete = false
        sawUnknown = true
        continue
      }
      // The first two say which schema it is; Flux removes a status, and sops its own notes.
      if isTop, Self.passedOver.contains(where: { forest.hasText(pair.key, $0) }) { continue }
      if isTop, subject.kind != "CustomResourceDefinition", forest.hasText(pair.key, "status") { continue }
      let number = forest.withText(pair.key) { schema.number(ofField: $0) }
      let known = number.map { schema.fields[$0].schema } ?? schema.values
      let knownForm = form.flatMap { form in
        forest.withText(pair.key) { form.number(ofField: $0) }.map { form.fields[$0].schema } ?? form.values
      }
      let value = forest[pair.value]
      let isNull = value.kind == .scalar && self.isNull(pair.value, value)
      if isNull, let known = knownForm ?? known, subject.isBuiltIn || !known.isNullable { continue }
      count += 1
      path.append(.key(pair.key))
      if isTop, forest.hasText(pair.key, "metadata") {
        // Once, whatever choices there are for the rest.
        if !isMetadataChecked { checkMetadata(pair.value) }
        isMetadataChecked = true
        if let known { checkNames(pair.value, known) }
      } else if let known {
        walk(pair.value, known, form: knownForm)
      } else if schema.isEmbeddedObject, Self.everywhere.contains(where: { forest.hasText(pair.key, $0) }) {
        // They need no declaration.
      } else if !schema.isOpen, schema.kind != .any, !(isNull && subject.isBuiltIn) {
        unknownField(pair, schema)
      }
      path.removeLast()
    }
    if isComplete {
      for number in schema.required where isMissing(schema.fields[number], form, in: ref) {
        missing(schema.fields[number].name, ref)
      }
    }
    if schema.isEmbeddedObject { checkEmbedded(ref) }
    let limits = schema.limits
    guard limits.minProperties != nil || limits.maxProperties != nil else { return }
    // Defaults are filled in before anybody counts.
    if !subject.isBuiltIn {
      count += (form ?? schema).fields.count { $0.schema.hasDefault && isLeftOut($0.name, $0.schema.target, in: ref) }
    }
    if isComplete, let least = limits.minProperties, count < least { tooFew(ref, count, least, .fields) }
    if let most = limits.maxProperties, count > most { tooMany(ref, count, most, .fields) }
  }

  /// Whether the API server finds nothing there: null is removed first, and a default fills the gap.
  private func isMissing(_ field: Schema.Field, _ form: Schema?, in ref: NodeRef) -> Bool {
    let schema = (form?.field(field.name)?.schema ?? field.schema).target
    return !schema.hasDefault && isLeftOut(field.name, schema, in: ref)
  }

  /// Whether a field is not there once nulls are removed.
  private func isLeftOut(_ name: String, _ schema: Schema, in ref: NodeRef) -> Bool {
    guard let value = forest.value(ref, key: name) else { return true }
    return !schema.isNullable && isNull(value, forest[value]) && schema.kind != .any
  }

  private mutating func walkSequence(_ ref: NodeRef, _ schema: Schema, _ form: Schema?) {
    let items = forest.items(ref)
    if let item = schema.items {
      for (index, value) in items.enumerated() {
        path.append(.item(index, value))
        if subject.isBuiltIn, item.kind == .object, isNull(value, forest[value]) {
          for field in item.fields where field.isRequired && field.schema.limits.defaultText == nil {
            missing(field.name, value)
          }
        } else {
          walk(value, item, form: form?.target.items)
        }
        path.removeLast()
      }
    }
    if schema.list == .set || schema.list == .map { checkDuplicates(Array(items), schema) }
    let limits = schema.limits
    if let least = limits.minItems, items.count < least { tooFew(ref, items.count, least, .entries) }
    if let most = limits.maxItems, items.count > most { tooMany(ref, items.count, most, .entries) }
  }

  private mutating func checkChoices(_ ref: NodeRef, _ schema: Schema, _ form: Schema, _ hops: Int) {
    for branch in schema.allOf { walk(ref, branch, form: form, hops: hops) }
    if schema.oneOf.isEmpty, schema.anyOf.isEmpty, schema.not == nil { return }
    var wrong: String?
    if !schema.oneOf.isEmpty, let count = fitting(ref, schema.oneOf, form, hops), count != 1 {
      wrong = count == 0 ? "none of the forms it can have" : "more than one of the forms that exclude each other"
    }
    if !schema.anyOf.isEmpty, let count = fitting(ref, schema.anyOf, form, hops), count == 0 {
      wrong = "none of the forms it can have"
    }
    if let not = schema.not, let count = fitting(ref, [not], form, hops), count == 1 {
      wrong = "a form that it may not have"
    }
    guard let wrong else { return }
    let choices = (schema.oneOf + schema.anyOf).map { $0.fields.filter(\.isRequired).map { "'\($0.name)'" } }
    let help =
      choices.isEmpty || choices.contains([])
      ? nil : "set \(choices.map { $0.joined(separator: " and ") }.joined(separator: ", or "))"
    report(.choice, forest.range(ref), node: ref, "\(fieldName) has \(wrong)", help: help)
  }

  /// How many of the schemas a value fits; nil when that depends on a value that is not known.
  private mutating func fitting(_ ref: NodeRef, _ schemas: [Schema], _ form: Schema, _ hops: Int) -> Int? {
    var count = 0
    for schema in schemas {
      var trial = SchemaValidator(forest, subject, metadata: metadata, caches: caches)
      trial.path = path
      trial.valuesLeft = valuesLeft
      trial.isMetadataChecked = true
      trial.walk(ref, schema, form: form, hops: hops)
      valuesLeft = trial.valuesLeft
      if trial.sawUnknown { return nil }
      if trial.violations.isEmpty { count += 1 }
    }
    return count
  }

  // MARK: What is not known

  /// Whether a variable or an encrypted value stands there.
  func isUnknown(_ ref: NodeRef, _ node: Node) -> Bool {
    guard node.kind == .scalar else { return false }
    if node.flags.contains(.containsDollar) {
      return forest.withText(ref) { text in
        text.indices.dropLast().contains { text[$0] == UInt8(ascii: "$") && text[$0 + 1] == UInt8(ascii: "{") }
      }
    }
    guard node.payloadCount > 8 else { return false }
    return forest.withText(ref) { text in
      text[0] == UInt8(ascii: "E") && text[1] == UInt8(ascii: "N") && text[2] == UInt8(ascii: "C")
        && text[3] == UInt8(ascii: "[")
    }
  }

  func isNull(_ ref: NodeRef, _ node: Node) -> Bool {
    if node.tag == .none, node.payloadCount > 0 {
      // `~`, `null`, `Null`, `NULL`
      guard node.style == .plain,
        forest.withText(ref, { $0[0] == UInt8(ascii: "~") || $0[0] | 32 == UInt8(ascii: "n") })
      else { return false }
    }
    return isNullByValue(ref, node)
  }

  private func isNullByValue(_ ref: NodeRef, _ node: Node) -> Bool {
    node.kind == .scalar && node.payloadCount <= 4 && forest.scalarValue(ref, dialect: .resource) == .null
  }

  // MARK: Places

  /// `'spec.valuesFrom[].name'`.
  var fieldName: String { path.isEmpty ? "the object" : "'\(fields.fieldText)'" }

  var fields: [String] {
    path.map { step in
      switch step {
      case .key(let key): shownKey(key)
      case .item: "[]"
      }
    }
  }

  func pointer(_ last: String? = nil) -> String {
    var result = ""
    for step in path {
      switch step {
      case .key(let key): result += "/" + JSONPointer.escaped(shownKey(key))
      case .item(let index, _): result += "/\(index)"
      }
    }
    if let last { result += "/" + JSONPointer.escaped(last) }
    return result
  }

  /// Where something that is missing would be seen: the key of what lacks it, or the first line of an entry.
  var container: SourceRange {
    switch path.last {
    case .key(let key): return forest.range(key)
    case .item(_, let value): return forest.pairs(value).first.map { forest.range($0.key) } ?? forest.range(value)
    case nil:
      guard let root else { return SourceRange(file: FileID(0), 0..<0) }
      return forest.range(forest.value(root, "kind") ?? root)
    }
  }

  mutating func report(
    _ kind: Violation.Kind, _ range: SourceRange, node: NodeRef?, _ message: String, last: String? = nil,
    label: String = "", help: String? = nil, outcome: Violation.Outcome = .refused, wantsString: Bool = false,
    isVariableOnly: Bool = false
  ) {
    violations.append(
      Violation(
        kind: kind, outcome: outcome, path: pointer(last), field: fields + (last.map { [$0] } ?? []), range: range,
        node: node, message: message, label: label, help: help, wantsString: wantsString,
        needsVariable: isVariableOnly))
  }
}

extension Schema.Kind {
  /// Whether a scalar is of the type.
  func takes(_ value: ScalarValue) -> Bool {
    switch (self, value) {
    case (.any, _), (.string, .string), (.boolean, .boolean), (.integer, .integer), (.integer, .unsigned): true
    case (.number, .integer), (.number, .unsigned), (.number, .float): true
    case (.intOrString, .string), (.intOrString, .integer): true
    case (.quantity, .string), (.quantity, .integer), (.quantity, .unsigned), (.quantity, .float): true
    case (.integer, .float(let number)): number.rounded() == number
    default: false
    }
  }

  /// Whether no text is of the type, whatever it says.
  var isNoText: Bool { self == .integer || self == .number || self == .boolean }

  /// What is expected, in words.
  package var words: String {
    switch self {
    case .any: "any value"
    case .object, .metadata: "a mapping"
    case .array: "a list"
    case .string: "a string"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "'true' or 'false'"
    case .intOrString: "a whole number or a string"
    case .quantity: "a quantity"
    }
  }
}
