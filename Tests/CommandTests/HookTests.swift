import Foundation
import Testing

@Suite struct `hooks` {
  /// What a commit needs to find the program: its directory on `PATH`.
  private var environment: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return ["PATH": "\(Fluxlint.binary.deletingLastPathComponent().path):\(path)"]
  }

  private func commit(in fleet: Fleet) throws -> Fluxlint.Result {
    try fleet.git("add", "-A")
    return try Fluxlint.shell("git commit -q -m change", in: fleet.url, environment: environment)
  }

  @Test func `an installed hook stops a commit with a finding and lets others through`() throws {
    let fleet = try Fleet()
    let installed = try Fluxlint.run("hook", "install", in: fleet.url.appending(path: "apps"))
    #expect(installed.status == 0)
    #expect(installed.output.contains("pre-commit: installed"))
    #expect(installed.output.contains("pre-merge-commit: installed"))

    try fleet.write("apps/more.yaml", Fleet.configMap("more"))
    #expect(try commit(in: fleet).status == 0)

    try fleet.addFinding()
    let refused = try commit(in: fleet)
    #expect(refused.status != 0)
    #expect((refused.output + refused.talk).contains("depends-on-missing"))

    let removed = try Fluxlint.run("hook", "uninstall", fleet.url.path)
    #expect(removed.status == 0)
    #expect(removed.output.contains("pre-commit: removed"))
    #expect(try commit(in: fleet).status == 0)
  }

  @Test func `installing twice changes nothing, and a hook that was there still runs`() throws {
    let fleet = try Fleet()
    let own = fleet.url.appending(path: ".git/hooks/pre-commit")
    try fleet.write(".git/hooks/pre-commit", "#!/bin/sh\necho own hook ran\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: own.path)

    #expect(try Fluxlint.run("hook", "install", in: fleet.url).output.contains("runs first"))
    #expect(try Fluxlint.run("hook", "install", in: fleet.url).output.contains("pre-commit: nothing to do"))
    try fleet.write("apps/more.yaml", Fleet.configMap("more"))
    let result = try commit(in: fleet)
    #expect(result.status == 0)
    #expect((result.output + result.talk).contains("own hook ran"))

    #expect(try Fluxlint.run("hook", "uninstall", in: fleet.url).status == 0)
    #expect(try String(contentsOf: own, encoding: .utf8) == "#!/bin/sh\necho own hook ran\n")
  }

  @Test func `a bare repository gets none`() throws {
    let fleet = try Fleet()
    let bare = try fleet.bareClone()
    let result = try Fluxlint.run("hook", "install", bare.path)
    #expect(result.status == 2)
    #expect(result.talk.contains("bare"))
  }
}
