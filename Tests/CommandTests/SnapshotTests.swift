import Foundation
import Testing

@Suite struct `which tree is checked` {
  @Test func `a repository without findings ends with 0`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run(in: fleet.url)
    #expect(result.status == 0, "\(result.output)")
    #expect(!result.output.contains("depends-on-missing"))
  }

  @Test func `a finding ends with 1 and names file, line and rule`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run("check", fleet.url.path)
    #expect(result.status == 1)
    #expect(result.output.contains("depends-on-missing"))
    #expect(result.output.contains("clusters/prod/broken.yaml:14:13"))
  }

  @Test func `the files count without being added, the index only once they are`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    #expect(try Fluxlint.run("check", in: fleet.url).status == 1)
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 0)
    try fleet.git("add", "-A")
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 1)
    #expect(try Fluxlint.run("check", "--rev", "HEAD", in: fleet.url).status == 0)
    try fleet.git("commit", "-q", "-m", "broken")
    #expect(try Fluxlint.run("check", "--rev", "HEAD", in: fleet.url).status == 1)
    #expect(try Fluxlint.run("check", "--rev", "HEAD~1", in: fleet.url).status == 0)
  }

  @Test func `ignored files do not count`() throws {
    let fleet = try Fleet()
    try fleet.write(".gitignore", "broken*\n")
    try fleet.addFinding()
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
  }

  @Test func `a bare repository is checked by revision`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "broken")
    let bare = try fleet.bareClone()
    #expect(try Fluxlint.run("check", "--rev", "main", in: bare).status == 1)
    #expect(try Fluxlint.run("check", "--rev", "main~1", bare.path).status == 0)

    let result = try Fluxlint.run("check", in: bare)
    #expect(result.status == 2)
    #expect(result.talk.contains("is a bare repository"))
    #expect(result.talk.contains("--rev HEAD"))
  }

  @Test func `an unknown revision ends with 2`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run("check", "--rev", "no-such-branch", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("'no-such-branch'"))
  }

  @Test func `a repository without a commit has an index and no HEAD`() throws {
    let fleet = try Fleet(commit: false)
    try fleet.addFinding()
    #expect(try Fluxlint.run("check", "--staged", in: fleet.url).status == 0)
    #expect(try Fluxlint.run("check", in: fleet.url).status == 1)
    let result = try Fluxlint.run("check", "--rev", "HEAD", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("has no commit yet"))
  }

  @Test(arguments: [
    ["check"], ["graph"], ["inventory"], ["migrate"], ["build", "apps"], ["build", "--all", "-f", "json"],
  ])
  func `a sparse index is refused instead of taking files for missing`(arguments: [String]) throws {
    let fleet = try Fleet()
    try fleet.git("sparse-checkout", "set", "--cone", "--sparse-index", "clusters", "apps")
    let result = try Subprocess.run(Fluxlint.binary, arguments, in: fleet.url)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("run: git sparse-checkout reapply --no-sparse-index"), "\(result.talk)")
    try fleet.git("sparse-checkout", "reapply", "--no-sparse-index")
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0)
  }

  @Test func `a tree without Flux objects has nothing to find, and that is said`() throws {
    let scratch = try Scratch()
    try "a: 1\n".write(to: scratch.url.appending(path: "values.yaml"), atomically: true, encoding: .utf8)
    let result = try Fluxlint.run("check", "--no-git", ".", in: scratch.url)
    #expect(result.status == 0)
    #expect(result.talk == "fluxlint: no Flux objects here\n")
    let fleet = try Fleet()
    #expect(try Fluxlint.run("check", in: fleet.url).talk.isEmpty)
  }

  @Test func `a directory outside Git is checked as it is, and that is said`() throws {
    let fleet = try Fleet(isRepository: false)
    #expect(try Fluxlint.run("check", fleet.url.path).status == 0)
    try fleet.addFinding()
    let result = try Fluxlint.run("check", fleet.url.path)
    #expect(result.status == 1)
    #expect(result.talk.contains("not in a Git repository"))
    #expect(try !Fluxlint.run("check", "--quiet", fleet.url.path).talk.contains("not in a Git repository"))
  }

  @Test func `a fleet inside another repository is checked on its own with --no-git`() throws {
    let outer = try Fleet()
    let inner = try Fleet(isRepository: false)
    try inner.addFinding()
    try FileManager.default.copyItem(at: inner.url, to: outer.url.appending(path: "inner"))
    let result = try Fluxlint.run("check", "--no-git", outer.url.appending(path: "inner").path)
    #expect(result.status == 1)
    #expect(result.output.contains("clusters/prod/broken.yaml:14:13"))
    #expect(!result.output.contains("inner/clusters"))
    #expect(result.talk.isEmpty || !result.talk.contains("Git repository"))
  }
}

@Suite struct `which part is shown` {
  @Test func `from a sub-directory the whole repository is checked, with the same words`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let top = try Fluxlint.run("check", in: fleet.url)
    let below = try Fluxlint.run("check", in: fleet.url.appending(path: "apps"))
    #expect(below.status == 1)
    #expect(below.output == top.output)
  }

  @Test func `a path shows and counts only what concerns it, and says so`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let apps = try Fluxlint.run("check", "apps", in: fleet.url)
    #expect(apps.status == 0)
    #expect(!apps.output.contains("broken.yaml"))
    #expect(apps.talk.contains("'apps'"))

    let clusters = try Fluxlint.run("check", "prod", in: fleet.url.appending(path: "clusters"))
    #expect(clusters.status == 1)
    #expect(clusters.output.contains("clusters/prod/broken.yaml:14:13"))
  }

  @Test func `a file is a path like any other`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    #expect(try Fluxlint.run("check", "clusters/prod/broken.yaml", in: fleet.url).status == 1)
    #expect(try Fluxlint.run("check", "clusters/prod/apps.yaml", in: fleet.url).status == 0)
  }

  @Test func `a path may be in the revision alone`() throws {
    let fleet = try Fleet()
    try fleet.addFinding(at: "tenants/one/sync.yaml")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "tenants")
    let bare = try fleet.bareClone()
    for path in ["tenants", "tenants/one/sync.yaml", "./apps/../tenants"] {
      #expect(try Fluxlint.run("check", path, "--rev", "HEAD", in: bare).status == 1, "\(path)")
    }
    #expect(try Fluxlint.run("check", "apps", "--rev", "HEAD", in: bare).status == 0)
    #expect(try Fluxlint.run("check", bare.path + "/tenants", "--rev", "HEAD").status == 1)

    try fleet.git("rm", "-r", "-q", "tenants")
    #expect(try Fluxlint.run("check", "tenants", "--rev", "HEAD", in: fleet.url).status == 1)
    #expect(try Fluxlint.run("check", "../tenants", "--rev", "HEAD", in: fleet.url.appending(path: "apps")).status == 1)
    #expect(try Fluxlint.run("check", fleet.url.path + "/tenants/one", "--rev", "HEAD").status == 1)
    #expect(try Fluxlint.run("check", "tenants", in: fleet.url).talk.contains("no such file or directory: 'tenants'"))
    for (options, name) in [(["--staged"], "the index"), (["--rev", "HEAD~1"], "HEAD~1")] {
      let result = try Subprocess.run(Fluxlint.binary, ["check", "tenants"] + options, in: fleet.url)
      #expect(result.status == 2)
      #expect(result.talk == "fluxlint: no 'tenants' in \(name)\n")
    }
  }

  @Test func `a path cannot lead out of the revision`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run("check", "gone/../../x", "--rev", "HEAD", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("'gone/../../x' is outside the repository"), "\(result.talk)")
  }
}
