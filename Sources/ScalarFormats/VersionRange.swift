/// A range of semantic versions, such as `>=1.2 <2 || 3.x` (github.com/Masterminds/semver/v3 `constraints.go`).
package enum VersionRange {
  /// Why a text is no range, in lower case without a final stop; nil when it is one.
  package static func problem(with text: String) -> String? {
    for alternative in alternatives(of: Array(text.utf8)) {
      var reader = RangeReader(bytes: alternative)
      if let problem = reader.readAll() { return problem }
    }
    return nil
  }

  /// The parts between `||`.
  private static func alternatives(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "|"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "|") {
        parts.append(bytes[start..<index])
        start = index + 2
        index += 1
      }
      index += 1
    }
    return parts + [bytes[start...]]
  }
}

/// Reads the comparisons of one alternative.
private struct RangeReader {
  var rest: ArraySlice<UInt8>

  init(bytes: ArraySlice<UInt8>) { rest = bytes }

  private static let operators = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"].map { Array($0.utf8) }

  mutating func readAll() -> String? {
    skipBlanks()
    guard !rest.isEmpty else { return "nothing is compared" }
    while true {
      if let comparison = Self.operators.first(where: { rest.starts(with: $0) }) {
        rest = rest.dropFirst(comparison.count)
      }
      skipBlanks()
      if let problem = version() { return problem }
      let hasBlank = skipBlanks()
      if rest.isEmpty { return nil }
      if rest.first == UInt8(ascii: ",") {
        rest = rest.dropFirst()
        skipBlanks()
      } else if hasBlank, rest.first == UInt8(ascii: "-"), rest.dropFirst().first.map(Self.isBlank) ?? false {
        // `1.2 - 1.4`
        rest = rest.dropFirst()
        skipBlanks()
      } else if !hasBlank {
        return improper
      }
    }
  }

  private let improper = "improper constraint"

  /// `v1.2.3-pre+build`, where parts may be missing or `x`, `X` or `*`.
  private mutating func version() -> String? {
    if rest.first == UInt8(ascii: "v") { rest = rest.dropFirst() }
    var isAny = false
    for part in 0..<3 {
      if part > 0 {
        guard rest.first == UInt8(ascii: ".") else { break }
        rest = rest.dropFirst()
      }
      let number = rest.prefix { (0x30...0x39).contains($0) || [0x78, 0x58, 0x2A].contains($0) }
      guard !number.isEmpty else { return improper }
      rest = rest.dropFirst(number.count)
      if number.allSatisfy({ (0x30...0x39).contains($0) }) {
        if !isAny, UInt64(String(decoding: number, as: UTF8.self)) == nil { return "a number is too large" }
      } else if number.count == 1 {
        isAny = true
      } else if !isAny {
        return improper
      }
    }
    for mark in [UInt8(ascii: "-"), UInt8(ascii: "+")] where rest.first == mark {
      // A hyphen between blanks is that of a range.
      repeat {
        rest = rest.dropFirst()
        let identifier = rest.prefix(while: Self.isIdentifier)
        guard !identifier.isEmpty else { return improper }
        if mark == UInt8(ascii: "-"), identifier.count > 1, identifier.first == 0x30,
          identifier.allSatisfy({ (0x30...0x39).contains($0) })
        {
          return "a number of the prerelease begins with 0"
        }
        rest = rest.dropFirst(identifier.count)
      } while rest.first == UInt8(ascii: ".")
    }
    return nil
  }

  private static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) }

  @discardableResult
  private mutating func skipBlanks() -> Bool {
    let blanks = rest.prefix(while: Self.isBlank)
    rest = rest.dropFirst(blanks.count)
    return !blanks.isEmpty
  }
}
