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
    to path: String, _ body: (@escaping ([UInt8]) -> Void) -> Void
  ) throws(OutputFileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG { return try append(to: path, body) }

    let target = exists ? resolved(path) : path
    var template = Array("\(target).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(path) }
    // mkstemp makes the file readable for its owner only; a report has the rights of any new file.
    let mask = umask(0)
    umask(mask)
    let mode = exists ? status.st_mode & 0o777 : 0o666 & ~mask
    let isWritten = fchmod(descriptor, mode) == 0 && writePieces(body, to: descriptor)
    guard close(descriptor) == 0, isWritten, rename(template, target) == 0 else {
      let error = failure(path)
      unlink(template)
      throw error
    }
  }

  /// Writes behind what `path` holds, which others write to as well.
  package static func append(
    to path: String, _ body: (@escaping ([UInt8]) -> Void) -> Void
  ) throws(OutputFileError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    guard writePieces(body, to: descriptor) else { throw failure(path) }
  }

  private static func failure(_ path: String) -> OutputFileError {
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

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
