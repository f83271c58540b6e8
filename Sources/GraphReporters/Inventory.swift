package import SourceText

/// What is in a repository, in numbers and lists.
package struct Inventory: Sendable {
  package var map: GraphMap
  /// Files with YAML, and how many of them some cluster reads.
  package var fileCount: Int
  package var readFileCount: Int
  /// Objects that the clusters get, and those that no entry point applies.
  package var objectCount: Int
  package var leftOutObjectCount: Int

  package init(map: GraphMap, fileCount: Int, readFileCount: Int, objectCount: Int, leftOutObjectCount: Int) {
    self.map = map
    self.fileCount = fileCount
    self.readFileCount = readFileCount
    self.objectCount = objectCount
    self.leftOutObjectCount = leftOutObjectCount
  }

  /// - Parameter place: `path:line` of a range.
  package func lines(place: @escaping (SourceRange) -> String) -> [TextLine] {
    var lines = [summary]
    for cluster in map.clusters {
      lines.append(TextLine())
      lines += InventoryOfCluster(cluster, place: place).lines()
    }
    return lines
  }

  private var summary: TextLine {
    let clusters = map.clusters.filter { $0.entry != .none }
    let nodes = map.clusters.flatMap(\.nodes).filter { $0.state == .found }
    let leftOut = leftOutObjectCount > 0 ? " and \(leftOutObjectCount) that no entry point applies" : ""
    var line = TextLine(counted(clusters.count, "cluster"), .heading)
    let facts = [
      counted(nodes.count { $0.build != nil }, "Kustomization"),
      counted(nodes.count { $0.kind == "HelmRelease" }, "release"),
      counted(nodes.count(where: \.isSource), "source"), counted(objectCount, "object") + leftOut,
      "\(readFileCount) of \(counted(fileCount, "file")) read",
    ]
    line.add(", " + facts.joined(separator: ", "))
    return line
  }
}

/// The part of an inventory that is about one cluster.
private struct InventoryOfCluster {
  let cluster: ClusterMap
  let place: (SourceRange) -> String

  private static let shownKinds = 8
  private static let shownGaps = 20

  init(_ cluster: ClusterMap, place: @escaping (SourceRange) -> String) {
    self.cluster = cluster
    self.place = place
  }

  func lines() -> [TextLine] {
    let found = cluster.nodes.filter { $0.state == .found && !$0.isHidden }
    var lines = [heading]
    if let kinds { lines.append(kinds) }
    lines += table("Kustomizations", found.filter { $0.build != nil }) { node in
      let build = node.build
      return [
        (node.displayName, .name), (build.map { $0.path.isEmpty ? "." : $0.path } ?? "", .plain),
        (build.flatMap { $0.status == .built ? counted($0.objectCount, "object") : nil } ?? "", .dim),
        Self.status(of: node),
      ]
    }
    lines += table("HelmReleases", found.filter { $0.kind == "HelmRelease" }) { node in
      [(node.displayName, .name), (node.detail ?? source(of: node), .plain), (node.version ?? "", .dim)]
    }
    lines += table("Sources", found.filter(\.isSource)) { node in
      [(node.kind, .dim), (node.displayName, .name), (node.detail ?? "", .plain), (node.version ?? "", .dim)]
    }
    lines += notChecked()
    return lines
  }

  private var heading: TextLine {
    var line = TextLine(cluster.displayName, .heading)
    if cluster.entry == .none {
      line.add("  nothing in this repository says which cluster reads this", .dim)
      return line
    }
    let release = cluster.release + (cluster.isVersionAssumed ? ", for nothing says which" : "")
    line.add("  \(cluster.entry.rawValue)\(cluster.entryRange.map { " at \(place($0))" } ?? ""), \(release)", .dim)
    return line
  }

  /// The kinds of which there are most.
  private var kinds: TextLine? {
    guard cluster.objectCount > 0 else { return nil }
    let sorted = cluster.kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var names = sorted.prefix(Self.shownKinds).map { "\($0.value) \($0.key)" }
    let rest = sorted.dropFirst(Self.shownKinds)
    if !rest.isEmpty {
      names.append("\(counted(rest.reduce(0) { $0 + $1.value }, "object")) of \(counted(rest.count, "other kind"))")
    }
    var line = TextLine("  " + counted(cluster.objectCount, "object"))
    line.add(": " + names.joined(separator: ", "), .dim)
    return line
  }

  private static func status(of node: GraphNode) -> (String, TextLine.Role) {
    guard let build = node.build else { return ("", .plain) }
    switch build.status {
    case .built: return build.isSuspended ? ("suspended", .warning) : ("", .plain)
    case .failed: return ("does not build" + (build.reason.map { ": \($0)" } ?? ""), .error)
    case .missingPath: return ("no such path", .error)
    case .external: return ("not built: " + (build.reason ?? "its files are elsewhere"), .warning)
    }
  }

  /// What a release takes its chart from, where the chart has no name of its own.
  private func source(of node: GraphNode) -> String {
    guard let number = cluster.nodes.firstIndex(where: { $0.id == node.id }),
      let link = cluster.links.first(where: { $0.from == number && ($0.kind == "chartRef" || $0.kind == "sourceRef") })
    else { return "" }
    return "\(cluster.nodes[link.to].kind) \(cluster.nodes[link.to].displayName)"
  }

  /// Rows with aligned columns below a title; nothing without rows.
  private func table(
    _ title: String, _ nodes: [GraphNode], _ row: (GraphNode) -> [(text: String, role: TextLine.Role)]
  ) -> [TextLine] {
    guard !nodes.isEmpty else { return [] }
    let rows = nodes.sorted { ($0.kind, $0.displayName) < ($1.kind, $1.displayName) }.map(row)
    var widths = [Int](repeating: 0, count: rows[0].count)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = min(60, max(widths[column], cell.text.unicodeScalars.count))
      }
    }
    return [TextLine("  \(title) (\(nodes.count))")]
      + rows.map { row in
        var line = TextLine("    ")
        var column = 4
        for (number, cell) in row.enumerated() where !cell.text.isEmpty {
          line.pad(to: column + widths[..<number].reduce(0) { $0 + ($1 == 0 ? 0 : $1 + 2) })
          line.add(cell.text, cell.role)
          if cell.text.unicodeScalars.count > widths[number] {
            column += cell.text.unicodeScalars.count - widths[number]
          }
        }
        return line
      }
  }

  private func notChecked() -> [TextLine] {
    guard !cluster.gaps.isEmpty else { return [] }
    var lines = [TextLine("  Not checked (\(cluster.gaps.count))")]
    for gap in cluster.gaps.prefix(Self.shownGaps) {
      var line = TextLine("    " + gap.reason)
      if let range = gap.range { line.add(" (\(place(range)))", .dim) }
      lines.append(line)
    }
    if cluster.gaps.count > Self.shownGaps {
      lines.append(TextLine("    and \(counted(cluster.gaps.count - Self.shownGaps, "more reason"))", .dim))
    }
    return lines
  }
}
