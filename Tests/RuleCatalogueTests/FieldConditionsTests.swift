import CEL
import RuleFiles
import Testing

/// What must be so of the fields of an object for a rule to say anything about it.
struct FieldConditionsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var names: [(String, String)] = []
    var when: String?
    var each: String?
    var assertion = "false"
    var conditions: [String]
    var testDescription: String { "\(when ?? "-") \(each ?? "-") \(assertion)" }
  }

  static let ofTheProduct = [
    Case(when: "has(object.spec.force)", conditions: ["+0 spec force"]),
    Case(when: "!has(object.spec.force)", conditions: ["+0 spec", "-0 spec force"]),
    Case(when: "object.spec.?force == optional.of(true)", conditions: ["+0 spec force"]),
    // Absent is as good as another value.
    Case(when: "object.spec.?force != optional.of(true)", conditions: ["+0 spec"]),
    Case(when: "object.spec.?type.orValue('') == 'oci'", conditions: ["+0 spec type"]),
    Case(when: "object.spec.?type.orValue('oci') == 'oci'", conditions: ["+0 spec"]),
    Case(when: "object.?spec.?url.hasValue()", conditions: ["+0 spec url"]),
    Case(when: "'key' in object.data", conditions: ["+0 data key"]),
    Case(when: "!('key' in object.data)", conditions: ["+0 data", "-0 data key"]),
    Case(when: "has(object.spec.a) && has(object.spec.b)", conditions: ["+0 spec a", "+0 spec b"]),
    // One of two is enough.
    Case(when: "has(object.spec.a) || has(object.spec.b)", conditions: ["+0 spec"]),
    Case(when: "object.?a.hasValue() || object.?b.hasValue()", conditions: []),
    Case(when: "object.?a.hasValue() ? has(object.b.c) : object.kind == 'X'", conditions: []),
    Case(when: "size(object.spec.?list.orValue([])) > 0", conditions: ["+0 spec list"]),
    Case(when: "object.spec.?list.orValue([]).exists(x, x == 1)", conditions: ["+0 spec list"]),
    Case(when: "object.spec.?list.orValue([]).all(x, x == 1)", conditions: ["+0 spec"]),
    Case(
      names: [("labels", "object.metadata.?labels.orValue({})")], when: "labels.exists(key, key == 'a')",
      conditions: ["+0 metadata labels"]),
    Case(each: "object.spec.?list.orValue([])", assertion: "item == 1", conditions: ["+0 spec list"]),
    Case(each: "object.spec.list", assertion: "item == 1", conditions: ["+0 spec list"]),
    Case(assertion: "has(object.spec.timeout)", conditions: ["+0 spec", "-0 spec timeout"]),
    // What fails beside what is not known is not known, which is told.
    Case(assertion: "object.spec.?a.hasValue() || object.?b.hasValue()", conditions: []),
    // The value of a field that is there may be one that nobody knows, which is told.
    Case(assertion: "object.?a.hasValue()", conditions: []),
    // What another object has says nothing.
    Case(when: "has(kustomization.spec.force)", conditions: []),
    // A call fails with its argument.
    Case(when: "displayName(object.spec) == 'x'", conditions: ["+0 spec"]),
    Case(when: "object.spec.?a.orValue('') == object.spec.?b.orValue('')", conditions: ["+0 spec"]),
  ]

  /// A failure in a rule of a user is told, so that it has to run for it.
  static let ofUsers = [
    Case(when: "has(object.spec.force)", conditions: ["+1 spec force"]),
    Case(when: "has(object.spec.force) && object.spec.force", conditions: ["+1 spec force"]),
    Case(when: "object.?spec.?force == optional.of(true)", conditions: ["+0 spec force"]),
    Case(when: "object.kind == 'X' && has(object.spec.force)", conditions: ["+1 spec force"]),
    Case(assertion: "has(object.spec.timeout)", conditions: ["-0 spec timeout"]),
    Case(when: "object.kind == 'X'", assertion: "has(object.spec.timeout)", conditions: []),
    Case(each: "object.spec.list", assertion: "has(object.spec.timeout)", conditions: []),
    Case(each: "object.?list.orValue([])", assertion: "item == 1", conditions: ["+0 list"]),
  ]

  @Test(arguments: ofTheProduct) func `fields that a rule of the product needs`(_ one: Case) throws {
    let conditions = try Self.conditions(one, failsSilently: true)
    #expect(conditions == one.conditions)
  }

  @Test(arguments: ofUsers) func `fields that a rule of a user needs`(_ one: Case) throws {
    let conditions = try Self.conditions(one, failsSilently: false)
    #expect(conditions == one.conditions)
  }

  private static func conditions(_ one: Case, failsSilently: Bool) throws -> [String] {
    let check = ExpressionCheck(
      match: ["*"], bindings: one.names.map { .init($0.0, $0.1) }, when: one.when, each: one.each,
      assertion: one.assertion, message: "")
    let environment = RuleEnvironment.checking(names: one.names.map(\.0))
    let programs = try check.decidingTexts.map { try Program($0, in: environment) }
    return FieldConditions(of: check, programs, failsSilently: failsSilently).all.map { condition in
      "\(condition.isThere ? "+" : "-")\(condition.known) \(condition.path.joined(separator: " "))"
    }
  }
}
