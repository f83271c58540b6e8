#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a path of a tree may be. The same rules for every kind of tree, so that the same content gives the same entries.
package enum TreePath {
  /// Components below the top. A real repository has about ten; the walk keeps one open file per level.
  package static let maximumDepth = 128
  package static let tooDeep = "nested in more than \(maximumDepth) directories"

  /// Whether `a` comes before `b` in the order of the bytes, which is Git's. `String` itself compares by Unicode rules.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    compare(a, b) < 0
  }

  /// Whether both are the same bytes. `String` itself takes a composed and a decomposed letter for the same.
  package static func areEqual(_ a: String, _ b: String) -> Bool {
    compare(a, b) == 0
  }

  /// Negative, zero or positive: the order of the bytes.
  package static func compare(_ a: String, _ b: String) -> Int {
    var (a, b) = (a, b)
    return a.withUTF8 { a in
      b.withUTF8 { b in
        guard let x = a.baseAddress, let y = b.baseAddress else { return a.count - b.count }
        let order = Int(memcmp(x, y, min(a.count, b.count)))
        return order != 0 ? order : a.count - b.count
      }
    }
  }

  /// Why no tree can hold `path`, and how many of its bytes lead up to and through the culprit; nil when it is good.
  package static func problem(with path: UnsafeBufferPointer<UInt8>) -> (reason: String, length: Int)? {
    var start = 0
    var depth = 0
    while start <= path.count {
      let end = path[start...].firstIndex(of: slash) ?? path.count
      if depth == maximumDepth { return (tooDeep, start - 1) }
      if let reason = problem(withComponent: path[start..<end]) { return (reason, end) }
      depth += 1
      start = end + 1
    }
    return nil
  }

  /// Why `name` cannot be a component of a path, nil when it can.
  package static func problem(withComponent name: some Collection<UInt8>) -> String? {
    // Every name of a tree comes by here, and collections of any kind are slow to look at byte by byte.
    name.withContiguousStorageIfAvailable(problem(withBytes:))
      ?? Array(name).withUnsafeBufferPointer(problem(withBytes:))
  }

  private static func problem(withBytes name: UnsafeBufferPointer<UInt8>) -> String? {
    var isASCII = true
    var isPossible = !name.isEmpty
    for byte in name {
      if byte == slash || byte == 0 { isPossible = false }
      if byte >= 0x80 { isASCII = false }
    }
    if name.count <= 2, name.allSatisfy({ $0 == dot }) { isPossible = false }
    guard isPossible else { return "no file can have this name" }
    if isGitDirectory(name) { return "Git keeps its own files under this name" }
    if !isASCII, String(validating: name, as: UTF8.self) == nil { return "the name is not UTF-8" }
    return nil
  }

  /// `.git` in any case: Git refuses all of them, since some file systems do not tell them apart.
  package static func isGitDirectory(_ name: some Collection<UInt8>) -> Bool {
    name.count == 4 && zip(name, ".git".utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }

  /// `bytes` as text, with what is not UTF-8 and control characters written as `\xNN`.
  package static func displayed(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return text
    }
    // Valid sequences are kept: each piece is the longest run of bytes that decodes.
    var result = ""
    var rest = Array(bytes)[...]
    while let first = rest.first {
      let length = (1...4).first { length in
        length <= rest.count && first >= 0x20 && first != 0x7F
          && String(validating: rest.prefix(length), as: UTF8.self) != nil
      }
      if let length {
        result += String(decoding: rest.prefix(length), as: UTF8.self)
        rest = rest.dropFirst(length)
      } else {
        result += "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16, uppercase: true)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static let dot = UInt8(ascii: ".")
  private static let slash = UInt8(ascii: "/")
}
