import FluxModel
import RuleEngine

extension LinterOptions {
  /// What a request says, on top of the configuration file.
  ///
  /// - Throws: `CommandFailure.notAFluxVersion`.
  init(_ request: CheckRequest, _ checked: CheckedTree) throws(CommandFailure) {
    self.init()
    topDirectory = checked.topDirectory
    guard let text = request.fluxVersion else { return }
    guard let version = FluxVersion(text), version.major == APIVersions.newestRelease.major else {
      throw .notAFluxVersion(text)
    }
    fluxVersion = version
  }
}

/// Releases that the user names and that came out after this program: the newest one that it knows stands for them.
struct NewerReleases {
  private var found: Set<FluxVersion> = []

  /// A sentence for each of them.
  var remarks: [String] {
    found.sorted().map {
      "Flux \($0) is newer than this fluxlint knows; checking as \(APIVersions.newestRelease)"
    }
  }

  mutating func replace(_ version: inout FluxVersion?) {
    guard let given = version, given > APIVersions.newestRelease else { return }
    found.insert(given)
    version = APIVersions.newestRelease
  }
}
