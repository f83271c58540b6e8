/// An address of the Internet Protocol, as Go's `netip.ParseAddr` reads it, without zones.
package struct NetworkAddress: Sendable, Hashable {
  /// 4 or 16 bytes.
  package let bytes: [UInt8]

  package var isVersion4: Bool { bytes.count == 4 }

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// Nil when the text is no address, has a zone, or maps a version 4 address into version 6.
  package init?(_ text: String) {
    guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(Array(text.utf8)[...])
    else { return nil }
    self.bytes = bytes
    if isMapped { return nil }
  }

  /// Whether Go's `net.ParseIP` reads it, of any release: version 4 mapped into version 6 as well, and with the zeros that Go
  /// took until 1.17, and `ParseIPSloppy` of k8s.io/utils still does.
  package static func isOne(_ text: String) -> Bool {
    if text.utf8.contains(UInt8(ascii: ":")) { return version6(text) != nil }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let plain = parts.map { part in part.dropLast().drop { $0 == 0x30 } + Array(part.suffix(1)) }
    return version4(Array(plain.joined(separator: [UInt8(ascii: ".")]))[...]) != nil
  }

  /// Whether Go's `net.ParseCIDR` reads it, of any release.
  package static func isRange(_ text: String) -> Bool {
    guard let slash = text.firstIndex(of: "/") else { return false }
    let (address, digits) = (String(text[..<slash]), text[text.index(after: slash)...])
    guard isOne(address), !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(digits)
    else { return false }
    return length <= (address.utf8.contains(UInt8(ascii: ":")) ? 128 : 32)
  }

  private var isMapped: Bool {
    bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
  }

  private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var result: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
        part.count == 1 || part.first != 0x30,
        let byte = UInt8(exactly: part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
      else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func version6(_ text: String) -> [UInt8]? {
    let text = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    /// Where `::` stands, in bytes of the result.
    var gap: Int?
    if text.starts(with: "::".utf8) {
      gap = 0
      position = 2
      if position == text.count { return Array(repeating: 0, count: 16) }
    }
    while result.count < 16 {
      var (value, digits) = (0, 0)
      let start = position
      while position < text.count, let digit = hexadecimal(text[position]) {
        (value, digits) = (value << 4 | digit, digits + 1)
        guard digits <= 4 else { return nil }
        position += 1
      }
      guard digits > 0 else { return nil }
      if position < text.count, text[position] == UInt8(ascii: ".") {
        guard gap != nil || result.count == 12, result.count <= 12, let tail = version4(text[start...]) else {
          return nil
        }
        result += tail
        position = text.count
        break
      }
      result += [UInt8(value >> 8), UInt8(value & 0xFF)]
      if position == text.count { break }
      guard text[position] == UInt8(ascii: ":"), position + 1 < text.count else { return nil }
      position += 1
      if text[position] == UInt8(ascii: ":") {
        guard gap == nil else { return nil }
        gap = result.count
        position += 1
        if position == text.count { break }
      }
    }
    guard position == text.count else { return nil }
    if result.count < 16 {
      guard let gap else { return nil }
      result.insert(contentsOf: Array(repeating: 0, count: 16 - result.count), at: gap)
    } else if gap != nil {
      return nil
    }
    return result
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x41...0x46: Int(byte - 0x41) + 10
    case 0x61...0x66: Int(byte - 0x61) + 10
    default: nil
    }
  }

  /// The canonical text (RFC 5952).
  package var text: String {
    if isVersion4 { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = (0..<8).map { Int(bytes[2 * $0]) << 8 | Int(bytes[2 * $0 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = max(end, start + 1)
    }
    let texts = groups.map { String($0, radix: 16) }
    guard !longest.isEmpty else { return texts.joined(separator: ":") }
    return texts[..<longest.lowerBound].joined(separator: ":") + "::"
      + texts[longest.upperBound...].joined(separator: ":")
  }

  package var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

  package var isLoopback: Bool {
    isVersion4 ? bytes[0] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  private var isMulticast: Bool { isVersion4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }

  package var isLinkLocalMulticast: Bool {
    isVersion4 ? bytes.starts(with: [224, 0, 0]) : bytes[0] == 0xFF && bytes[1] & 0x0F == 0x02
  }

  package var isLinkLocalUnicast: Bool {
    isVersion4 ? bytes.starts(with: [169, 254]) : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
  }

  package var isGlobalUnicast: Bool {
    !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast
      && !(isVersion4 && bytes.allSatisfy { $0 == 255 })
  }
}

/// A network in CIDR notation, host bits kept, as Go's `netip.ParsePrefix` reads it.
package struct NetworkPrefix: Sendable, Hashable {
  package let address: NetworkAddress
  /// How many bits of the address name the network.
  package let length: Int

  /// Nil when the text is none.
  package init?(_ text: String) {
    guard let slash = text.lastIndex(of: "/") else { return nil }
    let digits = text[text.index(after: slash)...]
    guard let address = NetworkAddress(String(text[..<slash])), (1...3).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.utf8.count == 1 || digits.first != "0",
      let length = Int(digits), length <= address.bytes.count * 8
    else { return nil }
    (self.address, self.length) = (address, length)
  }

  private init(_ address: NetworkAddress, _ length: Int) { (self.address, self.length) = (address, length) }

  package var text: String { "\(address.text)/\(length)" }

  /// The same network without host bits.
  package var masked: NetworkPrefix { NetworkPrefix(Self.masked(address, length), length) }

  private static func masked(_ address: NetworkAddress, _ length: Int) -> NetworkAddress {
    NetworkAddress(
      bytes: address.bytes.enumerated().map { index, byte in
        let bits = min(max(length - 8 * index, 0), 8)
        return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
      })
  }

  package func contains(_ other: NetworkAddress) -> Bool {
    other.isVersion4 == address.isVersion4 && Self.masked(other, length) == masked.address
  }

  package func contains(_ other: NetworkPrefix) -> Bool { length <= other.length && contains(other.address) }
}
