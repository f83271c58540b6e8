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
