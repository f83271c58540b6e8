import Testing
import YAMLSyntax

/// Whole files against what kustomize made of them.
@Suite struct DecodeTests {
  struct Case: Decodable {
    var path: String
    var yaml: String
    var json: JSON?
    var message: String?
  }

  /// Parts of inputs and messages that mark what other modules decide: kustomize's checks of objects, its treatment of
  /// annotations, lists and merges, and what happens when it prints a document and reads it again.
  static let decidedElsewhere = [
    "missing kind", "missing metadata.name", "missing Resource metadata", "unsupported type: map", "invalid map key",
    "annotations", "List\n", "map merge", "process dies", "kustomization.yaml is empty", "unsupported map key",
    "\"<<\"", "'<<'", "!!str <<", "!!merge", "<<: {a: x}", "  <<: *x", "null: a", "~: a", "!!null \"\": a",
    ">\n", ">+\n", "|+\n    x\n\n  #c", "\\u0085", "\\N", "control characters", "kkkkkkkk", "éééééééé",
    "unmarshal errors",
    // kustomization.yaml is not cut, its last key counts, and its keys are typed.
    "%YAML", "%TAG", "namePrefix: a-\nnamePrefix", "{yes: a}", "{y: a}", "{0x10: a}", "{1e3: a}", "a: \"2\"}", "[]: x",
    // Tags that end in a comma are refused.
    "!!str,", "[!, x]",
  ]

  @Test(
    .enabled(if: SharedCases.arePresent),
    arguments: [("resource", ScalarDialect.resource, 717), ("kustomization", .kustomization, 304)])
  func `files are decoded as recorded`(path: String, dialect: ScalarDialect, atLeast: Int) throws {
    let cases: [Case] = try SharedCases.read("decode.json").filter { $0.path == path }
    var count = 0
    for item in cases {
      let isElsewhere = Self.decidedElsewhere.contains { item.yaml.contains($0) || item.message?.contains($0) == true }
      let result = decode(item.yaml, dialect)
      if result == item.json {
        count += 1
      } else if !isElsewhere {
        Issue.record("\(item.yaml.debugDescription) is \(item.json as JSON?), not \(result as JSON?)")
      }
    }
    #expect(count >= atLeast)
  }

  /// The objects of a resource file, or the first document; nil if there is an error.
  private func decode(_ yaml: String, _ dialect: ScalarDialect) -> JSON? {
    let forest = forest(yaml)
    guard forest.problems.isEmpty else { return nil }
    do throws(ScalarError) {
      var objects: [JSON] = []
      for document in forest.trees[0].documents { objects.append(try forest.json(document.root, dialect)) }
      guard dialect == .resource else { return objects.first ?? .null }
      return .array(objects.filter { $0 != .null && $0 != .object([:]) && $0 != .array([]) })
    } catch {
      return nil
    }
  }
}

extension Forest {
  fileprivate func json(_ ref: NodeRef, _ dialect: ScalarDialect, inFlow: Bool = false) throws(ScalarError) -> JSON {
    let node = self[ref]
    let inFlow = inFlow || node.style == .flow
    switch node.kind {
    case .mapping:
      var result: [String: JSON] = [:]
      for pair in pairs(ref) { result[text(pair.key)] = try json(pair.value, dialect, inFlow: inFlow) }
      return .object(result)
    case .sequence:
      var result: [JSON] = []
      for item in items(ref) { result.append(try json(item, dialect, inFlow: inFlow)) }
      return .array(result)
    case .scalar, .alias:
      // When kustomize prints a flow collection and reads it again, what was left out becomes an empty string.
      if dialect == .resource, inFlow, node.flags.contains(.omitted), node.tag == .none { return .string("") }
      switch try checkedScalarValue(ref, dialect: dialect) {
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
