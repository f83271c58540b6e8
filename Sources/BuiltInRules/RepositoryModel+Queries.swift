import FluxGraph
import FluxModel
import Manifests
import RuleEngine
import SourceText
import YAMLSyntax

extension RepositoryModel {
  /// Every Flux Kustomization that some cluster applies, as it is applied.
  var kustomizations: [(Cluster, AppliedObject)] {
    graph.clusters.flatMap { cluster in
      cluster.objects
        .filter { $0.id.kind == "Kustomization" && $0.id.group == FluxKinds.kustomizeGroup }
        .map { (cluster, $0) }
    }
  }

  /// Where a Kustomization's name is written; the whole definition for one that the Flux Operator makes.
  func nameRange(of kustomization: FluxKustomization) -> SourceRange {
    kustomization.root.flatMap { forest.value($0, "metadata", "name") }.map { forest.range($0) } ?? kustomization.origin
  }

  /// Where an object's name is written.
  func nameRange(of object: AppliedObject) -> SourceRange {
    forest.value(object.root, "metadata", "name").map { forest.range($0) } ?? object.origin
  }
}
