import Diagnostics
import Foundation
import RuleCatalogue
import SourceTrees
import Testing

/// The example repositories of `testdata/rules`: each rule finds what it must, where it must, and nothing else.
///
/// `UPDATE_EXPECTED=1 swift test --filter RuleFixtureTests` writes what is reported into `expected.txt` and fails, so
/// that somebody reads the change.
struct RuleFixtureTests {
  @Test(arguments: Fixture.all)
  func `an example gives exactly its findings`(fixture: Fixture) async throws {
    let actual = try await findings(in: InMemoryTree(files: try fixture.files()))
    if ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1" {
      try update(fixture, actual)
      return
    }
    let difference = difference(actual, try fixture.expected())
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Line ends do not count.
  @Test(arguments: Fixture.all)
  func `the same example with CRLF gives the same findings`(fixture: Fixture) async throws {
    let files = try fixture.files().mapYAML { bytes in
      bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    }
    let difference = difference(try await findings(in: InMemoryTree(files: files)), try fixture.expected())
    #expect(difference.isEmpty, "\(difference)")
  }

  /// A byte-order mark is no column.
  @Test(arguments: Fixture.all)
  func `the same example with byte-order marks gives the same findings`(fixture: Fixture) async throws {
    let files = try fixture.files().mapYAML { [0xEF, 0xBB, 0xBF] + $0 }
    let difference = difference(try await findings(in: InMemoryTree(files: files)), try fixture.expected())
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Places are counted in code points and stay right behind text that is longer in bytes.
  @Test(arguments: Fixture.all)
  func `the same example behind a comment gives the same findings a line below`(fixture: Fixture) async throws {
    let original = try fixture.files()
    let files = original.mapYAML { Array("# Größe — 大きさ 🍐\n".utf8) + $0 }
    let expected = try fixture.expected().map { finding in
      var finding = finding
      if files[finding.path] != original[finding.path] { finding.line += 1 }
      return finding
    }
    let difference = difference(try await findings(in: InMemoryTree(files: files)), expected)
    #expect(difference.isEmpty, "\(difference)")
  }

  @Test(arguments: Fixture.all)
  func `work tree, index and commit give the same findings`(fixture: Fixture) async throws {
    let repository = try TemporaryRepository(files: try fixture.files())
    for (name, tree) in try repository.trees() {
      let difference = difference(try await findings(in: tree), try fixture.expected())
      #expect(difference.isEmpty, "\(name):\n\(difference)")
    }
  }

  private func update(_ fixture: Fixture, _ actual: [ExpectedFinding]) throws {
    guard fixture.isBad else {
      #expect(actual.isEmpty, "a good example has findings: \(actual.map(\.text))")
      return
    }
    try actual.map { $0.text + "\n" }.joined().write(toFile: fixture.expectedFile, atomically: true, encoding: .utf8)
    Issue.record("\(fixture.expectedFile) is written anew: read the change, and run again without UPDATE_EXPECTED")
  }
}

/// What the examples promise together.
struct FixtureFolderTests {
  @Test(arguments: ruleCatalogue)
  func `a rule has bad and good examples, those of its page among them`(rule: RuleMetadata) {
    let examples = Fixture.all.filter { $0.rule == rule.id.name }.map(\.example)
    #expect(examples.contains { $0.hasPrefix("bad-") })
    #expect(examples.contains { $0.hasPrefix("good-") })
    #expect(examples.contains(rule.badExample))
    #expect(examples.contains(rule.goodExample))
  }

  @Test(arguments: Fixture.all)
  func `a folder is for a rule, and only a bad one expects findings`(fixture: Fixture) throws {
    #expect(ruleCatalogue.rule(named: fixture.rule) != nil)
    #expect(fixture.isBad || fixture.example.hasPrefix("good-"))
    #expect(FileManager.default.fileExists(atPath: fixture.expectedFile) == fixture.isBad)
    let expected = try fixture.expected()
    #expect(!fixture.isBad || expected.contains { $0.rule == fixture.rule })
    #expect(expected.allSatisfy { ruleCatalogue.rule(named: $0.rule) != nil })
    let places = expected.map { ($0.path, $0.line, $0.column, $0.rule) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 }, "expected.txt is not in report order")
  }
}

extension [String: [UInt8]] {
  /// The same files with `change` made to those that are YAML, and not what Git LFS has in their place.
  fileprivate func mapYAML(_ change: ([UInt8]) -> [UInt8]) -> [String: [UInt8]] {
    var result = self
    for (path, bytes) in self where (path.hasSuffix(".yaml") || path.hasSuffix(".yml")) && StandIn(bytes) == nil {
      result[path] = change(bytes)
    }
    return result
  }
}

/// The fleet that shows newcomers what the findings look like.
struct FleetTests {
  private static let expectedFile = Repository.root + "/testdata/fleet-expected.txt"

  @Test func `the example fleet has one mistake of each kind and no other`() async throws {
    let files = try Repository.files(below: Repository.root + "/testdata/fleet")
    let actual = try await findings(in: InMemoryTree(files: files))
    if ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1" {
      try actual.map { $0.text + "\n" }.joined().write(toFile: Self.expectedFile, atomically: true, encoding: .utf8)
      Issue.record("\(Self.expectedFile) is written anew: read the change, and run again without UPDATE_EXPECTED")
      return
    }
    let expected = try String(contentsOfFile: Self.expectedFile, encoding: .utf8).split(separator: "\n").map {
      try ExpectedFinding(line: String($0))
    }
    let difference = difference(actual, expected)
    #expect(difference.isEmpty, "\(difference)")
  }
}
