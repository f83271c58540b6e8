import GitTrees
import SourceTrees
import TestSupport
import Testing

struct IndexTreeTests {
  @Test func `holds what is staged, whatever lies on disk`() throws {
    let repository = try TemporaryRepository()
    try repository.write("staged.yaml", "old")
    try repository.write("removed.yaml", "")
    try repository.commitAll()
    try repository.write("staged.yaml", "staged")
    try repository.git("add", "staged.yaml")
    try repository.write("staged.yaml", "on disk")
    try repository.write("untracked.yaml", "")
    try repository.git("rm", "--quiet", "--cached", "removed.yaml")

    let tree = try repository.open().index()

    #expect(try texts(tree) == ["staged.yaml": "staged"])
  }

  @Test func `leaves out what is only intended to be added`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "a")
    try repository.git("add", "a.yaml")
    try repository.write("later.yaml", "later")
    try repository.git("add", "--intent-to-add", "later.yaml")

    let git = try repository.open()

    #expect(try paths(git.index()) == ["a.yaml"])
    #expect(try paths(git.workTree()) == ["a.yaml", "later.yaml"])
  }

  @Test func `names the unmerged paths`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "base")
    try repository.write("b.yaml", "base")
    try repository.commitAll()
    try repository.git("checkout", "--quiet", "-b", "other")
    try repository.write("a.yaml", "theirs")
    try repository.write("b.yaml", "theirs")
    try repository.commitAll()
    try repository.git("checkout", "--quiet", "main")
    try repository.write("a.yaml", "ours")
    try repository.write("b.yaml", "ours")
    try repository.commitAll()
    _ = try? repository.git("merge", "--quiet", "other")

    let git = try repository.open()

    #expect(throws: GitError.unmergedPaths(["a.yaml", "b.yaml"])) { try git.index() }
    #expect(try paths(git.workTree()) == ["a.yaml", "b.yaml"])
  }

  @Test func `a missing index is an error once there are commits`() throws {
    let repository = try TemporaryRepository()
    #expect(try repository.open().index().entries.isEmpty)
    try repository.write("a.yaml", "")
    try repository.commitAll()
    try repository.remove(".git/index")

    let git = try repository.open()

    let error = GitError.missingIndex(path: repository.top + "/.git/index", isNamedByEnvironment: false)
    #expect(throws: error) { try git.index() }
    #expect(throws: error) { try git.workTree() }
  }

  @Test(arguments: [[], [0x44, 0x49, 0x52, 0x43], Array(repeating: 0, count: 100)] as [[UInt8]])
  func `a damaged index is an error`(bytes: [UInt8]) throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.commitAll()
    try repository.directory.write("repo/.git/index", bytes)
    let error = GitError.damagedIndex(path: repository.top + "/.git/index")
    #expect(throws: error) { try repository.open().index() }
    #expect(throws: error) { try repository.open().workTree() }
  }

  @Test func `a sparse index is an error that names the way out`() throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "")
    try repository.write("infra/i.yaml", "")
    try repository.commitAll()
    try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "apps")
    #expect(throws: GitError.unsupportedIndex(extension: "sdir")) { try repository.open().index() }

    try repository.git("sparse-checkout", "reapply", "--no-sparse-index")
    #expect(try paths(repository.open().index()) == ["apps/a.yaml", "infra/i.yaml"])
  }

  @Test func `a split index is an error that names the way out`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.commitAll()
    try repository.git("update-index", "--split-index")
    #expect(throws: GitError.unsupportedIndex(extension: "link")) { try repository.open().index() }

    try repository.git("update-index", "--no-split-index")
    #expect(try paths(repository.open().index()) == ["a.yaml"])
  }

  @Test(arguments: ["2", "3", "4"])
  func `reads every version of the index`(version: String) throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "")
    try repository.write("apps/b.yaml", "")
    try repository.commitAll()
    try repository.git("update-index", "--index-version", version)
    #expect(try paths(repository.open().index()) == ["apps/a.yaml", "apps/b.yaml"])
  }

  @Test func `a path that is not UTF-8 is a notice in every tree`() throws {
    let repository = try TemporaryRepository()
    let blob = try repository.git("hash-object", "-w", "-t", "blob", "/dev/null").prefix(40)
    try repository.write("good.yaml", "")
    try repository.git("add", "good.yaml")
    // Git takes the octal escape for the byte.
    try TemporaryRepository.git(
      ["update-index", "--index-info"], in: repository.top, input: "100644 \(blob)\t\"d/\\377.yaml\"\n")
    try repository.git("commit", "--quiet", "--message", "bytes")

    let git = try repository.open()

    let notices = [TreeNotice(path: "d/\\xFF.yaml", reason: "the name is not UTF-8")]
    #expect(try paths(git.index()) == ["good.yaml"])
    #expect(try git.index().notices == notices)
    #expect(try git.commit("HEAD").notices == notices)
    try repository.git("checkout", "--quiet", "--force", "HEAD")
    #expect(try git.workTree().notices == notices)
  }
}
