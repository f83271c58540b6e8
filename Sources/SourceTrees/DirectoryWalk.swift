#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Says which part of a directory belongs to a tree.
package protocol WalkFilter {
  /// Asked for each file, link and directory before it is looked into, parents first, names in the order of bytes.
  mutating func decide(_ path: String, isDirectory: Bool) throws(SourceTreeError) -> WalkDecision

  /// Whether to look into a directory below the top that holds `.git`.
  func entersRepository(at path: String) -> Bool
}

package enum WalkDecision: Sendable {
  case take
  case leaveOut
  /// A directory whose content is in another repository.
  case submodule
}

/// Takes everything.
package struct TakeAll: WalkFilter {
  package init() {}
  package func decide(_ path: String, isDirectory: Bool) -> WalkDecision { .take }
  package func entersRepository(at path: String) -> Bool { true }
}

/// Lists a directory with everything below it. Follows no link, looks into no `.git`, opens no file.
package struct DirectoryWalk<Filter: WalkFilter> {
  private var filter: Filter
  private var listing: TreeListing

  /// Adds to `listing` what `filter` takes of the directory `root`.
  ///
  /// A directory that cannot be read or is nested too deep, and a name that is not UTF-8, become notices.
  ///
  /// - Throws: `SourceTreeError.unreadable` when the top cannot be read or the tree is too large.
  package static func list(_ root: String, filter: Filter, into listing: inout TreeListing) throws(SourceTreeError) {
    var walk = DirectoryWalk(filter: filter, listing: listing)
    let top: FileDescriptor
    let children: [Child]
    do throws(SystemError) {
      top = try FileDescriptor(open: root, O_DIRECTORY)
      children = try Child.all(in: top)
    } catch {
      throw .unreadable(path: root, reason: error.reason)
    }
    try walk.visit(children, of: top, prefix: "", depth: 1)
    listing = walk.listing
  }

  /// - Parameters:
  ///   - prefix: The path of `directory` with a slash behind it, empty at the top.
  ///   - depth: How many components the paths of the children have.
  private mutating func visit(
    _ children: [Child], of directory: FileDescriptor, prefix: String, depth: Int
  ) throws(SourceTreeError) {
    for child in children where !TreePath.isGitDirectory(child.name) {
      if let problem = TreePath.problem(withComponent: child.name) {
        try listing.leaveOut(prefix + TreePath.displayed(child.name), problem)
        continue
      }
      let name = String(decoding: child.name, as: UTF8.self)
      let path = prefix + name
      switch child.kind {
      case .directory: try enter(name, at: path, of: directory, depth: depth)
      case .file, .executable, .link:
        guard try filter.decide(path, isDirectory: false) == .take else { continue }
        try listing.add(TreeEntry(path: path, mode: child.kind.mode))
      case .other:
        guard try filter.decide(path, isDirectory: false) == .take else { continue }
        try listing.leaveOut(path, "neither a file nor a directory nor a link")
      }
    }
  }

  private mutating func enter(
    _ name: String, at path: String, of parent: FileDescriptor, depth: Int
  ) throws(SourceTreeError) {
    switch try filter.decide(path, isDirectory: true) {
    case .leaveOut: return
    case .submodule: return try listing.add(TreeEntry(path: path, mode: .submodule))
    case .take: break
    }
    try listing.addDirectory(path)
    let directory: FileDescriptor
    let children: [Child]
    do throws(SystemError) {
      directory = try FileDescriptor(open: name, in: parent.number, O_DIRECTORY | O_NOFOLLOW)
      children = try Child.all(in: directory)
    } catch {
      return try listing.leaveOut(path, "the directory cannot be read: \(error.reason)")
    }
    if children.contains(where: { TreePath.isGitDirectory($0.name) }), !filter.entersRepository(at: path) {
      return try listing.leaveOut(path, "another Git repository lies here, its content is not checked")
    }
    if depth >= TreePath.maximumDepth, !children.isEmpty {
      return try listing.leaveOut(path, TreePath.tooDeep)
    }
    try visit(children, of: directory, prefix: path + "/", depth: depth + 1)
  }
}

/// What a directory says about one of its names.
private struct Child {
  enum Kind {
    case file, executable, directory, link, other

    var mode: TreeEntry.Mode {
      switch self {
      case .executable: .executable
      case .link: .symbolicLink
      case .file, .directory, .other: .regular
      }
    }

    init(_ mode: mode_t) {
      switch mode & S_IFMT {
      // Git knows one bit: whether the owner may run it.
      case S_IFREG: self = mode & S_IXUSR != 0 ? .executable : .file
      case S_IFDIR: self = .directory
      case S_IFLNK: self = .link
      default: self = .other
      }
    }
  }

  let name: [UInt8]
  let kind: Kind

  /// The names in `directory` in the order of their bytes, without `.` and `..`.
  static func all(in directory: FileDescriptor) throws(SystemError) -> [Child] {
    // The stream closes the descriptor that it is given.
    let copy = fcntl(directory.number, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SystemError() }
    guard let stream = fdopendir(copy) else {
      let error = SystemError()
      close(copy)
      throw error
    }
    defer { closedir(stream) }
    var children: [Child] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SystemError() }
        break
      }
      let name = name(of: entry)
      if name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")] { continue }
      children.append(Child(name: name, kind: kind(of: entry, in: directory)))
    }
    children.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return children
  }

  /// Copied from where it lies: the entry is only as long as its name needs, not as long as its type.
  private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    return Array(bytes(ofCString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)))
  }

  private static func kind(of entry: UnsafeMutablePointer<dirent>, in directory: FileDescriptor) -> Kind {
    switch CInt(entry.pointee.d_type) {
    case CInt(DT_DIR): return .directory
    case CInt(DT_LNK): return .link
    default: break
    }
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return .other }
    let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    var status = stat()
    guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
    return Kind(status.st_mode)
  }
}

extension FileDescriptor {
  /// The names in a directory in the order of their bytes, without `.` and `..`.
  package func names() throws(SystemError) -> [[UInt8]] {
    try Child.all(in: self).map(\.name)
  }
}
