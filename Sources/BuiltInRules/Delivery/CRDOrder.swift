import RuleEngine

/// A custom resource that is applied before the API server can know its kind: with the Helm release that installs the
/// definition, or by a Kustomization that does not wait for it. kustomize-controller tries all objects of a stage before
/// it applies any (fluxcd/pkg `ssa/manager_apply.go`), so that one unknown kind holds back the rest.
struct CRDOrder: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      let providers = DefinitionProviders(cluster, model.forest)
      guard !providers.isEmpty else { continue }
      var order = ApplyOrder(cluster)
      var together: [Pair: [Int]] = [:]
      var unordered: [Int: [Int: Int]] = [:]
      for (number, object) in cluster.objects.enumerated() {
        guard let kustomization = object.kustomization, !object.isRemote,
          let candidates = providers.providers(of: object.id),
          !candidates.contains(where: { isBefore($0, kustomization, cluster, &order) }),
          !order.mayHaveUnknownObjects(before: kustomization), let first = candidates.first
        else { continue }
        if let same = candidates.first(where: { cluster.objects[$0].kustomization == kustomization }) {
          together[Pair(kustomization: kustomization, provider: same), default: []].append(number)
        } else {
          if unordered[first]?[kustomization] == nil { unordered[first, default: [:]][kustomization] = number }
        }
      }
      for (pair, objects) in together.sorted(by: { $0.value[0] < $1.value[0] }) {
        reportTogether(objects, pair, cluster, model, &report)
      }
      for (provider, users) in unordered.sorted(by: { $0.key < $1.key }) {
        reportUnordered(users.values.sorted(), provider: provider, cluster, model, &report)
      }
    }
  }

  private struct Pair: Hashable {
    var kustomization: Int
    var provider: Int
  }

  /// Whether the definitions of `provider` are there when `kustomization` is applied.
  private func isBefore(_ provider: Int, _ kustomization: Int, _ cluster: Cluster, _ order: inout ApplyOrder) -> Bool {
    let object = cluster.objects[provider]
    guard let owner = object.kustomization else { return true }
    if order.isReady(owner, before: kustomization) { return true }
    // Definitions that are applied as they are come first within a Kustomization, and before the Kustomizations in it.
    return object.id.kind == "CustomResourceDefinition"
      && (owner == kustomization || order.isAncestor(owner, of: kustomization))
  }

  private func reportTogether(
    _ objects: [Int], _ pair: Pair, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let first = cluster.objects[objects[0]]
    let release = cluster.objects[pair.provider]
    let owner = cluster.kustomizations[pair.kustomization]
    let what = ObjectReference(first.id).displayName + (objects.count == 1 ? "" : " and \(objects.count - 1) more")
    report.report(
      "\(owner.reference.displayName) applies \(what) together with the release that installs the kind",
      at: model.kindRange(of: first), label: "unknown until '\(release.id.name)' is installed",
      object: ObjectReference(first.id), cluster: cluster,
      related: [
        RelatedLocation(model.place(of: release), "installs the kinds of '\(first.id.group)'"),
        RelatedLocation(model.nameRange(of: owner), "applies both"),
      ],
      notes: [
        "on a new cluster nothing of it is ever applied, the release neither, unless somebody installs the kind by hand"
      ],
      help: "move it to a Kustomization that depends on '\(owner.displayName)', and let that one wait",
      data: [
        "group": .string(first.id.group), "provider": .string(ObjectReference(release.id).displayName),
        "kustomization": .string(owner.displayName),
      ])
  }

  private func reportUnordered(
    _ objects: [Int], provider: Int, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let source = cluster.objects[provider]
    let first = cluster.objects[objects[0]]
    guard let owner = first.kustomization.map({ cluster.kustomizations[$0] }),
      let installer = source.kustomization.map({ cluster.kustomizations[$0] })
    else { return }
    let who = objects.count == 1 ? owner.reference.displayName : "\(objects.count) Kustomizations"
    let verb = objects.count == 1 ? "applies" : "apply"
    report.report(
      "\(who) \(verb) objects of '\(first.id.group)' without waiting for '\(installer.displayName)', which installs their kinds",
      at: model.nameRange(of: owner), label: "applies \(ObjectReference(first.id).displayName)", severity: .note,
      object: owner.reference, cluster: cluster,
      related: [RelatedLocation(model.place(of: source), "installs the kinds")]
        + objects.dropFirst().compactMap { number in
          cluster.objects[number].kustomization.map {
            RelatedLocation(model.nameRange(of: cluster.kustomizations[$0]), "this one too")
          }
        },
      notes: ["on a new cluster it fails until the kinds are there, and tries again"],
      help: "add '\(installer.displayName)' to dependsOn",
      data: [
        "group": .string(first.id.group), "provider": .string(ObjectReference(source.id).displayName),
        "kustomizations": .strings(
          objects.compactMap { cluster.objects[$0].kustomization }.map { cluster.kustomizations[$0].displayName }),
      ])
  }
}

extension RepositoryModel {
  /// Where the kind of an object is written.
  fileprivate func kindRange(of object: AppliedObject) -> SourceRange {
    let range = forest.value(object.root, "kind").map { forest.range($0) }
    return range.flatMap { $0.file == object.origin.file ? $0 : nil } ?? object.origin
  }
}

/// What installs custom kinds in a cluster: definitions and well-known charts.
private struct DefinitionProviders {
  /// Objects by group, and by kind where the definition says it.
  private var byGroup: [String: [Int]] = [:]
  private var byKind: [String: [String: [Int]]] = [:]

  var isEmpty: Bool { byGroup.isEmpty && byKind.isEmpty }

  init(_ cluster: Cluster, _ forest: Forest) {
    for (number, object) in cluster.objects.enumerated() where object.kustomization != nil && !object.isRemote {
      if object.id.kind == "CustomResourceDefinition" {
        guard let group = forest.value(object.root, "spec", "group").map({ forest.text($0) }),
          !group.hasSuffix(".fluxcd.io"),
          let kind = forest.value(object.root, "spec", "names", "kind").map({ forest.text($0) })
        else { continue }
        byKind[group, default: [:]][kind, default: []].append(number)
      } else if object.id.kind == "HelmRelease" {
        for group in ChartDefinitions.groups(of: object, in: cluster, forest) {
          byGroup[group, default: []].append(number)
        }
      }
    }
  }

  /// The objects that install the kind, in the order of the cluster; nil for kinds that nothing here installs.
  func providers(of id: ObjectID) -> [Int]? {
    guard id.group.utf8.contains(UInt8(ascii: ".")) else { return nil }
    let found = (byKind[id.group]?[id.kind] ?? []) + (byGroup[id.group] ?? [])
    return found.isEmpty ? nil : found
  }
}

/// In which order Kustomizations of a cluster come: by `dependsOn`, and by which one applies which.
private struct ApplyOrder {
  private let cluster: Cluster
  private var dependencies: [[Int]]
  private var ready: [Int: Set<Int>] = [:]

  init(_ cluster: Cluster) {
    self.cluster = cluster
    var numbers: [[String?]: Int] = [:]
    for (number, kustomization) in cluster.kustomizations.enumerated() {
      numbers[[kustomization.namespace, kustomization.name]] = number
    }
    dependencies = [[Int]](repeating: [], count: cluster.kustomizations.count)
    for edge in cluster.edges where edge.kind == .dependsOn && edge.targetKind == "Kustomization" {
      let from = cluster.objects[edge.from].id
      guard let source = numbers[[from.namespace, from.name]],
        let target = numbers[[edge.targetNamespace, edge.targetName]]
      else { continue }
      dependencies[source].append(target)
    }
  }

  /// Those that are ready before a Kustomization is applied: what it waits for, and what those that apply it wait for.
  private mutating func readySet(_ number: Int) -> Set<Int> {
    if let known = ready[number] { return known }
    var open: [Int] = []
    var current: Int? = number
    var seen: Set<Int> = []
    while let here = current, seen.insert(here).inserted {
      open += dependencies[here]
      current = cluster.kustomizations[here].parent
    }
    var result: Set<Int> = []
    while let next = open.popLast() {
      if result.insert(next).inserted { open += dependencies[next] }
    }
    ready[number] = result
    return result
  }

  mutating func isReady(_ other: Int, before number: Int) -> Bool { readySet(number).contains(other) }

  func isAncestor(_ other: Int, of number: Int) -> Bool {
    var current = cluster.kustomizations[number].parent
    var steps = 0
    while let here = current, steps <= cluster.kustomizations.count {
      if here == other { return true }
      current = cluster.kustomizations[here].parent
      steps += 1
    }
    return false
  }

  /// Whether a Kustomization, or one it waits for, applies objects that are not known here.
  mutating func mayHaveUnknownObjects(before number: Int) -> Bool {
    readySet(number).union([number]).contains { !cluster.kustomizations[$0].isFullyBuilt }
  }
}
