import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Looks, before libgit2 does, whether the files that Git keeps its state in are files: libgit2 opens a named pipe or a
/// terminal in the place of one, and waits for ever.
enum RepositoryFiles {
  /// Looks at the repository that `path` lies in, as far as it is read to open it.
  static func check(around path: String) throws(GitError) {
    var directory = path
    while true {
      let git = directory + "/.git"
      try checkKind(of: git)
      if let target = link(in: git) {
        return try check(gitDirectory: absolutePath(target, in: directory))
      }
      if access(git, F_OK) == 0 { return try check(gitDirectory: git) }
      // A bare repository.
      if access(directory + "/HEAD", F_OK) == 0, access(directory + "/objects", F_OK) == 0 {
        return try check(gitDirectory: directory)
      }
      guard let slash = directory.lastIndex(of: "/"), directory != "/" else { return }
      directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
    }
  }

  static func check(gitDirectory: String) throws(GitError) {
    for name in ["HEAD", "index", "config", "config.worktree", "commondir", "gitdir", "packed-refs", "shallow"] {
      try checkKind(of: gitDirectory + "/" + name)
    }
    let common = text(of: gitDirectory + "/commondir").map { absolutePath($0, in: gitDirectory) } ?? gitDirectory
    for name in ["HEAD", "config", "packed-refs", "shallow", "objects/info/alternates"] {
      try checkKind(of: common + "/" + name)
    }
  }

  /// Looks at what HEAD names, and at what a revision may name.
  static func check(references revision: String, gitDirectory: String, commonDirectory: String) throws(GitError) {
    let name = revision.prefix { !"~^@:{".contains($0) }
    var names = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map { $0 + name }
    if let head = text(of: gitDirectory + "/HEAD"), head.hasPrefix("ref: ") { names.append(String(head.dropFirst(5))) }
    for name in names where !name.isEmpty {
      for directory in Set([gitDirectory, commonDirectory]) { try checkKind(of: directory + "/" + name) }
    }
  }

  /// Looks at all references, for a list of them.
  static func check(allReferencesIn commonDirectory: String) throws(GitError) {
    var open = [commonDirectory + "/refs"]
    while let directory = open.popLast() {
      guard let opened = try? FileDescriptor(open: directory, O_DIRECTORY | O_NOFOLLOW),
        let names = try? opened.names()
      else { continue }
      for name in names {
        let path = directory + "/" + String(decoding: name, as: UTF8.self)
        if try checkKind(of: path) { open.append(path) }
      }
    }
  }

  /// Whether it is a directory.
  @discardableResult
  static func checkKind(of path: String) throws(GitError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return true
    case S_IFREG: return false
    default: throw .tree(.unreadable(path: path, reason: "not a regular file"))
    }
  }

  /// Where a `.git` file leads to.
  private static func link(in path: String) -> String? {
    guard let text = text(of: path), text.hasPrefix("gitdir: ") else { return nil }
    return String(text.dropFirst("gitdir: ".count))
  }

  /// The first line of a small file.
  private static func text(of path: String) -> String? {
    guard let file = try? FileDescriptor(open: path, 0), let status = try? file.status(),
      status.st_mode & S_IFMT == S_IFREG, let bytes = try? file.bytes(atMost: 4_096, expecting: Int(status.st_size))
    else { return nil }
    return String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }
}
