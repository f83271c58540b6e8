import Foundation
import Testing

@Suite struct `a file that cannot be read` {
  /// A fleet without findings whose index names an object that is gone, as in a partial clone.
  private func fleet(without path: String) throws -> Fleet {
    let fleet = try Fleet()
    let result = try Subprocess.run(
      URL(filePath: "/usr/bin/env"), ["git", "rev-parse", "HEAD:\(path)"], in: fleet.url)
    let id = result.output.prefix(40)
    try FileManager.default.removeItem(
      at: fleet.url.appending(path: ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))"))
    return fleet
  }

  @Test(arguments: [
    ["--staged"], ["--rev", "HEAD"], ["--staged", "--quiet"], ["--rev", "HEAD", "--fail-on", "never"],
  ])
  func `leaves the answer open`(options: [String]) throws {
    let fleet = try fleet(without: "clusters/prod/base.yaml")
    let result = try Fluxlint.run(["check"] + options, in: fleet.url)
    #expect(result.status == 2)
    #expect(
      result.talk.contains("fluxlint: the check is not complete: 'clusters/prod/base.yaml': the file cannot be read"))
    let sarif = try Fluxlint.run(["check", "--format", "sarif"] + options, in: fleet.url)
    #expect(sarif.output.contains("\"executionSuccessful\": false"))
    // The work tree has it.
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
  }

  @Test func `brings no finding about what may be in it`() throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/more.yaml", Fleet.kustomization("more", path: "apps", dependsOn: "base"))
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "more")
    let before = try Fluxlint.run("check", "--rev", "HEAD", "--format", "json", in: fleet.url)
    #expect(!before.output.contains("depends-on-missing"))
    let result = try Subprocess.run(
      URL(filePath: "/usr/bin/env"), ["git", "rev-parse", "HEAD:clusters/prod/base.yaml"], in: fleet.url)
    let id = result.output.prefix(40)
    try FileManager.default.removeItem(
      at: fleet.url.appending(path: ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))"))
    let after = try Fluxlint.run("check", "--rev", "HEAD", "--format", "json", in: fleet.url)
    #expect(after.status == 2)
    #expect(!after.output.contains("\"depends-on-missing\""))
  }
}
