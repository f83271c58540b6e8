import Diagnostics
import Foundation
import Reporters
import SourceText
import Testing

struct SARIFTests {
  /// As much of a log as the tests look at; what SARIF demands is not optional here.
  struct Log: Decodable {
    struct Text: Decodable { var text: String }
    struct Rule: Decodable {
      var id: String
      var name: String
      var shortDescription: Text
      var fullDescription: Text
      var helpUri: String
    }
    struct Driver: Decodable {
      var name: String
      var semanticVersion: String
      var rules: [Rule]
    }
    struct Tool: Decodable { var driver: Driver }
    struct ArtifactLocation: Decodable {
      var uri: String
      var uriBaseId: String
    }
    struct Region: Decodable, Equatable {
      var startLine: Int
      var startColumn: Int
      var endLine: Int
      var endColumn: Int
      var snippet: Snippet?
    }
    struct Snippet: Decodable, Equatable { var text: String }
    struct PhysicalLocation: Decodable {
      var artifactLocation: ArtifactLocation
      var region: Region
    }
    struct Location: Decodable {
      var id: Int?
      var physicalLocation: PhysicalLocation
      var message: Text?
    }
    struct Result: Decodable {
      var ruleId: String
      var ruleIndex: Int
      var level: String
      var message: Text
      var locations: [Location]
      var relatedLocations: [Location]?
      var partialFingerprints: [String: String]
    }
    struct Notification: Decodable {
      var level: String
      var message: Text
    }
    struct Invocation: Decodable {
      var executionSuccessful: Bool
      var toolExecutionNotifications: [Notification]?
    }
    struct Run: Decodable {
      var tool: Tool
      var columnKind: String
      var invocations: [Invocation]
      var results: [Result]
    }
    var version: String
    var runs: [Run]
  }

  private func run(_ report: Report) throws -> Log.Run {
    let text = SARIFReporter(rules: Sample.rules, version: "1.2.3").text(of: report)
    return try #require(try JSONDecoder().decode(Log.self, from: Data(text.utf8)).runs.first)
  }

  private func report(
    _ code: String, _ range: Range<Int>, message: String = "message", related: [(Range<Int>, String)] = [],
    path: String = "a.yaml"
  ) -> Report {
    let finding = Finding(
      rule: RuleID("path-missing"), severity: .error, message: message, range: SourceRange(file: FileID(0), range),
      related: related.map { RelatedLocation(SourceRange(file: FileID(0), $0), $1) })
    return Report(
      subject: Subject(kind: .index), files: [SourceFile(path: path, bytes: Array(code.utf8))], findings: [finding])
  }

  @Test func `a snippet is what stands there, and of a secret there is none`() throws {
    var report = report("password: hunter2\n", 10..<17)
    #expect(try run(report).results.first?.locations.first?.physicalLocation.region.snippet?.text == "hunter2")
    report.secrets = [report.findings[0].range]
    let result = try run(report).results.first
    #expect(result?.locations.first?.physicalLocation.region.startColumn == 11)
    #expect(result?.locations.first?.physicalLocation.region.snippet == nil)
  }

  @Test func `every result points to its rule`() throws {
    let fleet = try Sample.fleet()
    let run = try run(fleet)
    let rules = run.tool.driver.rules
    #expect(rules.map(\.id) == rules.map(\.id).sorted())
    #expect(Set(rules.map(\.id)).count == rules.count)
    #expect(rules.map(\.id) == Set(fleet.findings.map(\.rule.name)).sorted(), "those with results, the unknown one too")
    for result in run.results { #expect(rules[result.ruleIndex].id == result.ruleId) }
    #expect(rules.contains { $0.name == "DependsOnCycle" && $0.helpUri.hasPrefix("https://fluxcd.io/") })
    #expect(rules.allSatisfy { $0.shortDescription.text.hasSuffix(".") && $0.fullDescription.text.hasSuffix(".") })
  }

  @Test func `all rules are described when that is asked for`() throws {
    let reporter = SARIFReporter(rules: Sample.rules, version: "1.2.3", listsAllRules: true)
    let log = try JSONDecoder().decode(Log.self, from: Data(reporter.bytes(of: try Sample.fleet())))
    let ids = try #require(log.runs.first).tool.driver.rules.map(\.id)
    #expect(ids.count == Sample.rules.count + 1 && ids == ids.sorted())
    #expect(ids.contains("path-missing"))
  }

  @Test func `every result says whether it is suppressed, or none does`() throws {
    var report = try Sample.fleet()
    let last = report.findings.popLast()
    var suppressed = try #require(last)
    for showsSuppressed in [false, true] {
      suppressed.suppression = Finding.Suppression(kind: .comment, reason: "known")
      report.suppressed = [suppressed]
      let reporter = SARIFReporter(rules: Sample.rules, version: "1.2.3", showsSuppressed: showsSuppressed)
      let log = try #require(
        try JSONSerialization.jsonObject(with: Data(reporter.bytes(of: report))) as? [String: Any])
      let results = try #require((log["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]])
      let counts = results.compactMap { ($0["suppressions"] as? [Any])?.count }
      #expect(counts.count == (showsSuppressed ? results.count : 0))
      #expect(counts.reduce(0, +) == (showsSuppressed ? 1 : 0))
    }
  }

  @Test func `the run has succeeded, whatever was not checked`() throws {
    let invocation = try #require(try run(try Sample.fleet()).invocations.first)
    #expect(invocation.executionSuccessful)
    #expect(invocation.toolExecutionNotifications?.count == 12)
    #expect(invocation.toolExecutionNotifications?.allSatisfy { $0.level == "note" } == true)
  }

  @Test func `a run that could not read every file has not succeeded`() throws {
    var report = try Sample.fleet()
    report.isComplete = false
    #expect(try run(report).invocations.first?.executionSuccessful == false)
  }

  static let regions: [(code: String, range: Range<Int>, line: Int, columns: ClosedRange<Int>)] = [
    ("a: bc\n", 3..<5, 1, 4...6),
    ("🚀: bc\n", 6..<8, 1, 5...7),
    ("é: bc\n", 4..<6, 1, 4...6),
    ("\u{FEFF}a: bc\n", 6..<8, 1, 4...6),
    ("\u{FEFF}a: bc\n", 0..<4, 1, 1...2),
    ("a\r\nb: c\r\n", 6..<7, 2, 4...5),
    ("a\rb: c\r", 5..<6, 2, 4...5),
    ("a: bc\r\n", 3..<7, 1, 4...6),
    ("a\n", 2..<2, 2, 1...1),
    ("", 0..<0, 1, 1...1),
    ("a", 5..<9, 1, 2...2),
  ]

  @Test(arguments: regions) func `columns are UTF-16 units after a byte-order mark, tight and in the file`(
    code: String, range: Range<Int>, line: Int, columns: ClosedRange<Int>
  ) throws {
    let run = try run(report(code, range))
    let region = try #require(run.results.first?.locations.first).physicalLocation.region
    #expect(run.columnKind == "utf16CodeUnits")
    #expect(region.startLine == line && region.endLine == line)
    #expect(region.startColumn == columns.lowerBound && region.endColumn == columns.upperBound)
    #expect((region.snippet?.text.utf16.count ?? 0) == columns.count - 1)
  }

  @Test func `columns in long lines are counted from the start of the line`() throws {
    let text = "first\n\u{FEFF}" + String(repeating: "aé東🚀", count: 3000) + "\nlast"
    let bytes = Array(text.utf8)
    for repetition in [0, 1, 400, 409, 410, 1500, 2999] {
      let start = 6 + 3 + repetition * 10
      let region = try #require(try run(report(text, start..<(start + 10))).results.first).locations[0]
        .physicalLocation.region
      #expect(region.startColumn == String(decoding: bytes[6..<start], as: UTF8.self).utf16.count + 1)
      #expect(region.endColumn == region.startColumn + 5)
      #expect(region.snippet?.text == "aé東🚀")
    }
    let end = try #require(try run(report(text, bytes.count..<bytes.count)).results.first).locations[0]
    #expect(end.physicalLocation.region.startLine == 3 && end.physicalLocation.region.startColumn == 5)
  }

  static let messages: [(message: String, expected: String)] = [
    ("the path leads nowhere", "The path leads nowhere."),
    ("interval, which is short", "Interval, which is short."),
    ("spec.wait is set", "spec.wait is set."),
    ("dependsOn names itself", "dependsOn names itself."),
    ("'apps' waits", "'apps' waits."),
    ("ends here.", "Ends here."),
    ("is it so?", "Is it so."), ("no such kind; did you mean 'Job'?", "No such kind; perhaps it is 'Job'."),
    ("did you mean 'Job'?", "Perhaps it is 'Job'."),
    ("variable '${name}' and '${other:=${x}}'", "Variable 'name' and 'other:=x'."),
    ("a {map} and a {0}", "A {map} and a 0."),
    ("images[0] is a list", "images[0] is a list."),
    ("see [this](7)", #"See \[this\](7)."#),
    ("two\nlines", "Two lines."),
  ]

  @Test(arguments: messages) func `messages are sentences without links or placeholders`(
    message: String, expected: String
  ) throws {
    #expect(try run(report("a", 0..<1, message: message)).results.first?.message.text == expected)
  }

  @Test func `of many related places the first ten are shown`() throws {
    let related = (0..<30).map { (0..<1, "place \($0)") }
    let result = try #require(try run(report("abc", 2..<3, related: related)).results.first)
    #expect(result.relatedLocations?.count == 10)
    #expect(result.message.text.hasSuffix("[place 9](10)."))
  }

  @Test func `related places are linked from the message`() throws {
    let related = [(0..<1, "here [1]"), (1..<2, "back\\slash")]
    let result = try #require(try run(report("abc", 2..<3, related: related)).results.first)
    #expect(result.message.text == #"Message. See: [here \[1\]](1), [back\\slash](2)."#)
    #expect(result.relatedLocations?.map(\.id) == [1, 2])
    #expect(result.relatedLocations?.map(\.message?.text) == ["Here [1].", #"back\slash."#])
  }

  @Test func `long messages and many places stay below the limits of the consumers`() throws {
    let related = (0..<500).map { (0..<1, "place \($0) " + String(repeating: "é", count: 300)) }
    for message in ["x", "[a](1)", "é", "?"].map({ String(repeating: $0, count: 1000) }) {
      let result = try #require(try run(report("a", 0..<1, message: message, related: related)).results.first)
      #expect(result.message.text.unicodeScalars.count <= 2048)
      #expect(result.message.text.prefix { $0 != "." }.count <= 255)
      #expect(result.relatedLocations?.count == 10)
    }
  }

  static let paths: [(path: String, uri: String)] = [
    ("apps/web/a.yaml", "apps/web/a.yaml"),
    ("apps/my app/a#1?.yaml", "apps/my%20app/a%231%3F.yaml"),
    ("100%/[x]\\y.yaml", "100%25/%5Bx%5D%5Cy.yaml"),
    ("c:/é.yaml", "c%3A/%C3%A9.yaml"),
    ("a\n.yaml", "a%0A.yaml"),
  ]

  @Test(arguments: paths) func `paths are percent-encoded`(path: String, uri: String) throws {
    #expect(RelativeURI.encode(path) == uri)
    let location = try #require(try run(report("a", 0..<1, path: path)).results.first?.locations.first)
    #expect(location.physicalLocation.artifactLocation.uri == uri)
    #expect(location.physicalLocation.artifactLocation.uriBaseId == "%SRCROOT%")
  }

  @Test func `results are in the order of their encoded paths`() throws {
    let paths = ["a b", "a!b", "a-b", "ab", "é"]
    let findings = paths.indices.map {
      Finding(rule: RuleID("rule"), severity: .note, message: "x", range: SourceRange(file: FileID($0), 0..<0))
    }
    let report = Report(
      subject: Subject(kind: .index), files: paths.map { SourceFile(path: $0, bytes: []) }, findings: findings)
    let uris = try run(report).results.map { $0.locations[0].physicalLocation.artifactLocation.uri }
    #expect(uris == uris.sorted())
    #expect(Set(uris).count == paths.count)
  }

  @Test func `results have both fingerprints`() throws {
    let results = try run(try Sample.fleet()).results
    let own = results.compactMap { $0.partialFingerprints["fluxlintFinding/v1"] }
    #expect(Set(own).count == results.count)
    #expect(results.allSatisfy { $0.partialFingerprints["primaryLocationLineHash"]?.contains(":") == true })
  }

  @Test func `the worst results are kept when there are too many`() throws {
    let findings = (0..<25_002).map { index in
      Finding(
        rule: RuleID("rule"), severity: index == 25_001 ? .error : .note, message: "x",
        range: SourceRange(file: FileID(0), index..<index))
    }
    let report = Report(
      subject: Subject(kind: .index),
      files: [SourceFile(path: "a", bytes: Array(repeating: UInt8(ascii: "\n"), count: 25_002))], findings: findings)
    let run = try run(report)
    #expect(run.results.count == 25_000)
    #expect(run.results.last?.level == "error")
    #expect(run.invocations.first?.toolExecutionNotifications?.map(\.level) == ["warning"])
  }
}
