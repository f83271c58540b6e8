import Foundation
package import GitTrees
import SourceTrees

/// A repository in a directory of its own, made with the `git` command, which no configuration of the machine reaches.
package final class TemporaryRepository: Sendable {
  /// The work tree and everything beside it.
  package let directory: TemporaryDirectory
  /// The work tree, or the repository itself when it is bare.
  package let top: String

  package init(_ initArguments: String...) throws {
    directory = try TemporaryDirectory()
    top = directory.path + "/repo"
    try Self.git(["init", "--quiet", "--initial-branch=main"] + initArguments + [top], in: directory.path)
    // The code under test reads the configuration of the machine, which may have rules for all repositories.
    try git("config", "core.excludesFile", directory.path + "/none")
  }

  @discardableResult
  package func git(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
    try Self.git(arguments, in: top, environment: environment)
  }

  @discardableResult
  package static func git(
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

  package func write(_ name: String, _ text: String) throws { try directory.write("repo/" + name, text) }
  package func write(_ name: String, _ bytes: [UInt8]) throws { try directory.write("repo/" + name, bytes) }
  package func remove(_ name: String) throws { try directory.remove("repo/" + name) }

  /// Adds everything and commits it.
  package func commitAll(_ message: String = "change") throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "--message", message)
  }

  /// A clone beside it, as the code under test finds it.
  package func clone(options: [String]) throws -> GitRepository {
    let path = directory.path + "/clone"
    try Self.git(["clone", "--quiet"] + options + ["file://" + top, path], in: directory.path)
    guard let repository = try GitRepository.discover(from: path, environment: [:]) else {
      throw TestFailure("no repository in \(path)")
    }
    return repository
  }

  /// The repository as the code under test finds it.
  package func open(environment: [String: String] = [:]) throws -> GitRepository {
    guard
      let repository = try GitRepository.discover(from: top, environment: environment, workingDirectory: top)
    else { throw TestFailure("no repository in \(top)") }
    return repository
  }
}
