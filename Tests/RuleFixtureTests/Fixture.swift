import Foundation
import Testing

/// An example repository: `testdata/rules/RULE/EXAMPLE/`, with `repo/` and, for `bad-*`, `expected.txt`.
struct Fixture: Sendable, CustomTestStringConvertible {
  var rule: String
  var example: String
  var folder: String

  var testDescription: String { "\(rule)/\(example)" }
  var isBad: Bool { example.hasPrefix("bad-") }
  var expectedFile: String { folder + "/expected.txt" }

  static let all: [Fixture] = {
    let root = Repository.root + "/testdata/rules"
    return Repository.names(in: root).flatMap { rule in
      Repository.names(in: "\(root)/\(rule)").map { example in
        Fixture(rule: rule, example: example, folder: "\(root)/\(rule)/\(example)")
      }
    }
  }()

  /// The bytes of each file of `repo/` by its path.
  func files() throws -> [String: [UInt8]] { try Repository.files(below: folder + "/repo") }

  /// The expected findings, none for a `good-*` folder.
  func expected() throws -> [ExpectedFinding] {
    guard isBad else { return [] }
    return try String(contentsOfFile: expectedFile, encoding: .utf8).split(separator: "\n").map {
      try ExpectedFinding(line: String($0))
    }
  }
}

/// A line of `expected.txt`: `path:line:column: severity: rule: part of the message`.
struct ExpectedFinding: Hashable {
  var path: String
  var line: Int
  var column: Int
  var severity: String
  var rule: String
  var message: String

  init(path: String, line: Int, column: Int, severity: String, rule: String, message: String) {
    self.path = path
    self.line = line
    self.column = column
    self.severity = severity
    self.rule = rule
    self.message = message
  }

  init(line text: String) throws {
    let fields = text.components(separatedBy: ": ")
    let place = (fields.first ?? "").split(separator: ":")
    guard fields.count >= 4, place.count == 3, let line = Int(place[1]), let column = Int(place[2]) else {
      throw TestFailure("not a line of expected.txt: \(text)")
    }
    self.init(
      path: String(place[0]), line: line, column: column, severity: fields[1], rule: fields[2],
      message: fields[3...].joined(separator: ": "))
  }

  var text: String { "\(path):\(line):\(column): \(severity): \(rule): \(message)" }

  /// Whether `actual` is this finding: all the same, and its message contains this one.
  func matches(_ actual: ExpectedFinding) -> Bool {
    var actual = actual
    guard actual.message.contains(message) else { return false }
    actual.message = message
    return self == actual
  }
}

/// Where the tests find their data.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The names in a folder, sorted.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The bytes of each file below `folder` by its path from there.
  static func files(below folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      let file = "\(folder)/\(path)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      guard let data = FileManager.default.contents(atPath: file) else { throw TestFailure("cannot read \(file)") }
      files[path] = Array(data)
    }
    return files
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
