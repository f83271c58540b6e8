import Diagnostics
import FluxGraph
package import GraphReporters
import Manifests
import Reporters
import RuleEngine
import SourceText
import SourceTrees

/// The map of a repository, and what is needed to write it down.
package struct GraphOutcome {
  package private(set) var map: GraphMap
  /// What the user ought to know about how it was done, a sentence each.
  package private(set) var remarks: [String]
  let sources: SourceSet
  let subject: Subject
  let readFileCount: Int
  /// Whether any file has an object of Flux.
  private let hasObjects: Bool
  let notices: [TreeNotice]

  /// Chooses the tree and builds the graph.
  ///
  /// - Parameters:
  ///   - request: which tree. With a path inside a repository, only the clusters that have to do with it are shown.
  ///   - cluster: the only cluster to show: its name, or the last part of it.
  /// - Throws: when there is nothing to show.
  package init(_ request: CheckRequest, cluster: String? = nil) async throws(CommandFailure) {
    let chosen = try CheckedTree.choose(for: request)
    let options = try LinterOptions(request, chosen)
    let model: RepositoryModel
    do {
      let loaded = try await Linter.load(chosen.tree, options: options)
      model = loaded.model
      remarks = chosen.remarks + loaded.remarks
    } catch {
      throw CommandFailure(error)
    }
    sources = model.sources
    subject = Linter.subject(model.sources.revision)
    notices = model.sources.notices
    hasObjects = !model.graph.written.isEmpty
    readFileCount = model.graph.reachedFiles.count
    var graph = model.graph
    if let cluster {
      graph.clusters = try graph.clusters.named(cluster)
      graph.leftOut = []
    } else if !chosen.scope.isEmpty {
      graph.clusters = graph.clusters.filter { Self.concerns($0, chosen.scope, model.sources) }
      graph.leftOut = graph.leftOut.filter { Self.concerns($0, chosen.scope, model.sources) }
    }
    map = GraphMap(graph, sources: model.sources)
  }

  private static func concerns(_ cluster: Cluster, _ scope: String, _ sources: SourceSet) -> Bool {
    cluster.files.contains { RelativePath.isPath(sources.path(of: $0), inside: scope) }
      || cluster.kustomizations.contains { RelativePath.isPath(sources.path(of: $0.origin.file), inside: scope) }
  }
}

/// How a graph is written.
package enum GraphFormat: String, Sendable, CaseIterable {
  case text
  case json
  case dot
  case mermaid
}

extension GraphOutcome {
  /// The graph with a final line break.
  ///
  /// - Parameter color: whether text has colours.
  package func graph(as format: GraphFormat, color: Bool = false) -> String {
    switch format {
    case .text:
      let places = SourcePlaces(sources)
      return text(map.clusters.map { GraphTree.lines(of: $0) { places.place(of: $0) } }, color: color)
    case .json: return GraphJSON.graph(self)
    case .dot: return DOTWriter.text(of: map)
    case .mermaid: return MermaidWriter.text(of: map)
    }
  }

  /// Blocks of lines with an empty line between them; what comes from the repository is made fit to be shown.
  func text(_ blocks: [[TextLine]], color: Bool) -> String {
    guard !blocks.isEmpty else { return hasObjects ? "no entry point and no Kustomization\n" : "no Flux objects\n" }
    let style = TextStyle(color: color, width: nil)
    return blocks.map { lines in
      lines.map { line in line.spans.map { $0.role.paint(ShownText.sentence($0.text), style) }.joined() + "\n" }
        .joined()
    }.joined(separator: "\n")
  }
}

extension TextLine.Role {
  fileprivate func paint(_ text: String, _ style: TextStyle) -> String {
    switch self {
    case .plain: text
    case .heading, .name: Paint.bold(text, style)
    case .dim: Paint.dim(text, style)
    case .error: Paint.error(text, style)
    case .warning: Paint.warning(text, style)
    }
  }
}
