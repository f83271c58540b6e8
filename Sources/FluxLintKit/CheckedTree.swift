import GitTrees
import Manifests
import SourceTrees

/// The tree that a request is about, and the part of it that is to be shown.
struct CheckedTree {
  var tree: any SourceTree
  /// Relative to the top of the tree; "" for all of it.
  var scope: String
  /// What the user ought to know about the choice.
  var remarks: [String] = []

  /// Finds and lists the tree. The repository that the path lies in is always taken as a whole, since what one part
  /// needs may be missing in another.
  init(_ request: CheckRequest) throws(CommandFailure) {
    let path = request.path ?? "."
    let place = try Place(path)
    if request.snapshot == .directory {
      try self.init(directory: place, path: path, option: "--no-git")
      return
    }

    let repository: GitRepository?
    do {
      repository = try GitRepository.discover(from: place.real, environment: request.environment)
    } catch {
      throw .git(error)
    }
    guard let repository else {
      switch request.snapshot {
      case .staged: throw .noRepository(path: path, option: "--staged")
      case .revision: throw .noRepository(path: path, option: "--rev")
      case .files, .directory: break
      }
      try self.init(directory: place, path: path, option: nil)
      remarks.append("'\(path)' is not in a Git repository: checking the directory as it is")
      return
    }

    do throws(GitError) {
      switch request.snapshot {
      case .staged: tree = try repository.index()
      case .revision(let name): tree = try repository.commit(name)
      case .files, .directory: tree = try repository.workTree()
      }
    } catch .noWorkTree, .noIndex {
      throw .bareRepository(path: path)
    } catch {
      throw .git(error)
    }
    scope = request.path == nil ? "" : repository.topLevel.map { place.relative(to: $0) } ?? ""
    guard !scope.isEmpty else { return }
    let shown = scope
    guard tree.entries.contains(where: { RelativePath.isPath($0.path, inside: shown) }) else {
      throw .nothingAt(path: scope)
    }
    remarks.append("showing only what concerns '\(scope)'")
  }

  private init(directory place: Place, path: String, option: String?) throws(CommandFailure) {
    guard place.isDirectory else { throw .notADirectory(path: path, option: option) }
    do {
      tree = try DirectoryTree(path: place.real)
    } catch {
      throw .tree(error)
    }
    scope = ""
  }
}
