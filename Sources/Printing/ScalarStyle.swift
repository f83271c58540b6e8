import YAMLSyntax

/// How a text can be written.
enum ScalarStyle {
  case plain, singleQuoted, doubleQuoted, literal

  /// The style that go-yaml v2 takes for a string (`encode.go`, `emitterc.go`).
  ///
  /// - Parameter isSimpleKey: whether it is a key on the line of its value.
  init(of text: UnsafeBufferPointer<UInt8>, isSimpleKey: Bool, facts: ScalarFacts) {
    if facts.hasLineFeed {
      let isBlock = facts.allowsBlock && !isSimpleKey
      self = isBlock ? .literal : .doubleQuoted
    } else if isSimpleKey && facts.hasBreak {
      self = .doubleQuoted
    } else if !PlainText.isString(text, dialect: .kustomization) || SexagesimalNumber.isOne(text) {
      self = .doubleQuoted
    } else if facts.allowsPlain {
      self = .plain
    } else {
      self = facts.allowsSingleQuotes ? .singleQuoted : .doubleQuoted
    }
  }
}

/// What stands in the way of the simpler styles (`yaml_emitter_analyze_scalar`).
package struct ScalarFacts {
  package private(set) var hasLineFeed = false
  package private(set) var hasBreak = false
  private var isSpecial = false
  private var hasIndicator = false
  /// The first or last character is a space or a break.
  private var hasEdge = false
  private var hasSpaceAfterBreak = false
  private var hasBreakAfterSpace = false
  private var endsWithSpace = false
  private let isEmpty: Bool

  package var allowsPlain: Bool {
    !isSpecial && !hasIndicator && !hasEdge && !hasBreak && !hasSpaceAfterBreak && !hasBreakAfterSpace
  }
  package var allowsSingleQuotes: Bool { !isSpecial && !hasSpaceAfterBreak && !hasBreakAfterSpace }
  package var allowsBlock: Bool { !isEmpty && !isSpecial && !hasBreakAfterSpace && !endsWithSpace }

  package init(_ text: UnsafeBufferPointer<UInt8>) {
    isEmpty = text.isEmpty
    if text.starts(with: "---".utf8) || text.starts(with: "...".utf8) { hasIndicator = true }
    var wasSpace = false
    var wasBreak = false
    var isAfterBlank = true
    for character in Characters(text) {
      noteIndicator(character, in: text, isAfterBlank: isAfterBlank)
      if !character.isPrintable { isSpecial = true }
      let isBreak = character.isBreak
      if isBreak { hasBreak = true }
      if character.value == 0x0A { hasLineFeed = true }
      let isAtEdge = character.start == 0 || character.end == text.count
      if isAtEdge, isBreak || character.isSpace { hasEdge = true }
      if character.isSpace {
        if wasBreak { hasSpaceAfterBreak = true }
        if character.end == text.count { endsWithSpace = true }
      } else if isBreak, wasSpace {
        hasBreakAfterSpace = true
      }
      wasSpace = character.isSpace
      wasBreak = isBreak
      isAfterBlank = character.isBlank || isBreak
    }
  }

  private mutating func noteIndicator(
    _ character: Characters.Character, in text: UnsafeBufferPointer<UInt8>, isAfterBlank: Bool
  ) {
    guard character.value < 0x80 else { return }
    func isBeforeBlank() -> Bool {
      guard character.end < text.count else { return true }
      let next = Characters.Character(text, at: character.end)
      return next.isBlank || next.isBreak
    }
    let byte = UInt8(truncatingIfNeeded: character.value)
    if character.start == 0 {
      switch byte {
      case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
        UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
        UInt8(ascii: "`"):
        hasIndicator = true
      case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "-"):
        if isBeforeBlank() { hasIndicator = true }
      default: break
      }
    } else if byte == UInt8(ascii: ":") {
      if isBeforeBlank() { hasIndicator = true }
    } else if byte == UInt8(ascii: "#"), isAfterBlank {
      hasIndicator = true
    }
  }
}

/// Numbers to the base of 60, such as `12:30:45`: no reader of ours takes them for numbers, but the printer quotes them.
enum SexagesimalNumber {
  /// `^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`
  static func isOne(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, first.isDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-"),
      text.contains(UInt8(ascii: ":"))
    else { return false }
    var rest = text[...]
    if !first.isDigit { rest.removeFirst() }
    guard rest.first?.isDigit == true else { return false }
    rest = rest.drop { $0.isDigit || $0 == UInt8(ascii: "_") }
    var parts = 0
    while rest.first == UInt8(ascii: ":") {
      rest.removeFirst()
      let digits = rest.prefix { $0.isDigit }
      guard digits.count == 1 || (digits.count == 2 && (digits.first ?? 0) < UInt8(ascii: "6")) else { return false }
      rest = rest.dropFirst(digits.count)
      parts += 1
    }
    guard parts > 0 else { return false }
    guard let next = rest.first else { return true }
    return next == UInt8(ascii: ".") && rest.dropFirst().allSatisfy { $0.isDigit || $0 == UInt8(ascii: "_") }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
