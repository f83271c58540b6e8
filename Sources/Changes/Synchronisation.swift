import FluxGraph
import FluxModel
package import Manifests
package import SourceText
import YAMLSyntax

// What a FluxInstance synchronises: a source and a Kustomization of one name, which the Flux Operator makes. With another
// name, or without `sync`, it deletes those that it made before (flux-operator
// `internal/controller/fluxinstance_controller.go`, `apply`), and the finalizer of the Kustomization all that it applied.
extension ClusterChange {
  /// Where a FluxInstance says that what it synchronises has another name now; nil where it has the same, where nothing is
  /// deleted, and where the API server refuses the new name.
  package var placeOfRenamedSync: SourceRange? {
    guard let old = base.instance, let now = new.instance, old.root != now.root,
      AppliedKey(old.id, target: "") == AppliedKey(now.id, target: ""), base.deletesSync(of: old),
      now.kustomization != nil, !base.isLeftAlone(old), !new.isLeftAlone(now), !new.isSwitchedOff(now),
      let before = base.cluster.kustomizations.first?.name, let after = new.cluster.kustomizations.first?.name,
      before != after, !before.contains("${"), !after.contains("${"),
      let sync = values.field(now.root, "spec").flatMap({ values.forest.pair($0, "sync") })
    else { return nil }
    let name = values.field(sync.value, "name")
    // What is written once cannot be changed; `ImmutableFields` says so.
    if name != nil, values.field(old.root, "spec", "sync", "name") != nil { return nil }
    return values.forest.range(name ?? sync.key)
  }
}

extension ClusterSide {
  /// Whether the operator deletes the Kustomization of a FluxInstance once it is not to be there, and its finalizer what
  /// it applied, as far as is known: patches may have given it another `prune` or `deletionPolicy`.
  func deletesSync(of instance: AppliedObject) -> Bool {
    let spec = values.field(instance.root, "spec")
    let patches = values.field(spec, "kustomize", "patches").map { Array(values.forest.items($0)) } ?? []
    let mayPatch = patches.contains { patch in
      values.text(patch, "target", "kind").map { $0 == "Kustomization" } ?? true
    }
    let isKept = ["annotations", "labels"].contains { field in
      values.text(values.field(spec, "commonMetadata", field), "\(FluxKinds.operatorGroup)/prune") == "disabled"
    }
    return !mayPatch && !isKept
  }

  /// What a Kustomization is to the cluster.
  package func id(ofKustomization number: Int) -> ObjectID {
    let kustomization = kustomization(number)
    return ObjectID(
      group: FluxKinds.kustomizeGroup, version: "v1", kind: "Kustomization", namespace: kustomization.namespace,
      name: kustomization.name)
  }
}

extension LostEntry {
  /// Where the manifest of a FluxInstance, which is as it was otherwise, has lost its `sync`.
  static func placeOfLostSync(of instance: AppliedObject, _ side: ClusterSide) -> SourceRange? {
    let values = side.values
    guard side.deletesSync(of: instance), let sync = values.field(instance.root, "spec", "sync"),
      // A patch may have brought it, and may still.
      instance.origin.contains(values.forest.range(sync)),
      let file = values.newFile(at: values.path(of: instance.origin.file))
    else { return nil }
    for root in values.documents(of: file) {
      guard let id = values.forest.objectID(ManifestObject(root: root)), id.isFluxInstance, id.name == instance.id.name,
        let spec = values.forest.pair(root, "spec"), values.forest.value(spec.value, "sync") == nil,
        values.text(
          values.field(root, "metadata", "annotations"), "\(FluxKinds.operatorGroup)/reconcile") != "disabled"
      else { continue }
      return values.forest.range(spec.key)
    }
    return nil
  }
}
