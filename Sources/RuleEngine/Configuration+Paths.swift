/// A path below the top of a repository, or a pattern for one: `*` and `?` stay within a component, `**` crosses. One that
/// names a directory holds for all below it.
package struct PathGlob: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case byte(UInt8)
    /// `?`
    case anyByte
    /// `*`
    case anyName
    /// `**`
    case anyPath
    /// Begins `**/`, which may stand for nothing: leads to the next part and to the one behind it.
    case perhaps
    /// `**/` that stands for one directory or more.
    case directories
  }

  private let parts: [Part]

  private static let slash = UInt8(ascii: "/")

  /// - Parameter pattern: without slashes at its ends; empty for everything.
  package init(_ pattern: String) {
    let star = UInt8(ascii: "*")
    var parts: [Part] = []
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "?"): parts.append(.anyByte)
      case star where rest.first == star:
        rest = rest.drop { $0 == star }
        if rest.first == Self.slash {
          rest.removeFirst()
          parts += [.perhaps, .directories]
        } else {
          parts.append(.anyPath)
        }
      case star: parts.append(.anyName)
      default: parts.append(.byte(byte))
      }
    }
    self.parts = parts
  }

  /// Takes the product of both lengths at most, whatever the pattern: it goes over the path once, with all places in the
  /// pattern that what was read so far can lead to.
  package func matches(_ path: String) -> Bool {
    if parts.isEmpty { return true }
    var places = [Bool](repeating: false, count: parts.count + 1)
    places[0] = true
    skipWhatMayBeEmpty(&places)
    for byte in path.utf8 {
      // What is below a directory that matches.
      if places[parts.count], byte == Self.slash { return true }
      places = self.places(after: byte, from: places)
      if !places.contains(true) { return false }
    }
    return places[parts.count]
  }

  private func places(after byte: UInt8, from places: [Bool]) -> [Bool] {
    var next = [Bool](repeating: false, count: places.count)
    for (index, part) in parts.enumerated() where places[index] {
      switch part {
      case .byte(let expected): if byte == expected { next[index + 1] = true }
      case .anyByte: if byte != Self.slash { next[index + 1] = true }
      case .anyName: if byte != Self.slash { next[index] = true }
      case .anyPath: next[index] = true
      case .perhaps: break
      case .directories:
        next[index] = true
        if byte == Self.slash { next[index + 1] = true }
      }
    }
    skipWhatMayBeEmpty(&next)
    return next
  }

  /// Adds the places that are reached without a byte; all lie further on.
  private func skipWhatMayBeEmpty(_ places: inout [Bool]) {
    for (index, part) in parts.enumerated() where places[index] {
      switch part {
      case .anyName, .anyPath: places[index + 1] = true
      case .perhaps:
        places[index + 1] = true
        places[index + 2] = true
      case .byte, .anyByte, .directories: break
      }
    }
  }
}
