import SourceText
import YAMLSyntax

/// How values of an object stand in messages: those of Secrets do not.
extension SchemaValidator {
  /// Whether a message leaves out what stands there: it is in a Secret, or a variable put it there from one.
  func hides(_ ref: NodeRef) -> Bool { isInSecret || secret(of: ref) != nil }

  /// The name of a Secret and its labels are none of its values; annotations may have a copy of it.
  private var isInSecret: Bool {
    guard subject.isSecret else { return false }
    let names = path.prefix(2).compactMap { if case .key(let key) = $0 { forest.text(key) } else { nil } }
    return names.first != "metadata" || names.last == "annotations"
  }

  private func secret(of ref: NodeRef) -> String? {
    subject.secrets.isEmpty ? nil : subject.secrets[forest.range(ref)]
  }

  /// A value after 'is': in quotes, or whose it is.
  func shown(_ ref: NodeRef) -> String {
    if let secret = secret(of: ref) { return "a value of \(secret)" }
    return isInSecret ? "a value that is not shown" : "'\(Self.shortened(forest.text(ref)))'"
  }

  /// A number after 'is'.
  func shownNumber(_ ref: NodeRef) -> String { hides(ref) ? shown(ref) : forest.text(ref) }

  /// A key as part of a path.
  func shownKey(_ ref: NodeRef) -> String { secret(of: ref) == nil ? forest.text(ref) : "***" }

  /// What a value is.
  func words(_ ref: NodeRef) -> String {
    switch forest.kind(ref) {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar, .alias:
      let (kind, article): (String, String) =
        switch forest.scalarValue(ref, dialect: .resource) {
        case .null: ("null", "")
        case .boolean: ("boolean", "a ")
        case .integer, .unsigned, .float: ("number", "a ")
        case .string: ("string", "a ")
        }
      if article.isEmpty { return kind }
      return hides(ref) ? article + kind : "the \(kind) \(shown(ref))"
    }
  }

  static func shortened(_ text: String, limit: Int = 60) -> String {
    let line = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    if line.utf8.count > limit { return line.prefix(limit - 3) + "..." }
    return line.utf8.count < text.utf8.count ? line + "..." : line
  }

  /// A number and what is counted: `1 entry`, `no fields`.
  static func counted(_ count: Int, _ what: Countable) -> String {
    let (one, many) = what.words
    return count == 0 ? "no \(many)" : count == 1 ? "1 \(one)" : "\(count) \(many)"
  }

  enum Countable {
    case fields, entries, characters

    var words: (one: String, many: String) {
      switch self {
      case .fields: ("field", "fields")
      case .entries: ("entry", "entries")
      case .characters: ("character", "characters")
      }
    }
  }
}

extension Forest {
  /// Whether a value, or something in it at any depth, is written at one of the places.
  func isWritten(_ ref: NodeRef, at places: [SourceRange: String], depth: Int = 0) -> Bool {
    guard !places.isEmpty, depth < 200 else { return false }
    if places[range(ref)] != nil { return true }
    switch kind(ref) {
    case .mapping:
      return pairs(ref).contains { places[range($0.key)] != nil || isWritten($0.value, at: places, depth: depth + 1) }
    case .sequence: return items(ref).contains { isWritten($0, at: places, depth: depth + 1) }
    case .scalar, .alias: return false
    }
  }
}
