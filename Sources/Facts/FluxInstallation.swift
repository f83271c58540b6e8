import FluxGraph
import Manifests
package import YAMLSyntax

/// The controllers of Flux in a cluster, as far as its objects say.
package struct FluxInstallation: Sendable {
  /// The names of the controllers, sorted; nil when neither their Deployments nor a FluxInstance are among the objects.
  package private(set) var components: [String]?
  /// The arguments of the controllers whose Deployments are among the objects.
  package private(set) var arguments: [String: [NodeRef]] = [:]
  /// Whether the Flux Operator runs them.
  package private(set) var hasOperator: Bool

  /// What the controllers are called, and their Deployments.
  package static let names: Set<String> = [
    "source-controller", "kustomize-controller", "helm-controller", "notification-controller",
    "image-reflector-controller", "image-automation-controller", "source-watcher",
  ]

  /// Those that the Flux Operator installs where `spec.components` says nothing (flux-operator
  /// `api/v1/fluxinstance_types.go`).
  private static let usual = [
    "helm-controller", "kustomize-controller", "notification-controller", "source-controller",
  ]

  init(_ cluster: Cluster, in forest: Forest) {
    hasOperator = cluster.entry.kind == .fluxInstance || cluster.index.has(kind: "FluxInstance")
    for number in cluster.index.objects(ofKind: "Deployment") {
      let object = cluster.objects[number]
      guard Self.names.contains(object.id.name), object.id.group == "apps",
        let arguments = forest.controllerArguments(of: object.root)
      else { continue }
      self.arguments[object.id.name] = arguments
    }
    if arguments["kustomize-controller"] != nil {
      // It has nothing to apply without the other.
      components = Set(arguments.keys).union(["source-controller"]).sorted()
      return
    }
    arguments = [:]
    guard let instance = cluster.index.objects(ofKind: "FluxInstance").first else { return }
    let given = forest.value(cluster.objects[instance].root, "spec", "components")
    components = given.map { forest.items($0).map { forest.text($0) }.sorted() } ?? Self.usual
  }
}
