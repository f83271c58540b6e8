import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct HookInstallerTests {
  private let names = HookInstaller.hookNames

  private func actions(_ changes: [HookInstaller.Change]) -> [HookInstaller.Change.Action] { changes.map(\.action) }

  private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func `the embedded text is the file in the source`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    #expect(try content(root.appendingPathComponent("hooks/pre-commit").path) == HookScript.text)
    #expect(HookScript.text.contains(HookScript.marker))
  }

  @Test func `installs, does nothing the second time, and leaves no trace after uninstalling`() throws {
    let repository = try TemporaryRepository()
    let git = try repository.open()
    let hooks = repository.top + "/.git/hooks"
    try? FileManager.default.removeItem(atPath: hooks)

    #expect(actions(try HookInstaller.install(in: git)) == [.installed, .installed])
    for name in names {
      #expect(try content(hooks + "/" + name) == HookScript.text)
      #expect(mode(hooks + "/" + name) == 0o755)
    }
    #expect(actions(try HookInstaller.install(in: git)) == [.unchanged, .unchanged])
    #expect(actions(try HookInstaller.uninstall(from: git)) == [.removed, .removed])
    #expect(try FileManager.default.contentsOfDirectory(atPath: hooks).isEmpty)
    #expect(actions(try HookInstaller.uninstall(from: git)) == [.unchanged, .unchanged])
  }

  @Test func `another hook is kept, and comes back byte for byte`() throws {
    let repository = try TemporaryRepository()
    let git = try repository.open()
    let hook = repository.top + "/.git/hooks/pre-commit"
    let bytes: [UInt8] = Array("#!/bin/sh\nexit 0 # ".utf8) + [0xFF, 0x00, 0x0D, 0x0A]
    try repository.directory.write("repo/.git/hooks/pre-commit", bytes)
    chmod(hook, 0o710)

    let kept = hook + ".fluxlint-chained"
    #expect(actions(try HookInstaller.install(in: git)) == [.installedBefore(keptAt: kept), .installed])
    #expect(actions(try HookInstaller.install(in: git)) == [.unchanged, .unchanged])
    #expect(actions(try HookInstaller.uninstall(from: git)) == [.restored, .removed])

    #expect(FileManager.default.contents(atPath: hook).map(Array.init) == bytes)
    #expect(mode(hook) == 0o710)
    #expect(!FileManager.default.fileExists(atPath: kept))
  }

  @Test func `a hook that is a link is kept as a link`() throws {
    let repository = try TemporaryRepository()
    let git = try repository.open()
    try repository.write("tools/hook.sh", "#!/bin/sh\n")
    let hook = repository.top + "/.git/hooks/pre-commit"
    try? FileManager.default.removeItem(atPath: repository.top + "/.git/hooks")
    try repository.directory.makeDirectory("repo/.git/hooks")
    try repository.directory.link("repo/.git/hooks/pre-commit", to: "../../tools/hook.sh")

    _ = try HookInstaller.install(in: git)
    #expect(try content(repository.top + "/tools/hook.sh") == "#!/bin/sh\n")
    _ = try HookInstaller.uninstall(from: git)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: hook) == "../../tools/hook.sh")
  }

  @Test func `an older hook of ours is updated, a foreign one beside a kept one is refused`() throws {
    let repository = try TemporaryRepository()
    let git = try repository.open()
    try repository.write(".git/hooks/pre-commit", "#!/bin/sh\n\(HookScript.marker) as of old.\n")
    #expect(actions(try HookInstaller.install(in: git)) == [.updated, .installed])

    try repository.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    try repository.write(".git/hooks/pre-commit.fluxlint-chained", "#!/bin/sh\n")
    let error = #expect(throws: GitError.self) { try HookInstaller.install(in: git) }
    #expect(error?.description.contains("exists as well") == true)
    #expect(actions(try HookInstaller.uninstall(from: git)) == [.leftForeign, .removed])
    #expect(try content(repository.top + "/.git/hooks/pre-commit.fluxlint-chained") == "#!/bin/sh\n")
  }

  @Test func `goes where core_hooksPath points, relative to the top of the work tree`() throws {
    let repository = try TemporaryRepository()
    try repository.git("config", "core.hooksPath", "tools/hooks")
    let changes = try HookInstaller.install(in: try repository.open())
    #expect(changes.map(\.path) == names.map { repository.top + "/tools/hooks/" + $0 })
    #expect(try content(repository.top + "/tools/hooks/pre-commit") == HookScript.text)
    #expect(!FileManager.default.fileExists(atPath: repository.top + "/.git/hooks/pre-commit"))
  }

  @Test func `linked work trees share the hooks, unless one has its own directory`() throws {
    let repository = try TemporaryRepository()
    try repository.commitAll()
    let linked = repository.directory.path + "/linked"
    try repository.git("worktree", "add", "--quiet", linked)
    func installed() throws -> String? {
      let git = try #require(try GitRepository.discover(from: linked, environment: [:]))
      return try HookInstaller.install(in: git).first?.path
    }
    #expect(try installed() == repository.top + "/.git/hooks/pre-commit")

    try repository.git("config", "extensions.worktreeConfig", "true")
    try TemporaryRepository.git(["config", "--worktree", "core.hooksPath", "own"], in: linked)
    #expect(try installed() == linked + "/own/pre-commit")
  }

  @Test func `a directory that cannot hold hooks is an error`() throws {
    let repository = try TemporaryRepository()
    try repository.git("config", "core.hooksPath", "/dev/null")
    #expect(throws: GitError.hook(path: "/dev/null", reason: "not a directory")) {
      try HookInstaller.install(in: try repository.open())
    }
  }

  @Test func `a bare repository is refused with a hint at pre-receive`() throws {
    let repository = try TemporaryRepository("--bare")
    let error = #expect(throws: GitError.self) { try HookInstaller.install(in: try repository.open()) }
    #expect(error?.description.contains("hooks/pre-receive") == true)
  }

  /// Commits with the hook in place. `tool` is the script that stands for fluxlint, nil when it is not installed.
  private func commit(in repository: TemporaryRepository, tool: String?) throws -> CommandResult {
    var path = "/usr/bin:/bin"
    if let tool {
      try repository.directory.write("bin/fluxlint", "#!/bin/sh\n" + tool)
      try repository.directory.makeExecutable("bin/fluxlint")
      path = repository.directory.path + "/bin:" + path
    }
    return try run(
      ["/usr/bin/env", "git", "commit", "--quiet", "--allow-empty", "--message", "x"], in: repository.top,
      environment: [
        "PATH": path, "HOME": repository.top, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.com", "GIT_COMMITTER_NAME": "Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.com",
      ])
  }

  @Test func `the hook runs the check on the index and its exit code decides`() throws {
    let repository = try TemporaryRepository()
    _ = try HookInstaller.install(in: try repository.open())
    let good = try commit(in: repository, tool: "echo \"arguments: $*\" >&2; exit 0")
    #expect(good.status == 0)
    #expect(good.errors.contains("arguments: check --staged --base HEAD"))
    #expect(try commit(in: repository, tool: "exit 1").status != 0)
    #expect(try repository.git("rev-list", "--count", "HEAD") == "1\n")
  }

  @Test func `without fluxlint on PATH the commit stops with a sentence`() throws {
    let repository = try TemporaryRepository()
    _ = try HookInstaller.install(in: try repository.open())
    let result = try commit(in: repository, tool: nil)
    #expect(result.status != 0)
    #expect(result.errors.contains("fluxlint is not on PATH"))
    #expect(result.errors.contains("--no-verify"))
  }

  @Test func `the kept hook runs first and can stop the commit`() throws {
    let repository = try TemporaryRepository()
    try repository.write(".git/hooks/pre-commit", "#!/bin/sh\necho kept >&2\n[ ! -e stop ] || exit 3\n")
    try repository.directory.makeExecutable("repo/.git/hooks/pre-commit")
    _ = try HookInstaller.install(in: try repository.open())

    let both = try commit(in: repository, tool: "echo tool >&2")
    #expect(both.status == 0)
    #expect(both.errors == "kept\ntool\n")
    try repository.write("stop", "")
    let stopped = try commit(in: repository, tool: "echo tool >&2")
    #expect(stopped.status != 0)
    #expect(stopped.errors == "kept\n")
  }

  @Test func `the hook hands arguments, input and exit code through`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("pre-commit", HookScript.text)
    try directory.write("pre-commit.fluxlint-chained", "#!/bin/sh\necho \"$# $1:$2\"\ncat\nexit 7\n")
    try directory.makeExecutable("pre-commit")
    try directory.makeExecutable("pre-commit.fluxlint-chained")
    let result = try run(
      [directory.path + "/pre-commit", "a b", "*"], in: directory.path, environment: ["PATH": "/usr/bin:/bin"],
      input: "from stdin\n")
    #expect(result.status == 7)
    #expect(result.output == "2 a b:*\nfrom stdin\n")
  }

  @Test func `an empty core.hooksPath is refused, since Git runs nothing then`() throws {
    let repository = try TemporaryRepository()
    try repository.git("config", "core.hooksPath", "")
    #expect(throws: GitError.self) { try HookInstaller.install(in: repository.open()) }
    #expect(!FileManager.default.fileExists(atPath: repository.top + "/pre-commit"))
  }

  @Test func `a directory in the place of a hook is left where it is`() throws {
    let repository = try TemporaryRepository()
    try repository.directory.makeDirectory("repo/.git/hooks/pre-commit")
    #expect(throws: GitError.self) { try HookInstaller.install(in: repository.open()) }
    #expect(throws: GitError.self) { try HookInstaller.uninstall(from: repository.open()) }
    #expect(FileManager.default.fileExists(atPath: repository.top + "/.git/hooks/pre-commit"))
  }
}
