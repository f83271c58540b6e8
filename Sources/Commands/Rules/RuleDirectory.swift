import GitTrees
import RuleEngine
import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where the rules of a user are who does not say it.
enum RuleDirectory {
  /// `.fluxlint/rules` at the top of the repository around the current directory; in the current directory where it is
  /// there, or where there is no repository.
  static func usual(_ environment: [String: String]) -> String {
    guard access(RuleLocations.usual, F_OK) != 0,
      let top = (try? GitRepository.discover(from: ".", environment: environment))?.topLevel,
      let here = realPath(of: "."), here != top
    else { return RuleLocations.usual }
    return "\(top)/\(RuleLocations.usual)"
  }
}
