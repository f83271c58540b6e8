import Diagnostics
import Foundation
import RuleFiles
import TestSupport
import Testing

/// An example of a rule file.
struct Fixture: Sendable, CustomTestStringConvertible {
  var rule: RuleFile
  var example: RuleExample

  var testDescription: String { "\(rule.id.name)/\(example.fullName)" }

  /// Those of all rules; a file that is no rule gives none, and a test of its own says so.
  static let all: [Fixture] = Repository.ruleFiles.flatMap { path in
    guard let rule = try? Repository.rule(at: path) else { return [Fixture]() }
    return rule.examples.map { Fixture(rule: rule, example: $0) }
  }

  /// The bytes of each file by its path.
  var files: [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: example.files.map { ($0.path, Array($0.text.utf8)) })
  }

  /// The same of the revision that it is compared with; nil for an example of one revision.
  var base: [String: [UInt8]]? {
    example.base.map { files in Dictionary(uniqueKeysWithValues: files.map { ($0.path, Array($0.text.utf8)) }) }
  }

  /// What differs, a line each; empty when all is well. The text of the files `movedDown` begins a line later.
  func difference(from actual: [ExpectedFinding], movedDown: Set<String> = []) -> String {
    var example = example
    for index in example.expected.indices where movedDown.contains(example.expected[index].path) {
      example.expected[index].line += 1
    }
    return example.difference(from: actual, rule: rule.id.name).joined(separator: "\n")
  }
}

/// Where the tests find their data.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// `rules/FAMILY/NAME.yaml`, sorted.
  static let ruleFiles: [String] = names(in: root + "/rules").flatMap { family in
    names(in: "\(root)/rules/\(family)").map { "rules/\(family)/\($0)" }
  }

  static func rule(at path: String) throws -> RuleFile {
    guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else {
      throw TestFailure("cannot read \(path)")
    }
    let family = path.split(separator: "/").dropLast().last.map(String.init)
    return try RuleFile(path: path, family: family, bytes: Array(data))
  }

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
