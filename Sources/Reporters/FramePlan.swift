import Diagnostics
import SourceText

/// A place in a frame, with what is said about it.
struct Mark {
  var range: SourceRange
  var label: String
  /// Whether this is the place of the finding itself, not one that explains it.
  var isPrimary: Bool
}

/// The frames that show one finding: its own place first, then the places that explain it.
struct FramePlan {
  /// Places near each other in one file share a frame; none is empty.
  private(set) var frames: [[Mark]]
  /// How many places are left out so that the finding stays readable.
  private(set) var omitted = 0

  private static let relatedFrames = 3
  private static let marksInFrame = 6
  private static let linesApart = 6

  init(_ finding: Finding, _ texts: SourceTexts) {
    frames = [[Mark(range: finding.range, label: finding.label, isPrimary: true)]]
    for related in finding.related {
      let mark = Mark(range: related.range, label: related.message, isPrimary: false)
      let line = Self.line(of: mark, texts)
      let near = frames.firstIndex { frame in
        frame[0].range.file == mark.range.file && abs(Self.line(of: frame[0], texts) - line) <= Self.linesApart
      }
      if let near, frames[near].count < Self.marksInFrame {
        frames[near].append(mark)
      } else if near == nil, frames.count <= Self.relatedFrames {
        frames.append([mark])
      } else {
        omitted += 1
      }
    }
  }

  /// The zero-based line on which `mark` begins.
  static func line(of mark: Mark, _ texts: SourceTexts) -> Int {
    texts.lines(of: mark.range.file).line(containing: texts.bounds(of: mark.range).lowerBound)
  }
}
