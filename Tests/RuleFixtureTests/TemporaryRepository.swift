import Foundation
import GitTrees
import SourceTrees

/// A Git repository with one or two commits in a temporary folder, made with the `git` command; removed with its last reference.
final class TemporaryRepository: Sendable {
  private let folder: URL
  private let top: URL

  /// - Parameter base: the files of the first of two commits.
  init(files: [String: [UInt8]], base: [String: [UInt8]]? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "rule-fixtures-\(UUID().uuidString)")
    top = folder.appending(path: "repo")
    try FileManager.default.createDirectory(at: top, withIntermediateDirectories: true)
    try git("init", "--quiet", "--initial-branch=main")
    if let base {
      try commit(base)
      for path in base.keys { try FileManager.default.removeItem(at: top.appending(path: path)) }
    }
    try commit(files)
  }

  private func commit(_ files: [String: [UInt8]]) throws {
    for (path, bytes) in files {
      let file = top.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    try git("-c", "core.autocrlf=false", "add", "--all", "--force")
    try git("commit", "--quiet", "--allow-empty", "--message", "fixture")
  }

  /// The tree of the first commit.
  func base() throws -> any SourceTree {
    guard let repository = try GitRepository.discover(from: top.path, environment: [:], workingDirectory: top.path)
    else { throw TestFailure("no repository in \(top.path)") }
    return try repository.commit("HEAD~1")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The three snapshots, which are the same.
  func trees() throws -> [(name: String, tree: any SourceTree)] {
    guard let repository = try GitRepository.discover(from: top.path, environment: [:], workingDirectory: top.path)
    else { throw TestFailure("no repository in \(top.path)") }
    return [
      ("work tree", try repository.workTree()), ("index", try repository.index()),
      ("commit", try repository.commit("HEAD")),
    ]
  }

  /// No configuration of the machine reaches the command.
  private func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = top
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Tester",
      "GIT_AUTHOR_EMAIL": "tester@example.com", "GIT_COMMITTER_NAME": "Tester",
      "GIT_COMMITTER_EMAIL": "tester@example.com",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw TestFailure("git \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
  }
}
