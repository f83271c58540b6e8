import Foundation
import Testing

/// Files below `testdata/reporters`.
enum TestData {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = repository.appending(path: "testdata/reporters")

  static func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: path)))
  }

  /// Expects `text` to be what the file `path` holds. With UPDATE_EXPECTED=1 in the environment the file is written
  /// first and the test fails all the same, so that nobody commits it unread.
  static func expect(_ text: String, matches path: String) throws {
    let url = folder.appending(path: path)
    if ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1" {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      Issue.record("'\(path)' was rewritten; read it, then run the tests without UPDATE_EXPECTED")
      return
    }
    let expected = try String(decoding: Data(contentsOf: url), as: UTF8.self)
    #expect(text == expected, "run with UPDATE_EXPECTED=1 to rewrite '\(path)'")
  }
}
