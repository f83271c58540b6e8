package import FluxGraph
package import Manifests
package import YAMLSyntax

/// What installs custom kinds in a cluster: definitions and well-known charts.
package struct DefinitionProviders: Sendable {
  /// Objects by group, and by kind where the definition says it.
  private var byGroup: [String: [Int]] = [:]
  private var byKind: [String: [String: [Int]]] = [:]

  package var isEmpty: Bool { byGroup.isEmpty && byKind.isEmpty }

  package init(_ cluster: Cluster, _ forest: Forest) {
    for number in cluster.index.objects(ofKind: "CustomResourceDefinition")
    where cluster.objects[number].kustomization != nil {
      let root = cluster.objects[number].root
      guard let group = forest.value(root, "spec", "group").map({ forest.text($0) }), !group.hasSuffix(".fluxcd.io"),
        let kind = forest.value(root, "spec", "names", "kind").map({ forest.text($0) })
      else { continue }
      byKind[group, default: [:]][kind, default: []].append(number)
    }
    for number in cluster.index.objects(ofKind: "HelmRelease") where cluster.objects[number].kustomization != nil {
      for group in ChartDefinitions.groups(of: cluster.objects[number], in: cluster, forest) {
        byGroup[group, default: []].append(number)
      }
    }
  }

  /// The objects that install the kind, in the order of the cluster; nil for kinds that nothing here installs.
  package func providers(of id: ObjectID) -> [Int]? {
    guard id.group.utf8.contains(UInt8(ascii: ".")) else { return nil }
    let found = (byKind[id.group]?[id.kind] ?? []) + (byGroup[id.group] ?? [])
    return found.isEmpty ? nil : found
  }
}
