internal import CLibGit2

extension GitRepository {
  /// The commit that something is compared with: the last one that it has in common with `revision`.
  ///
  /// - Parameters:
  ///   - revision: what `git rev-parse` takes for a commit. With `..` behind it, it is the one that is meant.
  ///   - checked: the commit that is compared, or that the index and the work tree grow on: `HEAD`.
  /// - Returns: its id or, with `..`, the revision as given; nil when `revision` is HEAD and there is no commit yet.
  /// - Throws: what `commit(_:)` throws, and `.noMergeBase` when the two have no commit in common, as far as is known here.
  package func base(_ revision: String, of checked: String) throws(GitError) -> String? {
    do throws(GitError) {
      if revision.hasSuffix("..") { return try existing(String(revision.dropLast(2))) }
      let handle = try open()
      guard let one = try LibGit2.verifyingHashes({ () throws(GitError) in try commit(existing(revision), in: handle) })
      else {
        // A tree has no history.
        return revision
      }
      // Nothing that is checked grows on a branch without a commit.
      guard try !isUnborn() || checked != "HEAD",
        let other = try LibGit2.verifyingHashes({ () throws(GitError) in try commit(checked, in: handle) })
      else { return revision }
      return try Self.mergeBase(one, other, in: handle, named: revision)
    } catch .unbornHead(let branch) {
      // Only a branch that has no commit is like an empty tree. `HEAD~1` there is a slip.
      let name = revision.hasSuffix("..") ? String(revision.dropLast(2)) : revision
      if name == "HEAD" || name == "@" { return nil }
      throw .unbornHead(branch: branch)
    }
  }

  private func existing(_ revision: String) throws(GitError) -> String {
    try RepositoryFiles.check(references: revision, gitDirectory: gitDirectory, commonDirectory: commonDirectory)
    _ = try find(revision, in: try open())
    return revision
  }

  /// The id of the commit that a revision is or leads to; nil for a tree.
  private func commit(
    _ revision: String, in repository: borrowing Handle<RepositoryKind>
  ) throws(GitError) -> git_oid? {
    let object = try find(revision, in: repository)
    do {
      let commit = try Handle<ObjectKind>("find the commit") { git_object_peel($0, object.pointer, GIT_OBJECT_COMMIT) }
      return git_object_id(commit.pointer)?.pointee
    } catch .library(let failure)
      where failure.code == GIT_EPEEL.rawValue || failure.code == GIT_EINVALIDSPEC.rawValue
    {
      return nil
    }
  }

  private static func mergeBase(
    _ one: git_oid, _ other: git_oid, in repository: borrowing Handle<RepositoryKind>, named revision: String
  ) throws(GitError) -> String {
    var (one, other, base) = (one, other, git_oid())
    do {
      try LibGit2.call("find what '\(revision)' has in common with what is checked") {
        git_merge_base(&base, repository.pointer, &one, &other)
      }
    } catch .library(let failure) {
      // In a shallow clone it may fail at the first commit that is not here as well.
      let isShallow = git_repository_is_shallow(repository.pointer) == 1
      guard isShallow || failure.code == GIT_ENOTFOUND.rawValue else { throw .library(failure) }
      throw .noMergeBase(revision, isShallow: isShallow)
    }
    return hexadecimal(&base)
  }
}
