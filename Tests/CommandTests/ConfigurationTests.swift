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

  @Test(arguments: ["clusters/prod", "clusters/prod/", "./clusters/prod", "/clusters/prod", "clusters//prod", "."])
  func `takes a path however it is written`(path: String) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint.yaml", "ignore: [{rule: depends-on-missing, path: \(path), reason: known}]\n")
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
  }

  @Test func `may have any pattern for a path, and takes no longer for it`() throws {
    let fleet = try Fleet()
    try fleet.addFinding(at: "clusters/prod/" + String(repeating: "a", count: 200) + ".yaml")
    let pattern = String(repeating: "**a", count: 40) + "b"
    try fleet.write(".fluxlint.yaml", "ignore: [{path: '\(pattern)'}]\n")
    #expect(try Fluxlint.run("check", in: fleet.url).status == 1)
  }

  @Test(
    arguments: [
      (["--disable", "depends-on-missing"], 0), (["--disable", "path-missing, order"], 0), (["--enable", "all"], 1),
      (["--disable", "order", "--enable", "depends-on-missing"], 1),
    ] as [([String], Int32)])
  func `gives way to what the command line says of rules`(arguments: [String], status: Int32) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run(["check", "--disable", "all", "--enable", "depends-on-missing"], in: fleet.url)
    #expect(result.status == 1)
    #expect(try Fluxlint.run(["check"] + arguments, in: fleet.url).status == status)
  }

  @Test func `a text report shows so many findings of one rule, and counts the others`() throws {
    let fleet = try Fleet()
    for slip in ["a", "d", "l"] {
      let name = "more-\(slip)"
      try fleet.write("clusters/prod/\(name).yaml", Fleet.kustomization(name, path: name, dependsOn: "base\(slip)"))
      try fleet.write("\(name)/config.yaml", Fleet.configMap(name))
    }
    let result = try Fluxlint.run("check", "--max-per-rule", "1", in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output.ranges(of: "error[depends-on-missing]").count == 1, "\(result.output)")
    #expect(result.output.contains("and 2 more of depends-on-missing"), "\(result.output)")
    #expect(result.output.contains("3 errors"), "\(result.output)")
  }

  @Test func `is never passed over in silence`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yml", "failOn: never\n")
    let renamed = try Fluxlint.run("check", in: fleet.url)
    #expect(renamed.status == 2)
    #expect(renamed.talk.contains(".fluxlint.yml: this is not read; the configuration is called '.fluxlint.yaml'"))
    let own = fleet.url.appending(path: ".fluxlint.yaml")
    try FileManager.default.moveItem(at: fleet.url.appending(path: ".fluxlint.yml"), to: fleet.url.appending(path: "x"))
    try FileManager.default.createSymbolicLink(atPath: own.path, withDestinationPath: "x")
    for command in ["check", "graph"] {
      let link = try Fluxlint.run(command, in: fleet.url)
      #expect(link.status == 2)
      #expect(link.talk.contains(".fluxlint.yaml: a symbolic link, which is not followed"), "\(link.talk)")
    }
    try FileManager.default.removeItem(at: own)
    try fleet.write(".fluxlint.yaml/more.yaml", "failOn: never\n")
    let directory = try Fluxlint.run("check", in: fleet.url)
    #expect(directory.status == 2)
    #expect(directory.talk.contains(".fluxlint.yaml: a directory"), "\(directory.talk)")
  }

  @Test func `may name a release that came out later, and that is said`() throws {
    let fleet = try Fleet()
    let remark = "Flux 2.99 is newer than this fluxlint knows; checking as 2."
    let given = try Fluxlint.run("check", "--verbose", "--flux-version", "2.99", in: fleet.url)
    #expect(given.status == 0)
    #expect(given.talk.isEmpty)
    #expect(given.output.contains("not checked: Flux 2.99 is newer than this fluxlint knows"))
    #expect(try Fluxlint.run("check", "--flux-version", "2.8", in: fleet.url).talk.isEmpty)
    for text in ["fluxVersion: '2.99'", "clusters: [{path: clusters/prod, fluxVersion: '2.99'}]"] {
      try fleet.write(".fluxlint.yaml", text + "\n")
      #expect(try Fluxlint.run("graph", in: fleet.url).talk.contains(remark))
    }
  }

  private static let everywhere: [[String]] =
    ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjsonl", "markdown"]
    .map { ["check", "--format", $0] }
    + ["text", "json", "dot", "mermaid"].map { ["graph", "--format", $0] }
    + [
      ["check", "--statistics"], ["inventory"], ["inventory", "--format", "json"], ["config"],
      ["build", "--all", "--format", "json"], ["build", "--kustomization", "flux-system/apps"], ["migrate"],
      ["migrate", "--check"], ["migrate", "--format", "json"], ["migrate", "--format", "sarif"], ["baseline", "write"],
    ]

  @Test(arguments: everywhere) func `a release that came out later is named by every command`(command: [String]) throws
  {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/flux-system/gotk-components.yaml", "---\n# Flux Version: v2.99.0\n")
    try fleet.write(
      "clusters/prod/flux-system/gotk-sync.yaml",
      Fleet.kustomization("flux-system", path: "clusters/prod"))
    let result = try Fluxlint.run(command, in: fleet.url)
    #expect((result.output + result.talk).contains("2.99"), "\(result.talk)")
    // What programs and people read by itself says it without the talk beside it.
    let isData = ["json", "sarif", "markdown"].contains(command.last)
    let isText = command.count == 1 && command != ["migrate"] || command.last == "text"
    if isData || isText { #expect(result.output.contains("2.99"), "\(result.output)") }
  }

  @Test func `a new configuration names a release that came out later`() throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/flux-system/gotk-components.yaml", "---\n# Flux Version: v2.99.0\n")
    try fleet.write(
      "clusters/prod/flux-system/gotk-sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    #expect(try Fluxlint.run("init", in: fleet.url).output.contains("Flux 2.99 is newer than this fluxlint knows"))
    let written = try String(contentsOf: fleet.url.appending(path: ".fluxlint.yaml"), encoding: .utf8)
    #expect(written.contains("Flux 2.99, newer than this fluxlint knows, judged by 2."), "\(written)")
  }

  @Test func `loses against the command line`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint.yaml", "failOn: never\n")
    #expect(try Fluxlint.run("check", "--fail-on", "error", in: fleet.url).status == 1)
    try fleet.write(".fluxlint.yaml", "fluxVersion: '2.5'\nclusters: [{path: clusters/prod, fluxVersion: '2.6'}]\n")
    #expect(try Fluxlint.run("graph", "--cluster", "prod", in: fleet.url).output.contains("Flux 2.6"))
    let given = try Fluxlint.run("graph", "--cluster", "prod", "--flux-version", "2.7", in: fleet.url)
    #expect(given.output.contains("Flux 2.7"), "\(given.output)")
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
    ("rules: {no-such-rule: off}", ".fluxlint.yaml:1:9: 'no-such-rule' is no rule"),
    ("rules: {depends-on-mising: off}", "did you mean 'depends-on-missing'?"),
    ("extends: everything", ":1:10: 'everything'"), ("rules: [", ".fluxlint.yaml:"),
    ("fluxVersion: \"1.9\"", ".fluxlint.yaml:1:14: '1.9' is no release of Flux;"),
    ("clusters: [{path: a, fluxVersion: \"0.42\"}]", "'0.42' is no release of Flux;"),
    ("failOn: never\n---\nfailOn: note", ".fluxlint.yaml:3:1: a second document"),
    ("ignore: [{path: ../other}]", "'../other' is no path in this repository"),
    ("ignore: [{path: ''}]", "'' is no path in this repository"),
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
