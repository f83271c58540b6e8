import Foundation
import Testing

/// `scripts/dist.py` with a stand-in for the release binary: a script that calls the built one and calls itself static.
private struct Packing {
  static let canRun = Package.succeeds("python3", "--version") && Package.succeeds("dpkg", "--version")

  let scratch: Scratch

  init(linked: String = "linked statically", map: String = "/usr/lib/x86_64-linux-gnu/libgit2.a(str.c.o)") throws {
    scratch = try Scratch()
    let program = """
      #!/bin/sh
      '\(Fluxlint.binary.path)' "$@" | sed 's/linked as a shared library/\(linked)/'
      """
    let file = scratch.url.appending(path: "fluxlint")
    try program.write(to: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    let line = "          3989cc           3989cc      140     1         \(map):(.eh_frame+0x18)\n"
    try line.write(to: scratch.url.appending(path: "map"), atomically: false, encoding: .utf8)
  }

  /// Packs into the directory `name`, which `file` reads.
  func pack(_ name: String, environment: [String: String] = [:]) throws -> Fluxlint.Result {
    let given = ["SOURCE_DATE_EPOCH": "1700000000", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/root"]
    return try Package.run(
      "python3", Package.path("scripts/dist.py"), "--program", path("fluxlint"), "--map", path("map"), "--output",
      path(name), environment: given.merging(environment) { _, new in new })
  }

  func path(_ name: String) -> String { scratch.url.appending(path: name).path }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  /// The one file of the directory `folder` whose name has `part` in it.
  func name(_ folder: String, _ part: String) throws -> String {
    try #require(
      FileManager.default.contentsOfDirectory(atPath: path(folder)).filter { $0.contains(part) }.first,
      "nothing like '\(part)' in '\(folder)'")
  }
}

@Suite(.enabled(if: Packing.canRun, "needs python3 and dpkg"))
struct `what is packed` {
  private let packing: Packing

  init() throws { packing = try Packing() }

  @Test func `is the same bytes for the same inputs`() throws {
    #expect(try packing.pack("one", environment: ["TZ": "UTC"]).status == 0)
    try "old".write(toFile: packing.path("two-old"), atomically: false, encoding: .utf8)
    let other = ["TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "USER": "someone"]
    #expect(try packing.pack("two", environment: other).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: packing.path("one")).sorted()
    #expect(names.count == 5)
    for name in names {
      #expect(
        FileManager.default.contentsEqual(atPath: packing.path("one/" + name), andPath: packing.path("two/" + name)),
        "\(name)")
    }
    let sums = try Package.run("sha256sum", "-c", "SHA256SUMS", in: packing.scratch.url.appending(path: "one"))
    #expect(sums.status == 0)
    #expect(sums.output.split(separator: "\n").count == 4)
  }

  @Test func `has what belongs to the program, and the plugin is one file`() throws {
    #expect(try packing.pack("dist").status == 0)
    let all = try Package.run("tar", "-tzf", packing.path("dist/" + packing.name("dist", "fluxlint_0"))).output
    #expect(all.hasPrefix("fluxlint_"))
    for part in [
      "/bin/fluxlint\n", "/share/man/man1/fluxlint.1\n", "/share/doc/fluxlint/LICENSE\n", "/NOTICES\n", "/pre-commit\n",
      "/pre-push\n", "/pre-receive\n", "/completions/fluxlint\n", "/_fluxlint\n", "/fluxlint.fish\n",
    ] {
      #expect(all.contains(part), "\(part)")
    }
    let plugin = try Package.run("tar", "-tzf", packing.path("dist/" + packing.name("dist", "flux-lint_"))).output
    #expect(plugin == "flux-lint\n")
  }

  @Test func `depends on no other package`() throws {
    #expect(try packing.pack("dist").status == 0)
    let package = packing.path("dist/" + (try packing.name("dist", ".deb")))
    let fields = try Package.run("dpkg-deb", "--field", package).output
    #expect(fields.contains("Package: fluxlint\n"))
    #expect(!fields.contains("Depends"))
    let files = try Package.run("dpkg-deb", "--contents", package).output
    #expect(files.contains(" ./usr/bin/fluxlint\n"))
    #expect(files.contains(" ./usr/share/man/man1/fluxlint.1.gz\n"))
    #expect(files.contains(" ./usr/share/doc/fluxlint/copyright\n"))
    for line in files.split(separator: "\n") { #expect(line.contains(" 0/0 ") || line.contains(" root/root ")) }
  }

  @Test func `is what the manifest of the plugin names`() throws {
    let given = ["BASE_URL": "https://example.com/v1/", "HOMEPAGE": "https://example.com/"]
    let result = try packing.pack("dist", environment: given)
    #expect(result.status == 0)
    #expect(result.talk.isEmpty)
    let plugin = try packing.name("dist", "flux-lint_")
    let sums = try packing.text("dist/SHA256SUMS").split(separator: "\n")
    let sum = try #require(sums.first { $0.hasSuffix("  \(plugin)") }?.prefix(64))
    let manifest = try packing.text("dist/plugin.yaml")
    for line in [
      "apiVersion: cli.fluxcd.io/v1beta1\n", "kind: Plugin\n", "name: lint\n", "bin: flux-lint\n",
      "homepage: https://example.com/\n", "source: https://example.com/\n",
      "url: https://example.com/v1/\(plugin)\n", "checksum: sha256:\(sum)\n",
    ] {
      #expect(manifest.contains(line), "\(line)")
    }
    let keys = manifest.matches(of: /(?m)^(?:- |  )*([a-zA-Z]+):/).map { String($0.output.1) }
    let schema = [
      "apiVersion", "kind", "name", "description", "homepage", "source", "bin", "versions", "version", "platforms",
      "os",
      "arch", "url", "checksum",
    ]
    #expect(Set(keys).subtracting(schema) == [])
  }

  @Test func `names an address that cannot exist when none is given, and says so`() throws {
    let result = try packing.pack("dist")
    #expect(result.status == 0)
    #expect(result.talk.contains("BASE_URL="))
    #expect(try packing.text("dist/plugin.yaml").contains("https://fluxlint.example/flux-lint_"))
  }

  @Test(arguments: ["http://example.com", "example.com", "https://a b"])
  func `is nothing when the address is none`(address: String) throws {
    let result = try packing.pack("dist", environment: ["BASE_URL": address])
    #expect(result.status == 1)
    #expect(result.talk.contains("BASE_URL is '\(address)', expected an address that begins with https://"))
    #expect(!FileManager.default.fileExists(atPath: packing.path("dist")))
  }

  @Test func `is nothing when a library has no licence`() throws {
    let result = try Packing(map: "/no/such/libsecret.a(one.o)").pack("dist")
    #expect(result.status == 1)
    #expect(result.talk.contains("no licence found for '/no/such/libsecret.a'"))
  }

  @Test func `is only the archive when the program needs shared libraries`() throws {
    let packing = try Packing(linked: "linked as a shared library")
    let result = try packing.pack("dist")
    #expect(result.status == 0)
    #expect(result.talk.contains("needs shared libraries"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: packing.path("dist")).count == 2)
  }

  @Test func `has a notice for each library`() throws {
    #expect(try packing.pack("dist").status == 0)
    let archive = packing.path("dist/" + (try packing.name("dist", "fluxlint_0")))
    let notices = try Package.run("tar", "-xzOf", archive, "--wildcards", "*/NOTICES").output
    #expect(notices.contains("libgit2-dev (libgit2.a)"))
    #expect(notices.contains("swift-argument-parser"))
    #expect(notices.contains("linking exception") || notices.contains("LINKING EXCEPTION"))
  }
}

@Suite(.enabled(if: Package.succeeds("python3", "--version"), "needs python3"))
struct `the manual page` {
  @Test func `has each command and option that the help has`() throws {
    let page = try Package.run(
      "python3", Package.path("scripts/man_page.py"), Fluxlint.binary.path,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"]
    ).output.replacing("\\-", with: "-")
    #expect(page.hasPrefix(".TH FLUXLINT 1"))
    let commands = try Fluxlint.run("--help").output.matches(of: /(?m)^  ([a-z]+) (?:\(default\))? +[A-Z]/)
      .map { String($0.output.1) }
    #expect(commands.count > 5)
    for command in commands {
      #expect(page.contains(".SS fluxlint \(command)\n"), "\(command)")
      let help = try Fluxlint.run(command, "--help").output
      for option in help.matches(of: /(?m)^  (?:-[a-z], )?(--[a-z0-9-]+)/).map(\.output.1) {
        #expect(page.contains(option), "\(command) \(option)")
      }
    }
    #expect(page.contains(".SS fluxlint hook install\n"))
  }
}
