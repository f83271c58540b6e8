/// One line of a `.gitignore` file. The rules are those of gitignore(5) and of Git's own reading of it (`dir.c`,
/// `wildmatch.c`). libgit2 has the like, but forgets a rule with `!` whose counterpart is in another file.
struct IgnorePattern {
  /// The line began with `!`.
  let isNegated: Bool
  private let needsDirectory: Bool
  /// Without a slash inside, the pattern is compared with the last component of a path alone.
  private let matchesNameOnly: Bool
  private let segments: [Segment]

  private enum Segment {
    /// `**` between slashes: any number of directories.
    case directories
    case name(NamePattern)
  }

  /// Nil for a line that says nothing: a comment, an empty line, or a pattern that no name can match.
  ///
  /// - Parameter line: Without the line break.
  init?(line: ArraySlice<UInt8>) {
    guard line.first != UInt8(ascii: "#") else { return nil }
    var pattern = Self.withoutTrailingBlanks(line)
    isNegated = pattern.first == UInt8(ascii: "!")
    if isNegated { pattern.removeFirst() }
    needsDirectory = pattern.last == UInt8(ascii: "/")
    if needsDirectory { pattern.removeLast() }
    matchesNameOnly = !pattern.contains(UInt8(ascii: "/"))
    if pattern.first == UInt8(ascii: "/") { pattern.removeFirst() }
    guard !pattern.isEmpty else { return nil }
    // A backslash takes the meaning from the next byte, and a slash has none that could be taken.
    pattern = pattern.replacing([UInt8(ascii: "\\"), UInt8(ascii: "/")], with: [UInt8(ascii: "/")])

    var segments: [Segment] = []
    for text in pattern.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if !matchesNameOnly, text.elementsEqual("**".utf8) {
        segments.append(.directories)
      } else if let name = NamePattern(text) {
        segments.append(.name(name))
      } else {
        return nil
      }
    }
    // `a/**` is everything in `a` but not `a` itself.
    if segments.count > 1, case .directories? = segments.last { segments.append(.name(.any)) }
    self.segments = segments
  }

  /// Blanks at the end do not count, unless a backslash stands before them.
  private static func withoutTrailingBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      let isBlank = line[index] == UInt8(ascii: " ")
      let isEscape = line[index] == UInt8(ascii: "\\")
      index = min(index + (isEscape ? 2 : 1), line.endIndex)
      if !isBlank { end = index }
    }
    return line[..<end]
  }

  /// - Parameter path: Components of the path, from the directory of the `.gitignore` file downwards.
  func matches(_ path: ArraySlice<[UInt8]>, isDirectory: Bool) -> Bool {
    guard isDirectory || !needsDirectory, let last = path.last else { return false }
    if matchesNameOnly, case .name(let name)? = segments.first { return name.matches(last) }
    return matchesWithStars(segments, path.count) { segment in
      if case .directories = segment { true } else { false }
    } matches: { segment, component in
      if case .name(let name) = segment { name.matches(path[path.startIndex + component]) } else { false }
    }
  }
}

/// A pattern for one name: `*`, `?`, `[a-z]` and plain bytes.
struct NamePattern {
  private enum Part {
    case byte(UInt8)
    case anyByte
    case anyBytes
    case oneOf([ClosedRange<UInt8>], isNegated: Bool)
  }

  private let parts: [Part]

  static let any = NamePattern(parts: [.anyBytes])

  private init(parts: [Part]) { self.parts = parts }

  /// Nil when the pattern cannot match: an open bracket, or a backslash at the end.
  init?(_ text: ArraySlice<UInt8>) {
    var parts: [Part] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"): parts.append(.anyBytes)
      case UInt8(ascii: "?"): parts.append(.anyByte)
      case UInt8(ascii: "["):
        guard let part = Self.bracket(&rest) else { return nil }
        parts.append(part)
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        parts.append(.byte(escaped))
      default: parts.append(.byte(byte))
      }
    }
    self.parts = parts
  }

  func matches(_ name: [UInt8]) -> Bool {
    matchesWithStars(parts, name.count) { part in
      if case .anyBytes = part { true } else { false }
    } matches: { part, index in
      switch part {
      case .anyBytes, .anyByte: true
      case .byte(let byte): byte == name[index]
      case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(name[index]) } != isNegated
      }
    }
  }

  /// What stands between brackets; the opening one has been read.
  private static func bracket(_ rest: inout ArraySlice<UInt8>) -> Part? {
    var ranges: [ClosedRange<UInt8>] = []
    var isNegated = false
    if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
      isNegated = true
      rest.removeFirst()
    }
    var isFirst = true
    while let byte = rest.popFirst() {
      // A closing bracket that comes first stands for itself.
      if byte == UInt8(ascii: "]"), !isFirst { return .oneOf(ranges, isNegated: isNegated) }
      isFirst = false
      if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")), end >= rest.startIndex + 2,
          rest[end - 1] == UInt8(ascii: ":"),
          let named = byteClasses[String(decoding: rest[(rest.startIndex + 1)..<(end - 1)], as: UTF8.self)]
        else { return nil }
        ranges += named
        rest = rest[(end + 1)...]
        continue
      }
      guard let low = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte else { return nil }
      var high = low
      if rest.first == UInt8(ascii: "-"), rest.count > 1, rest[rest.startIndex + 1] != UInt8(ascii: "]") {
        rest.removeFirst()
        guard let end = rest.popFirst(), let end = end == UInt8(ascii: "\\") ? rest.popFirst() : end else { return nil }
        high = end
      }
      if low <= high { ranges.append(low...high) }
    }
    return nil
  }

  /// The POSIX classes for ASCII.
  private static let byteClasses: [String: [ClosedRange<UInt8>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
    "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]
}

/// Compares the parts of a pattern with a list of things. A star stands for any number of things. It is enough to go
/// back to the last star, so the time is at most the product of the two lengths, whatever the pattern.
private func matchesWithStars<Part>(
  _ parts: [Part], _ count: Int, isStar: (Part) -> Bool, matches: (Part, Int) -> Bool
) -> Bool {
  var (part, thing) = (0, 0)
  var lastStar: (part: Int, thing: Int)?
  while thing < count {
    if part < parts.count, isStar(parts[part]) {
      lastStar = (part, thing)
      part += 1
    } else if part < parts.count, matches(parts[part], thing) {
      part += 1
      thing += 1
    } else if let star = lastStar {
      // The star takes one more.
      lastStar = (star.part, star.thing + 1)
      (part, thing) = (star.part + 1, star.thing + 1)
    } else {
      return false
    }
  }
  return parts[part...].allSatisfy(isStar)
}
