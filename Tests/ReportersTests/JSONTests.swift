import Diagnostics
import Foundation
import Reporters
import SourceText
import Testing

struct JSONTests {
  private func schema() throws -> JSONSchema {
    let data = try Data(contentsOf: TestData.repository.appending(path: "docs/output-json-v1.schema.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]).wrapped
  }

  private func parse(_ report: Report) throws -> [String: Any] {
    let text = JSONReporter(rules: Sample.rules, version: "1.2.3").text(of: report)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `reports are as the schema says`() throws {
    for report in [try Sample.fleet(), try Sample.clean()] {
      #expect(try schema().faults(in: parse(report)) == [])
    }
  }

  @Test func `the schema names every field of a finding`() throws {
    var report = try Sample.fleet()
    report.isCompared = true
    for index in report.findings.indices { report.findings[index].age = .new }
    #expect(try schema().faults(in: parse(report)) == [])
    let finding = try #require((parse(report)["findings"] as? [[String: Any]])?.first)
    let properties = try #require(try schema().definition("finding")["properties"] as? [String: Any])
    #expect(finding.keys.sorted() == properties.keys.sorted())
  }

  @Test func `the validator of this test sees faults`() throws {
    var report = try parse(Sample.clean())
    report["status"] = "unknown"
    report["summary"] = ["files": "many"]
    report["notChecked"] = nil
    let faults = try schema().faults(in: report)
    #expect(faults.contains("/status: not one of the allowed values"))
    #expect(faults.contains("/summary/files: wrong type"))
    #expect(faults.contains("/summary: 'objects' is missing"))
    #expect(faults.contains(": 'notChecked' is missing"))
  }

  @Test func `strings survive, whatever is in them`() throws {
    let message = "\u{0}\u{1B}[0m \"quoted\" back\\slash \n\r\t é 🚀 \u{202E} \u{2028} \u{E0041} /"
    let range = SourceRange(file: FileID(0), 0..<1)
    let report = Report(
      subject: Subject(kind: .index), files: [SourceFile(path: "a.yaml", bytes: [97])],
      findings: [Finding(rule: RuleID("rule"), severity: .note, message: message, range: range)])
    let finding = try #require((parse(report)["findings"] as? [[String: Any]])?.first)
    #expect(finding["message"] as? String == message)

    let text = JSONReporter(rules: [], version: "1").text(of: report)
    let raw = text.unicodeScalars.filter { $0 != "\n" && ($0.value < 0x20 || $0 == "\u{202E}" || $0 == "\u{E0041}") }
    #expect(raw.isEmpty, "nothing that a terminal obeys stands in the text itself")
  }

  @Test func `fingerprints stay when lines move and are unique`() throws {
    func fingerprints(_ prefix: String, version: String = "v1") -> [String] {
      let bytes = Array("\(prefix)name: a\nname: b\n".utf8)
      let start = prefix.utf8.count
      let object = ObjectReference(apiVersion: "group/\(version)", kind: "Kind", namespace: nil, name: "a")
      let findings = [0, 0, 8].map { offset in
        Finding(
          rule: RuleID("rule"), severity: .error, message: "at \(start + offset)",
          range: SourceRange(file: FileID(0), (start + offset)..<(start + offset + 4)), object: object,
          data: ["field": .string(offset == 0 ? "one" : "two"), "list": .strings(["x", "y"]), "no": .boolean(false)])
      }
      return Report(
        subject: Subject(kind: .index), files: [SourceFile(path: "a.yaml", bytes: bytes)], findings: findings
      ).fingerprints()
    }
    let before = fingerprints("")
    #expect(before == fingerprints("# a comment\n\n"))
    #expect(before == fingerprints("", version: "v2"), "a new version of a kind makes no new finding")
    #expect(Set(before).count == 3)
    #expect(before[1] == before[0] + "#2")
    #expect(before[0].wholeMatch(of: /v1:[0-9a-f]{16}/) != nil)
  }

  @Test func `fingerprints outlive the name of the file, an upgrade and a number`() {
    func report(_ path: String, _ text: String, object: ObjectReference?, data: [String: Fact]) -> Report {
      let bytes = Array(text.utf8)
      let finding = Finding(
        rule: RuleID("rule"), severity: .error, message: "m",
        range: SourceRange(file: FileID(0), (bytes.count - 5)..<bytes.count), object: object, data: data)
      return Report(
        subject: Subject(kind: .index), files: [SourceFile(path: path, bytes: bytes)], findings: [finding])
    }
    let object = ObjectReference(apiVersion: "v1", kind: "Kind", namespace: nil, name: "a")
    #expect(
      report("a.yaml", "x: 1234", object: object, data: [:]).fingerprints()
        == report("b.yaml", "y: 6789", object: object, data: [:]).fingerprints())
    #expect(
      report("a.yaml", "x: 1234", object: nil, data: ["file": .string("a.yaml")]).fingerprints()
        == report("b.yaml", "x: 1234", object: nil, data: ["file": .string("b.yaml")]).fingerprints())
    let facts = { (version: String, bytes: Int) -> [String: Fact] in
      ["apiVersion": .string("v1"), "fluxVersion": .string(version), "bytes": .integer(bytes)]
    }
    #expect(
      report("a.yaml", "x: 1234", object: object, data: facts("2.8", 4)).fingerprints()
        == report("a.yaml", "x: 1234", object: object, data: facts("2.9", 5)).fingerprints(),
      "neither an upgrade of Flux nor a larger object makes a new finding")
    #expect(
      report("a.yaml", "x: 1234", object: nil, data: [:]).fingerprints()
        == report("b.yaml", "y: 0\nx: 1234", object: nil, data: [:]).fingerprints())
    #expect(
      report("a.yaml", "x: 1234", object: nil, data: [:]).fingerprints()
        != report("a.yaml", "x: 6789", object: nil, data: [:]).fingerprints())
  }

  @Test(
    arguments: [
      (.cause, ["b"], ["a", "b", "c"], true, []), (.cause, ["a", "b"], ["c"], true, []),
      (.anyObject, ["b"], ["a", "b"], true, []), (.anyObject, ["a", "b"], ["b"], true, []),
      (.anyObject, ["b"], ["a"], false, []), (.everyObject, ["a", "b"], ["b"], true, []),
      (.everyObject, ["b"], ["a", "b"], false, ["a"]), (.everyObject, ["a"], ["b", "c"], false, []),
    ] as [(Finding.Identity, [String], [String], Bool, [String])])
  func `a finding is known by its cause, by one of its objects or by all of them`(
    identity: Finding.Identity, before: [String], after: [String], isKnown: Bool, joined: [String]
  ) {
    func report(_ names: [String]) -> Report {
      let objects = names.map { ObjectReference(apiVersion: "v1", kind: "Kind", namespace: "n", name: $0) }
      let finding = Finding(
        rule: RuleID("rule"), severity: .error, message: "\(names.count) objects",
        range: SourceRange(file: FileID(0), 0..<4), object: objects[0], objects: objects.count > 1 ? objects : [],
        identity: identity, data: ["target": .string("x"), "users": .strings(names), "count": .integer(names.count)])
      return Report(
        subject: Subject(kind: .index), files: [SourceFile(path: "a.yaml", bytes: Array("name: a\n".utf8))],
        findings: [finding])
    }
    var (old, new) = (report(before), report(after))
    if identity == .anyObject {
      old.findings[0].data["users"] = nil
      new.findings[0].data["users"] = nil
    }
    let matches = new.matches(from: old)
    #expect(matches.map(\.isKnown) == [isKnown])
    #expect(matches.flatMap(\.joined).map(\.name) == joined)
    #expect((old.fingerprints() == new.fingerprints()) == (identity == .cause || before[0] == after[0]))
  }

  @Test func `a name that a Secret made is stars wherever it is said`() {
    let object = ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "s3cret", name: "x-s3cret")
    var finding = Finding(
      rule: RuleID("rule"), severity: .error, message: "'x-s3cret' and x-s3crets, s3cret-y of s3cret.example",
      range: SourceRange(file: FileID(0), 0..<4), label: "in s3cret", object: object, objects: [object, object],
      notes: ["s3cret"], help: "not x-s3cret", data: ["a": .string("s3cret/x-s3cret"), "b": .strings(["s3cret"])])
    finding.related = [RelatedLocation(finding.range, "x-s3cret")]
    var report = Report(
      subject: Subject(kind: .index), files: [SourceFile(path: "a.yaml", bytes: Array("name: a\n".utf8))],
      findings: [finding])
    report.hide(["s3cret", "x-s3cret"])
    let told = report.findings[0]
    #expect(
      told.message == "'***' and x-s3crets, s3cret-y of s3cret.example" && told.label == "in ***"
        && told.notes == ["***"])
    #expect(told.help == "not ***" && told.related[0].message == "***")
    #expect(told.object?.displayName == "ConfigMap ***/***" && told.objects[1].displayName == "ConfigMap ***/***")
    #expect(told.data == ["a": .string("***/***"), "b": .strings(["***"])])
  }

  @Test func `what is known accounts for as many findings as there were`() throws {
    let one = try #require(Fingerprint("v1:00000000000000ab"))
    let other = try #require(Fingerprint("v1:ffffffffffffffff"))
    #expect(one.description == "v1:00000000000000ab" && Fingerprint("v1:ab") == nil && Fingerprint("x") == nil)
    var known = KnownFindings()
    known.add(KnownFindings.Entry(fingerprint: one, path: "a.yaml"), count: 2)
    known.add(KnownFindings.Entry(fingerprint: one, path: "gone.yaml"))
    known.add(KnownFindings.Entry(fingerprint: other, path: "a.yaml"))
    let today = ["new.yaml", "a.yaml", "newer.yaml"].map { KnownFindings.Entry(fingerprint: one, path: $0) }
    // That of the same file is known first, then what was in files that have it no more.
    #expect(known.match(today) == [true, true, true])
    #expect(known.match(today) == [false, false, false])
    #expect(known.counts == [KnownFindings.Entry(fingerprint: other, path: "a.yaml"): 1])
  }

  @Test func `the hash is FNV-1a`() {
    // From the vectors of the draft.
    #expect(FNV1a.hash("".utf8) == 0xcbf2_9ce4_8422_2325)
    #expect(FNV1a.hash("a".utf8) == 0xaf63_dc4c_8601_ec8c)
    #expect(FNV1a.hash("foobar".utf8) == 0x8594_4171_f739_67e8)
  }
}

extension [String: Any] {
  fileprivate var wrapped: JSONSchema { JSONSchema(root: self) }
}

/// As much of JSON Schema as ours uses: `$ref`, `type`, `enum`, `required`, `properties`, `additionalProperties`,
/// `items`, `pattern`, `minimum`.
private struct JSONSchema {
  let root: [String: Any]

  func definition(_ name: String) throws -> [String: Any] {
    try #require((root["$defs"] as? [String: Any])?[name] as? [String: Any])
  }

  func faults(in value: Any) throws -> [String] { try faults(in: value, root, at: "") }

  private func faults(in value: Any, _ schema: [String: Any], at path: String) throws -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = try #require(reference.split(separator: "/").last)
      return try faults(in: value, definition(String(name)), at: path)
    }
    var faults: [String] = []
    let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] }
    if let types, !types.contains(where: { Self.value(value, hasType: $0) }) { return ["\(path): wrong type"] }
    if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
      faults.append("\(path): not one of the allowed values")
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String {
      if try Regex(pattern).firstMatch(in: text) == nil { faults.append("\(path): does not match '\(pattern)'") }
    }
    if let minimum = schema["minimum"] as? Int, let number = value as? Int, number < minimum {
      faults.append("\(path): below \(minimum)")
    }
    if let object = value as? [String: Any] {
      for key in schema["required"] as? [String] ?? [] where object[key] == nil {
        faults.append("\(path): '\(key)' is missing")
      }
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for (key, member) in object {
        guard let schema = (properties[key] ?? schema["additionalProperties"]) as? [String: Any] else { continue }
        faults += try self.faults(in: member, schema, at: "\(path)/\(key)")
      }
    }
    if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
      for (index, element) in array.enumerated() {
        faults += try self.faults(in: element, items, at: "\(path)/\(index)")
      }
    }
    return faults
  }

  private static func value(_ value: Any, hasType type: String) -> Bool {
    switch type {
    case "string": value is String
    case "integer": value is Int
    case "boolean": value is Bool
    case "null": value is NSNull
    case "array": value is [Any]
    case "object": value is [String: Any]
    default: false
    }
  }
}
