import Changes
import Facts
import FluxGraph
import GitTrees
import Manifests
import RuleEngine
package import SourceTrees

/// The tree of the revision that another one is compared with.
package struct BaseTree: Sendable {
  package var tree: any SourceTree
  /// Whether findings that it has already are older ones, which decide nothing.
  package var decides: Bool

  package init(_ tree: any SourceTree, decides: Bool = true) {
    self.tree = tree
    self.decides = decides
  }

  /// What a request names, or what a commit that is about to be made grows on; nil when there is neither.
  static func choose(for request: CheckRequest, _ checked: inout CheckedTree) throws(CommandFailure) -> BaseTree? {
    guard let repository = checked.repository else {
      if request.base != nil { throw .noRepository(path: request.path ?? ".", option: "--base") }
      return nil
    }
    let name: String
    switch (request.base, request.snapshot) {
    case (let base?, _): name = base
    case (nil, .staged): name = "HEAD.."
    case (nil, _): return nil
    }
    let isAsked = request.base != nil
    do throws(GitError) {
      let commit =
        if case .revision(let checked) = request.snapshot {
          try repository.base(name, of: checked)
        } else {
          try repository.base(name, of: "HEAD")
        }
      // A branch without a commit is like a repository without a file.
      guard let commit else { return isAsked ? BaseTree(InMemoryTree(files: [:])) : nil }
      return BaseTree(try repository.commit(commit), decides: isAsked)
    } catch {
      if isAsked { throw .noBase(name, error) }
      // The commit can be checked all the same.
      checked.remarks.append("what the change does to the clusters is not checked: \(error.description)")
      return nil
    }
  }

  /// What is wrong with a base, and the command that fetches it.
  static func message(_ name: String, _ error: GitError) -> String {
    guard case .unknownRevision(_, let similar) = error, similar.isEmpty else { return error.description }
    let revision = name.hasSuffix("..") ? name.dropLast(2) : name[...]
    let parts = revision.split(separator: "/", maxSplits: 1)
    let isOfRemote = parts.count == 2 && parts[0] != "refs"
    let remote = isOfRemote ? parts[0] : "origin"
    let branch = (isOfRemote ? parts[1] : revision).prefix { $0 != "~" && $0 != "^" && $0 != "@" }
    let isName = branch.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
        || "/._-+".utf8.contains($0)
    }
    guard isName, !branch.isEmpty else { return error.description }
    return "\(error.description); if it is elsewhere, fetch it with: git fetch \(remote) \(branch)"
  }
}

/// A revision that another one is compared with, read and built as far as it differs.
struct BaseRevision {
  /// What rules look at there; nil when it is the same tree.
  var model: RepositoryModel?
  var comparison: Comparison?
  var decides: Bool

  /// - Parameters:
  ///   - builder: what has built the new revision, whose configuration holds for both.
  ///   - model: that of the new revision.
  ///   - suppressions: what suppresses findings in a revision.
  init(
    _ base: BaseTree, of builder: GraphBuilder, _ model: RepositoryModel, locations: RuleLocations,
    suppressions: (SourceSet) -> Suppressions
  ) async throws(SourceTreeError) {
    decides = base.decides
    let sources = try builder.sources.revision(base.tree)
    let changed = builder.sources.changedPaths(since: sources)
    if changed.isEmpty { return }
    if let (file, reason) = sources.unread.first(where: { $0.value.isFailure }) {
      throw .unreadable(path: sources.path(of: file), reason: reason.reason)
    }
    var builder = builder.builder(for: sources, changed: changed)
    let graph = await builder.build()
    var old = RepositoryModel(
      sources: builder.sources, graph: graph, fallback: model.fallback,
      suppressions: suppressions(builder.sources))
    old.ruleMistakes = UserRules(builder.sources, at: locations).mistakes
    old.keyFiles = KeyFile.all(in: builder.sources)
    old.lostDefaults = LostDefaults(builder.sources)
    old.schemaDirectories = model.schemaDirectories
    old.unreadMarkers = Linter.unreadMarkers(old)
    self.model = old
    comparison = Comparison(base: old.clusters, old.sources, new: model.clusters, model.sources)
  }
}
