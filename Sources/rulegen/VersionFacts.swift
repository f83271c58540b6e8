package import RuleFiles

/// The table of API versions, `facts/api-versions.yaml`, checked.
package struct VersionFacts {
  /// A minor release of Flux.
  package struct Release: Comparable {
    package var major: Int
    package var minor: Int

    init?(_ text: String) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
      self.major = major
      self.minor = minor
    }

    package static func < (lhs: Release, rhs: Release) -> Bool { (lhs.major, lhs.minor) < (rhs.major, rhs.minor) }
  }

  package struct Version {
    package var name: String
    package var introduced: Release?
    package var deprecated: Release?
    package var removed: Release?
  }

  package struct Row {
    package var group: String
    package var kinds: [String]
    /// The `apiVersion` of another group that took its place.
    package var successor: String?
    package var versions: [Version]
  }

  package var first: Release
  package var lastPreview: Release
  package var newest: Release
  package var rows: [Row]
  /// Kinds whose versions do not go with the releases of Flux.
  package var others: [Row]

  package init(path: String, text: String) throws(RuleFileError) {
    let root = try RuleDocument.root(path: path, bytes: Array(text.utf8), what: "the table")
    try root.expectKeys(required: ["sources", "releases", "kinds", "others"], optional: [])
    for source in try root.maps("sources") { try source.expectKeys(required: ["title", "source"], optional: []) }
    let releases = try root.map("releases")
    try releases.expectKeys(required: ["first", "lastPreview", "newest"], optional: [])
    first = try Self.release("first", of: releases)
    lastPreview = try Self.release("lastPreview", of: releases)
    newest = try Self.release("newest", of: releases)
    rows = []
    for reader in try root.maps("kinds") { rows.append(try Self.row(reader)) }
    others = []
    for reader in try root.maps("others") { others.append(try Self.row(reader)) }
    for (row, reader) in zip(rows, try root.maps("kinds")) {
      for version in row.versions {
        let releases = [version.introduced, version.deprecated, version.removed].compactMap(\.self)
        guard releases == releases.sorted(), releases.allSatisfy({ first <= $0 && $0 <= newest }) else {
          throw reader.error("'\(version.name)' has releases out of order, or such as there are not", at: "versions")
        }
      }
    }
  }

  private static func release(_ key: String, of reader: FieldReader) throws(RuleFileError) -> Release {
    guard let release = Release(try reader.text(key)) else {
      throw reader.error("'\(key)' is no release like \"2.9\"", at: key)
    }
    return release
  }

  private static func row(_ reader: FieldReader) throws(RuleFileError) -> Row {
    try reader.expectKeys(required: ["group", "kinds", "versions"], optional: ["successor"])
    let kinds = try reader.texts("kinds")
    guard !kinds.isEmpty else { throw reader.error("'kinds' is empty", at: "kinds") }
    var versions: [Version] = []
    for version in try reader.maps("versions") {
      try version.expectKeys(required: ["name"], optional: ["introduced", "deprecated", "removed"])
      func optional(_ key: String) throws(RuleFileError) -> Release? {
        version.has(key) ? try release(key, of: version) : nil
      }
      versions.append(
        Version(
          name: try version.text("name"), introduced: try optional("introduced"),
          deprecated: try optional("deprecated"), removed: try optional("removed")))
    }
    let hasSuccessor = reader.has("successor")
    return Row(
      group: try reader.text("group"), kinds: kinds, successor: hasSuccessor ? try reader.text("successor") : nil,
      versions: versions)
  }

  /// The Swift file that the build plugin adds to `FluxModel`.
  package var swift: String {
    var text = "// Generated from facts/api-versions.yaml by rulegen.\n\nextension APIVersions {\n"
    text += "  /// The oldest release with the kinds of the table.\n"
    text += "  package static let firstRelease = \(Self.literal(first))\n"
    text += "  /// The last release before 2.0.\n"
    text += "  package static let lastPreview = \(Self.literal(lastPreview))\n"
    text += "  /// The newest release that this table knows.\n"
    text += "  package static let newestRelease = \(Self.literal(newest))\n"
    for (name, rows) in [("rows", rows), ("otherRows", others)] {
      text += "\n  static let \(name): [Row] = [\n"
      for row in rows {
        let kinds = row.kinds.map(SwiftEmitter.literal).joined(separator: ", ")
        let successor = row.successor.map(SwiftEmitter.literal) ?? "nil"
        text += "    Row(\(SwiftEmitter.literal(row.group)), [\(kinds)], successor: \(successor), ["
        text += row.versions.map(Self.literal).joined(separator: ", ") + "]),\n"
      }
      text += "  ]\n"
    }
    return text + "}\n"
  }

  private static func literal(_ release: Release) -> String {
    "FluxVersion(major: \(release.major), minor: \(release.minor))"
  }

  private static func literal(_ version: Version) -> String {
    let releases = [version.introduced, version.deprecated, version.removed].map { $0.map(literal) ?? "nil" }
    return "Version(\(SwiftEmitter.literal(version.name)), \(releases.joined(separator: ", ")))"
  }
}
