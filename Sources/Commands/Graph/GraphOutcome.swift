package import CommandFailures
import Diagnostics
import FluxGraph
package import GraphReporters
import Linting
import Manifests
import Reporters
import RuleEngine
import Sessions
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
  /// Objects that the clusters get, as `check` counts them, and those that no entry point applies.
  let objectCount: Int
  let leftOutObjectCount: Int
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
    let chosen = try CheckedTree.choose(for: request.tree)
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
    objectCount = graph.objectCount
    leftOutObjectCount = graph.leftOutObjectCount
    map = GraphMap(graph, sources: model.sources)
    map.hide(SecretWords(SecretPlaces.names(in: model)))
  }

  /// Leaves out what is not wanted.
  ///
  /// - Parameter kinds: as a user writes them, in any case.
  package mutating func restrict(depth: Int?, kinds: [String], showsParents: Bool) throws(CommandFailure) {
    var wanted: Set<String> = []
    for kind in kinds {
      guard let known = GraphView.knownKinds.first(where: { $0.lowercased() == kind.lowercased() }) else {
        throw .unknownChoice(kind, what: "kind", known: GraphView.knownKinds)
      }
      wanted.insert(known)
    }
    map.restrict(to: GraphView(depth: depth, kinds: wanted, showsParents: showsParents))
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
  /// The graph.
  ///
  /// - Parameter color: whether text has colours.
  package func graph(as format: GraphFormat, color: Bool = false) -> Document {
    switch format {
    case .text:
      let places = SourcePlaces(sources)
      return text(map.clusters.map { GraphTree.lines(of: $0) { places.place(of: $0) } }, color: color)
    case .json: return Document(data: GraphJSON.graph(self))
    case .dot: return Document(data: DOTWriter.text(of: map.withoutHidden))
    case .mermaid: return Document(data: MermaidWriter.text(of: map.withoutHidden))
    }
  }

  /// Blocks of lines with an empty line between them.
  func text(_ blocks: [[TextLine]], color: Bool) -> Document {
    guard !blocks.isEmpty else {
      return Document(ofText: hasObjects ? "no entry point and no Kustomization" : "no Flux objects")
    }
    let style = TextStyle(color: color, width: nil)
    var shown = ShownLines()
    for (number, lines) in blocks.enumerated() {
      if number > 0 { shown.appendBreak() }
      for line in lines {
        var result = ShownLine(style: style)
        for span in line.spans { result.add(span.text, span.role.paint) }
        shown.append(result)
      }
    }
    return Document(shown)
  }
}

extension TextLine.Role {
  fileprivate var paint: Paint? {
    switch self {
    case .plain: nil
    case .heading, .name: .bold
    case .dim: .dim
    case .error: .error
    case .warning: .warning
    }
  }
}
