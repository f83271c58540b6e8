import Diagnostics
import RuleCatalogue
import RuleFiles

/// The rules of a report as SARIF reporting descriptors, sorted by identifier.
struct SARIFRules {
  private let rules: [RuleMetadata]
  private let indexes: [RuleID: Int]

  /// The rules that findings have; a rule that only a finding knows gets a bare entry, as every result must have one.
  ///
  /// - Parameter listsAll: whether the others of `rules` are there as well.
  init(_ rules: [RuleMetadata], findings: [Finding], listsAll: Bool) {
    var unknown = Dictionary(findings.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    var listed: [RuleMetadata] = []
    for rule in rules where unknown.removeValue(forKey: rule.id) != nil || listsAll { listed.append(rule) }
    self.rules = (listed + unknown.values.map(Self.bareMetadata)).sorted { $0.id < $1.id }
    indexes = Dictionary(
      self.rules.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// Where `rule` stands in the list.
  func index(of rule: RuleID) -> Int { indexes[rule] ?? 0 }

  /// `DependsOnCycle` for `depends-on-cycle`.
  static func pascalCase(_ name: String) -> String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  func write(to json: inout JSONWriter) {
    json.field("rules", objects: rules) { json, metadata in
      let prose = metadata.prose
      let summary = SARIFText.prose(prose.summary)
      let why = SARIFText.prose(prose.why.isEmpty ? prose.summary : prose.why)
      json.field("id", metadata.id.name)
      json.field("name", Self.pascalCase(metadata.id.name))
      json.field("shortDescription") { $0.field("text", summary) }
      json.field("fullDescription") { $0.field("text", why) }
      json.field("help") {
        $0.field("text", [why, SARIFText.prose(prose.fix)].filter { !$0.isEmpty }.joined(separator: " "))
        $0.field("markdown", Self.markdown(metadata, prose))
      }
      json.field("helpUri", prose.references.map(\.source).first(where: Self.isWebAddress) ?? SARIFReporter.home)
      json.field("defaultConfiguration") { $0.field("level", metadata.severity.rawValue) }
      json.field("properties") {
        $0.field(
          "tags",
          strings: ["flux", metadata.family, metadata.id.name, metadata.tier == .default ? "" : metadata.tier.rawValue]
            .filter { !$0.isEmpty })
        $0.field("precision", "high")
        $0.field("problem.severity", metadata.severity == .note ? "recommendation" : metadata.severity.rawValue)
      }
    }
  }

  private static func markdown(_ rule: RuleMetadata, _ prose: RuleProse) -> String {
    var paragraphs = ["# \(SARIFText.prose(prose.summary))", "Rule `\(rule.id.name)`, \(rule.severity.rawValue)."]
    if !prose.why.isEmpty { paragraphs.append(prose.why) }
    if !prose.fix.isEmpty { paragraphs += ["## What to do", prose.fix] }
    if !prose.guards.isEmpty {
      paragraphs += ["## When it is not reported", prose.guards.map { "- \($0)" }.joined(separator: "\n")]
    }
    if !prose.references.isEmpty {
      let references = prose.references.map {
        isWebAddress($0.source) ? "- [\($0.title)](\($0.source))" : "- \($0.title): `\($0.source)`"
      }
      paragraphs += ["## References", references.joined(separator: "\n")]
    }
    return paragraphs.joined(separator: "\n\n") + "\n"
  }

  private static func isWebAddress(_ source: String) -> Bool {
    source.hasPrefix("https://") && source.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func bareMetadata(of finding: Finding) -> RuleMetadata {
    let summary = finding.rule.name.split(separator: "-").joined(separator: " ")
    return RuleMetadata(
      id: finding.rule, family: "", severity: finding.severity, summary: summary,
      text: .read(RuleProse(summary: summary)))
  }
}
