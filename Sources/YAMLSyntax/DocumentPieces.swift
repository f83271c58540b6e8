/// One part of a file, cut at document separators. kustomize reads the first YAML document of each and nothing else.
struct DocumentPiece {
  /// From after a separator line up to the next one.
  var range: Range<Int>
  /// The separator line before the piece, without its line break, if kustomize refuses it.
  var invalidSeparator: Range<Int>?

  /// Cuts a file as kustomize does (kyaml `kio/byteio_reader.go`): at every match of `\n---[^\n]*\n`, before any YAML is
  /// read, so that inside a block scalar `---` at the start of a line cuts as well. `---` on the first line of a piece
  /// is left to the YAML parser.
  static func cut(_ text: UnsafeBufferPointer<UInt8>) -> [DocumentPiece] {
    var pieces: [DocumentPiece] = []
    var start = 0
    var invalidSeparator: Range<Int>?
    var lineBreak = text.firstIndex(ofLineFeedFrom: 0)
    while let end = lineBreak {
      let line = end + 1
      guard line + 3 < text.count, text[line] == UInt8(ascii: "-"), text[line + 1] == UInt8(ascii: "-"),
        text[line + 2] == UInt8(ascii: "-")
      else {
        lineBreak = text.firstIndex(ofLineFeedFrom: line)
        continue
      }
      guard let separatorEnd = text.firstIndex(ofLineFeedFrom: line + 3) else { break }
      pieces.append(DocumentPiece(range: start..<line, invalidSeparator: invalidSeparator))
      start = separatorEnd + 1
      invalidSeparator = invalidPart(of: text, line..<separatorEnd)
      // The separator took its line break along, so a second separator directly after it begins the piece.
      lineBreak = text.firstIndex(ofLineFeedFrom: start)
    }
    pieces.append(DocumentPiece(range: start..<text.count, invalidSeparator: invalidSeparator))
    return pieces
  }

  /// After the dashes only blanks or a comment may follow.
  private static func invalidPart(of text: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    var end = line.upperBound
    while end > line.lowerBound, text[end - 1].isBlankOrBreak { end -= 1 }
    guard let first = (line.lowerBound + 3..<max(end, line.lowerBound + 3)).first(where: { !text[$0].isBlankOrBreak }),
      text[first] != UInt8(ascii: "#")
    else { return nil }
    return line.lowerBound..<end
  }
}
