package import Foundation

/// What a file of `testdata` says that something must be.
package enum ExpectedFile {
  /// The text of the file. With `UPDATE_EXPECTED=1` in the environment `actual` is written first, and the test fails all
  /// the same, so that nobody commits it unread.
  package static func text(at url: URL, for actual: String) throws -> String {
    if isUpdating {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(actual.utf8).write(to: url)
      throw rewritten(url.path)
    }
    return try String(decoding: Data(contentsOf: url), as: UTF8.self)
  }

  /// Whether tests write what they expect.
  package static var isUpdating: Bool { ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1" }

  /// Why a test fails that wrote what it expects.
  package static func rewritten(_ name: String) -> TestFailure {
    TestFailure("'\(name)' is written anew: read the change, and run again without UPDATE_EXPECTED")
  }
}
