/// Writes bytes the way libyaml's emitter does, as go-yaml v2 took it over (`emitterc.go`): it knows in which column it
/// is, whether the last thing was white space, and whether the line holds nothing but indentation and indicators.
struct YAMLWriter {
  private(set) var bytes: [UInt8] = []
  private var column = 0
  private var isAfterSpace = true
  private var isIndentation = true

  /// A text is broken at the first space behind this column.
  private static let width = 80

  /// Forgets where it is: what follows is a text of its own.
  mutating func beginDocument() {
    column = 0
    isAfterSpace = true
    isIndentation = true
  }

  /// Writes bytes that are no part of a document: separators and comments on lines of their own.
  mutating func appendRaw(_ text: some Collection<UInt8>) { bytes.append(contentsOf: text) }

  /// Goes to column `indent` of a line, which is a new one unless nothing but indentation was written.
  mutating func indent(to indent: Int) {
    if !isIndentation || column > indent || (column == indent && !isAfterSpace) { breakLine() }
    if column < indent {
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent - column))
      column = indent
    }
    isAfterSpace = true
    isIndentation = true
  }

  /// Writes an indicator such as `-`, `:` or `{`.
  ///
  /// - Parameters:
  ///   - needsSpace: whether a space must stand before it.
  ///   - keepsIndentation: whether a collection may begin on the same line.
  mutating func indicator(
    _ indicator: StaticString, needsSpace: Bool = false, isSpace: Bool = false, keepsIndentation: Bool = false
  ) {
    if needsSpace, !isAfterSpace { put(UInt8(ascii: " ")) }
    bytes.append(contentsOf: UnsafeBufferPointer(start: indicator.utf8Start, count: indicator.utf8CodeUnitCount))
    column += indicator.utf8CodeUnitCount
    isAfterSpace = isSpace
    isIndentation = isIndentation && keepsIndentation
  }

  /// Writes a comment behind what stands on the line.
  mutating func comment(_ text: [UInt8]) {
    bytes.append(contentsOf: " # ".utf8)
    bytes.append(contentsOf: text)
    isAfterSpace = false
    isIndentation = false
  }

  private mutating func breakLine() {
    bytes.append(UInt8(ascii: "\n"))
    column = 0
  }

  private mutating func put(_ byte: UInt8) {
    bytes.append(byte)
    column += 1
  }

  /// Writes one character of several bytes.
  private mutating func put(_ character: Slice<UnsafeBufferPointer<UInt8>>) {
    bytes.append(contentsOf: character)
    column += 1
  }
}

// MARK: - Scalars

extension YAMLWriter {
  /// Writes a text without quotes. `indent` is where a folded line goes on.
  mutating func plain(_ text: UnsafeBufferPointer<UInt8>, indent: Int, folds: Bool) {
    if !isAfterSpace { put(UInt8(ascii: " ")) }
    var isInSpaces = false
    for character in Characters(text) {
      if character.isSpace {
        if folds, !isInSpaces, column > Self.width, !text.isSpace(at: character.end) {
          self.indent(to: indent)
        } else {
          put(UInt8(ascii: " "))
        }
        isInSpaces = true
      } else {
        put(text[character.range])
        isIndentation = false
        isInSpaces = false
      }
    }
    isAfterSpace = false
    isIndentation = false
  }

  /// Writes a text in single quotes. The only breaks that get here are U+2028 and U+2029.
  mutating func singleQuoted(_ text: UnsafeBufferPointer<UInt8>, indent: Int, folds: Bool) {
    indicator("'", needsSpace: true)
    var isInSpaces = false
    var isInBreaks = false
    for character in Characters(text) {
      if character.isSpace {
        let isInside = character.start > 0 && character.end < text.count
        if folds, !isInSpaces, column > Self.width, isInside, !text.isSpace(at: character.end) {
          self.indent(to: indent)
        } else {
          put(UInt8(ascii: " "))
        }
        isInSpaces = true
      } else if character.isBreak {
        if character.value == 0x0A, !isInBreaks { breakLine() }
        bytes.append(contentsOf: text[character.range])
        column = 0
        isIndentation = true
        isInBreaks = true
      } else {
        if isInBreaks { self.indent(to: indent) }
        if character.value == 0x27 { put(UInt8(ascii: "'")) }
        put(text[character.range])
        isIndentation = false
        isInSpaces = false
        isInBreaks = false
      }
    }
    indicator("'")
  }

  /// Writes a text in double quotes, with escapes for all that is not printable.
  mutating func doubleQuoted(_ text: UnsafeBufferPointer<UInt8>, indent: Int, folds: Bool) {
    indicator("\"", needsSpace: true)
    // The emitter asks for a mark at the place of each character and looks at the start of the text instead.
    let escapesAll = text.starts(with: [0xEF, 0xBB, 0xBF])
    var isInSpaces = false
    for character in Characters(text) {
      let needsEscape =
        !character.isPrintable || character.isBreak || character.value == 0x22 || character.value == 0x5C
      if escapesAll || needsEscape {
        escape(character.value)
        isInSpaces = false
      } else if character.isSpace {
        let isInside = character.start > 0 && character.end < text.count
        if folds, !isInSpaces, column > Self.width, isInside {
          self.indent(to: indent)
          if text.isSpace(at: character.end) { put(UInt8(ascii: "\\")) }
        } else {
          put(UInt8(ascii: " "))
        }
        isInSpaces = true
      } else {
        put(text[character.range])
        isInSpaces = false
      }
    }
    indicator("\"")
  }

  /// Writes a text as a literal block. A comment goes behind the header, since a line below would be text.
  mutating func literal(_ text: UnsafeBufferPointer<UInt8>, indent: Int, comment: [UInt8]?) {
    indicator("|", needsSpace: true)
    let characters = Characters(text)
    if let first = characters.first, first.isSpace || first.isBreak { indicator("2") }
    let lastTwo = characters.suffix(2)
    if let last = lastTwo.last, last.isBreak {
      if lastTwo.count == 1 || lastTwo.first?.isBreak == true { indicator("+") }
    } else {
      indicator("-")
    }
    if let comment { self.comment(comment) }
    breakLine()
    isIndentation = true
    isAfterSpace = true
    var isInBreaks = true
    for character in characters {
      if character.isBreak {
        bytes.append(contentsOf: text[character.range])
        column = 0
        isIndentation = true
        isInBreaks = true
      } else {
        if isInBreaks { self.indent(to: indent) }
        put(text[character.range])
        isIndentation = false
        isInBreaks = false
      }
    }
  }

  private mutating func escape(_ value: UInt32) {
    put(UInt8(ascii: "\\"))
    let letter: Unicode.Scalar? =
      switch value {
      case 0x00: "0"
      case 0x07: "a"
      case 0x08: "b"
      case 0x09: "t"
      case 0x0A: "n"
      case 0x0B: "v"
      case 0x0C: "f"
      case 0x0D: "r"
      case 0x1B: "e"
      case 0x22: "\""
      case 0x5C: "\\"
      case 0x85: "N"
      case 0xA0: "_"
      case 0x2028: "L"
      case 0x2029: "P"
      default: nil
      }
    if let letter { return put(UInt8(ascii: letter)) }
    let (prefix, width): (Unicode.Scalar, Int) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
    put(UInt8(ascii: prefix))
    let digits = String(value, radix: 16, uppercase: true).utf8
    for _ in digits.count..<width { put(UInt8(ascii: "0")) }
    for digit in digits { put(digit) }
  }
}
