import Facts
import FluxGraph
import Manifests
import Testing

/// Which Kustomizations of a new cluster wait for which.
struct ReconcileOrderTests {
  private static func repository(_ kustomizations: [(name: String, parent: String, spec: String)]) async throws
    -> GraphRepository
  {
    var files = ["clusters/one/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/one")]
    for (name, parent, spec) in kustomizations {
      let folder = parent.isEmpty ? "clusters/one" : parent
      files["\(folder)/\(name)-ks.yaml"] = GraphRepository.kustomization(name, path: name, spec: spec)
      files["\(name)/cm.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: default}\n"
    }
    return try await GraphRepository(files)
  }

  private static func order(_ repository: GraphRepository) throws -> (ReconcileOrder, [String: Int]) {
    let cluster = try #require(repository.graph.clusters.first)
    let names = cluster.kustomizations.enumerated().map { ($0.element.name, $0.offset) }
    return (ReconcileOrder(cluster, in: repository.forest), Dictionary(names) { first, _ in first })
  }

  @Test(arguments: [
    ("waits directly", "a", "", "", "  dependsOn: [{name: a}]", true),
    ("does not wait", "a", "", "", "", false),
    ("waits for a parent that waits", "p", "  wait: true", "p", "  dependsOn: [{name: p}]", true),
    (
      "waits for a parent that checks its health", "p",
      "  healthChecks: [{apiVersion: v1, kind: Kustomization, name: a, namespace: flux-system}]", "p",
      "  dependsOn: [{name: p}]", true
    ),
    ("waits for a parent that does not wait", "p", "", "p", "  dependsOn: [{name: p}]", false),
  ])
  func `who depends on something comes after all that it takes to be ready`(
    title: String, other: String, spec: String, parent: String, dependency: String, expected: Bool
  ) async throws {
    var kustomizations = [(name: "a", parent: parent, spec: ""), (name: "b", parent: "", spec: dependency)]
    if !parent.isEmpty { kustomizations.append((name: parent, parent: "", spec: spec)) }
    var (order, numbers) = try Self.order(try await Self.repository(kustomizations))
    let (a, b) = (try #require(numbers["a"]), try #require(numbers["b"]))
    let isReady = order.isReady(a, before: b)
    #expect(isReady == expected)
  }

  @Test func `what applies something was applied before it`() async throws {
    let repository = try await Self.repository([
      (name: "a", parent: "", spec: "  dependsOn: [{name: c}]"), (name: "b", parent: "a", spec: ""),
      (name: "c", parent: "", spec: ""),
    ])
    var (order, numbers) = try Self.order(repository)
    let (a, b, c) = (try #require(numbers["a"]), try #require(numbers["b"]), try #require(numbers["c"]))
    let (isApplied, isReady) = (order.isApplied(a, before: b), order.isReady(a, before: b))
    #expect(isApplied && !isReady)
    let isParentsDependencyReady = order.isReady(c, before: b)
    #expect(isParentsDependencyReady)
    #expect(order.isAncestor(a, of: b) && !order.isAncestor(b, of: a))
  }

  @Test(arguments: [
    ("  dependsOn: [{name: b}]", "", "applies"), ("  wait: true", "  dependsOn: [{name: a}]", "isAwaited"),
    ("", "  dependsOn: [{name: a}]", ""), ("", "", ""),
  ])
  func `a dependency that who applies whom makes impossible is found`(
    parent: String, child: String, relation: String
  ) async throws {
    let repository = try await Self.repository([
      (name: "a", parent: "", spec: parent), (name: "b", parent: "a", spec: child),
    ])
    let cluster = try #require(repository.graph.clusters.first)
    let found = ClusterFacts(cluster, in: repository.forest).entangled
    #expect(found.map { "\($0.relation)" } == (relation.isEmpty ? [] : [relation]))
  }

  @Test func `a knot has a cycle for each edge that must go`() async throws {
    let repository = try await Self.repository([
      (name: "one", parent: "", spec: "  dependsOn: [{name: two}]"),
      (name: "two", parent: "", spec: "  dependsOn: [{name: one}, {name: three}]"),
      (name: "three", parent: "", spec: "  dependsOn: [{name: two}]"),
    ])
    let cluster = try #require(repository.graph.clusters.first)
    let facts = ClusterFacts(cluster, in: repository.forest)
    let cycles = facts.cycles.map { $0.map { cluster.objects[$0.from].id.name }.sorted() }
    #expect(Set(cycles) == [["one", "two"], ["three", "two"]])
    #expect(facts.entangled.isEmpty, "they are cycles already")
  }
}
