import CEL
import Synchronization
import TextMatching
package import YAMLSyntax

/// Patterns and validation rules that were compiled already, and what is left of the budget. One for each worker: it is not
/// shared between threads.
package final class ValidatorCaches {
  private var patterns: [String: LinearRegex?] = [:]
  private var failures: [String: LinearRegex.Failure] = [:]
  private var ruleSets: [ObjectIdentifier: RuleSet] = [:]
  private let compiled: CompiledRules
  /// What the rules of a run of objects may cost together, in steps; no rule may take more than a part of it. A run is
  /// the same whoever does it, so that no result depends on the schedule.
  private var stepsLeft = ValidatorCaches.stepBudget
  private static let stepBudget = 2_000_000
  /// How many values of a run of objects may be held against schemas; about a second.
  private(set) var valuesLeft = ValidatorCaches.valueBudget
  private static let valueBudget = 4_000_000

  /// - Parameter compiled: What the workers of a run share.
  package init(_ compiled: CompiledRules = CompiledRules()) { self.compiled = compiled }

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

  /// What is wrong with a definition whose pattern is no regular expression; nil for one that is, or that is too large to
  /// be tried.
  package func violation(ofPattern node: NodeRef, in forest: Forest, kind: String) -> Violation? {
    guard forest.kind(node) == .scalar else { return nil }
    let pattern = forest.text(node)
    guard matches(pattern, "") == nil, let failure = failure(of: pattern), !failure.isLimit else { return nil }
    return Violation(
      kind: .format, path: "", field: [], range: forest.range(node),
      message: Self.words(pattern, kind, failure), label: "the API server refuses the definition",
      isOfDefinition: true)
  }

  static func words(_ pattern: String, _ kind: String, _ failure: LinearRegex.Failure) -> String {
    "'\(SchemaValidator.shortened(pattern))' in the definition of \(kind) is no regular expression: \(failure.reason)"
  }

  /// The rules of a schema.
  ///
  /// - Parameter isObject: Whether the schema describes whole objects.
  func rules(of schema: Schema, isObject: Bool) -> RuleSet {
    let key = ObjectIdentifier(schema)
    if let known = ruleSets[key] { return known }
    let rules = compiled.rules(of: schema, isObject: isObject)
    ruleSets[key] = rules
    return rules
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

/// The validation rules of all schemas that were asked for, compiled once for all workers.
package final class CompiledRules: Sendable {
  private let ruleSets = Mutex<[ObjectIdentifier: RuleSet]>([:])

  package init() {}

  fileprivate func rules(of schema: Schema, isObject: Bool) -> RuleSet {
    ruleSets.withLock { sets in
      if let known = sets[ObjectIdentifier(schema)] { return known }
      let made = RuleSet(schema, isObject: isObject)
      sets[ObjectIdentifier(schema)] = made
      return made
    }
  }
}

/// The rules of one schema, compiled over the type of its values when one is first evaluated.
final class RuleSet: Sendable {
  /// Kept, for it is known by its identity.
  let schema: Schema
  /// Of each rule whether it is about a change.
  let mentionsOld: [Bool]
  private let isObject: Bool
  private let made: Mutex<Made>

  private struct Made {
    var environment: Environment?
    /// Of each rule, and of the expression of its message.
    var programs: [Result<Program, Failure>?]
    var messages: [Result<Program, Failure>?]
    var fields: Set<String>??
  }

  init(_ schema: Schema, isObject: Bool) {
    self.schema = schema
    self.isObject = isObject
    mentionsOld = schema.rules.map { $0.expression.utf8.contains(subsequence: "oldSelf") }
    let none = [Result<Program, Failure>?](repeating: nil, count: schema.rules.count)
    made = Mutex(Made(programs: none, messages: none))
  }

  /// A rule as an expression over `self` and `oldSelf`.
  func program(_ number: Int) -> Result<Program, Failure> {
    made.withLock { made in
      if let known = made.programs[number] { return known }
      let program = compiled(schema.rules[number].expression, of: number, &made)
      made.programs[number] = program
      return program
    }
  }

  /// The expression of a rule's message.
  func message(_ number: Int) -> Result<Program, Failure> {
    made.withLock { made in
      if let known = made.messages[number] { return known }
      let program = compiled(schema.rules[number].messageExpression, of: number, &made)
      made.messages[number] = program
      return program
    }
  }

  /// The fields of `self` that the rules look at, as they write them; nil when it may be any.
  var fields: Set<String>? {
    made.withLock { made in
      if let known = made.fields { return known }
      let environment = environment(&made)
      var all: Set<String>? = []
      for rule in schema.rules where all != nil {
        let more = rule.messageExpression.isEmpty ? Program.fields(of: "self", in: rule.expression, environment) : nil
        all = more.flatMap { all?.union($0) }
      }
      made.fields = .some(all)
      return all
    }
  }

  private func compiled(_ expression: String, of number: Int, _ made: inout Made) -> Result<Program, Failure> {
    var environment = environment(&made)
    if schema.rules[number].isOldOptional { environment.declare("oldSelf", .optional(environment.variables[1].type)) }
    do throws(CELError) {
      return .success(try Program(expression, in: environment))
    } catch {
      return .failure(Failure(error.message))
    }
  }

  private func environment(_ made: inout Made) -> Environment {
    if let known = made.environment { return known }
    var environment = Environment.kubernetes(minor: 34)
    let type = RuleTypes.type(of: schema, isObject: isObject) ?? .dyn
    environment.declare("self", type)
    environment.declare("oldSelf", type)
    made.environment = environment
    return environment
  }
}
