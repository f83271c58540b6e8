import CEL
import TextMatching

/// Patterns and validation rules that were compiled already, and what is left of the budget. One for each worker: it is not
/// shared between threads.
package final class ValidatorCaches {
  private var patterns: [String: LinearRegex?] = [:]
  private var failures: [String: LinearRegex.Failure] = [:]
  private var ruleSets: [ObjectIdentifier: RuleSet] = [:]
  /// What the rules of a run of objects may cost together, in steps; no rule may take more than a part of it. A run is
  /// the same whoever does it, so that no result depends on the schedule.
  private var stepsLeft = ValidatorCaches.stepBudget
  private static let stepBudget = 2_000_000
  /// How many values of a run of objects may be held against schemas; about a second.
  private(set) var valuesLeft = ValidatorCaches.valueBudget
  private static let valueBudget = 4_000_000

  package init() {}

  /// Begins another run of objects.
  package func renewBudget() {
    stepsLeft = Self.stepBudget
    valuesLeft = Self.valueBudget
  }

  func spend(values count: Int) { valuesLeft -= count }

  /// Whether a part of the text matches; nil for a pattern that cannot be read.
  func matches(_ pattern: String, _ text: String) -> Bool? {
    if let known = patterns[pattern] { return known?.matchesPart(text) }
    var regex: LinearRegex?
    do throws(LinearRegex.Failure) {
      regex = try LinearRegex(pattern)
    } catch {
      failures[pattern] = error
    }
    patterns[pattern] = .some(regex)
    return regex?.matchesPart(text)
  }

  /// Why a pattern cannot be read, once it was tried.
  func failure(of pattern: String) -> LinearRegex.Failure? { failures[pattern] }

  /// The rules of a schema.
  ///
  /// - Parameter isObject: Whether the schema describes whole objects.
  func rules(of schema: Schema, isObject: Bool) -> RuleSet {
    let key = ObjectIdentifier(schema)
    if let known = ruleSets[key] { return known }
    let made = RuleSet(schema, isObject: isObject)
    ruleSets[key] = made
    return made
  }

  /// Evaluates within what is left; nil when nothing is.
  func evaluate(_ program: Program, _ bindings: [Value]) -> Program.Outcome? {
    guard stepsLeft > 0 else { return nil }
    let limit = min(stepsLeft, Program.defaultSteps)
    var left = limit
    defer { stepsLeft -= limit - max(left, 0) }
    return program.run(NoSource(), bindings, stepsLeft: &left)
  }
}

/// The rules of one schema, compiled over the type of its values.
final class RuleSet {
  /// Kept, for it is known by its identity.
  private let schema: Schema
  private let environment: Environment
  private var programs: [String: Result<Program, Failure>] = [:]
  /// The fields of `self` that the rules look at, as they write them; nil when it may be any.
  private(set) lazy var fields: Set<String>? = findFields()

  init(_ schema: Schema, isObject: Bool) {
    self.schema = schema
    var environment = Environment.kubernetes(minor: 34)
    let type = RuleTypes.type(of: schema, isObject: isObject) ?? .dyn
    environment.declare("self", type)
    environment.declare("oldSelf", type)
    self.environment = environment
  }

  /// An expression over `self` and `oldSelf`.
  func program(_ expression: String, isOldOptional: Bool) -> Result<Program, Failure> {
    // A rule of either kind and the text of the other are seldom the same.
    let key = isOldOptional ? expression + "\u{0}" : expression
    if let known = programs[key] { return known }
    var environment = environment
    if isOldOptional { environment.declare("oldSelf", .optional(environment.variables[1].type)) }
    let result: Result<Program, Failure>
    do throws(CELError) {
      result = .success(try Program(expression, in: environment))
    } catch {
      result = .failure(Failure(error.message))
    }
    programs[key] = result
    return result
  }

  private func findFields() -> Set<String>? {
    var all: Set<String>? = []
    for rule in schema.rules {
      let more =
        rule.messageExpression.isEmpty ? Program.fields(of: "self", in: rule.expression, environment) : nil
      all = more.flatMap { all?.union($0) }
    }
    return all
  }
}
