import Foundation
import Testing

@testable import Migration
@testable import TextEdits

@Suite struct `writing files` {
  private final class Directory {
    let url: URL

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "migration-\(UUID().uuidString)")
        .resolvingSymlinksInPath()
      try FileManager.default.createDirectory(at: url.appending(path: "d"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
      try Data(text.utf8).write(to: url.appending(path: path))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.appending(path: path).path)
    }

    func read(_ path: String) throws -> String { try String(contentsOf: url.appending(path: path), encoding: .utf8) }

    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: url.appending(path: path).path)[.posixPermissions] as? Int
    }

    var names: [String] {
      get throws { try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted() }
    }
  }

  private func change(_ path: String, _ old: String, _ new: String) -> FileTransaction.Change {
    FileTransaction.Change(path: path, original: Array(old.utf8), content: Array(new.utf8))
  }

  @Test func `all files get their content and keep their mode`() throws {
    let directory = try Directory()
    try directory.write("a", "1", mode: 0o755)
    try directory.write("d/b", "2")
    try FileTransaction(top: directory.url.path).commit([change("a", "1", "one"), change("d/b", "2", "two")])
    #expect(try directory.read("a") == "one")
    #expect(try directory.read("d/b") == "two")
    #expect(try directory.mode("a") == 0o755)
    #expect(try directory.names == ["a", "d", "d/b"])
  }

  // MARK: - Interrupted

  private func journal(
    in directory: Directory, isReady: Bool, _ steps: [(temporary: String, path: String, original: String)]
  ) throws {
    guard let journal = TransactionJournal(path: directory.url.path + "/.fluxlint-migration", creates: true) else {
      throw POSIXError(.EIO)
    }
    let steps = steps.map {
      TransactionJournal.Step(temporary: $0.temporary, path: $0.path, original: Array($0.original.utf8))
    }
    let isWritten = journal.write(steps)
    #expect(isWritten)
    guard isReady else { return }
    let isMarked = journal.markReady()
    #expect(isMarked)
  }

  @Test func `a run that was killed between two files is finished by the next`() throws {
    let directory = try Directory()
    try directory.write("a", "one")
    try directory.write("d/b", "2")
    try directory.write("d/.fluxlint-x-1", "two")
    try journal(in: directory, isReady: true, [(".fluxlint-x-0", "a", "1"), ("d/.fluxlint-x-1", "d/b", "2")])
    let transaction = FileTransaction(top: directory.url.path)
    #expect(transaction.isInterrupted)
    #expect(try transaction.recover() == .finished(fileCount: 1))
    #expect(try directory.read("d/b") == "two")
    #expect(try directory.names == ["a", "d", "d/b"])
    #expect(try transaction.recover() == nil)
  }

  @Test func `a run that was killed before leaves the old files and nothing else`() throws {
    let directory = try Directory()
    try directory.write("a", "1")
    try directory.write(".fluxlint-x-0", "on")
    try journal(in: directory, isReady: false, [(".fluxlint-x-0", "a", "1"), ("d/.fluxlint-x-1", "d/b", "2")])
    #expect(try FileTransaction(top: directory.url.path).recover() == .undone)
    #expect(try directory.read("a") == "1")
    #expect(try directory.names == ["a", "d"])
  }

  @Test func `a run that was killed while it noted that all is ready leaves the old files and nothing else`() throws {
    for count in 0..<"written".utf8.count {
      let directory = try Directory()
      try directory.write("a", "1")
      try directory.write(".fluxlint-x-0", "one")
      let steps = [(".fluxlint-x-0", "a", "1")]
      try journal(in: directory, isReady: true, steps)
      let ready = try Data(contentsOf: directory.url.appending(path: ".fluxlint-migration"))
      try journal(in: directory, isReady: false, steps)
      var half = try Data(contentsOf: directory.url.appending(path: ".fluxlint-migration"))
      let changed = try #require(zip(half, ready).enumerated().first { $0.element.0 != $0.element.1 }?.offset)
      let end = changed + count
      half.replaceSubrange(..<end, with: ready[..<end])
      guard half != ready else { continue }
      try half.write(to: directory.url.appending(path: ".fluxlint-migration"))
      #expect(try FileTransaction(top: directory.url.path).recover() == .undone)
      #expect(try directory.read("a") == "1")
      #expect(try directory.names == ["a", "d"])
    }
  }

  @Test func `what somebody changed since is not overwritten`() throws {
    let directory = try Directory()
    try directory.write("a", "mine")
    try directory.write(".fluxlint-x-0", "one")
    try journal(in: directory, isReady: true, [(".fluxlint-x-0", "a", "1")])
    #expect(try FileTransaction(top: directory.url.path).recover() == .finished(fileCount: 0))
    #expect(try directory.read("a") == "mine")
    #expect(try directory.names == ["a", "d"])
  }

  @Test(arguments: [
    ("../.fluxlint-x", "../a"), (".git/.fluxlint-x", ".git/config"), ("b", "a"), ("d/.fluxlint-x", "a"),
    ("/.fluxlint-x", "/a"), ("link/.fluxlint-x", "link/a"),
  ])
  func `a journal that nobody of us wrote moves nothing`(temporary: String, path: String) throws {
    let directory = try Directory()
    try directory.write("a", "1")
    try directory.write("b", "one")
    try directory.write("d/.fluxlint-x", "one")
    try directory.write("d/a", "1")
    try FileManager.default.createSymbolicLink(atPath: directory.url.path + "/link", withDestinationPath: "d")
    let before = try directory.names
    try journal(in: directory, isReady: true, [(temporary, path, "1")])
    _ = try FileTransaction(top: directory.url.path).recover()
    #expect(try directory.names == before)
    #expect(try directory.read("a") == "1")
    #expect(try directory.read("d/a") == "1")
  }

  @Test func `a run that is under way keeps another from writing`() throws {
    let directory = try Directory()
    try directory.write("a", "1")
    let path = directory.url.path + "/.fluxlint-migration"
    guard let other = TransactionJournal(path: path, creates: true) else { throw POSIXError(.EIO) }
    #expect(throws: WriteFailure(path: path, reason: "another migration is being written")) {
      try FileTransaction(top: directory.url.path).commit([change("a", "1", "one")])
    }
    #expect(try directory.read("a") == "1")
    other.remove()
    try FileTransaction(top: directory.url.path).commit([change("a", "1", "one")])
    #expect(try directory.read("a") == "one")
  }

  @Test func `a file that changed meanwhile keeps all from being written`() throws {
    let directory = try Directory()
    try directory.write("a", "1")
    try directory.write("d/b", "changed")
    let changes = [change("a", "1", "one"), change("d/b", "2", "two")]
    #expect(throws: WriteFailure(path: "d/b", reason: "it changed meanwhile; run again")) {
      try FileTransaction(top: directory.url.path).commit(changes)
    }
    #expect(try directory.read("a") == "1")
    #expect(try directory.names == ["a", "d", "d/b"])
  }

  @Test func `read-only files and links are seen before`() throws {
    let directory = try Directory()
    try directory.write("a", "1", mode: 0o444)
    try directory.write("d/b", "2")
    try FileManager.default.createSymbolicLink(
      at: directory.url.appending(path: "link"), withDestinationURL: directory.url.appending(path: "d"))
    let transaction = FileTransaction(top: directory.url.path)
    #expect(transaction.obstacle("a") == "it is read-only")
    #expect(transaction.obstacle("link") == "it is no regular file")
    #expect(transaction.obstacle("link/b") == "a link leads to it")
    #expect(transaction.obstacle("d/b") == nil)
    #expect(transaction.obstacle("gone") != nil)
  }
}
