import Diagnostics
import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a transaction does, in a file that is there as long as it is under way. Who has it open has it locked, so a file
/// without a lock is that of a run that was interrupted.
struct TransactionJournal: ~Copyable {
  /// A file to replace. Both paths are relative to the top.
  struct Step: Equatable {
    /// Where the new content is.
    var temporary: String
    var path: String
    /// Of the content that is replaced.
    var fingerprint: String

    init(temporary: String, path: String, original: [UInt8]) {
      self.init(temporary: temporary, path: path, fingerprint: Self.fingerprint(of: original))
    }

    fileprivate init(temporary: String, path: String, fingerprint: String) {
      self.temporary = temporary
      self.path = path
      self.fingerprint = fingerprint
    }

    static func fingerprint(of bytes: [UInt8]) -> String {
      "\(bytes.count)-\(FNV1a.hash(bytes))"
    }
  }

  private static let head = "fluxlint migration 1"
  /// Whether new contents are still being written, or all are there and only the renaming is left. Words of one length.
  private static let (underWay, ready) = ("writing", "written")
  private static let byteLimit = 64 << 20

  private let path: String
  private let descriptor: CInt

  /// Opens the journal, makes it if need be, and locks it.
  ///
  /// - Returns: nil when another run has it, or it cannot be made; the reason of the latter is in `errno`.
  init?(path: String, creates: Bool) {
    while true {
      let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (creates ? O_CREAT : 0)
      let descriptor = open(path, flags, 0o600)
      guard descriptor >= 0 else { return nil }
      var own = stat()
      var named = stat()
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &own) == 0,
        own.st_mode & S_IFMT == S_IFREG
      else {
        let code = errno
        close(descriptor)
        errno = code
        return nil
      }
      // The run before may have removed it between the two calls.
      if lstat(path, &named) == 0, named.st_ino == own.st_ino, named.st_dev == own.st_dev {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  /// Brings to disk what is to be done, before any of it is. False leaves the reason in `errno`.
  borrowing func write(_ steps: [Step]) -> Bool {
    var fields = [Self.head, Self.underWay]
    for step in steps { fields += [step.temporary, step.path, step.fingerprint] }
    return ftruncate(descriptor, 0) == 0 && write(fields.joined(separator: "\0") + "\0", at: 0)
  }

  /// Notes that all new contents are there. One word changes in its place, so the list is there at every moment.
  borrowing func markReady() -> Bool { write(Self.ready, at: Self.head.utf8.count + 1) }

  private borrowing func write(_ text: String, at offset: Int) -> Bool {
    lseek(descriptor, off_t(offset), SEEK_SET) >= 0 && FileBytes.write(Array(text.utf8), to: descriptor)
      && fsync(descriptor) == 0
  }

  /// What is written there; nil when it is empty or cut off, which says that nothing was renamed yet.
  borrowing func read() -> (steps: [Step], isReady: Bool)? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
    while bytes.count < Self.byteLimit {
      let count = buffer.withUnsafeMutableBytes { FileBytes.readSome(descriptor, $0) }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count >= 3, fields[0] == Self.head, fields.last == "" else { return nil }
    let rest = fields.dropFirst(2).dropLast()
    var steps: [Step] = []
    for start in stride(from: rest.startIndex, to: rest.endIndex - rest.count % 3, by: 3) {
      steps.append(Step(temporary: rest[start], path: rest[start + 1], fingerprint: rest[start + 2]))
    }
    return (steps, fields[1] == Self.ready && rest.count % 3 == 0)
  }

  borrowing func remove() { unlink(path) }
}

extension FileTransaction {
  /// What became of a transaction that was interrupted.
  package enum Recovery: Hashable, Sendable {
    /// Its new files took the places of the old ones; so many did now.
    case finished(fileCount: Int)
    /// It had not begun to replace files.
    case undone
  }

  /// Whether a transaction was interrupted; also true while one is under way.
  package var isInterrupted: Bool { access(journalPath, F_OK) == 0 }

  /// Finishes a transaction that was interrupted, or undoes it, and removes its temporary files.
  ///
  /// - Returns: nil when there is none.
  @discardableResult
  package func recover() throws(WriteFailure) -> Recovery? {
    guard isInterrupted, let journal = TransactionJournal(path: journalPath, creates: false) else { return nil }
    let recovery = try recover(journal)
    journal.remove()
    return recovery
  }

  func openJournal() throws(WriteFailure) -> TransactionJournal {
    guard let journal = TransactionJournal(path: journalPath, creates: true) else {
      let isBusy = errno == EWOULDBLOCK
      throw WriteFailure(path: journalPath, reason: isBusy ? "another migration is being written" : reason())
    }
    return journal
  }

  @discardableResult
  func recover(_ journal: borrowing TransactionJournal) throws(WriteFailure) -> Recovery? {
    guard let (steps, isReady) = journal.read() else { return nil }
    var count = 0
    for step in steps where isOurs(step) {
      var status = stat()
      guard lstat(absolute(step.temporary), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      // What somebody changed since is theirs.
      if isReady, obstacle(step.path) == nil, fingerprint(of: step.path) == step.fingerprint {
        guard rename(absolute(step.temporary), absolute(step.path)) == 0 else {
          throw WriteFailure(path: step.path, reason: reason(), isPartial: true)
        }
        count += 1
      } else {
        unlink(absolute(step.temporary))
      }
    }
    for directory in Set(steps.map { parent(absolute($0.path)) }) { synchronize(directory) }
    return isReady ? .finished(fileCount: count) : .undone
  }

  /// Whether a step is one that this type writes: a journal may be anybody's.
  private func isOurs(_ step: TransactionJournal.Step) -> Bool {
    var temporary = step.temporary
    var path = step.path
    let name = temporary.split(separator: "/").last ?? ""
    return name.hasPrefix(Self.temporaryPrefix) && parent("/" + temporary) == parent("/" + path)
      && temporary.withUTF8 { TreePath.problem(with: $0) } == nil && path.withUTF8 { TreePath.problem(with: $0) } == nil
      && !hasLink(on: temporary)
  }

  private func fingerprint(of path: String) -> String? {
    read(path, atMost: 1 << 30).map(TransactionJournal.Step.fingerprint)
  }
}
