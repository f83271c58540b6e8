import RuleEngine

/// Two Kustomizations of one cluster apply the same object: each takes it from the other, and when one of them drops it,
/// it is deleted (kustomize-controller prunes by the owner labels of the live object).
struct ObjectAppliedTwice: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    // Elsewhere nobody knows whether two Kustomizations are of one cluster.
    for facts in model.clusters where facts.cluster.isOneCluster {
      let cluster = facts.cluster
      var overlaps: [[Int]: [[Int]]] = [:]
      var definitions: [Definitions: [[Int]]] = [:]
      var order = facts.order
      for copies in copies(in: facts, model) {
        let copies = Self.inOrder(copies, facts, &order)
        let owners = Set(copies.compactMap { cluster.objects[$0].kustomization }).sorted()
        if copies.allSatisfy({ cluster.objects[$0].origin == cluster.objects[copies[0]].origin }) {
          overlaps[owners, default: []].append(copies)
        } else {
          let key = Definitions(owners: owners, files: copies.map { cluster.objects[$0].origin.file })
          definitions[key, default: []].append(copies)
        }
      }
      for (owners, copies) in overlaps.sorted(by: { $0.value[0][0] < $1.value[0][0] }) {
        reportOverlap(copies, owners: owners, facts, model, &report)
      }
      for (key, copies) in definitions.sorted(by: { $0.value[0][0] < $1.value[0][0] }) {
        reportDefinitions(copies, owners: key.owners, facts, model, &report)
      }
    }
  }

  /// The copies with the one first that is to be kept: that of the Kustomization which is applied before all others.
  private static func inOrder(_ copies: [Int], _ facts: ClusterFacts, _ order: inout ReconcileOrder) -> [Int] {
    let owners = copies.map { facts.cluster.objects[$0].kustomization }
    for (place, owner) in owners.enumerated() {
      guard let owner else { continue }
      var isFirst = true
      for other in owners where other != owner {
        isFirst = isFirst && other.map { order.isApplied(owner, before: $0) } ?? false
      }
      if isFirst { return [copies[place]] + copies[..<place] + copies[(place + 1)...] }
    }
    return copies
  }

  private struct Definitions: Hashable {
    var owners: [Int]
    var files: [FileID]
  }

  // MARK: - Search

  /// The objects that more than one Kustomization applies, each as its indices.
  private func copies(in facts: ClusterFacts, _ model: RepositoryModel) -> [[Int]] {
    let cluster = facts.cluster
    var first: [ObjectIdentity: Int] = [:]
    var all: [Int: [Int]] = [:]
    for (number, object) in cluster.objects.enumerated() where object.kustomization != nil && !object.isRemote {
      let key = cluster.index.identity(of: number)
      guard let known = first.updateValue(number, forKey: key) else { continue }
      first[key] = known
      all[known, default: [known]].append(number)
    }
    return all.values.map { numbers in numbers.filter { isOwned(cluster.objects[$0], facts, model) } }
      .filter { numbers in Set(numbers.map { cluster.objects[$0].kustomization }).count > 1 }
      .sorted { $0[0] < $1[0] }
  }

  /// Whether the Kustomization takes the object for its own: it is built, not suspended, and nothing on the object says
  /// that it is shared.
  private func isOwned(_ object: AppliedObject, _ facts: ClusterFacts, _ model: RepositoryModel) -> Bool {
    guard let number = object.kustomization, object.id.group != "kustomize.config.k8s.io",
      !object.id.name.contains("${"), !(object.id.namespace ?? "").contains("${"),
      !ObjectReference.isCiphertext(object.id.name), !ObjectReference.isCiphertext(object.id.namespace ?? "")
    else { return false }
    let kustomization = facts.cluster.kustomizations[number]
    guard kustomization.status == .built, !kustomization.isSuspended(in: model.forest) else { return false }
    return !facts.isLeftAlone(object) && !facts.hasMark("ssa", "merge", object)
      && !facts.hasMark("ssa", "ifnotpresent", object)
  }

  // MARK: - Reports

  /// The same files are built by several Kustomizations: one finding for all objects in them.
  private func reportOverlap(
    _ copies: [[Int]], owners: [Int], _ facts: ClusterFacts, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let cluster = facts.cluster
    // Clusters share what they build.
    guard !mayBeApart(owners, cluster, model),
      let layout = OverlapLayout(copies[0], owners: owners, cluster, model)
    else { return }
    let kustomizations = owners.map { cluster.kustomizations[$0] }
    let objects = copies.map { cluster.objects[$0[0]] }
    let references = objects.map { ObjectReference($0.id) }
    let what = objects.count == 1 ? references[0].displayName : "\(objects.count) objects of the same files"
    var places: [FileID: (range: SourceRange, names: [String])] = [:]
    for (object, reference) in zip(objects, references) {
      places[object.origin.file, default: (model.place(of: object), [])].names.append(reference.displayName)
    }
    let related = places.sorted { $0.key < $1.key }.map { _, place in
      let more = place.names.count == 1 ? "" : " and \(place.names.count - 1) more of this file"
      return RelatedLocation(place.range, "\(place.names[0])\(more)")
    }
    report.report(
      "Kustomizations \(quotedList(kustomizations.map(\.displayName))) apply \(what)", at: layout.range,
      label: layout.label,
      severity: objects.allSatisfy { isKeptNamespace($0, facts) } ? .warning : nil,
      object: layout.owner.reference, objects: references, cluster: cluster, related: layout.related + related,
      notes: ["they take the objects from each other; if one of them drops an object, it is deleted for both"],
      help: layout.help, data: ["kustomizations": .strings(kustomizations.map(\.displayName))])
  }

  /// Objects are written twice: one finding for all that one file has of another.
  private func reportDefinitions(
    _ copies: [[Int]], owners: [Int], _ facts: ClusterFacts, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let cluster = facts.cluster
    let objects = copies.compactMap { $0.last }.map { cluster.objects[$0] }
    guard let last = objects.first, let first = copies.first else { return }
    func owner(_ object: AppliedObject) -> String {
      object.kustomization.map { cluster.kustomizations[$0].displayName } ?? ""
    }
    let names = owners.map { cluster.kustomizations[$0].displayName }
    let references = objects.map { ObjectReference($0.id) }
    let what = references[0].displayName + (references.count == 1 ? "" : " and \(references.count - 1) more")
    report.report(
      "Kustomizations \(quotedList(names)) apply \(what)", at: model.place(of: last),
      label: "applied by '\(owner(last))'",
      severity: copies.joined().allSatisfy { isKeptNamespace(cluster.objects[$0], facts) }
        || mayBeApart(owners, cluster, model) ? .warning : nil,
      object: references[0], objects: references, cluster: cluster,
      related: renamings(of: first, cluster, model)
        + first.dropLast().map { number in
          let object = cluster.objects[number]
          return RelatedLocation(model.place(of: object), "applied by '\(owner(object))' too")
        } + objects.dropFirst().map { RelatedLocation(model.place(of: $0), "this one too") },
      notes: ["they take the object from each other; if one of them drops it, it is deleted for both"],
      help: last.id.kind == "Namespace"
        ? "keep one definition, in the Kustomization that the other one depends on"
        : "keep one definition, in the Kustomization that the other one depends on, or give one of them another name",
      data: ["kustomizations": .strings(names)], identity: .everyObject)
  }

  /// What gives copies another name or namespace than is written in their files: a `targetNamespace`, or an entry of a
  /// kustomization file.
  private func renamings(of copies: [Int], _ cluster: Cluster, _ model: RepositoryModel) -> [RelatedLocation] {
    let forest = model.forest
    var places: [RelatedLocation] = []
    for object in copies.map({ cluster.objects[$0] }) {
      let document = model.document(of: object)
      for field in ["name", "namespace"] as [StaticString] {
        guard let written = document.flatMap({ forest.value($0, "metadata", field) }),
          let given = forest.value(object.root, "metadata", field), forest.text(written) != forest.text(given)
        else { continue }
        let range = forest.range(given)
        guard !object.origin.contains(range), !places.contains(where: { $0.range == range }) else { continue }
        let target = object.kustomization.flatMap { cluster.kustomizations[$0].spec(in: forest) }
          .flatMap { forest.value($0, "targetNamespace") }
        let what = target.map { forest.range($0) } == range ? "targetNamespace" : "this"
        places.append(RelatedLocation(range, "\(what) renames '\(forest.text(written))' to '\(forest.text(given))'"))
      }
    }
    return places
  }

  /// Whether nothing proves that Kustomizations are of one cluster: no entry point applies them, and each has a file of
  /// its own in a folder that has a file for each cluster, as its name says.
  private func mayBeApart(_ owners: [Int], _ cluster: Cluster, _ model: RepositoryModel) -> Bool {
    guard !cluster.hasEntryPoint else { return false }
    let files = Set(owners.map { cluster.kustomizations[$0].origin.file })
    return files.count == owners.count
      && files.allSatisfy { file in
        Self.clusterFolders.contains(RelativePath.name(of: RelativePath.parent(of: model.sources.path(of: file))))
      }
  }

  private static let clusterFolders: Set<String> = ["clusters", "environments", "envs", "fleet", "fleets", "stages"]

  /// Whether it is a Namespace that nothing deletes.
  private func isKeptNamespace(_ object: AppliedObject, _ facts: ClusterFacts) -> Bool {
    object.id.kind == "Namespace" && object.id.group.isEmpty && facts.hasMark("prune", "disabled", object)
  }
}

extension RepositoryModel {
  /// Where an object is written: its name, if that stands in the file that defines it.
  func place(of object: AppliedObject) -> SourceRange {
    let name = nameRange(of: object)
    return name.file == object.origin.file ? name : object.origin
  }
}
