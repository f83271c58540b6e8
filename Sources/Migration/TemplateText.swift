import GoTemplates
package import Manifests
package import SourceText
package import YAMLSyntax

/// The versions of Flux kinds that are written out in a text of manifests with templates in it (`resourcesTemplate` of a
/// ResourceSet), found line by line.
package struct TemplateText {
  package struct Version {
    package var group: String
    package var version: String
    package var kind: String
    /// Three dots where it is not written out.
    package var name: String
    /// The value of `apiVersion`, and of `kind`, with their quotes.
    package var range: SourceRange
    package var kindRange: SourceRange
    /// Whether an object has it whenever the template is carried out: it begins one, and no condition and no loop is around
    /// it.
    package var isCertain: Bool

    package var id: ObjectID {
      ObjectID(group: group, version: version, kind: kind, namespace: nil, name: name)
    }
  }

  private struct Value {
    var text: String
    var bounds: Range<Int>
    var line: Int
    var column: Int
    var document: Int
    var isCertain: Bool
  }

  package private(set) var versions: [Version] = []

  package init(_ scalar: NodeRef, in forest: Forest) {
    let bytes = forest.withText(scalar) { Array($0) }
    let certain = GoTemplate(bytes, delimiters: .angles)?.certainText ?? []
    var apiVersions: [Value] = []
    var kinds: [Value] = []
    var names: [Value] = []
    var (start, line, document) = (0, 0, 0)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      if bytes[start..<end].starts(with: "---".utf8) { document += 1 }
      func value(of key: StaticString) -> Value? {
        guard let (bounds, column) = Self.value(of: key, in: bytes[start..<end]) else { return nil }
        return Value(
          text: Self.unquoted(bytes[bounds]), bounds: bounds, line: line, column: column,
          document: document,
          isCertain: certain.contains { $0.lowerBound <= start && bounds.upperBound <= $0.upperBound })
      }
      if let value = value(of: "apiVersion:") { apiVersions.append(value) }
      if let value = value(of: "kind:") { kinds.append(value) }
      if let value = value(of: "name:"), value.column == 2 { names.append(value) }
      (start, line) = (end + 1, line + 1)
    }
    guard !apiVersions.isEmpty else { return }
    let map = forest.contentMap(of: scalar)
    for apiVersion in apiVersions {
      // The kind is next to it in any usual template.
      guard let slash = apiVersion.text.firstIndex(of: "/"),
        let kind = kinds.first(where: {
          abs($0.line - apiVersion.line) < 3 && $0.column == apiVersion.column && $0.document == apiVersion.document
        })
      else { continue }
      let name = names.first { $0.document == apiVersion.document }?.text ?? ""
      versions.append(
        Version(
          group: String(apiVersion.text[..<slash]),
          version: String(apiVersion.text[apiVersion.text.index(after: slash)...]), kind: kind.text,
          name: name.isEmpty || name.contains("<") ? "..." : name, range: map.range(of: apiVersion.bounds),
          kindRange: map.range(of: kind.bounds),
          isCertain: apiVersion.column == 0 && apiVersion.isCertain && kind.isCertain))
    }
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> String {
    let isQuoted = value.count > 1 && value.first == value.last && (value.first == 0x22 || value.first == 0x27)
    return String(decoding: isQuoted ? value.dropFirst().dropLast() : value, as: UTF8.self)
  }

  /// The value of a key in a line, and where the key stands.
  private static func value(of key: StaticString, in line: ArraySlice<UInt8>) -> (Range<Int>, column: Int)? {
    let written = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }
    guard key.withUTF8Buffer({ written.starts(with: $0) }) else { return nil }
    let value = written.dropFirst(key.utf8CodeUnitCount).drop { $0 == UInt8(ascii: " ") }
      .prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "#") && $0 != 0x0D }
    guard !value.isEmpty else { return nil }
    return (value.startIndex..<value.endIndex, written.startIndex - line.startIndex)
  }
}
