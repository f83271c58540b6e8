package import Manifests
package import SourceTrees

/// A repository that is read once, however many of its snapshots are looked at: the first tree is parsed as a whole, of
/// others what differs. What is built on a snapshot belongs to that, and goes with it.
package struct Session {
  /// The files of the first tree. Nothing is built on these: see `snapshot`.
  package let sources: SourceSet

  package init(_ tree: any SourceTree) async throws(SourceTreeError) {
    sources = try await SourceSet.load(tree)
    sources.parseListedFiles()
  }

  /// The files of another tree of the repository.
  ///
  /// - Parameter changed: paths that alone have another content there, where that is known; else blobs tell.
  package func snapshot(_ tree: any SourceTree, changed: Set<String>? = nil) throws(SourceTreeError) -> SourceSet {
    try sources.revision(tree, changed: changed)
  }
}
