import FluxModel
import Kustomize
import Manifests
import SourceTrees
package import YAMLSyntax

/// A chart of a GitRepository whose files are here, as a HelmRelease or HelmChart names it.
package struct ChartUse: Sendable {
  /// Index of the HelmRelease or HelmChart among the objects.
  package var user: Int
  /// What describes the chart: `spec.chart.spec` of a HelmRelease, `spec` of a HelmChart.
  package var spec: NodeRef
  /// The scalar with the path of the chart.
  package var location: NodeRef
  /// That path, cleaned, as the source has it.
  package var path: String
  /// Where the folder of the chart is in the tree; nil for an archive, and where there is none.
  package var directory: String?
  /// Whether there is a chart, a folder or an archive.
  package var exists: Bool
  /// The scalar of its `Chart.yaml` that names the chart; nil for an archive, and where there is none.
  package var name: NodeRef?
  /// The text of `values.schema.json`; empty where the chart has none.
  package var valuesSchema: [UInt8] = []
  /// Its templates and files of values, as trees of the forest.
  var templates: [UInt32] = []
}

extension ClusterBuilder {
  /// The charts that are built from files of this repository, or of one that is mapped. Paths that lead through a link or
  /// a submodule, or have a variable without a value, are left out.
  mutating func chartUses() -> [ChartUse] {
    var uses: [ChartUse] = []
    // Many releases may be of one chart.
    var templates: [String: [UInt32]] = [:]
    for kind in ["HelmRelease", "HelmChart"] {
      for number in cluster.index.objects(ofKind: kind) {
        guard var use = chartUse(number) else { continue }
        if let directory = use.directory {
          use.templates = templates[directory] ?? self.templates(in: directory)
          templates[directory] = use.templates
        }
        uses.append(use)
      }
    }
    return uses
  }

  private mutating func chartUse(_ number: Int) -> ChartUse? {
    let object = cluster.objects[number]
    let chart: NodeRef? =
      switch object.id.group {
      case FluxKinds.helmGroup: forest.value(object.root, "spec", "chart", "spec")
      case FluxKinds.sourceGroup: forest.value(object.root, "spec")
      default: nil
      }
    guard let chart, let reference = forest.value(chart, "sourceRef"),
      forest.givenText(reference, "kind") == "GitRepository", let name = forest.givenText(reference, "name"),
      let location = forest.value(chart, "chart"), let written = forest.givenText(chart, "chart"),
      !Envsubst.hasExpression(written)
    else { return nil }
    let identity = SourceIdentity(
      kind: "GitRepository", namespace: forest.givenText(reference, "namespace") ?? object.id.namespace, name: name)
    guard cluster.hasEntryPoint || sourceObject(identity) != nil, case .tree(let root) = source(identity) else {
      return nil
    }
    let path = RelativePath.clamped(written)
    let place = root.isEmpty ? path : path.isEmpty ? root : "\(root)/\(path)"
    var use = ChartUse(user: number, spec: chart, location: location, path: path, exists: false)
    if let entry = engine.sources.entry(at: prefix(place) + "Chart.yaml") {
      use.directory = RelativePath.parent(of: entry.path)
      use.exists = true
      let description = engine.sources.file(at: entry.path).flatMap { engine.sources.documents(of: $0).first?.root }
      use.name = description.flatMap { forest.value($0, "name") }
      use.valuesSchema = (try? engine.sources.contents(at: prefix(place) + "values.schema.json")) ?? []
    } else if let mode = linkOrFile(on: place) {
      // source-controller takes an archive as well (`internal/helm/chart/builder_local.go`).
      guard mode == .regular || mode == .executable else { return nil }
      use.exists = true
    }
    return use
  }

  /// Those of its dependencies in `charts/` as well.
  private func templates(in chart: String) -> [UInt32] {
    var found: [UInt32] = []
    var pending = [(directory: chart, isTemplates: false)]
    while let (directory, isTemplates) = pending.popLast() {
      for name in engine.sources.names(inDirectory: directory) {
        let path = prefix(directory) + name
        if engine.sources.isDirectory(path) {
          pending.append((path, isTemplates || name == "templates"))
        } else if isTemplates || name.hasPrefix("values"), let file = engine.sources.file(at: path) {
          found.append(engine.sources.treeIndex(of: file))
        }
      }
    }
    return found
  }

  /// What stands in front of the names in a directory.
  private func prefix(_ directory: String) -> String { directory.isEmpty ? "" : directory + "/" }

  /// What is at a path or on the way to it, other than a directory.
  private func linkOrFile(on path: String) -> TreeEntry.Mode? {
    var path = path
    while !path.isEmpty {
      if let entry = engine.sources.entry(at: path) { return entry.mode }
      path = RelativePath.parent(of: path)
    }
    return nil
  }
}
