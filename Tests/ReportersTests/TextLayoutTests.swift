import Diagnostics
import Reporters
import SourceText
import Testing

/// What is where in a text report.
struct TextLayoutTests {
  /// Findings on lines of their own in two files, in the order of their places.
  private func report(
    _ rules: [(name: String, severity: Severity, clusters: [String])], notChecked: [NotChecked] = []
  ) -> Report {
    let bytes = Array(String(repeating: "a\n", count: 200).utf8)
    let findings = rules.enumerated().map { index, rule in
      Finding(
        rule: RuleID(rule.name), severity: rule.severity, message: "message \(index)",
        range: SourceRange(file: FileID(index % 2), index * 2..<index * 2 + 1), clusters: rule.clusters,
        help: "the same for all")
    }
    return Report(
      subject: Subject(kind: .directory),
      files: ["a.yaml", "b.yaml"].map { SourceFile(path: $0, bytes: bytes) },
      findings: findings.sorted(by: Finding.inReportOrder), notChecked: notChecked, fileCount: 2, objectCount: 3,
      clusters: ["production", "staging"])
  }

  private func lines(
    _ report: Report, width: Int? = nil, detail: TextReporter.Detail = .usual, by grouping: ReportGrouping = .rule,
    showsNotes: Bool = false, linkBase: String? = nil
  ) -> [String] {
    TextReporter(
      style: TextStyle(color: false, width: width, linkBase: linkBase), detail: detail, grouping: grouping,
      showsNotes: showsNotes
    ).text(of: report).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private let mixed: [(name: String, severity: Severity, clusters: [String])] = [
    ("minor", .note, []), ("usual", .warning, ["staging"]), ("grave", .error, ["production", "staging"]),
    ("minor", .note, []), ("grave", .error, ["production"]),
  ]

  @Test func `errors come first, then warnings, and notes are counted`() {
    let lines = lines(report(mixed))
    #expect(lines[0].hasPrefix("error[grave]"))
    let headlines = lines.compactMap { $0.firstMatch(of: /^(error|warning|note)\[/).map { String($0.output.1) } }
    #expect(headlines == ["error", "error", "warning"])
    #expect(lines.contains { $0.hasPrefix("2 errors, 1 warning, 2 notes in 2 of 2 files") })
    #expect(lines.contains { $0.contains("--verbose: 2 notes") })
  }

  @Test func `notes are shown when they are wanted, or when they fail the check`() {
    #expect(lines(report(mixed), detail: .full).filter { $0.hasPrefix("note[") }.count == 2)
    #expect(lines(report(mixed), showsNotes: true).filter { $0.hasPrefix("note[") }.count == 2)
  }

  @Test func `many findings of a rule are explained once`() {
    let lines = lines(report(Array(repeating: ("grave", .error, []), count: 30)))
    #expect(lines.filter { $0.hasPrefix("error[") }.count == 1)
    #expect(lines.filter { $0.contains("help: the same for all") }.count == 1)
    #expect(lines.contains("   = and 29 more of grave:"))
    #expect(lines.filter { $0.hasPrefix("     ") && $0.contains("message") }.count == 29, "errors are never left out")

    let warnings = self.lines(report(Array(repeating: ("usual", .warning, []), count: 30)))
    #expect(warnings.contains("     and 19 more"))
    #expect(
      self.lines(report(Array(repeating: ("usual", .warning, []), count: 3))).filter { $0.hasPrefix("warning[") }.count
        == 3)
  }

  @Test func `the end says what to do first in at most eight lines`() throws {
    var report = report(
      (0..<40).map { ("rule-\($0 % 8)", $0 % 8 < 2 ? .error : .warning, []) } + [("minor", .note, [])],
      notChecked: ["remote-base", "no-schema", "new-one", "other-source", "variables", "not-followed", "template"].map {
        NotChecked(reason: "because", kind: $0, path: "x", count: 3)
      })
    for index in report.findings.indices where report.findings[index].rule.name == "rule-1" {
      report.findings[index].repair = .versions
    }
    let text = lines(report, width: 80)
    let start = try #require(text.firstIndex { $0.hasPrefix("10 errors, 30 warnings, 1 note") })
    let summary = text[start...].dropLast()
    #expect(summary.count <= 8)
    #expect(summary.dropFirst().first == "fix first:    5 errors    rule-0            fluxlint explain rule-0")
    #expect(summary.dropFirst(2).first == "              5 errors    rule-1            fluxlint migrate --write")
    #expect(summary.contains { $0.contains("of 5 other rules") })
    #expect(
      summary.contains { $0.hasPrefix("not checked: 3 remote bases, 3 objects without a schema, 3 other things") })
    #expect(summary.joined(separator: " ").contains(", 9 more"))
    #expect(summary.last == "see more:    fluxlint check --verbose: 1 note, 32 findings in full, all reasons")
  }

  @Test(arguments: [34, 40, 50, 60, 71, 72, 80])
  func `the end has at most eight lines on every terminal`(width: Int) throws {
    let report = report(
      (0..<90).map { ("a-rule-with-a-long-name-\($0 % 9)", $0 % 9 < 4 ? .error : .warning, []) }
        + Array(repeating: ("minor", .note, []), count: 57),
      notChecked: ["remote-base", "no-schema", "new-one", "other-source"].map {
        NotChecked(reason: "because", kind: $0, path: "x", count: 30)
      })
    let text = lines(report, width: width)
    let start = try #require(text.lastIndex { $0.hasPrefix("40 errors,") })
    let summary = text[start...].dropLast()
    #expect(summary.count <= 8, "\(summary)")
    #expect(summary.contains { $0.hasPrefix("fix first:") })
    #expect(summary.contains { $0.hasPrefix("not checked: ") })
    #expect(summary.contains { $0.hasPrefix("see more: ") })
    #expect(summary.allSatisfy { $0.count <= width }, "\(summary)")
  }

  @Test func `a command is not folded on a narrow terminal`() {
    let text = lines(report([("a-rule-with-a-long-name", .error, [])]), width: 41)
    let expected = [
      "fix first: 1 error", "    a-rule-with-a-long-name:", " fluxlint explain a-rule-with-a-long-name", "",
    ]
    #expect(text.suffix(4) == expected, "\(text)")
  }

  @Test func `a release that is not known is named at the end`() {
    let report = report(
      [], notChecked: [NotChecked(reason: "Flux 2.99 is newer than this fluxlint knows", kind: "newer-release")])
    #expect(lines(report).contains("not checked: Flux 2.99 is newer than this fluxlint knows"))
  }

  @Test func `a clean repository says so`() {
    #expect(lines(report([])).first == "no findings in 2 files; 2 clusters, 3 objects")
  }

  @Test func `only notes are something to look at`() {
    #expect(lines(report([("minor", .note, [])]))[1] == "look at:     1 note  minor  fluxlint explain minor")
  }

  @Test func `statistics count instead of showing`() {
    let lines = lines(report(mixed), detail: .statistics)
    #expect(
      lines.prefix(3) == [
        " 2 errors   grave  fluxlint explain grave", " 1 warning  usual  fluxlint explain usual",
        " 2 notes    minor  fluxlint explain minor",
      ])
  }

  @Test(arguments: [
    (ReportGrouping.file, ["== a.yaml (2 errors)", "== b.yaml (1 warning)"]),
    (.cluster, ["== production, staging (1 error)", "== production (1 error)", "== staging (1 warning)"]),
    (.rule, []),
  ])
  func `findings are put together as one wants`(grouping: ReportGrouping, headings: [String]) {
    #expect(lines(report(mixed), by: grouping).filter { $0.hasPrefix("==") } == headings)
  }

  @Test func `a narrow terminal gets no line that is too long`() {
    var report = report(Array(repeating: ("a-rule-with-a-name", .error, ["staging"]), count: 9) + mixed)
    for index in report.findings.indices {
      report.findings[index].message = String(repeating: "word ", count: 30) + "end"
    }
    for index in report.findings.indices { report.findings[index].label = String(repeating: "label ", count: 12) }
    for detail in [TextReporter.Detail.usual, .full] {
      let lines = lines(report, width: 40, detail: detail)
      for line in lines { #expect(line.count <= 40, "\(line)") }
      #expect(lines.contains { $0.hasPrefix("fix first: 9 errors") })
    }
  }

  @Test func `places are links where a terminal takes them`() {
    let link = "\u{1B}]8;;file://host/r%20x/a.yaml\u{1B}\\a.yaml:3:1\u{1B}]8;;\u{1B}\\"
    #expect(lines(report(mixed), linkBase: "file://host/r%20x/").contains("  --> \(link)"))
    #expect(!lines(report(mixed)).contains { $0.contains("\u{1B}") })
  }
}
