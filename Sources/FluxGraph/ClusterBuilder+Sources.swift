import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// Where the files of a Kustomization come from (source-controller, source-watcher).
extension ClusterBuilder {
  struct External: Hashable {
    /// What is the matter with the source, as behind "its".
    var source = "source is not in this repository"
    /// Whether the source is nowhere, rather than elsewhere.
    var isMissing = false
    /// What keeps it from being built where that is the path, too.
    var ofPath: String?
    /// Whether the path is what is not known, not the source.
    var isPath = false
    /// Whether it is known that the objects are those of another repository, or of another revision of this one.
    var isOfOthers = false
    /// Whether the controller refuses the source, wherever it is.
    var isRefused = false
    /// Whether the files are in this repository all the same.
    var isHere = false

    var reason: String { ofPath ?? "its \(source)" }
  }

  enum SourceResult: Hashable {
    /// The directory whose content is the artifact; "" for the whole tree.
    case tree(String)
    case elsewhere(External)
  }

  /// Where the files of a Kustomization are.
  mutating func source(of kustomization: FluxKustomization, spec: NodeRef?) -> SourceResult {
    guard let identity = identity(ofSourceOf: kustomization, spec: spec) else { return .tree(artifactRoot) }
    guard spec.flatMap({ forest.value($0, "sourceRef", "name") }) != nil else { return source(identity) }
    if let result = looseSource(identity, of: kustomization) { return result }
    if identity != ownSource, isSuccessor(identity, of: kustomization) {
      return .elsewhere(
        External(
          source:
            "source GitRepository '\(identity.name)' has the URL that the entry point follows, and a directory of it"
            + " holds the Kustomization itself here: it is most likely what replaces this repository"))
    }
    return source(identity)
  }

  /// Why a controller that may not look into other namespaces never builds a Kustomization; nil when it does.
  mutating func refusal(of kustomization: FluxKustomization, spec: NodeRef?, _ source: SourceResult) -> External? {
    guard let spec, kustomization.parent != nil, let identity = identity(ofSourceOf: kustomization, spec: spec),
      let namespace = identity.namespace, let own = kustomization.namespace, namespace != own,
      !forest.isTrue(forest.value(spec, "suspend")),
      settingsSoFar.namespaceLocks["kustomize-controller"] != nil
    else { return nil }
    var external = External(
      source: "source is of namespace '\(namespace)', where the controllers of this cluster may not look")
    external.isRefused = true
    if case .tree = source { external.isHere = true }
    return external
  }

  /// What is built so far says of kustomize-controller: read again only when there is more of what says it.
  private var settingsSoFar: ClusterSettings {
    mutating get {
      let controllers = cluster.index.objects(ofKind: "Deployment", name: "kustomize-controller")
      let objects = controllers + cluster.index.objects(ofKind: "FluxInstance")
      if let known = knownSettings, known.objects == objects { return known.settings }
      let settings = currentSettings(objects: objects.map { cluster.objects[$0] })
      knownSettings = (objects, settings)
      return settings
    }
  }

  /// A variable in the path of a Kustomization that its parent does not define, where that fails the parent.
  mutating func undefinedVariable(inPathOf kustomization: FluxKustomization) -> String? {
    guard let parent = kustomization.parent, !cluster.kustomizations[parent].undefinedVariables.isEmpty,
      let number = cluster.index[
        ObjectKey(kind: "Kustomization", namespace: kustomization.namespace, name: kustomization.name)],
      let path = forest.value(cluster.objects[number].built, "spec", "path").map({ forest.range($0) }),
      let found = cluster.kustomizations[parent].undefinedVariables.first(where: {
        $0.range.file == path.file && path.bounds.contains($0.range.bounds.lowerBound)
      }), settingsSoFar.isSubstitutionStrict
    else { return nil }
    return found.name
  }

  /// The source that a Kustomization names; for one that the Flux Operator or bootstrap made, that of the cluster.
  func identity(ofSourceOf kustomization: FluxKustomization, spec: NodeRef?) -> SourceIdentity? {
    guard let spec, let reference = forest.value(spec, "sourceRef"), let nameNode = forest.value(reference, "name")
    else { return ownSource }
    return SourceIdentity(
      kind: forest.givenText(reference, "kind") ?? "GitRepository",
      namespace: forest.givenText(reference, "namespace") ?? kustomization.namespace,
      name: forest.text(nameNode))
  }

  /// Whether a second source of the URL that the cluster is synchronised from is rather a repository that replaces this
  /// one: a Kustomization from it would apply itself, although the cluster has it from its own source.
  private mutating func isSuccessor(_ identity: SourceIdentity, of kustomization: FluxKustomization) -> Bool {
    if successors.contains(identity) { return true }
    guard cluster.hasEntryPoint, kustomization.parent != nil, identity.kind == "GitRepository",
      let url = object(identity).flatMap({ forest.value($0, "spec", "url") }).map({ forest.text($0) }),
      RepositoryURL.normalized(url) == ownURL
    else { return false }
    let remotes = engine.sources.remoteURLs.map(RepositoryURL.normalized)
    if remotes.contains(RepositoryURL.normalized(url)) { return false }
    // A fork and a mirror keep the name.
    let isOfOtherName =
      !remotes.isEmpty
      && !remotes.contains { RelativePath.name(of: $0) == RelativePath.name(of: RepositoryURL.normalized(url)) }
    let holdsItself =
      RelativePath.isPath(
        engine.sources.path(of: kustomization.origin.file), inside: kustomization.path) && !kustomization.path.isEmpty
    guard isOfOtherName || holdsItself else { return false }
    successors.insert(identity)
    return true
  }

  /// Whether the group itself applies a source.
  func isApplied(_ identity: SourceIdentity) -> Bool {
    cluster.index[ObjectKey(kind: identity.kind, namespace: identity.namespace, name: identity.name)].map {
      cluster.objects[$0].kustomization != nil || cluster.objects[$0].maker != nil
    } ?? false
  }

  /// A source as the cluster has it, or as a file has it for as long as no build has shown it.
  func sourceObject(_ identity: SourceIdentity) -> NodeRef? {
    object(identity) ?? (identity == ownSource ? writtenSource : nil)
  }

  /// Whether the source of a Kustomization has turned up, so that nothing is gained by waiting for it.
  func isSourceKnown(_ root: NodeRef?, in namespace: String?) -> Bool {
    guard let root, let reference = forest.value(root, "spec", "sourceRef"),
      let name = forest.value(reference, "name")
    else { return true }
    let identity = SourceIdentity(
      kind: forest.givenText(reference, "kind") ?? "GitRepository",
      namespace: forest.givenText(reference, "namespace") ?? namespace, name: forest.text(name))
    return identity == ownSource || cluster.madeSources.contains(identity) || object(identity) != nil
      || generator(of: identity) != nil
  }

  private func object(_ identity: SourceIdentity) -> NodeRef? {
    cluster.index[ObjectKey(kind: identity.kind, namespace: identity.namespace, name: identity.name)]
      .map { cluster.objects[$0].root }
  }

  /// - Parameter depth: how many sources are made of each other on the way here.
  mutating func source(_ identity: SourceIdentity, depth: Int = 0) -> SourceResult {
    if let known = sourceResults[identity] { return known }
    guard depth < 20 else { return .elsewhere(External(source: "source is made of itself")) }
    let result: SourceResult
    if identity == ownSource {
      result = artifact(of: object(identity) ?? writtenSource, identity, in: artifactRoot, depth: depth)
    } else if cluster.madeSources.contains(identity) {
      result = .tree(artifactRoot)
    } else if let found = object(identity) {
      result = declared(found, identity, depth: depth)
    } else if let generator = generator(of: identity) {
      result = generated(by: generator, identity, depth: depth)
    } else if isPerhapsGenerated(identity) {
      result = .elsewhere(
        External(
          source: "source ExternalArtifact '\(identity.name)' is made with 'pathPattern', which is not carried out")
      )
    } else if cluster.hasEntryPoint {
      // It may still turn up.
      return .elsewhere(
        External(
          source: "source \(identity.kind) '\(identity.name)' is not in this repository", isMissing: true))
    } else {
      result = .tree("")
    }
    // What the cluster itself says of its source may still turn up.
    if identity != ownSource || object(identity) != nil { sourceResults[identity] = result }
    return result
  }

  /// A source that the cluster applies.
  mutating func declared(_ source: NodeRef, _ identity: SourceIdentity, depth: Int) -> SourceResult {
    guard identity.kind == "GitRepository" else {
      if isOwnArtifact(source, identity) { return .tree(artifactRoot) }
      return .elsewhere(
        External(source: "source is the \(identity.kind) '\(identity.name)', which is made elsewhere"))
    }
    guard let urlNode = forest.value(source, "spec", "url") else { return .tree("") }
    let url = RepositoryURL.normalized(forest.text(urlNode))
    if let root = engine.sources.checkout(of: url) { return artifact(of: source, identity, in: root, depth: depth) }
    guard url == ownURL || engine.sources.remoteURLs.contains(where: { RepositoryURL.normalized($0) == url }) else {
      // Without a cluster or a remote nothing says which repository this one is.
      let isCertain = cluster.hasEntryPoint || !engine.sources.remoteURLs.isEmpty
      return .elsewhere(
        External(source: "source GitRepository '\(identity.name)' is another repository", isOfOthers: isCertain))
    }
    if let revision = GitRevision(of: source, in: forest), !isOwn(revision) {
      return .elsewhere(
        External(source: "source GitRepository '\(identity.name)' is \(revision) of this repository", isOfOthers: true))
    }
    return artifact(of: source, identity, in: artifactRoot, depth: depth)
  }

  /// The URL that the cluster is synchronised from, where a file says it: a clone may have another remote, or none.
  var ownURL: String? {
    let written = ownSource.flatMap { object($0) } ?? writtenSource
    let node =
      written.flatMap { forest.value($0, "spec", "url") } ?? instance.flatMap { forest.value($0, "sync", "url") }
    return node.map { RepositoryURL.normalized(forest.text($0)) }
  }

  /// Whether a source is the artifact that a FluxInstance synchronises the cluster from, under another name.
  private func isOwnArtifact(_ source: NodeRef, _ identity: SourceIdentity) -> Bool {
    guard let sync = instance.flatMap({ forest.value($0, "sync") }), identity.kind == "OCIRepository",
      ownSource?.kind == identity.kind, let url = forest.value(source, "spec", "url"),
      RepositoryURL.normalized(forest.text(url)) == ownURL,
      let tag = forest.value(source, "spec", "ref").flatMap({ forest.givenText($0, "tag") })
    else { return false }
    return tag == forest.givenText(sync, "ref")
  }

  /// Whether a revision is the one that the cluster is synchronised from. Where the repository does not say which that
  /// is, it is a branch with a usual name.
  private func isOwn(_ revision: GitRevision) -> Bool {
    if let own = (ownSource.flatMap { object($0) } ?? writtenSource).flatMap({ GitRevision(of: $0, in: forest) }) {
      return own == revision
    }
    return revision == GitRevision(.branch, "main") || revision == GitRevision(.branch, "master")
  }

  // MARK: - What is left out and put in

  /// What source-controller ships of a tree for a source: less `spec.ignore` and what is outside of
  /// `spec.sparseCheckout`, with `spec.include`.
  ///
  /// - Parameter top: where the files are: this tree, or that of another repository.
  private mutating func artifact(
    of source: NodeRef?, _ identity: SourceIdentity, in top: String, depth: Int
  ) -> SourceResult {
    guard let spec = source.flatMap({ forest.value($0, "spec") }), identity.kind == "GitRepository" else {
      return .tree(top)
    }
    let ignore = forest.value(spec, "ignore").map { forest.text($0) }
    let sparse = forest.value(spec, "sparseCheckout").map { list in
      forest.items(list).map { RelativePath.clamped(forest.text($0)) }
    }
    let includes = forest.value(spec, "include").map { Array(forest.items($0)) } ?? []
    if ignore == nil, sparse == nil, includes.isEmpty { return .tree(top) }

    var parts: [(root: String, from: String, to: String)] = []
    for include in includes {
      guard let name = forest.value(include, "repository", "name").map({ forest.text($0) }) else { continue }
      // source-controller takes includes from the namespace of the source.
      let included = SourceIdentity(kind: "GitRepository", namespace: identity.namespace, name: name)
      switch self.source(included, depth: depth + 1) {
      case .tree(let root):
        parts.append(
          (
            root, RelativePath.clamped(forest.value(include, "fromPath").map { forest.text($0) } ?? ""),
            RelativePath.clamped(forest.value(include, "toPath").map { forest.text($0) } ?? name)
          ))
      case .elsewhere(let external):
        return .elsewhere(
          External(source: "source includes GitRepository '\(name)', and the \(external.source)"))
      }
    }
    let checkout = engine.sources.isCheckout(top) ? top : ""
    let key = "\(checkout)\u{0}\(ignore ?? "-")\u{0}\(sparse ?? [])\u{0}\(parts)"
    if let root = engine.sources.artifact(for: key) { return .tree(root) }
    var files = checkout.isEmpty ? engine.sources.filesOfTree : engine.sources.files(below: checkout)
    if let sparse {
      files = files.filter { file in
        !file.path.contains("/") || sparse.contains { RelativePath.isPath(file.path, inside: $0) }
      }
    }
    for part in parts {
      let directory = part.from.isEmpty ? part.root : part.root.isEmpty ? part.from : "\(part.root)/\(part.from)"
      for file in engine.sources.files(below: directory) {
        files.append(SourceSet.ArtifactFile(path: "\(part.to)/\(file.path)", origin: file.origin))
      }
    }
    return .tree(
      engine.sources.makeArtifact(for: key, files: files, ignoring: Array((ignore ?? "").utf8), of: checkout))
  }

  // MARK: - ArtifactGenerator

  /// The ArtifactGenerator that makes an ExternalArtifact, with the entry of `spec.artifacts`.
  private func generator(of identity: SourceIdentity) -> (generator: AppliedObject, artifact: NodeRef)? {
    guard identity.kind == "ExternalArtifact" else { return nil }
    for number in generators where cluster.objects[number].id.namespace == identity.namespace {
      guard let artifacts = forest.value(cluster.objects[number].root, "spec", "artifacts") else { continue }
      for artifact in forest.items(artifacts) {
        if let name = forest.value(artifact, "name"), forest.text(name) == identity.name {
          return (cluster.objects[number], artifact)
        }
      }
    }
    return nil
  }

  /// Whether an ArtifactGenerator takes the names of its artifacts from paths.
  private func isPerhapsGenerated(_ identity: SourceIdentity) -> Bool {
    identity.kind == "ExternalArtifact"
      && generators.contains { number in
        cluster.objects[number].id.namespace == identity.namespace
          && forest.value(cluster.objects[number].root, "spec", "pathPattern") != nil
      }
  }

  /// Carries out the copies of an artifact (source-watcher `internal/builder/builder.go`).
  private mutating func generated(
    by found: (generator: AppliedObject, artifact: NodeRef), _ identity: SourceIdentity, depth: Int
  ) -> SourceResult {
    let origin = "source ExternalArtifact '\(identity.name)'"
    guard let spec = forest.value(found.generator.root, "spec") else { return .elsewhere(External(source: origin)) }
    if forest.value(spec, "pathPattern") != nil {
      return .elsewhere(External(source: "\(origin) is made with 'pathPattern', which is not carried out"))
    }
    var roots: [String: String] = [:]
    for entry in forest.value(spec, "sources").map({ Array(forest.items($0)) }) ?? [] {
      guard let alias = forest.value(entry, "alias"), let kind = forest.value(entry, "kind"),
        let name = forest.value(entry, "name")
      else { continue }
      let source = SourceIdentity(
        kind: forest.text(kind),
        namespace: forest.givenText(entry, "namespace") ?? found.generator.id.namespace,
        name: forest.text(name))
      switch self.source(source, depth: depth + 1) {
      case .tree(let root): roots[forest.text(alias)] = root
      case .elsewhere(let external):
        return .elsewhere(
          External(
            source: "\(origin) is made of \(source.kind) '\(source.name)', and the \(external.source)"))
      }
    }
    var copies: [ArtifactCopy] = []
    for entry in forest.value(found.artifact, "copy").map({ Array(forest.items($0)) }) ?? [] {
      guard let copy = ArtifactCopy(entry, roots: roots, in: forest) else {
        return .elsewhere(
          External(source: "\(origin) is made by copies of a kind that is not carried out"))
      }
      copies.append(copy)
    }
    let key = "\(copies)"
    if let root = engine.sources.artifact(for: key) { return .tree(root) }
    var files: [SourceSet.ArtifactFile] = []
    for copy in copies { files += copy.files(of: engine.sources) }
    return .tree(engine.sources.makeArtifact(for: key, files: files, ignoring: nil))
  }
}

/// One entry of `copy`: files of a source that become files of an artifact.
struct ArtifactCopy: Hashable {
  /// The artifact of the source.
  private var root: String
  /// The components of the path in it, with wildcards.
  private var pattern: [String]
  /// The destination, cleaned.
  private var destination: String
  /// Whether a file goes into `destination` rather than being called so.
  private var isIntoDirectory: Bool
  private var excludes: [[UInt8]]

  /// Nil when it cannot be read, or is a merge of files or an unpacked archive.
  init?(_ entry: NodeRef, roots: [String: String], in forest: Forest) {
    guard let from = forest.value(entry, "from").map({ forest.text($0) }),
      let to = forest.value(entry, "to").map({ forest.text($0) }), from.hasPrefix("@"), to.hasPrefix("@artifact/")
    else { return nil }
    if let strategy = forest.value(entry, "strategy"), !forest.hasText(strategy, "Overwrite") { return nil }
    let parts = from.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let root = roots[String(parts[0])] else { return nil }
    self.root = root
    pattern = parts[1].split(separator: "/").filter { $0 != "." }.map(String.init)
    guard !pattern.contains("..") else { return nil }
    let target = to.dropFirst("@artifact/".count)
    destination = RelativePath.clamped(String(target))
    isIntoDirectory = target.isEmpty || target.hasSuffix("/")
    excludes =
      forest.value(entry, "exclude").map { list in forest.items(list).map { Array(forest.text($0).utf8) } } ?? []
  }

  /// What becomes of a copy that finds nothing.
  enum Emptiness {
    case noMatch, allExcluded
    /// Folders may be left.
    case filesExcluded
  }

  /// Nil when it copies something. Of a path without wildcards, being there is enough.
  func emptiness(in sources: SourceSet) -> Emptiness? {
    guard files(of: sources).isEmpty else { return nil }
    var whole = self
    whole.excludes = []
    let excluded = whole.files(of: sources)
    if excluded.isEmpty { return .noMatch }
    let fixed = pattern.prefix { !$0.contains(where: { "*?[{".contains($0) }) }
    guard fixed.count < pattern.count else { return nil }
    // A pattern for names with an ending fits files, unless some of these lie deeper. Any name may be a folder's, also of
    // one whose files are ignored.
    let depth = destination.split(separator: "/").count + pattern.count - fixed.count
    let isOfFiles =
      pattern.last?.contains(".") == true && excluded.allSatisfy { $0.path.split(separator: "/").count == depth }
    return isOfFiles ? .allExcluded : .filesExcluded
  }

  /// What it copies: a file, all of a directory, or what a pattern fits, with the part of the path that has no wildcard
  /// cut off.
  func files(of sources: SourceSet) -> [SourceSet.ArtifactFile] {
    let fixed = pattern.prefix { !$0.contains(where: { "*?[{".contains($0) }) }
    let base = join(root, fixed.joined(separator: "/"))
    guard fixed.count == pattern.count else { return matches(in: sources, base: base) }
    if sources.entry(at: base) != nil {
      let name = RelativePath.name(of: base)
      return [SourceSet.ArtifactFile(path: isIntoDirectory ? join(destination, name) : destination, origin: base)]
    }
    return sources.files(below: base).filter { !isExcluded($0.path) }.map { file in
      SourceSet.ArtifactFile(path: join(destination, file.path), origin: file.origin)
    }
  }

  private func matches(in sources: SourceSet, base: String) -> [SourceSet.ArtifactFile] {
    let fixedCount = pattern.prefix { !$0.contains(where: { "*?[{".contains($0) }) }.count
    // `**` is recursive at the end only; elsewhere it fits one level, like `*` (source-watcher `internal/builder`,
    // `getGlobMatchingEntries`).
    let wildcards = pattern[fixedCount...].enumerated().map { index, part in
      Array(part == "**" && fixedCount + index < pattern.count - 1 ? "*".utf8 : part.utf8)
    }
    return sources.files(below: base).filter { file in
      let components = file.path.split(separator: "/").map { Array($0.utf8) }
      return Self.fits(wildcards[...], components[...]) && !isExcluded(file.path)
    }.map { SourceSet.ArtifactFile(path: join(destination, $0.path), origin: $0.origin) }
  }

  /// A directory that fits is copied with all that is in it. Goes through the path once, with all places in the pattern
  /// that can be reached.
  private static func fits(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
    let pattern = Array(pattern)
    let anyDirectories = Array("**".utf8)
    var reached: Set<Int> = [0]
    func skipAny() {
      for index in pattern.indices where pattern[index] == anyDirectories && reached.contains(index) {
        reached.insert(index + 1)
      }
    }
    skipAny()
    for component in path where !reached.contains(pattern.count) {
      var next: Set<Int> = []
      for index in reached where index < pattern.count {
        if pattern[index] == anyDirectories {
          next.insert(index)
        } else if Glob.matches(pattern[index][...], component[...]) {
          next.insert(index + 1)
        }
      }
      reached = next
      skipAny()
    }
    return reached.contains(pattern.count)
  }

  private func isExcluded(_ path: String) -> Bool {
    let components = path.split(separator: "/").map { Array($0.utf8) }
    return excludes.contains { exclude in
      let segments = exclude.split(separator: UInt8(ascii: "/")).map { Array($0) }
      return Self.fits(segments[...], components[...])
        || (segments.count == 1 && components.last.map { Glob.matches(segments[0][...], $0[...]) } ?? false)
    }
  }

  private func join(_ directory: String, _ path: String) -> String {
    directory.isEmpty ? path : path.isEmpty ? directory : "\(directory)/\(path)"
  }
}
