/// The named formats of Kubernetes (k8s.io/apiserver/pkg/cel/library/format.go) with the messages of
/// k8s.io/apimachinery/pkg/util/validation.
package enum NameFormat: String, CaseIterable, Sendable {
  case dns1123Label, dns1123Subdomain, dns1035Label, qualifiedName, dns1123LabelPrefix, dns1123SubdomainPrefix
  case dns1035LabelPrefix, labelValue, uri, uuid, byte, date, datetime

  /// What is wrong with a text; empty when it has the format.
  package func problems(_ text: String) -> [String] {
    switch self {
    case .dns1123Label: Self.label(text, Self.labelMessage, isDigitFirst: true)
    case .dns1035Label: Self.label(text, Self.label1035Message, isDigitFirst: false)
    case .dns1123Subdomain: Self.subdomain(text)
    case .dns1123LabelPrefix: Self.label(Self.masked(text), Self.labelMessage, isDigitFirst: true)
    case .dns1035LabelPrefix: Self.label(Self.masked(text), Self.label1035Message, isDigitFirst: false)
    case .dns1123SubdomainPrefix: Self.subdomain(Self.masked(text))
    case .qualifiedName: Self.qualifiedName(text)
    case .labelValue: Self.labelValue(text)
    case .uri:
      GoURL(text) == nil ? [text.isEmpty ? "parse \"\": empty url" : "parse \"\(text)\": invalid URI for request"] : []
    case .uuid: Self.isUUID(Array(text.utf8)) ? [] : ["does not match the UUID format"]
    case .byte: Base64.decode(text) == nil || text.utf8.count % 4 != 0 ? ["invalid base64"] : []
    case .date: Self.isDate(text) ? [] : ["invalid date"]
    case .datetime: Self.isDateAndTime(text) ? [] : ["invalid datetime"]
    }
  }

  private static let labelMessage =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    + "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  private static let label1035Message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    + "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    + "'[a-z]([-a-z0-9]*[a-z0-9])?')"
  private static let subdomainMessage =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    + "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
  private static let nameMessage =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  private static let valueMessage =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    + "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
  private static let qualifiedMessage =
    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
    + "'example.com/MyName')"

  private static func tooLong(_ limit: Int) -> String { "must be no more than \(limit) bytes" }

  private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLower(byte) || isDigit(byte) || (0x41...0x5A).contains(byte)
  }

  private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>, isDigitFirst: Bool) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isLower(first) || isDigitFirst && isDigit(first),
      isLower(last) || isDigit(last)
    else { return false }
    return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  private static func label(_ text: String, _ message: String, isDigitFirst: Bool) -> [String] {
    (text.utf8.count > 63 ? [tooLong(63)] : []) + (isLabel(text.utf8, isDigitFirst: isDigitFirst) ? [] : [message])
  }

  private static func isSubdomain(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { isLabel($0, isDigitFirst: true) }
  }

  private static func subdomain(_ text: String) -> [String] {
    (text.utf8.count > 253 ? [tooLong(253)] : []) + (isSubdomain(text) ? [] : [subdomainMessage])
  }

  /// A prefix may end with dashes (apimachinery/pkg/api/validation, `maskTrailingDash`).
  private static func masked(_ text: String) -> String {
    text.utf8.count > 1 && text.hasSuffix("-") ? String(text.dropLast(2)) + "a" : text
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last)
    else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static func qualifiedName(_ text: String) -> [String] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let name = parts.last else { return [qualifiedMessage] }
    var result: [String] = []
    if parts.count == 2 {
      result += parts[0].isEmpty ? ["prefix part must be non-empty"] : subdomain(parts[0]).map { "prefix part " + $0 }
    }
    if name.isEmpty { result.append("name part must be non-empty") }
    if name.utf8.count > 63 { result.append("name part " + tooLong(63)) }
    return result + (isName(name) ? [] : [nameMessage])
  }

  /// Whether `qualifiedName` finds nothing wrong, without a text being made of it.
  ///
  /// - Parameter ignoresCase: whether the letters before the slash may be capital, as in keys of annotations.
  package static func isQualifiedName(_ text: UnsafeBufferPointer<UInt8>, ignoresCase: Bool = false) -> Bool {
    var nameStart = 0
    if let slash = text.firstIndex(of: UInt8(ascii: "/")) {
      guard slash <= 253 else { return false }
      var labelStart = 0
      for end in 0...slash where end == slash || text[end] == UInt8(ascii: ".") {
        let label = UnsafeBufferPointer(rebasing: text[labelStart..<end])
        let isGood = ignoresCase ? isCapitalLabel(label) : isLabel(label, isDigitFirst: true)
        guard isGood else { return false }
        labelStart = end + 1
      }
      nameStart = slash + 1
    }
    return text.count - nameStart <= 63 && isName(UnsafeBufferPointer(rebasing: text[nameStart...]))
  }

  /// Whether `labelValue` finds nothing wrong.
  package static func isLabelValue(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.isEmpty || text.count <= 63 && isName(text)
  }

  private static func isCapitalLabel(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return false
    }
    return bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return false
    }
    return bytes.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
    }
  }

  private static func labelValue(_ text: String) -> [String] {
    (text.utf8.count > 63 ? [tooLong(63)] : []) + (text.isEmpty || isName(text) ? [] : [valueMessage])
  }

  private static func isUUID(_ bytes: [UInt8]) -> Bool {
    if bytes.count == 32 {
      return bytes.allSatisfy { isDigit($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) }
    }
    guard bytes.count == 36 else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      [8, 13, 18, 23].contains(index)
        ? byte == UInt8(ascii: "-")
        : isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
  }

  private static func isDate(_ text: String) -> Bool {
    var reader = DigitReader(Array(text.utf8))
    return hasDate(&reader) && reader.isAtEnd
  }

  private static func hasDate(_ reader: inout DigitReader) -> Bool {
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), (1...12).contains(month)
    else { return false }
    return (1...Timestamp.daysIn(month: month, of: year)).contains(day)
  }

  /// k8s.io/kube-openapi/pkg/validation/strfmt/time.go, `IsDateTime`: the letters may be small.
  private static func isDateAndTime(_ text: String) -> Bool {
    var reader = DigitReader(Array(text.utf8))
    guard hasDate(&reader), reader.take("T") || reader.take("t"), let hour = reader.number(2), reader.take(":"),
      let minute = reader.number(2), reader.take(":"), let second = reader.number(2), hour < 24, minute < 60,
      second < 60
    else { return false }
    if reader.take(".") {
      guard reader.isDigit(after: 0) else { return false }
      _ = reader.fraction()
    }
    if reader.take("Z") || reader.take("z") { return reader.isAtEnd }
    guard reader.take("+") || reader.take("-") else { return false }
    return reader.number(2) != nil && reader.take(":") && reader.number(2) != nil && reader.isAtEnd
  }
}
