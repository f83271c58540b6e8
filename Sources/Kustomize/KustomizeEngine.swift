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

  /// What the current build may still cost.
  var budget = BuildBudget()

  /// A directory as seen from an artifact: what is outside cannot be read.
  struct LayerKey: Hashable {
    var directory: String
    var artifactRoot: String
    var isLenient: Bool
  }

  package init(sources: consuming SourceSet) {
    self.sources = sources
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
    let artifactRoot = RelativePath.clamped(request.artifactRoot)
    let directory = RelativePath.clamped(request.directory)
    var context = BuildContext(artifactRoot: artifactRoot)
    loadRestriction = request.loadRestriction
    customSchema = nil
    isSchemaChosen = false
    notesTransformers = false
    decrypts = request.fluxSpec.map { sources.forest.value($0, "decryption", "provider") != nil } ?? request.mayDecrypt
    budget = BuildBudget(nodes: sources.forest.trees[Int(writer.tree)].nodes.count)
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
    return finish(layer, in: shown, order: request.order)
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

/// Bounds what a build may cost. Real repositories stay far below.
struct BuildBudget {
  /// Objects that transformers look at.
  private var visits = 4_000_000
  /// Where the tree of results must end.
  private var lastNode: Int
  private(set) var isSpent = false

  init(nodes: Int = 0) { lastNode = nodes + 10_000_000 }

  /// Takes what one transformer costs. Whether it may run.
  mutating func spend(visits count: Int, nodes: Int) -> Bool {
    visits -= count
    if visits < 0 || nodes > lastNode { isSpent = true }
    return !isSpent
  }

  /// Says that nothing more may run.
  mutating func exhaust() { isSpent = true }
}
