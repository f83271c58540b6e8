package import SourceText
import SourceTrees
import YAMLSyntax

// Artifacts that are not simply the tree: with rules of their own for what is left out, or put together from parts of
// the tree. Their files are those of the tree, shown a second time below a directory whose name no tree has.
extension SourceSet {
  /// A file of an artifact.
  package struct ArtifactFile: Sendable {
    /// Relative to the top of the artifact.
    package var path: String
    /// Where the file is: in the tree, or in another artifact.
    package var origin: String

    package init(path: String, origin: String) {
      self.path = path
      self.origin = origin
    }
  }

  /// Every file of the tree, also those that the default rules leave out.
  package var filesOfTree: [ArtifactFile] { tree.entries.map { ArtifactFile(path: $0.path, origin: $0.path) } }

  /// Every file below a directory that builds see, links and submodules too, in the order of their names.
  package func files(below root: String) -> [ArtifactFile] {
    var result: [ArtifactFile] = []
    collect(root, prefix: "", into: &result)
    return result
  }

  private func collect(_ directory: String, prefix: String, into result: inout [ArtifactFile]) {
    for name in names(inDirectory: directory) {
      let origin = directory.isEmpty ? name : "\(directory)/\(name)"
      let path = prefix + name
      if entryByPath[origin] != nil {
        result.append(ArtifactFile(path: path, origin: origin))
      } else {
        collect(origin, prefix: path + "/", into: &result)
      }
    }
  }

  /// The directory of an artifact that was made before.
  package func artifact(for key: String) -> String? { artifactRoots[key] }

  /// Shows `files` as an artifact.
  ///
  /// - Parameters:
  ///   - key: what the artifact is made of; it is made once.
  ///   - spec: `spec.ignore` of the source; nil when nothing more is to be left out.
  ///   - checkout: the directory that stands for the repository whose `.sourceignore` files count; "" for this one.
  /// - Returns: the directory that stands for it; builds take it as their artifact root.
  package func makeArtifact(for key: String, files: [ArtifactFile], ignoring spec: [UInt8]?, of checkout: String = "")
    -> String
  {
    if let root = artifactRoots[key] { return root }
    let root = addArtifactRoot(for: key)
    let ignoreFiles = checkouts.first { $0.root == checkout }?.ignoreFiles ?? ignoreFiles
    let ignore = spec.map { SourceIgnore(files: ignoreFiles, spec: $0) }
    let entries = Dictionary(tree.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var children: [String: Set<String>] = [root: []]
    for file in files where ignore?.ignores(file.path) != true {
      guard let entry = entryByPath[file.origin] ?? entries[file.origin] else { continue }
      let path = "\(root)/\(file.path)"
      entryByPath[path] = entry
      // A later file at the same place takes the place of the earlier one.
      fileByPath[path] = fileByPath[file.origin] ?? allFilesByPath[entry.path]
      var child = path
      while child != root {
        let parent = RelativePath.parent(of: child)
        let isNew = children[parent] == nil
        children[parent, default: []].insert(RelativePath.name(of: child))
        if !isNew { break }
        child = parent
      }
    }
    for (directory, names) in children {
      childrenByDirectory[directory] = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    return root
  }

  // MARK: - What is not in an artifact

  /// A file of the repository at `path`, or the first one below it, whether an artifact has it or not.
  ///
  /// - Parameter path: may lie in an artifact.
  package func fileOfRepository(at path: String) -> String? {
    let path = withoutArtifactRoot(path)
    let prefix = path.isEmpty ? "" : path + "/"
    return tree.entries.first { $0.path == path || $0.path.hasPrefix(prefix) }?.path
  }

  /// The files below a directory of the repository, whether an artifact has them or not, with what reads them.
  package func filesOfRepository(below directory: String) -> [(path: String, read: () throws -> [UInt8])] {
    tree.entries.lazy.filter { RelativePath.isPath($0.path, inside: directory) }.map { entry in
      (entry.path, { try self.read(entry) })
    }
  }

  /// The line that keeps a file of the repository out of the artifact of a source.
  ///
  /// - Parameter spec: `spec.ignore` of the source.
  package func ignoreLine(leavingOut path: String, spec: String) -> SourceIgnore.Line? {
    SourceIgnore.line(leavingOut: path, files: ignoreFiles, spec: Array(spec.utf8))
  }

  /// The first pattern of the `.sourceignore` files, which switches the default list off; nil when they have none. The
  /// file becomes one of `files`.
  package func firstIgnorePattern() -> SourceRange? {
    for file in ignoreFiles.sorted(by: { $0.directory < $1.directory }) {
      let lines = file.text.split(separator: 0x0A, omittingEmptySubsequences: false)
      guard let number = lines.firstIndex(where: { SourceIgnore.hasPattern(String(decoding: $0, as: UTF8.self)) })
      else { continue }
      return place(
        ofLine: number,
        in: file.directory.isEmpty ? SourceIgnore.fileName : "\(file.directory)/\(SourceIgnore.fileName)")
    }
    return nil
  }

  /// The place of a line in a file that is not YAML, which becomes one of `files`, without documents.
  package func place(ofLine number: Int, in path: String) -> SourceRange? {
    let file: FileID
    if let known = files.last(where: { $0.path == path })?.id {
      file = known
    } else {
      guard let entry = tree.entries.first(where: { $0.path == path }), let text = try? read(entry) else { return nil }
      file = FileID(allFiles.count)
      let tree = forest.nextTreeIndex
      _ = forest.append(YAMLTree(source: text))
      add(ManifestFile(id: file, path: path, tree: tree))
    }
    let text = bytes(of: file)
    var start = 0
    for _ in 0..<number {
      guard let end = text[start...].firstIndex(of: 0x0A) else { return nil }
      start = end + 1
    }
    let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
    return SourceRange(file: file, start..<end)
  }

  /// A directory for what is no directory of the tree. No file of one lies below it: it would have to be in a directory
  /// whose name ends with a line break.
  func addArtifactRoot(for key: String) -> String {
    let root = "artifact \(artifactRoots.count + 1)\n"
    artifactRoots[key] = root
    return root
  }

  /// Names of files as a person knows them: without the directory that stands for an artifact.
  package func withoutArtifactRoot(_ text: String) -> String {
    guard let start = text.firstRange(of: "artifact "), let end = text[start.upperBound...].firstIndex(of: "\n"),
      text[start.upperBound..<end].allSatisfy(\.isNumber)
    else { return text }
    let rest = text[text.index(after: end)...]
    return text[..<start.lowerBound] + (rest.first == "/" ? withoutArtifactRoot(String(rest.dropFirst())) : "." + rest)
  }
}
