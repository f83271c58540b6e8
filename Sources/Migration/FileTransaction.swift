#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Why files were not written. Then none was, unless `isPartial`.
package struct WriteFailure: Error, Hashable, Sendable {
  package var path: String
  /// One sentence in lower case without a final stop.
  package var reason: String
  /// Whether files before this one had been replaced already, and could not be put back.
  package var isPartial = false
}

/// Replaces the content of files, all or none: each new content is written beside its file and brought to disk first, and
/// only when all are there do they take the places of the old ones.
package struct FileTransaction {
  /// A file to change; the path is relative to the top.
  package struct Change: Sendable {
    package var path: String
    package var original: [UInt8]
    package var content: [UInt8]

    package init(path: String, original: [UInt8], content: [UInt8]) {
      self.path = path
      self.original = original
      self.content = content
    }
  }

  private let top: String

  /// - Parameter top: the directory that paths are relative to, absolute and without links.
  package init(top: String) { self.top = top }

  /// Why a file cannot be changed, known before anything is written: it is read-only, or no regular file any more.
  ///
  /// A rename needs no right to the file itself, so the mode is heeded. Where the directory has no write bit either, the
  /// bits of the whole tree say nothing of this file, and only the system is asked.
  package func obstacle(_ path: String) -> String? {
    var status = stat()
    guard lstat(absolute(path), &status) == 0 else { return reason() }
    if status.st_mode & S_IFMT != S_IFREG { return "it is no regular file" }
    if access(absolute(path), W_OK) != 0 || access(parent(absolute(path)), W_OK) != 0 { return "it is read-only" }
    if status.st_mode & 0o222 == 0, isWritableByMode(parent(absolute(path))) { return "it is read-only" }
    return hasLink(on: path) ? "a link leads to it" : nil
  }

  /// Writes all changes. A file that changed since it was read is not overwritten.
  package func commit(_ changes: [Change]) throws(WriteFailure) {
    var staged: [(change: Change, temporary: String)] = []
    do throws(WriteFailure) {
      for change in changes { staged.append((change, try stage(change))) }
      for item in staged { try check(item.change) }
    } catch {
      for item in staged { unlink(item.temporary) }
      throw error
    }
    for (index, item) in staged.enumerated() {
      guard rename(item.temporary, absolute(item.change.path)) == 0 else {
        let why = reason()
        for rest in staged[index...] { unlink(rest.temporary) }
        let isRestored = restore(staged[..<index].map(\.change))
        throw WriteFailure(path: item.change.path, reason: why, isPartial: !isRestored)
      }
    }
    for directory in Set(changes.map { parent(absolute($0.path)) }) { synchronize(directory) }
  }

  private func isWritableByMode(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o222 != 0
  }

  private func absolute(_ path: String) -> String { top.hasSuffix("/") ? top + path : top + "/" + path }

  private func parent(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

  /// Whether a directory on the way is a link: it may lead out of the tree.
  private func hasLink(on path: String) -> Bool {
    var directory = path
    while let slash = directory.lastIndex(of: "/") {
      directory = String(directory[..<slash])
      var status = stat()
      if lstat(absolute(directory), &status) != 0 || status.st_mode & S_IFMT == S_IFLNK { return true }
    }
    return false
  }

  /// Writes the new content beside the file, with the mode of the file.
  private func stage(_ change: Change) throws(WriteFailure) -> String {
    if let obstacle = obstacle(change.path) { throw WriteFailure(path: change.path, reason: obstacle) }
    let path = absolute(change.path)
    var status = stat()
    guard lstat(path, &status) == 0 else { throw WriteFailure(path: change.path, reason: reason()) }
    var template = Array("\(parent(path))/.fluxlint-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw WriteFailure(path: change.path, reason: reason()) }
    let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    let isWritten =
      write(change.content, to: descriptor) && fchmod(descriptor, status.st_mode & 0o7777) == 0
      && fsync(descriptor) == 0
    let why = reason()
    guard close(descriptor) == 0, isWritten else {
      unlink(temporary)
      throw WriteFailure(path: change.path, reason: why)
    }
    return temporary
  }

  /// Whether the file still has the bytes that the change was planned for.
  private func check(_ change: Change) throws(WriteFailure) {
    guard read(change.path, atMost: change.original.count + 1) == change.original else {
      throw WriteFailure(path: change.path, reason: "it changed meanwhile; run again")
    }
  }

  private func read(_ path: String, atMost limit: Int) -> [UInt8]? {
    let descriptor = open(absolute(path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = buffer.withUnsafeMutableBytes { Self.readSome(descriptor, $0) }
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static func readSome(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      if count >= 0 || errno != EINTR { return count }
    }
  }

  private func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #else
          let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        offset += count
      }
      return true
    }
  }

  /// Puts the old content of files back, the same way. Whether all are.
  private func restore(_ changes: [Change]) -> Bool {
    var isRestored = true
    for change in changes {
      let back = Change(path: change.path, original: change.content, content: change.original)
      if let temporary = try? stage(back), rename(temporary, absolute(change.path)) == 0 { continue }
      isRestored = false
    }
    return isRestored
  }

  private func synchronize(_ directory: String) {
    let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
