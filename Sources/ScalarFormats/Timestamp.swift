/// An instant between the years 1 and 9999, to the nanosecond, with the offset it was written with (RFC 3339).
package struct Timestamp: Sendable, Hashable {
  /// Since 1970-01-01T00:00:00Z; may be negative.
  package let seconds: Int64
  /// 0..<1,000,000,000, behind `seconds`.
  package let nanoseconds: Int32
  /// Seconds east of UTC that the text is written with.
  package let offset: Int32

  package static let first: Int64 = -62_135_596_800
  package static let last: Int64 = 253_402_300_799

  /// Nil outside the years 1 to 9999.
  package init?(seconds: Int64, nanoseconds: Int32 = 0, offset: Int32 = 0) {
    guard (Self.first...Self.last).contains(seconds) else { return nil }
    (self.seconds, self.nanoseconds, self.offset) = (seconds, nanoseconds, offset)
  }

  package static func == (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.seconds == rhs.seconds && lhs.nanoseconds == rhs.nanoseconds
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(seconds)
    hasher.combine(nanoseconds)
  }

  package func isBefore(_ other: Timestamp) -> Bool { (seconds, nanoseconds) < (other.seconds, other.nanoseconds) }

  /// The instant some nanoseconds later; nil outside the range.
  package func advanced(by duration: Int64) -> Timestamp? {
    var (whole, rest) = duration.quotientAndRemainder(dividingBy: 1_000_000_000)
    rest += Int64(nanoseconds)
    if rest < 0 { (whole, rest) = (whole - 1, rest + 1_000_000_000) }
    if rest >= 1_000_000_000 { (whole, rest) = (whole + 1, rest - 1_000_000_000) }
    let (sum, overflow) = seconds.addingReportingOverflow(whole)
    return overflow ? nil : Timestamp(seconds: sum, nanoseconds: Int32(rest), offset: offset)
  }

  /// The nanoseconds from another instant to this; nil when they do not fit 64 bits.
  package func distance(from other: Timestamp) -> Int64? {
    let (product, overflow) = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLarge) = product.addingReportingOverflow(Int64(nanoseconds) - Int64(other.nanoseconds))
    return overflow || isTooLarge ? nil : sum
  }

  // MARK: Text

  package enum Failure: Error { case noTimestamp, outOfRange }

  /// Reads RFC 3339 as Go's `time.Parse` does: capital `T` and `Z`; an hour of one digit and a comma before the fraction pass.
  package init(_ text: String) throws(Failure) {
    var reader = DigitReader(Array(text.utf8))
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T")
    else { throw .noTimestamp }
    guard let hour = reader.number(2) ?? reader.number(1), reader.take(":"), let minute = reader.number(2),
      reader.take(":"), let second = reader.number(2)
    else { throw .noTimestamp }
    guard (1...12).contains(month), day >= 1, day <= Self.daysIn(month: month, of: year), hour < 24, minute < 60,
      second < 60
    else { throw .noTimestamp }
    var nanoseconds: Int64 = 0
    if reader.isDigit(after: 1), reader.take(".") || reader.take(",") { nanoseconds = reader.fraction() }
    var offset = 0
    if !reader.take("Z") {
      let isWest = reader.take("-")
      guard isWest || reader.take("+"), let hours = reader.number(2), reader.take(":"), let minutes = reader.number(2),
        hours <= 24, minutes <= 60
      else { throw .noTimestamp }
      offset = (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
    guard reader.isAtEnd else { throw .noTimestamp }
    let days = Self.days(year: year, month: month, day: day)
    let seconds = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second - offset)
    guard let made = Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds), offset: Int32(offset)) else {
      throw .outOfRange
    }
    self = made
  }

  /// RFC 3339 with the offset that was read, or in UTC; the fraction without zeros behind it.
  package func text(inUTC: Bool = false) -> String {
    let offset = inUTC ? 0 : offset
    let fields = fields(offset: offset)
    var result = DecimalText.padded(fields.year, 4)
    for (separator, value) in [
      ("-", fields.month), ("-", fields.day), ("T", fields.hour), (":", fields.minute), (":", fields.second),
    ] {
      result += separator + DecimalText.padded(value, 2)
    }
    result += DecimalText.fraction(Int64(nanoseconds))
    if offset == 0 { return result + "Z" }
    let minutes = Int(offset.magnitude) / 60
    return result + (offset < 0 ? "-" : "+") + DecimalText.padded(minutes / 60, 2) + ":"
      + DecimalText.padded(minutes % 60, 2)
  }

  // MARK: Calendar

  package struct Fields: Sendable {
    package var year = 0
    /// 1...12
    package var month = 0
    /// 1...31
    package var day = 0
    package var hour = 0
    package var minute = 0
    package var second = 0
    /// 0 is Sunday.
    package var weekday = 0
    /// 0 is the first of January.
    package var dayOfYear = 0
  }

  /// The date and time of day at an offset in seconds east of UTC.
  package func fields(offset: Int32) -> Fields {
    let local = seconds + Int64(offset)
    let days = Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    let time = Int(local - Int64(days) * 86_400)
    // http://howardhinnant.github.io/date_algorithms.html, civil_from_days
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayFromMarch + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let weekday = (days % 7 + 11) % 7
    return Fields(
      year: year, month: month, day: dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1, hour: time / 3_600,
      minute: time / 60 % 60, second: time % 60, weekday: weekday,
      dayOfYear: days - Self.days(year: year, month: 1, day: 1))
  }

  static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  package static func daysIn(month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

/// Reads numbers of so many digits.
struct DigitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: character.value) else { return false }
    position += 1
    return true
  }

  func isDigit(after offset: Int) -> Bool {
    position + offset < bytes.count && (0x30...0x39).contains(bytes[position + offset])
  }

  mutating func number(_ digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    position += digits
    return value
  }

  /// A fraction of a second in nanoseconds; digits behind the ninth are dropped.
  mutating func fraction() -> Int64 {
    var (value, count): (Int64, Int) = (0, 0)
    while isDigit(after: 0) {
      if count < 9 { (value, count) = (value * 10 + Int64(bytes[position] - 0x30), count + 1) }
      position += 1
    }
    while count < 9 { (value, count) = (value * 10, count + 1) }
    return value
  }
}
