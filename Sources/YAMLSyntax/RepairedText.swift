/// A copy of a piece, changed where libyaml and go-yaml disagree so that libyaml reads it as go-yaml does. Each byte
/// knows its place in the file, so that positions stay those of the file.
struct RepairedText {
  private(set) var bytes: [UInt8]
  /// For each byte, and for the end of the text, the offset in the file.
  private(set) var origins: [UInt32]
  /// The character that stands for U+FEFF, of three bytes as well.
  private(set) var byteOrderMarkStandIn: [UInt8]?

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  init(_ file: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    bytes = Array(file[range])
    origins = (range.lowerBound...range.upperBound).map { UInt32($0) }
  }

  /// libyaml skips U+FEFF at the start of any line, to go-yaml it is text.
  static func hidingByteOrderMarks(_ file: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> RepairedText? {
    let isNeeded = range.dropFirst().contains {
      file[$0] == 0xEF && file.hasByteOrderMark(at: $0) && (file[$0 - 1] == 0x0A || file[$0 - 1] == 0x0D)
    }
    guard isNeeded else { return nil }
    var result = RepairedText(file, range)
    // A character for private use that the text does not use itself.
    let candidates = (0x80...0xBF).lazy.map { [0xEE, 0x80, UInt8($0)] }
    guard let standIn = candidates.first(where: { !result.bytes.contains($0) }) else { return nil }
    result.bytes.replace(byteOrderMark, with: standIn)
    result.byteOrderMarkStandIn = standIn
    return result
  }

  /// The text of a scalar with U+FEFF put back; nil if there is nothing to put back.
  func restored(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard let byteOrderMarkStandIn, value.contains(byteOrderMarkStandIn) else { return nil }
    return Array(value).replacing(byteOrderMarkStandIn, with: Self.byteOrderMark)
  }

  /// In a flow collection go-yaml takes a `:` before `,` or a bracket as part of a plain scalar. In single quotes
  /// libyaml does so too, and such a text is a string in either style.
  ///
  /// - Parameters:
  ///   - start: the mark of the first character of the scalar.
  ///   - colon: the mark of the `:`.
  mutating func quotePlainScalar(from start: Int, through colon: Int) {
    guard let first = offset(ofMark: start), let last = offset(ofMark: colon), first <= last, last < bytes.count else {
      return
    }
    let quote = UInt8(ascii: "'")
    var quoted: [UInt8] = [quote]
    var quotedOrigins = [origins[first]]
    for offset in first...last {
      quoted.append(bytes[offset])
      quotedOrigins.append(origins[offset])
      if bytes[offset] == quote {
        quoted.append(quote)
        quotedOrigins.append(origins[offset])
      }
    }
    quoted.append(quote)
    quotedOrigins.append(origins[last + 1])
    bytes.replaceSubrange(first...last, with: quoted)
    origins.replaceSubrange(first...last, with: quotedOrigins)
  }

  /// go-yaml knows the escape `\'`. Returns false if there is another one at `mark`.
  mutating func removeBackslashBeforeQuote(at mark: Int) -> Bool {
    guard let offset = offset(ofMark: mark), bytes[offset...].starts(with: "\\'".utf8) else { return false }
    bytes.remove(at: offset)
    origins.remove(at: offset)
    return true
  }

  private func offset(ofMark mark: Int) -> Int? {
    var rest = mark
    for offset in bytes.indices where !bytes[offset].isContinuation {
      if rest == 0 { return offset }
      rest -= 1
    }
    return nil
  }
}
