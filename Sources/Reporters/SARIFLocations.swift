import Diagnostics
import SourceText

/// Writes places as SARIF locations and computes GitHub's hashes of their lines, once for each file.
struct SARIFLocations {
  /// The name of the directory that URIs are relative to; GitHub and others know it.
  static let base = "%SRCROOT%"

  /// Longer ranges are not quoted, in bytes.
  private static let snippetLimit = 2000

  private let texts: SourceTexts
  private var lineHashes: [FileID: GitHubLineHashes] = [:]

  init(_ texts: SourceTexts) { self.texts = texts }

  /// Whether a place is one of the revision that is compared with.
  func isOfBase(_ range: SourceRange) -> Bool { texts.file(range.file).isOfBase }

  /// Writes the fields of a location object.
  func write(_ range: SourceRange, id: Int?, message: String?, hasSnippet: Bool, to json: inout JSONWriter) {
    let bounds = tightBounds(of: range)
    if let id { json.field("id", id) }
    json.field("physicalLocation") {
      $0.field("artifactLocation") { writeFile(range.file, to: &$0) }
      $0.field("region") {
        let start = texts.position(of: bounds.lowerBound, in: range.file, .utf16)
        let end = texts.position(of: bounds.upperBound, in: range.file, .utf16)
        $0.field("startLine", start.line)
        $0.field("startColumn", start.column)
        $0.field("endLine", end.line)
        $0.field("endColumn", end.column)
        // A snippet is what stands there, so of what must not be shown there is none.
        if hasSnippet, !bounds.isEmpty, bounds.count <= Self.snippetLimit, texts.isShown(bounds, of: range.file) {
          let text = String(decoding: texts.shownBytes(of: range.file)[bounds], as: UTF8.self)
          $0.field("snippet") { $0.field("text", text) }
        }
      }
    }
    if let message, !message.isEmpty {
      json.field("message") { $0.field("text", SARIFText.sentence(message)) }
    }
  }

  /// Writes the fields of an artifact location.
  func writeFile(_ file: FileID, to json: inout JSONWriter) {
    json.field("uri", RelativeURI.encode(texts.file(file).path))
    json.field("uriBaseId", Self.base)
  }

  /// Writes the fields of a region that takes in every byte of `range`, line breaks at its end, too.
  func writeExactRegion(_ range: SourceRange, to json: inout JSONWriter) {
    let bounds = texts.bounds(of: range)
    let start = texts.position(of: bounds.lowerBound, in: range.file, .utf16)
    let end = texts.position(of: bounds.upperBound, in: range.file, .utf16)
    json.field("startLine", start.line)
    json.field("startColumn", start.column)
    json.field("endLine", end.line)
    json.field("endColumn", end.column)
  }

  /// GitHub's hash of the line on which `range` begins.
  mutating func lineHash(at range: SourceRange) -> String? {
    let line = texts.lines(of: range.file).line(containing: texts.bounds(of: range).lowerBound)
    let hashes = lineHashes[range.file] ?? GitHubLineHashes(texts.file(range.file).bytes)
    lineHashes[range.file] = hashes
    return line < hashes.count ? hashes[line] : nil
  }

  /// `range` without a byte-order mark, and without the line breaks at its end, so that an annotation is about no line
  /// that it says nothing of.
  private func tightBounds(of range: SourceRange) -> Range<Int> {
    let bytes = texts.file(range.file).bytes
    let bounds = texts.bounds(of: range)
    let start = max(bounds.lowerBound, texts.textStart(of: range.file))
    var end = max(start, bounds.upperBound)
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }
}
