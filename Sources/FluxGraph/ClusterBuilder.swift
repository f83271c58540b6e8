import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// Follows one entry point: builds its Kustomization, then those it applies, until nothing new turns up.
///
/// The order is that of kustomize-controller: a Kustomization is read as its parent applies it (built, patched,
/// substituted), and its variables may come from ConfigMaps and Secrets that other Kustomizations apply.
struct ClusterBuilder {
  var engine: KustomizeEngine
  var cluster: Cluster
  let given: FluxVersion?
  /// The source of the entry point: it is this tree.
  let ownSource: SourceIdentity?
  /// The directory that the entry's source ships: the top, but for an artifact that CI pushes from a sub-directory.
  let artifactRoot: String
  let instance: NodeRef?
  /// What the Flux Operator makes of `instance`, if that has patches.
  private var made: FluxInstanceObjects?
  /// Settings, and the objects that they were read from.
  var knownSettings: (objects: [Int], settings: ClusterSettings)?
  /// The own source as a file has it, for as long as no build has shown it.
  private(set) var writtenSource: NodeRef?
  /// Sources that were looked into.
  var sourceResults: [SourceIdentity: SourceResult] = [:]
  /// Positions of the ArtifactGenerators among the objects.
  private(set) var generators: [Int] = []
  /// Objects by kind, namespace and name, for references.
  /// Sources that are rather what replaces this repository.
  var successors: Set<SourceIdentity> = []
  /// What lies around a group without an entry point.
  var loose: LooseSurroundings? {
    didSet {
      cluster.directory = loose?.directory ?? ""
      cluster.isWholeDirectory = loose?.isWholeDirectory ?? false
      cluster.looseNames = loose?.names ?? []
    }
  }
  private var pending: [Pending] = []
  /// ResourceSets that take inputs from providers which may still turn up.
  var waitingSets: [WaitingSet] = []
  /// Those that were carried out, with the positions of the providers that they got.
  var setsWithProviders: [(set: Int, providers: [Int])] = []
  private var known: [KustomizationKey: Int] = [:]
  private var isEntryRebuilt = false
  /// ConfigMaps and Secrets read before: every Kustomization of a cluster tends to use the same.
  var variableSources: [NodeRef: [Variable]] = [:]

  struct SourceIdentity: Hashable {
    var kind: String
    var namespace: String?
    var name: String
  }

  private struct Pending {
    var root: NodeRef?
    var id: KustomizationKey
    var origin: SourceRange
    var parent: Int?
    var path: String?
    var isReplacement = false
  }

  private struct KustomizationKey: Hashable {
    var namespace: String?
    var name: String
    /// Without an entry point several clusters may have a Kustomization of one name: each is followed.
    var looseNumber = 0
  }

  init(
    engine: consuming KustomizeEngine, name: String, entry: EntryPoint, given: FluxVersion?,
    ownSource: SourceIdentity?, artifactRoot: String = "", instance: NodeRef? = nil, writtenSource: NodeRef? = nil,
    provided: [ProvidedObject] = []
  ) {
    let sources = engine.sources
    self.engine = engine
    self.given = given
    self.ownSource = ownSource
    self.artifactRoot = artifactRoot
    self.instance = instance
    self.writtenSource = writtenSource
    cluster = Cluster(
      name: name, entry: entry,
      settings: ControllerSettings(sources: sources, given: given).settings(objects: [], instance: instance))
    cluster.ownSource = ownSource
    cluster.provided = provided
  }

  var forest: Forest { engine.sources.forest }

  // MARK: - Input

  /// Adds the Kustomization an entry point starts with.
  mutating func addEntry(_ raw: RawKustomization) {
    let looseNumber = cluster.isOneCluster ? 0 : cluster.kustomizations.count
    enqueue(
      Pending(
        root: raw.root, id: KustomizationKey(namespace: raw.namespace, name: raw.name, looseNumber: looseNumber),
        origin: raw.range, parent: nil, path: raw.path))
  }

  /// Says that ResourceSets somewhere in the repository may make anything that seems to be missing.
  mutating func addResourceSetGap() {
    cluster.gaps.append(Gap(.template, "a ResourceSet in this repository makes objects from a template"))
  }

  /// Says that a file which could not be read may hold anything that seems to be missing.
  mutating func addUnreadFileGap() {
    let sources = engine.sources
    guard let (file, unread) = sources.unread.min(by: { $0.key < $1.key }) else { return }
    cluster.gaps.append(Gap(.unreadFile, "'\(sources.path(of: file))' is not known: \(unread.reason)"))
  }

  /// Adds the Kustomization that the Flux Operator makes from a FluxInstance.
  mutating func addEntry(namespace: String, name: String, path: String, origin: SourceRange) {
    var path = path
    if let instance {
      let identity = (ownSource?.kind ?? "GitRepository", namespace, name, path)
      made = FluxInstanceObjects(instance: instance, sync: identity, at: origin, with: &engine)
      if let patched = made?.sync.flatMap({ forest.value($0, "spec", "path") }) { path = forest.text(patched) }
      if let source = made?.source { writtenSource = source }
    }
    enqueue(
      Pending(
        root: made?.sync, id: KustomizationKey(namespace: namespace, name: name), origin: origin, parent: nil,
        path: path),
      madePath: instance.flatMap { forest.value($0, "sync", "path") })
    cluster.settings = currentSettings(objects: [])
  }

  /// Adds a directory that nothing in this repository applies.
  mutating func addDirectory(_ path: String, origin: SourceRange) {
    enqueue(
      Pending(root: nil, id: KustomizationKey(namespace: nil, name: path), origin: origin, parent: nil, path: path))
    cluster.kustomizations[cluster.kustomizations.count - 1].isDirectory = true
  }

  func currentSettings(objects: [AppliedObject]) -> ClusterSettings {
    // What goes to another cluster says nothing of this one's controllers.
    let own = objects.contains(where: \.isRemote) ? objects.filter { !$0.isRemote } : objects
    return ControllerSettings(sources: engine.sources, given: given, made: made?.controllers ?? []).settings(
      objects: own, instance: instance)
  }

  /// Adds objects of files that nothing applies, so that references can find them.
  mutating func addLooseObjects(_ roots: [(NodeRef, SourceRange)]) {
    for (root, origin) in roots {
      guard let id = forest.objectID(ManifestObject(root: root)) else { continue }
      append(
        AppliedObject(
          root: root, built: root, isKnown: true, id: id, origin: origin, modifiers: [], kustomization: nil,
          isRemote: false))
    }
  }

  /// Adds the entry point and its source to the objects where no build shows them: somebody applied them by hand.
  mutating func showEntry() {
    guard cluster.hasEntryPoint, let entry = cluster.kustomizations.first, let root = entry.root,
      entry.status == .missingPath || cluster.entry.kind == .selfManaged
    else { return }
    for root in [writtenSource, root].compactMap(\.self) {
      guard let id = forest.objectID(ManifestObject(root: root)),
        cluster.index.objects(ofKind: id.kind, namespace: id.namespace, name: id.name).isEmpty
      else { continue }
      cluster.isEntryByHand = true
      append(
        AppliedObject(
          root: root, built: root, isKnown: true, id: id, origin: forest.range(root), modifiers: [], kustomization: 0,
          isRemote: false))
    }
  }

  /// - Parameter madePath: the field of a FluxInstance that the path comes from.
  private mutating func enqueue(_ item: Pending, madePath: NodeRef? = nil) {
    if let existing = known[item.id] {
      // The entry point applies itself, often patched: the applied form is what counts.
      guard let root = item.root, cluster.kustomizations[existing].parent == nil,
        let current = cluster.kustomizations[existing].root, root != current, item.parent == existing
      else { return }
      cluster.kustomizations[existing].root = root
      return
    }
    known[item.id] = cluster.kustomizations.count
    cluster.kustomizations.append(
      FluxKustomization(
        root: item.root, namespace: item.id.namespace, name: item.id.name, origin: item.origin, parent: item.parent,
        path: RelativePath.clamped(item.path ?? ""), status: .failed, isRemoteCluster: false,
        madePath: madePath.map { forest.range($0) }))
    pending.append(item)
  }

  // MARK: - The walk

  /// - Parameter firstShare: how many of so many Kustomizations the first of two workers builds; nil for one worker.
  mutating func run(firstShare: KustomizeEngine.Share?) async {
    while !pending.isEmpty || !waitingSets.isEmpty {
      if !waitingSets.isEmpty, !pending.contains(where: isReady) {
        expandNextSet()
        continue
      }
      let steps = takeReady().map { (number: $0.number, step: step(for: $0.number, path: $0.path)) }
      let requests = steps.compactMap { if case .build(let request) = $0.step { request } else { nil } }
      var results = await engine.build(requests, firstShare: firstShare)[...]
      for (number, step) in steps {
        switch step {
        case .build(let request): if let result = results.popFirst() { take(result, of: number, in: request.directory) }
        case .external(let external): setExternal(number, external)
        case .missingPath(let root): setMissingPath(number, in: root)
        }
      }
    }
    settleVariables()
    noteEmptyCopies()
    cluster.settings = currentSettings(objects: cluster.objects)
  }

  /// Those of which source and variables are known, which therefore do not wait for each other; when there is none, the
  /// first: what it misses is not in the repository.
  private mutating func takeReady() -> [(number: Int, path: String?)] {
    var ready: [Pending] = []
    var waiting: [Pending] = []
    for item in pending {
      if isReady(item) {
        ready.append(item)
      } else {
        waiting.append(item)
      }
    }
    if ready.isEmpty { ready.append(waiting.removeFirst()) }
    pending = waiting
    return ready.compactMap { item in known[item.id].map { ($0, item.path) } }
  }

  private func isReady(_ item: Pending) -> Bool {
    isSourceKnown(item.root, in: item.id.namespace) && areVariableSourcesKnown(item)
  }

  private func areVariableSourcesKnown(_ item: Pending) -> Bool {
    guard let root = item.root, let list = forest.value(root, "spec", "postBuild", "substituteFrom") else {
      return true
    }
    return forest.items(list).allSatisfy { reference in
      guard let kind = forest.value(reference, "kind"), let name = forest.value(reference, "name") else { return true }
      let key = ObjectKey(kind: forest.text(kind), namespace: item.id.namespace, name: forest.text(name))
      return cluster.index[key] != nil || cluster.products.maker(of: key) != nil
    }
  }

  /// What is to be done about a Kustomization.
  private enum Step {
    case build(BuildRequest)
    case external(External)
    /// In the artifact that lies at this directory.
    case missingPath(String)
  }

  private mutating func step(for number: Int, path: String?) -> Step {
    let kustomization = cluster.kustomizations[number]
    let spec = kustomization.root.flatMap { forest.value($0, "spec") }
    cluster.kustomizations[number].isRemoteCluster = spec.flatMap { forest.value($0, "kubeConfig") } != nil

    if let path, Envsubst.hasExpression(path), mayBeReplaced(in: kustomization) {
      return .external(
        External(ofPath: "the path '\(path)' holds a variable whose value is not known", isPath: true))
    }
    if let name = undefinedVariable(inPathOf: kustomization) {
      return .external(External(ofPath: "variable '\(name)' in its path is not defined", isPath: true))
    }
    let source = source(of: kustomization, spec: spec)
    if let refusal = refusal(of: kustomization, spec: spec, source) { return .external(refusal) }
    switch source {
    case .elsewhere(let external): return .external(external)
    case .tree(let root):
      let directory = Self.directory(of: kustomization.path, in: root)
      let isThere = engine.sources.isDirectory(directory) || engine.sources.entry(at: directory) != nil
      // Every repository has a top: that says nothing of the source.
      guard isThere, !kustomization.path.isEmpty || isKnownSource(kustomization, spec: spec) else {
        guard isKnownSource(kustomization, spec: spec) else {
          return .external(
            External(
              ofPath: kustomization.path.isEmpty
                ? nil
                : "neither its source nor its path '\(kustomization.path)' is in this repository"))
        }
        return .missingPath(root)
      }
      return .build(BuildRequest(directory: directory, fluxSpec: spec, artifactRoot: root))
    }
  }

  /// `spec.path` in the artifact that lies at `root`.
  private static func directory(of path: String, in root: String) -> String {
    root.isEmpty ? path : path.isEmpty ? root : root + "/" + path
  }

  // MARK: - Results

  private mutating func take(_ built: BuildResult, of number: Int, in directory: String) {
    let result = engine.sources.artifactRoots.isEmpty ? built : withoutArtifactNames(built)
    cluster.kustomizations[number].status = result.errors.isEmpty ? .built : .failed
    cluster.kustomizations[number].errors = result.errors
    cluster.kustomizations[number].remotes = result.remotes
    cluster.kustomizations[number].notBuilt = result.notBuilt
    cluster.kustomizations[number].encrypted = result.encrypted
    cluster.kustomizations[number].isDecrypted = result.isDecrypted
    cluster.kustomizations[number].effects = result.effects
    cluster.kustomizations[number].leftOut = result.leftOut
    // An entry point is built again when its applied form differs: then these are of the first time.
    cluster.kustomizations[number].lostObjects = []
    cluster.kustomizations[number].undefinedVariables = []
    cluster.kustomizations[number].undecidedVariables = []
    cluster.kustomizations[number].substitutionErrors = []
    if cluster.kustomizations[number].isRemoteCluster {
      cluster.remoteFiles.formUnion(result.files)
    } else {
      cluster.files.formUnion(result.files)
    }
    addGaps(of: result, number, in: directory)

    let before = cluster.kustomizations[number].root
    let scope = variables(of: number, building: result.objects)
    cluster.kustomizations[number].substitution = scope
    for name in scope.isActive ? scope.invalidNames : [] {
      cluster.kustomizations[number].substitutionErrors.append(
        SubstitutionError(
          message:
            "'\(name)' is no name of a variable, and with it nothing is substituted; use letters, digits and '_' only",
          range: scope.definitions[name] ?? cluster.kustomizations[number].origin, isOfName: true))
    }
    let isRemote = cluster.kustomizations[number].isRemoteCluster
    let first = cluster.objects.count
    for object in result.objects {
      guard let applied = applied(object, of: number, scope: scope, isRemote: isRemote) else { continue }
      append(applied)
    }
    guard !isRemote else { return }
    for position in first..<cluster.objects.count { follow(position, parent: number) }
    // The entry point came back in its applied form: what it says of the build may differ from the bootstrap form.
    if cluster.kustomizations[number].parent == nil, let after = cluster.kustomizations[number].root, before != after,
      forest.value(after, "spec").map({ hasBuildSettings($0) }) ?? false
    {
      rebuildEntry(number, from: first)
    }
  }

  /// The result with names of files as they are in the tree.
  private func withoutArtifactNames(_ result: BuildResult) -> BuildResult {
    var result = result
    for index in result.errors.indices {
      result.errors[index].message = engine.sources.withoutArtifactRoot(result.errors[index].message)
    }
    for index in result.notBuilt.indices {
      result.notBuilt[index].reason = engine.sources.withoutArtifactRoot(result.notBuilt[index].reason)
    }
    return result
  }

  /// Whether spec changes what is built or substituted, beyond path and source.
  private func hasBuildSettings(_ spec: NodeRef) -> Bool {
    forest.value(spec, "patches") != nil || forest.value(spec, "postBuild") != nil
      || forest.value(spec, "targetNamespace") != nil || forest.value(spec, "components") != nil
      || forest.value(spec, "images") != nil || forest.value(spec, "namePrefix") != nil
      || forest.value(spec, "nameSuffix") != nil || forest.value(spec, "decryption") != nil
  }

  /// Builds the entry again as it applies itself, once.
  private mutating func rebuildEntry(_ number: Int, from first: Int) {
    guard number == 0, first == 0, !isEntryRebuilt, pending.count == cluster.kustomizations.count - 1 else { return }
    let entry = cluster.kustomizations[number]
    let spec = entry.root.flatMap { forest.value($0, "spec") }
    cluster.objects.removeAll()
    cluster.gaps.removeAll()
    cluster.products = ProducedObjects()
    cluster.index = ObjectIndex()
    generators.removeAll()
    sourceResults.removeAll()
    pending.removeAll()
    waitingSets.removeAll()
    known = [KustomizationKey(namespace: entry.namespace, name: entry.name): 0]
    cluster.kustomizations = [entry]
    // Patches make new nodes each time, so the root would differ again: once is enough.
    isEntryRebuilt = true
    guard case .tree(let root) = source(of: entry, spec: spec) else { return }
    let directory = Self.directory(of: entry.path, in: root)
    take(
      engine.build(BuildRequest(directory: directory, fluxSpec: spec, artifactRoot: root)), of: number, in: directory)
  }

  private mutating func applied(
    _ object: BuiltObject, of number: Int, scope: SubstitutionScope, isRemote: Bool
  ) -> AppliedObject? {
    var root = object.root
    var isKnown = !object.unknownValues
    var lost: LostObject?
    // Nearly no object has anything to substitute or to round, so its flags are looked at first.
    if scope.isActive, !forest[root].flags.isDisjoint(with: [.containsDollar, .containsLongNumber]),
      !forest.isSubstitutionDisabled(root)
    {
      var substitution = ObjectSubstitution(
        scope: scope, object: cluster.objects.count, bytesLeft: engine.substitutionBytesLeft,
        buildTree: engine.buildTree)
      root = engine.withForest { forest in substitution.substituted(root, in: &forest) }
      root = engine.rounded(root)
      engine.substitutionBytesLeft = substitution.bytesLeft
      cluster.secretPlaces.merge(substitution.secretPlaces) { first, _ in first }
      if engine.isFull { substitution.isKnown = false }
      if !scope.mayBeEmpty, root != object.root {
        lost = forest.lostObject(of: root, built: object.root)
        if lost != nil { substitution.forgetObject() }
      }
      cluster.kustomizations[number].undefinedVariables += substitution.undefined
      cluster.kustomizations[number].undecidedVariables += substitution.undecided
      if scope.mayBeEmpty {
        isKnown = isKnown && substitution.isKnown && substitution.errors.isEmpty && root == object.root
        root = object.root
      } else {
        cluster.kustomizations[number].substitutionErrors += substitution.errors
        isKnown = isKnown && substitution.isKnown
      }
    }
    if let lost {
      cluster.kustomizations[number].lostObjects.append(lost)
      return nil
    }
    guard let id = forest.objectID(ManifestObject(root: root)) else { return nil }
    return AppliedObject(
      root: root, built: object.root, isKnown: isKnown, id: id, origin: object.origin, modifiers: object.modifiers,
      kustomization: number, isRemote: isRemote)
  }

  mutating func append(_ object: AppliedObject) {
    cluster.index.append(object.id, isRemote: object.isRemote)
    if object.id.kind == "ArtifactGenerator", !object.isRemote { generators.append(cluster.objects.count) }
    let common = ProducedObjects.readsMarks(of: object.id) ? cluster.commonMetadata(of: object, in: forest) : nil
    cluster.products.add(object, cluster.objects.count, common: common, in: forest)
    cluster.objects.append(object)
  }

  /// Goes on with a Kustomization that `parent` applies, or with what is made of a ResourceSet.
  mutating func follow(_ position: Int, parent: Int) {
    let object = cluster.objects[position]
    if object.id.group == FluxKinds.operatorGroup, object.id.kind == "ResourceSet" {
      if takesInputs(object) {
        waitingSets.append(WaitingSet(position: position, parent: parent))
      } else {
        expand(position, providers: .success([]), parent: parent)
      }
    }
    if object.id.group == FluxKinds.operatorGroup, object.id.kind == "FluxInstance", cluster.hasEntryPoint {
      followInstance(object, parent: parent)
    }
    guard object.id.group == FluxKinds.kustomizeGroup, object.id.kind == "Kustomization" else { return }
    enqueue(
      Pending(
        root: object.root, id: KustomizationKey(namespace: object.id.namespace, name: object.id.name),
        origin: object.origin, parent: cluster.kustomizations[parent].isDirectory ? nil : parent,
        path: forest.value(object.root, "spec", "path").map { forest.text($0) }))
  }

  /// Goes on with the Kustomization that the Flux Operator makes of a FluxInstance which the cluster applies, where it
  /// synchronises from the repository that the cluster does.
  private mutating func followInstance(_ object: AppliedObject, parent: Int) {
    guard let sync = forest.value(object.root, "spec", "sync"), let path = forest.givenText(sync, "path"),
      !Envsubst.hasExpression(path), let url = forest.givenText(sync, "url"),
      RepositoryURL.normalized(url) == ownURL, engine.sources.isDirectory(RelativePath.clamped(path)),
      forest.givenText(sync, "kind") ?? "GitRepository" == "GitRepository"
    else { return }
    let namespace = object.id.namespace ?? "flux-system"
    var id = KustomizationKey(namespace: namespace, name: forest.givenText(sync, "name") ?? namespace)
    cluster.madeSources.insert(SourceIdentity(kind: "GitRepository", namespace: namespace, name: id.name))
    // What the entry point reads already is not read again.
    let directory = RelativePath.clamped(path)
    guard !cluster.kustomizations.contains(where: { $0.path == directory }),
      !RelativePath.isPath(directory, inside: cluster.kustomizations[0].path)
    else { return }
    if known[id] != nil { id.looseNumber = cluster.kustomizations.count }
    enqueue(
      Pending(root: nil, id: id, origin: object.origin, parent: parent, path: path),
      madePath: forest.value(sync, "path"))
  }

  /// Gives back the engine with everything it has cached, and the finished cluster.
  consuming func finish() -> (KustomizeEngine, Cluster) {
    let charts = chartUses()
    cluster.remoteFiles.subtract(cluster.files)
    findRemoteReleases()
    showEntry()
    var cluster = cluster
    cluster.charts = charts
    cluster.files.formUnion(cluster.remoteFiles)
    cluster.ownURLs = Set(engine.sources.remoteURLs.map(RepositoryURL.normalized) + [ownURL].compactMap(\.self))
    cluster.boundGaps(by: engine.sources)
    addGapsOfProviders(to: &cluster)
    cluster.edges = ReferenceResolver(forest: forest, cluster: cluster).edges()
    return (engine, cluster)
  }
}
