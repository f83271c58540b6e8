package import CommandFailures
import GitTrees
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
  package static func choose(for request: TreeRequest, _ checked: inout CheckedTree) throws(CommandFailure) -> BaseTree?
  {
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
      if isAsked { throw .noBase(name, error, remotes: repository.remoteNames) }
      // The commit can be checked all the same.
      checked.remarks.append("what the change does to the clusters is not checked: \(error.description)")
      return nil
    }
  }
}
