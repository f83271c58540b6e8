package import Manifests
import SourceText
import SourceTrees
package import YAMLSyntax

/// Builds kustomizations of one tree. A base that several overlays use is read and built once.
///
/// Follows kustomize v5.8 (api and kyaml v0.21), the version in kustomize-controller.
package struct KustomizeEngine {
  /// The tree that is built; the forest in it grows by the nodes that builds make.
  package let sources: SourceSet

  /// Makes the nodes of results.
  let writer: NodeWriter
  /// Directories built before, without what a Flux Kustomization adds.
  var layers: [LayerKey: Layer] = [:]
  /// Kustomization files read before, with their patches.
  var kustomizations: [LayerKey: LoadedKustomization] = [:]
  /// Resource files read before.
  var resourceFiles: [FileID: ResourceFile] = [:]
  /// Parts of objects and whether there may be an image in them.
  var imageParts: [NodeRef: Bool] = [:]

  /// What the current build may read. What was read under another restriction is forgotten when it changes.
  var loadRestriction = BuildRequest.LoadRestriction.artifact {
    didSet {
      guard loadRestriction != oldValue else { return }
      layers = [:]
      kustomizations = [:]
    }
  }

  /// The schema by which patches of the current build merge; nil for the built-in one.
  var customSchema: CustomSchema?
  /// Whether a kustomization of the current build said which schema it is: that of the root, else the first with one.
  var isSchemaChosen = false

  /// Whether the current build decrypts what SOPS encrypted.
  var decrypts = true

  /// Whether the root of the current build wants to know which transformers ran.
  var notesTransformers = false

  /// Where each kind of object has names of others, as kustomize has it built in.
  var referenceTable = ReferenceTable.standard
  /// Parts of objects that were looked through for names, and what was found.
  var referenceParts: [ReferencePart: ReferenceFixer.Found] = [:]

  /// What the current build, and all of them, may still cost.
  var budget: BuildBudget

  /// What builds gave, for those of another revision; nil when there is none.
  var keptResults: [BuildRequest: BuildResult]?

  /// A directory as seen from an artifact: what is outside cannot be read.
  struct LayerKey: Hashable {
    var directory: String
    var artifactRoot: String
    var isLenient: Bool
  }

  package init(sources: consuming SourceSet) { self.init(sources: sources, budget: BuildBudget()) }

  init(sources: consuming SourceSet, budget: BuildBudget) {
    self.sources = sources
    self.budget = budget
    var tree = YAMLTree()
    tree.reserve(nodes: 4 * self.sources.forest.nodeCount)
    writer = NodeWriter(tree: self.sources.forest.append(tree))
  }

  /// The tree that new nodes go to.
  package var buildTree: UInt32 { writer.tree }

  /// Lets the graph make nodes of its own (substituted scalars) beside those of builds.
  package mutating func withForest<R>(_ body: (inout Forest) -> R) -> R { body(&sources.forest) }

  /// The object with its numbers as they are after a way through floating point.
  package mutating func rounded(_ root: NodeRef) -> NodeRef {
    RoundedNumbers(writer: writer).round(root, in: &sources.forest)
  }

  /// Builds one directory. It never throws: what fails is in the result, and what can be built is there too.
  package mutating func build(_ request: BuildRequest) -> BuildResult {
    if let known = keptResults?[request] {
      beginSpending()
      _ = budget.spend(objects: known.objects.count)
      return known
    }
    let result = make(request)
    if !budget.isSpent { keptResults?[request] = result }
    return result
  }

  private mutating func make(_ request: BuildRequest) -> BuildResult {
    let artifactRoot = RelativePath.clamped(request.artifactRoot)
    let directory = RelativePath.clamped(request.directory)
    var context = BuildContext(artifactRoot: artifactRoot)
    loadRestriction = request.loadRestriction
    customSchema = nil
    isSchemaChosen = false
    notesTransformers = false
    decrypts = request.fluxSpec.map { sources.forest.value($0, "decryption", "provider") != nil } ?? request.mayDecrypt
    beginSpending()
    if budget.isRunSpent { return notBuilt(request) }
    guard RelativePath.isPath(directory, inside: artifactRoot), sources.isDirectory(directory) else {
      return missing(directory, request)
    }
    let isFlux = request.generatesKustomization || request.fluxSpec != nil
    var layer = Layer()
    if let spec = request.fluxSpec {
      let overrides = FluxOverrides(spec, in: sources.forest)
      layer = buildRoot(directory, isFlux: isFlux, generates: request.generatesKustomization, overrides, &context)
    } else {
      layer = buildRoot(directory, isFlux: isFlux, generates: request.generatesKustomization, nil, &context)
    }
    if context.wantsOrigins { layer.buildMetadata.insert(.originAnnotations) }
    // An artifact with a directory of its own shows files of the tree at their own paths.
    let isShown = !artifactRoot.isEmpty && sources.artifactRoots.values.contains(artifactRoot)
    let shown = isShown ? String(directory.dropFirst(artifactRoot.utf8.count + 1)) : directory
    var result = finish(layer, in: shown, order: request.order)
    if request.fluxSpec != nil { refuseObjectsWithoutVersion(&result) }
    _ = budget.spend(objects: result.objects.count)
    return budget.isRunSpent ? notBuilt(request) : result
  }

  /// Says of a build that all builds together cost too much for it.
  private func notBuilt(_ request: BuildRequest) -> BuildResult {
    let file = sources.kustomizationFile(in: RelativePath.clamped(request.directory)) ?? FileID(0)
    var result = BuildResult()
    result.notBuilt = [
      NotBuilt(
        reason: "the builds of the repository have more objects, patches or text than are read at once",
        range: request.fluxSpec.map { sources.forest.range($0) } ?? SourceRange(file: file, 0..<0))
    ]
    return result
  }

  private func missing(_ directory: String, _ request: BuildRequest) -> BuildResult {
    var result = BuildResult()
    let message =
      switch sources.entry(at: directory)?.mode {
      case .regular, .executable: "'\(directory)' is a file, expected a directory"
      case .symbolicLink: "'\(directory)' is a symbolic link, which Flux does not ship"
      case .submodule: "'\(directory)' is a Git submodule, whose content is not in this repository"
      case nil: "directory '\(directory)' does not exist"
      }
    result.errors = [BuildError(kind: .pathMissing, message: message, range: nil)]
    return result
  }
}

/// What one build carries along.
struct BuildContext {
  let artifactRoot: String
  /// The directories that refer to the current one, outermost first, the current one last.
  var stack: [String] = []
  /// What those that refer to the current one have gathered so far, and whether they merged patches into it.
  var outer: [(resources: ResourceList, isMerged: Bool)] = []
  /// Whether each object is to say where it was written.
  var wantsOrigins = false
  /// Layers that are good for this build only.
  var layers: [String: Layer] = [:]
  /// How many more kustomizations may be built, so that no tree can make a build endless.
  var kustomizationsLeft = 10_000
  /// How deep kustomizations may refer to each other.
  static let depthLimit = 100
}
