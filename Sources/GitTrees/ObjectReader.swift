internal import CLibGit2
internal import SourceTrees

/// Reads blobs. Each reader has its own handle to the objects, so that several threads read at once.
struct ObjectReader: TreeReader {
  private let objects: OpenObjects
  private let limit = DirectoryReader.byteLimit

  init(_ repository: GitRepository) throws(SourceTreeError) {
    do throws(GitError) {
      objects = OpenObjects(try repository.openObjects())
    } catch {
      throw .unreadable(path: "", reason: error.description)
    }
  }

  func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
    guard entry.mode != .submodule else {
      throw .unreadable(path: entry.path, reason: "the content of a submodule is in another repository")
    }
    guard let blob = entry.blob else { throw .notFound(path: entry.path) }
    do throws(GitError) {
      var id = git_oid()
      try LibGit2.call("read the object id '\(blob)'") { git_oid_fromstr(&id, blob) }
      // Asked first: a crafted object of a few kilobytes can unpack to gigabytes.
      var size = 0
      var type = GIT_OBJECT_INVALID
      try LibGit2.call("read the object '\(blob)'") {
        git_odb_read_header(&size, &type, objects.handle.pointer, &id)
      }
      if type == GIT_OBJECT_BLOB, size <= limit { return try read(&id) }
      throw .tree(
        type == GIT_OBJECT_BLOB
          ? .tooLarge(path: entry.path, byteCount: size, limit: limit)
          : .unreadable(path: entry.path, reason: "the object '\(blob)' is not a file"))
    } catch {
      throw Self.explain(error, entry.path, blob)
    }
  }

  private func read(_ id: inout git_oid) throws(GitError) -> [UInt8] {
    let object = try withUnsafePointer(to: &id) { id throws(GitError) in
      try Handle<RawObjectKind>("read an object") { git_odb_read($0, objects.handle.pointer, id) }
    }
    return Array(
      UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: git_odb_object_size(object.pointer)))
  }

  private static func explain(_ error: GitError, _ path: String, _ blob: String) -> SourceTreeError {
    switch error {
    case .tree(let error): error
    case .library(let failure) where failure.code == GIT_ENOTFOUND.rawValue:
      .unreadable(
        path: path, reason: "its object is missing, as in a partial clone; fetch it with: git cat-file -e \(blob)")
    default: .unreadable(path: path, reason: error.description)
    }
  }
}

/// Shared by the copies of one reader.
private final class OpenObjects {
  let handle: Handle<ObjectDatabaseKind>

  init(_ handle: consuming Handle<ObjectDatabaseKind>) { self.handle = handle }
}
