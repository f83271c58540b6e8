import Diagnostics
import Reporters
import SourceText
import Testing

struct TextTests {
  /// A report with one finding on the bytes of `range` in `bytes`.
  private func report(
    _ bytes: [UInt8], _ range: Range<Int>, label: String = "", path: String = "a.yaml", message: String = "message",
    related: [Range<Int>] = [], help: String? = nil
  ) -> Report {
    let file = FileID(0)
    let finding = Finding(
      rule: RuleID("rule"), severity: .error, message: message, range: SourceRange(file: file, range), label: label,
      related: related.enumerated().map { RelatedLocation(SourceRange(file: file, $1), "place \($0)") }, help: help)
    return Report(
      subject: Subject(kind: .directory), files: [SourceFile(path: path, bytes: bytes)], findings: [finding],
      fileCount: 1)
  }

  /// The lines of the text between the headline and the summary.
  private func frame(_ report: Report, width: Int? = nil) -> [String] {
    let text = TextReporter(style: TextStyle(color: false, width: width), hasSummary: false).text(of: report)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropFirst().dropLast()
  }

  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var code: [UInt8]
    /// The bytes to mark.
    var range: Range<Int>
    var expected: [String]

    init(_ description: String, _ code: String, _ range: Range<Int>, _ expected: [String]) {
      self.init(description, Array(code.utf8), range, expected)
    }

    init(_ description: String, _ code: [UInt8], _ range: Range<Int>, _ expected: [String]) {
      testDescription = description
      self.code = code
      self.range = range
      self.expected = expected
    }
  }

  static let cases = [
    Case("a word", "a: bc\n", 3..<5, ["  --> a.yaml:1:4", "   |", " 1 | a: bc", "   |    ^^"]),
    Case("wide", "東: b\n", 5..<6, ["  --> a.yaml:1:4", "   |", " 1 | 東: b", "   |     ^"]),
    Case("a wide word", "a: 東京\n", 3..<9, ["  --> a.yaml:1:4", "   |", " 1 | a: 東京", "   |    ^^^^"]),
    Case("full-width", "：b\n", 3..<4, ["  --> a.yaml:1:2", "   |", " 1 | ：b", "   |   ^"]),
    Case("emoji", "🚀 b\n", 5..<6, ["  --> a.yaml:1:3", "   |", " 1 | 🚀 b", "   |    ^"]),
    Case("a flag", "🇨🇭 b\n", 9..<10, ["  --> a.yaml:1:4", "   |", " 1 | 🇨🇭 b", "   |    ^"]),
    Case("combining", "e\u{301} b\n", 4..<5, ["  --> a.yaml:1:4", "   |", " 1 | e\u{301} b", "   |   ^"]),
    Case(
      "Hangul", "\u{1112}\u{1161} b\n", 7..<8, ["  --> a.yaml:1:4", "   |", " 1 | \u{1112}\u{1161} b", "   |    ^"]),
    Case("tab", "\ta: b\n", 4..<5, ["  --> a.yaml:1:5", "   |", " 1 |     a: b", "   |        ^"]),
    Case("escape", "\u{1B}[m b\n", 4..<5, ["  --> a.yaml:1:5", "   |", " 1 | \\u{1b}[m b", "   |          ^"]),
    Case("C1", "\u{9B}m b\n", 4..<5, ["  --> a.yaml:1:4", "   |", " 1 | \\u{9b}m b", "   |         ^"]),
    Case("bad bytes", [0xE9, 0x20, 0x62], 2..<3, ["  --> a.yaml:1:3", "   |", " 1 | \\xe9 b", "   |      ^"]),
    Case("empty", "a: b\n", 3..<3, ["  --> a.yaml:1:4", "   |", " 1 | a: b", "   |    ^"]),
    Case("end of file", "a\n", 2..<2, ["  --> a.yaml:2:1", "   |", " 2 |", "   | ^"]),
    Case("end of file without line break", "a", 1..<1, ["  --> a.yaml:1:2", "   |", " 1 | a", "   |  ^"]),
    Case("past the end of file", "a", 7..<9, ["  --> a.yaml:1:2", "   |", " 1 | a", "   |  ^"]),
    Case("empty file", "", 0..<0, ["  --> a.yaml:1:1", "   |", " 1 |", "   | ^"]),
    Case("CRLF", "a: b\r\nc\r\n", 3..<6, ["  --> a.yaml:1:4", "   |", " 1 | a: b", "   |    ^"]),
    Case("CR", "a: b\rc: d\r", 8..<9, ["  --> a.yaml:2:4", "   |", " 2 | c: d", "   |    ^"]),
    Case("byte-order mark", "\u{FEFF}a: b\n", 3..<4, ["  --> a.yaml:1:1", "   |", " 1 | a: b", "   | ^"]),
    Case("only a byte-order mark", "\u{FEFF}", 0..<0, ["  --> a.yaml:1:1", "   |", " 1 |", "   | ^"]),
    Case("several lines", "a:  \n  b: c\n", 0..<11, ["  --> a.yaml:1:1", "   |", " 1 | a:", "   | ^^"]),
    Case(
      "the tenth line", String(repeating: "\n", count: 99) + "a", 99..<100,
      ["   --> a.yaml:100:1", "    |", "100 | a", "    | ^"]),
  ]

  @Test(arguments: cases) func `carets stand under what they mark`(example: Case) {
    let lines = frame(report(example.code, example.range)).map { line in
      // What is cut off at the end of a line of code cannot be seen.
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    #expect(lines == example.expected)
  }

  @Test func `long lines are cut around the place`() {
    let code = Array((String(repeating: "a", count: 50) + "bcd" + String(repeating: "e", count: 50)).utf8)
    #expect(
      frame(report(code, 50..<53), width: 35)
        == [
          "  --> a.yaml:1:51", "   |",
          " 1 | …aaaaaaaaaaaabcdeeeeeeeeeeeee…", "   |              ^^^",
        ])
    #expect(frame(report(code, 3..<5), width: 35)[2] == " 1 | " + String(repeating: "a", count: 29) + "…")
    #expect(frame(report(code, 101..<103), width: 35)[2] == " 1 | …" + String(repeating: "e", count: 29))
    #expect(frame(report(code, 101..<103), width: 35)[3] == "   | " + String(repeating: " ", count: 28) + "^^")
  }

  @Test func `very long lines and wide characters are cut as well`() {
    let code = Array(String(repeating: "東", count: 20_000).utf8)
    for start in [0, 3, 30_000, 59_997] {
      for width in 20...40 {
        let lines = frame(report(code, start..<(start + 3)), width: width)
        let columns = lines[2].unicodeScalars.dropFirst(5).reduce(0) { $0 + ($1 == "東" ? 2 : 1) }
        #expect(columns <= max(20, width - 5))
        #expect(lines[3].hasSuffix("^^"))
        #expect(lines[3].unicodeScalars.count - 5 <= columns)
      }
    }
  }

  @Test func `a label that does not fit has a line of its own`() {
    let lines = frame(report(Array("key: some value".utf8), 5..<15, label: "far too much to say"), width: 30)
    #expect(lines[3] == "   |      ^^^^^^^^^^")
    #expect(lines[4] == "   |      far too much to say")
    let narrow = frame(
      report(Array("key: some value".utf8), 5..<15, label: "really far too much to say here"), width: 20)
    #expect(Array(narrow[4...5]) == ["   | really far too much", "   | to say here"])
  }

  @Test func `notes and help wrap when the width is known`() {
    let report = report(Array("a".utf8), 0..<1, help: "one two three ::four five")
    #expect(frame(report).last == "   = help: one two three ::four five")
    // A line must not begin with two colons.
    #expect(frame(report, width: 24).suffix(2) == ["   = help: one two three ::four", "           five"])
  }

  @Test func `a word that fits only further left begins there, and a wider one carries the text on`() {
    let report = report(Array("a".utf8), 0..<1, help: "use 'kustomize.toolkit' now")
    #expect(frame(report, width: 24).suffix(3) == ["   = help: use", "     'kustomize.toolkit'", "           now"])
    #expect(frame(report, width: 19).suffix(2) == ["   = help: use", "           'kustomize.toolkit' now"])
  }

  @Test func `near places share a frame and far ones do not`() {
    let code = Array((1...30).map { "line\($0)" }.joined(separator: "\n").utf8)
    let third = 12..<17
    let fifth = 24..<29
    let last = (code.count - 6)..<code.count
    #expect(
      frame(report(code, 0..<5, related: [third, last, fifth])) == [
        "  --> a.yaml:1:1", "   |", " 1 | line1", "   | ^^^^^", " 2 | line2", " 3 | line3", "   | ----- place 0",
        " 4 | line4", " 5 | line5", "   | ----- place 2", "   |", "  ::: a.yaml:30:1", "   |", "30 | line30",
        "   | ------ place 1",
      ])
  }

  @Test func `many places are counted, not shown`() {
    let code = Array(String(repeating: "a\n", count: 100).utf8)
    let lines = frame(report(code, 0..<1, related: (1...9).map { ($0 * 20)..<($0 * 20 + 1) }))
    #expect(lines.filter { $0.hasPrefix("  :::") }.count == 4)
    #expect(lines.last == "  ::: and 6 more places")
  }

  @Test func `nothing from a repository reaches the terminal or a runner as a command`() {
    let attack =
      "\u{1B}]0;x\u{7}\u{9B}2J ::error::x ##[add-mask]x ##vso[task.complete]x \u{202E}x\n::stop-commands::x\r"
    let code = Array("\(attack)\n::warning::x\n".utf8)
    let range = SourceRange(file: FileID(0), 0..<code.count)
    let second = SourceRange(file: FileID(0), attack.utf8.count + 1..<code.count)
    let finding = Finding(
      rule: RuleID("rule"), severity: .error, message: attack, range: range, label: attack, clusters: [attack, attack],
      related: [RelatedLocation(second, attack)], notes: [attack], help: attack)
    let report = Report(
      subject: Subject(kind: .directory), files: [SourceFile(path: attack, bytes: code)], findings: [finding],
      notChecked: [NotChecked(reason: attack, range: second), NotChecked(reason: attack, path: attack)],
      clusters: [attack, "b"])
    for width in [nil, 20, 40, 80] {
      let text = TextReporter(style: TextStyle(color: false, width: width)).text(of: report)
      for line in text.split(separator: "\n") {
        let start = line.drop { $0 == " " }
        #expect(!start.hasPrefix("::") || start.hasPrefix("::: "), "\(line)")
      }
      #expect(!text.contains("##[") && !text.contains("##vso["))
      #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value)) })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
  }

  @Test func `colours only add sequences`() throws {
    let report = try Sample.fleet()
    for width in [nil, 60, 100] {
      let plain = TextReporter(style: TextStyle(color: false, width: width)).text(of: report)
      let coloured = TextReporter(style: TextStyle(color: true, width: width)).text(of: report)
      #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
      #expect(coloured.contains("\u{1B}[1;31merror[depends-on-cycle]\u{1B}[0m"))
    }
  }

  static let summaries: [(errors: Int, warnings: Int, suppressed: Int, clusters: Int, expected: String)] = [
    (0, 0, 0, 2, "no findings in 412 files; 2 clusters, 310 objects"),
    (0, 0, 1, 1, "no findings in 412 files; 1 cluster, 310 objects; 1 suppressed"),
    (1, 0, 0, 2, "1 error in 1 of 412 files; 2 clusters, 310 objects"),
    (3, 1, 4, 2, "3 errors, 1 warning in 1 of 412 files; 2 clusters, 310 objects; 4 suppressed"),
  ]

  @Test(arguments: summaries) func `the summary counts`(
    errors: Int, warnings: Int, suppressed: Int, clusters: Int, expected: String
  ) {
    let severities =
      Array(repeating: Severity.error, count: errors) + Array(repeating: Severity.warning, count: warnings)
    let report = Report(
      subject: Subject(kind: .directory), files: [SourceFile(path: "a.yaml", bytes: [97])],
      findings: severities.map {
        Finding(rule: RuleID("rule"), severity: $0, message: "x", range: SourceRange(file: FileID(0), 0..<1))
      }, fileCount: 412, objectCount: 310, clusters: (0..<clusters).map { "cluster\($0)" },
      suppressedCount: suppressed)
    let text = TextReporter(style: TextStyle(color: false, width: nil)).text(of: report)
    #expect(text.split(separator: "\n").contains { $0 == expected })
  }
}
