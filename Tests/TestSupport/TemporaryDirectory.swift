import Foundation
import SourceTrees

/// A directory that is removed with the last reference.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    let template = FileManager.default.temporaryDirectory.appendingPathComponent("fluxlint-tests-XXXXXX").path
    var bytes = Array(template.utf8CString)
    guard let made = mkdtemp(&bytes).map({ String(cString: $0) }), let real = realPath(of: made) else {
      throw TestFailure("no temporary directory")
    }
    path = real
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  package func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    // By way of the C library: Foundation would normalise names.
    guard let stream = fopen(file, "wb") else { throw TestFailure("cannot write \(file)") }
    defer { fclose(stream) }
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw TestFailure("cannot write \(file)") }
  }

  package func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  package func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw TestFailure("cannot link \(name)") }
  }

  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }

  package func makeExecutable(_ name: String) throws {
    guard chmod(path + "/" + name, 0o755) == 0 else { throw TestFailure("cannot chmod \(name)") }
  }
}

package struct TestFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
