internal import CLibGit2
package import SourceTrees

extension GitRepository {
  /// The tree of a commit.
  ///
  /// - Parameter revision: What `git rev-parse` takes for a commit or tree: a branch, tag, full or abbreviated id,
  ///   `HEAD~2`, `main:apps`. Tags are followed to what they point at.
  /// - Throws: `GitError.unknownRevision`, `.ambiguousRevision`, `.notATree`, or `.unbornHead` when there is no commit.
  package func commit(_ revision: String) throws(GitError) -> some SourceTree {
    try PackIndex.check(in: objectDirectory)
    try RepositoryFiles.check(references: revision, gitDirectory: gitDirectory, commonDirectory: commonDirectory)
    let handle = try open()
    let object = try LibGit2.verifyingHashes { () throws(GitError) in try find(revision, in: handle) }
    let top = try LibGit2.verifyingHashes { () throws(GitError) in try Self.tree(of: object, named: revision) }
    var listing = TreeListing()
    do throws(GitError) {
      try Self.list(top, prefix: "", depth: 1, in: handle, into: &listing)
    } catch .library(let failure) where failure.code == GIT_ENOTFOUND.rawValue {
      throw .missingObjects(revision: revision)
    }
    let commit = try Self.commit(of: object)
    return ObjectTree(
      revision: .commit(commit?.id ?? Self.id(of: top)), listing: listing, repository: self, commitTime: commit?.time)
  }

  func find(
    _ revision: String, in repository: borrowing Handle<RepositoryKind>
  ) throws(GitError) -> Handle<ObjectKind> {
    // libgit2 knows `@` for HEAD only by itself and before a brace.
    let isShort = ["@~", "@^", "@:"].contains(where: revision.hasPrefix)
    let spelled = isShort ? "HEAD" + revision.dropFirst() : revision
    guard try Self.hasLog(for: spelled, in: repository) else { throw .unknownRevision(revision, similar: []) }
    do {
      return try Handle("find the revision '\(revision)'") {
        git_revparse_single($0, repository.pointer, spelled)
      }
    } catch .library(let failure) {
      switch failure.code {
      case GIT_EAMBIGUOUS.rawValue: throw .ambiguousRevision(revision)
      case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EUNBORNBRANCH.rawValue: break
      default: throw .library(failure)
      }
      if revision.hasPrefix("HEAD") || revision.hasPrefix("@"), let branch = try Self.unbornBranch(of: repository) {
        throw .unbornHead(branch: branch)
      }
      try RepositoryFiles.check(allReferencesIn: commonDirectory)
      let similar = try Self.namesSimilar(to: revision, in: repository)
      if similar.isEmpty, git_repository_is_shallow(repository.pointer) == 1 { throw .notInShallowClone(revision) }
      throw .unknownRevision(revision, similar: similar)
    }
  }

  /// Whether there is a log to look up `main@{1}` in; true for what asks for none. libgit2 makes a log that is missing,
  /// and what only reads a repository must not write to it.
  private static func hasLog(
    for revision: String, in repository: borrowing Handle<RepositoryKind>
  ) throws(GitError) -> Bool {
    guard let at = revision.firstRange(of: "@{") else { return true }
    let selector = revision[at.upperBound...].prefix { $0 != "}" }
    if ["u", "upstream", "push"].contains(selector.lowercased()) { return true }
    let name = String(revision[..<at.lowerBound])
    // `@{-1}` is looked up in the log of HEAD, `@{1}` in that of its branch.
    var names = name.isEmpty ? ["HEAD"] : []
    let reference: Handle<ReferenceKind>
    do {
      reference = try Handle("find the reference '\(name)'") {
        name.isEmpty || name == "HEAD"
          ? git_reference_lookup($0, repository.pointer, "HEAD") : git_reference_dwim($0, repository.pointer, name)
      }
    } catch { return false }
    if let own = git_reference_name(reference.pointer) { names.append(String(cString: own)) }
    if name.isEmpty, let target = git_reference_symbolic_target(reference.pointer) {
      names.append(String(cString: target))
    }
    return names.allSatisfy { git_reference_has_log(repository.pointer, $0) == 1 }
  }

  private static func tree(of object: borrowing Handle<ObjectKind>, named revision: String) throws(GitError) -> Handle<
    TreeKind
  > {
    do {
      return try Handle("find the tree of '\(revision)'") { git_object_peel($0, object.pointer, GIT_OBJECT_TREE) }
    } catch .library(let failure)
      where failure.code == GIT_EPEEL.rawValue || failure.code == GIT_EINVALIDSPEC.rawValue
    {
      throw .notATree(revision)
    } catch .library where [GIT_OBJECT_COMMIT, GIT_OBJECT_TAG].contains(git_object_type(object.pointer)) {
      throw .missingObjects(revision: revision)
    }
  }

  /// The branch that HEAD names, nil when it has a commit.
  private static func unbornBranch(of repository: borrowing Handle<RepositoryKind>) throws(GitError) -> String? {
    guard try LibGit2.call("read HEAD", { git_repository_head_unborn(repository.pointer) }) == 1 else { return nil }
    let head = try Handle<ReferenceKind>("read HEAD") { git_reference_lookup($0, repository.pointer, "HEAD") }
    let name = git_reference_symbolic_target(head.pointer).map { String(cString: $0) } ?? "HEAD"
    return ReferenceName.short(name)
  }

  /// Nil for a tree that is named by itself.
  private static func commit(
    of object: borrowing Handle<ObjectKind>
  ) throws(GitError) -> (id: String, time: Int64)? {
    do {
      let commit = try Handle<ObjectKind>("find the commit") { git_object_peel($0, object.pointer, GIT_OBJECT_COMMIT) }
      return git_object_id(commit.pointer).map { (hexadecimal($0), git_commit_time(commit.pointer)) }
    } catch .library(let failure)
      where failure.code == GIT_EPEEL.rawValue || failure.code == GIT_EINVALIDSPEC.rawValue
    {
      return nil
    }
  }

  private static func id(of tree: borrowing Handle<TreeKind>) -> String {
    git_tree_id(tree.pointer).map(hexadecimal) ?? ""
  }

  /// - Parameters:
  ///   - prefix: The path of `tree` with a slash behind it, empty at the top.
  ///   - depth: How many components the paths in `tree` have.
  private static func list(
    _ tree: borrowing Handle<TreeKind>, prefix: String, depth: Int, in repository: borrowing Handle<RepositoryKind>,
    into listing: inout TreeListing
  ) throws(GitError) {
    for position in 0..<git_tree_entrycount(tree.pointer) {
      guard let entry = git_tree_entry_byindex(tree.pointer, position), let id = git_tree_entry_id(entry),
        let path = try GitError.wrapping({ () throws(SourceTreeError) in
          try add(entry, id: id, prefix: prefix, depth: depth, to: &listing)
        })
      else { continue }
      let child = try Handle<TreeKind>("read the directory '\(path)'") { git_tree_lookup($0, repository.pointer, id) }
      try list(child, prefix: path + "/", depth: depth + 1, in: repository, into: &listing)
    }
  }

  /// - Returns: The path of a directory that is to be looked into, else nil.
  private static func add(
    _ entry: OpaquePointer, id: UnsafePointer<git_oid>, prefix: String, depth: Int, to listing: inout TreeListing
  ) throws(SourceTreeError) -> String? {
    guard let text = git_tree_entry_name(entry) else { return nil }
    let name = bytes(ofCString: text)
    if let problem = TreePath.problem(withComponent: name) {
      try listing.leaveOut(prefix + TreePath.displayed(name), problem)
      return nil
    }
    let path = prefix + String(decoding: name, as: UTF8.self)
    let mode = git_tree_entry_filemode(entry)
    guard mode == GIT_FILEMODE_TREE else {
      try listing.add(TreeEntry(path: path, mode: TreeEntry.Mode(fileMode: mode.rawValue), blob: hexadecimal(id)))
      return nil
    }
    try listing.addDirectory(path)
    guard depth < TreePath.maximumDepth else {
      try listing.leaveOut(path, TreePath.tooDeep)
      return nil
    }
    return path
  }
}
