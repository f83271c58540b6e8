import FluxGraph
import Manifests
import YAMLSyntax

/// Which well-known charts install CustomResourceDefinitions, and of which API groups (`facts/charts.yaml`).
package enum ChartDefinitions {
  /// The groups a HelmRelease installs, none when it may install them or not.
  static func groups(of release: AppliedObject, in cluster: Cluster, _ forest: Forest) -> [String] {
    guard let spec = forest.value(release.root, "spec"), let chart = cluster.chartName(of: release, in: forest),
      let entry = table[chart], !FluxObject(release.root, in: forest).isSuspended,
      forest.value(spec, "kubeConfig") == nil
    else { return [] }
    if let policy = forest.value(spec, "install", "crds"), forest.hasText(policy, "Skip"), entry.isInFolder {
      return []
    }
    if entry.switches.isEmpty { return entry.groups }
    let values = forest.value(spec, "values")
    for path in entry.switches {
      if let value = values.flatMap({ lookUp(path, in: $0, forest) }) {
        return forest.isTrue(value) ? entry.groups : []
      }
    }
    // A value from elsewhere may decide it either way.
    if let list = forest.value(spec, "valuesFrom"), forest.count(list) > 0 { return [] }
    return entry.isOnByDefault ? entry.groups : []
  }

  /// Whether a chart is known for definitions of an API group, whatever its values say.
  ///
  /// - Parameter chart: its name, `repository/name` or the URL of an artifact.
  package static func mayInstall(_ group: String, chart: String) -> Bool {
    table[Cluster.lastComponent(chart)]?.groups.contains(group) ?? false
  }

  private static func lookUp(_ path: [String], in node: NodeRef, _ forest: Forest) -> NodeRef? {
    var current = node
    for key in path {
      guard let next = forest.value(current, key: key) else { return nil }
      current = next
    }
    return current
  }

  struct Entry {
    var groups: [String]
    /// Values that switch the definitions on and off, the first that is set decides.
    var switches: [[String]] = []
    var isOnByDefault = true
    /// Whether they lie in `crds/`, where `install.crds: Skip` leaves them out.
    var isInFolder = false
  }
}
