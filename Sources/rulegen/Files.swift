#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file or folder that could not be read or written.
package struct FileError: Error, CustomStringConvertible {
  package var path: String
  package var reason: String

  package var description: String { "\(path):1:1: error: \(reason)" }
}

/// The few file operations of the generator; Foundation would double its build time.
package enum Files {
  package static func read(_ path: String) throws(FileError) -> String {
    guard let file = fopen(path, "rb") else { throw lastError(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(path: path, reason: "the file is not UTF-8")
    }
    return text
  }

  package static func write(_ text: String, to path: String) throws(FileError) {
    guard let file = fopen(path, "wb") else { throw lastError(path) }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw lastError(path) }
  }

  /// The names in a folder without `.` and `..`, sorted.
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw lastError(path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether `path` is a file that can be read.
  package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

  package static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 else { throw lastError(path) }
  }

  private static func lastError(_ path: String) -> FileError {
    FileError(path: path, reason: String(cString: strerror(errno)))
  }
}
