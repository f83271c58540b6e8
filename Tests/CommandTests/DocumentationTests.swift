import Foundation
import Testing

/// What the documents say is compared with what the program does.
@Suite struct `documents` {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(of document: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
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

  @Test(arguments: [
    "README.md", "docs/ci.md", "docs/usage.md", "docs/compare.md", "docs/configuration.md", "docs/install.md",
    "CONTRIBUTING.md",
  ])
  func `every option of fluxlint that is mentioned exists`(document: String) throws {
    let help = try ["check", "explain", "rules", "hook", "build", "graph", "migrate"].map {
      try Fluxlint.run($0, "--help").output
    }.joined()
    let commands = try text(of: document).split(separator: "\n").filter { $0.contains("fluxlint check") }
    for option in commands.flatMap({ $0.matches(of: /--[a-z-]+/).map(\.output) }) {
      #expect(help.contains(option), "\(document): \(option)")
    }
  }

  @Test(arguments: [
    "README.md", "docs/ci.md", "docs/usage.md", "docs/compare.md", "docs/configuration.md", "docs/install.md",
    "CONTRIBUTING.md",
  ])
  func `every file that is linked exists`(document: String) throws {
    let folder = Self.root.appending(path: document).deletingLastPathComponent()
    for link in try text(of: document).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/).map(\.output.1) {
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(link)).path), "\(document): \(link)")
    }
  }

  /// What calls fluxlint in a document: lines of shell blocks, and what stands in the text as code.
  static func commands(in document: String) throws -> [String] {
    let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
    let inText = text.matches(of: /`(fluxlint [^`\n]+)`/).map { String($0.output.1) }
    return inText
      + text.matches(of: /(?s)```sh\n(.*?)```/).flatMap { $0.output.1.split(separator: "\n") }
      .filter { $0.hasPrefix("fluxlint") }.map { line in
        // Without the comment, and without what a system would have to be changed for.
        var line = line.firstRange(of: "  #").map { line[..<$0.lowerBound] } ?? line
        for mark in [" | sudo", " > ~", " > \"${fpath"] {
          if let range = line.firstRange(of: mark) { line = line[..<range.lowerBound] }
        }
        return line.trimmingCharacters(in: .whitespaces)
      }
  }

  private static let pages = [
    "README.md", "docs/usage.md", "docs/ci.md", "docs/install.md", "docs/configuration.md", "docs/suppressions.md",
    "docs/rules-of-your-own.md", "docs/changes.md", "docs/compare.md", "CONTRIBUTING.md",
  ]

  @Test(arguments: pages) func `every command does what it says`(document: String) throws {
    let commands = try Self.commands(in: document)
    if ["README.md", "docs/usage.md", "docs/ci.md", "docs/changes.md"].contains(document) {
      #expect(commands.contains { $0.hasPrefix("fluxlint ") })
    }
    // What stands for something else is in capitals.
    for command in Set(commands) where !command.replacing("HEAD", with: "").contains(/\b[A-Z]{3,}/) {
      let scratch = try Scratch()
      let fleet = scratch.url.appending(path: "fleet")
      try FileManager.default.copyItem(at: Self.root.appending(path: "testdata/fleet"), to: fleet)
      let result = try Fluxlint.shell(
        """
        { git init -q -b main && git add -A && git commit -q -m init && git update-ref refs/remotes/origin/main HEAD; } >&2
        fluxlint() { "$fluxlint" "$@"; }
        \(Self.preparation(of: command))
        \(command)
        """, in: fleet)
      #expect(result.status <= 1, "\(document): \(command): \(result.talk)")
      #expect(!(result.output + result.talk).isEmpty, "\(document): \(command)")
    }
  }

  /// What must be there for a command to make sense.
  private static func preparation(of command: String) -> String {
    if command.contains("baseline prune") { return "fluxlint baseline write >/dev/null" }
    if command.contains("rules test") || command.contains("explain team-missing") {
      return "mkdir -p .fluxlint/rules; cp '\(root.path)/docs/rules-of-your-own/team-missing.yaml' .fluxlint/rules/"
    }
    return command.contains("$SHA") ? "SHA=$(git rev-parse HEAD)" : ""
  }

  /// What the snippets for CI systems run in their steps.
  @Test(arguments: [("docs/ci.md", 3), ("docs/changes.md", 2)])
  func `every step of a snippet for CI does what it says`(document: String, count: Int) throws {
    let steps = try text(of: document).matches(
      of: /(?m)^ *(?:- )?(?:run:|script:|entry:|sh|  -) '?(fluxlint .*?)(?:'|  #.*)?$/
    )
    .map { String($0.output.1) }
    #expect(Set(steps).count >= count)
    for step in steps {
      let fleet = try Fleet()
      try fleet.git("update-ref", "refs/remotes/origin/main", "HEAD")
      try fleet.addFinding()
      try fleet.git("add", "-A")
      // What GitHub puts in before a shell sees it.
      let line = step.replacing(/\$\{\{.*?\}\}/, with: "main")
      let result = try Fluxlint.shell(
        "fluxlint() { \"$fluxlint\" \"$@\"; }\n\(line)", in: fleet.url, environment: ["CI_DEFAULT_BRANCH": "main"])
      #expect(result.status == 1, "\(step): \(result.talk)")
      for file in step.matches(of: /=([a-z.-]+)/).map(\.output.1) {
        #expect(
          FileManager.default.fileExists(atPath: fleet.url.appending(path: String(file)).path), "\(step): \(file)")
      }
    }
  }

  @Test func `the README is short`() throws {
    #expect(try text(of: "README.md").split(separator: "\n", omittingEmptySubsequences: false).count < 200)
  }

  @Test func `the problem matcher for Visual Studio Code reads each line`() throws {
    let usage = try text(of: "docs/usage.md")
    let block = try #require(usage.firstMatch(of: /(?s)```json\n(.*?)```/)?.output.1)
    let tasks =
      try #require(
        try JSONSerialization.jsonObject(with: Data(block.utf8)) as? [String: Any])["tasks"] as? [[String: Any]]
    let matcher = try #require(tasks?.first?["problemMatcher"] as? [String: Any])
    let pattern = try #require((matcher["pattern"] as? [String: Any])?["regexp"] as? String)
    let expression = try Regex(pattern)
    let lines = try Fluxlint.run(
      "check", "--format", "concise", "--quiet", "--no-git", Self.root.appending(path: "testdata/fleet").path
    ).output.split(separator: "\n")
    #expect(lines.count > 5)
    for line in lines { #expect(try expression.wholeMatch(in: line) != nil, "\(line)") }
  }

  @Test func `the output in the README is what the program prints`() throws {
    let readme = try text(of: "README.md")
    let block = try #require(readme.firstMatch(of: /(?s)```text\n(.*?)```/)?.output.1)
    #expect(try exampleReport().contains(block))
  }

  @Test(arguments: [("docs/fluxlint.svg", "check"), ("docs/graph.svg", "graph")])
  func `the picture shows what the program prints`(picture: String, command: String) throws {
    let report = try Fluxlint.run(command, "--no-git", Self.root.appending(path: "testdata/fleet").path).output
    // The first two pieces are the prompt and the command.
    let pieces = try text(of: picture).matches(of: /<tspan [^>]*>([^<]*)</).map(\.output.1).dropFirst(2)
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
