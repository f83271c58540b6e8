import RuleEngine
import SourceTrees
import Testing

/// One pass over the objects of a repository.
struct RuleRunTests {
  private static func sync(_ path: String) -> String {
    """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: flux-system, namespace: flux-system}
    spec: {url: "ssh://git@example.com/org/fleet.git", ref: {branch: main}}
    ---
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: flux-system, namespace: flux-system}
    spec: {path: ./\(path), sourceRef: {kind: GitRepository, name: flux-system}}
    """
  }

  private static func model(_ files: [String: String]) async throws -> RepositoryModel {
    var tree = InMemoryTree(files: files.mapValues { Array($0.utf8) })
    tree.remoteURLs = ["https://example.com/org/fleet"]
    var builder = GraphBuilder(sources: try await SourceSet.load(tree), settings: GraphSettings())
    let graph = await builder.build()
    return RepositoryModel(
      sources: builder.sources, graph: graph,
      fallback: ClusterSettings(fluxVersion: APIVersions.newestRelease, versionOrigin: .assumed),
      suppressions: Suppressions(builder.sources, rules: Sample.rules("some-rule")))
  }

  /// Two clusters that apply the same base.
  private static let fleet = [
    "clusters/a/gotk-sync.yaml": sync("clusters/a"),
    "clusters/a/kustomization.yaml": "resources: [gotk-sync.yaml, ../../base]\n",
    "clusters/b/gotk-sync.yaml": sync("clusters/b"),
    "clusters/b/kustomization.yaml": "resources: [gotk-sync.yaml, ../../base]\n",
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web, namespace: apps}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: web, namespace: apps}
    """,
  ]

  private static let name = RuleID("some-rule")

  @Test func `an object of two clusters is asked about once, and the finding is of both`() async throws {
    let model = try await Self.model(Self.fleet)
    try #require(model.graph.clusters.map(\.name) == ["clusters/a", "clusters/b"])
    let rule = Rule(
      Self.name,
      .objects([ObjectKind("ConfigMap", "")]) { pass, report in
        report.report("seen", at: pass.object.origin, object: pass.reference)
      })
    let findings = await RuleRun([ActiveRule(rule, severity: .warning)]).findings(on: model)
    #expect(findings.map(\.message) == ["seen"])
    #expect(findings.first?.object?.displayName == "ConfigMap apps/web")
    #expect(findings.first?.clusters == ["clusters/a", "clusters/b"])
  }

  @Test func `an object rule sees the kinds it wants and no other group`() async throws {
    let model = try await Self.model(Self.fleet)
    let rule = Rule(
      Self.name,
      .objects([ObjectKind("ConfigMap", "example.com"), ObjectKind("Secret", "")]) { pass, report in
        report.report(pass.object.id.kind, at: pass.object.origin)
      })
    let findings = await RuleRun([ActiveRule(rule, severity: .note, tier: .strict)]).findings(on: model)
    #expect(findings.map(\.message) == ["Secret"])
    #expect(findings.map(\.severity) == [.note])
    #expect(findings.map(\.tier) == [.strict])
  }

  @Test func `findings come in the order of the rules, however long each takes`() async throws {
    let model = try await Self.model(Self.fleet)
    let rules = (0..<20).map { number in
      ActiveRule(
        Rule(
          RuleID("rule-\(number)"),
          .repository { model, report in
            report.report("\(number)", at: model.graph.clusters[0].objects[0].origin)
          }), severity: .error)
    }
    let findings = await RuleRun(rules).findings(on: model)
    #expect(findings.map(\.message) == (0..<20).map(String.init))
  }

  @Test func `facts are made once for a cluster`() async throws {
    let model = try await Self.model(Self.fleet)
    #expect(model.clusters.map(\.cluster.name) == ["clusters/a", "clusters/b"])
    #expect(zip(model.clusters, model.clusters).allSatisfy { $0 === $1 })
  }
}
