package import RuleFiles

/// The table of charts that install definitions, `facts/charts.yaml`, checked.
package struct ChartFacts {
  private struct Row {
    var chart: String
    var groups: [String]
    var switches: [String]
    var isOnByDefault: Bool
    var isInFolder: Bool
  }

  private var rows: [Row] = []

  package init(path: String, text: String) throws(RuleFileError) {
    let root = try RuleDocument.root(path: path, bytes: Array(text.utf8), what: "the table")
    try root.expectKeys(required: ["charts"], optional: [])
    for reader in try root.maps("charts") {
      try reader.expectKeys(required: ["chart", "groups", "source"], optional: ["switches", "default", "folder"])
      let row = Row(
        chart: try reader.text("chart"), groups: try reader.texts("groups"), switches: try reader.texts("switches"),
        isOnByDefault: try reader.choice("default", [("on", true), ("off", false)], default: true),
        isInFolder: try reader.flag("folder", default: false))
      guard !row.groups.isEmpty else { throw reader.error("'groups' is empty", at: "groups") }
      guard try reader.text("source").hasPrefix("https://") else {
        throw reader.error("'source' is not a URL", at: "source")
      }
      if rows.contains(where: { $0.chart == row.chart }) {
        throw reader.error("there are two rows for '\(row.chart)'", at: "chart")
      }
      rows.append(row)
    }
  }

  /// The Swift file that the build plugin adds to `Facts`.
  package var swift: String {
    var text = "// Generated from facts/charts.yaml by rulegen.\n\nextension ChartDefinitions {\n"
    text += "  static let table: [String: Entry] = [\n"
    for row in rows {
      let switches = row.switches.map { SwiftEmitter.list($0.split(separator: ".").map(String.init)) }
      text += "    \(SwiftEmitter.literal(row.chart)): Entry(groups: \(SwiftEmitter.list(row.groups)), "
      text += "switches: [\(switches.joined(separator: ", "))], isOnByDefault: \(row.isOnByDefault), "
      text += "isInFolder: \(row.isInFolder)),\n"
    }
    return text + "  ]\n}\n"
  }
}
