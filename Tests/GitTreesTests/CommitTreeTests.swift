import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct CommitTreeTests {
  /// Two commits; the first has the tag `v1.0` and the branch `release`.
  private func history() throws -> TemporaryRepository {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "first")
    try repository.commitAll()
    try repository.git("tag", "--annotate", "--message", "release", "v1.0")
    try repository.git("branch", "release")
    try repository.write("apps/a.yaml", "second")
    try repository.commitAll()
    try repository.git("gc", "--quiet")
    return repository
  }

  @Test(arguments: ["HEAD~1", "v1.0", "refs/tags/v1.0", "release", "main^", "v1.0^{commit}", "@~"])
  func `takes every name of a commit`(name: String) throws {
    let repository = try history()
    let tree = try repository.open().commit(name)
    #expect(try texts(tree) == ["apps/a.yaml": "first"])
    let id = try repository.git("rev-parse", "release").prefix(40)
    #expect(tree.revision == .commit(String(id)))
  }

  @Test func `takes full and abbreviated ids, of commits and of trees`() throws {
    let repository = try history()
    let git = try repository.open()
    let commit = String(try repository.git("rev-parse", "HEAD").prefix(40))
    let tree = String(try repository.git("rev-parse", "HEAD^{tree}").prefix(40))
    #expect(try git.commit(commit).revision == .commit(commit))
    #expect(try git.commit(String(commit.prefix(7))).revision == .commit(commit))
    #expect(try git.commit(tree).revision == .commit(tree))
    #expect(try git.commit(tree).entries == git.commit("HEAD").entries)
    #expect(try paths(git.commit("HEAD:apps")) == ["a.yaml"])
  }

  @Test func `an unknown revision brings similar names`() throws {
    let repository = try history()
    let git = try repository.open()
    #expect(throws: GitError.unknownRevision("relaese", similar: ["release"])) { try git.commit("relaese") }
    #expect(throws: GitError.unknownRevision("v1.1", similar: ["v1.0"])) { try git.commit("v1.1") }
    #expect(throws: GitError.unknownRevision("nothing-like-it", similar: [])) { try git.commit("nothing-like-it") }
    #expect(throws: GitError.unknownRevision("", similar: [])) { try git.commit("") }
    #expect(throws: GitError.unknownRevision("--all", similar: [])) { try git.commit("--all") }
    let zeros = String(repeating: "0", count: 40)
    #expect(throws: GitError.unknownRevision(zeros, similar: [])) { try git.commit(zeros) }
  }

  @Test func `a shallow clone is said to be one`() throws {
    let repository = try history()
    let clone = try repository.clone(options: ["--depth", "1"])
    #expect(try texts(clone.commit("HEAD")) == ["apps/a.yaml": "second"])
    #expect(throws: GitError.notInShallowClone("HEAD~1")) { try clone.commit("HEAD~1") }
  }

  @Test(arguments: [["--filter=tree:0"], ["--filter=tree:1"]])
  func `trees that a partial clone lacks are said to be missing`(filter: [String]) throws {
    let repository = try history()
    try repository.git("config", "uploadpack.allowFilter", "true")
    let clone = try repository.clone(options: filter + ["--no-checkout"])
    #expect(throws: GitError.missingObjects(revision: "HEAD")) { try clone.commit("HEAD") }
  }

  @Test func `a file is no tree`() throws {
    let repository = try history()
    let name = "HEAD:apps/a.yaml"
    #expect(throws: GitError.notATree(name)) { try repository.open().commit(name) }
  }

  @Test func `a branch without a commit is named`() throws {
    let repository = try TemporaryRepository()
    #expect(throws: GitError.unbornHead(branch: "main")) { try repository.open().commit("HEAD") }
    #expect(throws: GitError.unknownRevision("main", similar: [])) { try repository.open().commit("main") }
  }

  @Test func `reads a bare repository`() throws {
    let source = try history()
    let directory = try TemporaryDirectory()
    try TemporaryRepository.git(["clone", "--quiet", "--bare", source.top, "bare.git"], in: directory.path)

    let git = try #require(try GitRepository.discover(from: directory.path + "/bare.git", environment: [:]))

    #expect(git.isBare)
    #expect(try texts(git.commit("main")) == ["apps/a.yaml": "second"])
    #expect(git.remoteURLs == [source.top])
  }

  @Test func `a bare repository without a configuration is bare`() throws {
    let source = try history()
    let directory = try TemporaryDirectory()
    try TemporaryRepository.git(["clone", "--quiet", "--bare", source.top, "bare.git"], in: directory.path)
    try FileManager.default.removeItem(atPath: directory.path + "/bare.git/config")

    let git = try #require(try GitRepository.discover(from: directory.path + "/bare.git", environment: [:]))

    #expect(git.isBare)
    #expect(try texts(git.commit("main")) == ["apps/a.yaml": "second"])
  }

  @Test func `an object that a partial clone leaves out is an error of the file alone`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "one")
    try repository.write("b.yaml", "two")
    try repository.commitAll()
    let blob = try repository.git("rev-parse", "HEAD:b.yaml").prefix(40)
    try repository.remove(".git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")

    let tree = try repository.open().commit("HEAD")
    var reader = try tree.makeReader()

    #expect(try reader.contents(of: tree.entries[0]) == Array("one".utf8))
    let error = #expect(throws: SourceTreeError.self) { try reader.contents(of: tree.entries[1]) }
    #expect(error?.description.contains("partial clone") == true)
  }

  @Test func `names that no checkout could hold are notices`() throws {
    let repository = try TemporaryRepository()
    let blob = try repository.git("hash-object", "-w", "-t", "blob", "/dev/null").prefix(40)
    func tree(_ lines: String) throws -> String {
      let made = try TemporaryRepository.git(["mktree"], in: repository.top, input: lines)
      return String(made.prefix(40))
    }
    let inner = try tree("100644 blob \(blob)\tfile\n")
    let evil = try tree(
      "040000 tree \(inner)\t..\n040000 tree \(inner)\t.GIT\n040000 tree \(inner)\tgood\n100644 blob \(blob)\t.\n")

    let listed = try repository.open().commit(evil)

    #expect(paths(listed) == ["good/file"])
    #expect(listed.notices.map(\.path) == [".", "..", ".GIT"])
  }

  @Test func `trees that name one another do not make a listing without end`() throws {
    let repository = try TemporaryRepository()
    var id = String(try repository.git("hash-object", "-w", "-t", "blob", "/dev/null").prefix(40))
    // Ten to the power of eight directories in eight small objects.
    for level in 0..<9 {
      let kind = level == 0 ? "100644 blob" : "040000 tree"
      let lines = (0..<10).map { "\(kind) \(id)\t\($0)\n" }.joined()
      id = String(try TemporaryRepository.git(["mktree"], in: repository.top, input: lines).prefix(40))
    }
    let error = #expect(throws: GitError.self) { try repository.open().commit(id) }
    #expect(error?.description.contains("more than 1000000") == true)
  }

  @Test func `several readers read at once`() async throws {
    let repository = try TemporaryRepository()
    for number in 0..<50 { try repository.write("\(number).yaml", "content of \(number)") }
    try repository.commitAll()
    try repository.git("gc", "--quiet")
    let tree = try repository.open().commit("HEAD")

    let totals = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var reader = try tree.makeReader()
          return try tree.entries.reduce(0) { try $0 + reader.contents(of: $1).count }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }

    #expect(totals.count == 4)
    #expect(Set(totals) == [(0..<50).reduce(0) { $0 + "content of \($1)".utf8.count }])
  }
}
