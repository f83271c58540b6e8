import Foundation
import Testing

/// `scripts/setup.sh` on a machine of which the test decides what is there: only these programs are on `PATH`.
private func setUp(_ programs: [String: String]) throws -> Fluxlint.Result {
  let scratch = try Scratch()
  for (name, text) in programs {
    let file = scratch.url.appending(path: name)
    try "#!/bin/sh\n\(text)\n".write(to: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }
  for name in ["sed", "head", "tail", "sort"] {
    let real = try #require(["/usr/bin/", "/bin/"].map { $0 + name }.first(where: FileManager.default.fileExists))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.url.appending(path: name).path, withDestinationPath: real)
  }
  return try Subprocess.run(
    URL(filePath: "/bin/sh"), [Package.path("scripts/setup.sh")], in: nil, environment: ["PATH": scratch.url.path])
}

@Suite struct `set-up` {
  private static let swift = "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'"

  @Test(
    arguments: [
      ([:], "swift is not on PATH; install Swift 6.2 or newer"),
      (
        [
          "swift": "echo 'swift: error while loading shared libraries: libxml2.so.2: cannot open it' >&2; exit 127"
        ], "/swift' does not start: swift: error while loading shared libraries: libxml2.so.2: cannot open it"
      ),
      (["swift": "echo hello"], "/swift --version' names no version: hello"),
      (["swift": "echo 'Swift version 5.10'"], "found Swift 5.10, needed is 6.2 or newer"),
      (["swift": swift, "git": "exit 0"], "not found: pkg-config libyaml-dev libgit2-dev\n  macOS:    brew install"),
      (
        ["swift": swift, "git": "exit 0", "pkg-config": "[ \"$2\" = yaml-0.1 ]"],
        "not found: libgit2-dev\n"
      ),
    ] as [([String: String], String)])
  func `says what is missing and ends with status 2`(programs: [String: String], expected: String) throws {
    let result = try setUp(programs)
    #expect(result.status == 2)
    #expect(result.talk.hasPrefix("fluxlint set-up: "))
    #expect(result.talk.contains(expected), "\(result.talk)")
  }

  @Test func `says nothing when all is there`() throws {
    let result = try setUp(["swift": Self.swift, "git": "exit 0", "pkg-config": "exit 0"])
    #expect(result.status == 0)
    #expect(result.talk.isEmpty)
  }
}

@Suite(.enabled(if: Package.succeeds("make", "--version"), "needs make"))
struct `installing` {
  /// The commands that `make install` would run, without running them; make's own variables come from the test run.
  private func make(_ words: String...) throws -> Fluxlint.Result {
    try Subprocess.run(
      URL(filePath: "/usr/bin/env"), ["make", "--no-print-directory", "-C", Package.root.path] + words, in: nil,
      environment: ["HOME": "/home/someone", "MAKEFLAGS": "", "MAKELEVEL": ""])
  }

  @Test(arguments: [("~/.local", "/home/someone/.local/bin"), ("~", "/home/someone/bin"), ("/opt/a~b", "/opt/a~b/bin")])
  func `knows the home directory`(prefix: String, expected: String) throws {
    let result = try make("--dry-run", "install", "PREFIX=\(prefix)")
    #expect(result.output.contains("install -m 755 .build/release/fluxlint '\(expected)/fluxlint'"))
  }

  @Test func `stops before it builds when there is no way to install`() throws {
    let result = try make("install", "PREFIX=/dev/null/somewhere")
    #expect(result.status == 2)
    #expect(result.talk.contains("fluxlint install: '/dev/null' is no directory"))
    #expect(!result.output.contains("Building"))
  }

  @Test(.enabled(if: getuid() == 0 && Package.succeeds("setpriv", "--version"), "not root, or no setpriv"))
  func `says what to do when the directory is another user's`() throws {
    let scratch = try Scratch()
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url.path)
    let script = try String(contentsOfFile: Package.path("scripts/writable.sh"), encoding: .utf8)
    let result = try Package.run(
      "setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", script, "sh", scratch.url.path + "/bin", in: scratch.url
    )
    #expect(result.status == 2)
    #expect(result.talk.contains("'\(scratch.url.path)' cannot be written to"))
    #expect(result.talk.contains("PREFIX=~/.local"))
  }
}
