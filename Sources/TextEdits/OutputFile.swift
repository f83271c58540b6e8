#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why a report file could not be written.
package struct OutputFileError: Error, Hashable, Sendable {
  package var path: String
  /// As the system says it: `No such file or directory`.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Writes report files so that a reader sees the old content or the new, never a part.
package enum OutputFile {
  /// Writes `bytes` to `path`.
  package static func save(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
    try save(to: path) { $0(bytes) }
  }

  /// Writes what `body` hands on, piece by piece, beside `path` and renames the result over it. What is there already
  /// and is no regular file (`/dev/stdout`, a pipe) is written to instead of replaced; a link is followed, its target is
  /// replaced.
  package static func save(
    to path: String, _ body: @escaping (@escaping ([UInt8]) -> Void) -> Void
  ) throws(OutputFileError) {
    try save([(path, body)])
  }

  /// The same for several files: all are written beside their places before the first takes its place, so that when one
  /// cannot be written, all others hold what they held.
  package static func save(_ files: [(path: String, body: Body)]) throws(OutputFileError) {
    var prepared: [PreparedFile] = []
    do throws(OutputFileError) {
      for file in files { prepared.append(try PreparedFile(file.path)) }
      for index in prepared.indices { try prepared[index].write(files[index].body) }
      for target in prepared { try target.takePlace() }
    } catch {
      for index in prepared.indices { prepared[index].abandon() }
      throw error
    }
  }

  /// Writes a file of a tree. A link in its place is not followed, for others may have made it, and it may lead anywhere.
  package static func saveInTree(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw OutputFileError(path: path, reason: "it is no regular file")
    }
    try save(bytes, to: path)
  }

  /// Hands a content on in pieces.
  package typealias Body = (@escaping ([UInt8]) -> Void) -> Void

  /// Writes behind what `path` holds, which others write to as well.
  package static func append(
    to path: String, _ body: (@escaping ([UInt8]) -> Void) -> Void
  ) throws(OutputFileError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard writePieces(body, to: descriptor) else { throw failure(path) }
  }

  fileprivate static func failure(_ path: String) -> OutputFileError {
    OutputFileError(path: path, reason: String(cString: strerror(errno)))
  }

  /// Whether all pieces are written. False leaves the reason of the first failure in `errno`.
  package static func writePieces(_ body: (@escaping ([UInt8]) -> Void) -> Void, to descriptor: Int32) -> Bool {
    var reason: Int32?
    body { piece in
      if reason == nil, !writeAll(piece, to: descriptor) { reason = errno }
    }
    if let reason { errno = reason }
    return reason == nil
  }

  /// Writes all of `bytes`, however the system cuts it up. False leaves the reason in `errno`.
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        if count < 0 {
          if errno == EINTR { continue }
          // Who made the pipe may have set it not to block.
          if errno == EAGAIN {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&wait, 1, -1) > 0 { continue }
          }
          return false
        }
        offset += count
      }
      return true
    }
  }
}

/// A file that is about to be written.
private struct PreparedFile {
  /// As given.
  let path: String
  /// Nil when it is closed.
  private var descriptor: Int32?
  /// What is written, and what it is renamed to; nil for what is no regular file.
  private let replacement: (temporary: [CChar], target: String)?

  init(_ path: String) throws(OutputFileError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      replacement = nil
      let opened = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
      guard opened >= 0 else { throw OutputFile.failure(path) }
      descriptor = opened
      return
    }
    let target = exists ? Self.resolved(path) : path
    var template = Array("\(target).XXXXXX".utf8CString)
    let opened = mkstemp(&template)
    guard opened >= 0 else { throw OutputFile.failure(path) }
    descriptor = opened
    replacement = (template, target)
    // mkstemp makes the file readable for its owner only; a report has the rights of any new file.
    let mask = umask(0)
    umask(mask)
    guard fchmod(opened, exists ? status.st_mode & 0o777 : 0o666 & ~mask) == 0 else {
      let error = OutputFile.failure(path)
      abandon()
      throw error
    }
  }

  /// Writes and closes it.
  mutating func write(_ body: OutputFile.Body) throws(OutputFileError) {
    guard let opened = descriptor else { return }
    guard OutputFile.writePieces(body, to: opened) else { throw OutputFile.failure(path) }
    descriptor = nil
    guard close(opened) == 0 else { throw OutputFile.failure(path) }
  }

  func takePlace() throws(OutputFileError) {
    if let replacement, rename(replacement.temporary, replacement.target) != 0 { throw OutputFile.failure(path) }
  }

  /// Takes away what has no place yet.
  mutating func abandon() {
    if let opened = descriptor { close(opened) }
    descriptor = nil
    if let replacement { unlink(replacement.temporary) }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
