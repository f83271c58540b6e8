import Foundation
import GitTrees
import SourceTrees

/// A directory that is removed with the last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent("git-trees-XXXXXX").path
    var bytes = Array(template.utf8CString)
    guard let made = mkdtemp(&bytes).map({ String(cString: $0) }), let real = realPath(of: made) else {
      throw TestFailure("no temporary directory")
    }
    path = real
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    // By way of the C library: Foundation would normalise names.
    guard let stream = fopen(file, "wb") else { throw TestFailure("cannot write \(file)") }
    defer { fclose(stream) }
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw TestFailure("cannot write \(file)") }
  }

  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw TestFailure("cannot link \(name)") }
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }

  func makeExecutable(_ name: String) throws {
    guard chmod(path + "/" + name, 0o755) == 0 else { throw TestFailure("cannot chmod \(name)") }
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A repository in a directory of its own, made with the `git` command, which no configuration of the machine reaches.
final class TemporaryRepository: Sendable {
  /// The work tree and everything beside it.
  let directory: TemporaryDirectory
  /// The work tree, or the repository itself when it is bare.
  let top: String

  init(_ initArguments: String...) throws {
    directory = try TemporaryDirectory()
    top = directory.path + "/repo"
    try Self.git(["init", "--quiet", "--initial-branch=main"] + initArguments + [top], in: directory.path)
    // The code under test reads the configuration of the machine, which may have rules for all repositories.
    try git("config", "core.excludesFile", directory.path + "/none")
  }

  @discardableResult
  func git(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
    try Self.git(arguments, in: top, environment: environment)
  }

  @discardableResult
  static func git(
    _ arguments: [String], in directory: String, environment: [String: String] = [:], input: String = ""
  ) throws -> String {
    let own = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory, "LC_ALL": "C",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Tester",
      "GIT_AUTHOR_EMAIL": "tester@example.com", "GIT_COMMITTER_NAME": "Tester",
      "GIT_COMMITTER_EMAIL": "tester@example.com",
    ]
    let result = try run(
      ["/usr/bin/env", "git"] + arguments, in: directory, environment: own.merging(environment) { $1 }, input: input)
    guard result.status == 0 else {
      throw TestFailure("git \(arguments.joined(separator: " ")): exit \(result.status)\n\(result.errors)")
    }
    return result.output
  }

  func write(_ name: String, _ text: String) throws { try directory.write("repo/" + name, text) }
  func remove(_ name: String) throws { try directory.remove("repo/" + name) }

  /// Adds everything and commits it.
  func commitAll(_ message: String = "change") throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "--message", message)
  }

  /// A clone beside it, as the code under test finds it.
  func clone(options: [String]) throws -> GitRepository {
    let path = directory.path + "/clone"
    try Self.git(["clone", "--quiet"] + options + ["file://" + top, path], in: directory.path)
    guard let repository = try GitRepository.discover(from: path, environment: [:]) else {
      throw TestFailure("no repository in \(path)")
    }
    return repository
  }

  /// The repository as the code under test finds it.
  func open(environment: [String: String] = [:]) throws -> GitRepository {
    guard
      let repository = try GitRepository.discover(from: top, environment: environment, workingDirectory: top)
    else { throw TestFailure("no repository in \(top)") }
    return repository
  }
}

struct CommandResult {
  var status: Int32
  var output: String
  var errors: String
}

/// Runs a command and waits for it.
func run(_ command: [String], in directory: String, environment: [String: String], input: String = "") throws
  -> CommandResult
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command[0])
  process.arguments = Array(command.dropFirst())
  process.currentDirectoryURL = URL(fileURLWithPath: directory)
  process.environment = environment
  let scratch = try TemporaryDirectory()
  try scratch.write("in", input)
  let files = try ["in", "out", "err"].map { name in
    let file = scratch.path + "/" + name
    if name != "in" { try scratch.write(name, "") }
    guard let handle = name == "in" ? FileHandle(forReadingAtPath: file) : FileHandle(forWritingAtPath: file) else {
      throw TestFailure("cannot open \(file)")
    }
    return handle
  }
  process.standardInput = files[0]
  process.standardOutput = files[1]
  process.standardError = files[2]
  try process.run()
  process.waitUntilExit()
  func text(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: scratch.path + "/" + name) ?? Data(), as: UTF8.self)
  }
  return CommandResult(status: process.terminationStatus, output: text("out"), errors: text("err"))
}

/// What Git on this machine says without any repository; nil when it says nothing.
func machineConfiguration(_ key: String) -> String? {
  let environment = ProcessInfo.processInfo.environment
  let result = try? run(["/usr/bin/env", "git", "config", "--get", key], in: "/", environment: environment)
  return result?.status == 0 ? result?.output : nil
}

/// The paths of a tree.
func paths(_ tree: some SourceTree) -> [String] { tree.entries.map(\.path) }

/// The text of every file and link by its path.
func texts(_ tree: some SourceTree) throws -> [String: String] {
  var reader = try tree.makeReader()
  var texts: [String: String] = [:]
  for entry in tree.entries where entry.mode != .submodule {
    texts[entry.path] = String(decoding: try reader.contents(of: entry), as: UTF8.self)
  }
  return texts
}
