import Migration
import RuleEngine

/// The versions that clusters get, of the objects of Flux that they apply and of what these mention, by where each is
/// written. A file may be read, and what it says be deleted or get another version on the way.
struct AppliedVersions {
  /// One version at one place: where a variable gives it, a place has several.
  struct Key: Hashable {
    var range: SourceRange
    var kind: String
    var version: String

    init(_ use: APIVersionUse) {
      range = use.range
      kind = use.kind
      version = use.version
    }
  }

  /// What clusters have of it.
  struct Entry {
    var use: APIVersionUse
    var mention: VersionMention?
    /// Objects with it, by the number of the cluster, the first of each that no suspended Kustomization has.
    var objects: [Int: AppliedObject] = [:]
  }

  /// What becomes of what a file says in a cluster that reads it.
  enum Fate {
    case applied
    /// The object is applied with another version.
    case replaced
    /// It is left out, or what says it is.
    case gone
    /// Why it is not known, or waits.
    case open(String)
  }

  private struct Group: Hashable {
    var group: String
    var kind: String
    var version: String
  }

  /// What every release serves for good.
  private struct Dismissed: Hashable {
    var range: SourceRange
    var kind: String
  }

  private let model: RepositoryModel
  /// Versions of objects.
  private(set) var objects: [Key: Entry] = [:]
  /// Versions that objects mention, but for whole objects in them.
  private(set) var mentions: [Key: Entry] = [:]
  /// Objects whose version comes from somewhere else than their document, by cluster.
  private var replaced: [Int: [SourceRange]] = [:]
  /// Versions in ResourceSets of which some object is not known, by cluster.
  private var openVersions: [Int: Set<SourceRange>] = [:]
  /// Versions of objects that are built and that the controllers do not touch, by cluster.
  private var untouched: [Int: Set<Key>] = [:]
  /// Why what is built is not all that may be, by cluster.
  private var openBuilds: [Int: String?] = [:]
  /// Keys of objects by what they are of, for patches.
  private var byGroup: [Group: [Key]] = [:]

  /// - Parameters:
  ///   - isAnyWritten: whether files have such a version; else only what is changed on the way may have one.
  ///   - mentions: whether what objects mention is wanted, in place of their own versions.
  init(_ model: RepositoryModel, _ candidates: inout VersionCandidates, isAnyWritten: Bool, mentions: Bool = false) {
    self.model = model
    var dismissed: Set<Dismissed> = []
    for number in model.graph.clusters.indices {
      let cluster = model.graph.clusters[number]
      var areOfFlux: [Name: Bool] = [:]
      for index in cluster.objects.indices {
        let object = cluster.objects[index]
        let group = cluster.index.identity(of: index).group
        let isOfFlux = areOfFlux[group] ?? Self.isOfFlux(object.id)
        if !object.id.group.isEmpty { areOfFlux[group] = isOfFlux }
        guard isOfFlux, isAnyWritten || Self.isChanged(object),
          object.kustomization != nil || object.maker != nil || cluster.files.contains(object.origin.file)
        else { continue }
        if mentions {
          addMentions(of: object, number, &candidates)
        } else {
          add(object, number, &candidates, &dismissed)
        }
        if object.id.kind == "ResourceSet", cluster.suspension(of: object, in: model.forest) == nil,
          cluster.gaps.contains(where: { $0.range == object.origin })
        {
          let finder = VersionMentions(model.forest)
          let inner = finder.of(object.root, group: object.id.group, kind: object.id.kind).map(\.range)
          let inText = finder.inTemplates(of: object.built, group: object.id.group, kind: object.id.kind).map(\.range)
          openVersions[number, default: []].formUnion(inner + inText)
        }
      }
    }
  }

  private static func isChanged(_ object: AppliedObject) -> Bool {
    object.maker != nil || object.root != object.built
      || object.modifiers.contains { $0.kind == .patch || $0.kind == .replacement }
  }

  private static func isOfFlux(_ id: ObjectID) -> Bool {
    let group = APIVersions.parts((id.group, id.version)).group
    return APIVersions.isFluxGroup(group) || APIVersions.isReserved(group)
  }

  // MARK: - Versions of objects

  private mutating func add(
    _ object: AppliedObject, _ number: Int, _ candidates: inout VersionCandidates, _ dismissed: inout Set<Dismissed>
  ) {
    guard let node = model.forest.value(object.root, "apiVersion") else { return }
    let range = model.forest.range(node)
    if object.maker == nil, object.modifiers.contains(where: { $0.kind == .patch || $0.kind == .replacement }),
      !object.origin.contains(range)
    {
      replaced[number, default: []].append(object.origin)
    }
    let isWritten = object.root == object.built || !isSubstituted(object.root)
    let place = Dismissed(range: range, kind: object.id.kind)
    if isWritten, dismissed.contains(place) { return }
    guard let use = candidates.use(of: object.root, object.id, in: object.origin.file) else {
      if isWritten { dismissed.insert(place) }
      return
    }
    let key = Key(use)
    if isUntouched(object, model.graph.clusters[number]) {
      untouched[number, default: []].insert(key)
      return
    }
    if objects[key] == nil {
      objects[key] = Entry(use: use)
      byGroup[Group(group: use.group, kind: use.kind, version: use.version), default: []].append(key)
    }
    if isFree(objects[key], number) { objects[key]?.objects[number] = object }
  }

  /// Whether a cluster has no such object yet, or one of a suspended Kustomization.
  private func isFree(_ entry: Entry?, _ number: Int) -> Bool {
    guard let object = entry?.objects[number] else { return true }
    return model.graph.clusters[number].suspension(of: object, in: model.forest) != nil
  }

  /// Whether kustomize-controller or the operator is told to leave an object alone: it is not even tried (fluxcd/pkg
  /// `ssa/manager_apply.go`, shouldSkipApply).
  private func isUntouched(_ object: AppliedObject, _ cluster: Cluster) -> Bool {
    guard let maker = object.maker.map({ cluster.objects[$0] }) else {
      return cluster.marks("reconcile", of: object, in: model.forest).contains("disabled")
        || cluster.marks("ssa", of: object, in: model.forest).contains("ignore")
    }
    return model.forest.value(maker.root, "metadata", "annotations").flatMap {
      model.forest.value($0, key: "\(FluxKinds.operatorGroup)/reconcile")
    }.map { model.forest.hasText($0, "disabled") } ?? false
  }

  /// Whether a variable stands where an object says what it is.
  private func isSubstituted(_ root: NodeRef) -> Bool {
    ["apiVersion", "kind"].contains { key in
      guard let node = model.forest.value(root, key: key) else { return false }
      let range = model.forest.range(node)
      return model.sources.bytes(of: range.file)[range.bounds].contains(UInt8(ascii: "$"))
    }
  }

  /// What no file says in an object of its own: a patch, a replacement, a variable or a template does.
  ///
  /// - Parameter written: what files say.
  func given(besides written: Set<Key>) -> [Entry] {
    objects.lazy.filter { !written.contains($0.key) }.map(\.value).compactMap { entry in
      var entry = entry
      entry.objects = entry.objects.filter { _, object in
        object.isKnown
          && (object.maker != nil || !object.modifiers.isEmpty && !object.origin.contains(entry.use.range)
            || isSubstituted(object.root))
      }
      return entry.objects.isEmpty ? nil : entry
    }.sorted { ($0.use.range, $0.use.version) < ($1.use.range, $1.use.version) }
  }

  /// The objects with a version, of whatever cluster, that a patch may be for which says the same version: they may have
  /// got a prefix and a suffix.
  func patched(by use: APIVersionUse, named name: String) -> [Key] {
    (byGroup[Group(group: use.group, kind: use.kind, version: use.version)] ?? []).filter { key in
      objects[key]?.objects.values.contains { object in
        object.modifiers.contains { $0.kind == .patch } && (name.contains("$") || object.id.name.contains(name))
      } ?? false
    }
  }

  // MARK: - Mentions

  private mutating func addMentions(of object: AppliedObject, _ number: Int, _ candidates: inout VersionCandidates) {
    for mention in VersionMentions(model.forest).of(object.root, group: object.id.group, kind: object.id.kind)
    where mention.role != .object && mention.inner == nil {
      // What stands in an object of a ResourceSet is looked at in that, once it is made.
      guard let use = candidates.use(of: mention, in: object.origin.file, model.forest) else { continue }
      let key = Key(use)
      if isUntouched(object, model.graph.clusters[number]) {
        untouched[number, default: []].insert(key)
        continue
      }
      if mentions[key] == nil { mentions[key] = Entry(use: use, mention: mention) }
      if isFree(mentions[key], number) { mentions[key]?.objects[number] = object }
    }
  }

  /// Mentions that no file has: a patch or a replacement gives them.
  func givenMentions(besides written: Set<Key>) -> [Entry] {
    mentions.lazy.filter { !written.contains($0.key) }.map(\.value).compactMap { entry in
      var entry = entry
      entry.objects = entry.objects.filter { _, object in object.isKnown }
      return entry.objects.isEmpty ? nil : entry
    }.sorted { ($0.use.range, $0.use.version) < ($1.use.range, $1.use.version) }
  }

  /// Whether a version is written in a ResourceSet of which some object is not known.
  func isOpen(_ range: SourceRange, in number: Int) -> Bool { openVersions[number]?.contains(range) ?? false }

  // MARK: - Fates

  /// What becomes of a version, or the mention of one, in a cluster that reads its file.
  ///
  /// - Parameter isInner: whether it is of an object that the operator makes.
  mutating func fate(of use: APIVersionUse, isInner: Bool, in number: Int) -> Fate {
    let key = Key(use)
    if let object = objects[key]?.objects[number] ?? mentions[key]?.objects[number] {
      return model.graph.clusters[number].suspension(of: object, in: model.forest).map { .open($0) } ?? .applied
    }
    if untouched[number]?.contains(key) ?? false { return .gone }
    if isInner, openVersions[number]?.contains(use.range) ?? false { return .applied }
    if replaced[number]?.contains(where: { $0.contains(use.range) }) ?? false { return .replaced }
    let reason = openBuilds[number] ?? self.reason(model.graph.clusters[number])
    openBuilds[number] = .some(reason)
    return reason.map { .open($0) } ?? .gone
  }

  /// Why not all is built that a cluster would apply, of what is here; nil when it is.
  private func reason(_ cluster: Cluster) -> String? {
    for kustomization in cluster.kustomizations {
      if !kustomization.errors.isEmpty || !kustomization.substitutionErrors.isEmpty {
        return "Kustomization '\(kustomization.displayName)' fails to build, so it is not known what becomes of this"
      }
      if !kustomization.remotes.isEmpty || !kustomization.notBuilt.isEmpty {
        return
          "not all of Kustomization '\(kustomization.displayName)' is built here, so it is not known what becomes of this"
      }
    }
    // A Kustomization that nobody sees may apply the file.
    let gap = cluster.gaps.first { gap in
      switch gap.cause {
      case .template, .unknownPath, .sourceMissing, .notFollowed: gap.kinds?.contains("Kustomization") ?? true
      default: false
      }
    }
    return (gap ?? cluster.chartGap(hiding: "Kustomization", name: nil, in: model.forest))?.reason
  }
}
