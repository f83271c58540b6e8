package import CommandFailures
package import GitTrees
import Manifests
package import SourceTrees

/// The tree that a request is about, and the part of it that is to be shown.
package struct CheckedTree {
  package var tree: any SourceTree
  /// Relative to the top of the tree; "" for all of it.
  package var scope = ""
  /// The directory of the repository, without links; nil when it is nowhere on disk.
  package var topDirectory: String?
  package var repository: GitRepository?
  /// What the user ought to know about the choice.
  package var remarks: [String] = []

  /// Finds and lists the tree. The repository that the path lies in is always taken as a whole, since what one part
  /// needs may be missing in another.
  package static func choose(for request: TreeRequest) throws(CommandFailure) -> CheckedTree {
    guard let buffer = request.buffer else { return try choose(for: request, at: request.path ?? ".") }
    let file = try SnapshotPlace(buffer.path)
    if file.rest.isEmpty, file.place.isDirectory { throw .notReadable(path: buffer.path, reason: "it is a directory") }
    let start = if let path = request.path { path } else { try start(at: file, buffer.path, request) }
    var checked = try choose(for: request, at: start)
    guard let top = checked.topDirectory, file.place.real == top || !file.place.relative(to: top).isEmpty,
      let path = RelativePath.join(file.place.relative(to: top), file.rest), !path.isEmpty
    else { throw .outsideRepository(path: buffer.path) }
    checked.tree = OverlaidTree(checked.tree, path: path, bytes: buffer.bytes)
    if request.path == nil { checked.scope = path }
    return checked
  }

  /// Where the repository of a buffer is looked for when nobody says it: around the file. A name that leads out of the
  /// repository that one is in, or outside of Git out of the working directory, is refused: whoever has it from others
  /// must not make fluxlint read what lies elsewhere.
  private static func start(
    at file: SnapshotPlace, _ path: String, _ request: TreeRequest
  ) throws(CommandFailure) -> String {
    let real = file.place.real
    let parent = file.place.isDirectory ? real : RelativePath.parent(of: real)
    let directory = parent.isEmpty ? "/" : parent
    let working = try Place(".")
    let isBelow = RelativePath.isPath(directory, inside: working.real == "/" ? "" : working.real)
    if request.snapshot == .directory {
      guard isBelow else { throw .outsideRepository(path: path) }
      return "."
    }
    let own = try repository(around: working, environment: request.environment)
    let around = try repository(around: Place(directory), environment: request.environment)
    if let own, around?.gitDirectory != own.gitDirectory, !path.hasPrefix("/") { throw .outsideRepository(path: path) }
    if around != nil { return directory }
    guard isBelow else { throw .notADirectory(path: path, option: nil) }
    return "."
  }

  private static func choose(for request: TreeRequest, at path: String) throws(CommandFailure) -> CheckedTree {
    if request.snapshot == .directory { return try directory(Place(path), path: path, option: "--no-git") }
    let found = try place(path, in: request.snapshot)
    let place = found.place
    guard let repository = try repository(around: place, environment: request.environment) else {
      if !found.rest.isEmpty { throw .noSuchPath(path) }
      switch request.snapshot {
      case .staged: throw .noRepository(path: path, option: "--staged")
      case .revision: throw .noRepository(path: path, option: "--rev")
      case .files, .directory: break
      }
      var checked = try directory(place, path: path, option: nil)
      checked.remarks = ["'\(path)' is not in a Git repository: checking the directory as it is"]
      return checked
    }

    var checked = CheckedTree(
      tree: try tree(of: repository, request.snapshot, path: path),
      topDirectory: repository.topLevel.flatMap { realPath(of: $0) }, repository: repository)
    if request.path != nil {
      guard let scope = found.relative(to: repository) else { throw .outsideRepository(path: path) }
      try checked.narrow(to: scope, in: request.snapshot)
    }
    return checked
  }

  /// A revision and the index may have files that are not on disk.
  package static func place(
    _ path: String, in snapshot: Snapshot
  ) throws(CommandFailure) -> SnapshotPlace {
    let found = try SnapshotPlace(path)
    switch snapshot {
    case .files, .directory: if !found.rest.isEmpty { throw .noSuchPath(path) }
    case .staged, .revision: break
    }
    return found
  }

  package static func repository(
    around place: Place, environment: [String: String]
  ) throws(CommandFailure) -> GitRepository? {
    do {
      return try GitRepository.discover(from: place.real, environment: environment)
    } catch {
      throw .git(error)
    }
  }

  package static func tree(
    of repository: GitRepository, _ snapshot: Snapshot, path: String
  ) throws(CommandFailure) -> any SourceTree {
    do {
      switch snapshot {
      case .staged: return try repository.index()
      case .revision(let name): return try repository.commit(name)
      case .files, .directory: return try repository.workTree()
      }
    } catch {
      switch error {
      case .noWorkTree, .noIndex: throw .bareRepository(path: path)
      default: throw .git(error)
      }
    }
  }

  private static func directory(
    _ place: Place, path: String, option: String?
  ) throws(CommandFailure) -> CheckedTree {
    guard place.isDirectory else { throw .notADirectory(path: path, option: option) }
    do {
      return CheckedTree(tree: try DirectoryTree(path: place.real), topDirectory: place.real)
    } catch {
      throw .tree(error)
    }
  }

  private mutating func narrow(to path: String, in snapshot: Snapshot) throws(CommandFailure) {
    guard !path.isEmpty else { return }
    guard tree.entries.contains(where: { RelativePath.isPath($0.path, inside: path) }) else {
      switch snapshot {
      case .files, .directory: throw .nothingAt(path: path)
      case .staged: throw .notInSnapshot(path: path, snapshot: nil)
      case .revision(let name): throw .notInSnapshot(path: path, snapshot: name)
      }
    }
    scope = path
    remarks.append("showing only what concerns '\(path)'")
  }
}
