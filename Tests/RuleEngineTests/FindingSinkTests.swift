import Diagnostics
import RuleEngine
import SourceText
import Testing

/// How reports of one cause become one finding.
struct FindingSinkTests {
  private static let place = SourceRange(file: FileID(0), 3..<5)
  private static let other = SourceRange(file: FileID(1), 0..<4)

  private static func object(_ name: String) -> ObjectReference {
    ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "web", name: name)
  }

  private static func findings(_ report: (inout FindingSink) -> Void) -> [Finding] {
    var sink = FindingSink(rule: RuleID("some-rule"), severity: .warning)
    report(&sink)
    return sink.finish()
  }

  @Test(arguments: [[Severity.note, .error, .warning], [.error, .note, .warning], [.warning, .note, .error]])
  func `a finding is as grave as its gravest report, whichever came first`(severities: [Severity]) throws {
    let findings = Self.findings { sink in
      for severity in severities {
        sink.report("message", at: Self.place, label: severity.rawValue, severity: severity, help: severity.rawValue)
      }
    }
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.severity == .error && finding.label == "error" && finding.help == "error")
  }

  @Test func `objects and places of one cause are all there, each once`() throws {
    let findings = Self.findings { sink in
      for name in ["a", "b", "a"] {
        sink.report(
          "\(name) is wrong", at: Self.place, object: Self.object(name), related: [RelatedLocation(Self.other, "x")],
          cause: "cause")
      }
    }
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.message == "a is wrong" && finding.related.count == 1)
    #expect(finding.objects.map(\.displayName) == ["ConfigMap web/a", "ConfigMap web/b"])
    #expect(finding.notes == ["the same holds for ConfigMap web/b"])
  }

  @Test func `one object is no list, and another place is another finding`() {
    let findings = Self.findings { sink in
      sink.report("message", at: Self.place, object: Self.object("a"))
      sink.report("message", at: Self.other, object: Self.object("a"))
    }
    #expect(findings.count == 2)
    #expect(findings.allSatisfy { $0.objects.isEmpty && $0.notes.isEmpty })
  }

  @Test func `ciphertext is no name`() {
    let object = ObjectReference(
      apiVersion: "v1", kind: "Secret", namespace: "ENC[AES256_GCM,data:x]", name: "ENC[AES256_GCM,data:y]")
    #expect(object.displayName == "Secret (encrypted)/(encrypted)")
  }
}
