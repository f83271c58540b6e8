import SourceText
import TextEdits
import TextMatching
import YAMLSyntax

// Values that a version refuses, and the template of a commit message.
extension FieldMigration {
  mutating func durations(_ spec: NodeRef, _ keys: [String]) {
    for key in keys {
      guard let value = forest.value(spec, key: key), isText(value) else { continue }
      if !isDuration(value, units: ["ms", "s", "m", "h"]) {
        block(
          "'spec.\(key)' of '\(forest.text(value))' is refused by '\(version)', which takes ms, s, m and h", at: value)
      }
    }
  }

  mutating func limit(_ spec: NodeRef, _ keys: [String], to count: Int) {
    for key in keys {
      guard let value = forest.value(spec, key: key), isText(value) else { continue }
      let length = forest.text(value).unicodeScalars.count
      if length > count {
        block("'spec.\(key)' has \(length) characters, '\(version)' takes \(count)", at: value)
      }
    }
  }

  /// A scalar without variables, which only the cluster knows.
  func isText(_ node: NodeRef) -> Bool {
    forest.kind(node) == .scalar && !forest[node].flags.contains(.containsDollar) && !forest.text(node).isEmpty
  }

  func scheme(of url: NodeRef) -> String? {
    guard isText(url) else { return nil }
    let text = forest.text(url)
    guard let end = text.firstIndex(of: ":") else { return "" }
    return String(text[..<end])
  }

  /// `^([0-9]+(\.[0-9]+)?(UNIT))+$`, the pattern of the CRDs.
  func isDuration(_ node: NodeRef, units: [String]) -> Bool {
    var rest = Substring(forest.text(node))
    guard !rest.isEmpty else { return false }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { return false }
      rest = rest.dropFirst(digits.count)
      if rest.first == "." {
        let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard !fraction.isEmpty else { return false }
        rest = rest.dropFirst(1 + fraction.count)
      }
      // 'ms' before 'm'.
      guard let unit = units.sorted(by: { $0.utf8.count > $1.utf8.count }).first(where: { rest.hasPrefix($0) }) else {
        return false
      }
      rest = rest.dropFirst(unit.count)
    }
    return true
  }

  mutating func commitTemplate(_ template: NodeRef) {
    let parsed = CommitTemplate(forest.text(template))
    let map = forest.contentMap(of: template)
    let places = Dictionary(
      parsed.removedFields.map { ($0.name, map.range(of: $0.range)) }, uniquingKeysWith: { first, _ in first })
    if let place = places[".Changed.ImageResult"] {
      templateField(".Changed.ImageResult", at: place, help: "use '.Changed.Changes': it has old and new values")
    }
    guard let place = places[".Updated"] else { return }
    guard let fields = parsed.fields, text != nil else {
      return templateField(
        ".Updated", at: place, help: "use '.Changed': it has old and new values instead of images")
    }
    var edits: [Edit]? = []
    for field in fields {
      let range = map.range(of: field.range).bounds
      if let bytes = text?.bytes, Array(bytes[range]) == Array(field.old.utf8) {
        edits?.append(Edit(range, Array(field.new.utf8)))
      } else {
        edits = nil
      }
    }
    change("'.Updated' in the commit message made '.Changed'", at: template, showing: place, edits)
  }

  mutating func templateField(_ field: String, at place: SourceRange, help: String) {
    let isRemoved = target.isAtLeast(7)
    remarks.append(
      Remark(
        isRemoved ? .removedTemplateField : .deprecatedField,
        "the commit message uses '\(field)', which \(isRemoved ? "is gone since" : "goes with") Flux 2.7",
        at: place, help: help))
  }
}
