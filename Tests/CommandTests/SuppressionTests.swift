import Foundation
import Testing

@Suite struct `suppressions and baselines` {
  private static let broken = "clusters/prod/broken.yaml"

  @Test func `a comment holds until the end of its day, by the clock of the commit`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let text = try String(contentsOf: fleet.url.appending(path: Self.broken), encoding: .utf8)
    try fleet.write(Self.broken, "# fluxlint: ignore-file[depends-on-missing] until=2027-03-01 known\n" + text)
    for (epoch, status) in [("1803945599", 0), ("1803945600", 1)] as [(String, Int32)] {
      let result = try Fluxlint.run("check", in: fleet.url, environment: ["SOURCE_DATE_EPOCH": epoch])
      #expect(result.status == status)
      #expect(result.output.contains("this suppression was good until 2027-03-01") == (status == 1))
    }
    try fleet.git("add", "-A")
    for (date, status) in [("2027-03-01T23:00:00Z", 0), ("2027-03-02T00:00:00Z", 1)] as [(String, Int32)] {
      let commit = try Subprocess.run(
        URL(filePath: "/usr/bin/env"), ["git", "commit", "-q", "--allow-empty", "-m", "x"], in: fleet.url,
        environment: ["GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z"])
      try #require(commit.status == 0)
      #expect(try Fluxlint.run("check", "--rev", "HEAD", in: fleet.url).status == status)
    }
  }

  @Test func `what is suppressed is counted, and listed when asked for`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.write(".fluxlint.yaml", "ignore: [{rule: order, reason: known to all}]\n")
    let usual = try Fluxlint.run("check", in: fleet.url)
    #expect(usual.output.contains("1 suppressed"))
    #expect(!usual.output.contains("known to all"))
    let listed = try Fluxlint.run("check", "--show-suppressed", in: fleet.url)
    #expect(
      listed.output.contains(
        "suppressed: error[depends-on-missing] \(Self.broken):14: by an entry of 'ignore' at .fluxlint.yaml:1: known to all"
      ),
      "\(listed.output)")
    let json = try Fluxlint.run("check", "--show-suppressed", "--format", "json", in: fleet.url)
    let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let suppressed = try #require((object["suppressed"] as? [[String: Any]])?.first)
    #expect(suppressed["rule"] as? String == "depends-on-missing")
    #expect((suppressed["suppression"] as? [String: Any])?["reason"] as? String == "known to all")
  }

  @Test(arguments: [true, false])
  func `a baseline is not written where a link leads`(isThere: Bool) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let outside = fleet.scratch.url.appending(path: "outside")
    if isThere { try Data("words\n".utf8).write(to: outside) }
    let baseline = fleet.url.appending(path: ".fluxlint-baseline.json")
    try FileManager.default.createSymbolicLink(at: baseline, withDestinationURL: outside)
    let written = try Fluxlint.run("baseline", "write", in: fleet.url)
    #expect(written.status == 2 && written.talk.contains("no regular file"), "\(written.talk)")
    #expect((try? String(contentsOf: outside, encoding: .utf8)) == (isThere ? "words\n" : nil))
  }

  @Test func `a baseline leaves out what it knows, and nothing else`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let written = try Fluxlint.run("baseline", "write", in: fleet.url)
    #expect(written.status == 0)
    #expect(written.output == ".fluxlint-baseline.json: 1 finding of 1 rule in 1 file\n")
    let file = try String(contentsOf: fleet.url.appending(path: ".fluxlint-baseline.json"), encoding: .utf8)
    #expect(file.contains("\"\(Self.broken)\": {"))
    let clean = try Fluxlint.run("check", in: fleet.url)
    #expect(clean.status == 0)
    #expect(clean.output.contains("1 in the baseline"), "\(clean.output)")
    #expect(try Fluxlint.run("check", "--no-baseline", in: fleet.url).status == 1)

    // Lines that move and files that are renamed change nothing; another finding does.
    let text = try String(contentsOf: fleet.url.appending(path: Self.broken), encoding: .utf8)
    try FileManager.default.removeItem(at: fleet.url.appending(path: Self.broken))
    try fleet.write("clusters/prod/renamed.yaml", "# moved\n\n" + text)
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
    try fleet.write("clusters/prod/next.yaml", Fleet.kustomization("next", path: "none", dependsOn: "basse"))
    #expect(try Fluxlint.run("check", in: fleet.url).status == 1)
  }

  @Test(
    arguments: [
      (["one", "two"], 0, nil), (["two"], 0, nil), (["alpha", "one", "two"], 0, nil), (["one", "two", "zeta"], 0, nil),
      (["zeta"], 0, nil), ([], 0, "a finding of the baseline is fixed"),
    ] as [([String], Int32, String?)])
  func `a baseline knows a cause, whichever objects it is at fault for`(
    names: [String], status: Int32, said: String?
  ) throws {
    let fleet = try Fleet()
    func write(_ name: String, isBroken: Bool) throws {
      let text = Fleet.kustomization(name, path: name, dependsOn: isBroken ? "bases" : nil)
      try fleet.write("clusters/prod/\(name).yaml", text)
      try fleet.write("\(name)/config.yaml", Fleet.configMap(name))
    }
    for name in ["one", "two"] { try write(name, isBroken: true) }
    _ = try Fluxlint.run("baseline", "write", in: fleet.url)
    for name in Set(["one", "two"]).union(names) { try write(name, isBroken: names.contains(name)) }
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == status, "\(result.output)")
    #expect(result.output.contains("is fixed") == (said != nil), "\(result.output)")
    if let said { #expect(result.output.contains(said)) }
  }

  @Test(arguments: [
    ("# fluxlint: ignore[] because", "it names no rule"), ("# fluxlint: ignore-file[ , ]", "it names no rule"),
    ("# fluxlint: ignore", "'ignore' names no rule"),
  ])
  func `a comment that names no rule is a mistake`(comment: String, message: String) throws {
    let fleet = try Fleet()
    try fleet.write("apps/config.yaml", comment + "\n" + Fleet.configMap("apps"))
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.output.contains("warning[invalid-suppression]: \(message)"), "\(result.output)")
  }

  @Test(arguments: ["", "[] because"]) func `an annotation that names no rule is a mistake`(value: String) throws {
    let fleet = try Fleet()
    let annotations = "metadata:\n  annotations:\n    fluxlint.dev/ignore: \"\(value)\"\n"
    try fleet.write(
      "apps/config.yaml", Fleet.configMap("apps").replacingOccurrences(of: "metadata:\n", with: annotations))
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.output.contains("warning[invalid-suppression]: it names no rule"), "\(result.output)")
  }

  @Test func `a finding that is fixed has to leave the baseline`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    #expect(try Fluxlint.run("baseline", "prune", in: fleet.url).talk.contains("'fluxlint baseline write' makes one"))
    _ = try Fluxlint.run("baseline", "write", in: fleet.url)
    #expect(try Fluxlint.run("baseline", "prune", in: fleet.url).output.contains("nothing is fixed, 1 finding left"))
    try FileManager.default.removeItem(at: fleet.url.appending(path: Self.broken))
    try FileManager.default.removeItem(at: fleet.url.appending(path: "broken"))
    let stale = try Fluxlint.run("check", "--fail-on", "warning", in: fleet.url)
    #expect(stale.status == 1)
    #expect(stale.output.contains("a finding of the baseline is fixed"), "\(stale.output)")
    #expect(stale.output.contains("--> .fluxlint-baseline.json:6:"), "\(stale.output)")
    // Of a rule that does not run nobody knows.
    #expect(try Fluxlint.run("check", "--fail-on", "warning", "--disable", "order", in: fleet.url).status == 0)
    let pruned = try Fluxlint.run("baseline", "prune", in: fleet.url)
    #expect(pruned.output == ".fluxlint-baseline.json: 1 finding taken out, 0 left\n")
    #expect(try Fluxlint.run("check", "--fail-on", "warning", in: fleet.url).status == 0)
    try fleet.addFinding()
    #expect(try Fluxlint.run("check", in: fleet.url).status == 1)
  }

  @Test func `the baseline is that of the snapshot`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.git("add", "-A")
    _ = try Fluxlint.run("baseline", "write", in: fleet.url)
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 1)
    try fleet.git("add", "-A")
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 0)
  }

  @Test(arguments: [
    ("{", ".fluxlint-baseline.json:"),
    ("[]", "this is no baseline; 'fluxlint baseline write' makes the file anew"),
    (#"{"schema": "fluxlint/baseline/v9"}"#, "this fluxlint reads baselines of the schema 'fluxlint/baseline/v1'"),
    (
      #"{"schema": "fluxlint/baseline/v1", "rules": {"crd-order": {"a.yaml": {"v1:0": 1}}}}"#,
      ".fluxlint-baseline.json:1:71: this is no fingerprint with its number"
    ),
  ])
  func `a baseline with a mistake ends with status 2`(text: String, expected: String) throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint-baseline.json", text)
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains(expected), "\(result.talk)")
    #expect(result.talk.contains("'fluxlint baseline write' makes the file anew"))
    #expect(try Fluxlint.run("baseline", "prune", in: fleet.url).status == 2)
    // As it promises.
    #expect(try Fluxlint.run("baseline", "write", in: fleet.url).status == 0)
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
  }
}
