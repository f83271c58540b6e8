import Foundation
import Testing

@Suite struct `the configuration file` {
  @Test(arguments: [
    ("rules: {depends-on-missing: off}", 0, false), ("rules: {depends-on-missing: warning}", 0, true),
    ("ignore: [{rule: depends-on-missing, path: clusters/prod, reason: known}]", 0, false),
    ("ignore: [{rule: depends-on-missing, path: clusters/staging, reason: known}]", 1, true),
    ("failOn: never", 0, true), ("failOn: note", 1, true),
  ])
  func `decides what is shown and what counts`(text: String, status: Int32, isShown: Bool) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint.yaml", text + "\n")
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == status)
    #expect(result.output.contains("depends-on-missing") == isShown)
  }

  @Test func `loses against the command line`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint.yaml", "failOn: never\n")
    #expect(try Fluxlint.run("check", "--fail-on", "error", in: fleet.url).status == 1)
  }

  @Test func `is that of the snapshot`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.git("add", "-A")
    try fleet.write(".fluxlint.yaml", "rules: {depends-on-missing: off}\n")
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 1)
  }

  @Test(arguments: [
    ("fluxVersion: latest", ".fluxlint.yaml:1:14: 'latest'"), ("fail-on: error", ".fluxlint.yaml:1:1: unknown key"),
    ("rules: {no-such-rule: off}", ".fluxlint.yaml:1:9: 'no-such-rule' is no rule"), ("rules: [", ".fluxlint.yaml:"),
  ])
  func `ends with status 2 and its place when it is wrong`(text: String, expected: String) throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", text + "\n")
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains(expected), "\(result.talk)")
  }
}
