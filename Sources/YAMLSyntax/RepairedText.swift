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
    var isUsed = [Bool](repeating: false, count: 256)
    for offset in range.dropLast(2) where file[offset] == 0xEE && file[offset + 1] == 0x80 {
      isUsed[Int(file[offset + 2])] = true
    }
    guard let last = (0x80...0xBF).first(where: { !isUsed[$0] }) else { return nil }
    let standIn: [UInt8] = [0xEE, 0x80, UInt8(last)]
    result.bytes = replacing(byteOrderMark, with: standIn, in: result.bytes)
    result.byteOrderMarkStandIn = standIn
    return result
  }

  /// Replaces one character of three bytes by another.
  private static func replacing(_ old: [UInt8], with new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var offset = 0
    while offset + 3 <= bytes.count {
      if bytes[offset] == old[0], bytes[offset + 1] == old[1], bytes[offset + 2] == old[2] {
        for index in 0..<3 { result[offset + index] = new[index] }
        offset += 3
      } else {
        offset += 1
      }
    }
    return result
  }

  /// The text of a scalar with U+FEFF put back; nil if there is nothing to put back.
  func restored(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard let byteOrderMarkStandIn, value.contains(byteOrderMarkStandIn[0]) else { return nil }
    return Self.replacing(byteOrderMarkStandIn, with: Self.byteOrderMark, in: Array(value))
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
