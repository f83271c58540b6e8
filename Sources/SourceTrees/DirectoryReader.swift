#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Reads files below one directory and never leaves it: each directory on the way is opened from the one above
/// without following links, so a link put in the place of a directory cannot lead out.
package struct DirectoryReader: TreeReader {
  /// More bytes than this in one file are an error, not an attempt.
  package static let byteLimit = 64 << 20

  private let top: OpenDirectory
  private let limit: Int
  /// Where the last file was; files come in path order, so mostly the next one is there as well.
  private var current: OpenDirectory

  /// - Parameters:
  ///   - root: The directory; links on the way to it are followed.
  ///   - limit: Bytes of one file.
  package init(root: String, limit: Int = DirectoryReader.byteLimit) throws(SourceTreeError) {
    do throws(SystemError) {
      top = OpenDirectory(components: [], descriptor: try FileDescriptor(open: root, O_DIRECTORY))
    } catch {
      throw .unreadable(path: root, reason: error.reason)
    }
    current = top
    self.limit = limit
  }

  package mutating func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
    let path = entry.path
    guard entry.mode != .submodule else {
      throw .unreadable(path: path, reason: "the content of a submodule is in another repository")
    }
    let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let last = components.last, components.allSatisfy({ TreePath.problem(withComponent: $0) == nil }) else {
      throw .notFound(path: path)
    }
    let name = String(last) ?? ""
    let isRegular: Bool
    let size: Int
    let bytes: [UInt8]
    do throws(SystemError) {
      try moveToDirectory(components.dropLast())
      if entry.mode == .symbolicLink { return try readLink(name) }
      let file = try FileDescriptor(open: name, in: current.descriptor.number, O_NOFOLLOW)
      let status = try file.status()
      isRegular = status.st_mode & S_IFMT == S_IFREG
      size = Int(status.st_size)
      // One byte over the limit tells a file that grew from one that is exactly as large as allowed.
      bytes = isRegular && size <= limit ? try file.bytes(atMost: limit + 1, expecting: size) : []
    } catch {
      switch error.code {
      case ENOENT, ENOTDIR: throw .notFound(path: path)
      case ELOOP: throw .unreadable(path: path, reason: "a link has taken the place of the file")
      default: throw .unreadable(path: path, reason: error.reason)
      }
    }
    guard isRegular else { throw .unreadable(path: path, reason: "not a regular file") }
    guard size <= limit, bytes.count <= limit else {
      throw .tooLarge(path: path, byteCount: max(size, bytes.count), limit: limit)
    }
    return bytes
  }

  private mutating func moveToDirectory(_ components: some Collection<Substring.UTF8View>) throws(SystemError) {
    if components.elementsEqual(current.components, by: { $0.elementsEqual($1.utf8) }) { return }
    var directory = top
    for component in components {
      let name = String(component) ?? ""
      directory = OpenDirectory(
        components: directory.components + [name],
        descriptor: try FileDescriptor(open: name, in: directory.descriptor.number, O_DIRECTORY | O_NOFOLLOW))
    }
    current = directory
  }

  /// The target of a link, which is what Git stores for it.
  private func readLink(_ name: String) throws(SystemError) -> [UInt8] {
    // No system has longer targets.
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlinkat(current.descriptor.number, name, &target, target.count)
    guard length >= 0 else { throw SystemError() }
    return target.prefix(length).map(UInt8.init(bitPattern:))
  }
}

private struct OpenDirectory {
  var components: [String]
  var descriptor: FileDescriptor
}
