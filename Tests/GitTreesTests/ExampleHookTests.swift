import Foundation
import TestSupport
import Testing

struct ExampleHookTests {
  /// Runs a hook of `hooks/` with a stand-in for fluxlint that records its arguments and fails for some revisions.
  private func run(_ hook: String, input: String) throws -> (status: Int32, calls: String) {
    let directory = try TemporaryDirectory()
    try directory.write(
      "bin/fluxlint",
      """
      #!/bin/sh
      echo "$*" >> calls
      cat >> calls
      case $3 in 1*) exit 1 ;; 2*) exit 2 ;; esac
      """)
    try directory.makeExecutable("bin/fluxlint")
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let result = try TestSupport.run(
      [root.appendingPathComponent("hooks/" + hook).path, "origin", "ssh://example.com/fleet.git"], in: directory.path,
      environment: ["PATH": directory.path + "/bin:/usr/bin:/bin"], input: input)
    let calls = FileManager.default.contents(atPath: directory.path + "/calls") ?? Data()
    return (result.status, String(decoding: calls, as: UTF8.self))
  }

  private static let zeros = String(repeating: "0", count: 40)

  /// The line that Git writes for a ref whose new id is `id`.
  private func line(_ hook: String, _ id: String, _ ref: String) -> String {
    hook == "pre-push" ? "\(ref) \(id) \(ref) \(Self.zeros)\n" : "\(Self.zeros) \(id) \(ref)\n"
  }

  @Test(arguments: ["pre-push", "pre-receive"])
  func `checks each ref that is pushed and none that is deleted`(hook: String) throws {
    let input = [("a0", "refs/heads/main"), (Self.zeros, "refs/heads/gone"), ("b0", "refs/tags/v1")]
    let result = try run(hook, input: input.map { line(hook, $0.0, $0.1) }.joined())
    #expect(result.status == 0)
    #expect(result.calls == "check --rev a0\ncheck --rev b0\n")
  }

  @Test(
    arguments: ["pre-push", "pre-receive"],
    [(["10", "a0"], 1), (["a0", "10"], 1), (["20", "10"], 2), (["10", "20"], 2), ([], 0)] as [([String], Int32)])
  func `the worst result decides`(hook: String, pushed: (ids: [String], status: Int32)) throws {
    let result = try run(hook, input: pushed.ids.map { line(hook, $0, "refs/heads/" + $0) }.joined())
    #expect(result.status == pushed.status)
    #expect(result.calls.split(separator: "\n").count == pushed.ids.count)
  }

  // MARK: - Real pushes

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A repository that is pushed from, one that is pushed to, and a stand-in for fluxlint that writes down which
  /// commits it reads, and refuses those with a file named `bad`.
  private final class Pushes {
    let repository = try? TemporaryRepository()
    private let hook: String

    init(hook: String, everyCommit: Bool) throws {
      self.hook = hook
      let repository = try #require(repository)
      let directory = repository.directory
      try directory.write(
        "bin/fluxlint",
        """
        #!/bin/sh
        git rev-parse "$3" >> "\(directory.path)/calls"
        ! git cat-file -e "$3:bad" 2>/dev/null
        """)
      try directory.makeExecutable("bin/fluxlint")
      try TemporaryRepository.git(["init", "--quiet", "--bare", "server.git"], in: directory.path)
      try repository.git("remote", "add", "origin", directory.path + "/server.git")
      let hooks = hook == "pre-push" ? repository.top + "/.git/hooks" : directory.path + "/server.git/hooks"
      try FileManager.default.createDirectory(atPath: hooks, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: ExampleHookTests.root.appendingPathComponent("hooks/" + hook).path, toPath: hooks + "/" + hook)
      if everyCommit {
        for place in [repository.top, directory.path + "/server.git"] {
          try TemporaryRepository.git(["config", "fluxlint.everyCommit", "true"], in: place)
        }
      }
    }

    /// Commits and gives the id.
    func commit(_ file: String? = nil) throws -> String {
      let repository = try #require(repository)
      if let file { try repository.write(file, "") }
      try repository.commitAll()
      return try repository.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    }

    /// The commits that were read, and whether the push was taken.
    func push(_ arguments: String...) throws -> (calls: [String], isTaken: Bool) {
      let repository = try #require(repository)
      let directory = repository.directory.path
      try? FileManager.default.removeItem(atPath: directory + "/calls")
      let path = directory + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      var isTaken = true
      do {
        try TemporaryRepository.git(
          ["push", "--quiet", "origin"] + arguments, in: repository.top, environment: ["PATH": path])
      } catch is TestFailure { isTaken = false }
      let calls = FileManager.default.contents(atPath: directory + "/calls") ?? Data()
      return (String(decoding: calls, as: UTF8.self).split(separator: "\n").map(String.init), isTaken)
    }
  }

  @Test(arguments: ["pre-push", "pre-receive"])
  func `a push of many refs is checked at their tips, each commit once, and deletions are not`(hook: String) throws {
    let pushes = try Pushes(hook: hook, everyCommit: false)
    let repository = try #require(pushes.repository)
    _ = try pushes.commit("a")
    let second = try pushes.commit("b")
    try repository.git("branch", "same")
    try repository.git("tag", "--annotate", "v1", "--message", "x")
    try repository.git("checkout", "--quiet", "-b", "other")
    let third = try pushes.commit("c")
    let first = try pushes.push("main", "same", "other")
    #expect(first.isTaken && first.calls.sorted() == [second, third].sorted())
    // Of a tag the object of the tag itself is pushed.
    #expect(try pushes.push("v1").calls.count == 1)
    let deletion = try pushes.push("--delete", "same")
    #expect(deletion.isTaken && deletion.calls.isEmpty)
  }

  @Test(arguments: ["pre-push", "pre-receive"])
  func `every commit is checked when that is asked for, the first push included`(hook: String) throws {
    let pushes = try Pushes(hook: hook, everyCommit: true)
    let first = try pushes.commit("a")
    let second = try pushes.commit("b")
    #expect(try pushes.push("main").calls == [first, second])
    let third = try pushes.commit("bad")
    try #require(pushes.repository).remove("bad")
    let fourth = try pushes.commit()
    let refused = try pushes.push("main")
    #expect(!refused.isTaken && refused.calls == [third, fourth])
    try #require(pushes.repository).git("reset", "--quiet", "--hard", second)
    let fifth = try pushes.commit("e")
    let taken = try pushes.push("main", "main:copy")
    #expect(taken.isTaken && taken.calls == [fifth])
  }

  @Test(arguments: ["pre-push", "pre-receive"])
  func `a bad commit below a good tip is let through when only tips are checked`(hook: String) throws {
    let pushes = try Pushes(hook: hook, everyCommit: false)
    _ = try pushes.commit("bad")
    #expect(try !pushes.push("main").isTaken)
    try #require(pushes.repository).remove("bad")
    let tip = try pushes.commit()
    let result = try pushes.push("main")
    #expect(result.isTaken && result.calls == [tip])
  }
}
