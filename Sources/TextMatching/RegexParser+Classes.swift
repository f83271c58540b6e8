/// Escapes and classes.
extension RegexParser {
  mutating func escape() throws(LinearRegex.Failure) -> RegexNode {
    guard let scalar = next else { throw failure("trailing backslash") }
    position += 1
    switch scalar {
    case "A": return .assertion(.start)
    case "z": return .assertion(.end)
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    default:
      if let ranges = try shorthand(scalar) { return .oneOf(ScalarClass(ranges)) }
      return literal(try escaped(scalar))
    }
  }

  /// `\d`, `\pL` and the like; the letter is read.
  private mutating func shorthand(_ scalar: Unicode.Scalar) throws(LinearRegex.Failure) -> [ClosedRange<UInt32>]? {
    switch scalar {
    case "d": return ScalarClass.digits
    case "D": return ScalarClass.complement(ScalarClass.digits)
    case "w": return ScalarClass.word
    case "W": return ScalarClass.complement(ScalarClass.word)
    case "s": return ScalarClass.space
    case "S": return ScalarClass.complement(ScalarClass.space)
    case "p", "P": return try unicodeClass(isNegated: scalar == "P")
    default: return nil
    }
  }

  private mutating func unicodeClass(isNegated: Bool) throws(LinearRegex.Failure) -> [ClosedRange<UInt32>] {
    var isNegated = isNegated
    var name = String.UnicodeScalarView()
    if take("{") {
      guard let close = pattern[position...].firstIndex(of: "}") else { throw failure("invalid character class range") }
      name.append(contentsOf: pattern[position..<close])
      position = close + 1
      if name.first == "^" {
        name.removeFirst()
        isNegated.toggle()
      }
    } else {
      guard let letter = next else { throw failure("invalid character class range") }
      position += 1
      name.append(letter)
    }
    // A letter of one case stands for those of all.
    let wanted = flags.ignoresCase && ["Lu", "Ll", "Lt"].contains(String(name)) ? ["Lu", "Ll", "Lt"] : [String(name)]
    let ranges = wanted.compactMap(UnicodeClass.ranges(named:)).flatMap { $0 }
    guard !ranges.isEmpty else {
      // The tables of others may be newer.
      throw LinearRegex.Failure(reason: "invalid character class range '\(String(name))'", isLimit: true)
    }
    return isNegated ? ScalarClass.complement(ranges) : ranges
  }

  /// The character of an escape whose letter is read.
  private mutating func escaped(_ scalar: Unicode.Scalar) throws(LinearRegex.Failure) -> Unicode.Scalar {
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    case "x": return try hexadecimal()
    case "0"..."7":
      // One digit that is not zero would be a back reference.
      var value = scalar.value - 0x30
      guard value == 0 || (next.map { (0x30...0x37).contains($0.value) } ?? false) else {
        throw failure("invalid escape sequence '\\\(scalar)'")
      }
      for _ in 0..<2 {
        guard let digit = next, (0x30...0x37).contains(digit.value) else { break }
        value = value * 8 + digit.value - 0x30
        position += 1
      }
      return Unicode.Scalar(value) ?? "\0"
    default:
      let isWord = ScalarClass.word.contains { $0.contains(scalar.value) }
      if isWord && scalar != "_" || scalar.value > 0x7F { throw failure("invalid escape sequence '\\\(scalar)'") }
      return scalar
    }
  }

  /// `\x7F` or `\x{10FFFF}`.
  private mutating func hexadecimal() throws(LinearRegex.Failure) -> Unicode.Scalar {
    var digits = String.UnicodeScalarView()
    if take("{") {
      guard let close = pattern[position...].firstIndex(of: "}") else { throw failure("invalid escape sequence '\\x'") }
      digits.append(contentsOf: pattern[position..<close])
      position = close + 1
    } else {
      guard position + 2 <= pattern.count else { throw failure("invalid escape sequence '\\x'") }
      digits.append(contentsOf: pattern[position..<position + 2])
      position += 2
    }
    guard !digits.isEmpty, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
      let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value)
    else { throw failure("invalid escape sequence '\\x'") }
    return scalar
  }

  // MARK: Classes

  /// A class in brackets; the opening one is read.
  mutating func scalarClass() throws(LinearRegex.Failure) -> ScalarClass {
    let isNegated = take("^")
    var (ranges, others): ([ClosedRange<UInt32>], [ClosedRange<UInt32>]) = ([], [])
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      position += 1
      if scalar == "[", next == ":" {
        ranges += try namedClass()
        continue
      }
      var lower = scalar
      if scalar == "\\" {
        guard let letter = next else { throw failure("missing closing ']'") }
        position += 1
        if let shorthand = try shorthand(letter) {
          others += shorthand
          continue
        }
        lower = try escaped(letter)
      }
      let upper = try rangeEnd() ?? lower
      guard lower.value <= upper.value else { throw failure("invalid character class range") }
      ranges.append(lower.value...upper.value)
    }
    guard take("]") else { throw failure("missing closing ']'") }
    return ScalarClass(ranges, folding: flags.ignoresCase, negated: isNegated, others: others)
  }

  private mutating func rangeEnd() throws(LinearRegex.Failure) -> Unicode.Scalar? {
    guard next == "-", position + 1 < pattern.count, pattern[position + 1] != "]" else { return nil }
    position += 1
    guard let scalar = next else { return nil }
    position += 1
    guard scalar == "\\" else { return scalar }
    guard let letter = next else { throw failure("missing closing ']'") }
    position += 1
    return try escaped(letter)
  }

  private mutating func namedClass() throws(LinearRegex.Failure) -> [ClosedRange<UInt32>] {
    guard let close = pattern[position...].firstIndex(of: "]"), close > position + 1, pattern[close - 1] == ":" else {
      throw failure("invalid character class")
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: pattern[(position + 1)..<(close - 1)])
    let isNegated = name.first == "^"
    if isNegated { name.removeFirst() }
    guard let ranges = UnicodeClass.posix[String(name)] else { throw failure("invalid character class range") }
    position = close + 1
    return isNegated ? ScalarClass.complement(ranges) : ranges
  }
}
