import GitTrees
import SourceTrees
import TestSupport

/// An example of a rule as a Git repository with one commit or two.
struct FixtureRepository {
  private let repository: TemporaryRepository

  /// - Parameter base: the files of the first of two commits.
  init(files: [String: [UInt8]], base: [String: [UInt8]]? = nil) throws {
    repository = try TemporaryRepository()
    if let base {
      try commit(base)
      for path in base.keys { try repository.remove(path) }
    }
    try commit(files)
  }

  private func commit(_ files: [String: [UInt8]]) throws {
    for (path, bytes) in files { try repository.write(path, bytes) }
    try repository.git("-c", "core.autocrlf=false", "add", "--all", "--force")
    try repository.git("commit", "--quiet", "--allow-empty", "--message", "fixture")
  }

  /// The tree of the first commit.
  func base() throws -> any SourceTree { try repository.open().commit("HEAD~1") }

  /// The three snapshots, which are the same.
  func trees() throws -> [(name: String, tree: any SourceTree)] {
    let opened = try repository.open()
    return [("work tree", try opened.workTree()), ("index", try opened.index()), ("commit", try opened.commit("HEAD"))]
  }
}
