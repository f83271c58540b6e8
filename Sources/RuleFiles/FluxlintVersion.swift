/// A version of fluxlint as far as rules go: `0.2`. What a patch release brings changes no rule.
package struct FluxlintVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var major: Int
  package var minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// `0.2` or `0.2.1`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.map { $0 >= 0 } ?? false }), let major = parts[0],
      let minor = parts[1]
    else { return nil }
    self.major = major
    self.minor = minor
  }

  package static func < (lhs: FluxlintVersion, rhs: FluxlintVersion) -> Bool {
    (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
  }

  package var description: String { "\(major).\(minor)" }
}
