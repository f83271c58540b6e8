package import FluxModel

/// A range of releases as the Flux Operator takes it (Masterminds/semver): `2.x`, `~2.6.1`, `>=2.6.0 <2.8.0`, `2.6 - 2.8`,
/// alternatives with `||`.
package struct FluxVersionRange {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// The newest known minor release that the range has; where only releases are in it that came out later, the oldest of
  /// those. Nil when there is none.
  package var newest: FluxVersion? { newest(upTo: APIVersions.newestRelease.minor) ?? oldestUnknown }

  /// The newest known minor release of the range that is not newer than a bound.
  func newest(upTo bound: Int) -> FluxVersion? {
    let alternatives = alternatives
    return (0...max(0, min(bound, APIVersions.newestRelease.minor))).reversed().lazy
      .map { FluxVersion(major: 2, minor: $0) }.first { Self.isIn(alternatives, $0) }
  }

  /// Whether no minor release follows the newest one that is in the range, too.
  var isOfOneMinor: Bool {
    guard let newest else { return false }
    return ![FluxVersion(major: newest.major, minor: newest.minor + 1), FluxVersion(major: newest.major + 1, minor: 0)]
      .contains { Self.isIn(alternatives, $0) }
  }

  private var oldestUnknown: FluxVersion? {
    let alternatives = alternatives
    let named = alternatives.joined().flatMap { condition in
      (0...1).flatMap { step in
        [
          FluxVersion(major: condition.major ?? 2, minor: (condition.minor ?? 0) + step),
          FluxVersion(major: (condition.major ?? 2) + step, minor: 0),
        ]
      }
    }
    return named.filter { $0.isNewerThanKnown && Self.isIn(alternatives, $0) }.min()
  }

  /// What is between the bars, as far as it can be read.
  private var alternatives: [[Condition]] {
    text.split(separator: "|").compactMap { Self.conditions(of: String($0)) }.filter { !$0.isEmpty }
  }

  /// Whether some patch release of a minor is in the range, whichever there are.
  private static func isIn(_ alternatives: [[Condition]], _ release: FluxVersion) -> Bool {
    alternatives.contains { conditions in
      let patches = Set([0, 9_999] + conditions.flatMap { [$0.patch, $0.patch + 1, max($0.patch, 1) - 1] })
      return patches.contains { patch in conditions.allSatisfy { $0.holds(release, patch) } }
    }
  }

  private enum Bound { case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, tilde, caret }

  private struct Condition {
    var bound: Bound
    /// Nil for any.
    var major: Int?
    var minor: Int?
    var patch = 0
    var hasPatch = false

    /// Whether a patch release of a minor fits.
    func holds(_ release: FluxVersion, _ patch: Int) -> Bool {
      guard let wantedMajor = major else { return bound != .unequal }
      let version = [release.major, release.minor, patch]
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
