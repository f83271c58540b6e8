import Diagnostics
import SourceText

/// Writes places as SARIF locations and computes GitHub's hashes of their lines, once for each file.
struct SARIFLocations {
  /// The name of the directory that URIs are relative to; GitHub and others know it.
  static let base = "%SRCROOT%"

  /// Longer ranges are not quoted, in bytes.
  private static let snippetLimit = 2000

  private let texts: SourceTexts
  private var lineHashes: [FileID: [String]] = [:]

  init(_ texts: SourceTexts) { self.texts = texts }

  /// Writes the fields of a location object.
  func write(_ range: SourceRange, id: Int?, message: String?, hasSnippet: Bool, to json: inout JSONWriter) {
    let file = texts.file(range.file)
    let bounds = tightBounds(of: range)
    if let id { json.field("id", id) }
    json.field("physicalLocation") {
      $0.field("artifactLocation") {
        $0.field("uri", RelativeURI.encode(file.path))
        $0.field("uriBaseId", Self.base)
      }
      $0.field("region") {
        let start = position(of: bounds.lowerBound, in: range.file)
        let end = position(of: bounds.upperBound, in: range.file)
        $0.field("startLine", start.line)
        $0.field("startColumn", start.column)
        $0.field("endLine", end.line)
        $0.field("endColumn", end.column)
        if hasSnippet, !bounds.isEmpty, bounds.count <= Self.snippetLimit {
          $0.field("snippet") { $0.field("text", String(decoding: file.bytes[bounds], as: UTF8.self)) }
        }
      }
    }
    if let message, !message.isEmpty {
      json.field("message") { $0.field("text", SARIFText.sentence(message)) }
    }
  }

  /// GitHub's hash of the line on which `range` begins.
  mutating func lineHash(at range: SourceRange) -> String? {
    let line = position(of: texts.bounds(of: range).lowerBound, in: range.file).line
    let hashes = lineHashes[range.file] ?? GitHubLineHashes(texts.file(range.file).bytes).values
    lineHashes[range.file] = hashes
    return line <= hashes.count ? hashes[line - 1] : nil
  }

  /// `range` without the line breaks at its end, so that an annotation is about no line that it says nothing of.
  private func tightBounds(of range: SourceRange) -> Range<Int> {
    let bytes = texts.file(range.file).bytes
    let bounds = texts.bounds(of: range)
    var end = bounds.upperBound
    while end > bounds.lowerBound, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    return bounds.lowerBound..<end
  }

  /// Line and column of `offset`, both from 1; columns count UTF-16 code units after a byte-order mark.
  private func position(of offset: Int, in id: FileID) -> Position {
    let bytes = texts.file(id).bytes
    let lines = texts.lines(of: id)
    let line = lines.line(containing: offset)
    var start = Int(lines.starts[line])
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = min(3, offset) }
    let column = UTF8Scalars(bytes, in: start..<max(start, offset)).reduce(1) { $0 + $1.utf16Length }
    return Position(line: line + 1, column: column)
  }
}
