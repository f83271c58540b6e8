import Foundation
import Testing

/// The program as the Flux CLI starts it for `flux lint`: as `flux-lint`.
@Suite struct `called as the plugin of the Flux CLI` {
  private let scratch: Scratch
  private let plugin: URL

  init() throws {
    scratch = try Scratch()
    plugin = scratch.url.appending(path: "flux-lint")
    try FileManager.default.createSymbolicLink(at: plugin, withDestinationURL: Fluxlint.binary)
  }

  private func run(_ arguments: String...) throws -> Fluxlint.Result {
    try Subprocess.run(plugin, arguments, in: scratch.url)
  }

  @Test(arguments: [
    ["--help"], ["help", "check"], ["build", "--help"], ["migrate", "--help"], ["hook", "install", "--help"],
  ])
  func `help says how to call it`(arguments: [String]) throws {
    let result = try Subprocess.run(plugin, arguments, in: scratch.url)
    #expect(result.status == 0)
    #expect(result.output.contains("USAGE: flux lint"))
    #expect(!result.output.contains("fluxlint "))
    let own = try Fluxlint.run(arguments).output
    #expect(result.output == own.replacing("fluxlint ", with: "flux lint ").replacing("fluxlint'", with: "flux lint'"))
  }

  @Test(arguments: [
    (["--nonsense"], "flux lint: ", "--help"),
    (["chekc"], "flux lint: no such file or directory: 'chekc'", "did you mean 'flux lint check'?"),
    (["explain", "xyzzy"], "flux lint: ", "'flux lint rules' lists them"),
  ])
  func `messages say how to call it`(arguments: [String], start: String, part: String) throws {
    let result = try Subprocess.run(plugin, arguments, in: scratch.url)
    #expect(result.status == 2)
    #expect(result.talk.hasPrefix(start))
    #expect(result.talk.contains(part), "\(result.talk)")
  }

  @Test func `the version is that of flux lint`() throws {
    #expect(try run("--version").output.hasPrefix("flux lint 0.1.0\n"))
  }

  @Test func `names of files, comments and completions stay`() throws {
    #expect(try run("check", "--help").output.contains("--output sarif=fluxlint.sarif"))
    #expect(try run("explain", "invalid-suppression").output.contains("fluxlint: ignore"))
    let own = try Fluxlint.run("--generate-completion-script", "bash").output
    #expect(try run("--generate-completion-script", "bash").output == own)
  }

  @Test(arguments: ["text", "json", "sarif"])
  func `reports are the same bytes`(format: String) throws {
    let fleet = Package.path("testdata/fleet")
    let own = try Fluxlint.run("check", "--no-git", "--format", format, fleet)
    let result = try run("check", "--no-git", "--format", format, fleet)
    #expect(result.status == own.status)
    #expect(result.output == own.output)
  }

  @Test func `a hook finds it when fluxlint is not on PATH`() throws {
    let fleet = try Fleet()
    #expect(try Fluxlint.run("hook", "install", in: fleet.url).status == 0)
    try "#!/bin/sh\nshift\nexec '\(plugin.path)' \"$@\"\n"
      .write(to: scratch.url.appending(path: "flux"), atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.url.appending(path: "flux").path)
    try fleet.addFinding()
    try fleet.git("add", "-A")
    let commit = try Fluxlint.shell(
      "git commit -q -m change", in: fleet.url, environment: ["PATH": "\(scratch.url.path):/usr/bin:/bin"])
    #expect(commit.status != 0)
    #expect((commit.output + commit.talk).contains("depends-on-missing"))
  }
}
