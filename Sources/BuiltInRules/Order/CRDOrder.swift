import RuleEngine

/// A custom resource that is applied before the API server can know its kind. kustomize-controller tries all objects of a
/// stage before it applies any (fluxcd/pkg `ssa/manager_apply.go`), so that one unknown kind holds back the rest: if what
/// installs the kind is among the rest, or waits for it, the kind never comes.
struct CRDOrder: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let bootstrap = BootstrapCharts(model)
    for facts in model.clusters where facts.cluster.hasEntryPoint && !facts.definitions.isEmpty {
      let cluster = facts.cluster
      let search = UnknownKinds(facts)
      for deadlock in search.deadlocks() { self.report(deadlock, cluster, bootstrap, model, &report) }
      for race in search.races { self.report(race, cluster, model, &report) }
    }
  }

  // MARK: - What never comes

  private func report(
    _ deadlock: UnknownKinds.Deadlock, _ cluster: Cluster, _ bootstrap: BootstrapCharts, _ model: RepositoryModel,
    _ report: inout FindingSink
  ) {
    let first = cluster.objects[deadlock.objects[0]]
    let provider = cluster.objects[deadlock.provider]
    let user = cluster.kustomizations[deadlock.kustomization]
    let installer = provider.kustomization.map { cluster.kustomizations[$0] } ?? user
    let objects = deadlock.objects.map { ObjectReference(cluster.objects[$0].id) }
    let what = objects[0].displayName + (objects.count == 1 ? "" : " and \(objects.count - 1) more")
    var message = "\(user.reference.displayName) applies \(what)"
    let note: String
    switch deadlock.relation {
    case .together:
      message += " together with the release that installs the kind"
      note =
        "on a new cluster nothing of it is ever applied, the release neither, unless somebody installs the kind by hand"
    case .applies:
      message += " together with '\(installer.displayName)', which installs the kind"
      note =
        "on a new cluster nothing of it is ever applied, '\(installer.displayName)' neither, unless somebody installs the kind by hand"
    case .isAwaited:
      message += ", whose kind comes with '\(installer.displayName)', and the two wait for each other"
      note = "on a new cluster neither of them ever becomes ready, unless somebody installs the kind by hand"
    }
    let helmfile = bootstrap.helmfile(installing: first.id.group, asIn: provider.id.name)
    var related = [RelatedLocation(model.place(of: provider), "installs the kinds of '\(first.id.group)'")]
    switch deadlock.relation {
    case .together: related.append(RelatedLocation(model.nameRange(of: user), "applies both"))
    case .applies: related.append(RelatedLocation(model.nameRange(of: installer), "applied by the same Kustomization"))
    case .isAwaited: related.append(RelatedLocation(model.nameRange(of: installer), "waits for '\(user.displayName)'"))
    }
    related += deadlock.objects.dropFirst().map {
      RelatedLocation(model.place(of: cluster.objects[$0]), "this one too")
    }
    report.report(
      message, at: model.kindRange(of: first), label: "unknown until '\(provider.id.name)' is installed",
      severity: helmfile == nil ? nil : .note, object: objects[0], objects: objects, cluster: cluster,
      related: related + (helmfile.map { [RelatedLocation($0.range, "installs the chart before Flux")] } ?? []),
      notes: [note]
        + (helmfile.map { ["a cluster that was set up with '\($0.path)' has the kind before Flux is there"] } ?? []),
      help: deadlock.relation == .isAwaited
        ? "move it to a Kustomization of its own that depends on '\(installer.displayName)', and for which that one does not wait"
        : "move it to a Kustomization of its own that depends on '\(installer.displayName)', and let that one wait",
      data: [
        "group": .string(first.id.group), "provider": .string(ObjectReference(provider.id).displayName),
        "kustomization": .string(user.displayName),
      ], cause: "deadlock with \(provider.id.kind) \(provider.id.name)")
  }

  // MARK: - What comes in the end

  private func report(
    _ race: UnknownKinds.Race, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let source = cluster.objects[race.provider]
    let first = cluster.objects[race.objects[0]]
    guard let installer = source.kustomization.map({ cluster.kustomizations[$0] }) else { return }
    let users = race.objects.compactMap { cluster.objects[$0].kustomization }.map { cluster.kustomizations[$0] }
    guard let owner = users.first else { return }
    let who = users.count == 1 ? owner.reference.displayName : "\(users.count) Kustomizations"
    let verb = users.count == 1 ? "applies" : "apply"
    report.report(
      "\(who) \(verb) objects of '\(first.id.group)' without waiting for '\(installer.displayName)', which installs their kinds",
      at: model.nameRange(of: owner), label: "applies \(ObjectReference(first.id).displayName)", severity: .note,
      object: owner.reference, objects: users.map(\.reference), cluster: cluster,
      related: [RelatedLocation(model.place(of: source), "installs the kinds")]
        + users.dropFirst().map { RelatedLocation(model.nameRange(of: $0), "this one too") },
      notes: ["on a new cluster it fails until the kinds are there, and tries again"],
      help: race.mayWait
        ? "add '\(installer.displayName)' to dependsOn"
        : "move \(ObjectReference(source.id).displayName) to a Kustomization of its own, and add that one to dependsOn",
      data: [
        "group": .string(first.id.group), "provider": .string(ObjectReference(source.id).displayName),
        "kustomizations": .strings(users.map(\.displayName)),
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

/// The custom resources of a cluster that are applied while their kinds may not be there.
private struct UnknownKinds {
  enum Relation: Hashable {
    /// One Kustomization applies the object and what installs its kind.
    case together
    /// The Kustomization applies the one that installs the kind, directly or by others.
    case applies
    /// The one that installs the kind waits for the Kustomization.
    case isAwaited
  }

  /// Objects of one Kustomization that keep what installs their kinds from being applied.
  struct Deadlock {
    var kustomization: Int
    var provider: Int
    var relation: Relation
    var objects: [Int]
  }

  /// Kustomizations that try again until the kinds are there; an object of each.
  struct Race {
    var provider: Int
    /// Whether they can depend on what installs the kinds without a cycle.
    var mayWait: Bool
    var objects: [Int]
  }

  private struct DeadlockKey: Hashable {
    var kustomization: Int
    var provider: Int
  }

  private struct RaceKey: Hashable {
    var provider: Int
    var mayWait: Bool
  }

  private let cluster: Cluster
  private var order: ReconcileOrder
  private var unknown: [Int: Bool] = [:]
  private var found: [DeadlockKey: [Int]] = [:]
  private var firstObjects: [RaceKey: [Int: Int]] = [:]

  init(_ facts: ClusterFacts) {
    let providers = facts.definitions
    cluster = facts.cluster
    order = facts.order
    for (number, object) in cluster.objects.enumerated() {
      guard let kustomization = object.kustomization, !object.isRemote,
        let candidates = providers.providers(of: object.id),
        !candidates.contains(where: { isThere($0, before: kustomization) }),
        !mayHaveUnknownObjects(before: kustomization)
      else { continue }
      add(number, of: kustomization, candidates)
    }
  }

  /// Whether the definitions of `provider` are there when `kustomization` is applied.
  private mutating func isThere(_ provider: Int, before kustomization: Int) -> Bool {
    guard let owner = cluster.objects[provider].kustomization else { return true }
    if order.isReady(owner, before: kustomization) { return true }
    // Definitions that are applied as they are come first within a Kustomization, and before the Kustomizations in it.
    return cluster.objects[provider].id.kind == "CustomResourceDefinition"
      && (owner == kustomization || order.isApplied(owner, before: kustomization))
  }

  /// Whether a Kustomization, or one that comes before it, applies objects that are not known here.
  private mutating func mayHaveUnknownObjects(before kustomization: Int) -> Bool {
    if let known = unknown[kustomization] { return known }
    let isUnknown = (order.all(before: kustomization) + [kustomization]).contains {
      !cluster.kustomizations[$0].isFullyBuilt
    }
    unknown[kustomization] = isUnknown
    return isUnknown
  }

  private mutating func add(_ number: Int, of kustomization: Int, _ candidates: [Int]) {
    // One that is installed whatever becomes of this Kustomization is enough.
    if let free = candidates.first(where: { !isBlocked($0, by: kustomization) }) {
      let owner = cluster.objects[free].kustomization
      let mayWait = owner.map { !order.isApplied(kustomization, beforeReadiness: $0) } ?? true
      let key = RaceKey(provider: free, mayWait: mayWait)
      if firstObjects[key]?[kustomization] == nil { firstObjects[key, default: [:]][kustomization] = number }
    } else if let first = candidates.first(where: { cluster.objects[$0].kustomization == kustomization })
      ?? candidates.first
    {
      found[DeadlockKey(kustomization: kustomization, provider: first), default: []].append(number)
    }
  }

  /// Whether `provider` cannot be applied before all of `kustomization` could be.
  private mutating func isBlocked(_ provider: Int, by kustomization: Int) -> Bool {
    guard let owner = cluster.objects[provider].kustomization else { return false }
    return owner == kustomization || order.isApplied(kustomization, before: owner)
  }

  /// In the order of the cluster.
  func deadlocks() -> [Deadlock] {
    found.sorted { $0.value[0] < $1.value[0] }.map { key, objects in
      let owner = cluster.objects[key.provider].kustomization ?? key.kustomization
      let relation: Relation =
        owner == key.kustomization
        ? .together : order.isAncestor(key.kustomization, of: owner) ? .applies : .isAwaited
      return Deadlock(kustomization: key.kustomization, provider: key.provider, relation: relation, objects: objects)
    }
  }

  var races: [Race] {
    firstObjects.map { Race(provider: $0.key.provider, mayWait: $0.key.mayWait, objects: $0.value.values.sorted()) }
      .sorted { ($0.provider, $0.objects[0]) < ($1.provider, $1.objects[0]) }
  }
}
