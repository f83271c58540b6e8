import Diagnostics
import SourceText

/// What somebody says of findings: that they are known and wanted.
struct Suppression: Sendable {
  /// What it is about.
  enum Scope: Sendable {
    /// Findings that begin in these bytes, or name a place in them.
    case place(SourceRange)
    /// Findings about an object, or in the document that it is written in.
    case object(WrittenObject, document: SourceRange)
    /// An entry of the configuration.
    case entry(path: PathGlob?, object: ObjectPattern?)
  }

  /// The object that an annotation is on, as it is written there.
  struct WrittenObject: Hashable, Sendable {
    var group: String
    var kind: String
    /// Nil where the file does not say: it is of any.
    var namespace: String?
    var name: String

    func isMeant(by object: ObjectReference) -> Bool {
      object.kind == kind && object.name == name && object.group == group
        && (namespace == nil || namespace == object.namespace)
    }
  }

  /// Nil: all.
  var rules: Set<RuleID>?
  /// The words that name the rules.
  var names: [String]
  var scope: Scope
  var reason: String
  /// Where it is written.
  var range: SourceRange
  var kind: Finding.Suppression.Kind

  /// How much of a finding a suppression covers.
  enum Coverage {
    case nothing, whole
    /// Some of its subjects, by their numbers: what is said of the others nobody has accepted.
    case part(Set<Int>)
  }

  /// - Parameter path: that of the finding's file.
  func coverage(of finding: Finding, path: String) -> Coverage {
    if let rules, !rules.contains(finding.rule) { return .nothing }
    switch scope {
    case .place(let range):
      return range.holds(finding.range) || finding.related.contains { range.holds($0.range) } ? .whole : .nothing
    case .object(let object, let document):
      let named = Self.coverage(of: finding.subjects, object.isMeant)
      if case .part = named { return named }
      return document.holds(finding.range) || finding.object.map(object.isMeant) ?? false ? .whole : .nothing
    case .entry(let pattern, let object):
      guard pattern?.matches(path) ?? true else { return .nothing }
      guard let object else { return .whole }
      if finding.subjects.isEmpty { return object.matches(finding) ? .whole : .nothing }
      return Self.coverage(of: finding.subjects) { object.matches($0.displayName) }
    }
  }

  private static func coverage(
    of subjects: [[ObjectReference]], _ isMeant: (ObjectReference) -> Bool
  ) -> Coverage {
    let covered = Set(subjects.indices.filter { subjects[$0].contains(where: isMeant) })
    if covered.isEmpty { return .nothing }
    return covered.count == subjects.count ? .whole : .part(covered)
  }
}

/// `Kind namespace/name`, or `Kind name`, as messages name an object; `*` and `?` stand for other characters.
package struct ObjectPattern: Hashable, Sendable {
  private let pattern: [UInt8]

  /// Nil for another form.
  package init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, !words[1].hasPrefix("/"), !words[1].hasSuffix("/") else { return nil }
    pattern = Array(words.joined(separator: " ").utf8)
  }

  /// Whether a finding is about such an object, or has one among several.
  func matches(_ finding: Finding) -> Bool {
    if let object = finding.object, matches(object.displayName) { return true }
    if finding.objects.contains(where: { matches($0.displayName) }) { return true }
    if case .strings(let names) = finding.data["objects"] { return names.contains(where: matches) }
    return false
  }

  func matches(_ name: String) -> Bool { Glob.matches(pattern[...], Array(name.utf8)[...]) }
}

extension ObjectReference {
  /// The API group; empty for that of the core.
  fileprivate var group: String {
    apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
  }
}

extension SourceRange {
  /// Whether another range begins in this one.
  fileprivate func holds(_ other: SourceRange) -> Bool {
    file == other.file && (lowerBound..<upperBound).contains(other.lowerBound)
  }
}
