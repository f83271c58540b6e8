import Diagnostics
import Foundation
import RuleCatalogue
import RuleFiles
import SourceTrees
import TestSupport
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
    let actual = try await reported(in: fixture)
    let difference = fixture.difference(from: actual)
    if ExpectedFile.isUpdating, !difference.isEmpty {
      try ExpectedUpdate.write(actual, of: fixture)
      throw ExpectedFile.rewritten(fixture.rule.path)
    }
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Line ends do not count.
  @Test(arguments: Fixture.all)
  func `the same example with CRLF gives the same findings`(fixture: Fixture) async throws {
    let difference = fixture.difference(
      from: try await reported(in: fixture) { bytes in bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } })
    #expect(difference.isEmpty, "\(difference)")
  }

  /// A byte-order mark is no column.
  @Test(arguments: Fixture.all)
  func `the same example with byte-order marks gives the same findings`(fixture: Fixture) async throws {
    let difference = fixture.difference(from: try await reported(in: fixture) { [0xEF, 0xBB, 0xBF] + $0 })
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Places are counted in code points and stay right behind text that is longer in bytes.
  @Test(arguments: Fixture.all)
  func `the same example behind a comment gives the same findings a line below`(fixture: Fixture) async throws {
    let change = { Array("# Größe — 大きさ 🍐\n".utf8) + $0 }
    let files = fixture.files.mapYAML(change)
    let moved = Set(files.filter { fixture.files[$0.key] != $0.value }.keys)
    let difference = fixture.difference(from: try await reported(in: fixture, change), movedDown: moved)
    #expect(difference.isEmpty, "\(difference)")
  }

  /// Two at a time and no more, for each half goes one after the other: Foundation's `Process` reads behind the list of
  /// open files when that is long, and each repository that waits for its check holds some open.
  @Test(.serialized, arguments: Fixture.all.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
  func `work tree, index and commit give the same findings`(fixture: Fixture) async throws {
    try await agree(on: fixture)
  }

  @Test(.serialized, arguments: Fixture.all.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element))
  func `work tree, index and commit give the same findings of the other half`(fixture: Fixture) async throws {
    try await agree(on: fixture)
  }

  private func agree(on fixture: Fixture) async throws {
    let repository = try FixtureRepository(files: fixture.files, base: fixture.base)
    let base = fixture.base == nil ? nil : try repository.base()
    for (name, tree) in try repository.trees() {
      let difference = fixture.difference(
        from: try await findings(in: tree, base: base, enabling: fixture.rule))
      #expect(difference.isEmpty, "\(name):\n\(difference)")
    }
  }

  /// The findings when `change` is made to every YAML file of both revisions.
  private func reported(in fixture: Fixture, _ change: ([UInt8]) -> [UInt8] = { $0 }) async throws -> [ExpectedFinding]
  {
    try await findings(
      in: InMemoryTree(files: fixture.files.mapYAML(change)),
      base: fixture.base.map { InMemoryTree(files: $0.mapYAML(change)) }, enabling: fixture.rule)
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
    let text = try ExpectedFile.text(
      at: URL(filePath: Self.expectedFile), for: actual.map { "\($0)\n" }.joined())
    let expected = try text.split(separator: "\n").map {
      try #require(ExpectedFinding(String($0)))
    }
    let difference = difference(actual, expected)
    #expect(difference.isEmpty, "\(difference)")
  }
}
