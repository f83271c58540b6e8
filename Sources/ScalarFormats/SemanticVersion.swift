/// A version of SemVer 2 (github.com/blang/semver/v4).
package struct SemanticVersion: Sendable, Equatable, CustomStringConvertible {
  package let major: UInt64
  package let minor: UInt64
  package let patch: UInt64
  package let prerelease: [Identifier]

  package enum Identifier: Sendable, Equatable { case number(UInt64), text(String) }

  /// As it is written, without what it was built from.
  package var description: String {
    let identifiers = prerelease.map { identifier in
      switch identifier {
      case .number(let number): "\(number)"
      case .text(let text): text
      }
    }
    return "\(major).\(minor).\(patch)" + (identifiers.isEmpty ? "" : "-" + identifiers.joined(separator: "."))
  }

  /// Strict, unless `isLenient`: then a `v` is dropped, parts that are missing are zero and zeros before a number are taken off.
  /// Nil when the text is no version.
  package init?(_ text: String, isLenient: Bool = false) {
    guard let text = isLenient ? Self.normalized(text) : text else { return nil }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let major = Self.number(parts[0]), let minor = Self.number(parts[1]) else { return nil }
    var rest = parts[2]
    var build: Substring.UTF8View?
    if let plus = rest.firstIndex(of: UInt8(ascii: "+")) {
      build = rest[rest.index(after: plus)...]
      rest = rest[..<plus]
    }
    var identifiers: [Identifier] = []
    if let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
      for part in rest[rest.index(after: dash)...].split(
        separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      {
        guard Self.isIdentifier(part) else { return nil }
        if part.allSatisfy({ (0x30...0x39).contains($0) }) {
          guard let number = Self.number(part) else { return nil }
          identifiers.append(.number(number))
        } else {
          identifiers.append(.text(String(part) ?? ""))
        }
      }
      rest = rest[..<dash]
    }
    guard let patch = Self.number(rest) else { return nil }
    if let build {
      let parts = build.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard parts.allSatisfy(Self.isIdentifier) else { return nil }
    }
    (self.major, self.minor, self.patch, prerelease) = (major, minor, patch, identifiers)
  }

  private static func isIdentifier(_ part: Substring.UTF8View) -> Bool {
    !part.isEmpty
      && part.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
        default: false
        }
      }
  }

  private static func number(_ part: Substring.UTF8View) -> UInt64? {
    guard !part.isEmpty, part.allSatisfy({ (0x30...0x39).contains($0) }), part.count == 1 || part.first != 0x30
    else { return nil }
    return UInt64(Substring(part))
  }

  /// k8s.io/apiserver/pkg/cel/library/semverlib.go, `normalizeAndParse`
  private static func normalized(_ text: String) -> String? {
    var parts = (text.hasPrefix("v") ? text.dropFirst() : Substring(text))
      .split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    for (index, part) in parts.enumerated() where part.utf8.count > 1 {
      let trimmed = String(part.drop { $0 == "0" })
      parts[index] = trimmed.utf8.first.map { (0x30...0x39).contains($0) } ?? false ? trimmed : "0" + trimmed
    }
    if parts.count < 3 {
      guard let last = parts.last, !last.contains(where: { $0 == "+" || $0 == "-" }) else { return nil }
      while parts.count < 3 { parts.append("0") }
    }
    return parts.joined(separator: ".")
  }

  /// -1, 0 or 1; build metadata does not count.
  package func compare(_ other: SemanticVersion) -> Int {
    for (left, right) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where left != right {
      return left < right ? -1 : 1
    }
    if prerelease.isEmpty || other.prerelease.isEmpty {
      return prerelease.isEmpty == other.prerelease.isEmpty ? 0 : prerelease.isEmpty ? 1 : -1
    }
    for (left, right) in zip(prerelease, other.prerelease) where left != right {
      switch (left, right) {
      case (.number(let left), .number(let right)): return left < right ? -1 : 1
      case (.number, .text): return -1
      case (.text, .number): return 1
      case (.text(let left), .text(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
      }
    }
    return prerelease.count == other.prerelease.count ? 0 : prerelease.count < other.prerelease.count ? -1 : 1
  }
}
