import Diagnostics
import RuleCatalogue
import RuleFiles

/// The rules of a report as SARIF reporting descriptors, sorted by identifier.
struct SARIFRules {
  private let rules: [(code: String, metadata: RuleMetadata)]
  private let indexes: [RuleID: Int]

  /// All of `rules`; a rule that only a finding knows gets a bare entry, as every result must have one.
  init(_ rules: [RuleMetadata], findings: [Finding]) {
    let known = Set(rules.map(\.id))
    let unknown = Dictionary(
      findings.filter { !known.contains($0.rule) }.map { ($0.rule, Self.bareMetadata(of: $0)) },
      uniquingKeysWith: { first, _ in first })
    self.rules = (rules + unknown.values).map { (Self.code(of: $0.id), $0) }.sorted { $0.code < $1.code }
    indexes = Dictionary(
      self.rules.enumerated().map { ($0.element.metadata.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// Where `rule` stands in the list.
  func index(of rule: RuleID) -> Int { indexes[rule] ?? 0 }

  /// The identifier of `rule` in SARIF: `FLUX-` and six digits.
  ///
  /// Our rules have a name and no number, but validators demand identifiers of this form (SARIF2009 of the Multitool),
  /// and code scanning never forgets one. So the digits come from the name: they are the same for ever without a list
  /// of numbers to keep. (64-bit FNV-1a, modulo a million.)
  package static func code(of rule: RuleID) -> String {
    let digits = String(FNV1a.hash(rule.name.utf8) % 1_000_000)
    return "FLUX-" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  /// `DependsOnCycle` for `depends-on-cycle`.
  static func pascalCase(_ name: String) -> String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  func write(to json: inout JSONWriter) {
    json.field("rules", objects: rules) { json, rule in
      let metadata = rule.metadata
      let prose = metadata.prose
      let summary = SARIFText.prose(prose.summary)
      let why = SARIFText.prose(prose.why.isEmpty ? prose.summary : prose.why)
      json.field("id", rule.code)
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
