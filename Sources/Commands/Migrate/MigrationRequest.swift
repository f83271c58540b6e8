package import CommandFailures
import FluxModel
package import Migration

/// What is to be migrated.
package struct MigrationRequest: Sendable {
  /// As given; empty for the whole repository around the current directory.
  package var paths: [String]
  /// The release to move to; nil for what the clusters that read each file serve.
  package var target: MigrationTarget?
  /// Whether deprecated fields of kustomization files are rewritten.
  package var rewritesKustomizations = false
  /// Whether objects of Flux v1 are converted.
  package var convertsFluxV1 = false
  /// Whether files are to be written: then what an earlier run began is finished first.
  package var writes = false
  /// The environment of the process; Git's variables in it name the repository inside a hook.
  package var environment: [String: String]

  package init(paths: [String], target: MigrationTarget?, environment: [String: String]) {
    self.paths = paths
    self.target = target
    self.environment = environment
  }
}

extension MigrationRequest {
  /// - Parameter release: a Flux release as given; nil for those that are installed.
  package init(paths: [String], to release: String?, environment: [String: String]) throws(CommandFailure) {
    self.init(paths: paths, target: nil, environment: environment)
    guard let release else { return }
    guard let target = MigrationTarget(release) else {
      let isNewer = FluxVersion(release)?.isNewerThanKnown ?? false
      throw isNewer ? .newerMigrationTarget(release) : .notAMigrationTarget(release)
    }
    self.target = target
  }
}
