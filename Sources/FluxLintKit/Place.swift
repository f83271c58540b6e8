import GitTrees
import Manifests

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file or directory that is there.
struct Place {
  /// Absolute, without links.
  let real: String
  let isDirectory: Bool

  init(_ path: String) throws(CommandFailure) {
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

  /// The path below `top`, or "" when it is the top or not below it.
  func relative(to top: String) -> String {
    let prefix = top.hasSuffix("/") ? top : top + "/"
    return real.hasPrefix(prefix) ? String(real.dropFirst(prefix.count)) : ""
  }
}

/// A place of which the end may be nowhere but in a snapshot.
struct SnapshotPlace {
  /// The nearest that is on disk.
  let place: Place
  /// What comes after it; "" when all of it is on disk.
  let rest: String

  /// - Parameter path: absolute, or relative to the working directory.
  init(_ path: String) throws(CommandFailure) {
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
  func relative(to repository: GitRepository) -> String? {
    RelativePath.join(place.relative(to: repository.topLevel ?? repository.gitDirectory), rest)
  }
}
