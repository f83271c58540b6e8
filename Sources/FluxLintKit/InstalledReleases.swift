import FluxGraph
import FluxModel
import Manifests
import Migration
import SourceText
import SourceTrees
import YAMLSyntax

/// The releases of Flux that a repository installs, as far as it says so itself.
struct InstalledReleases {
  private struct Release: Hashable {
    var version: FluxVersion
    /// The file that says so.
    var path: String
  }

  private var releases: [Release] = []

  init(_ sources: SourceSet) {
    for file in sources.files {
      let release =
        RelativePath.name(of: file.path) == "gotk-components.yaml"
        ? sources.release(ofComponents: file.id) : Self.instance(file, sources)
      if let release { releases.append(Release(version: release.version, path: file.path)) }
    }
  }

  /// That of a FluxInstance.
  private static func instance(_ file: ManifestFile, _ sources: SourceSet) -> InstalledRelease? {
    let forest = sources.forest
    for document in sources.documents(of: file.id) {
      guard let kind = forest.value(document.root, "kind"), forest.hasText(kind, "FluxInstance"),
        let spec = forest.value(document.root, "spec")
      else { continue }
      if let found = forest.release(ofInstance: spec) { return found }
    }
    return nil
  }

  /// A sentence for each release that does not serve a version which `changes` bring.
  func remarks(on changes: [(original: [UInt8], content: [UInt8])], target: MigrationTarget) -> [String] {
    let older = Set(releases.filter { $0.version < target.release && $0.version.major == 2 })
    guard !changes.isEmpty, !older.isEmpty else { return [] }
    let new = changes.reduce(into: Set<APIVersionLifecycle>()) { versions, change in
      versions.formUnion(Self.versions(in: change.content).subtracting(Self.versions(in: change.original)))
    }
    return older.sorted { TreePath.precedes($0.path, $1.path) }.compactMap { release in
      let unknown = new.filter { $0.introduced > release.version.minor }
      return unknown.min { ($0.group, $0.kind) < ($1.group, $1.kind) }.map {
        "'\(release.path)' installs Flux \(release.version), which does not serve '\($0.apiVersion)' \($0.kind);"
          + " upgrade Flux first, or give --to \(release.version)"
      }
    }
  }

  /// The versions of the kinds of Flux that the documents of a text have.
  private static func versions(in bytes: [UInt8]) -> Set<APIVersionLifecycle> {
    let tree = YAMLParser.parse(bytes, file: FileID(0), tree: 0)
    let documents = tree.documents
    let forest = Forest(trees: [tree])
    return Set(
      documents.compactMap { document in
        guard let kind = forest.value(document.root, "kind") else { return nil }
        let (group, version) = forest.groupVersion(ManifestObject(root: document.root))
        return APIVersions.lifecycle(group: group, kind: forest.text(kind), version: version)
      })
  }
}
