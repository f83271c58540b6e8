import Manifests
import SourceText

/// The file that a generator read a text from. Generated values stand at the entry that names the file; a reader wants to
/// see the line.
package struct GeneratorFileLine: Hashable, Sendable {
  /// Relative to the top of the tree.
  package var path: String
  /// Counted from 1.
  package var line: Int

  /// Finds a variable in the file that the entry at `range` names; nil when the text stands in the entry itself.
  init?(of variable: String, at range: SourceRange, _ sources: SourceSet) {
    let entry = sources.bytes(of: range.file)
    guard range.bounds.upperBound <= entry.count else { return nil }
    // `KEY=FILE` or `FILE`, perhaps in quotes; an expression is no name of a file.
    let quotes = Array("'\" ".utf8)
    let written = entry[range.bounds].filter { !quotes.contains($0) }
    guard !written.contains(UInt8(ascii: "$")), let name = written.split(separator: UInt8(ascii: "=")).last,
      let path = RelativePath.join(
        RelativePath.parent(of: sources.path(of: range.file)), String(decoding: name, as: UTF8.self)),
      let bytes = try? sources.contents(at: path),
      let place = Self.find(variable, in: bytes)
    else { return nil }
    self.path = path
    line = 1 + bytes[..<place].count { $0 == 0x0A }
  }

  /// Where `${variable` begins.
  private static func find(_ variable: String, in text: [UInt8]) -> Int? {
    let start = Array("${\(variable)".utf8)
    let length = Array("${#\(variable)".utf8)
    return text.indices.first { index in
      guard text[index] == UInt8(ascii: "$") else { return false }
      let rest = text[index...]
      return [start, length].contains { pattern in
        rest.starts(with: pattern) && !(rest.dropFirst(pattern.count).first.map(isNamePart) ?? false)
      }
    }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte) || byte >= 0x80
  }
}
