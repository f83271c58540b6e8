import Foundation

/// Cases recorded from other programs. They lie beside the repository and not in it; without them the tests that use
/// them have nothing to run on and are skipped.
enum SharedCases {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/cases/yaml").standardizedFileURL

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  /// The cases of a JSON file.
  static func read<Case: Decodable>(_ name: String, as type: Case.Type = Case.self) throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Data(contentsOf: directory.appending(path: name)))
  }
}

/// Any JSON value; numbers compare by value.
enum JSON: Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case float(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])
}

extension JSON: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .float(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }
}
