import Manifests
import SourceText
package import SourceTrees
import YAMLSyntax

/// A directory outside Git with the directories and files beside it that its kustomizations lead to: nobody says where
/// the whole ends, and listing everything above would read a home directory for one `../base`.
package struct ReachableTree: SourceTree {
  package let revision = Revision.directory
  package let entries: [TreeEntry]
  package let notices: [TreeNotice]
  package let remoteURLs: [String] = []
  /// The directory that was asked for, relative to the top.
  package let start: String
  /// Absolute: the nearest directory above everything.
  private let top: String

  /// - Parameters:
  ///   - directory: absolute, without links.
  ///   - workingDirectory: absolute, without links; paths are shown relative to it when everything lies below it.
  package init(directory: String, workingDirectory: String?) throws(SourceTreeError) {
    var discovery = Discovery()
    try discovery.visit(directory)
    let paths = Array(discovery.directories.keys) + discovery.files
    var top = paths.reduce(directory) { Self.commonDirectory($0, $1) }
    if let workingDirectory, RelativePath.isPath(top, inside: workingDirectory == "/" ? "" : workingDirectory) {
      top = workingDirectory
    }
    self.top = top
    start = Self.relative(directory, to: top)

    var listing = TreeListing()
    for (path, tree) in discovery.directories {
      let prefix = Self.relative(path, to: top)
      for var entry in tree.entries {
        if !prefix.isEmpty { entry.path = "\(prefix)/\(entry.path)" }
        try listing.add(entry)
      }
      for notice in tree.notices {
        try listing.leaveOut(prefix.isEmpty ? notice.path : "\(prefix)/\(notice.path)", notice.reason)
      }
    }
    for file in discovery.files { try listing.add(TreeEntry(path: Self.relative(file, to: top), mode: .regular)) }
    (entries, notices) = listing.sorted()
  }

  package func makeReader() throws(SourceTreeError) -> any TreeReader { try DirectoryReader(root: top) }

  private static func relative(_ path: String, to top: String) -> String {
    if path == top { return "" }
    return String(path.dropFirst(top == "/" ? 1 : top.count + 1))
  }

  private static func commonDirectory(_ left: String, _ right: String) -> String {
    let left = left.split(separator: "/")
    let right = right.split(separator: "/")
    return "/" + zip(left, right).prefix { $0 == $1 }.map { String($0.0) }.joined(separator: "/")
  }
}

/// Follows the paths in kustomization files.
private struct Discovery {
  /// By absolute path. One may lie in another.
  var directories: [String: DirectoryTree] = [:]
  /// Absolute paths of single files outside of the directories.
  var files: Set<String> = []
  private var visited: Set<String> = []

  /// More directories than any build has.
  private static let limit = 10_000

  mutating func visit(_ directory: String) throws(SourceTreeError) {
    var queue = [directory]
    while let directory = queue.popLast() {
      guard visited.count < Self.limit, visited.insert(directory).inserted else { continue }
      if !isListed(directory) {
        // What cannot be listed is missing, and the build says so.
        guard let tree = try? DirectoryTree(path: directory) else {
          if directories.isEmpty { directories[directory] = try DirectoryTree(path: directory) }
          continue
        }
        directories[directory] = tree
      }
      for path in paths(in: directory) {
        // A directory that holds the one that names it is a cycle: nothing of it is needed to say so.
        guard let real = realPath(of: path), real == path, !RelativePath.isPath(directory, inside: path) else {
          continue
        }
        guard let place = try? Place(path) else { continue }
        if place.isDirectory { queue.append(path) } else if !isListed(path) { files.insert(path) }
      }
    }
  }

  private func isListed(_ path: String) -> Bool {
    directories.keys.contains { RelativePath.isPath(path, inside: $0) }
  }

  /// The local paths that the kustomization files of a directory name, absolute and clean.
  private func paths(in directory: String) -> [String] {
    guard var reader = try? DirectoryReader(root: directory) else { return [] }
    var result: [String] = []
    for name in KustomizationFile.names {
      guard let bytes = try? reader.contents(of: TreeEntry(path: name, mode: .regular)) else { continue }
      let forest = Forest(trees: [KustomizationFile.parse(bytes, file: FileID(0), tree: 0)])
      guard let root = forest.trees[0].documents.first?.root else { continue }
      collect(root, from: directory, into: &result, depth: 0, forest)
    }
    return result
  }

  private func collect(
    _ ref: NodeRef, from directory: String, into result: inout [String], depth: Int, _ forest: Forest
  ) {
    guard depth < 9 else { return }
    switch forest.kind(ref) {
    case .mapping:
      // Of a key that is repeated, the last counts here; so all values are looked at, those of merge keys too.
      for pair in forest.writtenPairs(ref) {
        collect(pair.value, from: directory, into: &result, depth: depth + 1, forest)
      }
    case .sequence:
      for item in forest.items(ref) { collect(item, from: directory, into: &result, depth: depth + 1, forest) }
    case .scalar, .alias:
      let text = forest.text(ref)
      // The files of a generator are `key=path`.
      let path = text.split(separator: "=").last.map(String.init) ?? text
      guard !path.isEmpty, path.utf8.count < 4_096, !path.contains("\n"), !path.hasPrefix("/"),
        let joined = RelativePath.join(String(directory.dropFirst()), path), !joined.isEmpty
      else { return }
      result.append("/" + joined)
    }
  }
}
