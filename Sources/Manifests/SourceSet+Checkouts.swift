package import SourceText
package import SourceTrees
import YAMLSyntax

/// Another repository on this machine, whose files builds may read.
struct Checkout {
  /// Its URL in one form.
  var url: String
  /// The directory that stands for it in the set.
  var root: String
  /// What its files are shown below.
  var path: String
  /// Its `.sourceignore` files.
  var ignoreFiles: [(directory: String, text: [UInt8])]
  /// Where its files are among those of the set.
  var files: Range<Int>
  var tree: any SourceTree
  var reader: any TreeReader
}

extension SourceSet {
  /// Takes the files of another repository in. They are found by its URL only, and are not checked themselves.
  ///
  /// Done before anything is built.
  /// - Parameters:
  ///   - url: in the form in which `checkout(of:)` is asked for it.
  ///   - path: what its files are shown below.
  package func addCheckout(_ other: SourceSet, url: String, path: String) throws(SourceTreeError) {
    let reader = try other.tree.makeReader()
    let first = allFiles.count
    let root = addArtifactRoot(for: "checkout \(url)")
    var numbers: [FileID: FileID] = [:]
    for file in other.files {
      let id = FileID(allFiles.count)
      let tree = forest.nextTreeIndex
      _ = forest.append(other.forest.trees[Int(file.tree)].copied(to: id, tree: tree))
      add(ManifestFile(id: id, path: "\(path)/\(file.path)", tree: tree))
      numbers[file.id] = id
      unread[id] = other.unread[file.id]
    }
    for (directory, names) in other.childrenByDirectory {
      childrenByDirectory[directory.isEmpty ? root : "\(root)/\(directory)"] = names
    }
    for (name, entry) in other.entryByPath {
      entryByPath["\(root)/\(name)"] = TreeEntry(path: "\(path)/\(entry.path)", mode: entry.mode, blob: entry.blob)
    }
    for (name, file) in other.fileByPath { fileByPath["\(root)/\(name)"] = numbers[file] }
    checkouts.append(
      Checkout(
        url: url, root: root, path: path, ignoreFiles: other.ignoreFiles, files: first..<allFiles.count,
        tree: other.tree,
        reader: reader))
  }

  /// Takes over the other repositories that `other` has, under the numbers that they have there.
  func shareCheckouts(of other: SourceSet) throws(SourceTreeError) {
    for var checkout in other.checkouts {
      checkout.reader = try checkout.tree.makeReader()
      checkouts.append(checkout)
      func isInside(_ path: String) -> Bool { RelativePath.isPath(path, inside: checkout.root) }
      artifactRoots["checkout \(checkout.url)"] = checkout.root
      childrenByDirectory.merge(other.childrenByDirectory.filter { isInside($0.key) }) { first, _ in first }
      entryByPath.merge(other.entryByPath.filter { isInside($0.key) }) { first, _ in first }
      fileByPath.merge(other.fileByPath.filter { isInside($0.key) }) { first, _ in first }
      for number in checkout.files { unread[FileID(number)] = other.unread[FileID(number)] }
    }
  }

  /// The directory that stands for the repository with this URL.
  package func checkout(of url: String) -> String? { checkouts.first { $0.url == url }?.root }

  /// Whether a directory stands for another repository as a whole.
  package func isCheckout(_ root: String) -> Bool { checkouts.contains { $0.root == root } }

  /// Whether a file is of the repository that is looked at, not of another one.
  package func isOwn(_ file: FileID) -> Bool { !checkouts.contains { $0.files.contains(Int(file.index)) } }

  /// Records that a part of what was asked for is not there.
  package func note(_ notice: TreeNotice) { notices.append(notice) }

  /// The bytes of an entry of another repository, wherever it is shown; nil for one of this.
  func contentsInCheckout(_ entry: TreeEntry) throws(SourceTreeError) -> [UInt8]? {
    for index in checkouts.indices where entry.path.hasPrefix(checkouts[index].path + "/") {
      let name = String(entry.path.dropFirst(checkouts[index].path.count + 1))
      guard let original = checkouts[index].tree.entries.first(where: { $0.path == name }) else {
        throw .notFound(path: entry.path)
      }
      return try checkouts[index].reader.contents(of: original)
    }
    return nil
  }
}
