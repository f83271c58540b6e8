import Diagnostics
import Foundation
import RuleCatalogue
import RuleFiles
import SourceTrees
import Testing

/// The examples in the rule files: each rule finds what it must, where it must, and nothing else of its kind.
///
/// `UPDATE_EXPECTED=1 swift test --filter RuleFixtureTests` writes what is reported into the rule files and fails, so that
/// somebody reads the change.
struct RuleFixtureTests {
  @Test(arguments: Repository.ruleFiles)
  func `a rule file is a rule of the catalogue`(path: String) throws {
    let rule = try Repository.rule(at: path)
    #expect(ruleCatalogue.rule(named: rule.id.name)?.severity == rule.severity)
    for finding in rule.examples.flatMap(\.expected) {
      #expect(ruleCatalogue.rule(named: finding.rule) != nil, "\(finding)")
    }
  }

  @Test(arguments: Fixture.all)
  func `an example gives its findings`(fixture: Fixture) async throws {
    let actual = try await findings(in: InMemoryTree(files: fixture.files))
    let difference = fixture.difference(from: actual)
    if ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1", !difference.isEmpty {
      try ExpectedUpdate.write(actual, of: fixture)
      Issue.record("\(fixture.rule.path) is written anew: read the change, and run again without UPDATE_EXPECTED")
      return
    }
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Line ends do not count.
  @Test(arguments: Fixture.all)
  func `the same example with CRLF gives the same findings`(fixture: Fixture) async throws {
    let files = fixture.files.mapYAML { bytes in bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }
    let difference = fixture.difference(from: try await findings(in: InMemoryTree(files: files)))
    #expect(difference.isEmpty, "\(difference)")
  }

  /// A byte-order mark is no column.
  @Test(arguments: Fixture.all)
  func `the same example with byte-order marks gives the same findings`(fixture: Fixture) async throws {
    let files = fixture.files.mapYAML { [0xEF, 0xBB, 0xBF] + $0 }
    let difference = fixture.difference(from: try await findings(in: InMemoryTree(files: files)))
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Places are counted in code points and stay right behind text that is longer in bytes.
  @Test(arguments: Fixture.all)
  func `the same example behind a comment gives the same findings a line below`(fixture: Fixture) async throws {
    let files = fixture.files.mapYAML { Array("# Größe — 大きさ 🍐\n".utf8) + $0 }
    let moved = Set(files.filter { fixture.files[$0.key] != $0.value }.keys)
    let difference = fixture.difference(from: try await findings(in: InMemoryTree(files: files)), movedDown: moved)
    #expect(difference.isEmpty, "\(difference)")
  }

  /// One after the other: Foundation's `Process` reads behind the list of open files when that is long, and each repository
  /// that waits for its check holds some open.
  @Test(.serialized, arguments: Fixture.all)
  func `work tree, index and commit give the same findings`(fixture: Fixture) async throws {
    let repository = try TemporaryRepository(files: fixture.files)
    for (name, tree) in try repository.trees() {
      let difference = fixture.difference(from: try await findings(in: tree))
      #expect(difference.isEmpty, "\(name):\n\(difference)")
    }
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
      try actual.map { "\($0)\n" }.joined().write(toFile: Self.expectedFile, atomically: true, encoding: .utf8)
      Issue.record("\(Self.expectedFile) is written anew: read the change, and run again without UPDATE_EXPECTED")
      return
    }
    let expected = try String(contentsOfFile: Self.expectedFile, encoding: .utf8).split(separator: "\n").map {
      try #require(ExpectedFinding(String($0)))
    }
    let difference = difference(actual, expected)
    #expect(difference.isEmpty, "\(difference)")
  }
}
