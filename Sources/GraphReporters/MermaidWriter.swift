/// The map as Markdown with Mermaid diagrams, which GitHub and GitLab draw.
///
/// They draw a diagram of at most 50,000 characters and 500 edges, and nothing in a diagram can raise that: each cluster
/// has a diagram of its own, and a large one has several.
package struct MermaidWriter {
  package static let edgeLimit = 500
  package static let characterLimit = 50_000
  /// What one diagram holds here, with room to spare: a larger one cannot be read anyway.
  private static let edgesInDiagram = 300
  private static let charactersInDiagram = 40_000

  package static func text(of map: GraphMap) -> String {
    var lines: [String] = []
    for cluster in map.clusters {
      let diagrams = MermaidWriter(cluster).diagrams()
      for (number, diagram) in diagrams.enumerated() {
        if !lines.isEmpty { lines.append("") }
        let part = diagrams.count == 1 ? "" : " (\(number + 1) of \(diagrams.count))"
        lines.append("## \(heading(cluster.displayName))\(part)")
        lines += ["", "```mermaid"] + diagram + ["```"]
      }
    }
    lines += ["", "A thin arrow applies, a thick one waits for, a dotted one reads from; red is missing or fails."]
    return lines.joined(separator: "\n") + "\n"
  }

  private let map: ClusterMap
  private let picture: Picture

  private init(_ map: ClusterMap) {
    self.map = map
    picture = Picture(map)
  }

  // MARK: - Diagrams

  /// The lines of each diagram.
  private func diagrams() -> [[String]] {
    var diagrams: [Diagram] = []
    var current = Diagram()
    func close() {
      if !current.isEmpty { diagrams.append(current) }
      current = Diagram()
    }
    // An edge goes with the Kustomization that it begins at, or whose object it begins at.
    let edges = picture.edges.enumerated().sorted {
      (owner($0.element.from), $0.offset) < (owner($1.element.from), $1.offset)
    }.map(\.element)
    for edge in edges {
      let text = line(edge)
      let cost = text.utf8.count + cost(of: edge.from, in: current) + cost(of: edge.to, in: current)
      if current.edges.count >= Self.edgesInDiagram || current.characters + cost > Self.charactersInDiagram { close() }
      add(edge.from, to: &current)
      add(edge.to, to: &current)
      current.append(text, isWrong: edge.isWrong)
    }
    let connected = Set(edges.flatMap { [$0.from, $0.to] })
    for node in picture.nodes where !connected.contains(node) {
      if current.characters + cost(of: node, in: current) > Self.charactersInDiagram { close() }
      add(node, to: &current)
    }
    close()
    return diagrams.map { $0.lines(wrong: wrong(in: $0)) }
  }

  private func owner(_ node: Int) -> Int { map.nodes[node].build == nil ? map.nodes[node].parent ?? node : node }

  private struct Diagram {
    private(set) var nodes: [String] = []
    private(set) var edges: [String] = []
    private(set) var members: Set<Int> = []
    private(set) var characters = 0
    private var wrongEdges: [Int] = []

    var isEmpty: Bool { nodes.isEmpty }

    mutating func add(_ node: Int, _ line: String) {
      guard members.insert(node).inserted else { return }
      nodes.append(line)
      characters += line.utf8.count + 1
    }

    mutating func append(_ edge: String, isWrong: Bool) {
      if isWrong { wrongEdges.append(edges.count) }
      edges.append(edge)
      characters += edge.utf8.count + 1 + (isWrong ? 4 : 0)
    }

    func lines(wrong: [Int]) -> [String] {
      var lines = ["flowchart LR"] + nodes + edges
      if !wrong.isEmpty {
        lines.append("  classDef wrong stroke:#d00,color:#d00")
        lines.append("  class \(wrong.map { "n\($0)" }.joined(separator: ",")) wrong")
      }
      if !wrongEdges.isEmpty {
        lines.append("  linkStyle \(wrongEdges.map(String.init).joined(separator: ",")) stroke:#d00,color:#d00")
      }
      return lines
    }
  }

  private func wrong(in diagram: Diagram) -> [Int] {
    diagram.members.filter { Picture.isWrong(map.nodes[$0]) }.sorted()
  }

  private func cost(of node: Int, in diagram: Diagram) -> Int {
    diagram.members.contains(node) ? 0 : line(node).utf8.count + 1
  }

  private func add(_ node: Int, to diagram: inout Diagram) { diagram.add(node, line(node)) }

  // MARK: - Text

  private func line(_ number: Int) -> String {
    let node = map.nodes[number]
    let label = "\"\(escaped(node.kind))<br/>\(escaped(node.displayName))\""
    if node.isSource { return "  n\(number)[(\(label))]" }
    return node.kind == "HelmRelease" ? "  n\(number)(\(label))" : "  n\(number)[\(label)]"
  }

  private func line(_ edge: Picture.Edge) -> String {
    switch edge.kind {
    case .applies: "  n\(edge.from) --> n\(edge.to)"
    case .waits: "  n\(edge.from) ==>|after| n\(edge.to)"
    case .reads: "  n\(edge.from) -.-> n\(edge.to)"
    }
  }

  /// Text inside a quoted label: letters, digits and the signs of names stay, all else becomes its number, so that no
  /// name can end the label or bring in markup. Labels are cut at a length that no name of Kubernetes has.
  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(300) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", " ": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
        result += "#65533;"
      default: result += "#\(scalar.value);"
      }
    }
    return result
  }

  /// A heading of Markdown: backquotes, and nothing in them that could end them or the line.
  private static func heading(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      default: scalar != "`"
      }
    }
    return "`\(String(String.UnicodeScalarView(kept)))`"
  }
}
