import Foundation
import Testing

/// Repositories that try to get more than a report.
@Suite struct `hostile repositories` {
  @Test func `what stands in the configuration is shown on one line`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "\"x\\n::error::good\\n##vso[task.x]y\\e[2K\": 1\n")
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.split(separator: "\n").count == 1)
    #expect(result.talk.contains(#"'x\n::error::good\n##vso\[task.x]y\u{1b}[2K'"#))
  }

  @Test(arguments: ["graph", "inventory"]) func `no line begins as a command does`(command: String) throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "clusters: [{path: apps, name: '::add-mask::x'}]\n")
    let result = try Fluxlint.run(command, in: fleet.url)
    #expect(result.status == 0)
    #expect(result.output.contains(#":\:add-mask::x"#))
    #expect(!result.output.split(separator: "\n").contains { $0.drop { $0 == " " }.hasPrefix("::") })
  }

  @Test func `what a build says is escaped, and what it prints is not`() throws {
    let fleet = try Fleet()
    try fleet.write("apps/kustomization.yaml", "resources: ['https://h/x?\u{202E}', \"https://h/\\n::error::y\"]\n")
    let result = try Fluxlint.run("build", "apps", in: fleet.url)
    #expect(result.status == 1)
    #expect(result.talk.contains(#"https://h/x?\u{202e}"#) && result.talk.contains(#"https://h/\n::error::y"#))
  }

  @Test(arguments: [
    ["check"], ["build"], ["graph"], ["migrate", "--write"], ["check", "--no-git"], ["check", "--staged"],
  ])
  func `a committed link is not followed out of the repository`(arguments: [String]) throws {
    let fleet = try Fleet()
    let old = "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: GitRepository\nmetadata: {name: a}\n"
    try fleet.write("../outside/kustomization.yaml", "resources: [a.yaml]\n")
    try fleet.write("../outside/a.yaml", old)
    try FileManager.default.createSymbolicLink(
      atPath: fleet.url.path + "/clusters/link", withDestinationPath: "../../outside")
    try fleet.git("add", "-A")
    let result = try Fluxlint.run(arguments + ["clusters/link"], in: fleet.url)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("'clusters/link' is a link that leads out of the repository"))
    #expect(try String(contentsOf: fleet.url.appending(path: "../outside/a.yaml"), encoding: .utf8) == old)
  }

  @Test func `a link within the repository, and one above it, are followed`() throws {
    let fleet = try Fleet()
    try FileManager.default.createSymbolicLink(
      atPath: fleet.url.path + "/current", withDestinationPath: "clusters/prod")
    try FileManager.default.createSymbolicLink(
      atPath: fleet.scratch.url.path + "/above", withDestinationPath: fleet.url.path)
    #expect(try Fluxlint.run("check", "current", in: fleet.url).status == 0)
    #expect(try Fluxlint.run("check", "above/apps", in: fleet.scratch.url).status == 0)
  }

  @Test func `without descriptors or threads there is a message`() throws {
    let fleet = try Fleet()
    let few = try Fluxlint.shell("ulimit -n 4; \"$fluxlint\" check", in: fleet.url)
    #expect(few.status == 2)
    #expect(few.talk == "fluxlint: cannot open files: too many open files\n")
    guard try Self.limited(toThreads: 64).status == 0 else { return }
    for count in [1, 2, 3, 4] {
      let few = try Self.limited(toThreads: count)
      #expect(few.status == 2)
      #expect(few.talk == "fluxlint: cannot start a thread: resource temporarily unavailable\n")
    }
  }

  /// Runs the program as a user who has nothing else running: the limit is one of users, and none to root. It fails
  /// where that user cannot be taken, or cannot read the program.
  private static func limited(toThreads count: Int) throws -> Fluxlint.Result {
    let line = "exec setpriv --reuid=64999 --clear-groups prlimit --nproc=\(count) \"$fluxlint\" --version"
    return try Fluxlint.shell(line, in: FileManager.default.temporaryDirectory)
  }

  @Test func `mutated input comes to an end in every reader`() throws {
    let fuzz = Fluxlint.binary.deletingLastPathComponent().appending(path: "fuzz")
    let result = try Subprocess.run(fuzz, ["--iterations", "300", "--seed", "1"], in: nil)
    #expect(result.status == 0, "\(result.talk)")
    #expect(result.output.split(separator: "\n").count == 8)
  }
}
