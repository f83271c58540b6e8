import Foundation
import Testing

/// Migrating and building must commute; where they do not, nothing is written and somebody is asked.
@Suite struct `the proof of migrate` {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "testdata/migration-proof")

  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasSuffix(".md") }.sorted()

  static func texts(in directory: URL) throws -> [String: String] {
    var texts: [String: String] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: directory.path) ?? .init()
    where path.hasSuffix(".yaml") {
      texts[path] = try String(contentsOf: directory.appending(path: path), encoding: .utf8)
    }
    return texts
  }

  @Test func `has examples`() { #expect(!Self.names.isEmpty) }

  @Test(arguments: names)
  func `leaves alone what would be built otherwise`(name: String) throws {
    let manager = FileManager.default
    let url = manager.temporaryDirectory.appending(path: "migration-proof-\(UUID().uuidString)")
    try manager.copyItem(at: Self.folder.appending(path: "\(name)/repo"), to: url)
    defer { try? manager.removeItem(at: url) }
    for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "init"]] {
      _ = try Subprocess.run(URL(filePath: "/usr/bin/env"), ["git"] + arguments, in: url)
    }
    let before = try Self.texts(in: url)
    let arguments = try? String(contentsOf: Self.folder.appending(path: "\(name)/arguments.txt"), encoding: .utf8)
    let words = (arguments ?? ".").split(whereSeparator: \.isWhitespace).map(String.init)
    let result = try Fluxlint.run(["migrate", "--write"] + words, in: url)
    #expect(result.status == 1)
    #expect(!before.isEmpty)
    #expect(try Self.texts(in: url) == before)
  }
}
