package import FluxModel

/// A range of releases as the Flux Operator takes it (Masterminds/semver): `2.x`, `~2.6.1`, `>=2.6.0 <2.8.0`, `2.6 - 2.8`,
/// alternatives with `||`.
package struct FluxVersionRange {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// The newest minor release of Flux 2 that the range has; a release that is newer than all known ones only when it is
  /// named exactly. Nil when there is none.
  package var newest: FluxVersion? {
    if let known = newest(upTo: APIVersions.newestRelease.minor) { return known }
    let alternatives = text.split(separator: "|").map { Self.conditions(of: String($0)) }
    guard alternatives.count == 1, let only = alternatives[0], only.count == 1, only[0].bound == .equal,
      let minor = only[0].minor, only[0].major == 2
    else { return nil }
    return FluxVersion(major: 2, minor: minor)
  }

  /// The newest known minor release of the range that is not newer than a bound.
  func newest(upTo bound: Int) -> FluxVersion? {
    let alternatives = text.split(separator: "|").map { Self.conditions(of: String($0)) }
    for minor in (0...max(0, min(bound, APIVersions.newestRelease.minor))).reversed() {
      // Some patch release of it must be in the range, whichever there are.
      let isIn = alternatives.contains { conditions in
        guard let conditions, !conditions.isEmpty else { return false }
        let patches = Set([0, 9_999] + conditions.flatMap { [$0.patch, $0.patch + 1, max($0.patch, 1) - 1] })
        return patches.contains { patch in conditions.allSatisfy { $0.holds(minor, patch) } }
      }
      if isIn { return FluxVersion(major: 2, minor: minor) }
    }
    return nil
  }

  private enum Bound { case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, tilde, caret }

  private struct Condition {
    var bound: Bound
    /// Nil for any.
    var major: Int?
    var minor: Int?
    var patch = 0
    var hasPatch = false

    /// Whether `2.minor.patch` fits.
    func holds(_ minor: Int, _ patch: Int) -> Bool {
      guard let wantedMajor = major else { return bound != .unequal }
      let version = [2, minor, patch]
      let low = [wantedMajor, self.minor ?? 0, self.patch]
      /// The first release behind all that a shortened version stands for.
      let next =
        self.minor == nil
        ? [wantedMajor + 1, 0, 0] : hasPatch ? [wantedMajor, low[1], low[2] + 1] : [low[0], low[1] + 1, 0]
      func isBefore(_ left: [Int], _ right: [Int]) -> Bool { left.lexicographicallyPrecedes(right) }
      let isWithin = !isBefore(version, low) && isBefore(version, next)
      switch bound {
      case .equal: return isWithin
      case .unequal: return !isWithin
      case .less: return isBefore(version, low)
      case .lessOrEqual: return isBefore(version, next)
      case .greater: return !isBefore(version, next)
      case .greaterOrEqual: return !isBefore(version, low)
      case .tilde:
        let end = self.minor == nil ? next : [wantedMajor, low[1] + 1, 0]
        return !isBefore(version, low) && isBefore(version, end)
      case .caret: return !isBefore(version, low) && isBefore(version, [wantedMajor + 1, 0, 0])
      }
    }
  }

  /// Conditions that all must hold; nil when the text cannot be read.
  private static func conditions(of text: String) -> [Condition]? {
    var words: [Substring] = []
    // An operator may stand apart from its version.
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      if let last = words.last, last != "-", last.allSatisfy({ "<>=!~^".contains($0) }) {
        words[words.count - 1] = Substring(last + word)
      } else {
        words.append(word)
      }
    }
    if words.count == 3, words[1] == "-" { words = [Substring(">=" + words[0]), Substring("<=" + words[2])] }
    var conditions: [Condition] = []
    for word in words {
      guard let condition = condition(word) else { return nil }
      conditions.append(condition)
    }
    return conditions
  }

  private static func condition(_ word: Substring) -> Condition? {
    let bounds: [(String, Bound)] = [
      (">=", .greaterOrEqual), ("=>", .greaterOrEqual), ("<=", .lessOrEqual), ("=<", .lessOrEqual), ("!=", .unequal),
      ("~>", .tilde), (">", .greater), ("<", .less), ("=", .equal), ("~", .tilde), ("^", .caret),
    ]
    let found = bounds.first { word.hasPrefix($0.0) }
    var rest = word.dropFirst(found?.0.count ?? 0)
    if rest.first == "v" { rest = rest.dropFirst() }
    let numbers = rest.prefix { $0 != "-" && $0 != "+" }.split(separator: ".")
    guard !numbers.isEmpty, numbers.count <= 3 else { return nil }
    var condition = Condition(bound: found?.1 ?? .equal)
    for (position, number) in numbers.enumerated() {
      if ["x", "X", "*"].contains(number) { break }
      guard let value = Int(number), value < 1_000_000 else { return nil }
      switch position {
      case 0: condition.major = value
      case 1: condition.minor = value
      default:
        condition.patch = value
        condition.hasPatch = true
      }
    }
    return condition
  }
}
