/// A minor release of Flux.
package struct FluxVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `2.9`, `v2.9`, `2.9.4` and `v2.9.4-rc.1`. Nil for anything else.
  package init?(_ text: some StringProtocol) {
    var text = Substring(text)
    if text.hasPrefix("v") { text = text.dropFirst() }
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
      return nil
    }
    self.init(major: major, minor: minor)
  }

  /// Whether there was such a release, or may be one that came out later. `0.0` of `v0.0.0-dev.0` is a development build,
  /// and 1 was another program.
  package var isRelease: Bool {
    major >= 2 || (APIVersions.firstRelease...APIVersions.lastPreview).contains(self)
  }

  /// Whether it came out after the table of API versions was written.
  package var isNewerThanKnown: Bool { self > APIVersions.newestRelease }

  package var description: String { "\(major).\(minor)" }
  package static func < (lhs: FluxVersion, rhs: FluxVersion) -> Bool {
    (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
  }
}
