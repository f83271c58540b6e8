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

  @Test func `the changelog names each rule`() throws {
    let changelog = try text(of: "CHANGELOG.md")
    let listed = try Fluxlint.run("rules").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(!listed.isEmpty)
    for name in listed { #expect(changelog.contains("`\(name)`"), "\(name)") }
  }

  @Test func `the page on the configuration has each key`() throws {
    let page = try text(of: "docs/configuration.md")
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "no-such-key: 1\n")
    let talk = try Fluxlint.run("check", in: fleet.url).talk
    let keys = try #require(talk.firstMatch(of: /known are (.*)/)?.output.1).matches(of: /[a-z][A-Za-z]+/).map(\.output)
      .filter { $0 != "and" }
    #expect(keys.count >= 7)
    for key in keys { #expect(page.contains("\n## `\(key)`\n"), "\(key)") }
  }

  @Test(arguments: ["README.md", "docs/ci.md", "docs/configuration.md", "docs/install.md", "CONTRIBUTING.md"])
  func `every option of fluxlint that is mentioned exists`(document: String) throws {
    let help = try ["check", "explain", "rules", "hook"].map { try Fluxlint.run($0, "--help").output }.joined()
    let commands = try text(of: document).split(separator: "\n").filter { $0.contains("fluxlint check") }
    for option in commands.flatMap({ $0.matches(of: /--[a-z-]+/).map(\.output) }) {
      #expect(help.contains(option), "\(document): \(option)")
    }
  }

  @Test(arguments: ["README.md", "docs/ci.md", "docs/configuration.md", "docs/install.md", "CONTRIBUTING.md"])
  func `every file that is linked exists`(document: String) throws {
    let folder = Self.root.appending(path: document).deletingLastPathComponent()
    for link in try text(of: document).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/).map(\.output.1) {
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(link)).path), "\(document): \(link)")
    }
  }

  @Test func `the output in the README is what the program prints`() throws {
    let readme = try text(of: "README.md")
    let block = try #require(readme.firstMatch(of: /(?s)```text\n(.*?)```/)?.output.1)
    #expect(try exampleReport().contains(block))
  }

  @Test func `the picture shows what the program prints`() throws {
    let report = try exampleReport()
    // The first two pieces are the prompt and the command.
    let pieces = try text(of: "docs/fluxlint.svg").matches(of: /<tspan [^>]*>([^<]*)</).map(\.output.1).dropFirst(2)
    #expect(!pieces.isEmpty)
    for piece in pieces where piece != "\u{22EF}" {
      let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")]
        .reduce(String(piece)) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
      #expect(report.contains(plain), "\(plain): 'make picture' draws it anew")
    }
  }

  private func exampleReport() throws -> String {
    try Fluxlint.run("check", "--no-git", Self.root.appending(path: "testdata/fleet").path).output
  }
}
