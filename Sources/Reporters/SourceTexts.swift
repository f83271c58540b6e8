import Diagnostics
import SourceText

/// A range of a file as people read it.
struct Place {
  var path: String
  var start: Position
  /// One past the last character.
  var end: Position
}

/// The files that a report quotes, with their lines indexed once.
struct SourceTexts {
  private struct Index {
    var lines: LineIndex
    var columns: Columns

    init(_ bytes: [UInt8]) {
      lines = LineIndex(bytes)
      columns = Columns(bytes, lines)
    }
  }

  private let files: [SourceFile]
  private var indexes: [FileID: Index] = [:]
  /// The bytes of the files that have secrets, with stars for these.
  private var masked: [FileID: [UInt8]] = [:]

  init(_ report: Report) {
    files = report.files
    for secret in report.secrets { mask(secret) }
    for finding in report.findings {
      index(finding.range.file)
      for related in finding.related { index(related.range.file) }
    }
    for notChecked in report.notChecked {
      if let range = notChecked.range { index(range.file) }
      for reference in notChecked.references { index(reference.range.file) }
    }
  }

  /// Leaves the breaks of lines, so that positions mean the same.
  private mutating func mask(_ secret: SourceRange) {
    var bytes = masked.removeValue(forKey: secret.file) ?? file(secret.file).bytes
    for offset in bounds(of: secret) where bytes[offset] != UInt8(ascii: "\n") && bytes[offset] != UInt8(ascii: "\r") {
      bytes[offset] = UInt8(ascii: "*")
    }
    masked[secret.file] = bytes
  }

  private mutating func index(_ id: FileID) {
    if indexes[id] == nil { indexes[id] = Index(file(id).bytes) }
  }

  private func index(of id: FileID) -> Index { indexes[id] ?? Index(file(id).bytes) }

  func file(_ id: FileID) -> SourceFile {
    files.indices.contains(Int(id.index)) ? files[Int(id.index)] : SourceFile(path: "unknown", bytes: [])
  }

  /// The bytes of a file as they may be shown, each at its place.
  func shownBytes(of id: FileID) -> [UInt8] { masked[id] ?? file(id).bytes }

  /// Whether all of a part of a file may be shown.
  func isShown(_ bounds: Range<Int>, of id: FileID) -> Bool {
    masked[id].map { $0[bounds] == file(id).bytes[bounds] } ?? true
  }

  /// The lines of a file that the report mentions.
  func lines(of id: FileID) -> LineIndex { index(of: id).lines }

  /// Where the text of a file begins: after its byte-order mark, if it has one.
  func textStart(of id: FileID) -> Int {
    file(id).bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The bytes of `range`, cut to what the file has.
  func bounds(of range: SourceRange) -> Range<Int> {
    let count = file(range.file).bytes.count
    let start = min(Int(range.lowerBound), count)
    return start..<max(start, min(Int(range.upperBound), count))
  }

  /// Lines and columns of `range`; columns count code points.
  func place(of range: SourceRange) -> Place {
    let bounds = bounds(of: range)
    return Place(
      path: file(range.file).path,
      start: position(of: bounds.lowerBound, in: range.file, .codePoints),
      end: position(of: bounds.upperBound, in: range.file, .codePoints))
  }

  /// Line and column of `offset`, both from 1; a byte-order mark does not count.
  func position(of offset: Int, in id: FileID, _ unit: ColumnUnit) -> Position {
    let bytes = file(id).bytes
    let index = index(of: id)
    let line = index.lines.line(containing: offset)
    let column = index.columns.column(
      of: offset, inLine: index.lines.range(ofLine: line, in: bytes), of: bytes, unit)
    return Position(line: line + 1, column: column)
  }
}
