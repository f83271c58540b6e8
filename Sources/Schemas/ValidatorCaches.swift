import CEL
import TextMatching

/// Patterns and validation rules that were compiled already. One for each worker: it is not shared between threads.
package final class ValidatorCaches {
  private var patterns: [String: LinearRegex?] = [:]
  private var programs: [String: Compiled] = [:]
  /// What all rules of one check may cost together, in steps; no rule may take more than a part of it.
  private(set) var stepsLeft = 10_000_000

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
