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
          "    c\(number)n\(node) [label=\(label(cluster.nodes[node]))\(attributes(of: cluster.nodes[node]))];")
      }
      for edge in picture.edges {
        lines.append("    c\(number)n\(edge.from) -> c\(number)n\(edge.to)\(attributes(of: edge));")
      }
      lines.append("  }")
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Two lines in one quoted string.
  private static func label(_ node: GraphNode) -> String {
    "\"\(escaped(node.kind))\\n\(escaped(node.displayName))\""
  }

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

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// What stands in a quoted string: quotes and backslashes are special there, and `&` begins an HTML entity in a label.
  /// Control characters, line breaks among them, are shown as such.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "&": result += "&amp;"
      case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
