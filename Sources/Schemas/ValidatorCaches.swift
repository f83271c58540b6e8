import CEL
import TextMatching

/// Patterns and validation rules that were compiled already. One for each worker: it is not shared between threads.
package final class ValidatorCaches {
  private var patterns: [String: LinearRegex?] = [:]
  private var programs: [String: Compiled] = [:]
  /// By schema: the fields that its rules look at, nil for all of them.
  private var fields: [ObjectIdentifier: Set<String>?] = [:]
  /// What the rules of a run of objects may cost together, in steps; no rule may take more than a part of it. A run is
  /// the same whoever does it, so that no result depends on the schedule.
  private(set) var stepsLeft = ValidatorCaches.budget
  private static let budget = 2_000_000

  private enum Compiled {
    case program(Program)
    case failure(Failure)
  }

  private static let environment: Environment = {
    var environment = Environment.kubernetes(minor: 34)
    environment.declare("self")
    environment.declare("oldSelf")
    return environment
  }()

  package init() {}

  /// Begins another run of objects.
  package func renewBudget() { stepsLeft = Self.budget }

  /// Whether a part of the text matches; nil for a pattern that cannot be read.
  func matches(_ pattern: String, _ text: String) -> Bool? {
    if let known = patterns[pattern] { return known?.matchesPart(text) }
    let regex = try? LinearRegex(pattern)
    patterns[pattern] = .some(regex)
    return regex?.matchesPart(text)
  }

  /// The result of an expression over `self` and `oldSelf`; nil when there is no time left for it.
  func evaluate(_ expression: String, _ bindings: [Value]) -> Program.Outcome? {
    guard stepsLeft > 0 else { return nil }
    switch compiled(expression) {
    case .failure(let failure): return .failed(failure)
    case .program(let program):
      let limit = min(stepsLeft, Program.defaultSteps)
      var left = limit
      defer { stepsLeft -= limit - max(left, 0) }
      return program.run(NoSource(), bindings, stepsLeft: &left)
    }
  }

  /// The fields of `self` that the rules of a schema look at, as the rules write them; nil when it may be any.
  func fieldsOfRules(of schema: Schema) -> Set<String>? {
    if let known = fields[ObjectIdentifier(schema)] { return known }
    var all: Set<String>? = []
    for rule in schema.rules {
      let more =
        rule.messageExpression.isEmpty
        ? Program.fields(of: "self", in: rule.expression, Self.environment) : nil
      all = more.flatMap { all?.union($0) }
    }
    fields[ObjectIdentifier(schema)] = .some(all)
    return all
  }

  private func compiled(_ expression: String) -> Compiled {
    if let known = programs[expression] { return known }
    let result: Compiled
    do throws(CELError) {
      result = .program(try Program(expression, in: Self.environment))
    } catch {
      result = .failure(Failure(error.message))
    }
    programs[expression] = result
    return result
  }
}
