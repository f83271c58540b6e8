import Foundation
import TestSupport
import Testing

/// Files below `testdata/reporters`.
enum TestData {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = repository.appending(path: "testdata/reporters")

  static func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: path)))
  }

  /// Expects `text` to be what the file `path` holds.
  static func expect(_ text: String, matches path: String) throws {
    let expected = try ExpectedFile.text(at: folder.appending(path: path), for: text)
    #expect(text == expected, "run with UPDATE_EXPECTED=1 to rewrite '\(path)'")
  }
}
