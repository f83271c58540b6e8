import RuleEngine

/// Whether a directory that nothing in the repository applies is meant for a cluster: a template, an example or a test
/// does not build as it lies there, and nobody minds.
struct DirectoryPurpose {
  private let model: RepositoryModel
  /// What Git leaves out of the repository; made when first asked for.
  private var ignored: SourceIgnore?

  init(_ model: RepositoryModel) { self.model = model }

  /// Whether an error says little: the directory, or the file at fault, is no manifest yet.
  mutating func isHarmless(_ error: BuildError, of kustomization: FluxKustomization) -> Bool {
    guard kustomization.isDirectory else { return false }
    let sources = model.sources
    let paths = [kustomization.path] + (error.range.map { [sources.path(of: $0.file)] } ?? [])
    if paths.contains(where: { Self.isAside($0) || isInChart($0) }) { return true }
    guard let range = error.range else { return false }
    return sources.bytes(of: range.file).contains("{{".utf8) || error.kind == .fileMissing && isIgnored(range)
  }

  /// Folders of examples, tests and templates, by their names.
  private static func isAside(_ path: String) -> Bool {
    path.split(separator: "/").contains { part in
      names.contains(part.lowercased()) || part.contains("{{")
    }
  }

  private static let names: Set<String> = [
    "example", "examples", "sample", "samples", "doc", "docs", "test", "tests", "testdata", "e2e", "template",
    "templates", "fixtures",
  ]

  private func isInChart(_ path: String) -> Bool {
    var directory = path
    while !directory.isEmpty {
      if model.sources.entry(at: "\(directory)/Chart.yaml") != nil { return true }
      directory = RelativePath.parent(of: directory)
    }
    return false
  }

  /// Whether an entry names a file that `.gitignore` keeps out: somebody makes it before the build.
  private mutating func isIgnored(_ entry: SourceRange) -> Bool {
    let sources = model.sources
    let bytes = sources.bytes(of: entry.file)
    guard Int(entry.upperBound) <= bytes.count else { return false }
    let written = String(decoding: bytes[Int(entry.lowerBound)..<Int(entry.upperBound)], as: UTF8.self)
    let text = written.split(separator: "=").last.map(String.init) ?? written
    guard
      let path = RelativePath.join(
        RelativePath.parent(of: sources.path(of: entry.file)), String(text.filter { !"\"'".contains($0) }))
    else { return false }
    let rules = ignored ?? Self.gitIgnore(of: sources)
    ignored = rules
    return rules.ignores(path)
  }

  private static func gitIgnore(of sources: SourceSet) -> SourceIgnore {
    let files = sources.filesOfRepository(below: "").filter { RelativePath.name(of: $0.path) == ".gitignore" }
    return SourceIgnore(
      files: files.map { (directory: RelativePath.parent(of: $0.path), text: (try? $0.read()) ?? []) })
  }
}
