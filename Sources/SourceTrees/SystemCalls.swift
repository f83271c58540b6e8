#if canImport(Darwin)
  package import Darwin
#elseif canImport(Musl)
  package import Musl
#else
  package import Glibc
#endif

/// An open file or directory, closed with the last reference.
package final class FileDescriptor: Sendable {
  package let number: CInt

  deinit { _ = close(number) }

  /// Opens `name` in `directory` and never waits: a named pipe without a writer would block an ordinary `open`.
  ///
  /// - Throws: The `errno` of the call.
  package init(open name: String, in directory: CInt = AT_FDCWD, _ flags: CInt) throws(SystemError) {
    let number = openat(directory, name, flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { throw SystemError() }
    self.number = number
  }

  /// What the file is now.
  package func status() throws(SystemError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemError() }
    return status
  }

  /// The bytes from here to the end of the file, but no more than `limit`.
  ///
  /// - Parameter size: How many there should be.
  package func bytes(atMost limit: Int, expecting size: Int) throws(SystemError) -> [UInt8] {
    // One more than expected: a file that kept its size is read, and its end seen, in one go.
    var wanted = min(size + 1, limit)
    var bytes = try nextBytes(wanted)
    var hasEnded = bytes.count < wanted
    while !hasEnded, bytes.count < limit {
      wanted = min(65_536, limit - bytes.count)
      let more = try nextBytes(wanted)
      bytes += more
      hasEnded = more.count < wanted
    }
    return bytes
  }

  /// The bytes of a part of the file, fewer when it ends before.
  package func bytes(in range: Range<Int>) throws(SystemError) -> [UInt8] {
    guard lseek(number, off_t(range.lowerBound), SEEK_SET) >= 0 else { throw SystemError() }
    return try bytes(atMost: range.count, expecting: range.count)
  }

  /// One `read`. A regular file gives fewer than `count` bytes only at its end.
  private func nextBytes(_ count: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      repeat { filled = read(number, buffer.baseAddress, count) } while filled < 0 && errno == EINTR
      if filled < 0 {
        failure = SystemError()
        filled = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// An `errno` with its text.
package struct SystemError: Error, Hashable, Sendable {
  package let code: CInt

  package init(code: CInt = errno) { self.code = code }

  /// The text of the C library, in lower case.
  package var reason: String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text).lowercased()
  }
}

/// The absolute path of `path` without links, nil when there is nothing.
package func realPath(of path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(validatingCString: resolved)
}

/// The bytes of a C string without the zero at its end, where they lie.
package func bytes(ofCString text: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
}
