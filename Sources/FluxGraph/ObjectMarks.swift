import FluxModel
package import YAMLSyntax

/// What objects say of how kustomize-controller is to treat them: labels and annotations of its group.
extension AppliedObject {
  /// The values of the annotation and the label `name`, in lower case: the controller minds no case (fluxcd/pkg
  /// `ssa/utils/metadata.go`, `AnyInMetadata`).
  ///
  /// - Parameters:
  ///   - name: without the group.
  ///   - common: `commonMetadata` of what applies the object, which is written over what the object says.
  package func marks(_ name: String, common: NodeRef?, in forest: Forest) -> [String] {
    let own = forest.value(root, "metadata")
    guard own != nil || common != nil else { return [] }
    let key = "\(FluxKinds.kustomizeGroup)/\(name)"
    return ["annotations", "labels"].compactMap { (field: StaticString) -> String? in
      for case let metadata? in [common, own] {
        if let list = forest.value(metadata, field), let mark = forest.value(list, key: key) {
          return forest.text(mark).lowercased()
        }
      }
      return nil
    }
  }
}

extension Cluster {
  /// The marks of an object as it is applied.
  package func marks(_ name: String, of object: AppliedObject, in forest: Forest) -> [String] {
    object.marks(name, common: commonMetadata(of: object, in: forest), in: forest)
  }

  /// `commonMetadata` of the Kustomization that applies an object.
  func commonMetadata(of object: AppliedObject, in forest: Forest) -> NodeRef? {
    object.kustomization.flatMap { kustomizations[$0].root }.flatMap { forest.value($0, "spec", "commonMetadata") }
  }
}
