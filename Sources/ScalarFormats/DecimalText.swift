#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Numbers as Go's `strconv` and `fmt` write and read them.
package enum DecimalText {
  static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// `.5` of 500,000,000 nanoseconds, nothing of zero.
  static func fraction(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "" }
    var digits = Substring(padded(Int(nanoseconds), 9))
    while digits.last == "0" { digits.removeLast() }
    return "." + digits
  }

  /// The shortest text that reads back as the same number, as `strconv.FormatFloat(value, 'g', -1, 64)`: `1`, `1e+06`, `+Inf`.
  package static func shortest(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let (sign, digits, point) = parts(value)
    // strconv/ftoa.go: where the digits are the shortest, a precision of 6 decides.
    if point - 1 < -4 || point - 1 >= 6 { return sign + exponential(digits, point) }
    return sign + positional(digits, point)
  }

  /// The shortest digits without an exponent, as `strconv.FormatFloat(value, 'f', -1, 64)`.
  package static func positional(_ value: Double) -> String {
    let (sign, digits, point) = parts(value)
    return sign + positional(digits, point)
  }

  private static func positional(_ digits: [UInt8], _ point: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + text }
    if point >= digits.count { return text + String(repeating: "0", count: point - digits.count) }
    return String(decoding: digits[..<point], as: UTF8.self) + "." + String(decoding: digits[point...], as: UTF8.self)
  }

  private static func exponential(_ digits: [UInt8], _ point: Int) -> String {
    let exponent = point - 1
    var result = String(decoding: digits[..<1], as: UTF8.self)
    if digits.count > 1 { result += "." + String(decoding: digits[1...], as: UTF8.self) }
    return result + (exponent < 0 ? "e-" : "e+") + padded(abs(exponent), 2)
  }

  /// The sign, the shortest digits and where the point is behind their start; `0` of zero.
  private static func parts(_ value: Double) -> (sign: String, digits: [UInt8], point: Int) {
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return (sign, [0x30], 1) }
    var digits: [UInt8] = []
    var (point, exponent): (Int?, Int) = (nil, 0)
    var text = Substring(value.magnitude.description)
    if let mark = text.firstIndex(of: "e") {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
    }
    var position = (point ?? digits.count) + exponent
    while digits.count > 1, digits.first == 0x30 {
      digits.removeFirst()
      position -= 1
    }
    while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
    return (sign, digits, position)
  }

  /// `%.3f` or `%.6e`: exact digits, halves to even, as C and Go do.
  package static func formatted(_ value: Double, precision: Int, isExponential: Bool) -> String {
    let format = isExponential ? "%.\(precision)e" : "%.\(precision)f"
    var buffer = [CChar](repeating: 0, count: 400 + precision)
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// `%.3f` of a printer for English (golang.org/x/text/message): digits in groups of three.
  package static func english(_ value: Double, precision: Int) -> String {
    let text = formatted(value, precision: precision, isExponential: false)
    let whole = text.prefix { $0 != "." }
    var result = ""
    for (index, digit) in whole.enumerated() {
      let left = whole.count - index
      if left.isMultiple(of: 3), result.last?.isNumber == true { result += "," }
      result.append(digit)
    }
    return result + text[whole.endIndex...]
  }

  /// `%e` of a printer for English: `3.140000×10⁰⁰`.
  package static func englishScientific(_ value: Double) -> String {
    let parts = formatted(value, precision: 6, isExponential: true).split(separator: "e")
    guard parts.count == 2 else { return "" }
    let exponent = parts[1].compactMap { raised[$0] }
    return parts[0] + "×10" + String(exponent)
  }

  private static let raised: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  ]

  /// What `strconv.ParseFloat` reads: decimal and hexadecimal with `p`, `Inf`, `Infinity` and `NaN` in any case; nil on a
  /// number that is too large.
  package static func double(_ text: String) -> Double? {
    let lower = text.lowercased()
    switch lower {
    case "nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: break
    }
    let bytes = Array(lower.utf8)
    var digits = bytes[...]
    if let first = digits.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { digits.removeFirst() }
    let isHexadecimal = digits.starts(with: "0x".utf8)
    if isHexadecimal { digits.removeFirst(2) }
    let mark = UInt8(ascii: isHexadecimal ? "p" : "e")
    let parts = digits.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
    guard let mantissa = parts.first, parts.count == 2 || !isHexadecimal,
      mantissa.filter({ $0 == UInt8(ascii: ".") }).count <= 1, mantissa.contains(where: { $0 != UInt8(ascii: ".") }),
      mantissa.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") || isHexadecimal && (0x61...0x66).contains($0) })
    else { return nil }
    if parts.count == 2 {
      var exponent = parts[1]
      if let first = exponent.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { exponent.removeFirst() }
      guard !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return nil }
    }
    // Swift wants digits on both sides of the point.
    var normal = lower.first == "-" ? "-" : ""
    if isHexadecimal { normal += "0x" }
    if mantissa.first == UInt8(ascii: ".") { normal += "0" }
    normal += String(decoding: mantissa, as: UTF8.self)
    if mantissa.last == UInt8(ascii: ".") { normal += "0" }
    if parts.count == 2 { normal += (isHexadecimal ? "p" : "e") + String(decoding: parts[1], as: UTF8.self) }
    guard let value = Double(normal), value.isFinite else { return nil }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// What `strconv.ParseInt(text, 10, 64)` reads.
  package static func int(_ text: String) -> Int64? {
    text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } ? Int64(text) : nil
  }

  /// What `strconv.ParseUint(text, 10, 64)` reads: no sign.
  package static func uint(_ text: String) -> UInt64? { text.utf8.allSatisfy(isDigit) ? UInt64(text) : nil }

  /// What `strconv.ParseBool` reads.
  package static func bool(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }
}
