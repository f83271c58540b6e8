package import CommandFailures
import Diagnostics
import Linting
import RuleCatalogue
import RuleEngine
import RuleFiles
import Sessions
import SourceText
import SourceTrees

/// Runs the examples inside rule files and compares what they give with what they expect.
package struct RuleTests: Sendable {
  /// What to show, a line each.
  package private(set) var text = ""
  package private(set) var isDifferent = false
  /// How many files could not be read as rules.
  package private(set) var mistakeCount = 0

  private var names = TakenRuleNames()
  private var ruleCount = 0
  private var exampleCount = 0
  private var differenceCount = 0

  /// - Parameter directory: where the rule files are, below it too; nil for the usual one.
  package init(directory: String?, environment: [String: String] = [:]) async throws(CommandFailure) {
    let directory = directory ?? RuleDirectory.usual(environment)
    let place = try Place(directory)
    guard place.isDirectory else { throw .notADirectory(path: directory, option: "rules test") }
    do {
      let tree = try DirectoryTree(path: place.real)
      var reader = try tree.makeReader()
      for entry in tree.entries where entry.path.hasSuffix(".yaml") {
        await test("\(directory)/\(entry.path)", try reader.contents(of: entry))
      }
    } catch {
      throw .tree(error)
    }
    text += "\(Self.counted(ruleCount, "rule")), \(Self.counted(exampleCount, "example"))"
    if differenceCount > 0 {
      text += ", \(differenceCount) not as expected"
    } else if ruleCount > 0 || mistakeCount == 0 {
      text += ": as expected"
    }
    text += mistakeCount == 0 ? "\n" : "; \(Self.counted(mistakeCount, "file")) with a mistake\n"
  }

  private mutating func test(_ path: String, _ bytes: [UInt8]) async {
    let rule: RuleFile
    // Rules of the program are read more strictly, and are in every check.
    let family = path.split(separator: "/").dropLast().last.map(String.init)
    let isOurs = ruleCatalogue.contains { $0.id.name == UserRules.name(of: path) && $0.family == family }
    do throws(RuleFileError) {
      rule = try RuleFile(path: path, family: isOurs ? family : nil, bytes: bytes)
      if !isOurs { try names.take(rule, bytes) }
    } catch {
      text += "\(error)\n"
      mistakeCount += 1
      return
    }
    ruleCount += 1
    for example in rule.examples {
      exampleCount += 1
      let difference = await Self.difference(of: example, rule, isOurs ? nil : bytes)
      if difference.isEmpty { continue }
      differenceCount += 1
      isDifferent = true
      text += "\(rule.id.name): \(example.fullName)\n"
      for line in difference { text += "  \(line)\n" }
    }
  }

  /// The example is checked as a repository that has the rule, the text of which is nil for one of the program.
  private static func difference(of example: RuleExample, _ rule: RuleFile, _ bytes: [UInt8]?) async -> [String] {
    var files = example.files.byPath
    if let bytes { files["\(RuleLocations.usual)/\(rule.id.name).yaml"] = bytes }
    var options = LinterOptions(rules: RuleChoice(enabled: [rule.id.name], withPreview: true))
    options.base = example.base.map { BaseTree(InMemoryTree(files: $0.byPath)) }
    do {
      let report = try await Linter.check(InMemoryTree(files: files), options: options)
      return example.difference(from: ExpectedFinding.all(of: report), rule: rule.id.name)
    } catch {
      return ["the example cannot be checked: \(CommandFailure(error).message)"]
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension [ExampleFile] {
  /// The bytes of each file.
  fileprivate var byPath: [String: [UInt8]] {
    Dictionary(map { ($0.path, [UInt8]($0.text.utf8)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension ExpectedFinding {
  /// The findings of a report in the form of rule files, in report order.
  static func all(of report: Report) -> [ExpectedFinding] {
    report.findings.map { finding in
      let file = report.files[Int(finding.range.file.index)]
      let place = LineIndex(file.bytes).position(of: Int(finding.range.lowerBound), in: file.bytes)
      return ExpectedFinding(
        path: file.path, line: place.line, column: place.column, severity: finding.severity.rawValue,
        rule: finding.rule.name, message: finding.message)
    }
  }
}
