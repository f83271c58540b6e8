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
/// only when all are there do they take the places of the old ones. A journal says what is under way, so that a later run
/// can finish what was interrupted.
package struct FileTransaction: Sendable {
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

  let top: String
  let journalPath: String

  /// - Parameters:
  ///   - top: the directory that paths are relative to, absolute and without links.
  ///   - journal: the path of the journal; nil for a file at the top.
  package init(top: String, journal: String? = nil) {
    self.top = top
    journalPath = journal ?? (top.hasSuffix("/") ? top : top + "/") + ".fluxlint-migration"
  }

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
    guard !changes.isEmpty else { return }
    let journal = try openJournal()
    try recover(journal)
    let token = String(UInt64.random(in: .min ... .max), radix: 36)
    let steps = changes.enumerated().map { number, change in
      TransactionJournal.Step(
        temporary: sibling(of: change.path, named: "\(Self.temporaryPrefix)\(token)-\(number)"), path: change.path,
        original: change.original)
    }
    do throws(WriteFailure) {
      guard journal.write(steps) else { throw WriteFailure(path: journalPath, reason: reason()) }
      for (step, change) in zip(steps, changes) { try stage(change, as: step.temporary) }
      for change in changes { try check(change) }
      guard journal.markReady() else { throw WriteFailure(path: journalPath, reason: reason()) }
    } catch {
      for step in steps { unlink(absolute(step.temporary)) }
      journal.remove()
      throw error
    }
    defer { journal.remove() }
    for (number, step) in steps.enumerated() {
      // Once more: the journal reaches the disk only after a while, in which somebody may have saved the file.
      let isSame = isUnchanged(changes[number])
      guard isSame, rename(absolute(step.temporary), absolute(step.path)) == 0 else {
        let why = isSame ? reason() : Self.changedMeanwhile
        for rest in steps[number...] { unlink(absolute(rest.temporary)) }
        let isRestored = restore(Array(zip(steps, changes).prefix(number)))
        throw WriteFailure(path: step.path, reason: why, isPartial: !isRestored)
      }
    }
    for directory in Set(changes.map { parent(absolute($0.path)) }) { synchronize(directory) }
  }

  static let temporaryPrefix = ".fluxlint-"

  private func sibling(of path: String, named name: String) -> String {
    path.lastIndex(of: "/").map { path[...$0] + name } ?? name
  }

  private func isWritableByMode(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o222 != 0
  }

  func absolute(_ path: String) -> String { top.hasSuffix("/") ? top + path : top + "/" + path }

  func parent(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

  /// Whether a directory on the way is a link: it may lead out of the tree.
  func hasLink(on path: String) -> Bool {
    var directory = path
    while let slash = directory.lastIndex(of: "/") {
      directory = String(directory[..<slash])
      var status = stat()
      if lstat(absolute(directory), &status) != 0 || status.st_mode & S_IFMT == S_IFLNK { return true }
    }
    return false
  }

  /// Writes the new content beside the file, with the mode of the file.
  private func stage(_ change: Change, as temporary: String) throws(WriteFailure) {
    if let obstacle = obstacle(change.path) { throw WriteFailure(path: change.path, reason: obstacle) }
    var status = stat()
    guard lstat(absolute(change.path), &status) == 0 else { throw WriteFailure(path: change.path, reason: reason()) }
    let descriptor = open(absolute(temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw WriteFailure(path: change.path, reason: reason()) }
    let isWritten =
      FileBytes.write(change.content, to: descriptor) && fchmod(descriptor, status.st_mode & 0o7777) == 0
      && fsync(descriptor) == 0
    let why = reason()
    guard close(descriptor) == 0, isWritten else {
      unlink(absolute(temporary))
      throw WriteFailure(path: change.path, reason: why)
    }
  }

  /// Whether the file still has the bytes that the change was planned for.
  private func check(_ change: Change) throws(WriteFailure) {
    guard isUnchanged(change) else { throw WriteFailure(path: change.path, reason: Self.changedMeanwhile) }
  }

  private func isUnchanged(_ change: Change) -> Bool {
    read(change.path, atMost: change.original.count + 1) == change.original
  }

  private static let changedMeanwhile = "it changed meanwhile; run again"

  func read(_ path: String, atMost limit: Int) -> [UInt8]? {
    let descriptor = open(absolute(path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = buffer.withUnsafeMutableBytes { FileBytes.readSome(descriptor, $0) }
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Puts the old content of files back, the same way. Whether all are.
  private func restore(_ items: [(TransactionJournal.Step, Change)]) -> Bool {
    var isRestored = true
    for (step, change) in items {
      let back = Change(path: change.path, original: change.content, content: change.original)
      if (try? stage(back, as: step.temporary)) != nil, rename(absolute(step.temporary), absolute(step.path)) == 0 {
        continue
      }
      isRestored = false
    }
    return isRestored
  }

  func synchronize(_ directory: String) {
    let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
