import Diagnostics
import RuleCatalogue
import RuleFiles
import Testing

struct CatalogueTests {
  @Test func `the rules are sorted and have constants`() {
    #expect(ruleCatalogue.map(\.id) == ruleCatalogue.map(\.id).sorted())
    #expect(Set(ruleCatalogue.map(\.id)).count == ruleCatalogue.count)
    #expect(ruleCatalogue.rule(named: "depends-on-cycle")?.id == .dependsOnCycle)
    #expect(ruleCatalogue.rule(named: "depends-on-cycle")?.severity == .error)
    #expect(ruleCatalogue.rule(named: "depends-on") == nil)
  }

  @Test(arguments: [
    ("wait-ignore-health-checks", "wait-ignores-health-checks"),
    ("dependson-cycle", "depends-on-cycle"),
    ("depends-on-mising", "depends-on-missing"),
    ("removed-api-versions", "removed-api-version"),
    ("depends-on-cycle", nil),
    ("something-else", nil),
    ("", nil),
  ])
  func `a misspelt name has a nearest rule`(name: String, expected: String?) {
    #expect(ruleCatalogue.nearestName(to: name) == expected)
  }

  @Test(arguments: ruleCatalogue)
  func `an explanation fits the terminal and has every section`(rule: RuleMetadata) throws {
    let file = try #require(rule.file)
    let text = file.explanation()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let tier = rule.tier == .default ? "" : ", \(rule.tier.rawValue)"
    #expect(lines.first == "\(rule.id) (\(rule.severity.rawValue), \(rule.family)\(tier))")
    for line in lines {
      let words = line.split(separator: " ")
      #expect(line.count <= 80 || words.count <= 2, "\(line)")
      #expect(line.last != " ")
    }
    for title in ["Why it matters", "What to do", "When it does not fire", "References"] {
      #expect(lines.contains(Substring(title)))
    }
    let words = { (text: String) in text.split { $0 == " " || $0 == "\n" } }
    #expect(words(text).joined(separator: " ").contains(words(file.prose.why).joined(separator: " ")))
    #expect(text.hasSuffix("\n"))
  }

  @Test func `the width of an explanation can be set`() throws {
    let rule = try #require(ruleCatalogue.rule(named: "depends-on-cycle")?.file)
    let widest = rule.explanation(width: 120).split(separator: "\n").map(\.count).max() ?? 0
    #expect(widest > 80 && widest <= 120)
  }
}
