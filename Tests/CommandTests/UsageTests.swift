import Foundation
import Testing

@Suite struct `what the program says of itself` {
  @Test func `the version comes first, then what a bug report needs`() throws {
    let result = try Fluxlint.run("--version")
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "fluxlint 0.1.0")
    #expect(lines.dropFirst().map { $0.prefix { $0 != ":" } } == ["commit", "Swift", "libgit2", "newest Flux known"])
    // The tests are linked as `swift test` links: with the library of the system.
    #expect(lines.contains { $0.wholeMatch(of: /libgit2: 1\.[0-9]+\.[0-9]+, linked as a shared library/) != nil })
    #expect(lines.last?.wholeMatch(of: /newest Flux known: 2\.[0-9]+/) != nil)
    #expect(result.talk.isEmpty)
  }

  @Test(arguments: [
    (["--help"], "Exit status"), (["help"], "USAGE: fluxlint"), (["check", "--help"], "--staged"),
    (["help", "check"], "fluxlint check --rev origin/main"), (["explain", "--help"], "fluxlint explain"),
    (["rules", "--help"], "fluxlint rules"), (["build", "--help"], "--provenance"), (["hook", "--help"], "install"),
    (["hook", "install", "--help"], "pre-commit"),
  ])
  func `help goes to standard output`(arguments: [String], expected: String) throws {
    let result = try Subprocess.run(Fluxlint.binary, arguments, in: nil)
    #expect(result.status == 0)
    #expect(result.output.contains(expected))
    #expect(result.talk.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions know the options`(shell: String) throws {
    let result = try Fluxlint.run("--generate-completion-script", shell)
    #expect(result.status == 0)
    #expect(result.output.contains("flux-version"))
    #expect(result.output.contains("sarif"))
  }
}

/// Wrong arguments: status 2, nothing on standard output, the reason and what to do on standard error.
struct WrongArguments: CustomTestStringConvertible {
  var arguments: [String]
  var expected: [String]
  var testDescription: String { arguments.joined(separator: " ") }

  init(_ arguments: String..., says expected: String...) {
    self.arguments = arguments
    self.expected = expected
  }

  static let all = [
    WrongArguments("--nonsense", says: "unknown option '--nonsense'", "--help"),
    WrongArguments("check", "--stagged", says: "unknown option '--stagged'", "did you mean '--staged'"),
    WrongArguments("check", "--staged", "--rev", "HEAD", says: "--staged and --rev exclude each other"),
    WrongArguments("check", "--no-git", "--staged", says: "--staged and --no-git exclude each other"),
    WrongArguments("check", "--rev", says: "missing value for '--rev"),
    WrongArguments("check", "--format", "xml", says: "'xml'", "text", "json", "sarif"),
    WrongArguments(
      "check", "--output", "srif=report.json", says: "no format 'srif'; did you mean 'sarif'?", "'./srif=report.json'"),
    WrongArguments("check", "--output", "JSON=a=b", says: "no format 'JSON'; did you mean 'json'?"),
    WrongArguments("check", "--stdin", says: "--stdin and --stdin-filename go together"),
    WrongArguments("check", "--stdin", "--stdin-filename", "a.yaml", "--staged", says: "neither --staged nor --rev"),
    WrongArguments("check", "--statistics", "--verbose", says: "--statistics and --verbose exclude each other"),
    WrongArguments("check", "--group-by", "file", "--format", "json", says: "--group-by is for --format text"),
    WrongArguments("graph", "--depth", "0", says: "--depth begins at 1"),
    WrongArguments("graph", "--only", "Pod", says: "no kind 'Pod'", "HelmRelease"),
    WrongArguments("graph", "--only", "kustomizaton", says: "did you mean 'Kustomization'?"),
    WrongArguments("check", "--fail-on", "fatal", says: "'fatal'", "error", "warning", "note", "never"),
    WrongArguments("check", "--color", "sometimes", says: "'sometimes'", "auto"),
    WrongArguments("check", "--flux-version", "newest", says: "'newest'", "2.9"),
    WrongArguments("check", "--max-per-rule", "0", says: "--max-per-rule needs a number from 1 on"),
    WrongArguments(
      "check", "--enable", "depends-on-mising", "--no-git", says: "no rule, family or tier", "depends-on-missing"),
    WrongArguments("check", "one", "two", says: "unexpected argument 'two'"),
    WrongArguments("check", "/no/such/place", says: "no such file or directory: '/no/such/place'"),
    WrongArguments("check", "--flux-version", "1.9", says: "'1.9' is no release of Flux;", "2.9"),
    WrongArguments("chekc", says: "no such file or directory: 'chekc'; did you mean 'fluxlint check'?"),
    WrongArguments("hook", "instal", says: "did you mean 'fluxlint hook install'?"),
    WrongArguments("baseline", "prnue", says: "did you mean 'fluxlint baseline prune'?"),
    WrongArguments("biuld", "apps", says: "unexpected argument 'apps'; did you mean 'fluxlint build'?"),
    WrongArguments("xyzzy", says: "no such file or directory: 'xyzzy'", "'fluxlint --help' lists the commands"),
    WrongArguments("check", "no-such", "--rev", "HEAD", says: "no such file or directory: 'no-such'"),
    WrongArguments("check", "--staged", says: "not in a Git repository", "--staged"),
    WrongArguments("check", "--rev", "HEAD", says: "not in a Git repository", "--rev"),
    WrongArguments("explain", says: "missing expected argument '<rule>'"),
    WrongArguments("explain", "depends-on-mising", says: "no rule 'depends-on-mising'", "mean 'depends-on-missing'?"),
    WrongArguments("explain", "xyzzy", says: "no rule 'xyzzy'; 'fluxlint rules' lists them"),
    WrongArguments("hook", "install", says: "not in a Git repository"),
    WrongArguments("build", "--staged", "--no-git", says: "--staged and --no-git exclude each other"),
    WrongArguments("build", "/no/such/place", says: "no such file or directory: '/no/such/place'"),
    WrongArguments("build", "--reorder", "random", says: "'random'", "legacy", "none"),
    WrongArguments("build", "--staged", says: "not in a Git repository", "--staged"),
  ]
}

@Suite struct `wrong arguments` {
  @Test(arguments: WrongArguments.all)
  func `end with status 2 and say what to do`(given: WrongArguments) throws {
    let result = try Subprocess.run(Fluxlint.binary, given.arguments, in: nil)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.hasPrefix("fluxlint: "))
    for part in given.expected { #expect(result.talk.lowercased().contains(part.lowercased()), "\(result.talk)") }
  }
}
