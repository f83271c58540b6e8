/// Paths whose content is not meant for a cluster.
package enum ApartPaths {
  private static let folders: Set<Substring> = [
    "docs", "doc", "test", "tests", "testdata", "fixtures", "e2e", "example", "examples", "sample", "samples",
    "vendor", "third_party", "node_modules", "template", "templates", "archive", "archived", ".archive", "deprecated",
  ]

  /// Whether a path is that of documentation, a test, a template or somebody else's code.
  package static func contains(_ path: String) -> Bool {
    let lower = path.lowercased()
    return lower.split(separator: "/").dropLast().contains { folders.contains($0) }
      || [".md", ".tpl", ".tmpl", ".j2", ".jinja2", ".example", ".sample"].contains(where: lower.hasSuffix)
  }
}
