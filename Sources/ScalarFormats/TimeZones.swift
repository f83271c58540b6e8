#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The offsets of time zones, from the zone files of the system (RFC 8536), as Go reads them.
package enum TimeZones {
  /// Seconds east of UTC in a zone (`America/New_York`, `UTC`, `+05:30`) at an instant; nil when there is no such zone, or
  /// none of its files.
  package static func offset(of name: String, at seconds: Int64) -> Int32? {
    if name.isEmpty || name == "UTC" { return 0 }
    if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) { return fixedOffset(name, colon) }
    guard let zone = zone(named: name) else { return nil }
    return zone.offset(at: seconds)
  }

  private static func fixedOffset(_ name: String, _ colon: String.Index) -> Int32? {
    let (hourText, minuteText) = (String(name[..<colon]), String(name[name.utf8.index(after: colon)...]))
    guard let hours = DecimalText.int(hourText), let minutes = DecimalText.int(minuteText), abs(hours) <= 24,
      (0..<60).contains(minutes)
    else { return nil }
    return Int32((name.hasPrefix("-") ? hours * 60 - minutes : hours * 60 + minutes) * 60)
  }

  private static func zone(named name: String) -> ZoneFile? {
    // A name never leads out of the directory.
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
      default: false
      }
    }
    guard isPlain, name.utf8.count < 64, !name.hasPrefix("/") else { return nil }
    for directory in ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/etc/zoneinfo/"] {
      if let bytes = contents(directory + name), let zone = ZoneFile(bytes) { return zone }
    }
    return nil
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, file)
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}

/// The transitions of one zone.
struct ZoneFile {
  private var transitions: [(start: Int64, offset: Int32)] = []
  private var firstOffset: Int32 = 0
  private var rule: ZoneRule?

  init?(_ bytes: [UInt8]) {
    func number(_ at: Int, _ width: Int) -> Int64 {
      guard at >= 0, at + width <= bytes.count else { return 0 }
      var value: UInt64 = bytes[at] & 0x80 != 0 ? .max : 0
      for byte in bytes[at..<at + width] { value = value << 8 | UInt64(byte) }
      return Int64(bitPattern: value)
    }
    guard bytes.count >= 44, bytes.starts(with: "TZif".utf8) else { return nil }
    func counts(_ header: Int) -> [Int] { (0..<6).map { Int(number(header + 20 + 4 * $0, 4)) } }
    // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
    var (header, width, sizes) = (0, 4, counts(0))
    guard sizes.allSatisfy({ (0...50_000).contains($0) }) else { return nil }
    if bytes[4] >= UInt8(ascii: "2") {
      header = 44 + sizes[3] * 5 + sizes[4] * 6 + sizes[5] + sizes[2] * 8 + sizes[1] + sizes[0]
      (width, sizes) = (8, counts(header))
      guard header + 44 <= bytes.count, sizes.allSatisfy({ (0...50_000).contains($0) }) else { return nil }
    }
    let times = header + 44
    let indices = times + sizes[3] * width
    let types = indices + sizes[3]
    let end = types + sizes[4] * 6 + sizes[5] + sizes[2] * (width + 4) + sizes[1] + sizes[0]
    guard end <= bytes.count, sizes[4] > 0 else { return nil }
    func offset(_ type: Int) -> Int32 { type < sizes[4] ? Int32(truncatingIfNeeded: number(types + 6 * type, 4)) : 0 }
    firstOffset = offset(0)
    for index in 0..<sizes[3] {
      transitions.append((number(times + index * width, width), offset(Int(bytes[indices + index]))))
    }
    if width == 8, end < bytes.count {
      let footer = bytes[(end + 1)...].prefix { $0 != 0x0A }
      rule = ZoneRule(String(decoding: footer, as: UTF8.self))
    }
  }

  func offset(at seconds: Int64) -> Int32 {
    if let last = transitions.last, seconds >= last.start, let rule { return rule.offset(at: seconds) }
    if transitions.isEmpty, let rule { return rule.offset(at: seconds) }
    return transitions.last { $0.start <= seconds }?.offset ?? firstOffset
  }
}

/// The rule behind the last transition: `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule {
  private var standard: Int32 = 0
  private var summer: (offset: Int32, start: Change, end: Change)?

  private struct Change {
    enum Day { case month(Int, week: Int, weekday: Int), julian(Int), zeroBased(Int) }
    var day: Day
    /// Seconds behind midnight, local time.
    var time: Int
  }

  init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    guard Self.name(&bytes), let offset = Self.offset(&bytes) else { return nil }
    standard = -Int32(offset)
    guard !bytes.isEmpty else { return }
    guard Self.name(&bytes) else { return nil }
    var summerOffset = standard + 3_600
    if bytes.first != UInt8(ascii: ",") {
      guard let offset = Self.offset(&bytes) else { return nil }
      summerOffset = -Int32(offset)
    }
    guard let start = Self.change(&bytes), let end = Self.change(&bytes) else { return nil }
    summer = (summerOffset, start, end)
  }

  private static func name(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    if bytes.first == UInt8(ascii: "<") {
      guard let close = bytes.firstIndex(of: UInt8(ascii: ">")) else { return false }
      bytes = bytes[(close + 1)...]
      return true
    }
    let letters = bytes.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    bytes = bytes.dropFirst(letters.count)
    return letters.count >= 3
  }

  private static func integer(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    guard (1...3).contains(digits.count) else { return nil }
    bytes = bytes.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private static func offset(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    guard let hours = integer(&bytes) else { return nil }
    var (seconds, unit) = (hours * 3_600, 60)
    while bytes.first == UInt8(ascii: ":"), unit > 0 {
      bytes = bytes.dropFirst()
      guard let value = integer(&bytes) else { return nil }
      (seconds, unit) = (seconds + value * unit, unit / 60)
    }
    return isNegative ? -seconds : seconds
  }

  private static func change(_ bytes: inout ArraySlice<UInt8>) -> Change? {
    guard bytes.first == UInt8(ascii: ",") else { return nil }
    bytes = bytes.dropFirst()
    let day: Change.Day
    switch bytes.first {
    case UInt8(ascii: "M"):
      bytes = bytes.dropFirst()
      guard let month = integer(&bytes), (1...12).contains(month), bytes.popFirst() == UInt8(ascii: "."),
        let week = integer(&bytes), bytes.popFirst() == UInt8(ascii: "."), let weekday = integer(&bytes)
      else { return nil }
      day = .month(month, week: week, weekday: weekday)
    case UInt8(ascii: "J"):
      bytes = bytes.dropFirst()
      guard let number = integer(&bytes) else { return nil }
      day = .julian(number)
    default:
      guard let number = integer(&bytes) else { return nil }
      day = .zeroBased(number)
    }
    var time = 7_200
    if bytes.first == UInt8(ascii: "/") {
      bytes = bytes.dropFirst()
      guard let given = offset(&bytes) else { return nil }
      time = given
    }
    return Change(day: day, time: time)
  }

  func offset(at seconds: Int64) -> Int32 {
    guard let summer, let instant = Timestamp(seconds: seconds) else { return standard }
    let year = instant.fields(offset: standard).year
    let start = Self.seconds(of: summer.start, in: year) - Int64(standard)
    let end = Self.seconds(of: summer.end, in: year) - Int64(summer.offset)
    let isSummer = start < end ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
    return isSummer ? summer.offset : standard
  }

  private static func seconds(of change: Change, in year: Int) -> Int64 {
    let newYear = Timestamp.days(year: year, month: 1, day: 1)
    let isLeap = Timestamp.daysIn(month: 2, of: year) == 29
    let day: Int
    switch change.day {
    case .julian(let number): day = newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
    case .zeroBased(let number): day = newYear + number
    case .month(let month, let week, let weekday):
      let first = Timestamp.days(year: year, month: month, day: 1)
      let firstWeekday = (first % 7 + 11) % 7
      var date = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      while date > Timestamp.daysIn(month: month, of: year) { date -= 7 }
      day = first + date - 1
    }
    return Int64(day) * 86_400 + Int64(change.time)
  }
}
