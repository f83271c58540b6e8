import CommandFailures
import GitTrees
import Manifests
import Sessions
import SourceTrees

/// The files on disk that a migration is about.
struct MigrationTree {
  var tree: any SourceTree
  /// The directory that its paths are relative to, absolute and without links.
  var top: String
  /// Relative to the top; empty for all files.
  var scopes: [String] = []
  var remarks: [String] = []
  private var repository: GitRepository?

  /// The repository around the paths, which must be one, or a directory outside Git.
  static func choose(for request: MigrationRequest) throws(CommandFailure) -> MigrationTree {
    let paths = request.paths.isEmpty ? ["."] : request.paths
    let first = try Place(paths[0])
    guard let repository = try CheckedTree.repository(around: first, environment: request.environment) else {
      // A file is looked at with all that lies next to it.
      let directory = first.isDirectory ? paths[0] : parent(of: paths[0])
      let tree = try CheckedTree.choose(for: TreeRequest(path: directory, environment: [:]))
      var chosen = MigrationTree(tree: tree.tree, top: try Place(directory).real, remarks: tree.remarks)
      try chosen.narrow(to: first.isDirectory ? Array(paths.dropFirst()) : paths)
      return chosen
    }
    guard let top = repository.topLevel else { throw .bareRepositoryToChange(path: paths[0]) }
    var chosen = MigrationTree(
      tree: try CheckedTree.tree(of: repository, .files, path: paths[0]), top: top, repository: repository)
    if !request.paths.isEmpty { try chosen.narrow(to: paths) }
    return chosen
  }

  private static func parent(of path: String) -> String {
    let parent = RelativePath.parent(of: path)
    return parent.isEmpty ? path.hasPrefix("/") ? "/" : "." : parent
  }

  /// Where a transaction keeps its journal: in the Git directory, which nobody commits, if there is one.
  var journal: String? { repository.map { $0.gitDirectory + "/fluxlint-migration" } }

  func isInScope(_ path: String) -> Bool {
    scopes.isEmpty || scopes.contains { RelativePath.isPath(path, inside: $0) }
  }

  private mutating func narrow(to paths: [String]) throws(CommandFailure) {
    for path in paths {
      let place = try Place(path)
      let relative = place.relative(to: top)
      if relative.isEmpty {
        guard place.real == top else { throw .migrationOfTwoTrees(path: path, top: top) }
        scopes = []
        return
      }
      guard tree.entries.contains(where: { RelativePath.isPath($0.path, inside: relative) }) else {
        throw .nothingAt(path: path)
      }
      scopes.append(relative)
    }
  }

  /// Which of the files differ from the last commit: what is written over cannot be had back from Git.
  func uncommitted(_ files: [(path: String, bytes: [UInt8])]) -> [String] {
    guard let repository, let head = try? repository.commit("HEAD"), var reader = try? head.makeReader() else {
      return []
    }
    let committed = Dictionary(head.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    return files.filter { file in
      guard let entry = committed[file.path], let bytes = try? reader.contents(of: entry) else { return true }
      // Git may have other line breaks in its objects than on disk.
      return bytes.filter { $0 != 0x0D } != file.bytes.filter { $0 != 0x0D }
    }.map(\.path)
  }
}
