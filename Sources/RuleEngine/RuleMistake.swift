import Diagnostics
package import SourceText

/// What is wrong with a rule of a user.
package struct RuleMistake: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The file is no rule, so that nothing of it runs.
    case unreadable
    /// There is no directory of this name, or no rule in it.
    case missingDirectory
    /// An expression fails for some object.
    case failing
    /// An expression does not come to an end for some object; nothing counts that the rule says of others.
    case tooLong
  }

  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange
  package var kind: Kind

  package init(message: String, range: SourceRange, kind: Kind = .unreadable) {
    (self.message, self.range, self.kind) = (message, range, kind)
  }
}

extension FindingSink {
  /// A finding of the rule that tells them.
  package mutating func report(_ mistake: RuleMistake) {
    let (label, help) =
      switch mistake.kind {
      case .unreadable: ("the rule does not run", "correct the file; 'fluxlint rules test' tries its examples")
      case .missingDirectory:
        ("none of its rules runs", "correct the directory in 'rulesDirectories', or take it out")
      case .failing:
        (
          "not checked",
          "correct the expression; ask for what may be absent with 'has(...)', or write '.?field.orValue(...)'"
        )
      case .tooLong: ("the rule does not run", "write it so that it goes through fewer values")
      }
    report(mistake.message, at: mistake.range, label: label, help: help)
  }
}
