import Foundation
import Testing

@Suite struct `init and config` {
  private static func text(_ fleet: Fleet, _ path: String = ".fluxlint.yaml") throws -> String {
    try String(contentsOf: fleet.url.appending(path: path), encoding: .utf8)
  }

  /// One whose cluster begins somewhere.
  private static func fleet() throws -> Fleet {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    return fleet
  }

  @Test func `init writes what it finds, and a baseline of what is wrong`() throws {
    let fleet = try Self.fleet()
    try fleet.addFinding()
    try fleet.write(
      "clusters/prod/vars.yaml",
      Fleet.kustomization("vars", path: "vars")
        + "  postBuild:\n    substituteFrom:\n      - {kind: Secret, name: cluster-secrets}\n")
    try fleet.write("vars/config.yaml", Fleet.configMap("vars"))
    let result = try Fluxlint.run("init", in: fleet.url)
    #expect(result.status == 0)
    #expect(result.output.contains(".fluxlint.yaml: 1 cluster found, 1 Secret or ConfigMap to declare or to correct\n"))
    #expect(result.output.contains(".fluxlint-baseline.json: "))
    #expect(result.talk.contains("'fluxlint hook install'"))
    let text = try Self.text(fleet)
    #expect(text.contains("#   clusters/prod: nothing says which;"), "\(text)")
    #expect(text.contains("#   - kind: Secret\n#     name: cluster-secrets\n#     namespace: flux-system\n"), "\(text)")
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
    #expect(try Fluxlint.run("check", "--no-baseline", in: fleet.url).status == 1)
  }

  @Test func `what init has in comments is configuration`() throws {
    let fleet = try Self.fleet()
    _ = try Fluxlint.run("init", in: fleet.url)
    let lines = try Self.text(fleet).split(separator: "\n", omittingEmptySubsequences: false)
    let settings = lines.map { line in
      line.wholeMatch(of: /# ([a-zA-Z]+:.*| .*)/).map { String($0.1) } ?? (line.hasPrefix("#") ? "" : String(line))
    }
    try fleet.write(".fluxlint.yaml", settings.filter { !$0.hasSuffix("is assumed") }.joined(separator: "\n"))
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status != 2, "\(result.talk)\n\(settings.joined(separator: "\n"))")
    #expect(try Fluxlint.run("config", in: fleet.url).output.contains("requireReason: true"))
  }

  @Test func `init overwrites nothing`() throws {
    for name in [".fluxlint.yaml", ".fluxlint.yml"] {
      let fleet = try Fleet()
      try fleet.addFinding()
      try fleet.write(name, "failOn: never\n")
      let result = try Fluxlint.run("init", in: fleet.url)
      #expect(result.status == 2)
      #expect(result.talk.contains("\(name)' is there already"), "\(result.talk)")
      #expect(try Self.text(fleet, name) == "failOn: never\n")
    }
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint-baseline.json", #"{"schema": "fluxlint/baseline/v1"}"#)
    let result = try Fluxlint.run("init", in: fleet.url)
    #expect(result.output.contains(".fluxlint-baseline.json: is there already, left as it is"))
    #expect(try Self.text(fleet, ".fluxlint-baseline.json") == #"{"schema": "fluxlint/baseline/v1"}"#)
  }

  @Test func `init installs the hook when it is asked to`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run("init", "--hook", "--no-baseline", in: fleet.url)
    #expect(result.status == 0)
    #expect(result.output.contains("pre-commit: installed"))
    #expect(!FileManager.default.fileExists(atPath: fleet.url.appending(path: ".fluxlint-baseline.json").path))
  }

  @Test func `config says where each value is from`() throws {
    let fleet = try Self.fleet()
    let before = try Fluxlint.run("config", in: fleet.url)
    #expect(before.status == 0)
    #expect(Self.origin(of: "extends: default", before.output) == "default")
    #expect(Self.origin(of: "  depends-on-missing: error", before.output) == "tier default")
    try fleet.write(".fluxlint.yaml", "# mine\nextends: strict\nfailOn: note\nrules:\n  depends-on-missing: off\n")
    let after = try Fluxlint.run(
      "config", "--fail-on", "never", "--flux-version", "2.6", "--disable", "crd-order", in: fleet.url)
    for (line, origin) in [
      ("extends: strict", ".fluxlint.yaml:2"), ("failOn: never", "--fail-on"),
      ("fluxVersion: \"2.6\"", "--flux-version"), ("  depends-on-missing: off", ".fluxlint.yaml:5"),
      ("  crd-order: off", "--disable crd-order"),
      ("  depends-on-cycle: error", "tier default, extends at .fluxlint.yaml:2"),
      ("  - path: clusters/prod", "begins at clusters/prod/sync.yaml:1"),
    ] {
      #expect(Self.origin(of: line, after.output) == origin, "\(line)")
    }
  }

  @Test func `config prints clusters as a configuration has them`() throws {
    let fleet = try Self.fleet()
    try fleet.write(".fluxlint.yaml", "clusters:\n  - {path: clusters/prod, name: production, fluxVersion: '2.7'}\n")
    let printed = try Fluxlint.run("config", in: fleet.url).output
    #expect(Self.origin(of: "  - path: clusters/prod", printed) != nil, "\(printed)")
    #expect(Self.origin(of: "    name: production", printed) == ".fluxlint.yaml:1")
    // What is printed is a configuration.
    try fleet.write(".fluxlint.yaml", printed)
    let again = try Fluxlint.run("config", in: fleet.url)
    #expect(again.status == 0, "\(again.talk)")
    #expect(Self.origin(of: "    name: production", again.output) != nil)
  }

  @Test func `init says how the baseline forgets what is declared`() throws {
    let fleet = try Self.fleet()
    try fleet.write(
      "clusters/prod/vars.yaml",
      Fleet.kustomization("vars", path: "vars")
        + "  postBuild:\n    substituteFrom:\n      - {kind: Secret, name: cluster-secrets}\n")
    try fleet.write("vars/config.yaml", Fleet.configMap("vars"))
    _ = try Fluxlint.run("init", in: fleet.url)
    let text = try Self.text(fleet)
    #expect(text.contains("# 'fluxlint baseline prune' then takes what is answered here out of the baseline.\n"))
    let external = try #require(text.firstRange(of: "# external:\n"))
    let declared = text[external.lowerBound...].split(separator: "\n").prefix {
      $0.hasPrefix("# ") && !$0.hasSuffix("say why.")
    }
    try fleet.write(".fluxlint.yaml", declared.map { $0.dropFirst(2) + "\n" }.joined())
    #expect(try Fluxlint.run("check", in: fleet.url).output.contains("baseline prune"))
    #expect(try Fluxlint.run("baseline", "prune", in: fleet.url).status == 0)
    let after = try Fluxlint.run("check", in: fleet.url)
    #expect(after.status == 0 && !after.output.contains("stale"), "\(after.output)")
  }

  /// What stands behind a line.
  private static func origin(of line: String, _ output: String) -> String? {
    guard let found = output.split(separator: "\n").first(where: { $0.hasPrefix(line + " ") }),
      let mark = found.firstRange(of: "  # ")
    else { return nil }
    return String(found[mark.upperBound...])
  }

  @Test func `the schema has the keys that are read`() throws {
    let schema = try Fluxlint.run("config", "--schema").output
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/configuration.schema.json")
    #expect(try String(contentsOf: file, encoding: .utf8) == schema)
    let object = try #require(JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
    let keys = try #require(object["properties"] as? [String: Any]).keys
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "no-such-key: 1\n")
    let talk = try Fluxlint.run("check", in: fleet.url).talk
    let known = try #require(talk.firstMatch(of: /known are (.*)\n/)?.1)
    #expect(Set(known.replacing(" and ", with: ", ").split(separator: ", ").map(String.init)) == Set(keys))
  }
}
