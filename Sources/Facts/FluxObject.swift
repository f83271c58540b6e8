package import FluxGraph
import ScalarFormats
package import YAMLSyntax

/// A Flux object by the fields that most kinds have, read as the controllers do.
package struct FluxObject {
  private let root: NodeRef
  private let forest: Forest

  package init(_ root: NodeRef, in forest: Forest) {
    self.root = root
    self.forest = forest
  }

  package var spec: NodeRef? { forest.value(root, "spec") }

  /// Whether the controller leaves it alone.
  package var isSuspended: Bool { forest.isTrue(spec.flatMap { forest.value($0, "suspend") }) }

  /// How long the controller waits before it looks again; nil when nothing says so, and for what is no duration.
  package var interval: Duration? { duration("interval") }

  /// A duration of `spec`, written as Go writes them.
  package func duration(_ field: StaticString) -> Duration? {
    guard let node = spec.flatMap({ forest.value($0, field) }), forest.kind(node) == .scalar else { return nil }
    return GoDuration.parse(forest.text(node)).map { .nanoseconds($0) }
  }

  /// The entries of `dependsOn`.
  package var dependsOn: [NodeRef] {
    spec.flatMap { forest.value($0, "dependsOn") }.map { Array(forest.items($0)) } ?? []
  }

  /// What names the source: `sourceRef`; of a HelmRelease `chartRef`, or that of its chart.
  package var sourceRef: NodeRef? {
    guard let spec else { return nil }
    return forest.value(spec, "sourceRef") ?? forest.value(spec, "chartRef")
      ?? forest.value(spec, "chart", "spec", "sourceRef")
  }
}

extension FluxKustomization {
  /// Nil for one that the Flux Operator makes.
  package func view(in forest: Forest) -> FluxObject? { root.map { FluxObject($0, in: forest) } }

  package func spec(in forest: Forest) -> NodeRef? { view(in: forest)?.spec }

  package func isSuspended(in forest: Forest) -> Bool { view(in: forest)?.isSuspended ?? false }

  /// Whether everything it applies is known: built without an error, nothing fetched, nothing left out.
  package var isFullyBuilt: Bool { status == .built && errors.isEmpty && remotes.isEmpty && notBuilt.isEmpty }
}
