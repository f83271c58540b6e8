/// The Go template of a commit message, as far as its fields of `.Updated` have a counterpart in `.Changed`
/// (image-automation-controller `internal/source/source.go`, gone in Flux 2.7).
package struct CommitTemplate {
  struct Field: Hashable {
    /// Bytes of the template.
    var range: Range<Int>
    var old: String
    var new: String
  }

  private let bytes: [UInt8]

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The fields that are gone, each once, with the bytes of its first use. Only what stands in an action is a use.
  package var removedFields: [(range: Range<Int>, name: String)] {
    [".Updated", ".Changed.ImageResult"].compactMap { name in
      occurrences(of: name).first { start in
        let end = start + name.utf8.count
        let isWhole = end == bytes.count || !isName(bytes[end]) || bytes[end] == UInt8(ascii: ".")
        return isWhole && isInAction(start)
      }.map { ($0..<$0 + name.utf8.count, name) }
    }
  }

  /// Whether a place lies between the braces of an action.
  private func isInAction(_ place: Int) -> Bool {
    let opened = occurrences(of: "{{").last { $0 < place }
    let closed = occurrences(of: "}}").last { $0 < place }
    return opened.map { opened in closed.map { $0 < opened } ?? true } ?? false
  }

  /// Every use of `.Updated` with what takes its place; nil when one of them has no exact counterpart.
  var fields: [Field]? {
    var fields: [Field] = []
    for start in occurrences(of: ".Updated") {
      let name = String(decoding: bytes[start...].dropFirst().prefix(while: isName), as: UTF8.self)
      guard let field = Self.counterparts.first(where: { $0.old == "." + name }), rangesOverKeys(before: start) else {
        return nil
      }
      fields.append(Field(range: start..<start + field.old.utf8.count, old: field.old, new: field.new))
    }
    return fields
  }

  private static let counterparts = [
    (old: ".Updated.Files", new: ".Changed.FileChanges"), (old: ".Updated.Objects", new: ".Changed.Objects"),
  ]

  /// Whether what stands before is `range $key, $value :=`, and nothing uses the value: only the keys are the same.
  private func rangesOverKeys(before end: Int) -> Bool {
    var rest = bytes[..<end]
    dropBlanks(&rest)
    guard drop(":=", of: &rest) else { return false }
    dropBlanks(&rest)
    let value = dropName(&rest)
    guard drop("$", of: &rest) else { return false }
    dropBlanks(&rest)
    guard drop(",", of: &rest) else { return false }
    dropBlanks(&rest)
    let key = dropName(&rest)
    guard drop("$", of: &rest), !key.isEmpty else { return false }
    dropBlanks(&rest)
    guard drop("range", of: &rest) else { return false }
    if value == Array("_".utf8) { return true }
    return !value.isEmpty && occurrences(of: "$" + String(decoding: value, as: UTF8.self)).count == 1
  }

  private func occurrences(of text: String) -> [Int] {
    let text = Array(text.utf8)
    guard bytes.count >= text.count else { return [] }
    return (0...bytes.count - text.count).filter { bytes[$0..<$0 + text.count].elementsEqual(text) }
  }

  private func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private func dropBlanks(_ rest: inout ArraySlice<UInt8>) {
    while let last = rest.last, last == 0x20 || last == 0x09 || last == 0x0A || last == 0x0D { rest.removeLast() }
  }

  private func drop(_ text: StaticString, of rest: inout ArraySlice<UInt8>) -> Bool {
    let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard rest.suffix(text.count).elementsEqual(text) else { return false }
    rest.removeLast(text.count)
    return true
  }

  private func dropName(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    var name: [UInt8] = []
    while let last = rest.last, isName(last), last != UInt8(ascii: ".") { name.append(rest.removeLast()) }
    return name.reversed()
  }
}
