package import FluxGraph
import Manifests
package import YAMLSyntax

/// What must have happened before a Kustomization of a cluster is applied, or is ready, when the cluster is new.
///
/// A Kustomization is there once the one that applies it was applied, and it is applied once all that it depends on is
/// ready (kustomize-controller `internal/controller/kustomization_controller.go`, `checkDependencies`). It is ready once it
/// is applied and, with `wait` or `healthChecks`, the Kustomizations among its objects are ready (`checkHealth`).
package struct ReconcileOrder: Sendable {
  private let numbers: KustomizationNumbers
  private let parents: [Int?]
  /// What each state needs directly. State `2 * n` is that Kustomization `n` was applied, `2 * n + 1` that it is ready.
  private var conditions: [[Int]]
  /// What each state needs, directly or by others, as far as somebody asked.
  private var needs: [Int: [Bool]] = [:]

  package init(_ cluster: Cluster, in forest: Forest) {
    let kustomizations = cluster.kustomizations
    parents = kustomizations.map(\.parent)
    conditions = [[Int]](repeating: [], count: 2 * kustomizations.count)
    let numbers = KustomizationNumbers(cluster)
    self.numbers = numbers
    let made = Set(cluster.objects.lazy.filter { $0.maker != nil }.map(\.root))
    var children = [[Int]](repeating: [], count: kustomizations.count)
    for (number, parent) in parents.enumerated() {
      conditions[Self.ready(number)].append(Self.applied(number))
      guard let parent else { continue }
      conditions[Self.applied(number)].append(Self.applied(parent))
      // A ResourceSet is ready when it has applied what it makes, unless it waits itself.
      if !(kustomizations[number].root.map { made.contains($0) } ?? false) { children[parent].append(number) }
    }
    for edge in cluster.edges where edge.kind == .dependsOn && edge.targetKind == "Kustomization" {
      if let (from, to) = numbers.ends(of: edge) { conditions[Self.applied(from)].append(Self.ready(to)) }
    }
    for (number, kustomization) in kustomizations.enumerated() {
      guard let spec = kustomization.root.flatMap({ forest.value($0, "spec") }) else { continue }
      if forest.isTrue(forest.value(spec, "wait")) {
        conditions[Self.ready(number)] += children[number].map(Self.ready)
      } else if let checks = forest.value(spec, "healthChecks") {
        for check in forest.items(checks) {
          guard forest.givenText(check, "kind") == "Kustomization", let name = forest.givenText(check, "name"),
            let other = numbers.number(namespace: forest.givenText(check, "namespace"), name: name)
          else { continue }
          conditions[Self.ready(number)].append(Self.ready(other))
        }
      }
    }
  }

  private static func applied(_ number: Int) -> Int { 2 * number }
  private static func ready(_ number: Int) -> Int { 2 * number + 1 }

  /// Whether `other` is ready before `number` is applied.
  package mutating func isReady(_ other: Int, before number: Int) -> Bool {
    states(before: Self.applied(number))[Self.ready(other)]
  }

  /// Whether `other` was applied before `number` is.
  package mutating func isApplied(_ other: Int, before number: Int) -> Bool {
    states(before: Self.applied(number))[Self.applied(other)]
  }

  /// Whether `number` cannot be ready before `other` was applied.
  package mutating func isApplied(_ other: Int, beforeReadiness number: Int) -> Bool {
    states(before: Self.ready(number))[Self.applied(other)]
  }

  /// Every Kustomization that was applied before `number` is.
  package mutating func all(before number: Int) -> [Int] {
    let states = states(before: Self.applied(number))
    return parents.indices.filter { states[Self.applied($0)] }
  }

  package func isAncestor(_ other: Int, of number: Int) -> Bool {
    var current = parents[number]
    var steps = 0
    while let here = current, steps <= parents.count {
      if here == other { return true }
      current = parents[here]
      steps += 1
    }
    return false
  }

  private mutating func states(before state: Int) -> [Bool] {
    if let known = needs[state] { return known }
    var isNeeded = [Bool](repeating: false, count: conditions.count)
    var open = conditions[state]
    while let next = open.popLast() {
      guard !isNeeded[next] else { continue }
      isNeeded[next] = true
      open += conditions[next]
    }
    needs[state] = isNeeded
    return isNeeded
  }

  /// The Kustomizations that an edge joins.
  fileprivate func ends(of edge: Edge) -> (from: Int, to: Int)? { numbers.ends(of: edge) }

  /// Whether being applied and the readiness of what it depends on need each other.
  fileprivate func entangled() -> (_ number: Int, _ dependency: Int) -> Bool {
    let knots = StrongComponents.numbers(of: conditions)
    return { knots[Self.applied($0)] == knots[Self.ready($1)] }
  }
}

/// The Kustomizations of a cluster by their names.
private struct KustomizationNumbers: Sendable {
  private let objects: [AppliedObject]
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable, Sendable {
    var namespace: String?
    var name: String
  }

  init(_ cluster: Cluster) {
    objects = cluster.objects
    for (number, kustomization) in cluster.kustomizations.enumerated() {
      numbers[Key(namespace: kustomization.namespace, name: kustomization.name)] = number
    }
  }

  func number(namespace: String?, name: String) -> Int? {
    numbers[Key(namespace: namespace, name: name)]
  }

  func ends(of edge: Edge) -> (from: Int, to: Int)? {
    let from = objects[edge.from].id
    guard let source = number(namespace: from.namespace, name: from.name),
      let target = number(namespace: edge.targetNamespace, name: edge.targetName)
    else { return nil }
    return (source, target)
  }
}

/// A `dependsOn` entry that can never be fulfilled on a new cluster, though `dependsOn` alone makes no cycle: what it names
/// needs, by who applies whom or who waits for whose health, the Kustomization that has the entry.
package struct EntangledDependency: Sendable {
  package enum Relation: Sendable {
    /// It applies what it waits for, directly or by others.
    case applies
    /// What it waits for applies it, and waits for its health.
    case isAwaited
    case other
  }
  package var edge: Edge
  /// Indices into the cluster's Kustomizations.
  package var from: Int
  package var to: Int
  package var relation: Relation

  /// All of a cluster, in the order of its edges.
  package static func all(in cluster: Cluster, _ order: ReconcileOrder) -> [EntangledDependency] {
    let edges = cluster.edges.filter { $0.kind == .dependsOn && $0.targetKind == "Kustomization" }
    guard !edges.isEmpty else { return [] }
    let areEntangled = order.entangled()
    var dependencies = [[Int]](repeating: [], count: cluster.kustomizations.count)
    for edge in edges { if let (from, to) = order.ends(of: edge) { dependencies[from].append(to) } }
    let cycles = StrongComponents.numbers(of: dependencies)
    return edges.compactMap { edge in
      guard let (from, to) = order.ends(of: edge), from != to, cycles[from] != cycles[to], areEntangled(from, to)
      else { return nil }
      let relation: Relation =
        order.isAncestor(from, of: to) ? .applies : order.isAncestor(to, of: from) ? .isAwaited : .other
      return EntangledDependency(edge: edge, from: from, to: to, relation: relation)
    }
  }
}
