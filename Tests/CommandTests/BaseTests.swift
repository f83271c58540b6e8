import Foundation
import Testing

@Suite struct `what is compared with a base` {
  @Test func `only what is new decides and is shown`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "broken")
    try fleet.write("README.md", "words\n")
    try fleet.git("add", "-A")
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 1, "alone, everything decides")
    let result = try Fluxlint.run("check", "--staged", "--base", "HEAD", in: fleet.url)
    #expect(result.status == 0)
    #expect(!result.output.contains("depends-on-missing") && result.output.contains("older finding"))
    let all = try Fluxlint.run("check", "--staged", "--base", "HEAD", "--show", "all", in: fleet.url)
    #expect(all.status == 0 && all.output.contains("depends-on-missing"))

    try fleet.git("mv", "clusters/prod/broken.yaml", "clusters/prod/renamed.yaml")
    #expect(try Fluxlint.run("check", "--staged", "--base", "HEAD", in: fleet.url).status == 0)
    try fleet.write(
      "clusters/prod/second.yaml", Fleet.kustomization("second", path: "apps", dependsOn: "basse"))
    #expect(try Fluxlint.run("check", "--base", "HEAD", in: fleet.url).status == 1, "the work tree has a second one")
  }

  @Test(arguments: ["kind", "name", "apiVersion"])
  func `an object that a variable leaves without a name is read in both revisions`(field: String) throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    var fields = ["apiVersion": "v1", "kind": "ConfigMap", "name": "web"]
    func write(_ value: String) throws {
      fields[field] = value
      try fleet.write(
        "lost/web.yaml",
        "apiVersion: \(fields["apiVersion"] ?? "")\nkind: \(fields["kind"] ?? "")\nmetadata:\n"
          + "  name: \(fields["name"] ?? "")\n  namespace: default\ndata:\n  a: ${UNKNOWN}\n")
    }
    try fleet.write(
      "clusters/prod/lost.yaml",
      Fleet.kustomization("lost", path: "lost") + "  postBuild:\n    substitute:\n      EMPTY: ''\n")
    let whole = fields[field] ?? ""
    try write("${EMPTY}")
    let lost = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(lost.status == 1 && lost.output.contains("variable 'UNKNOWN' is not defined"), "\(lost.output)")
    #expect(lost.output.contains("variable-drops-object"), "\(lost.output)")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "lost")
    try write("${EMPTY}\(whole)")
    let repaired = try Fluxlint.run("check", "--base", "HEAD", "--format", "concise", in: fleet.url)
    // Of an object of another name.
    #expect(repaired.status == 1 && repaired.output.contains("variable 'UNKNOWN' is not defined"))
    #expect(!repaired.output.contains("variable-drops-object"), "\(repaired.output)")
  }

  @Test func `what suppresses nothing is new with what makes it so`() throws {
    func status(_ fleet: Fleet) throws -> (status: Int32, output: String) {
      let result = try Fluxlint.run("check", "--base", "HEAD", "--fail-on", "warning", in: fleet.url)
      return (result.status, result.output)
    }
    func commit(_ fleet: Fleet) throws {
      try fleet.git("add", "-A")
      try fleet.git("commit", "-q", "-m", "more")
    }
    // A baseline, whose finding the change takes away.
    let baseline = try Fleet()
    try baseline.addFinding()
    #expect(try Fluxlint.run("baseline", "write", in: baseline.url).status == 0)
    try commit(baseline)
    try baseline.git("rm", "-q", "-f", "clusters/prod/broken.yaml")
    #expect(try status(baseline).status == 1)
    try commit(baseline)
    #expect(try status(baseline).status == 0, "the same tree")
    try baseline.write("apps/config.yaml", Fleet.configMap("other"))
    let older = try status(baseline)
    #expect(older.status == 0 && older.output.contains("1 older finding"), "\(older.output)")

    // An entry of the configuration holds for both revisions.
    let entries = try Fleet()
    try entries.write(".fluxlint.yaml", "ignore:\n  - {rule: remote-base, path: apps}\n")
    #expect(try status(entries).status == 1, "the file is new")
    try commit(entries)
    try entries.write("README.md", "words\n")
    #expect(try status(entries).status == 0)
    try entries.write(
      ".fluxlint.yaml", "ignore:\n  - {rule: remote-base, path: apps}\n  - {rule: crd-order, path: none}\n")
    let second = try status(entries)
    #expect(
      second.status == 1 && second.output.contains(".fluxlint.yaml:3") && second.output.contains("1 older finding"))

    // A comment for a change that is made already.
    let comment = try Fleet()
    try comment.write(
      "clusters/prod/apps.yaml",
      Fleet.kustomization("apps", path: "apps # fluxlint: ignore[namespace-removed]"))
    #expect(try status(comment).status == 1, "there is no such change")
    try commit(comment)
    try comment.write("apps/config.yaml", Fleet.configMap("other"))
    #expect(try status(comment).status == 0)
  }

  @Test func `a finding for several objects stays old when the file of the first changes`() throws {
    let fleet = try Fleet()
    for name in ["one", "two"] {
      try fleet.write("clusters/prod/\(name).yaml", Fleet.kustomization(name, path: name, dependsOn: "bases"))
      try fleet.write("\(name)/config.yaml", Fleet.configMap(name))
    }
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "broken")
    try fleet.write(
      "clusters/prod/one.yaml", Fleet.kustomization("one", path: "one", dependsOn: "bases") + "# a word\n")
    let result = try Fluxlint.run("check", "--base", "HEAD", in: fleet.url)
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [(["one"], 0), (["one", "two", "three"], 0), (["alpha", "two"], 0)] as [([String], Int32)])
  func `an old cause with one more object, or one less, is no new finding`(
    names: [String], status: Int32
  ) throws {
    let fleet = try Fleet()
    for name in ["one", "two"] {
      try fleet.write("clusters/prod/\(name).yaml", Fleet.kustomization(name, path: "apps", dependsOn: "bases"))
    }
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "broken")
    for name in ["one", "two"] where !names.contains(name) {
      try fleet.write("clusters/prod/\(name).yaml", Fleet.kustomization(name, path: "apps"))
    }
    for name in names where !["one", "two"].contains(name) {
      try fleet.write("clusters/prod/\(name).yaml", Fleet.kustomization(name, path: "apps", dependsOn: "bases"))
    }
    let result = try Fluxlint.run("check", "--base", "HEAD", "--disable", "object-applied-twice", in: fleet.url)
    #expect(result.status == status, "\(result.output)")
  }

  @Test func `JSON and SARIF have all findings with their age`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "broken")
    let json = try Fluxlint.run("check", "--base", "HEAD~1", "--format", "json", in: fleet.url)
    #expect(json.status == 1)
    #expect(json.output.contains(#""baselineState": "new""#) && json.output.contains(#""new": "#))
    let same = try Fluxlint.run("check", "--base", "HEAD..", "--format", "sarif", in: fleet.url)
    #expect(same.status == 0 && same.output.contains(#""baselineState": "unchanged""#))
    let alone = try Fluxlint.run("check", "--format", "json", in: fleet.url)
    #expect(!alone.output.contains("baselineState"))
  }

  @Test func `a change that deletes is said where the deleting is, with the old place beside it`() throws {
    let fleet = try Fleet()
    try fleet.write("apps/data.yaml", Fleet.configMap("data"))
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "data")
    try FileManager.default.removeItem(at: fleet.url.appending(path: "apps/data.yaml"))
    let result = try Fluxlint.run("check", "--base", "HEAD", in: fleet.url)
    #expect(result.status == 0, "a note decides nothing: \(result.output)")
  }

  @Test func `what moves a namespace is called by its name`() throws {
    let fleet = try Fleet()
    try fleet.write(
      "clusters/prod/flux-system/gotk-sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    let kustomization = "resources: [namespace.yaml]\nnamespace: "
    try fleet.write("apps/kustomization.yaml", kustomization + "one\n")
    try fleet.write("apps/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "namespace")
    try fleet.write("apps/kustomization.yaml", kustomization + "two\n")
    let result = try Fluxlint.run("check", "--base", "HEAD", "--format", "concise", in: fleet.url)
    #expect(result.output.contains("objects-renamed"), "\(result.output)")
    #expect(result.output.contains("'namespace' of the kustomization gives an object"), "\(result.output)")
    #expect(!result.output.contains("a patch"))
  }

  @Test func `that a change suspends a Kustomization is told once`() throws {
    let fleet = try Fleet()
    func rules() throws -> Set<String> {
      let output = try Fluxlint.run("check", "--base", "HEAD", "--show", "all", "--verbose", in: fleet.url).output
      return Set(["suspend-changed", "suspended-in-git"].filter { output.contains("[\($0)]") })
    }
    try fleet.write("clusters/prod/apps.yaml", Fleet.kustomization("apps", path: "apps\n  suspend: true"))
    #expect(try rules() == ["suspend-changed"])
    try fleet.git("commit", "-q", "-a", "-m", "suspended")
    #expect(try rules() == ["suspended-in-git"])
  }

  @Test func `a repository without a commit is compared with nothing`() throws {
    let fleet = try Fleet(commit: false)
    try fleet.addFinding()
    try fleet.git("add", "-A")
    let result = try Fluxlint.run("check", "--staged", "--base", "HEAD", in: fleet.url)
    #expect(result.status == 1 && result.output.contains("depends-on-missing"))
  }

  @Test func `a base that is not here ends with 2 and says how to get it`() throws {
    let fleet = try Fleet()
    let alone = try Fluxlint.run("check", "--base", "origin/main", in: fleet.url)
    #expect(alone.status == 2 && alone.output.isEmpty)
    #expect(alone.talk.contains("'origin/main'") && alone.talk.contains("no remote to fetch it from"), "\(alone.talk)")
    try fleet.git("remote", "add", "upstream", fleet.url.path)
    for (name, command) in [
      ("main-line", "git fetch upstream main-line:main-line"), ("feature/x", "git fetch upstream feature/x:feature/x"),
      ("upstream/new", "git fetch upstream new:refs/remotes/upstream/new"),
      (String(repeating: "ab", count: 20), "git fetch upstream abab"), ("deadbeef", "by a whole commit id only"),
    ] {
      let result = try Fluxlint.run("check", "--base", name, in: fleet.url)
      #expect(result.status == 2 && result.talk.contains(command), "\(result.talk)")
    }
    try fleet.git("remote", "rename", "upstream", "origin")
    for name in ["HEAD~9", "@~9", "-x", "origin/-x", "-x/main", "a;b"] {
      let talk = try Fluxlint.run("check", "--base=\(name)", in: fleet.url).talk
      #expect(talk.contains("'\(name)'") && !talk.contains("git fetch"), "\(talk)")
    }
    let zeros = String(repeating: "0", count: 40)
    for (name, hint) in [(zeros, "leave '--base' out"), ("..HEAD", "'REVISION..'"), ("main..HEAD", "'REVISION..'")] {
      let result = try Fluxlint.run("check", "--base", name, in: fleet.url)
      #expect(result.status == 2 && result.talk.contains(hint) && !result.talk.contains("git fetch"), "\(result.talk)")
    }
    let shallow = fleet.scratch.url.appending(path: "shallow")
    try fleet.write("README.md", "words\n")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "second")
    try fleet.git("clone", "-q", "--depth", "1", "file://\(fleet.url.path)", shallow.path)
    let parent = try Fluxlint.run("check", "--base", "HEAD~1", in: shallow)
    #expect(parent.status == 2 && parent.talk.contains("git fetch --unshallow"))
    let branch = try Fluxlint.run("check", "--base", "origin/feature", in: shallow)
    #expect(
      branch.talk.contains("git fetch --unshallow origin feature:refs/remotes/origin/feature"), "\(branch.talk)")
    // Where CI checks a commit out, no branch has the name.
    try fleet.git("-C", shallow.path, "checkout", "-q", "--detach")
    try fleet.git("-C", shallow.path, "branch", "-D", "main")
    #expect(try Fluxlint.run("check", "--base", "main", in: shallow).talk.contains("did you mean 'origin/main'?"))
    // The commits that the two have in common are not here.
    try fleet.git("checkout", "-q", "-b", "side", "HEAD~1")
    try fleet.write("README.md", "other words\n")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "side")
    try fleet.git("-C", shallow.path, "fetch", "-q", "--depth", "1", "origin", "side:refs/remotes/origin/side")
    let side = try Fluxlint.run("check", "--base", "origin/side", in: shallow)
    #expect(side.status == 2 && side.talk.contains("git fetch --unshallow"), "\(side.talk)")
    #expect(try Fluxlint.run("check", "--no-git", "--base", "HEAD", in: fleet.url).status == 2)
    let directory = try Fleet(isRepository: false)
    #expect(try Fluxlint.run("check", "--base", "HEAD", in: directory.url).status == 2)
  }
}
