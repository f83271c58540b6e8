internal import CLibGit2
internal import SourceTrees

/// A repository, found and described. Holds no open handle: each tree and each reader opens its own.
package struct GitRepository: Hashable, Sendable {
  /// The top of the work tree, absolute, without links and without a slash behind it; nil for a bare repository.
  package private(set) var topLevel: String?
  /// The directory of this work tree's HEAD and index: `.git`, or `.git/worktrees/NAME` of a linked work tree.
  package private(set) var gitDirectory: String
  /// The directory of objects, branches, configuration and hooks, which linked work trees share.
  package private(set) var commonDirectory: String
  /// Sorted, without user names and passwords.
  package private(set) var remoteURLs: [String]
  /// The names of the remotes, sorted.
  package private(set) var remoteNames: [String]

  private(set) var indexFile: String
  private(set) var isIndexNamedByEnvironment: Bool
  /// The user's own ignore rules, unless the configuration names another file.
  private(set) var userIgnoreFile: String?
  /// Looked into besides the repository's own objects.
  private(set) var extraObjectDirectories: [String]

  package var isBare: Bool { topLevel == nil }

  /// Finds the repository that `path` lies in, as Git does: upwards from there.
  ///
  /// Inside a hook the environment names the repository, a temporary index and a quarantine of pushed objects. That
  /// counts only if `path` lies in the very repository that the hook is about.
  ///
  /// - Parameters:
  ///   - path: A directory or file.
  ///   - environment: GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, GIT_QUARANTINE_PATH,
  ///     GIT_ALTERNATE_OBJECT_DIRECTORIES, GIT_CEILING_DIRECTORIES, HOME and XDG_CONFIG_HOME are used.
  ///   - workingDirectory: Where relative paths start; nil for that of the process.
  /// - Returns: Nil when `path` is in no repository.
  package static func discover(
    from path: String, environment: [String: String], workingDirectory: String? = nil
  ) throws(GitError) -> GitRepository? {
    guard let workingDirectory = realPath(of: workingDirectory ?? ".") else {
      throw .tree(.notFound(path: workingDirectory ?? "."))
    }
    guard let start = realPath(of: absolutePath(path, in: workingDirectory)) else { throw .tree(.notFound(path: path)) }
    let ceiling = environment["GIT_CEILING_DIRECTORIES"]
    try RepositoryFiles.check(around: start)
    var repository = try find(from: start, ceiling: ceiling)
    if let hook = HookEnvironment(environment, workingDirectory: workingDirectory),
      let named = try find(for: hook, workingDirectory: workingDirectory, ceiling: ceiling),
      named.gitDirectory == repository?.gitDirectory || named.isNearer(to: start, than: repository)
    {
      repository = named
    }
    repository?.userIgnoreFile = userIgnoreFile(environment)
    return repository
  }

  /// Where Git looks when `core.excludesFile` is not set (gitignore(5)).
  private static func userIgnoreFile(_ environment: [String: String]) -> String? {
    if let directory = environment["XDG_CONFIG_HOME"], !directory.isEmpty { return directory + "/git/ignore" }
    return environment["HOME"].map { $0 + "/.config/git/ignore" }
  }

  private static func find(from start: String, ceiling: String?) throws(GitError) -> GitRepository? {
    do {
      let handle = try open(start, flags: 0, ceiling: ceiling)
      return try GitRepository(handle)
    } catch .library(let failure) where failure.code == GIT_ENOTFOUND.rawValue {
      return nil
    }
  }

  /// The repository that a hook is about; nil when the variables belong to none.
  private static func find(
    for hook: HookEnvironment, workingDirectory: String, ceiling: String?
  ) throws(GitError) -> GitRepository? {
    guard let directory = hook.gitDirectory else {
      try RepositoryFiles.check(around: workingDirectory)
      return try find(from: workingDirectory, ceiling: ceiling)?.used(in: hook, workingDirectory: workingDirectory)
    }
    try RepositoryFiles.check(gitDirectory: directory)
    do {
      let handle = try open(directory, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
      return try GitRepository(handle).used(in: hook, workingDirectory: workingDirectory)
    } catch .library(let failure) {
      throw .environment(
        variable: "GIT_DIR", value: directory, reason: "no repository can be opened there: \(failure.message)")
    }
  }

  /// The same repository with what the environment of a hook changes.
  private func used(in hook: HookEnvironment, workingDirectory: String) throws(GitError) -> GitRepository {
    var repository = self
    if let workTree = hook.workTree {
      guard let real = realPath(of: workTree) else {
        throw .environment(variable: "GIT_WORK_TREE", value: workTree, reason: "there is no such directory")
      }
      repository.topLevel = real
    }
    if let indexFile = hook.indexFile {
      repository.indexFile = absolutePath(indexFile, in: repository.topLevel ?? workingDirectory)
      repository.isIndexNamedByEnvironment = true
    }
    repository.extraObjectDirectories = hook.objectDirectories
    return repository
  }

  /// Whether `path` is in this repository and not in a repository within it.
  private func isNearer(to path: String, than other: GitRepository?) -> Bool {
    let top = topLevel ?? gitDirectory
    guard isPath(path, within: top) else { return false }
    guard let other else { return true }
    return (other.topLevel ?? other.gitDirectory).utf8.count <= top.utf8.count
  }
}

// MARK: - Opening

extension GitRepository {
  /// A new handle to the repository, for one thread, with the objects that the environment adds.
  func open() throws(GitError) -> Handle<RepositoryKind> {
    let handle = try Self.open(gitDirectory, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
    if let topLevel {
      try LibGit2.call("set the work tree") { git_repository_set_workdir(handle.pointer, topLevel, 0) }
    }
    let database = try Handle<ObjectDatabaseKind>("open the objects") { git_repository_odb($0, handle.pointer) }
    try addObjects(to: database)
    return handle
  }

  /// Where this repository keeps the objects that are its own.
  var objectDirectory: String { commonDirectory + "/objects" }

  /// A new handle to the objects alone, which is cheaper than the whole repository.
  func openObjects() throws(GitError) -> Handle<ObjectDatabaseKind> {
    let database = try Handle<ObjectDatabaseKind>("open the objects") { git_odb_open($0, objectDirectory) }
    try addObjects(to: database)
    return database
  }

  private func addObjects(to database: borrowing Handle<ObjectDatabaseKind>) throws(GitError) {
    try LooseObjects.add(to: database, directory: objectDirectory)
    for directory in extraObjectDirectories where directory != objectDirectory {
      try LibGit2.call("use the objects in '\(directory)'") {
        git_odb_add_disk_alternate(database.pointer, directory)
      }
    }
  }

  private static func open(
    _ path: String, flags: UInt32, ceiling: String? = nil
  ) throws(GitError) -> Handle<RepositoryKind> {
    do {
      return try Handle("open the repository at '\(path)'") { git_repository_open_ext($0, path, flags, ceiling) }
    } catch .library(let failure) {
      // libgit2 1.5 says only that the configuration has no value 'safe.directory', with the code for "not found".
      if failure.code == GIT_EOWNER.rawValue || failure.message.contains("safe.directory") {
        throw .notOwned(path: likelyTop(of: path))
      }
      if failure.message.contains("objectformat") || failure.message.contains("object format") {
        throw .unsupportedObjectFormat(path: likelyTop(of: path))
      }
      if ["unsupported extension", "unsupported repository version"].contains(where: failure.message.contains) {
        throw .unsupportedFormat(path: likelyTop(of: path), reason: failure.message)
      }
      throw .library(failure)
    }
  }

  /// The nearest directory with `.git` in it, else `path`: Git's name for a repository that cannot be opened.
  private static func likelyTop(of path: String) -> String {
    var directory = path
    while true {
      if realPath(of: directory + "/.git") != nil { return directory }
      guard let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else { return path }
      directory = String(directory[..<slash])
    }
  }

  private init(_ handle: borrowing Handle<RepositoryKind>) throws(GitError) {
    func directory(_ path: UnsafePointer<CChar>?) -> String? {
      guard let path else { return nil }
      var text = String(cString: path)
      while text.utf8.count > 1, text.hasSuffix("/") { text.removeLast() }
      return text
    }
    let gitDirectory = directory(git_repository_path(handle.pointer)) ?? ""
    self.gitDirectory = gitDirectory
    commonDirectory = directory(git_repository_commondir(handle.pointer)) ?? gitDirectory
    let configuration = try Configuration(of: handle, gitDirectory: gitDirectory)
    let isBare = try Self.isBareByName(gitDirectory, commonDirectory: commonDirectory, configuration)
    topLevel = isBare ? nil : directory(git_repository_workdir(handle.pointer))
    (remoteNames, remoteURLs) = try configuration.remotes()
    indexFile = gitDirectory + "/index"
    isIndexNamedByEnvironment = false
    userIgnoreFile = nil
    extraObjectDirectories = []
  }

  /// Whether Git takes a directory for a bare repository although no configuration says so, as of one that has no file
  /// `config`: it is not called `.git`, and names no work tree (git `setup.c`). libgit2 takes the directory above it for a
  /// work tree.
  private static func isBareByName(
    _ gitDirectory: String, commonDirectory: String, _ configuration: borrowing Configuration
  ) throws(GitError) -> Bool {
    guard gitDirectory == commonDirectory, !gitDirectory.hasSuffix("/.git") else { return false }
    let (isSet, workTree) = (try configuration.path("core.bare") != nil, try configuration.path("core.worktree"))
    return !isSet && workTree == nil
  }
}
