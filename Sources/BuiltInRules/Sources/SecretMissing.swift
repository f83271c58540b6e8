package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A `secretRef` that names a Secret of another namespace, or one that a generator makes under another name. That a Secret
/// is not in the repository says nothing: most are made outside Git.
package struct SecretMissing: Rule {
  package static let id = RuleID.secretMissing
  package init() {}

  /// The fields of `spec` that hold references to Secrets, by kind. None of them can name a namespace.
  private static let fields: [String: [[String]]] = {
    let source = [["secretRef"], ["certSecretRef"], ["proxySecretRef"], ["verify", "secretRef"]]
    return [
      "GitRepository": source, "OCIRepository": source + [["verify", "trustedRootSecretRef"]],
      "Bucket": source + [["sts", "secretRef"], ["sts", "certSecretRef"]], "HelmRepository": source,
      "Kustomization": [["decryption", "secretRef"], ["kubeConfig", "secretRef"]],
      "HelmRelease": [["kubeConfig", "secretRef"]], "Provider": source, "Receiver": [["secretRef"]],
      "ImageRepository": source, "ImageUpdateAutomation": [["git", "commit", "signingKey", "secretRef"]],
    ]
  }()

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var lookUp: ReferenceLookUp?
      var producers: SecretProducers?
      for object in cluster.objects where object.id.group.hasSuffix(".toolkit.fluxcd.io") && !object.isRemote {
        guard let fields = Self.fields[object.id.kind], let spec = forest.value(object.root, "spec") else { continue }
        for field in fields {
          guard let node = value(at: field, in: spec, forest),
            let reference = forest.reference(
              node, field: field.joined(separator: "."), kind: "Secret", of: object, hasNamespaceField: false)
          else { continue }
          let known = lookUp ?? ReferenceLookUp(cluster)
          lookUp = known
          guard known.isMissing(reference) else { continue }
          let made = producers ?? SecretProducers(cluster, forest)
          producers = made
          if made.make(reference.name, in: reference.namespace ?? "") { continue }
          self.report(reference, of: object, cluster, known, model, &report)
        }
      }
    }
  }

  private func report(
    _ reference: NamedReference, of object: AppliedObject, _ cluster: Cluster, _ lookUp: ReferenceLookUp,
    _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    guard
      let nearMiss = NearMiss(
        kind: "Secret", namespace: reference.namespace, name: reference.name, field: reference.field, in: cluster,
        lookUp.peers, model), nearMiss.likelihood == .certain
    else { return }
    report.report(
      "\(reference.field) of \(ObjectReference(object.id).displayName) names Secret '\(reference.target)', which nothing applies",
      at: model.forest.range(reference.location), label: "no such Secret", object: ObjectReference(object.id),
      cluster: cluster, related: [nearMiss.place], help: nearMiss.help,
      data: ["target": .string(reference.target), "targetKind": .string("Secret"), "field": .string(reference.field)])
  }

  private func value(at path: [String], in node: NodeRef, _ forest: Forest) -> NodeRef? {
    path.reduce(Optional(node)) { node, key in node.flatMap { forest.value($0, key: key) } }
  }
}
