/// Writes the Swift files that the build plugin adds to `RuleCatalogue` and `BuiltInRules`.
package enum SwiftEmitter {
  /// Words that Swift names write in one case.
  private static let initialisms: Set<Substring> = ["api", "crd", "lfs", "oci", "url", "yaml"]

  /// `depends-on-cycle` is `DependsOnCycle`, `invalid-yaml` is `InvalidYAML`.
  package static func typeName(_ ruleName: String) -> String {
    ruleName.split(separator: "-").map(capitalized).joined()
  }

  /// `depends-on-cycle` is `dependsOnCycle`, `api-version-x` is `apiVersionX`.
  package static func constantName(_ ruleName: String) -> String {
    let words = ruleName.split(separator: "-")
    return String(words.first ?? "") + words.dropFirst().map(capitalized).joined()
  }

  private static func capitalized(_ word: Substring) -> String {
    initialisms.contains(word) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
  }

  /// A constant for each rule and the list of all, sorted by name.
  package static func catalogue(_ rules: [RuleFile]) -> String {
    var text = header
    text += "package import Diagnostics\n\nextension RuleID {\n"
    for rule in rules {
      text += "  package static let \(constantName(rule.name)) = RuleID(\(literal(rule.name)))\n"
    }
    text += "}\n\n/// All rules, sorted by name.\npackage let ruleCatalogue: [RuleMetadata] = [\n"
    for rule in rules {
      text += """
          RuleMetadata(
            id: .\(constantName(rule.name)),
            family: \(literal(rule.family)),
            severity: .\(rule.severity),
            summary: \(literal(rule.summary)),
            why: \(literal(rule.why)),
            fix: \(literal(rule.fix)),
            guards: [\(rule.guards.map(literal).joined(separator: ", "))],
            references: [\(rule.references.map(reference).joined(separator: ", "))],
            badExample: \(literal(rule.badExample)),
            goodExample: \(literal(rule.goodExample)),
            markdown: \(literal(RulePage.markdown(rule)))),

        """
    }
    return text + "]\n"
  }

  /// The list of the types that carry out the rules: a rule file without its Swift type does not compile.
  package static func registry(_ rules: [RuleFile]) -> String {
    var text = header
    text += "package import RuleEngine\n\n/// The rules, sorted by name.\n"
    text += "package let builtInRules: [any Rule.Type] = [\n"
    for rule in rules { text += "  \(typeName(rule.name)).self,\n" }
    return text + "]\n"
  }

  private static let header = "// Generated from rules/ by rulegen.\n\n"

  private static func reference(_ reference: RuleFile.Reference) -> String {
    ".init(title: \(literal(reference.title)), source: \(literal(reference.source)))"
  }

  static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
