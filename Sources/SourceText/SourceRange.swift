/// One file of the tree under test: an index into its sorted list of parsed files.
package struct FileID: Hashable, Comparable, Sendable {
  package let index: UInt32

  package init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }

  package static func < (lhs: FileID, rhs: FileID) -> Bool { lhs.index < rhs.index }
}

/// Half-open range of zero-based byte offsets in one file. Lines and columns are derived from it, on output only.
package struct SourceRange: Hashable, Comparable, Sendable {
  package var file: FileID
  package var lowerBound: UInt32
  package var upperBound: UInt32

  package init(file: FileID, _ bounds: Range<Int>) {
    self.file = file
    lowerBound = UInt32(truncatingIfNeeded: bounds.lowerBound)
    upperBound = UInt32(truncatingIfNeeded: bounds.upperBound)
  }

  /// The offsets, for slicing the bytes of the file.
  package var bounds: Range<Int> { Int(lowerBound)..<Int(upperBound) }
  package var isEmpty: Bool { lowerBound == upperBound }

  /// Whether another range lies in this one, its ends included.
  package func contains(_ other: SourceRange) -> Bool {
    file == other.file && lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }

  /// The order of a report: file, start, end.
  package static func < (lhs: SourceRange, rhs: SourceRange) -> Bool {
    if lhs.file != rhs.file { return lhs.file < rhs.file }
    if lhs.lowerBound != rhs.lowerBound { return lhs.lowerBound < rhs.lowerBound }
    return lhs.upperBound < rhs.upperBound
  }
}
