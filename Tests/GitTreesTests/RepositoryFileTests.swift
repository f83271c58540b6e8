import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

/// libgit2 waits for ever for a named pipe; these tests would not end either.
struct RepositoryFileTests {
  private func repository(withPipeAt path: String) throws -> TemporaryRepository {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "a: 1\n")
    try repository.commitAll()
    let file = repository.directory.path + "/repo/.git/" + path
    try? FileManager.default.removeItem(atPath: file)
    guard mkfifo(file, 0o644) == 0 else { throw TestFailure("no pipe") }
    return repository
  }

  @Test(arguments: ["HEAD", "config", "packed-refs", "index"])
  func `a pipe in the place of a file is an error before the repository is opened`(name: String) throws {
    let repository = try repository(withPipeAt: name)
    #expect(throws: GitError.self) { _ = try repository.open() }
  }

  @Test(arguments: ["refs/heads/main", "refs/heads/other"])
  func `a pipe in the place of a branch is an error when it is read`(name: String) throws {
    let repository = try repository(withPipeAt: name)
    let git = try repository.open()
    #expect(throws: GitError.self) { _ = try git.commit(String(name.dropFirst("refs/heads/".count))) }
    #expect(throws: GitError.self) { _ = try git.commit("nothing") }
  }

  @Test func `looking into a log that is not there makes none`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "a: 1\n")
    try repository.commitAll()
    let logs = repository.directory.path + "/repo/.git/logs"
    try FileManager.default.removeItem(atPath: logs)
    for revision in ["main@{0}", "HEAD@{1}", "@{1}", "@{-1}", "main@{yesterday}"] {
      #expect(throws: GitError.self) { _ = try repository.open().commit(revision) }
    }
    #expect(!FileManager.default.fileExists(atPath: logs))
  }

  @Test func `a log that is there is looked into`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "a: 1\n")
    try repository.commitAll()
    try repository.write("b.yaml", "b: 1\n")
    try repository.commitAll()
    #expect(try repository.open().commit("HEAD@{1}").entries.map(\.path) == ["a.yaml"])
  }
}
