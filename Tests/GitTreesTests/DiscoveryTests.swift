import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct DiscoveryTests {
  @Test func `finds the repository upwards, from directories and files`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a/b/c.yaml", "")
    for path in ["", "/a", "/a/b", "/a/b/c.yaml", "/.git"] {
      let found = try GitRepository.discover(from: repository.top + path, environment: [:])
      #expect(found?.topLevel == repository.top, "\(path)")
      #expect(found?.gitDirectory == repository.top + "/.git", "\(path)")
    }
    #expect(try GitRepository.discover(from: "b", environment: [:], workingDirectory: repository.top + "/a") != nil)
  }

  @Test func `outside a repository there is none`() throws {
    let directory = try TemporaryDirectory()
    #expect(try GitRepository.discover(from: directory.path, environment: [:]) == nil)
    #expect(throws: GitError.tree(.notFound(path: directory.path + "/none"))) {
      try GitRepository.discover(from: directory.path + "/none", environment: [:])
    }
  }

  @Test func `remote addresses come sorted and without secrets`() throws {
    let repository = try TemporaryRepository()
    try repository.git("remote", "add", "z", "ssh://git@example.com/fleet.git")
    try repository.git("remote", "add", "a", "https://user:token@example.com/fleet.git")
    try repository.git("remote", "add", "m", "git@example.com:org/fleet.git")
    try repository.git("remote", "add", "n", "https://example.com/a@b.git")
    try repository.git("config", "url.https://mirror.example.com/.insteadOf", "https://example.com/")
    #expect(
      try repository.open().remoteURLs == [
        "git@example.com:org/fleet.git", "https://example.com/a@b.git", "https://example.com/fleet.git",
        "ssh://git@example.com/fleet.git",
      ])
  }

  @Test func `objects named by SHA-256 are an error that names the way out`() throws {
    let repository = try TemporaryRepository("--object-format=sha256")
    let error = #expect(throws: GitError.unsupportedObjectFormat(path: repository.top)) { try repository.open() }
    #expect(error?.description.contains("git archive") == true)
  }

  @Test func `a format that is not known is an error that names the way out`() throws {
    let repository = try TemporaryRepository()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.refStorage", "reftable")
    let error = #expect(throws: GitError.self) { try repository.open() }
    guard case .unsupportedFormat(repository.top, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("refstorage") == true)
    #expect(error?.description.contains("--no-git") == true)
  }

  @Test(
    .enabled(if: geteuid() == 0, "only the super-user can give files away"),
    .enabled(if: machineConfiguration("safe.directory") == nil, "the machine trusts others"))
  func `a repository of another user is an error with the command that trusts it`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a/b.yaml", "")
    try #require(chown(repository.top, 65_534, 65_534) == 0)
    try #require(chown(repository.top + "/.git", 65_534, 65_534) == 0)
    let error = #expect(throws: GitError.notOwned(path: repository.top)) {
      try GitRepository.discover(from: repository.top + "/a", environment: [:])
    }
    #expect(error?.description.hasSuffix("git config --global --add safe.directory \(repository.top)") == true)
  }

  @Test func `extensions that change nothing for a reader are accepted`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.commitAll()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.partialClone", "origin")
    try repository.git("config", "extensions.worktreeConfig", "true")
    #expect(try paths(repository.open().index()) == ["a.yaml"])
  }
}
