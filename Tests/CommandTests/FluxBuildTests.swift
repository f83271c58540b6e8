import Foundation
import Testing

/// A fleet with one cluster, whose source is known by the remote of the repository.
private struct Cluster {
  let fleet: Fleet

  init() throws {
    fleet = try Fleet(commit: false)
    try fleet.git("remote", "add", "origin", "git@example.com:org/fleet.git")
    try fleet.write(
      "clusters/a/flux-system/gotk-sync.yaml",
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: flux-system, namespace: flux-system}
      spec: {url: "ssh://git@example.com/org/fleet"}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: flux-system, namespace: flux-system}
      spec: {path: ./clusters/a, sourceRef: {kind: GitRepository, name: flux-system}}
      """)
    try fleet.write(
      "clusters/a/web.yaml",
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: more, namespace: flux-system}
      spec: {url: "https://example.com/org/more.git"}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: web, namespace: flux-system}
      spec:
        path: ./web
        sourceRef: {kind: GitRepository, name: flux-system}
        postBuild: {substitute: {count: "3"}}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: more, namespace: flux-system}
      spec: {path: ./, sourceRef: {kind: GitRepository, name: more}}
      """)
    try fleet.write("web/thing.yaml", Self.thing("'${count}'"))
  }

  static func thing(_ value: String) -> String {
    "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: x\n  namespace: web\nspec:\n  count: \(value)\n"
  }
}

@Suite struct `building what Flux applies` {
  @Test func `prints one Kustomization before and after substitution`() throws {
    let cluster = try Cluster()
    let arguments = ["build", "--kustomization", "flux-system/web"]
    let after = try Fluxlint.run(arguments[0], arguments[1], arguments[2], in: cluster.fleet.url)
    #expect(after.status == 0, "\(after.talk)")
    #expect(after.output == Cluster.thing("3"))
    for name in ["clusters/a", "a"] {
      let before = try Fluxlint.run(
        arguments[0], arguments[1], arguments[2], "--before-substitution", "--cluster", name, in: cluster.fleet.url)
      #expect(before.output == Cluster.thing("${count}"))
    }
    let places = try Fluxlint.run(arguments[0], arguments[1], arguments[2], "--provenance", in: cluster.fleet.url)
    #expect(places.output.contains("# web/thing.yaml:1"))
  }

  @Test func `prints all of them as JSON`() throws {
    let cluster = try Cluster()
    let result = try Fluxlint.run("build", "--all", "--format", "json", in: cluster.fleet.url)
    #expect(result.status == 0)
    let text = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(text["schema"] as? String == "fluxlint/build/v1")
    let kustomizations = try #require(text["kustomizations"] as? [[String: Any]])
    let states = kustomizations.filter { $0["cluster"] as? String == "clusters/a" }
      .map { "\($0["name"] ?? "") \($0["status"] ?? "")" }
    #expect(states.sorted() == ["flux-system built", "more external", "web built"])
    #expect(result.output.contains(#""spec":{"count":3}}"#))
    #expect(result.output.contains(#""beforeSubstitution":"#))
  }

  @Test(arguments: [false, true]) func `writes all and then names what fails`(toFile: Bool) throws {
    let cluster = try Cluster()
    try cluster.fleet.write("web/kustomization.yaml", "resources: [missing.yaml]\n")
    let file = cluster.fleet.scratch.url.appending(path: "all.json")
    let line = "$fluxlint build --all --format json" + (toFile ? " --output \(file.path)" : "")
    let result = try Fluxlint.shell(line, in: cluster.fleet.url)
    #expect(result.status == 1)
    #expect(result.talk.contains("not built: 'flux-system/web' of 'clusters/a': 'missing.yaml' does not exist"))
    #expect(!result.talk.contains("flux-system/more"))
    let output = toFile ? try String(contentsOf: file, encoding: .utf8) : result.output
    let text = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    let kustomizations = try #require(text["kustomizations"] as? [[String: Any]])
    #expect(kustomizations.filter { $0["status"] as? String == "failed" }.map { $0["name"] as? String } == ["web"])
    #expect(kustomizations.contains { $0["status"] as? String == "built" })
  }

  @Test func `a checkout with a sparse index is not read, and that is said without stutter`() throws {
    let cluster = try Cluster()
    let more = try Fleet()
    try more.git("sparse-checkout", "set", "--cone", "--sparse-index", "apps")
    try FileManager.default.moveItem(at: more.url, to: cluster.fleet.scratch.url.appending(path: "more"))
    try cluster.fleet.write(
      ".fluxlint.yaml", "sources: {'ssh://git@example.com/org/more': ../more, 'https://example.com/none': ../none}\n")
    let result = try Fluxlint.run("check", "--verbose", "--fail-on", "never", in: cluster.fleet.url)
    #expect(result.output.contains("'../more' is not read: the index is sparse"), "\(result.output)")
    #expect(result.output.contains("'../none' is not read: there is no such directory"), "\(result.output)")
  }

  @Test func `reads a checkout beside the repository, and nothing else`() throws {
    let cluster = try Cluster()
    let more = cluster.fleet.scratch.url.appending(path: "more")
    try FileManager.default.createDirectory(at: more, withIntermediateDirectories: true)
    try Data(Cluster.thing("beside").utf8).write(to: more.appending(path: "thing.yaml"))
    try cluster.fleet.write(".fluxlint.yaml", "sources: {'ssh://git@example.com/org/more': ../more}\n")
    let result = try Fluxlint.run("build", "--kustomization", "flux-system/more", in: cluster.fleet.url)
    #expect(result.output == Cluster.thing("beside"))
    for path in ["/etc", "../../etc", "more", "../more/../..", "..", "./../more"] {
      try cluster.fleet.write(".fluxlint.yaml", "sources: {'ssh://git@example.com/org/more': \(path)}\n")
      let refused = try Fluxlint.run("check", in: cluster.fleet.url)
      #expect(refused.status == 2)
      #expect(refused.talk.contains("is no directory next to this repository"), "\(path): \(refused.talk)")
    }
  }

  @Test func `a link beside the repository that leads elsewhere is not followed`() throws {
    let cluster = try Cluster()
    let link = cluster.fleet.scratch.url.appending(path: "more")
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "/etc")
    try cluster.fleet.write(".fluxlint.yaml", "sources: {'ssh://git@example.com/org/more': ../more}\n")
    let result = try Fluxlint.run("check", "--verbose", "--fail-on", "never", in: cluster.fleet.url)
    #expect(result.status == 0)
    #expect(result.output.contains("not next to this repository"))
  }

  @Test(arguments: [
    (["--kustomization", "web"], "expected is NAMESPACE/NAME"),
    (["--kustomization", "flux-system/wep"], "did you mean 'flux-system/web'?"),
    (["--kustomization", "flux-system/web", "--cluster", "b"], "no cluster 'b'"), (["--all"], "--format json"),
    (["--cluster", "a"], "needs --kustomization"),
    (["--all", "--format", "json", "--reorder", "none"], "--reorder is for directories"),
    (["--all", "--kustomization", "a/b"], "exclude each other"),
  ])
  func `wrong arguments end with status 2`(arguments: [String], expected: String) throws {
    let cluster = try Cluster()
    let line = "$fluxlint build " + arguments.joined(separator: " ")
    let result = try Fluxlint.shell(line, in: cluster.fleet.url)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains(expected), "\(result.talk)")
  }

  @Test(arguments: [
    ("clusters: [{name: a}]", "needs the path"), ("external: [{kind: Deployment, name: a}]", "Secret or ConfigMap"),
    ("external: [{kind: Secret}]", "needs a name"), ("clusters: [{path: a, flux: b}]", "unknown key 'flux'"),
  ])
  func `a wrong configuration is refused`(text: String, expected: String) throws {
    let cluster = try Cluster()
    try cluster.fleet.write(".fluxlint.yaml", text + "\n")
    let result = try Fluxlint.run("check", in: cluster.fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains(expected), "\(result.talk)")
  }
}
