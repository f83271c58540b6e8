/// A URL as Kubernetes reads it, with Go: an absolute URL or an absolute path, by `url.ParseRequestURI`, then without its fragment.
package struct GoURL: Sendable, Equatable {
  package private(set) var scheme = ""
  /// With the port, brackets kept.
  package private(set) var host = ""
  /// Percent-encoded.
  package private(set) var escapedPath = ""
  package private(set) var rawQuery = ""
  private let text: String

  package static func == (lhs: GoURL, rhs: GoURL) -> Bool { lhs.text == rhs.text }

  /// Nil when the text is no such URL.
  package init?(_ text: String) {
    self.text = text
    var rest = Array(text.utf8)[...]
    guard !rest.isEmpty, !rest.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
    if rest.elementsEqual("*".utf8) {
      escapedPath = "*"
      return
    }
    guard let (scheme, behind) = Self.scheme(rest) else { return nil }
    (self.scheme, rest) = (scheme, behind)
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      rawQuery = String(decoding: rest[(mark + 1)...], as: UTF8.self)
      rest = rest[..<mark]
    }
    guard rest.first == UInt8(ascii: "/") else {
      // Rootless paths are opaque.
      guard !scheme.isEmpty else { return nil }
      return
    }
    if !scheme.isEmpty, rest.starts(with: "//".utf8) {
      let authority = rest.dropFirst(2)
      let end = authority.firstIndex(of: UInt8(ascii: "/")) ?? authority.endIndex
      guard let host = Self.host(authority[..<end]) else { return nil }
      self.host = host
      rest = authority[end...]
    }
    guard let path = Self.escapedPath(rest) else { return nil }
    escapedPath = path
    if let mark = text.utf8.firstIndex(of: UInt8(ascii: "#")) { guard cut(at: mark) else { return nil } }
  }

  /// Kubernetes reads the text again, for the first reading takes a fragment for a part of what it follows
  /// (k8s.io/apiserver/pkg/cel/library/urls.go).
  private mutating func cut(at mark: String.Index) -> Bool {
    guard let plain = GoURL(String(text[..<mark])),
      Self.unescaped(Array(text[mark...].utf8.dropFirst())[...], isPlus: false) != nil
    else { return false }
    (scheme, host, escapedPath, rawQuery) = (plain.scheme, plain.host, plain.escapedPath, plain.rawQuery)
    return true
  }

  private static func scheme(_ text: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
    for (index, byte) in zip(text.indices, text) {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A: continue
      case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        if index == text.startIndex { return ("", text) }
      case UInt8(ascii: ":"):
        guard index > text.startIndex else { return nil }
        return (String(decoding: text[..<index], as: UTF8.self).lowercased(), text[(index + 1)...])
      default: return ("", text)
      }
    }
    return ("", text)
  }

  private static func host(_ authority: ArraySlice<UInt8>) -> String? {
    var host = authority
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      guard authority[..<at].allSatisfy(isUserInfo), unescaped(authority[..<at], isPlus: false) != nil else {
        return nil
      }
      host = authority[(at + 1)...]
    }
    if host.first == UInt8(ascii: "[") {
      guard let close = host.lastIndex(of: UInt8(ascii: "]")), isPort(host[(close + 1)...]) else { return nil }
      var inside = host[(host.startIndex + 1)..<close]
      if let zone = String(decoding: inside, as: UTF8.self).range(ofZone: "%25") { inside = inside.prefix(zone) }
      return hostText(host, inside)
    }
    if let colon = host.lastIndex(of: UInt8(ascii: ":")), !isPort(host[colon...]) { return nil }
    return hostText(host, host)
  }

  private static func hostText(_ host: ArraySlice<UInt8>, _ checked: ArraySlice<UInt8>) -> String? {
    guard checked.allSatisfy(isHost), let bytes = unescaped(host, isPlus: false) else { return nil }
    // Only bytes beyond ASCII may be escaped in a host.
    var position = checked.startIndex
    while position < checked.endIndex {
      if checked[position] == UInt8(ascii: "%") {
        guard let high = hexadecimal(checked[position + 1]), high >= 8 else { return nil }
      }
      position += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    text.isEmpty || text.first == UInt8(ascii: ":") && text.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"): true
    default: false
    }
  }

  private static func isUserInfo(_ byte: UInt8) -> Bool { isUnreserved(byte) || "!$&'()*+,;=:%@".utf8.contains(byte) }

  private static func isHost(_ byte: UInt8) -> Bool {
    byte >= 0x80 || isUnreserved(byte) || "!$&'()*+,;=:[]<>\"%".utf8.contains(byte)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func unescaped(_ text: ArraySlice<UInt8>, isPlus: Bool) -> [UInt8]? {
    var result: [UInt8] = []
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      if byte == UInt8(ascii: "%") {
        guard position + 2 < text.endIndex, let high = hexadecimal(text[position + 1]),
          let low = hexadecimal(text[position + 2])
        else { return nil }
        result.append(high << 4 | low)
        position += 3
        continue
      }
      result.append(isPlus && byte == UInt8(ascii: "+") ? 0x20 : byte)
      position += 1
    }
    return result
  }

  /// `EscapedPath`: the path as written where that is valid, else escaped anew. Nil for a bad escape.
  private static func escapedPath(_ raw: ArraySlice<UInt8>) -> String? {
    guard let path = unescaped(raw, isPlus: false) else { return nil }
    let isValid = raw.allSatisfy { isUnreserved($0) || "!$&'()*+,;=:@[]%/".utf8.contains($0) }
    if isValid { return String(decoding: raw, as: UTF8.self) }
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in path {
      if isUnreserved(byte) || "$&+,/:;=@".utf8.contains(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Without port and brackets.
  package var hostname: String {
    guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return Self.unbracketed(host[...]) }
    return Self.unbracketed(host[..<colon])
  }

  private static func unbracketed(_ host: Substring) -> String {
    host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
  }

  package var port: String {
    guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return "" }
    return String(host[host.index(after: colon)...])
  }

  /// The values of each name, names in the order of their first.
  package var query: [(name: String, values: [String])] {
    var result: [(name: String, values: [String])] = []
    var places: [String: Int] = [:]
    for part in Array(rawQuery.utf8).split(separator: UInt8(ascii: "&")) where !part.contains(UInt8(ascii: ";")) {
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      let rest = equals < part.endIndex ? part[(equals + 1)...] : part[equals...]
      guard let name = Self.unescaped(part[..<equals], isPlus: true), let value = Self.unescaped(rest, isPlus: true)
      else { continue }
      let text = String(decoding: name, as: UTF8.self)
      if let place = places[text] {
        result[place].values.append(String(decoding: value, as: UTF8.self))
      } else {
        places[text] = result.count
        result.append((text, [String(decoding: value, as: UTF8.self)]))
      }
    }
    return result
  }
}

extension String {
  /// How many bytes are before a zone's mark.
  fileprivate func range(ofZone mark: String) -> Int? {
    let (bytes, mark) = (Array(utf8), Array(mark.utf8))
    return bytes.indices.first { bytes[$0...].starts(with: mark) }
  }
}
