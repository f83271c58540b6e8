package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// `spec.path` names a directory that the artifact does not have: "kustomization path not found".
package struct PathMissing: Rule {
  package static let id = RuleID.pathMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      for kustomization in cluster.kustomizations {
        let error = kustomization.errors.first { $0.kind == .pathMissing }
        guard kustomization.status == .missingPath || error != nil else { continue }
        let pathNode = kustomization.root.flatMap { forest.value($0, "spec", "path") }
        let range = pathNode.map { forest.range($0) } ?? kustomization.origin
        let name = ObjectReference(
          apiVersion: "\(FluxKinds.kustomizeGroup)/v1", kind: "Kustomization", namespace: kustomization.namespace,
          name: kustomization.name)
        let suggestion = model.nearestDirectory(to: kustomization.path)
        report.report(
          "\(name.displayName) applies '\(kustomization.path)', which is no directory of this repository", at: range,
          label: error?.message ?? "no such directory", object: name, cluster: cluster,
          help: suggestion.map { "did you mean './\($0)'?" } ?? "correct the path, or commit the directory",
          data: ["path": .string(kustomization.path)])
      }
    }
  }
}

extension RepositoryModel {
  /// The sibling a mistyped path most likely means.
  fileprivate func nearestDirectory(to path: String) -> String? {
    var parent = ""
    let components = path.split(separator: "/").map(String.init)
    for (index, component) in components.enumerated() {
      let child = parent.isEmpty ? component : "\(parent)/\(component)"
      if sources.isDirectory(child) {
        parent = child
        continue
      }
      let directories = sources.names(inDirectory: parent).filter {
        sources.isDirectory(parent.isEmpty ? $0 : "\(parent)/\($0)")
      }
      guard let near = Suggestion.nearest(to: component, in: directories) else { return nil }
      let rest = [near] + components[(index + 1)...]
      let result = (parent.isEmpty ? [] : [parent]) + rest
      let candidate = result.joined(separator: "/")
      return sources.isDirectory(candidate) ? candidate : nil
    }
    return nil
  }
}
