import Foundation

/// The built program, run as a user runs it.
enum Fluxlint {
  struct Result {
    var status: Int32
    var output: String
    var talk: String
  }

  /// Beside the test bundle, where the build puts all products.
  static let binary: URL = {
    let folders =
      [URL(filePath: ProcessInfo.processInfo.arguments[0])] + Bundle.allBundles.map(\.bundleURL)
    return folders.map { $0.deletingLastPathComponent().appending(path: "fluxlint") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? URL(filePath: "/fluxlint-is-not-built")
  }()

  /// Runs `fluxlint` with nothing on standard input and an environment of its own.
  ///
  /// - Parameters:
  ///   - directory: where it is started.
  ///   - environment: variables on top of `PATH` and what keeps the machine's Git settings out.
  static func run(
    _ arguments: String..., in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    try run(arguments, in: directory, environment: environment)
  }

  static func run(
    _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    try Subprocess.run(binary, arguments, in: directory, environment: environment)
  }

  /// Runs a shell command line; `$fluxlint` is the program.
  static func shell(
    _ line: String, in directory: URL, environment: [String: String] = [:]
  ) throws -> Result {
    try Subprocess.run(
      URL(filePath: "/bin/sh"), ["-c", line], in: directory,
      environment: environment.merging(["fluxlint": binary.path]) { given, _ in given })
  }
}

/// Runs programs and keeps what they write.
enum Subprocess {
  static func run(
    _ program: URL, _ arguments: [String], in directory: URL?, environment: [String: String] = [:]
  ) throws -> Fluxlint.Result {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = directory ?? scratch.url
    process.environment = baseEnvironment.merging(environment) { _, given in given }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: a full pipe that nobody reads stops the program.
    let output = try scratch.newFile("output")
    let talk = try scratch.newFile("talk")
    process.standardOutput = output.handle
    process.standardError = talk.handle
    try process.run()
    process.waitUntilExit()
    return Fluxlint.Result(
      status: process.terminationStatus, output: try String(contentsOf: output.url, encoding: .utf8),
      talk: try String(contentsOf: talk.url, encoding: .utf8))
  }

  private static let baseEnvironment: [String: String] = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com",
    "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com",
  ]
}

/// A directory that goes away with the value.
final class Scratch {
  let url: URL

  init() throws {
    // The real path: on some systems the temporary directory is behind a link.
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "fluxlint-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func newFile(_ name: String) throws -> (url: URL, handle: FileHandle) {
    let file = url.appending(path: name)
    try Data().write(to: file)
    return (file, try FileHandle(forWritingTo: file))
  }
}
