import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct BaseCommitTests {
  /// `main` and `topic`, which left it after its first commit; each has one of its own.
  private func history() throws -> TemporaryRepository {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "first")
    try repository.commitAll()
    try repository.git("branch", "topic")
    try repository.write("a.yaml", "main")
    try repository.commitAll()
    try repository.git("checkout", "--quiet", "topic")
    try repository.write("b.yaml", "topic")
    try repository.commitAll()
    return repository
  }

  private func id(_ name: String, in repository: TemporaryRepository) throws -> String {
    String(try repository.git("rev-parse", name).prefix(40))
  }

  @Test func `a base is the last commit in common, and with two dots the revision itself`() throws {
    let repository = try history()
    let git = try repository.open()
    #expect(try git.base("main", of: "HEAD") == id("main~1", in: repository))
    #expect(try git.base("HEAD", of: "HEAD") == id("HEAD", in: repository))
    #expect(try git.base("HEAD~1", of: "topic") == id("main~1", in: repository))
    #expect(try git.base("main..", of: "HEAD") == "main")
    #expect(try git.base("main:", of: "HEAD") == "main:", "a tree has no history")
  }

  @Test func `a branch without a commit is nothing, any other name is a mistake`() throws {
    let repository = try TemporaryRepository()
    let git = try repository.open()
    #expect(try git.base("HEAD", of: "HEAD") == nil)
    #expect(try git.base("HEAD..", of: "HEAD") == nil)
    #expect(throws: GitError.self) { try git.base("HEAD~1", of: "HEAD") }
    #expect(throws: GitError.self) { try git.base("main", of: "HEAD") }
  }

  @Test func `histories that have nothing in common are told from a shallow clone`() throws {
    let repository = try history()
    try repository.git("checkout", "--quiet", "--orphan", "other")
    try repository.commitAll()
    #expect(throws: GitError.noMergeBase("main", isShallow: false)) {
      try repository.open().base("main", of: "HEAD")
    }
    #expect(try repository.open().base("main..", of: "HEAD") == "main..".dropLast(2).description)
  }
}
