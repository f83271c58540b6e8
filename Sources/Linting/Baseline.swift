package import Diagnostics
import Reporters
package import SourceText
package import SourceTrees
import YAMLSyntax

/// Findings that a repository had when somebody wrote them down, in `.fluxlint-baseline.json` at its top: they are not
/// reported, so that an old repository hears of what is new.
package struct Baseline {
  package static let path = ".fluxlint-baseline.json"
  static let schema = "fluxlint/baseline/v1"

  /// A mistake in the file.
  struct Mistake: Error {
    /// One sentence in lower case without a final stop.
    var message: String
    var range: SourceRange
  }

  private(set) var findings = KnownFindings()
  private var rules: [Fingerprint: RuleID] = [:]
  /// Where each is written; empty for one that was made here.
  private var ranges: [KnownFindings.Entry: SourceRange] = [:]
  /// The whole file.
  private(set) var bytes: [UInt8] = []

  /// All findings of a report. What is wrong with suppressions is for now, not for later.
  package init(_ report: Report) {
    for finding in report.findings {
      for entry in report.entries(of: finding) { add(entry, finding.rule, 1) }
    }
  }

  /// Reads the file of a tree; nil where it has none.
  ///
  /// - Parameter file: the number that it has in ranges.
  package init?(of tree: any SourceTree, as file: FileID) throws(LinterError) {
    guard let entry = tree.entries.first(where: { $0.path == Self.path }) else { return nil }
    guard entry.mode == .regular || entry.mode == .executable else {
      throw .configuration(message: "the baseline must be a file", place: Self.path)
    }
    do {
      var reader = try tree.makeReader()
      bytes = try reader.contents(of: entry)
    } catch {
      throw .tree(error)
    }
    do {
      try read(as: file)
    } catch {
      let place = LineIndex(bytes).position(of: Int(error.range.lowerBound), in: bytes)
      throw .configuration(
        message: "\(error.message); 'fluxlint baseline write' makes the file anew",
        place: "\(Self.path):\(place.line):\(place.column)")
    }
  }

  private mutating func read(as file: FileID) throws(Mistake) {
    let parsed = YAMLParser.parse(bytes, file: file, tree: 0)
    let forest = Forest(trees: [parsed])
    if let problem = parsed.problems.first { throw Mistake(message: problem.message, range: problem.range) }
    guard let root = parsed.documents.first?.root, forest.kind(root) == .mapping else {
      throw Mistake(
        message: "this is no baseline",
        range: SourceRange(file: file, 0..<0))
    }
    guard let schema = forest.value(root, "schema"), forest.text(schema) == Self.schema else {
      throw Mistake(
        message: "this fluxlint reads baselines of the schema '\(Self.schema)'", range: forest.range(root))
    }
    func pairs(_ node: NodeRef) throws(Mistake) -> [Forest.Pair] {
      guard forest.kind(node) == .mapping else {
        throw Mistake(message: "this must be a mapping", range: forest.range(node))
      }
      return forest.pairs(node)
    }
    guard let rules = forest.value(root, "rules") else { return }
    for rule in try pairs(rules) {
      for path in try pairs(rule.value) {
        for known in try pairs(path.value) {
          guard let fingerprint = Fingerprint(forest.text(known.key)), let count = Int(forest.text(known.value)),
            count > 0
          else { throw Mistake(message: "this is no fingerprint with its number", range: forest.range(known.key)) }
          let entry = KnownFindings.Entry(fingerprint: fingerprint, path: forest.text(path.key))
          add(entry, RuleID(forest.text(rule.key)), count)
          ranges[entry] = forest.range(known.key)
        }
      }
    }
  }

  private mutating func add(_ entry: KnownFindings.Entry, _ rule: RuleID, _ count: Int) {
    findings.add(entry, count: count)
    rules[entry.fingerprint] = rule
  }

  package var count: Int { findings.counts.values.reduce(0, +) }

  /// What the file says, in an order that does not depend on the machine.
  package var text: String {
    var byRule: [String: [String: [(name: String, count: Int)]]] = [:]
    for (entry, count) in findings.counts {
      let rule = rules[entry.fingerprint]?.name ?? ""
      byRule[rule, default: [:]][entry.path, default: []].append((entry.fingerprint.description, count))
    }
    var json = JSONWriter()
    json.object { json in
      json.field("schema", Self.schema)
      json.field("rules") { json in
        for (rule, paths) in byRule.sorted(by: { $0.key < $1.key }) {
          json.field(rule) { json in
            for (path, known) in paths.sorted(by: { $0.key < $1.key }) {
              json.field(path) { json in
                for (name, count) in known.sorted(by: { $0.name < $1.name }) { json.field(name, count) }
              }
            }
          }
        }
      }
    }
    return json.text
  }

  // MARK: - Use

  /// Findings of one entry that are there no more.
  package struct Stale {
    var entry: KnownFindings.Entry
    var rule: RuleID
    package var count: Int
    /// Of the entry.
    var range: SourceRange?
  }

  /// What became of a report that was held against a baseline.
  package struct Outcome {
    /// By path and rule.
    package var stale: [Stale]
    /// The baseline without them.
    package var pruned: Baseline
  }

  /// Takes what the baseline knows out of a report.
  ///
  /// - Parameter running: the rules that have run; of others nobody knows what they would have found.
  package func apply(to report: inout Report, running: Set<RuleID>) -> Outcome {
    var rest = findings
    let isKnown = rest.match(report).map(\.isKnown)
    for (finding, isKnown) in zip(report.findings, isKnown) where isKnown {
      var finding = finding
      finding.suppression = Finding.Suppression(kind: .baseline)
      report.suppressed.append(finding)
      report.baselineCount += 1
    }
    report.findings = zip(report.findings, isKnown).filter { !$1 }.map(\.0)
    report.suppressed.sort(by: Finding.inReportOrder)
    var outcome = Outcome(stale: [], pruned: self)
    outcome.pruned.findings = KnownFindings()
    for (entry, count) in findings.counts {
      var left = count
      if let rule = rules[entry.fingerprint], running.contains(rule), let gone = rest.counts[entry] {
        left -= gone
        outcome.stale.append(Stale(entry: entry, rule: rule, count: gone, range: ranges[entry]))
      }
      if left > 0 { outcome.pruned.findings.add(entry, count: left) }
    }
    outcome.stale.sort {
      ($0.entry.path, $0.rule.name, $0.entry.fingerprint) < ($1.entry.path, $1.rule.name, $1.entry.fingerprint)
    }
    return outcome
  }
}
