internal import CLibGit2
internal import CZlib
internal import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Reads loose objects in place of libgit2, whose 1.5 reads on for ever in one whose file is cut off, as a full disk or a
/// lost connection leaves it. It is a backend of the object database that is asked before libgit2's own, and knows but one
/// directory; what it does not understand it leaves to them.
struct LooseObjects {
  /// First, so that what libgit2 takes for its backend is this.
  private var backend = git_odb_backend()
  private let directory: String
  /// Whether there are objects whose id begins with a byte; nil where nobody has looked. Most are in packs.
  private var hasObjects = [Bool?](repeating: nil, count: 256)

  private init(_ directory: String) { self.directory = directory }

  /// - Parameters:
  ///   - database: Owns the backend from then on.
  ///   - directory: The `objects` directory of a repository.
  static func add(to database: borrowing Handle<ObjectDatabaseKind>, directory: String) throws(GitError) {
    let pointer = UnsafeMutablePointer<LooseObjects>.allocate(capacity: 1)
    pointer.initialize(to: LooseObjects(directory))
    let backend = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: git_odb_backend.self)
    do {
      try LibGit2.call("read loose objects") { git_odb_init_backend(backend, UInt32(GIT_ODB_BACKEND_VERSION)) }
      backend.pointee.read = { LooseObjects.read($0, $1, $2, $3, $4) }
      backend.pointee.free = { LooseObjects.free($0) }
      try LibGit2.call("read loose objects") { git_odb_add_backend(database.pointer, backend, priority) }
    } catch {
      free(backend)
      throw error
    }
  }

  /// libgit2 gives 1 to its own loose objects and 2 to packs.
  private static let priority: CInt = 3

  // MARK: - What libgit2 calls

  private static func free(_ backend: UnsafeMutablePointer<git_odb_backend>?) {
    guard let backend else { return }
    let pointer = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: LooseObjects.self)
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  private static func read(
    _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ size: UnsafeMutablePointer<Int>?,
    _ type: UnsafeMutablePointer<git_object_t>?, _ backend: UnsafeMutablePointer<git_odb_backend>?,
    _ id: UnsafePointer<git_oid>?
  ) -> CInt {
    guard let data, let size, let type, let backend, let id else { return GIT_PASSTHROUGH.rawValue }
    let this = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: LooseObjects.self)
    do throws(Damage) {
      guard let file = try this.pointee.contents(of: id) else { return GIT_PASSTHROUGH.rawValue }
      let header = try Header(file)
      guard let memory = git_odb_backend_data_alloc(backend, max(header.size, 1)) else { return -1 }
      do throws(Damage) {
        try inflate(file, skipping: header.length, to: UnsafeMutableRawBufferPointer(start: memory, count: header.size))
        var actual = git_oid()
        guard git_odb_hash(&actual, memory, header.size, header.type) == 0, git_oid_equal(&actual, id) == 1 else {
          throw Damage.damaged
        }
      } catch {
        git_odb_backend_data_free(backend, memory)
        throw error
      }
      data.pointee = memory
      size.pointee = header.size
      type.pointee = header.type
      return 0
    } catch {
      switch error {
      case .unknownForm: return GIT_PASSTHROUGH.rawValue
      case .damaged:
        git_error_set_str(CInt(GIT_ERROR_ODB.rawValue), "the file of the object is damaged")
        return -1
      }
    }
  }

  // MARK: - Files

  /// The compressed bytes of an object, nil when it is not loose or cannot be read.
  ///
  /// - Throws: where something else lies in the place of the file: libgit2 would wait for a named pipe.
  private mutating func contents(of id: UnsafePointer<git_oid>) throws(Damage) -> [UInt8]? {
    let hex = hexadecimal(id)
    let prefix = "\(directory)/\(hex.prefix(2))"
    let first = Int(id.pointee.id.0)
    let isThere = hasObjects[first] ?? (access(prefix, F_OK) == 0)
    hasObjects[first] = isThere
    guard isThere, let file = try? FileDescriptor(open: "\(prefix)/\(hex.dropFirst(2))", 0),
      let status = try? file.status()
    else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .damaged }
    return try? file.bytes(atMost: Self.limit, expecting: Int(status.st_size))
  }

  /// Bytes of a file, and of an object, that are read here.
  private static let limit = 1 << 30

  // MARK: - Content

  private enum Damage: Error {
    /// Not what Git writes today; libgit2 may know it.
    case unknownForm
    case damaged
  }

  /// What stands before the content: `blob 12` and a zero byte.
  private struct Header {
    var type: git_object_t
    /// Bytes of the content.
    var size: Int
    /// Bytes of the header with its zero.
    var length: Int

    init(_ file: [UInt8]) throws(Damage) {
      // The two bytes that zlib begins with (RFC 1950).
      guard file.count > 2, file[0] & 0x8F == 0x08, (Int(file[0]) << 8 | Int(file[1])) % 31 == 0 else {
        throw file.isEmpty ? .damaged : .unknownForm
      }
      var start = [UInt8](repeating: 0, count: 64)
      let count = start.withUnsafeMutableBytes { Inflation(file).read(into: $0) }
      guard let end = start[..<count].firstIndex(of: 0), let space = start[..<end].firstIndex(of: UInt8(ascii: " "))
      else { throw .damaged }
      switch String(decoding: start[..<space], as: UTF8.self) {
      case "blob": type = GIT_OBJECT_BLOB
      case "tree": type = GIT_OBJECT_TREE
      case "commit": type = GIT_OBJECT_COMMIT
      case "tag": type = GIT_OBJECT_TAG
      default: throw .damaged
      }
      guard let size = Int(String(decoding: start[(space + 1)..<end], as: UTF8.self)), size >= 0 else { throw .damaged }
      guard size <= LooseObjects.limit else { throw .unknownForm }
      self.size = size
      length = end + 1
    }
  }

  /// Fills `content`; the object must end where the content does.
  private static func inflate(
    _ file: [UInt8], skipping headerLength: Int, to content: UnsafeMutableRawBufferPointer
  ) throws(Damage) {
    let inflation = Inflation(file)
    var header = [UInt8](repeating: 0, count: headerLength)
    guard header.withUnsafeMutableBytes({ inflation.read(into: $0) }) == headerLength,
      inflation.read(into: content) == content.count, inflation.isAtEnd()
    else { throw .damaged }
  }
}

/// A stream of compressed bytes that is read piece by piece.
private final class Inflation {
  private let file: [UInt8]
  private var stream = z_stream()
  private var consumed = 0
  private var hasEnded = false
  private let isReady: Bool

  init(_ file: [UInt8]) {
    self.file = file
    isReady = inflateInit_(&stream, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isReady { inflateEnd(&stream) } }

  /// Reads as many bytes as `buffer` takes. Fewer are all there are.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard isReady, !hasEnded, let target = buffer.baseAddress else { return 0 }
    let written = file.withUnsafeBufferPointer { input in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
      stream.avail_in = UInt32(input.count - consumed)
      stream.next_out = target.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(buffer.count)
      var code: CInt
      repeat {
        code = CZlib.inflate(&stream, Z_NO_FLUSH)
        // Without input or room zlib says so: the end of a file that is cut off.
      } while code == Z_OK && stream.avail_out > 0 && stream.avail_in > 0
      hasEnded = code == Z_STREAM_END
      consumed = input.count - Int(stream.avail_in)
      return buffer.count - Int(stream.avail_out)
    }
    return written
  }

  /// Whether nothing comes any more, and the checksum is right.
  func isAtEnd() -> Bool {
    var byte: UInt8 = 0
    return withUnsafeMutableBytes(of: &byte) { read(into: $0) } == 0 && hasEnded
  }
}
