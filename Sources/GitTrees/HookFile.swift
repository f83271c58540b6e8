internal import SourceTrees

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The place of one hook, taken or not.
struct HookFile {
  enum State {
    case absent
    /// Ours, as this version writes it.
    case current
    /// Ours, from another version or edited.
    case outdated
    case foreign
  }

  let path: String

  /// Where somebody else's hook of the same name is kept.
  var chained: HookFile { HookFile(path: path + HookInstaller.chainedSuffix) }

  func state() throws(GitError) -> State {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      let error = SystemError()
      guard error.code == ENOENT else { throw .hook(path: path, reason: error.reason) }
      return .absent
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .hook(path: path, reason: "a directory is in the way; remove it, Git runs no hook from it")
    }
    // A link is not followed: it leads to a file that others use as well.
    guard status.st_mode & S_IFMT == S_IFREG else { return .foreign }
    let text = try read(size: Int(status.st_size))
    if text.elementsEqual(HookScript.text.utf8), status.st_mode & 0o111 != 0 { return .current }
    let isOurs = text.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: HookScript.marker.utf8) }
    return isOurs ? .outdated : .foreign
  }

  /// A hook of more than a megabyte is a program, not ours.
  private func read(size: Int) throws(GitError) -> [UInt8] {
    do throws(SystemError) {
      return try FileDescriptor(open: path, O_NOFOLLOW).bytes(atMost: 1 << 20, expecting: size)
    } catch {
      throw .hook(path: path, reason: error.reason)
    }
  }

  /// Writes an executable file in one step: Git never sees half of it.
  func write(_ text: String) throws(GitError) {
    var template = Array((path + ".XXXXXX").utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      written += count
    }
    guard written == bytes.count, fchmod(file, 0o755) == 0, systemRename(template, path) == 0 else {
      let error = failure()
      unlink(template)
      throw error
    }
  }

  /// Moves the file with its bytes and permissions; what is at `other` is replaced.
  func rename(to other: HookFile) throws(GitError) {
    guard systemRename(path, other.path) == 0 else { throw failure() }
  }

  func remove() throws(GitError) {
    guard unlink(path) == 0 else { throw failure() }
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) throws(GitError) {
    guard mkdir(path, 0o777) != 0 else { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeDirectory(String(path[..<slash]))
      guard mkdir(path, 0o777) != 0 else { return }
    }
    var status = stat()
    let error = SystemError()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .hook(path: path, reason: error.code == EEXIST ? "not a directory" : error.reason)
    }
  }

  private func failure() -> GitError { .hook(path: path, reason: SystemError().reason) }
}

// The methods of `HookFile` hide these names.
private func systemWrite(_ file: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
private func systemRename(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> CInt { rename(from, to) }
