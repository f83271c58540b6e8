import Diagnostics
import Foundation
import RuleFiles
import TestSupport

/// Writes the findings of a run into a rule file.
enum ExpectedUpdate {
  private static let lock = NSLock()

  /// Replaces the `expect` of an example: the findings of the rule, and of others those that the example names already.
  static func write(_ actual: [ExpectedFinding], of fixture: Fixture) throws {
    let others = Set(fixture.example.expected.map(\.rule))
    let findings = actual.filter { $0.rule == fixture.rule.id.name || others.contains($0.rule) }
    guard fixture.example.isBad else { throw TestFailure("a good example has findings: \(findings)") }
    lock.lock()
    defer { lock.unlock() }
    let file = "\(Repository.root)/\(fixture.rule.path)"
    var lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
    guard let header = lines.firstIndex(of: "  - bad: \(fixture.example.name)"),
      let start = lines[header...].firstIndex(of: "    expect:"),
      let end = lines[start...].firstIndex(where: { $0.hasPrefix("    files:") })
    else { throw TestFailure("\(fixture.rule.path) has another layout than 'bad', 'expect', 'files'") }
    lines.replaceSubrange(
      (start + 1)..<end,
      with: findings.map { "      - '\($0.description.replacingOccurrences(of: "'", with: "''"))'" })
    try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
  }
}
