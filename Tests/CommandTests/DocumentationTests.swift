import Foundation
import Testing

/// What the documents say is compared with what the program does.
@Suite struct `documents` {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(of document: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
  }

  @Test func `the README has a row for each rule, and each row is a rule`() throws {
    let readme = try text(of: "README.md")
    let listed = try Fluxlint.run("rules").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(!listed.isEmpty)
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| [`") }.map { row in
      String(row.dropFirst("| [`".count).prefix { $0 != "`" })
    }
    #expect(rows.sorted() == listed.sorted())
    for name in listed { #expect(readme.contains("(docs/rules/\(name).md)")) }
  }

  @Test(arguments: ["README.md", "docs/ci.md", "docs/configuration.md", "CONTRIBUTING.md"])
  func `every option of fluxlint that is mentioned exists`(document: String) throws {
    let help = try ["check", "explain", "rules", "hook"].map { try Fluxlint.run($0, "--help").output }.joined()
    let commands = try text(of: document).split(separator: "\n").filter { $0.contains("fluxlint check") }
    for option in commands.flatMap({ $0.matches(of: /--[a-z-]+/).map(\.output) }) {
      #expect(help.contains(option), "\(document): \(option)")
    }
  }

  @Test(arguments: ["README.md", "docs/ci.md", "docs/configuration.md", "CONTRIBUTING.md"])
  func `every file that is linked exists`(document: String) throws {
    let folder = Self.root.appending(path: document).deletingLastPathComponent()
    for link in try text(of: document).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/).map(\.output.1) {
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(link)).path), "\(document): \(link)")
    }
  }
}
