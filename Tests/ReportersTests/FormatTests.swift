import Diagnostics
import Foundation
import Reporters
import SourceText
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The formats that other programs read, held against what those demand.
struct FormatTests {
  /// `count` findings of a rule, each on a line of its own.
  private func report(
    _ counts: [(rule: String, severity: Severity, count: Int)], message: String = "message", path: String = "a.yaml"
  ) -> Report {
    let total = counts.reduce(0) { $0 + $1.count }
    var findings: [Finding] = []
    for (rule, severity, count) in counts {
      for _ in 0..<count {
        let start = findings.count * 2
        findings.append(
          Finding(
            rule: RuleID(rule), severity: severity, message: message,
            range: SourceRange(file: FileID(0), start..<start + 1)))
      }
    }
    return Report(
      subject: Subject(kind: .directory),
      files: [SourceFile(path: path, bytes: Array(String(repeating: "a\n", count: total).utf8))], findings: findings)
  }

  private func lines(_ reporter: some Reporter, _ report: Report) -> [String] {
    reporter.text(of: report).split(separator: "\n").map(String.init)
  }

  private static let reporters: [any Reporter] = [
    TextReporter(style: .plain), TextReporter(style: .plain, detail: .usual), ConciseReporter(style: .plain),
    JSONReporter(rules: Sample.rules, version: "1.2.3"), SARIFReporter(rules: Sample.rules, version: "1.2.3"),
    GitHubReporter(), GitLabReporter(), JUnitReporter(rules: Sample.rules, failOn: .error), RDJSONLReporter(),
    MarkdownReporter(),
  ]

  @Test func `a large report comes in pieces, and these are all of it`() {
    let report = report([("rule", .error, 3000)])
    for reporter in Self.reporters {
      var pieces: [[UInt8]] = []
      var sink = ReportSink { pieces.append($0) }
      reporter.write(report, to: &sink)
      sink.finish()
      #expect(pieces.joined().elementsEqual(reporter.bytes(of: report)), "\(reporter)")
      #expect(pieces.count > 1 && pieces.allSatisfy { $0.count < 300_000 }, "\(reporter)")
    }
  }

  @Test func `each format is as expected`() throws {
    let fleet = try Sample.fleet()
    for (reporter, name) in [
      (ConciseReporter(style: .plain), "concise.txt"), (GitHubReporter(), "github.txt"),
      (GitLabReporter(), "gitlab.json"), (JUnitReporter(rules: Sample.rules, failOn: .error), "junit.xml"),
      (RDJSONLReporter(), "rdjsonl.jsonl"), (MarkdownReporter(), "markdown.md"),
    ] as [(any Reporter, String)] {
      try TestData.expect(reporter.text(of: fleet), matches: "formats/\(name)")
    }
  }

  @Test func `concise lines have the form of compilers, the gravest first`() throws {
    let lines = lines(ConciseReporter(style: .plain), try Sample.fleet())
    let severities = try lines.map { line in
      try #require(line.wholeMatch(of: /.+?:\d+:\d+: (error|warning|note): .* \[[a-z-]+\]/), "\(line)").output.1
    }
    #expect(
      severities
        == severities.sorted {
          ("ewn".firstIndex(of: $0.first ?? "e") ?? "ewn".startIndex)
            < ("ewn".firstIndex(of: $1.first ?? "e") ?? "ewn".startIndex)
        })
    #expect(lines.count == (try Sample.fleet().findings.count))
  }

  // MARK: - GitHub

  @Test func `the ten annotations of a step show each rule, and nothing is lost`() {
    let report = report([("many", .error, 30), ("few", .error, 2), ("warn", .warning, 12), ("note", .note, 1)])
    let lines = lines(GitHubReporter(), report)
    let errors = lines.filter { $0.hasPrefix("::error ") }
    #expect(errors.count == 10)
    #expect(errors.filter { $0.contains("title=few") }.count == 2)
    #expect(lines.filter { $0.hasPrefix("::warning ") }.count == 10)
    #expect(lines.filter { $0.hasPrefix("::notice ") }.count == 1)
    #expect(lines.filter { $0.hasPrefix("a.yaml:") }.count == 24)
    #expect(lines.last?.hasPrefix("32 errors, 12 warnings, 1 note") == true)
  }

  @Test func `what others wrote is no command of a runner`() {
    let attack = "100%\r\n::error::x,y:z ##[add-mask]x \u{1B}[2J"
    let lines = lines(GitHubReporter(), report([("rule", .error, 12)], message: attack, path: "::debug::\(attack)"))
    for line in lines {
      #expect(!line.contains("##[") && !line.contains("\u{1B}") && !line.contains("\r"))
      if line.hasPrefix("::error ") {
        let parts = line.components(separatedBy: "::")
        #expect(parts[1].hasPrefix("error file=%3A%3Adebug%3A%3A100%25"))
        #expect(parts[1].filter { $0 == "," }.count == 4, "the properties and no more")
      } else {
        #expect(!line.drop { $0 == " " }.hasPrefix("::"))
      }
    }
    #expect(lines.filter { $0.hasPrefix("::") }.count == 10)
  }

  @Test func `columns are given on one line only`() throws {
    var report = report([("rule", .error, 2)])
    report.findings[0].range = SourceRange(file: FileID(0), 0..<3)
    let lines = lines(GitHubReporter(), report)
    #expect(lines[0].hasPrefix("::error file=a.yaml,line=1,endLine=2,title=rule::"))
    #expect(lines[1].hasPrefix("::error file=a.yaml,line=2,col=1,endColumn=1,title=rule::"))
  }

  // MARK: - GitLab

  private struct CodeQuality: Decodable {
    struct Location: Decodable {
      struct Lines: Decodable { var begin: Int }
      var path: String
      var lines: Lines
    }
    var description: String
    var check_name: String
    var fingerprint: String
    var severity: String
    var location: Location
  }

  @Test func `GitLab gets an array of what it needs`() throws {
    let fleet = try Sample.fleet()
    let items = try JSONDecoder().decode([CodeQuality].self, from: Data(GitLabReporter().bytes(of: fleet)))
    #expect(items.count == fleet.findings.count)
    #expect(Set(items.map(\.fingerprint)).count == items.count)
    #expect(items.allSatisfy { ["info", "minor", "major", "critical", "blocker"].contains($0.severity) })
    #expect(items.allSatisfy { !$0.location.path.hasPrefix("./") && $0.location.lines.begin > 0 })
    #expect(items.allSatisfy { $0.description.hasPrefix("\($0.check_name): ") })
    #expect(GitLabReporter().text(of: try Sample.clean()) == "[]\n")
  }

  // MARK: - JUnit

  private final class Counter: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var suites: [[String: String]] = []

    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements[element, default: 0] += 1
      if element.hasPrefix("testsuite") { suites.append(attributes) }
    }
  }

  private func parsed(_ bytes: [UInt8]) -> Counter? {
    let counter = Counter()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = counter
    return parser.parse() ? counter : nil
  }

  @Test(arguments: [FailureThreshold.error, .warning, .note, .never])
  func `JUnit fails what the exit status fails, and has a case for each rule`(threshold: FailureThreshold) throws {
    let fleet = try Sample.fleet()
    let counter = try #require(parsed(JUnitReporter(rules: Sample.rules, failOn: threshold).bytes(of: fleet)))
    let failures = fleet.findings.count { threshold.isReached(by: $0.severity) }
    #expect(counter.elements["failure", default: 0] == failures)
    #expect(counter.suites.first?["failures"] == String(failures))
    #expect(counter.suites.first?["tests"] == counter.elements["testcase"].map(String.init))
    #expect(
      counter.suites.dropFirst().compactMap { Int($0["tests"] ?? "") }.reduce(0, +) == counter.elements["testcase"])
    #expect(counter.suites.contains { $0["name"] == "path-missing" && $0["failures"] == "0" })
  }

  @Test func `JUnit is well-formed whatever others wrote`() {
    let attack = "]]> </failure> & \" ' \u{0} \u{1B} \u{FFFE} \u{FFFF} <!--"
    let report = report([("rule", .error, 1), ("other", .note, 1)], message: attack, path: attack)
    #expect(parsed(JUnitReporter(rules: [], failOn: .error).bytes(of: report))?.elements["failure"] == 1)
  }

  // MARK: - reviewdog

  private struct Diagnostic: Decodable {
    struct Position: Decodable, Equatable { var line: Int, column: Int }
    struct Range: Decodable { var start: Position, end: Position }
    struct Location: Decodable { var path: String, range: Range }
    struct Code: Decodable { var value: String }
    struct Suggestion: Decodable { var range: Range, text: String }
    var message: String
    var location: Location
    var severity: String
    var code: Code
    var suggestions: [Suggestion]?
    var related_locations: [Related]?
    struct Related: Decodable { var message: String, location: Location }
  }

  @Test func `reviewdog gets a diagnostic on each line`() throws {
    let fleet = try Sample.fleet()
    let diagnostics = try lines(RDJSONLReporter(), fleet).map {
      try JSONDecoder().decode(Diagnostic.self, from: Data($0.utf8))
    }
    #expect(diagnostics.count == fleet.findings.count)
    #expect(diagnostics.allSatisfy { ["ERROR", "WARNING", "INFO"].contains($0.severity) })
    #expect(diagnostics.contains { $0.related_locations?.isEmpty == false })
    #expect(RDJSONLReporter().text(of: try Sample.clean()).isEmpty)
  }

  @Test func `columns for reviewdog count bytes, and fixes are suggestions`() throws {
    let file = FileID(0)
    var finding = Finding(
      rule: RuleID("rule"), severity: .error, message: "x", range: SourceRange(file: file, 10..<12))
    finding.fix = Fix([Fix.Replacement(SourceRange(file: file, 10..<12), Array("ö".utf8))])
    let report = Report(
      subject: Subject(kind: .directory), files: [SourceFile(path: "a.yaml", bytes: Array("a\né東🚀ü\n".utf8))],
      findings: [finding])
    // Two bytes of the first line, then two, three and four.
    let line = try #require(lines(RDJSONLReporter(), report).first)
    let diagnostic = try JSONDecoder().decode(Diagnostic.self, from: Data(line.utf8))
    #expect(diagnostic.location.range.start == Diagnostic.Position(line: 2, column: 9))
    #expect(diagnostic.location.range.end == Diagnostic.Position(line: 2, column: 11))
    #expect(diagnostic.suggestions?.first?.text == "ö")
  }

  // MARK: - Markdown

  @Test func `what others wrote is only text in Markdown`() {
    let attack = "| <script>x</script> [a](http://b) `c` @user #1 www.example.com **d** ![e](f) $g$ \u{202E}"
    let text = MarkdownReporter().text(of: report([("rule", .error, 2)], message: attack, path: attack))
    for token in ["<script>", "[a](", "http://", "@user", "#1", " www.example", "**d**", "![e]", "\u{202E}"] {
      #expect(!text.contains(token), "\(token)")
    }
    let rows = text.split(separator: "\n").filter { $0.contains("script") }
    #expect(rows.count == 2)
    // Three cells, and the bars of the text are escaped.
    for row in rows { #expect(row.replacing("\\|", with: "").filter { $0 == "|" }.count == 4) }
  }

  @Test func `a summary of a job is never too long`() {
    let text = MarkdownReporter().text(
      of: report([("rule", .warning, 8000)], message: String(repeating: "long ", count: 60)))
    #expect(text.utf8.count < 1 << 20)
    #expect(text.contains("left out"))
    #expect(text.components(separatedBy: "<details").count == text.components(separatedBy: "</details>").count)
  }
}
