import SourceText

/// What makes a finding the same one in another revision: `v1:` and 16 hex digits when it is written.
///
/// The 64-bit FNV-1a hash of the rule, the object (group, kind, namespace, name) and the facts in `data`. A finding that
/// has no object is known by its facts, and without any by the first line of the text that it points at. One whose cause
/// the rule names is known by that alone: not by its objects, and not by lists, which are of them, where another fact is
/// a text. Paths, lines, columns, messages, severities, clusters, numbers and releases of Flux have no part in it, so it
/// survives lines that move, files that are renamed and objects that grow. Several findings may have one: see
/// `KnownFindings`.
package struct Fingerprint: Hashable, Sendable, Comparable, CustomStringConvertible {
  private let value: UInt64

  /// - Parameter files: those of the report, by `FileID`.
  package init(of finding: Finding, in files: [SourceFile]) { self.init(of: finding, for: finding.object, in: files) }

  /// The part of a finding that is about one of its objects.
  init(of finding: Finding, for object: ObjectReference?, in files: [SourceFile]) {
    let number = Int(finding.range.file.index)
    let file = files.indices.contains(number) ? files[number] : nil
    var hash = FNV1a()
    hash.combine(finding.rule.name)
    let object = finding.identity == .cause ? nil : object
    if let object {
      // The version may change without the object becoming another one.
      let group = object.apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { object.apiVersion[..<$0] }
      hash.combine(group.map(String.init) ?? "")
      hash.combine(object.kind)
      hash.combine(object.namespace ?? "")
      hash.combine(object.name)
    } else if finding.data.isEmpty, let file {
      hash.combine(Self.firstLine(of: finding.range, in: file.bytes))
    }
    let hasText = finding.data.contains { if case .string = $1 { $0 != "fluxVersion" } else { false } }
    for (key, fact) in finding.data.sorted(by: { $0.key < $1.key }) where key != "fluxVersion" {
      hash.combine(key)
      switch fact {
      case .string(let value): hash.combine(file.map { Self.relative(value, to: $0.path) } ?? value)
      // It tells how much is wrong.
      case .integer: break
      case .boolean(let value): hash.combine(value ? "true" : "false")
      case .strings(let values):
        // Who applies an object twice may change, and it is the same object.
        if finding.identity == .everyObject || finding.identity == .cause && hasText { break }
        for value in values { hash.combine(value) }
      }
    }
    value = hash.value
  }

  /// A fact that names the finding's own file, its directory or what lies in it says nothing that outlives a new name.
  private static func relative(_ fact: String, to path: String) -> String {
    if fact == path { return "." }
    guard let slash = path.lastIndex(of: "/"), fact.hasPrefix(path[..<slash]) else { return fact }
    let rest = fact.dropFirst(path[..<slash].count)
    return rest.isEmpty || rest.first == "/" ? "." + rest : fact
  }

  /// Reads what `description` writes; nil for any other text.
  package init?(_ text: String) {
    guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + 16,
      let value = UInt64(text.dropFirst(Self.prefix.count), radix: 16)
    else { return nil }
    self.value = value
  }

  package var description: String {
    let digits = String(value, radix: 16)
    return Self.prefix + String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  package static func < (lhs: Fingerprint, rhs: Fingerprint) -> Bool { lhs.value < rhs.value }

  private static let prefix = "v1:"

  private static func firstLine(of range: SourceRange, in bytes: [UInt8]) -> String {
    let bounds = Int(range.lowerBound)..<Int(range.upperBound)
    guard bounds.upperBound <= bytes.count else { return "" }
    return String(decoding: bytes[bounds].prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }
}

extension Report {
  package func fingerprint(of finding: Finding) -> Fingerprint { Fingerprint(of: finding, in: files) }

  /// A name for each finding, in their order: its fingerprint. Findings that have one in common are told apart by `#2`,
  /// `#3`, … in report order, so a name is unique within a report.
  package func fingerprints() -> [String] {
    var occurrences: [Fingerprint: Int] = [:]
    return findings.map { finding in
      let fingerprint = fingerprint(of: finding)
      occurrences[fingerprint, default: 0] += 1
      let occurrence = occurrences[fingerprint, default: 1]
      return occurrence == 1 ? "\(fingerprint)" : "\(fingerprint)#\(occurrence)"
    }
  }
}
