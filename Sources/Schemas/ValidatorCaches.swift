import CEL
import TextMatching

/// Patterns and validation rules that were compiled already. One for each worker: it is not shared between threads.
package final class ValidatorCaches {
  private var patterns: [String: LinearRegex?] = [:]
  private var programs: [String: Program?] = [:]
  /// What all rules of one check may cost together.
  var stepsLeft = 50_000_000

  private static let environment: Environment = {
    var environment = Environment.kubernetes(minor: 34)
    environment.declare("self")
    return environment
  }()

  package init() {}

  /// Whether a part of the text matches; nil for a pattern that cannot be read.
  func matches(_ pattern: String, _ text: String) -> Bool? {
    if let known = patterns[pattern] { return known?.matchesPart(text) }
    let regex = try? LinearRegex(pattern)
    patterns[pattern] = .some(regex)
    return regex?.matchesPart(text)
  }

  /// The program of a rule; nil for one that does not compile, which whoever applies the definition is told.
  func program(_ expression: String) -> Program? {
    if let known = programs[expression] { return known }
    let program = try? Program(expression, in: Self.environment)
    programs[expression] = .some(program)
    return program
  }
}
