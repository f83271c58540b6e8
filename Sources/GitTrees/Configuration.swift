internal import CLibGit2
internal import SourceTrees

/// The configuration as it is for one repository: of the system, of the user, and its own.
struct Configuration: ~Copyable {
  private let handle: Handle<ConfigKind>
  private static let task = "read the configuration"

  /// - Parameter gitDirectory: The directory of the work tree's HEAD.
  init(of repository: borrowing Handle<RepositoryKind>, gitDirectory: String) throws(GitError) {
    let handle = try Handle<ConfigKind>(Self.task) { git_repository_config($0, repository.pointer) }
    // libgit2 before 1.8 leaves out the configuration of a single work tree.
    let ownFile = gitDirectory + "/config.worktree"
    if realPath(of: ownFile) != nil {
      try LibGit2.call(Self.task) {
        git_config_add_file_ondisk(handle.pointer, ownFile, GIT_CONFIG_LEVEL_APP, repository.pointer, 1)
      }
    }
    self.handle = handle
  }

  /// A path with `~` replaced, and whether it is set for this repository and not for all; nil when it is not set.
  func path(_ key: String) throws(GitError) -> (value: String, isForThisRepository: Bool)? {
    do {
      var entry: UnsafeMutablePointer<git_config_entry>?
      try LibGit2.call(Self.task) { git_config_get_entry(&entry, handle.pointer, key) }
      defer { git_config_entry_free(entry) }
      var path = git_buf()
      try LibGit2.call(Self.task) { git_config_get_path(&path, handle.pointer, key) }
      defer { git_buf_dispose(&path) }
      guard let entry, let text = path.ptr else { return nil }
      return (String(cString: text), entry.pointee.level.rawValue >= GIT_CONFIG_LEVEL_LOCAL.rawValue)
    } catch .library(let failure) where failure.code == GIT_ENOTFOUND.rawValue {
      return nil
    }
  }

  /// False when it is not set.
  func flag(_ key: String) throws(GitError) -> Bool {
    do {
      var value: CInt = 0
      try LibGit2.call(Self.task) { git_config_get_bool(&value, handle.pointer, key) }
      return value != 0
    } catch .library(let failure) where failure.code == GIT_ENOTFOUND.rawValue {
      return false
    }
  }

  /// The remotes and their addresses, sorted, each once, as written: `url.*.insteadOf` is a matter of one user's machine.
  func remotes() throws(GitError) -> (names: [String], urls: [String]) {
    var found: Set<Remote> = []
    try withUnsafeMutablePointer(to: &found) { found throws(GitError) in
      _ = try LibGit2.call(Self.task) {
        git_config_foreach_match(
          handle.pointer, #"^remote\..*\.url$"#,
          { entry, found in
            if let key = entry?.pointee.name, let value = entry?.pointee.value {
              found?.assumingMemoryBound(to: Set<Remote>.self).pointee.insert(
                Remote(
                  name: String(String(cString: key).dropFirst("remote.".count).dropLast(".url".count)),
                  url: Configuration.withoutCredentials(String(cString: value))))
            }
            return 0
          }, found)
      }
    }
    return (
      Set(found.map(\.name)).sorted(by: TreePath.precedes), Set(found.map(\.url)).sorted(by: TreePath.precedes)
    )
  }

  private struct Remote: Hashable {
    var name: String
    var url: String
  }

  /// A web address may hold a token, which must not reach a report. `git@` of SSH is no secret.
  private static func withoutCredentials(_ url: String) -> String {
    guard url.hasPrefix("https://") || url.hasPrefix("http://"), let scheme = url.firstRange(of: "://") else {
      return url
    }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
  }
}
