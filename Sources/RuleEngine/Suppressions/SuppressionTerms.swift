import Diagnostics
import RuleCatalogue
import ScalarFormats

/// What a suppression says in one line of text: which rules, until when and why.
struct SuppressionTerms {
  var rules: Set<RuleID> = []
  /// The words that name them.
  var names: [String] = []
  /// The last day that it holds.
  var until: SuppressionDate?
  var reason = ""
  /// What is wrong with it, each with what to do.
  var mistakes: [(message: String, help: String)] = []

  /// - Parameters:
  ///   - names: rules and families, separated by commas.
  ///   - rest: `until=DATE` and the reason.
  init(names: Substring, rest: Substring, _ known: KnownRules) {
    if names.allSatisfy({ $0 == "," || $0 == " " || $0 == "\t" }) {
      mistakes.append(("it names no rule", "name the rules that it is about, separated by commas"))
    }
    for name in names.split(separator: ",").map({ String($0.trimmed) }) {
      if let meant = known.rules(name) {
        rules.formUnion(meant)
        self.names.append(name)
      } else {
        mistakes.append(
          (
            "'\(name)' is no rule",
            known.nearest(to: name).map { "did you mean '\($0)'?" } ?? "'fluxlint rules' lists them"
          ))
      }
    }
    var words = rest.split { $0 == " " || $0 == "\t" }
    if let index = words.firstIndex(where: { $0.hasPrefix("until=") }) {
      let text = words.remove(at: index).dropFirst("until=".count)
      until = SuppressionDate(String(text))
      if until == nil {
        mistakes.append(("'\(text)' is no day", "write one as in 'until=2027-03-01'"))
      }
    }
    reason = words.joined(separator: " ")
  }
}

/// A day, the end of which is in UTC.
package struct SuppressionDate: Hashable, Sendable, CustomStringConvertible {
  /// `2027-03-01`.
  package let description: String
  private let end: Int64

  /// Nil for what is no day of the calendar.
  package init?(_ text: String) {
    guard text.utf8.count == 10, let start = try? Timestamp(text + "T00:00:00Z") else { return nil }
    description = text
    end = start.seconds + 86_400
  }

  /// - Parameter now: seconds since 1970; nil when nobody knows.
  package func isPast(_ now: Int64?) -> Bool { now.map { end <= $0 } ?? false }
}

extension Substring {
  var trimmed: Substring {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
    let start = drop(while: isSpace)
    return start.dropLast(start.reversed().prefix(while: isSpace).count)
  }
}
