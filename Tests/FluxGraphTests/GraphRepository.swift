import FluxGraph
import FluxModel
import Kustomize
import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

/// A repository in memory and its graph.
struct GraphRepository {
  var graph: FluxGraph
  var sources: SourceSet
  var forest: Forest { sources.forest }

  init(graph: FluxGraph, sources: SourceSet) {
    self.graph = graph
    self.sources = sources
  }

  static let url = "https://example.com/org/fleet"

  init(
    _ files: [String: String], settings: GraphSettings = GraphSettings(), remoteURLs: [String] = [url]
  ) async throws {
    var tree = InMemoryTree(files: files.mapValues { Array($0.utf8) })
    tree.remoteURLs = remoteURLs
    var builder = GraphBuilder(sources: try await SourceSet.load(tree), settings: settings)
    graph = await builder.build()
    sources = builder.sources
  }

  /// What `flux bootstrap` writes for a cluster.
  static func sync(_ path: String, extra: String = "", spec: String = "") -> String {
    """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: flux-system, namespace: flux-system}
    spec:
      url: ssh://git@example.com/org/fleet.git
      ref: {branch: main}
    \(spec)
    ---
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: flux-system, namespace: flux-system}
    spec:
      path: ./\(path)
      sourceRef: {kind: GitRepository, name: flux-system}
    \(extra)
    """
  }

  static func kustomization(_ name: String, path: String, spec: String = "") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec:
      path: \(path)
      sourceRef: {kind: GitRepository, name: flux-system}
    \(spec)
    """
  }

  static func configMap(_ name: String, _ data: String = "a: b") -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: apps}\ndata:\n  \(data)\n"
  }

  /// Kustomizations, objects, references and gaps, all that a schedule could change.
  var summary: [String] {
    var lines: [String] = []
    for cluster in graph.clusters {
      lines.append("cluster \(cluster.name) \(cluster.settings.fluxVersion)")
      for item in cluster.kustomizations {
        lines.append("\(item.name) \(item.path) \(item.status) \(place(item.origin))")
      }
      for object in cluster.objects {
        lines.append(
          "\(object.id) \(object.isKnown) \(place(object.origin)) \(text(object.root)) \(text(object.built))")
      }
      for edge in cluster.edges {
        lines.append("\(edge.kind) \(edge.from) \(edge.target) \(place(forest.range(edge.location)))")
      }
      for gap in cluster.gaps { lines.append("gap \(gap.reason)") }
      lines += cluster.files.map { sources.path(of: $0) }.sorted()
    }
    return lines
  }

  private func place(_ range: SourceRange) -> String { "\(sources.path(of: range.file)):\(range.bounds)" }

  /// A value in flow style, strings in quotes.
  func text(_ node: NodeRef) -> String {
    switch forest.kind(node) {
    case .mapping: "{" + forest.pairs(node).map { "\(text($0.key)): \(text($0.value))" }.joined(separator: ", ") + "}"
    case .sequence: "[" + forest.items(node).map { text($0) }.joined(separator: ", ") + "]"
    case .scalar, .alias:
      switch forest.scalarValue(node, dialect: .resource) {
      case .null: "null"
      case .boolean(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .unsigned(let value): "\(value)"
      case .float(let value): "\(value)"
      case .string(let text): "'\(text)'"
      }
    }
  }

  func object(_ kind: String, _ name: String) -> AppliedObject? {
    graph.clusters.lazy.flatMap(\.objects).first { $0.id.kind == kind && $0.id.name == name }
  }

  func kustomization(_ name: String) -> FluxKustomization? {
    graph.clusters.lazy.flatMap(\.kustomizations).first { $0.name == name }
  }
}
