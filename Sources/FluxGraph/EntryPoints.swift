import FluxModel
import Manifests
import SourceText
import TextMatching
import YAMLSyntax

/// A Flux Kustomization as some file has it, before anything is built.
struct RawKustomization {
  var root: NodeRef
  var file: FileID
  var range: SourceRange
  var namespace: String?
  var name: String
  var path: String?
  /// A document without a source is a patch for some other document, no object of its own.
  var hasSource: Bool
  /// Whether it has the fields that every Kustomization must have, so that it is one even without a path.
  var isWhole = false
}

/// The `spec` of a FluxInstance: of the object itself, or of Helm values of the flux-instance chart.
struct RawFluxInstance {
  /// The mapping with `distribution`, `sync`, `cluster`, ...
  var spec: NodeRef
  var file: FileID
  var range: SourceRange
  var namespace: String
  /// Whether it stands in a file of Helm values.
  var isOfValuesFile = false
}

/// Everything in the files that may be an entry point, found in one pass over the documents.
struct EntryCandidates {
  var kustomizations: [RawKustomization] = []
  /// GitRepositories by name, each with its file and URL.
  var gitRepositories: [String: [(root: NodeRef, file: FileID, url: String)]] = [:]
  var instances: [RawFluxInstance] = []
  /// Kustomizations whose name is all that counts: also those in lists and those without a path.
  var definedNames: Set<String> = []
  var hasResourceSets = false
  var written: [WrittenObject] = []
  /// Entries `gotk-...` of kustomization files, each with its file: a cluster that was bootstrapped without this
  /// repository holding its sync object.
  var bootstrapEntries: [(entry: SourceRange, file: FileID)] = []
  var kustomizationFiles: [FileID] = []

  /// None.
  init() {}

  init(_ sources: SourceSet) {
    let forest = sources.forest
    for file in sources.files where sources.isOwn(file.id) {
      let isOfChart = Self.isChartTemplate(file.path, sources)
      for document in sources.documents(of: file.id) {
        collect(document.root, range: document.range, file: file.id, isTemplate: isOfChart, in: forest)
      }
      guard KustomizationFile.isOne(file.path) else { continue }
      kustomizationFiles.append(file.id)
      if file.path.hasSuffix("/flux-system/kustomization.yaml") || file.path == "flux-system/kustomization.yaml" {
        collectBootstrapEntry(of: file.id, sources)
      }
    }
  }

  /// Whether Helm makes text of a file before anybody reads it as YAML.
  private static func isChartTemplate(_ path: String, _ sources: SourceSet) -> Bool {
    // Nearly all paths are out with that, and looking for characters is slow.
    guard path.utf8.contains(subsequence: "/templates/"), let folder = path.firstRange(of: "/templates/") else {
      return false
    }
    return sources.fileInRepository(at: path[..<folder.lowerBound] + "/Chart.yaml") != nil
  }

  private mutating func collectBootstrapEntry(of file: FileID, _ sources: SourceSet) {
    let forest = sources.forest
    guard let root = sources.documents(of: file).first?.root, let resources = forest.value(root, "resources") else {
      return
    }
    for item in forest.items(resources) {
      if forest.hasText(item, "gotk-components.yaml") || forest.hasText(item, "gotk-sync.yaml") {
        bootstrapEntries.append((forest.range(item), file))
        return
      }
    }
  }

  /// Adds a document, or a built object.
  ///
  /// - Parameter isTemplate: whether it is a template of a chart, where nothing begins.
  mutating func collect(
    _ root: NodeRef, range: SourceRange, file: FileID, isTemplate: Bool = false, in forest: Forest
  ) {
    guard forest.kind(root) == .mapping else { return }
    guard let kind = forest.value(root, "kind") else {
      // A values file of the flux-instance chart.
      if let spec = forest.value(root, "instance"), !isTemplate, Self.hasSync(spec, in: forest) {
        instances.append(
          RawFluxInstance(
            spec: spec, file: file, range: forest.range(spec), namespace: "flux-system", isOfValuesFile: true))
      }
      return
    }
    if forest.withText(kind, { $0.suffix(4).elementsEqual("List".utf8) }), let items = forest.value(root, "items") {
      for item in forest.items(items) {
        collect(item, range: forest.range(item), file: file, isTemplate: isTemplate, in: forest)
      }
      return
    }
    guard let version = forest.value(root, "apiVersion"), forest.withText(version, Self.mayBeFlux) else { return }
    let object = ManifestObject(root: root)
    let group = forest.groupVersion(object).group
    written.append(WrittenObject(root: root, file: file, group: group))
    if group == FluxKinds.kustomizeGroup, forest.hasText(kind, "Kustomization") {
      guard let id = forest.objectID(object) else { return }
      definedNames.insert(id.name)
      let spec = forest.value(root, "spec")
      // `path: {{ .Values.path }}` is a mapping to YAML: a template, which says nothing of a path.
      let isText = ["path", "interval"].allSatisfy { key in
        spec.flatMap { forest.value($0, key: key) }.map { forest.kind($0) == .scalar } ?? true
      }
      guard isText, !isTemplate else { return }
      kustomizations.append(
        RawKustomization(
          root: root, file: file, range: range, namespace: id.namespace, name: id.name,
          path: spec.flatMap { forest.value($0, "path") }.map { forest.text($0) },
          hasSource: spec.flatMap { forest.value($0, "sourceRef", "name") } != nil,
          isWhole: spec.map { forest.value($0, "interval") != nil && forest.value($0, "prune") != nil } ?? false))
    } else if group == FluxKinds.sourceGroup, forest.hasText(kind, "GitRepository") {
      guard let id = forest.objectID(object), let url = forest.value(root, "spec", "url") else { return }
      gitRepositories[id.name, default: []].append((root, file, forest.text(url)))
    } else if group == FluxKinds.operatorGroup, forest.hasText(kind, "FluxInstance") {
      guard let spec = forest.value(root, "spec"), !isTemplate,
        Self.hasSync(spec, in: forest)
      else { return }
      instances.append(
        RawFluxInstance(
          spec: spec, file: file, range: range,
          namespace: forest.objectID(object)?.namespace ?? "flux-system"))
    } else if group == FluxKinds.operatorGroup, forest.hasText(kind, "ResourceSet") {
      hasResourceSets = true
    } else if group == FluxKinds.helmGroup, forest.hasText(kind, "HelmRelease") {
      guard let spec = forest.value(root, "spec", "values", "instance"), !isTemplate,
        Self.hasSync(spec, in: forest)
      else { return }
      instances.append(
        RawFluxInstance(
          spec: spec, file: file, range: range,
          namespace: forest.objectID(object)?.namespace ?? "flux-system"))
    }
  }

  /// Whether `sync` says a path, and the path and the URL are texts: those of a template are none.
  private static func hasSync(_ spec: NodeRef, in forest: Forest) -> Bool {
    guard let sync = forest.value(spec, "sync"), let path = forest.value(sync, "path"), forest.kind(path) == .scalar
    else { return false }
    return forest.value(sync, "url").map { forest.kind($0) == .scalar } ?? true
  }

  /// All groups of Flux, v1 and v2, end in `fluxcd.io`, `weave.works` or `controlplane.io`; most objects have another. The
  /// version may have been forgotten.
  private static func mayBeFlux(_ apiVersion: UnsafeBufferPointer<UInt8>) -> Bool {
    let group = apiVersion[..<(apiVersion.lastIndex(of: UInt8(ascii: "/")) ?? apiVersion.endIndex)]
    return group.suffix(10).elementsEqual(".fluxcd.io".utf8) || group.suffix(12).elementsEqual(".weave.works".utf8)
      || group.elementsEqual(FluxKinds.operatorGroup.utf8)
  }
}
