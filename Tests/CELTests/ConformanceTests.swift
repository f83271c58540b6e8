import Foundation
import Testing

@testable import cel_conformance

/// The conformance cases beside the project, when they are there.
struct ConformanceTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/cases/cel/dev")

  private static var files: [URL] {
    let found = try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    return (found ?? []).filter { $0.pathExtension == "json" && $0.lastPathComponent != "crd_rules.json" }
  }

  /// Cases that are known to differ, as `section/name`, each with its reason.
  private static let known: Set<String> = []

  @Test(.enabled(if: !files.isEmpty), arguments: files.map(\.lastPathComponent).sorted())
  func `a section of the conformance cases holds`(_ name: String) throws {
    let text = String(decoding: try Data(contentsOf: Self.directory.appending(path: name)), as: UTF8.self)
    let cases = try #require(JSON(text)?.elements)
    #expect(!cases.isEmpty)
    for json in cases {
      let full = name.replacing(".json", with: "") + "/" + (json["name"]?.text ?? "")
      let answer = try #require(JSON(Conformance.answer(Self.written(json))))
      let accepted = ([json["expect"]] + (json["alt"]?.elements ?? [])).compactMap { $0 }
      let holds = accepted.contains { Self.holds($0, answer) }
      #expect(holds != Self.known.contains(full), "\(full): \(json["expr"]?.text ?? "") gave \(Self.written(answer))")
    }
  }

  private static func holds(_ wanted: JSON, _ answer: JSON) -> Bool {
    if wanted["error"] != nil { return answer["error"] != nil }
    if answer["error"] != nil { return false }
    if let value = wanted["value"] {
      guard let given = answer["value"], normal(value) == normal(given) else { return false }
    }
    guard let type = wanted["type"]?.text, wanted["value"] == nil || answer["type"] != nil else { return true }
    return typeName(type) == typeName(answer["type"]?.text ?? "")
  }

  private static func typeName(_ name: String) -> String {
    name.replacing("google.protobuf.Timestamp", with: "timestamp").replacing(
      "google.protobuf.Duration", with: "duration"
    )
    .replacing("null_type", with: "null").replacing(" ", with: "")
  }

  /// A text that is the same for typed values that mean the same; the order of maps does not count.
  private static func normal(_ json: JSON) -> String {
    guard case .object(let members) = json, let member = members.first else { return written(json) }
    switch (member.key, member.value) {
    case ("double", .number(let number)): return "double " + (number == 0 ? "0.0" : "\(number)")
    case ("double", .string(let text)): return "double " + (text == "-0" ? "0.0" : text)
    case ("list", .array(let elements)): return "[" + elements.map(normal).joined(separator: ",") + "]"
    case ("map", .array(let entries)):
      let texts = entries.map { entry in (entry.elements ?? []).map(normal).joined(separator: ":") }
      return "{" + texts.sorted().joined(separator: ",") + "}"
    case ("optional", .null): return "none"
    case ("optional", let value): return "some " + normal(value)
    case ("opaque", .array(let parts)): return "opaque " + (parts.first?.text ?? "")
    case ("type", .string(let name)): return "type " + typeName(name)
    case ("duration", .string(let text)):
      return "duration " + text.replacing(/0+s$/, with: "s").replacing(".s", with: "s")
    default: return member.key + " " + written(member.value)
    }
  }

  private static func written(_ json: JSON) -> String {
    switch json {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): JSON.quoted(text)
    case .array(let elements): "[" + elements.map(written).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { JSON.quoted($0.key) + ":" + written($0.value) }.joined(separator: ",") + "}"
    }
  }
}
