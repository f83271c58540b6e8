extension ShownText {
  /// A line of a diff as it is shown: nil when it can be shown as it is.
  ///
  /// - Parameters:
  ///   - sign: the sign of the diff before the line.
  ///   - line: with its line break, if it has one. A carriage return before that does no harm.
  package static func diffLine(_ sign: UInt8, _ line: ArraySlice<UInt8>) -> [UInt8]? {
    var end = line.endIndex
    if line.last == UInt8(ascii: "\n") { end -= 1 }
    if end > line.startIndex, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let bytes = [sign] + line[..<end]
    var watch = CommandWatch(isAtStart: true)
    if bytes.withUnsafeBufferPointer({ watch.passes($0) }) { return nil }
    watch = CommandWatch(isAtStart: true)
    let shown = ShownText(bytes, in: 0..<bytes.count, tabs: .kept, after: &watch)
    let text = Array(shown.cells.map(\.text).joined().utf8)
    // What is no UTF-8 controls nothing, but its escapes say what it is.
    return text == bytes ? nil : text + line[end...]
  }
}
