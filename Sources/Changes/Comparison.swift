package import Facts
package import FluxGraph
package import Manifests
package import SourceText
package import YAMLSyntax

/// Two revisions of a repository, cluster by cluster. What is compared is what is applied, and by whom.
package struct Comparison: Sendable {
  /// That of both revisions.
  package let forest: Forest
  package let clusters: [ClusterChange]
  /// What clusters lose that the new revision does not show any more.
  package let lostEntries: [LostEntry]
  /// Files that are not the same in both, but have one path or, where one has gone and one has come, the same objects.
  package let changedFiles: [ChangedFile]
  package let values: Values

  /// A file before and after.
  package struct ChangedFile: Sendable {
    package var base: FileID
    package var new: FileID
  }

  /// - Parameters:
  ///   - base: the set that `SourceSet.revision(_:)` made of that of the new revision.
  ///   - isBuilt: whether a directory of the new revision builds an object; nil when it does not build.
  package init(
    base: [ClusterFacts], _ baseSources: SourceSet, new: [ClusterFacts], _ newSources: SourceSet,
    isBuilt: (ObjectID, _ directory: String) -> Bool?
  ) {
    forest = baseSources.forest
    let values = Values(baseSources, new: newSources)
    self.values = values
    changedFiles = Self.changedFiles(baseSources, newSources, values)
    func path(_ facts: ClusterFacts, _ sources: SourceSet) -> String {
      facts.cluster.entry.range.map { sources.path(of: $0.file) } ?? ""
    }
    var rest = Array(base.indices)
    var pairs: [(base: Int, new: Int)] = []
    // By the object and the file, then by the object and the folder; what `spec.path` says may be what was changed.
    // Where the files themselves went elsewhere, one path is still the same cluster: it may have lost them.
    let levels: [(ClusterFacts, SourceSet) -> [String?]?] = [
      { facts, sources in Self.name(of: facts).map { $0 + [path(facts, sources)] } },
      { facts, sources in Self.name(of: facts).map { $0 + [RelativePath.parent(of: path(facts, sources))] } },
      { facts, _ in Self.path(of: facts) },
      // The name may be what was changed, too.
      { facts, sources in Self.path(of: facts).map { ["renamed", path(facts, sources), $0.last ?? nil] } },
    ]
    var open = Array(new.indices)
    for level in levels {
      for number in open {
        guard let wanted = level(new[number], newSources),
          let index = rest.firstIndex(where: { level(base[$0], baseSources) == wanted })
        else { continue }
        pairs.append((rest.remove(at: index), number))
      }
      open.removeAll { number in pairs.contains { $0.new == number } }
    }
    clusters = pairs.sorted { $0.new < $1.new }.map { pair in
      let isEntryNew = baseSources.fileInRepository(at: path(new[pair.new], newSources)) == nil
      return ClusterChange(base: base[pair.base], new: new[pair.new], values, isEntryNew: isEntryNew)
    }
    lostEntries = rest.compactMap { LostEntry(base[$0], newSources, values, isBuilt: isBuilt) }
  }

  private static func changedFiles(_ base: SourceSet, _ new: SourceSet, _ values: Values) -> [ChangedFile] {
    func names(_ file: FileID) -> [ObjectID] {
      values.documents(of: file).compactMap { values.forest.objectID(ManifestObject(root: $0)) }
    }
    var changed: [ChangedFile] = []
    var gone: [[ObjectID]: FileID] = [:]
    for file in base.files {
      if let same = new.fileInRepository(at: file.path) {
        if same != file.id { changed.append(ChangedFile(base: file.id, new: same)) }
      } else {
        let names = names(file.id)
        if !names.isEmpty { gone[names] = file.id }
      }
    }
    guard !gone.isEmpty else { return changed }
    for file in new.files where base.fileInRepository(at: file.path) == nil {
      if let old = gone[names(file.id)] { changed.append(ChangedFile(base: old, new: file.id)) }
    }
    return changed
  }

  /// What an entry point is called; of a group without one, its directory. Nil for what may be of several clusters.
  private static func name(of facts: ClusterFacts) -> [String?]? {
    guard facts.cluster.isOneCluster else { return nil }
    guard facts.cluster.hasEntryPoint else { return ["", nil, facts.cluster.directory] }
    guard let entry = facts.cluster.kustomizations.first else { return nil }
    return ["entry", entry.namespace, entry.name]
  }

  /// What an entry point is called and the path that it builds; nil for a group without one.
  private static func path(of facts: ClusterFacts) -> [String?]? {
    guard facts.cluster.hasEntryPoint, let entry = facts.cluster.kustomizations.first else { return nil }
    return ["entry", entry.namespace, entry.name, entry.path]
  }
}

/// A cluster in two revisions.
package final class ClusterChange: Sendable {
  package let base: ClusterSide
  package let new: ClusterSide
  package let values: Values
  /// Whether the file that the cluster begins with is new.
  package let isEntryNew: Bool

  init(base: ClusterFacts, new: ClusterFacts, _ values: Values, isEntryNew: Bool = false) {
    self.base = ClusterSide(base, values)
    self.new = ClusterSide(new, values)
    self.values = values
    self.isEntryNew = isEntryNew
  }

  package var cluster: Cluster { new.cluster }

  /// What became of the objects, found out when a rule first asks.
  package var objects: ObjectChanges { changes { ObjectChanges(base: base, new: new, values) } }
  private let changes = Lazily<ObjectChanges>()
}
