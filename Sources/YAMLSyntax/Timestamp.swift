/// A date as go-yaml v3 reads and kustomize prints it: `2001-1-1` becomes `2001-01-01T00:00:00Z`.
struct Timestamp: CustomStringConvertible {
  private var year = 0
  private var month = 0
  private var day = 0
  private var hour = 0
  private var minute = 0
  private var second = 0
  /// Digits of the fraction of a second, at most nine, without zeros at the end.
  private var fraction = ""
  /// Minutes east of UTC.
  private var offset = 0

  /// Nil for a text in none of the forms `Y-M-D`, `Y-M-DTh:m:s[.f]` with zone, `Y-M-D h:m:s[.f]` without.
  init?(_ text: String) {
    var reader = Reader(rest: Array(text.utf8)[...])
    guard let year = reader.number(digits: 4...4), reader.take("-"), let month = reader.number(digits: 1...2),
      reader.take("-"), let day = reader.number(digits: 1...2)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
    if reader.rest.isEmpty { return }
    let hasZone = reader.take("T") || reader.take("t")
    guard hasZone || reader.takeSpaces(), let hour = reader.number(digits: 1...2), reader.take(":"),
      let minute = reader.number(digits: 1...2), reader.take(":"), let second = reader.number(digits: 1...2),
      hour < 24, minute < 60, second < 60
    else { return nil }
    (self.hour, self.minute, self.second) = (hour, minute, second)
    fraction = reader.fraction()
    if hasZone {
      guard let offset = reader.zone() else { return nil }
      self.offset = offset
    }
    guard reader.rest.isEmpty else { return nil }
  }

  var description: String {
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    let seconds = Self.padded(second, 2) + (fraction.isEmpty ? "" : ".\(fraction)")
    let time = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(seconds)"
    guard offset != 0 else { return "\(date)T\(time)Z" }
    let zone = "\(Self.padded(abs(offset) / 60, 2)):\(Self.padded(abs(offset) % 60, 2))"
    return "\(date)T\(time)\(offset < 0 ? "-" : "+")\(zone)"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    /// As many digits as there are; nil if that is not one of `counts`.
    mutating func number(digits counts: ClosedRange<Int>) -> Int? {
      let digits = rest.prefix(counts.upperBound).prefix { Self.isDigit($0) }
      guard counts.contains(digits.count) else { return nil }
      rest.removeFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// The digits of a fraction, without what a nanosecond does not show.
    mutating func fraction() -> String {
      guard let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") else { return "" }
      let written = rest.dropFirst().prefix { Self.isDigit($0) }
      guard !written.isEmpty else { return "" }
      rest.removeFirst(written.count + 1)
      var shown = written.prefix(9)
      while shown.last == UInt8(ascii: "0") { shown.removeLast() }
      return String(decoding: shown, as: UTF8.self)
    }

    mutating func takeSpaces() -> Bool {
      let spaces = rest.prefix { $0 == 0x20 }.count
      rest.removeFirst(spaces)
      return spaces > 0
    }

    /// `Z` or `+hh:mm`, in minutes.
    mutating func zone() -> Int? {
      if take("Z") { return 0 }
      let isWest = take("-")
      guard isWest || take("+"), let hours = number(digits: 2...2), take(":"), let minutes = number(digits: 2...2),
        hours <= 24, minutes <= 60
      else { return nil }
      return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
  }
}
