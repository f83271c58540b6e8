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
  /// Writes `bytes` beside `path` and renames the result over it. What is there already and is no regular file
  /// (`/dev/stdout`, a pipe) is written to instead of replaced; a link is followed, its target is replaced.
  package static func save(_ bytes: [UInt8], to path: String) throws(OutputFileError) {
    func failure() -> OutputFileError { OutputFileError(path: path, reason: String(cString: strerror(errno))) }

    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure() }
      defer { close(descriptor) }
      guard writeAll(bytes, to: descriptor) else { throw failure() }
      return
    }

    let target = exists ? resolved(path) : path
    var template = Array("\(target).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure() }
    // mkstemp makes the file readable for its owner only; a report has the rights of any new file.
    let mask = umask(0)
    umask(mask)
    let mode = exists ? status.st_mode & 0o777 : 0o666 & ~mask
    let isWritten = fchmod(descriptor, mode) == 0 && writeAll(bytes, to: descriptor)
    guard close(descriptor) == 0, isWritten, rename(template, target) == 0 else {
      let error = failure()
      unlink(template)
      throw error
    }
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
