package import SourceText
package import SourceTrees
package import YAMLSyntax

/// One YAML file of the tree, parsed.
package struct ManifestFile: Sendable {
  package let id: FileID
  /// Relative to the top of the tree.
  package let path: String
  /// The index of its tree in the forest.
  package let tree: UInt32

  package init(id: FileID, path: String, tree: UInt32) {
    self.id = id
    self.path = path
    self.tree = tree
  }
}

/// Why the content of a file is not known.
package struct UnreadFile: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var reason: String
  /// Whether reading failed, as it need not elsewhere; false when what Git stores is not the content, or is too large.
  package var isFailure: Bool
  /// What Git stores in its place, if that is the reason.
  package var standIn: StandIn?
}

/// The files of one tree: every YAML file parsed, everything else by name only until somebody asks for its bytes.
///
/// Builds see what is in the artifact (`SourceIgnore`); `files` has every file of the repository.
///
/// One per run, and owned by one task: loader, engine, graph and rules all look at this one, so it is a reference.
package final class SourceSet {
  /// Every file with a number: the index is the `FileID`. Those of another revision of the repository are among them
  /// where two are compared.
  package private(set) var allFiles: [ManifestFile]
  /// The files of this tree, where those are not all.
  private var ownFiles: [ManifestFile]?
  /// The YAML files of this tree in path order, then files that were parsed because a build asked for them.
  package var files: [ManifestFile] { ownFiles ?? allFiles }
  package var forest: Forest
  /// What the tree cannot show, or what could not be read.
  package internal(set) var notices: [TreeNotice]
  /// Files whose content is not known, with the reason. In `files` they are as if they were empty.
  package internal(set) var unread: [FileID: UnreadFile] = [:]
  package let revision: Revision
  package let remoteURLs: [String]

  var fileByPath: [String: FileID]
  var allFilesByPath: [String: FileID]
  var entryByPath: [String: TreeEntry]
  /// Directories of the tree with the names in them, sorted. "" is the top.
  var childrenByDirectory: [String: [String]]
  /// The `.sourceignore` files of the tree.
  let ignoreFiles: [(directory: String, text: [UInt8])]
  /// Where artifacts that are not simply the tree are found, by what they are made of.
  package internal(set) var artifactRoots: [String: String] = [:]
  /// Other repositories whose files are in the set too.
  var checkouts: [Checkout] = []
  package let tree: any SourceTree
  /// How many files and trees there were already when this set was forked from another.
  let inherited: (files: Int, trees: Int)
  private var reader: any TreeReader

  init(copying other: SourceSet, reader: any TreeReader) {
    allFiles = other.allFiles
    ownFiles = other.ownFiles
    forest = other.forest
    notices = other.notices
    unread = other.unread
    revision = other.revision
    remoteURLs = other.remoteURLs
    fileByPath = other.fileByPath
    allFilesByPath = other.allFilesByPath
    entryByPath = other.entryByPath
    childrenByDirectory = other.childrenByDirectory
    ignoreFiles = other.ignoreFiles
    artifactRoots = other.artifactRoots
    checkouts = other.checkouts
    tree = other.tree
    inherited = (other.allFiles.count, other.forest.trees.count)
    self.reader = reader
  }

  /// A set that shows another tree of the same repository. What has a number in `other` keeps it here.
  ///
  /// - Parameters:
  ///   - files: those of `tree`: numbers of `other`, and new ones that follow on those.
  ///   - added: the trees of the new ones.
  init(
    sharing other: SourceSet, tree: any SourceTree, files: [ManifestFile], added: [YAMLTree], notices: [TreeNotice],
    reader: any TreeReader
  ) {
    let known = other.allFiles.count
    allFiles = other.allFiles + files.filter { Int($0.id.index) >= known }
    ownFiles = files
    forest = other.forest
    for tree in added { _ = forest.append(tree) }
    revision = tree.revision
    remoteURLs = tree.remoteURLs
    self.tree = tree
    inherited = (0, 0)
    self.notices = tree.notices + notices
    var reader = reader
    ignoreFiles = Self.ignoreFiles(of: tree, &reader)
    self.reader = reader
    let listing = Listing(tree, files: files, ignoreFiles: ignoreFiles)
    fileByPath = listing.fileByPath
    allFilesByPath = listing.allFilesByPath
    entryByPath = listing.entryByPath
    childrenByDirectory = listing.childrenByDirectory
  }

  /// A set of which nothing is parsed before a build asks for it, with every file of the tree in it: what the command
  /// line of kustomize sees, which knows no artifacts.
  package convenience init(readingOnDemand tree: any SourceTree) throws(SourceTreeError) {
    self.init(
      files: [], trees: [], tree: tree, notices: [], reader: try tree.makeReader(), leavesOutIgnoredFiles: false)
  }

  /// - Parameter leavesOutIgnoredFiles: whether builds do not see what source-controller leaves out of artifacts.
  package init(
    files: [ManifestFile], trees: consuming ContiguousArray<YAMLTree>, tree: any SourceTree, notices: [TreeNotice],
    reader: any TreeReader, leavesOutIgnoredFiles: Bool = true
  ) {
    allFiles = files
    forest = Forest(trees: trees)
    self.notices = tree.notices + notices
    revision = tree.revision
    remoteURLs = tree.remoteURLs
    self.tree = tree
    inherited = (0, 0)
    var reader = reader
    ignoreFiles = leavesOutIgnoredFiles ? Self.ignoreFiles(of: tree, &reader) : []
    self.reader = reader
    let listing = Listing(tree, files: files, ignoreFiles: leavesOutIgnoredFiles ? ignoreFiles : nil)
    fileByPath = listing.fileByPath
    allFilesByPath = listing.allFilesByPath
    entryByPath = listing.entryByPath
    childrenByDirectory = listing.childrenByDirectory
  }

  private static func ignoreFiles(
    of tree: any SourceTree, _ reader: inout any TreeReader
  ) -> [(directory: String, text: [UInt8])] {
    var ignoreFiles: [(directory: String, text: [UInt8])] = []
    for entry in tree.entries where RelativePath.name(of: entry.path) == SourceIgnore.fileName {
      guard let text = try? reader.contents(of: entry) else { continue }
      ignoreFiles.append((RelativePath.parent(of: entry.path), text))
    }
    return ignoreFiles
  }

  /// What is where in a tree.
  private struct Listing {
    var fileByPath: [String: FileID]
    var allFilesByPath: [String: FileID]
    var entryByPath: [String: TreeEntry]
    var childrenByDirectory: [String: [String]]

    /// - Parameter ignoreFiles: nil when nothing is left out of the artifact.
    init(_ tree: any SourceTree, files: [ManifestFile], ignoreFiles: [(directory: String, text: [UInt8])]?) {
      var left: Set<String> = []
      if let ignoreFiles {
        let ignore = SourceIgnore(files: ignoreFiles)
        for entry in tree.entries where ignore.ignores(entry.path) { left.insert(entry.path) }
      }
      let shipped = left.isEmpty ? tree.entries : tree.entries.filter { !left.contains($0.path) }
      let names = Dictionary(files.map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
      fileByPath = left.isEmpty ? names : names.filter { !left.contains($0.key) }
      allFilesByPath = names
      entryByPath = Dictionary(shipped.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      childrenByDirectory = SourceSet.directories(of: shipped)
    }
  }

  /// Gives a file the next number.
  func add(_ file: ManifestFile) {
    allFiles.append(file)
    ownFiles?.append(file)
  }

  private static func directories(of entries: [TreeEntry]) -> [String: [String]] {
    var children: [String: [String]] = ["": []]
    // Entries are sorted, so those of one directory stand together but for what is in directories below it.
    var directory = ""
    var names: [String] = []
    func close() {
      children[directory, default: []] += names
      names.removeAll(keepingCapacity: true)
    }
    for entry in entries {
      let parent = RelativePath.parent(of: entry.path)
      if parent != directory {
        close()
        directory = parent
        // A directory that is new is a name in the one above it, which may be new itself.
        var path = parent
        var isKnown = children[path] != nil
        while !isKnown {
          let above = RelativePath.parent(of: path)
          isKnown = children[above] != nil
          children[above, default: []].append(RelativePath.name(of: path))
          path = above
        }
        if children[parent] == nil { children[parent] = [] }
      }
      names.append(RelativePath.name(of: entry.path))
    }
    close()
    return children
  }

  /// The parsed file at `path`, whether Flux gets to see it or not.
  package func fileInRepository(at path: String) -> FileID? { allFilesByPath[path] }

  // From here on: what is in the artifact. A file that source-controller leaves out is not there.

  /// The parsed file at `path`, nil when there is none or it is no YAML file.
  package func file(at path: String) -> FileID? { fileByPath[path] }

  package func path(of file: FileID) -> String { allFiles[Int(file.index)].path }

  /// The entry at `path`: file, link or submodule; nil for a directory or nothing.
  package func entry(at path: String) -> TreeEntry? { entryByPath[path] }

  package func isDirectory(_ path: String) -> Bool { childrenByDirectory[path] != nil }

  /// Names in a directory in the order of their path bytes; empty when there is no such directory.
  package func names(inDirectory path: String) -> [String] { childrenByDirectory[path] ?? [] }

  package func documents(of file: FileID) -> [YAMLDocument] { forest.trees[Int(treeIndex(of: file))].documents }
  package func problems(of file: FileID) -> [YAMLProblem] { forest.trees[Int(treeIndex(of: file))].problems }
  package func bytes(of file: FileID) -> [UInt8] { forest.trees[Int(treeIndex(of: file))].source }

  /// The tree of a file in `forest`, with its bytes, also where it could not be parsed.
  package func treeIndex(of file: FileID) -> UInt32 { allFiles[Int(file.index)].tree }

  /// The parsed file at `path`. One whose name does not say that it is YAML is parsed now, and is the last one in `files`
  /// from then on.
  package func parsedFile(at path: String) throws(SourceTreeError) -> FileID {
    if let file = fileByPath[path] { return file }
    let bytes = try contents(at: path)
    let file = FileID(allFiles.count)
    let tree = forest.nextTreeIndex
    _ = forest.append(Self.parse(bytes, at: path, file: file, tree: tree))
    // A file that is shown in an artifact has its name from the tree.
    add(ManifestFile(id: file, path: entryByPath[path]?.path ?? path, tree: tree))
    fileByPath[path] = file
    return file
  }

  /// The bytes of any file of the tree, links not followed.
  package func contents(at path: String) throws(SourceTreeError) -> [UInt8] {
    if let file = fileByPath[path] { return bytes(of: file) }
    guard let entry = entryByPath[path] else { throw .notFound(path: path) }
    return try read(entry)
  }

  func read(_ entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
    if let bytes = try contentsInCheckout(entry) { return bytes }
    return try reader.contents(of: entry)
  }
}
