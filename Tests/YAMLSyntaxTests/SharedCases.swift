import Foundation

/// Cases recorded from other programs. They lie beside the repository and not in it; without them the tests that use
/// them have nothing to run on and are skipped.
enum SharedCases {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/cases/yaml").standardizedFileURL

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  /// The objects of a JSON file that holds a list of them.
  static func read(_ name: String) throws -> [[String: Any]] {
    let data = try Data(contentsOf: directory.appending(path: name))
    return try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
  }
}
