import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// What a Kustomization may apply that is not seen, and what is known of that.
extension ClusterBuilder {
  /// - Parameter root: the directory whose content is the artifact.
  mutating func setMissingPath(_ number: Int, in root: String) {
    cluster.kustomizations[number].status = .missingPath
    let exclusion = self.exclusion(of: cluster.kustomizations[number], in: root)
    cluster.kustomizations[number].exclusion = exclusion
    var gap = Gap(
      .pathMissing,
      "'\(displayName(number))' has a path that "
        + (exclusion == nil ? "is not in this repository" : "its source leaves out"),
      range: cluster.kustomizations[number].origin, shared: "")
    gap.names = DefinedNames.Scope(hasUnreadFiles: true)
    add(gap, of: number)
  }

  mutating func setExternal(_ number: Int, _ external: External) {
    cluster.kustomizations[number].status = .external(external.reason)
    cluster.kustomizations[number].isOfOthers = external.isOfOthers
    let cause: Gap.Cause =
      external.isRefused
      ? .notBuilt : external.isMissing ? .sourceMissing : external.isPath ? .unknownPath : .otherSource
    var gap = Gap(
      cause, "'\(displayName(number))' is not built: \(external.reason)", range: cluster.kustomizations[number].origin,
      shared: external.reason)
    if external.isHere || external.isMissing && isOwnSourceMeant(by: cluster.kustomizations[number]) {
      gap.names = DefinedNames.Scope(directory: "")
    }
    add(gap, of: number)
  }

  /// Whether the source that a Kustomization names is most likely this repository: it is a slip away, and has the path.
  private func isOwnSourceMeant(by kustomization: FluxKustomization) -> Bool {
    let spec = kustomization.root.flatMap { forest.value($0, "spec") }
    guard let named = identity(ofSourceOf: kustomization, spec: spec), let own = ownSource, named.kind == own.kind,
      !kustomization.path.isEmpty, engine.sources.isDirectory(kustomization.path)
    else { return false }
    return named.name == own.name || Suggestion.nearest(to: named.name, in: [own.name]) != nil
  }

  /// Records what a build leaves open.
  ///
  /// - Parameter directory: what was built.
  mutating func addGaps(of result: BuildResult, _ number: Int, in directory: String) {
    guard !result.isComplete else { return }
    let all = engine.sources.kustomizationFile(in: directory).flatMap { namespace(in: $0) }.map { Set([$0]) }
    for remote in result.remotes {
      var gap = Gap(
        .remoteBase, "'\(remote.url)' is fetched from the network, so its objects are not known", range: remote.range,
        shared: remote.url)
      gap.namespaces = all ?? namespaces(around: remote.range, in: result)
      add(gap, of: number)
    }
    for part in result.notBuilt {
      var gap = Gap(.notBuilt, part.reason, range: part.range, shared: part.reason)
      gap.namespaces = all ?? namespaces(around: part.range, in: result)
      add(gap, of: number)
    }
    guard let error = result.errors.first else { return }
    var gap = Gap(.buildFailed, "'\(displayName(number))' does not build", range: error.range)
    gap.namespaces = all
    gap.names = DefinedNames.Scope(
      directory: engine.sources.withoutArtifactRoot(directory), files: result.files,
      hasUnreadFiles: result.errors.contains { $0.kind == .fileMissing || $0.kind == .invalidKustomization },
      hasAffixes: hasAffixes(result, number))
    add(gap, of: number)
  }

  private mutating func add(_ gap: Gap, of number: Int) {
    var gap = gap
    gap.kustomization = number
    gap.isRemote = cluster.kustomizations[number].isRemoteCluster
    let spec = cluster.kustomizations[number].root.flatMap { forest.value($0, "spec") }
    if let target = spec.flatMap({ forest.givenText($0, "targetNamespace") }) { gap.namespaces = [target] }
    cluster.gaps.append(gap)
  }

  private func displayName(_ number: Int) -> String { cluster.kustomizations[number].displayName }

  private func namespace(in file: FileID) -> String? {
    engine.sources.documents(of: file).first.flatMap { forest.givenText($0.root, "namespace") }
  }

  /// What the kustomization file at `range` fetches ends up in its `namespace:`, or in that of an overlay of it. The
  /// top of the build has none.
  private func namespaces(around range: SourceRange, in result: BuildResult) -> Set<String>? {
    guard namespace(in: range.file) != nil else { return nil }
    return Set(kustomizationFiles(of: result).compactMap { namespace(in: $0) })
  }

  private func kustomizationFiles(of result: BuildResult) -> [FileID] {
    result.files.filter { KustomizationFile.isOne(engine.sources.path(of: $0)) }
  }

  /// Whether names of objects of a build may have something before or behind what files say.
  private func hasAffixes(_ result: BuildResult, _ number: Int) -> Bool {
    let files = kustomizationFiles(of: result).compactMap { engine.sources.documents(of: $0).first?.root }
    let spec = cluster.kustomizations[number].root.flatMap { forest.value($0, "spec") }
    return (files + [spec].compactMap { $0 }).contains {
      forest.value($0, "namePrefix") != nil || forest.value($0, "nameSuffix") != nil
    }
  }
}

extension Cluster {
  /// Bounds the gaps by what is known when all of the cluster is: the rights of accounts, and the names in files.
  mutating func boundGaps(by sources: SourceSet) {
    guard !gaps.isEmpty else { return }
    let forest = sources.forest
    let accounts = AccountRights(objects, in: forest)
    for index in gaps.indices {
      guard let number = gaps[index].kustomization, kustomizations[number].parent != nil,
        let root = kustomizations[number].root, let namespace = kustomizations[number].namespace,
        let name = forest.value(root, "spec").flatMap({ forest.givenText($0, "serviceAccountName") })
          ?? settings.kustomizeServiceAccount?.value
      else { continue }
      gaps[index].rights = accounts.rights(of: Account(namespace: namespace, name: name))
    }
    guard gaps.contains(where: { $0.names != nil }) else { return }
    let names = DefinedNames(sources, read: files)
    let known = Set(kustomizations.map(\.name))
    for index in gaps.indices {
      guard let scope = gaps[index].names else { continue }
      gaps[index].names?.isOpen = names.hasKustomization(otherThan: known, in: scope)
    }
    definedNames = names
  }
}
