import Foundation
import Testing

/// Files of the package, and what this machine lets tests do.
enum Package {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func path(_ inside: String) -> String { root.appending(path: inside).path }

  static func has(_ inside: String) -> Bool { FileManager.default.fileExists(atPath: path(inside)) }

  /// Runs a program of `PATH`.
  static func run(
    _ words: String..., in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Fluxlint.Result {
    try Subprocess.run(URL(filePath: "/usr/bin/env"), words, in: directory, environment: environment)
  }

  static func succeeds(_ words: String...) -> Bool {
    (try? Subprocess.run(URL(filePath: "/usr/bin/env"), words, in: nil))?.status == 0
  }

  /// Whether mounts can be made in a namespace of one's own.
  static let canMount = succeeds("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt")

  /// What scripts/static.sh says: the libraries of a static program, nothing where there is none.
  static let staticLibraries = (try? run("sh", path("scripts/static.sh")))?.output ?? ""

  /// What `make build` leaves, where it linked a static program.
  static let hasStaticRelease = has(".build/fluxlint.map") && has(".build/release/fluxlint")
}

@Suite struct `a static program` {
  /// Names that only code for TLS, SSH, HTTP, Kerberos or for finding a host by its name defines.
  private func transports(in symbols: some Sequence<Substring>) -> Set<Substring> {
    let prefixes = ["SSL_", "mbedtls_ssl_", "libssh2_", "gss_", "krb5_", "git_http_client_", "git_net_socket_"]
    let names: Set<Substring> = ["getaddrinfo", "gethostbyname"]
    return Set(symbols.filter { name in names.contains(name) || prefixes.contains { name.hasPrefix($0) } })
  }

  @Test(.enabled(if: !Package.staticLibraries.isEmpty, "no static program can be linked here"))
  func `that uses all of libgit2 that fluxlint uses has no transport in it`() throws {
    let scratch = try Scratch()
    let probe = scratch.url.appending(path: "probe").path
    let made = try Package.run("sh", Package.path("scripts/static.sh"), "-o", probe)
    #expect(made.output == Package.staticLibraries)
    let lines = try Package.run("nm", probe).output.split(separator: "\n")
    let symbols = lines.compactMap { $0.split(separator: " ").last }
    #expect(symbols.contains("git_repository_open_ext"))
    #expect(symbols.contains("git_smart_subtransport_http"))
    #expect(transports(in: symbols) == [])
    #expect(try !Package.run("nm", "--dynamic", probe).output.contains(" U "))
  }

  @Test(.enabled(if: Package.hasStaticRelease, "'make build' made no static program"))
  func `of the release has no transport in it`() throws {
    // The program is stripped; the linker's map has its symbols, the name last in a line.
    let map = try String(contentsOfFile: Package.path(".build/fluxlint.map"), encoding: .utf8)
    let symbols = map.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      line.split(separator: UInt8(ascii: " ")).last.map { Substring($0) }
    }
    #expect(symbols.contains("git_repository_open_ext"))
    #expect(symbols.contains("git_smart_subtransport_http"))
    #expect(transports(in: symbols) == [])
    #expect(try Package.run(Package.path(".build/release/fluxlint"), "--version").output.contains("linked statically"))
  }

  @Test(.enabled(if: Package.hasStaticRelease && Package.canMount, "no static program, or no right to make mounts"))
  func `checks in a root where nothing else is`() throws {
    let scratch = try Scratch()
    for folder in ["proc", "repo"] {
      try FileManager.default.createDirectory(
        at: scratch.url.appending(path: folder), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(
      atPath: Package.path(".build/release/fluxlint"), toPath: scratch.url.appending(path: "fluxlint").path)
    try FileManager.default.copyItem(
      atPath: Package.path("testdata/fleet"), toPath: scratch.url.appending(path: "repo/fleet").path)
    let result = try Package.run(
      "unshare", "--mount", "sh", "-c",
      "mount -t proc proc proc && exec chroot . /fluxlint check --no-git /repo/fleet", in: scratch.url)
    let expected = try Package.run(
      Package.path(".build/release/fluxlint"), "check", "--no-git", Package.path("testdata/fleet"))
    #expect(result.status == 1)
    #expect(result.output == expected.output)
  }
}

@Suite struct `a program with shared libraries` {
  static let usesCertificates =
    (try? Package.run("ldd", Fluxlint.binary.path))?.output.contains("libmbedx509") ?? false

  @Test(.enabled(if: usesCertificates, "libgit2 here reads no certificates when it begins"))
  func `gives libgit2 its own reader of certificates, which reads none`() throws {
    let names = try Package.run("nm", "--dynamic", "--defined-only", Fluxlint.binary.path).output
      .split(separator: "\n").compactMap { $0.split(separator: " ").last }
    #expect(names.contains("mbedtls_x509_crt_parse_file"))
    #expect(names.contains("mbedtls_x509_crt_parse_path"))
  }
}

@Suite struct `without the directory /proc` {
  @Test(.enabled(if: Package.canMount, "no right to make mounts"), arguments: [["--version"], ["check", "--staged"]])
  func `the program says why it cannot read its arguments`(arguments: [String]) throws {
    let line = "umount --lazy /proc && exec \"$fluxlint\" \(arguments.joined(separator: " "))"
    let scratch = try Scratch()
    let result = try Package.run(
      "unshare", "--mount", "sh", "-c", line, in: scratch.url, environment: ["fluxlint": Fluxlint.binary.path])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk == "fluxlint: cannot read its own arguments: /proc is not mounted here\n")
  }
}
