import Manifests
import SourceText

/// One kustomization with everything below it, built but not finished: name hashes and references come at the root.
struct Layer: Sendable {
  var resources = ResourceList()
  var report = BuildReport()
  /// Where transformers write: empty until the layer has read its own configuration.
  var config = TransformerConfig()
  /// Variables of this layer and its bases; their names differ.
  var variables: [Variable] = []
  /// The directories of all kustomizations in it. One of them must not hold a directory that refers to this layer.
  var roots: Set<String> = []
  /// How its kustomization wants the objects ordered; nobody asks that of a base.
  var sortOptions: SortOptions?
  /// What its kustomization wants written on the objects; nobody asks that of a base.
  var buildMetadata: Set<BuildMetadata> = []
  /// Whether a strategic merge patch was applied, for which upstream reads the schema of Kubernetes.
  var isMerged = false
  /// A cycle was met, so the layer depends on who refers to it.
  var hasCycle = false

  /// Appends a resource; one with the same id is an error.
  mutating func add(_ resource: Resource, through entry: SourceRange?) {
    guard let first = resources.append(resource) else { return }
    let isSameDocument = first.origin == resource.origin
    let what = "'\(resource.id.description)' is in the build already"
    report.addError(
      .duplicateObject, isSameDocument ? what + ": the same file or directory is listed twice" : what,
      at: isSameDocument ? entry ?? resource.origin : resource.origin, related: first.origin)
  }

  /// Takes over a base.
  mutating func add(_ base: Layer, through entry: SourceRange?) {
    report.add(base.report, through: entry)
    roots.formUnion(base.roots)
    if base.hasCycle { hasCycle = true }
    if base.isMerged { isMerged = true }
    configure(base.config, through: entry)
    add(base.variables, through: entry)
    for resource in base.resources.items { add(resource, through: entry) }
  }

  /// Takes over a configuration.
  mutating func configure(_ other: TransformerConfig, through entry: SourceRange?) {
    do throws(FieldSpecConflict) {
      try config.merge(other)
    } catch {
      report.addError(
        .invalidKustomization, "the configurations do not agree: \(error.message)", at: error.range ?? entry,
        related: error.range == nil ? nil : entry)
    }
  }
}
