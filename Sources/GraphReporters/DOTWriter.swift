/// The map in the language of Graphviz: one picture, a box for each cluster.
package enum DOTWriter {
  package static func text(of map: GraphMap) -> String {
    var lines = [
      "digraph fluxlint {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];",
      "  edge [fontname=\"sans-serif\"];",
    ]
    for (number, cluster) in map.clusters.enumerated() {
      let picture = Picture(cluster)
      lines.append("  subgraph cluster_\(number) {")
      lines.append("    label=\(quoted(cluster.displayName));")
      for node in picture.nodes {
        lines.append(
          "    c\(number)n\(node) [label=\(quoted(label(cluster.nodes[node])))\(attributes(of: cluster.nodes[node]))];")
      }
      for edge in picture.edges {
        lines.append("    c\(number)n\(edge.from) -> c\(number)n\(edge.to)\(attributes(of: edge));")
      }
      lines.append("  }")
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func label(_ node: GraphNode) -> String { "\(node.kind)\n\(node.displayName)" }

  private static func attributes(of node: GraphNode) -> String {
    var result = ""
    if node.kind == "HelmRelease" { result += ", style=rounded" }
    if node.isSource { result += ", shape=cylinder" }
    if Picture.isWrong(node) { result += ", color=red, fontcolor=red" }
    return result
  }

  private static func attributes(of edge: Picture.Edge) -> String {
    if edge.isWrong { return " [label=\(quoted(edge.label)), color=red, fontcolor=red]" }
    switch edge.kind {
    case .applies: return ""
    case .waits: return " [label=\"after\", style=bold]"
    case .reads: return " [label=\(quoted(edge.label)), style=dashed]"
    }
  }

  /// A quoted string: only quotes and backslashes are special, and a backslash makes a line break of `n`.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
