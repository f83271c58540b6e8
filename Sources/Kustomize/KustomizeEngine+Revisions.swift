package import Manifests
import SourceText
import TextMatching

// Most builds of another revision read nothing that changed, and are those of this one.
extension KustomizeEngine {
  /// Whether what builds give is kept for another revision.
  package var keepsResults: Bool {
    get { keptResults != nil }
    set { keptResults = newValue ? keptResults ?? [:] : nil }
  }

  /// An engine for another revision, with the builds that are the same there.
  ///
  /// - Parameters:
  ///   - other: the set that the one of this engine made for the other revision.
  ///   - changed: every path that is not the same in both.
  package func engine(for other: SourceSet, changed: Set<String>) -> KustomizeEngine {
    var engine = KustomizeEngine(sources: other)
    guard let keptResults, !isFarReaching(changed, other) else { return engine }
    var readers = Readers(sources, other, changed)
    engine.keptResults = keptResults.filter { request, result in
      request.artifactRoot.isEmpty && result.errors.isEmpty && result.notBuilt.isEmpty
        && !readers.isConcerned(request.directory, result.files)
    }
    return engine
  }

  /// Whether builds may read what changed from anywhere: by a path, by being there, or by what the artifact leaves out.
  private func isFarReaching(_ changed: Set<String>, _ other: SourceSet) -> Bool {
    for path in changed {
      let name = RelativePath.name(of: path)
      if name == ".sourceignore" { return true }
      let isNew = sources.entry(at: path) == nil || other.entry(at: path) == nil
      if isNew, KustomizationFile.isOne(path) { return true }
    }
    let names = Set(changed.map { RelativePath.name(of: $0) }).map { Array("/\($0)".utf8) }
    func mayName(_ file: ManifestFile, _ set: SourceSet) -> Bool {
      guard KustomizationFile.isOne(file.path) else { return false }
      let bytes = set.bytes(of: file.id)
      return names.contains { bytes.contains(subsequence: $0) }
    }
    return sources.files.contains { mayName($0, sources) }
      || other.files.contains { changed.contains($0.path) && mayName($0, other) }
  }

  /// Which builds read what changed.
  private struct Readers {
    private let sources: SourceSet
    private let changed: Set<String>
    private let gone: Set<FileID>
    /// Whether something changed in or below the directory of a file.
    private var isNear: [FileID: Bool] = [:]

    init(_ sources: SourceSet, _ other: SourceSet, _ changed: Set<String>) {
      self.sources = sources
      self.changed = changed
      gone = Set(sources.files.map(\.id)).subtracting(other.files.map(\.id))
    }

    mutating func isConcerned(_ directory: String, _ files: Set<FileID>) -> Bool {
      if !files.isDisjoint(with: gone) || hasChange(in: directory) { return true }
      for file in files {
        if let known = isNear[file] {
          if known { return true }
          continue
        }
        let isNear = hasChange(in: RelativePath.parent(of: sources.path(of: file)))
        self.isNear[file] = isNear
        if isNear { return true }
      }
      return false
    }

    private func hasChange(in directory: String) -> Bool {
      changed.contains { RelativePath.isPath($0, inside: directory) }
    }
  }
}
