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
  private let files: [SourceFile]
  private var indexes: [FileID: LineIndex] = [:]

  init(_ report: Report) {
    files = report.files
    for finding in report.findings {
      index(finding.range.file)
      for related in finding.related { index(related.range.file) }
    }
    for notChecked in report.notChecked {
      if let range = notChecked.range { index(range.file) }
    }
  }

  private mutating func index(_ id: FileID) {
    if indexes[id] == nil { indexes[id] = LineIndex(file(id).bytes) }
  }

  func file(_ id: FileID) -> SourceFile {
    files.indices.contains(Int(id.index)) ? files[Int(id.index)] : SourceFile(path: "unknown", bytes: [])
  }

  /// The lines of a file that the report mentions.
  func lines(of id: FileID) -> LineIndex {
    indexes[id] ?? LineIndex(file(id).bytes)
  }

  /// The bytes of `range`, cut to what the file has.
  func bounds(of range: SourceRange) -> Range<Int> {
    let count = file(range.file).bytes.count
    let start = min(Int(range.lowerBound), count)
    return start..<max(start, min(Int(range.upperBound), count))
  }

  /// Lines and columns of `range`; columns count code points.
  func place(of range: SourceRange) -> Place {
    let file = file(range.file)
    let lines = lines(of: range.file)
    let bounds = bounds(of: range)
    return Place(
      path: file.path,
      start: lines.position(of: bounds.lowerBound, in: file.bytes),
      end: lines.position(of: bounds.upperBound, in: file.bytes))
  }
}
