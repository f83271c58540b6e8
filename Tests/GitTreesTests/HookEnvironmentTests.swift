import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct HookEnvironmentTests {
  /// The environment that Git gives a hook of `name` while `command` runs, as the hook saw it, and what the hook's
  /// temporary index held. The code under test is called after the fact, so the hook keeps a copy of what Git removes.
  private func environment(
    of name: String, during command: [String], in repository: TemporaryRepository, at directory: String? = nil
  ) throws -> [String: String] {
    let record = repository.directory.path + "/environment"
    try repository.directory.write(
      "hooks/" + name,
      """
      #!/bin/sh
      cp "${GIT_INDEX_FILE:-/dev/null}" "\(record).index" 2>/dev/null
      [ -z "$GIT_QUARANTINE_PATH" ] || cp -r "$GIT_QUARANTINE_PATH" "\(record).objects"
      pwd > "\(record).directory"
      env -0 > "\(record)"
      """)
    try repository.directory.makeExecutable("hooks/" + name)
    try TemporaryRepository.git(
      ["-c", "core.hooksPath=" + repository.directory.path + "/hooks"] + command, in: directory ?? repository.top)
    let text = try String(contentsOfFile: record, encoding: .utf8)
    return Dictionary(
      text.split(separator: "\0").compactMap { line in
        line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
      }, uniquingKeysWith: { $1 })
  }

  private func open(_ path: String, _ environment: [String: String], in directory: String) throws -> GitRepository {
    try #require(try GitRepository.discover(from: path, environment: environment, workingDirectory: directory))
  }

  @Test func `a partial commit is seen through its temporary index`() throws {
    let repository = try TemporaryRepository()
    try repository.write("base.yaml", "base")
    try repository.commitAll()
    try repository.write("one.yaml", "one")
    try repository.write("two.yaml", "two")
    try repository.git("add", "one.yaml", "two.yaml")

    var environment = try environment(
      of: "pre-commit", during: ["commit", "--quiet", "--message", "partial", "one.yaml"], in: repository)
    let named = try #require(environment["GIT_INDEX_FILE"])
    #expect(named.contains("next-index"))
    environment["GIT_INDEX_FILE"] = repository.directory.path + "/environment.index"

    let git = try open(".", environment, in: repository.top)
    #expect(try paths(git.index()) == ["base.yaml", "one.yaml"])
    #expect(try paths(repository.open().index()) == ["base.yaml", "one.yaml", "two.yaml"])
  }

  @Test func `a relative index starts at the top of the work tree`() throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "")
    try repository.commitAll()
    let environment = try environment(
      of: "pre-commit", during: ["commit", "--quiet", "--allow-empty", "--message", "x"], in: repository,
      at: repository.top + "/apps")
    #expect(environment["GIT_INDEX_FILE"] == ".git/index")

    let git = try open(".", environment, in: repository.top + "/apps")
    #expect(try paths(git.index()) == ["apps/a.yaml"])
  }

  @Test func `an index that does not exist is an error and not an empty tree`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.commitAll()
    let git = try open(".", ["GIT_INDEX_FILE": "gone"], in: repository.top)
    #expect(throws: GitError.missingIndex(path: repository.top + "/gone", isNamedByEnvironment: true)) {
      try git.index()
    }
  }

  @Test func `a hook of a linked work tree is about that work tree`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "main")
    try repository.commitAll()
    let linked = repository.directory.path + "/linked"
    try repository.git("worktree", "add", "--quiet", linked)
    try repository.directory.write("linked/b.yaml", "linked")
    try TemporaryRepository.git(["add", "b.yaml"], in: linked)

    let environment = try environment(
      of: "pre-commit", during: ["commit", "--quiet", "--message", "x"], in: repository, at: linked)
    #expect(environment["GIT_DIR"]?.hasSuffix("/worktrees/linked") == true)

    let git = try open(".", environment, in: linked)
    #expect(git.topLevel == linked)
    #expect(git.commonDirectory == repository.top + "/.git")
    #expect(try paths(git.index()) == ["a.yaml", "b.yaml"])
    #expect(try paths(git.workTree()) == ["a.yaml", "b.yaml"])
    #expect(try paths(git.commit("HEAD")) == ["a.yaml", "b.yaml"])
    // The main work tree is a different one, so nothing of the environment counts there.
    let main = try open(repository.top, environment, in: linked)
    #expect(main.topLevel == repository.top)
    #expect(try paths(main.index()) == ["a.yaml"])
  }

  @Test func `pushed objects are found in the quarantine`() throws {
    let source = try TemporaryRepository()
    try source.write("a.yaml", "pushed")
    try source.commitAll()
    let server = try TemporaryRepository("--bare")
    try server.git("config", "core.hooksPath", server.directory.path + "/hooks")
    var environment = try environment(
      of: "pre-receive", during: ["push", "--quiet", server.top, "main"], in: server, at: source.top)
    #expect(environment["GIT_DIR"] == ".")
    let quarantine = try #require(environment["GIT_QUARANTINE_PATH"])
    #expect(environment["GIT_OBJECT_DIRECTORY"] == quarantine)
    let id = String(try source.git("rev-parse", "HEAD").prefix(40))

    // As it was while the hook ran: the objects are in the quarantine and nowhere else.
    let fresh = try TemporaryRepository("--bare")
    environment["GIT_QUARANTINE_PATH"] = server.directory.path + "/environment.objects"
    environment["GIT_OBJECT_DIRECTORY"] = server.directory.path + "/environment.objects"
    environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = fresh.top + "/objects"
    let git = try open(".", environment, in: fresh.top)
    #expect(git.isBare)
    #expect(try texts(git.commit(id)) == ["a.yaml": "pushed"])
    #expect(throws: GitError.unknownRevision(id, similar: [])) { try fresh.open().commit(id) }
  }

  @Test func `quoted alternates and alternates with a colon are found`() throws {
    let source = try TemporaryRepository()
    try source.write("a.yaml", "there")
    try source.commitAll()
    let id = String(try source.git("rev-parse", "HEAD").prefix(40))
    let directory = try TemporaryDirectory()
    try FileManager.default.copyItem(atPath: source.top + "/.git/objects", toPath: directory.path + "/a:\"b\"")
    let empty = try TemporaryRepository()

    let environment = [
      "GIT_OBJECT_DIRECTORY": empty.top + "/.git/objects",
      "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/none:\"\(directory.path)/a:\\\"b\\\"\"",
    ]
    #expect(try texts(open(".", environment, in: empty.top).commit(id)) == ["a.yaml": "there"])
  }

  @Test func `nothing of the environment reaches another repository`() throws {
    let hooked = try TemporaryRepository()
    try hooked.write("hooked.yaml", "")
    try hooked.commitAll()
    let other = try TemporaryRepository()
    try other.write("other.yaml", "")
    try other.commitAll()
    // A repository within the work tree of the first is another one as well.
    try TemporaryRepository.git(["clone", "--quiet", other.top, "nested"], in: hooked.top)

    let environments = [
      ["GIT_DIR": hooked.top + "/.git", "GIT_INDEX_FILE": hooked.top + "/.git/index"],
      ["GIT_INDEX_FILE": ".git/index"],
      ["GIT_OBJECT_DIRECTORY": hooked.top + "/.git/objects"],
    ]
    for environment in environments {
      for path in [other.top, hooked.top + "/nested"] {
        let git = try open(path, environment, in: hooked.top)
        #expect(git.topLevel == path)
        #expect(try paths(git.index()) == ["other.yaml"])
        #expect(try paths(git.commit("HEAD")) == ["other.yaml"])
      }
      #expect(try paths(open(hooked.top, environment, in: hooked.top).index()) == ["hooked.yaml"])
    }
  }

  @Test func `a work tree far from its repository is found through the environment`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.commitAll()
    let directory = try TemporaryDirectory()
    try directory.write("a.yaml", "")
    try directory.write("new.yaml", "")
    let environment = ["GIT_DIR": repository.top + "/.git", "GIT_WORK_TREE": directory.path]

    let git = try open(".", environment, in: directory.path)

    #expect(git.topLevel == directory.path)
    #expect(try paths(git.workTree()) == ["a.yaml", "new.yaml"])
    #expect(try paths(git.index()) == ["a.yaml"])
  }

  @Test func `a GIT_DIR that is no repository is an error`() throws {
    let repository = try TemporaryRepository()
    let error = #expect(throws: GitError.self) {
      try GitRepository.discover(
        from: repository.top, environment: ["GIT_DIR": "/none"], workingDirectory: repository.top)
    }
    #expect(error?.description.contains("GIT_DIR") == true)
  }
}
