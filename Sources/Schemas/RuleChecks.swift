import CEL
import ScalarFormats
package import SourceText
package import YAMLSyntax

/// The validation rules of a definition (`x-kubernetes-validations`), over an object that fits in everything else
/// (k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel).
///
/// `self` is the object as the API server has it then: without nulls, with defaults.
package struct RuleChecks {
  /// A step from the object to a value.
  package enum Step: Hashable, Sendable {
    case field(String)
    /// The key of a map.
    case key(String)
    case index(Int)
  }

  package enum Result: Hashable, Sendable {
    /// Without the message of the rule, it is the rule's text.
    case failed(String)
    /// It cannot be evaluated: why.
    case broken(String)
    /// Nobody waited for its end.
    case unfinished
  }

  /// A rule that is not true.
  package struct Failure {
    package var rule: Schema.Rule
    package var result: Result
    package var path: [Step]
    /// The value that has the rule.
    package var node: NodeRef
    package var range: SourceRange

    fileprivate var name: String { "validation rule '\(SchemaValidator.shortened(rule.expression))'" }
  }

  let forest: Forest
  let caches: ValidatorCaches
  /// Where texts stand that took a value from a Secret: what a rule says of them is not told.
  private let secrets: [SourceRange: String]

  package init(_ forest: Forest, caches: ValidatorCaches, secrets: [SourceRange: String] = [:]) {
    self.forest = forest
    self.caches = caches
    self.secrets = secrets
  }

  /// - Parameters:
  ///   - old: What is stored; without it, rules about changes are left out.
  ///   - isObject: Whether `root` is a whole object, of which rules see the name only beside what its schema has.
  package func failures(_ root: NodeRef, old: NodeRef? = nil, _ schema: Schema, isObject: Bool = true) -> [Failure] {
    var found: [Failure] = []
    let range = isObject ? forest.range(forest.value(root, "kind") ?? root) : forest.range(root)
    check(Place(node: root, old: old, path: [], range: range, isObject: isObject), schema, &found)
    return found
  }

  /// What is wrong as findings have it, and what could not be found out.
  func judgement(_ root: NodeRef, _ schema: Schema) -> (violations: [Violation], unchecked: [Unchecked]) {
    var (violations, unchecked): ([Violation], [Unchecked]) = ([], [])
    for failure in failures(root, schema) {
      switch failure.result {
      case .failed(let message):
        var violation = Violation(
          kind: .cel, path: Self.pointer(failure.path), field: Self.fields(failure.path), range: failure.range,
          node: failure.node, message: Self.sentence(message))
        violation.expression = failure.rule.expression
        violations.append(violation)
      case .broken(let reason):
        unchecked.append(
          Unchecked(
            reason: "\(failure.name) cannot be evaluated: \(Self.sentence(reason))", range: failure.range, isRule: true)
        )
      case .unfinished:
        unchecked.append(Unchecked(reason: "\(failure.name) takes too long", range: failure.range, isRule: true))
      }
    }
    return (violations, unchecked)
  }

  private struct Place {
    var node: NodeRef
    var old: NodeRef?
    var path: [Step]
    var range: SourceRange
    var isObject = false

    func at(_ step: Step, _ node: NodeRef, old: NodeRef?, _ range: SourceRange) -> Place {
      Place(node: node, old: old, path: path + [step], range: range)
    }
  }

  private func check(_ place: Place, _ schema: Schema, _ found: inout [Failure]) {
    guard schema.hasRules, !isNull(place.node) else { return }
    if !schema.rules.isEmpty {
      let rules = caches.rules(of: schema, isObject: place.isObject || schema.isEmbeddedObject)
      let value = value(place.node, schema, isObject: place.isObject, only: rules.fields)
      let old = place.old.map { self.value($0, schema, isObject: place.isObject) }
      for number in schema.rules.indices {
        if let failure = failure(of: number, rules, value, old, place) { found.append(failure) }
      }
    }
    switch forest.kind(place.node) {
    case .mapping:
      for pair in forest.pairs(place.node) {
        let name = forest.text(pair.key)
        let shown = secrets.isEmpty || secrets[forest.range(pair.key)] == nil ? name : "***"
        let field = schema.field(name)
        guard let member = field?.schema ?? schema.values, member.hasRules, !(place.isObject && name == "status")
        else { continue }
        let old = place.old.flatMap { forest.kind($0) == .mapping ? forest.value($0, key: name) : nil }
        check(
          place.at(field == nil ? .key(shown) : .field(name), pair.value, old: old, forest.range(pair.key)), member,
          &found)
      }
    case .sequence:
      guard let member = schema.items, member.hasRules else { return }
      for (index, item) in forest.items(place.node).enumerated() {
        let range = forest.pairs(item).first.map { forest.range($0.key) } ?? forest.range(item)
        check(place.at(.index(index), item, old: counterpart(of: item, in: place.old, schema), range), member, &found)
      }
    case .scalar, .alias: break
    }
  }

  /// The entry of the stored list that has the same keys. Entries of other lists are not told apart.
  private func counterpart(of item: NodeRef, in old: NodeRef?, _ schema: Schema) -> NodeRef? {
    guard let old, schema.list == .map, !schema.keys.isEmpty, forest.kind(old) == .sequence else { return nil }
    func key(_ item: NodeRef) -> [ScalarValue?] {
      schema.keys.map { name in forest.value(item, key: name).map { forest.scalarValue($0, dialect: .resource) } }
    }
    let wanted = key(item)
    return forest.items(old).first { key($0) == wanted }
  }

  private func failure(
    of number: Int, _ rules: RuleSet, _ value: Value, _ old: Value?, _ place: Place
  ) -> Failure? {
    let rule = rules.schema.rules[number]
    var bindings = [value, Value.null]
    if rules.mentionsOld[number] {
      if rule.isOldOptional {
        bindings[1] = .optional(OptionalValue(old))
      } else if let old {
        bindings[1] = old
      } else {
        // A rule about a change says nothing of an object that is new.
        return nil
      }
    }
    let result: Result
    switch rules.program(number) {
    case .failure(let failure): result = .broken(failure.message)
    case .success(let program):
      switch caches.evaluate(program, bindings) {
      case .value(.bool(false)):
        let isSecret = forest.isWritten(place.node, at: secrets)
        result = .failed(isSecret ? Self.message(of: rule) : message(of: number, rules, bindings))
      case .value, .unknown: return nil
      case .failed(let failure) where failure.isFinal: result = .unfinished
      case .failed(let failure):
        let isSecret = forest.isWritten(place.node, at: secrets)
        result = .broken(isSecret ? "it looks at a value of a Secret, which is not shown" : failure.message)
      case nil: result = .unfinished
      }
    }
    var failure = Failure(rule: rule, result: result, path: place.path, node: place.node, range: place.range)
    follow(rule.fieldPath, &failure)
    return failure
  }

  private func message(of number: Int, _ rules: RuleSet, _ bindings: [Value]) -> String {
    let rule = rules.schema.rules[number]
    if !rule.messageExpression.isEmpty, case .success(let program) = rules.message(number),
      case .value(.string(let text)) = caches.evaluate(program, bindings),
      !text.contains("\n"), text.utf8.count <= 5_120, text.contains(where: { $0 != " " })
    {
      return text
    }
    return Self.message(of: rule)
  }

  private static func message(of rule: Schema.Rule) -> String {
    rule.message.isEmpty ? "failed rule: \(rule.expression)" : rule.message
  }

  /// Moves a finding to the field that the rule names: `.spec.a`, `['b']`.
  private func follow(_ fieldPath: String, _ failure: inout Failure) {
    var node: NodeRef? = failure.node
    for (name, isKey) in Self.names(in: fieldPath) {
      failure.path.append(isKey ? .key(name) : .field(name))
      let pair = node.flatMap { node in
        forest.kind(node) == .mapping ? forest.pairs(node).first { forest.text($0.key) == name } : nil
      }
      if let pair { failure.range = forest.range(pair.key) }
      node = pair?.value
    }
  }

  private static func names(in fieldPath: String) -> [(String, isKey: Bool)] {
    var result: [(String, isKey: Bool)] = []
    var rest = Substring(fieldPath)
    while let first = rest.first {
      if first == "[", let end = rest.firstIndex(of: "]") {
        result.append((String(rest[..<end].dropFirst().drop { $0 == "'" }.prefix { $0 != "'" }), true))
        rest = rest[rest.index(after: end)...]
      } else {
        rest = rest.drop { $0 == "." }
        let name = rest.prefix { $0 != "." && $0 != "[" }
        if !name.isEmpty { result.append((String(name), false)) }
        rest = rest[name.endIndex...]
      }
    }
    return result
  }

  // MARK: Words

  private static func pointer(_ path: [Step]) -> String {
    path.reduce("") { text, step in
      switch step {
      case .field(let name), .key(let name): text + "/" + JSONPointer.escaped(name)
      case .index(let index): text + "/\(index)"
      }
    }
  }

  private static func fields(_ path: [Step]) -> [String] {
    path.map { step in
      switch step {
      case .field(let name), .key(let name): name
      case .index: "[]"
      }
    }
  }

  /// As our messages are: without a full stop at the end.
  private static func sentence(_ message: String) -> String {
    let line = SchemaValidator.shortened(message.split(separator: "\n").joined(separator: " "), limit: 200)
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
