package import SourceText

/// The map of a cluster as a tree for people: what applies what, in the order in which it becomes ready.
package struct GraphTree {
  private let map: ClusterMap
  private let place: (SourceRange) -> String
  private var linksFrom: [[GraphLink]]
  private var children: [[Int]]
  /// For each node in a circle, which circle and where in it.
  private var cycleOf: [Int: (cycle: Int, position: Int)] = [:]

  /// Details begin at one column, unless a name is longer than this.
  private static let widestLabel = 60
  private static let longestCircle = 10

  /// The lines of one cluster, a heading first.
  ///
  /// - Parameter place: `path:line` of a range.
  package static func lines(of map: ClusterMap, place: @escaping (SourceRange) -> String) -> [TextLine] {
    GraphTree(map, place: place).lines()
  }

  private init(_ map: ClusterMap, place: @escaping (SourceRange) -> String) {
    self.map = map
    self.place = place
    linksFrom = [[GraphLink]](repeating: [], count: map.nodes.count)
    for link in map.links { linksFrom[link.from].append(link) }
    children = [[Int]](repeating: [], count: map.nodes.count)
    for (number, node) in map.nodes.enumerated() where Self.isShown(node) {
      if let parent = node.parent { children[parent].append(number) }
    }
    for number in children.indices { children[number].sort { Self.sortKey(map, $0) < Self.sortKey(map, $1) } }
    for (number, cycle) in map.cycles.enumerated() {
      for (position, node) in cycle.enumerated() where cycleOf[node] == nil {
        cycleOf[node] = (number, position)
      }
    }
  }

  private static func isShown(_ node: GraphNode) -> Bool {
    if node.isHidden { return false }
    return node.build != nil || node.state == .found && (node.isSource || node.kind == "HelmRelease")
  }

  /// Sources first, then releases, then Kustomizations, both as they become ready.
  private static func sortKey(_ map: ClusterMap, _ number: Int) -> (Int, Int, String, Int) {
    let node = map.nodes[number]
    if node.isSource { return (0, 0, "\(node.kind) \(node.displayName)", number) }
    return (node.build == nil ? 1 : 2, node.order ?? .max, node.displayName, number)
  }

  // MARK: - Lines

  private struct Entry {
    var label: TextLine
    var detail: TextLine
  }

  private func lines() -> [TextLine] {
    var entries: [Entry] = []
    let roots = map.nodes.indices.filter { Self.isShown(map.nodes[$0]) && map.nodes[$0].parent == nil }
      .sorted { Self.sortKey(map, $0) < Self.sortKey(map, $1) }
    // A stack of its own: how deep Kustomizations apply each other is up to whoever wrote them.
    var open = roots.reversed().map { (node: $0, prefix: "", branch: "") }
    while let (node, prefix, branch) = open.popLast() {
      var label = TextLine(prefix + branch, .dim)
      append(node, to: &label)
      entries.append(Entry(label: label, detail: detail(of: node)))
      let below = branch.isEmpty ? "" : prefix + (branch == "└─ " ? "   " : "│  ")
      for (position, child) in children[node].enumerated().reversed() {
        open.append((child, below, position == children[node].count - 1 ? "└─ " : "├─ "))
      }
    }
    let column = entries.map(\.label.width).filter { $0 <= Self.widestLabel }.max() ?? 0
    return [heading]
      + entries.map { entry in
        var line = entry.label
        guard !entry.detail.spans.isEmpty else { return line }
        line.pad(to: column)
        line.add("  ")
        for span in entry.detail.spans { line.add(span.text, span.role) }
        return line
      }
  }

  private var heading: TextLine {
    var line = TextLine(map.displayName, .heading)
    var facts: [String] = []
    if map.entry == .none {
      facts.append("nothing in this repository says which cluster reads this")
    } else {
      facts.append(map.entry.rawValue)
      facts.append(map.release)
    }
    line.add("  " + facts.joined(separator: ", "), .dim)
    return line
  }

  private func append(_ number: Int, to line: inout TextLine) {
    let node = map.nodes[number]
    if let build = node.build {
      let isWrong = build.status == .failed || build.status == .missingPath || cycleOf[number] != nil
      line.add(name(of: number), isWrong ? .error : .name)
    } else {
      line.add(node.kind + " ", .dim)
      line.add(node.displayName)
    }
  }

  /// Without the namespace where it is that of the entry point.
  private func name(of number: Int) -> String {
    let node = map.nodes[number]
    return map.nodes.first?.namespace == node.namespace ? node.name : node.displayName
  }

  // MARK: - Details

  private func detail(of number: Int) -> TextLine {
    let node = map.nodes[number]
    var line = TextLine()
    func separate() { if !line.spans.isEmpty { line.add(", ", .dim) } }
    if let build = node.build {
      line.add(build.path.isEmpty ? "." : build.path)
      if build.status == .built || build.objectCount > 0 {
        separate()
        line.add(counted(build.objectCount, "object"), .dim)
      }
    } else if node.kind == "HelmRelease" {
      line.add([node.detail, node.version].compactMap(\.self).joined(separator: " "))
    } else {
      line.add([node.detail, node.version.map { "at \($0)" }].compactMap(\.self).joined(separator: " "), .dim)
    }
    for phrase in phrases(of: number) {
      separate()
      line.add(phrase.text, phrase.role)
    }
    // Without an entry point several may have one name.
    if map.entry == .none, node.build != nil, let range = node.range { line.add(" (\(place(range)))", .dim) }
    return line
  }

  /// Only the beginning of a long circle: each of its members says it.
  private func circle(_ cycle: [Int], from start: Int) -> String {
    let isWhole = cycle.count <= Self.longestCircle
    let shown = (0...(isWhole ? cycle.count : Self.longestCircle)).map { name(of: cycle[(start + $0) % cycle.count]) }
    let rest = isWhole ? "" : " -> ... (\(cycle.count) in all)"
    return "waits in a cycle: \(shown.joined(separator: " -> "))\(rest)"
  }

  private func phrases(of number: Int) -> [TextLine.Span] {
    let node = map.nodes[number]
    var phrases: [TextLine.Span] = []
    func say(_ text: String, _ role: TextLine.Role) { phrases.append(TextLine.Span(text: text, role: role)) }
    let links = linksFrom[number]
    // What is not decided must not look like what was found.
    func doubt(_ link: GraphLink) -> String { link.state == .unknown ? " (not checked)" : "" }
    let waits = links.filter { $0.kind == "dependsOn" && $0.state != .missing }.map { name(of: $0.to) + doubt($0) }
    if !waits.isEmpty { say("after \(waits.joined(separator: ", "))", .dim) }
    if node.kind == "HelmRelease", let link = links.first(where: { $0.kind == "sourceRef" || $0.kind == "chartRef" }),
      link.state != .missing
    {
      say("from \(map.nodes[link.to].kind) \(map.nodes[link.to].displayName)\(doubt(link))", .dim)
    }
    for link in links where link.state == .missing && !map.nodes[link.to].isOftenElsewhere {
      say("\(link.kind) names \(map.nodes[link.to].kind) \(map.nodes[link.to].displayName), which is missing", .error)
    }
    for link in links where link.isForbidden && link.state != .missing {
      say("\(link.kind) leads into namespace \(map.nodes[link.to].namespace ?? ""), which the lockdown forbids", .error)
    }
    if let (cycle, position) = cycleOf[number] { say(circle(map.cycles[cycle], from: position), .error) }
    guard let build = node.build else { return phrases }
    switch build.status {
    case .built: break
    case .failed: say("does not build" + (build.reason.map { ": \($0)" } ?? ""), .error)
    case .missingPath: say("no such path", .error)
    case .external: say("not built: " + (build.reason ?? "its files are elsewhere"), .warning)
    }
    if build.isSuspended { say("suspended", .warning) }
    if node.hiddenBelow > 0 { say("\(node.hiddenBelow) more below", .dim) }
    if build.isRemote { say("applied to another cluster", .dim) }
    return phrases
  }
}
