import Foundation
import Testing

/// The image of the Containerfile, built in bare roots; a whole release build, so `.ci/run` alone asks for it.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["FLUXLINT_TEST_CONTAINER"] != nil, "takes minutes: .ci/run does it"),
  .enabled(if: Package.canMount, "no right to make mounts"))
struct `the image` {
  @Test func `has a program that does what the built one does, and says so`() throws {
    let scratch = try Scratch()
    let kept = scratch.url.appending(path: "kept").path
    let result = try Package.run(
      "python3", Package.path("scripts/bare_container.py"), Package.path("Containerfile"), "--mount",
      "\(Package.path("testdata/fleet"))=/repo", "--keep", "/fluxlint=\(kept)", "--", "check", "--no-git",
      environment: ["HOME": NSHomeDirectory(), "PYTHONDONTWRITEBYTECODE": "1"])
    let expected = try Fluxlint.run("check", "--no-git", in: Package.root.appending(path: "testdata/fleet"))
    #expect(result.status == 1, "\(result.talk)")
    #expect(result.output == expected.output)
    // Built in another directory, it is the same program but for hashes that the compiler makes of paths.
    let version = try Package.run(kept, "--version").output
    #expect(version.contains("linked statically"))
    if Package.hasStaticRelease {
      #expect(try version == Package.run(Package.path(".build/release/fluxlint"), "--version").output)
    }
  }
}
