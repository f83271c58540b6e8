import FluxGraph
import GitTrees
import Manifests
import RuleEngine
import SourceTrees

/// Other repositories on this machine, as `sources` of the configuration names them.
enum Checkouts {
  /// Reads each and puts its files into `sources`. One that cannot be read is noted: what comes from there stays unknown.
  ///
  /// - Parameter top: the directory of the repository, without links; nil when it is nowhere on disk.
  static func add(_ checkouts: [RepositoryCheckout], nextTo top: String?, to sources: SourceSet) async {
    for checkout in checkouts {
      do {
        let other = try await SourceSet.load(tree(of: checkout, nextTo: top))
        try sources.addCheckout(other, url: RepositoryURL.normalized(checkout.url), path: checkout.path)
      } catch {
        let reason = if case .unreadable(_, let reason) = error { reason } else { error.reason }
        sources.note(TreeNotice(path: Configuration.path, reason: "'\(checkout.path)' is not read: \(reason)"))
      }
    }
  }

  /// The files of one.
  static func tree(
    of checkout: RepositoryCheckout, nextTo top: String?
  ) throws(SourceTreeError) -> any SourceTree {
    guard let top, let real = realPath(of: top + "/" + checkout.path) else {
      throw .unreadable(path: checkout.path, reason: "there is no such directory")
    }
    // A link must not lead away from the neighbours.
    let neighbours = RelativePath.parent(of: top) + "/"
    guard real.hasPrefix(neighbours), real != top else {
      throw .unreadable(path: checkout.path, reason: "it is not next to this repository")
    }
    guard let repository = try? GitRepository.discover(from: real, environment: [:]), repository.topLevel == real else {
      return try DirectoryTree(path: real)
    }
    do throws(GitError) {
      return try repository.workTree()
    } catch {
      throw .unreadable(path: checkout.path, reason: error.description)
    }
  }
}
