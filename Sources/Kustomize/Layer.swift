import Manifests
import SourceText

/// One kustomization with everything below it, built but not finished: name hashes and references come at the root.
struct Layer: Sendable {
  var resources = ResourceList()
  var report = BuildReport()
  /// The directories of all kustomizations in it. One of them must not hold a directory that refers to this layer.
  var roots: Set<String> = []
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
    for resource in base.resources.items { add(resource, through: entry) }
  }
}
