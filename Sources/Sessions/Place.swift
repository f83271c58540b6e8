package import CommandFailures
package import GitTrees
import Manifests
import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file or directory that is there.
package struct Place {
  /// Absolute, without links.
  package let real: String
  package let isDirectory: Bool

  /// - Throws: also for a link in a repository that leads out of it: whoever commits one would choose what is read, and
  ///   what is written.
  package init(_ path: String) throws(CommandFailure) {
    if let (link, target) = Self.escape(of: path) { throw .linkOutOfRepository(path: link, target: target) }
    guard let pointer = realpath(path, nil) else {
      if errno == ENOENT || errno == ENOTDIR { throw .noSuchPath(path) }
      throw .notReadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { free(pointer) }
    real = String(cString: pointer)
    var status = stat()
    guard stat(real, &status) == 0 else {
      throw .notReadable(path: path, reason: String(cString: strerror(errno)))
    }
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }

  /// The first link on the way along `path` that is in a work tree of Git and leads out of it, and where to.
  private static func escape(of path: String) -> (link: String, target: String)? {
    guard var current = path.hasPrefix("/") ? "/" : realPath(of: ".") else { return nil }
    var walked = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") where component != "." {
      let next = current == "/" ? "/\(component)" : "\(current)/\(component)"
      walked += walked.isEmpty || walked == "/" ? component : "/\(component)"
      guard let real = realPath(of: next) else { return nil }
      var status = stat()
      if lstat(next, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let top = workTree(around: current),
        real != top, !real.hasPrefix(top == "/" ? top : top + "/")
      {
        return (walked, real)
      }
      current = real
    }
    return nil
  }

  /// The nearest directory with a `.git` in it.
  private static func workTree(around directory: String) -> String? {
    var directory = directory
    while true {
      if access(directory == "/" ? "/.git" : directory + "/.git", F_OK) == 0 { return directory }
      guard directory != "/", let slash = directory.lastIndex(of: "/") else { return nil }
      directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
    }
  }

  /// The path below `top`, or "" when it is the top or not below it.
  package func relative(to top: String) -> String {
    let prefix = top.hasSuffix("/") ? top : top + "/"
    return real.hasPrefix(prefix) ? String(real.dropFirst(prefix.count)) : ""
  }
}

/// A place of which the end may be nowhere but in a snapshot.
package struct SnapshotPlace {
  /// The nearest that is on disk.
  package let place: Place
  /// What comes after it; "" when all of it is on disk.
  package let rest: String

  /// - Parameter path: absolute, or relative to the working directory.
  package init(_ path: String) throws(CommandFailure) {
    var components = path.split(separator: "/", omittingEmptySubsequences: true)
    var rest: [Substring] = []
    while true {
      let start = path.hasPrefix("/") ? "/" : components.isEmpty ? "." : ""
      do {
        place = try Place(rest.isEmpty ? path : start + components.joined(separator: "/"))
        self.rest = rest.reversed().joined(separator: "/")
        return
      } catch {
        guard case .noSuchPath = error, let last = components.popLast() else { throw error }
        rest.append(last)
      }
    }
  }

  /// The path below the top of the repository, which is the Git directory itself for a bare one.
  ///
  /// - Returns: nil when it leads out of the repository.
  package func relative(to repository: GitRepository) -> String? {
    RelativePath.join(place.relative(to: repository.topLevel ?? repository.gitDirectory), rest)
  }
}
