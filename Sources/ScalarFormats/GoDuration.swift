/// Durations as Go writes and reads them (`time.ParseDuration`): `1h30m`, `1.5s`, `-10ms`, `0`; no days.
package enum GoDuration {
  /// The nanoseconds of a text; nil when it is no duration or does not fit 64 bits.
  package static func parse(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { parse($0) }
  }

  /// The nanoseconds of a text; nil when it is no duration or does not fit 64 bits.
  package static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var position = 0
    var isNegative = false
    if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      position = 1
    }
    if text.count == position + 1, text[position] == UInt8(ascii: "0") { return 0 }
    guard position < text.count else { return nil }
    let limit = UInt64(1) << 63
    var total: UInt64 = 0
    while position < text.count {
      guard let part = part(text, &position), part <= limit - total else { return nil }
      total += part
    }
    if isNegative { return total == limit ? .min : -Int64(total) }
    return Int64(exactly: total)
  }

  /// One number with its unit, in nanoseconds.
  private static func part(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> UInt64? {
    func digit() -> UInt64? {
      guard position < text.count, (0x30...0x39).contains(text[position]) else { return nil }
      return UInt64(text[position] - 0x30)
    }
    let limit = UInt64(1) << 63
    var (whole, fraction, scale): (UInt64, UInt64, Double) = (0, 0, 1)
    let start = position
    while let value = digit() {
      guard whole <= limit / 10 else { return nil }
      whole = whole * 10 + value
      guard whole <= limit else { return nil }
      position += 1
    }
    var hasDigits = position > start
    if position < text.count, text[position] == UInt8(ascii: ".") {
      position += 1
      let start = position
      var isFull = false
      while let value = digit() {
        position += 1
        guard !isFull else { continue }
        let (product, overflow) = fraction.multipliedReportingOverflow(by: 10)
        guard !overflow, product <= limit - 1 - value else {
          isFull = true
          continue
        }
        fraction = product + value
        scale *= 10
      }
      hasDigits = hasDigits || position > start
    }
    guard hasDigits, let unit = unit(text, &position) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow, product <= limit else { return nil }
    guard fraction > 0 else { return product }
    return product + UInt64(Double(fraction) * (Double(unit) / scale))
  }

  private static func unit(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> UInt64? {
    let start = position
    while position < text.count, text[position] != UInt8(ascii: "."), !(0x30...0x39).contains(text[position]) {
      position += 1
    }
    switch position - start {
    case 1:
      switch text[start] {
      case UInt8(ascii: "s"): return 1_000_000_000
      case UInt8(ascii: "m"): return 60_000_000_000
      case UInt8(ascii: "h"): return 3_600_000_000_000
      default: return nil
      }
    case 2 where text[start + 1] == UInt8(ascii: "s"):
      switch text[start] {
      case UInt8(ascii: "n"): return 1
      case UInt8(ascii: "u"): return 1_000
      case UInt8(ascii: "m"): return 1_000_000
      default: return nil
      }
    // The micro sign, or the Greek letter, before an `s`.
    case 3 where text[start + 2] == UInt8(ascii: "s"):
      let letter = (text[start], text[start + 1])
      return letter == (0xC2, 0xB5) || letter == (0xCE, 0xBC) ? 1_000 : nil
    default: return nil
    }
  }

  /// The duration in seconds, as the protocol buffers' JSON has it: `5400s`, `0.001s`.
  package static func seconds(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    return (nanoseconds < 0 ? "-" : "") + "\(whole)" + DecimalText.fraction(Int64(rest)) + "s"
  }
}
