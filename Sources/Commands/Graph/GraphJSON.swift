import Diagnostics
import GraphReporters
import Linting
import Manifests
import Reporters
import SourceText
import SourceTrees

/// The map of a repository for programs: `docs/output-graph-v1.schema.json` and `docs/output-inventory-v1.schema.json`
/// describe the two forms field by field.
enum GraphJSON {
  static func graph(_ outcome: GraphOutcome) -> String {
    let places = SourcePlaces(outcome.sources)
    var json = JSONWriter()
    json.object {
      writeHead("fluxlint/graph/v1", outcome, to: &$0)
      $0.field("clusters", objects: outcome.map.withoutHidden.clusters) { json, cluster in
        writeHead(of: cluster, places, to: &json)
        let ids = cluster.ids
        json.field("nodes", lines: zip(cluster.nodes, ids)) { json, node in
          json.field("id", node.1)
          write(node.0, ids: ids, places, to: &json)
        }
        json.field("edges", lines: cluster.links) { json, link in
          json.field("kind", link.kind)
          json.field("from", ids[link.from])
          json.field("to", ids[link.to])
          json.field("state", link.state.rawValue)
          json.field("reason", orNull: link.reason)
          json.field("forbidden", link.isForbidden)
          write(link.range, places, to: &json)
        }
        json.field("cycles", lines: cluster.cycles) { json, cycle in
          json.field("nodes", strings: cycle.map { ids[$0] })
        }
        writeGaps(of: cluster, places, to: &json)
      }
    }
    return json.text
  }

  static func inventory(_ outcome: GraphOutcome) -> String {
    let places = SourcePlaces(outcome.sources)
    var json = JSONWriter()
    json.object {
      writeHead("fluxlint/inventory/v1", outcome, to: &$0)
      $0.field("files", outcome.sources.files.count)
      $0.field("filesRead", outcome.readFileCount)
      $0.field("objects", outcome.objectCount)
      $0.field("objectsNotApplied", outcome.leftOutObjectCount)
      $0.field("clusters", objects: outcome.map.withoutHidden.clusters) { json, cluster in
        writeHead(of: cluster, places, to: &json)
        let ids = cluster.ids
        let nodes = Array(zip(cluster.nodes, ids)).filter { $0.0.state == .found }
        json.field("objects", cluster.objectCount)
        json.field("kinds", lines: cluster.kinds.sorted { $0.key < $1.key }) { json, kind in
          json.field("kind", kind.key)
          json.field("count", kind.value)
        }
        for (name, isListed) in lists {
          json.field(name, lines: nodes.filter { isListed($0.0) }) { json, node in
            json.field("id", node.1)
            write(node.0, ids: ids, places, to: &json)
          }
        }
        writeGaps(of: cluster, places, to: &json)
      }
      $0.field("notRead", lines: outcome.notices) { json, notice in
        json.field("reason", notice.reason)
        json.field("path", notice.path)
      }
    }
    return json.text
  }

  private static let lists: [(String, @Sendable (GraphNode) -> Bool)] = [
    ("kustomizations", { $0.build != nil }), ("releases", { $0.kind == "HelmRelease" }), ("sources", { $0.isSource }),
  ]

  private static func writeHead(_ schema: String, _ outcome: GraphOutcome, to json: inout JSONWriter) {
    json.field("schema", schema)
    json.field("version", fluxlintVersion)
    json.field("subject") {
      $0.field("kind", outcome.subject.kind.rawValue)
      $0.field("revision", orNull: outcome.subject.revision)
    }
  }

  private static func writeHead(of cluster: ClusterMap, _ places: SourcePlaces, to json: inout JSONWriter) {
    json.field("name", cluster.name)
    json.field("entry") {
      $0.field("kind", cluster.entry.rawValue)
      write(cluster.entryRange, places, to: &$0)
    }
    json.field("fluxVersion", cluster.fluxVersion)
    json.field("isFluxVersionAssumed", cluster.isVersionAssumed)
    json.field("judgedByFluxVersion", cluster.judgedBy)
  }

  /// Everything of a node but its id.
  private static func write(_ node: GraphNode, ids: [String], _ places: SourcePlaces, to json: inout JSONWriter) {
    json.field("kind", node.kind)
    json.field("apiVersion", orNull: node.apiVersion.isEmpty ? nil : node.apiVersion)
    json.field("namespace", orNull: node.namespace)
    json.field("name", node.name)
    json.field("state", node.state.rawValue)
    json.field("appliedBy", orNull: node.parent.map { ids[$0] })
    write(node.range, places, to: &json)
    if let build = node.build {
      json.field("path", build.path)
      json.field("status", build.status.rawValue)
      json.field("reason", orNull: build.reason)
      json.field("objects", build.objectCount)
      json.field("suspended", build.isSuspended)
      json.field("otherCluster", build.isRemote)
      json.field("order", orNull: node.order)
    } else if node.kind == "HelmRelease" {
      json.field("chart", orNull: node.detail)
      json.field("chartVersion", orNull: node.version)
      json.field("order", orNull: node.order)
    } else if node.isSource {
      json.field("url", orNull: node.detail)
      json.field("ref", orNull: node.version)
    }
  }

  private static func writeGaps(of cluster: ClusterMap, _ places: SourcePlaces, to json: inout JSONWriter) {
    json.field("notChecked", lines: cluster.gaps) { json, gap in
      json.field("reason", gap.reason)
      write(gap.range, places, to: &json)
    }
  }

  private static func write(_ range: SourceRange?, _ places: SourcePlaces, to json: inout JSONWriter) {
    json.field("file", orNull: range.map { places.path(of: $0) })
    json.field("line", orNull: range.map { places.line(of: $0) })
  }
}
