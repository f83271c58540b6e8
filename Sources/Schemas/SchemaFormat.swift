import ScalarFormats
import TextMatching

/// The formats of strings in the schemas of custom resources, as the API server checks them
/// (k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go, k8s.io/kube-openapi/pkg/validation/strfmt). It
/// passes over every other one. Of `k8s-short-name` and `k8s-long-name`, which Kubernetes 1.34 brought, it depends on the
/// release; `creditcard` is not looked at here, nor `password`, which takes any text.
enum SchemaFormat: String, CaseIterable, Sendable {
  case bsonobjectid, uri, email, hostname, ipv4, ipv6, cidr, mac, uuid, uuid3, uuid4, uuid5, isbn, isbn10, isbn13, ssn
  case hexcolor, rgbcolor, byte, date, duration, datetime

  /// Nil for one that says nothing. Hyphens do not count: `date-time` is `datetime`.
  init?(_ name: String) {
    guard let format = SchemaFormat(rawValue: name.filter { $0 != "-" }) else { return nil }
    self = format
  }

  /// What is expected, in words.
  var words: String {
    switch self {
    case .bsonobjectid: "24 hexadecimal digits"
    case .uri: "a URI"
    case .email: "an e-mail address"
    case .hostname: "a host name"
    case .ipv4: "an IPv4 address"
    case .ipv6: "an IPv6 address"
    case .cidr: "an address range such as '10.0.0.0/8'"
    case .mac: "a MAC address"
    case .uuid, .uuid3, .uuid4, .uuid5: "a UUID"
    case .isbn, .isbn10, .isbn13: "an ISBN"
    case .ssn: "a number such as '111-22-3333'"
    case .hexcolor: "a colour such as '#a0b1c2'"
    case .rgbcolor: "a colour such as 'rgb(1, 2, 3)'"
    case .byte: "base64"
    case .date: "a date"
    case .duration: "a duration such as '5m'"
    case .datetime: "a time such as '2006-01-02T15:04:05Z'"
    }
  }

  func takes(_ text: String) -> Bool {
    switch self {
    case .uri: GoURL(text) != nil
    case .email: Self.mayBeEmail(text)
    case .hostname:
      text.utf8.count <= 255 && text.split(separator: ".").allSatisfy { $0.utf8.count <= 63 }
        // The expression stumbles over hyphens in a name without a dot; releases differ in it.
        && (matches(text) || NameFormat.dns1123Subdomain.problems(text.lowercased()).isEmpty)
    case .ipv4: text.contains(".") && NetworkAddress.isOne(text)
    case .ipv6: text.contains(":") && NetworkAddress.isOne(text)
    case .cidr: NetworkAddress.isRange(text)
    case .mac: Self.isHardwareAddress(text)
    case .isbn: Self.isISBN10(text) || Self.isISBN13(text)
    case .isbn10: Self.isISBN10(text)
    case .isbn13: Self.isISBN13(text)
    case .byte: NameFormat.byte.problems(text).isEmpty
    case .date: NameFormat.date.problems(text).isEmpty
    case .datetime: NameFormat.datetime.problems(text).isEmpty
    case .duration: GoDuration.parse(text) != nil || Self.isLongDuration(text)
    case .bsonobjectid, .uuid, .uuid3, .uuid4, .uuid5, .ssn, .hexcolor, .rgbcolor: matches(text)
    }
  }

  private func matches(_ text: String) -> Bool { Self.patterns[self]?.matchesPart(text) ?? true }

  /// Those that are regular expressions there.
  private static let patterns: [SchemaFormat: LinearRegex] = [
    .bsonobjectid: "^[0-9a-fA-F]{24}$",
    .hostname:
      #"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z0-9\p{S}\p{L}])(-?[a-zA-Z0-9\p{S}\p{L}]){1,62})$"#,
    .uuid: "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    .uuid3: "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    .uuid4: "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    .uuid5: "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    .ssn: #"^\d{3}[- ]\d{2}[- ]\d{4}$"#,
    .hexcolor: "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    .rgbcolor: {
      let number = #"\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*"#
      return #"^rgb\("# + [number, number, number].joined(separator: ",") + #"\)$"#
    }(),
  ].compactMapValues { try? LinearRegex($0) }

  /// `mail.ParseAddress` of Go, as far as a plain `local@domain` goes; what has quotes, comments or a display name may be
  /// one.
  private static func mayBeEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return false }
    if text.contains(where: { "\"<>()[]:;,\\ \t".contains($0) }) { return true }
    return parts.count == 2
      && parts.allSatisfy { part in !part.split(separator: ".", omittingEmptySubsequences: false).contains("") }
  }

  /// `net.ParseMAC` of Go: 6, 8 or 20 bytes.
  private static func isHardwareAddress(_ text: String) -> Bool {
    func isMadeOf(_ separator: Character, _ width: Int) -> Bool {
      let parts = text.split(separator: separator, omittingEmptySubsequences: false)
      return [6, 8, 20].contains(parts.count * width / 2)
        && parts.allSatisfy { $0.count == width && $0.allSatisfy(\.isHexDigit) && $0.utf8.count == width }
    }
    return isMadeOf(":", 2) || isMadeOf("-", 2) || isMadeOf(".", 4)
  }

  /// The second form that `strfmt.ParseDuration` takes: `3 days`, `1 week 2h`. One unit that it knows is enough.
  private static func isLongDuration(_ text: String) -> Bool {
    let isWhole = longDuration?.matchesPart(text) ?? true
    guard isWhole else { return false }
    let units = text.split { !$0.isLetter && $0 != "µ" }.map { $0.lowercased() }
    return units.contains { unit in
      ["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"].contains(unit)
        || ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"].contains { unit.hasPrefix($0) }
    }
  }

  private static let longDuration = try? LinearRegex(#"^\s*(?:\d+\s*[A-Za-zµ]+\s*)+$"#)

  private static func digits(ofISBN text: String) -> [UInt8] {
    text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x20 && !(0x09...0x0D).contains($0) }
  }

  private static func isISBN10(_ text: String) -> Bool {
    var digits = digits(ofISBN: text)
    guard digits.count == 10 else { return false }
    let last = digits.removeLast()
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }), last == UInt8(ascii: "X") || (0x30...0x39).contains(last)
    else { return false }
    let sum = digits.enumerated().reduce(0) { $0 + ($1.offset + 1) * Int($1.element - 0x30) }
    return (sum + 10 * (last == UInt8(ascii: "X") ? 10 : Int(last - 0x30))) % 11 == 0
  }

  private static func isISBN13(_ text: String) -> Bool {
    let digits = digits(ofISBN: text)
    guard digits.count == 13, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    return digits.enumerated().reduce(0) { $0 + ($1.offset % 2 == 0 ? 1 : 3) * Int($1.element - 0x30) } % 10 == 0
  }
}
