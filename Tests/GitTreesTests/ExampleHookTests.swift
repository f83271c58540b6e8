import Foundation
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
    let result = try GitTreesTests.run(
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
}
