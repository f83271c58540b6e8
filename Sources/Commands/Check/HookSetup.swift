package import CommandFailures
import GitTrees
import Sessions

/// Puts the hooks into a repository and takes them out, and says what was done.
package enum HookSetup {
  /// - Returns: A sentence for each hook.
  package static func install(
    at path: String?, environment: [String: String]
  ) throws(CommandFailure) -> [String] {
    try change(at: path, environment: environment) { repository throws(GitError) in
      try HookInstaller.install(in: repository)
    }
  }

  /// - Returns: A sentence for each hook.
  package static func uninstall(
    at path: String?, environment: [String: String]
  ) throws(CommandFailure) -> [String] {
    try change(at: path, environment: environment) { repository throws(GitError) in
      try HookInstaller.uninstall(from: repository)
    }
  }

  private static func change(
    at path: String?, environment: [String: String],
    _ body: (GitRepository) throws(GitError) -> [HookInstaller.Change]
  ) throws(CommandFailure) -> [String] {
    let place = try Place(path ?? ".")
    do throws(GitError) {
      if let repository = try GitRepository.discover(from: place.real, environment: environment) {
        return try body(repository).map(sentence)
      }
    } catch {
      throw .git(error)
    }
    throw .noRepositoryForHooks(path: path ?? ".")
  }

  private static func sentence(_ change: HookInstaller.Change) -> String {
    switch change.action {
    case .installed: "\(change.hook): installed as '\(change.path)'"
    case .installedBefore(let kept):
      "\(change.hook): installed; the hook that was there is now '\(kept)' and runs first"
    case .updated: "\(change.hook): brought up to date in '\(change.path)'"
    case .unchanged: "\(change.hook): nothing to do"
    case .removed: "\(change.hook): removed '\(change.path)'"
    case .restored: "\(change.hook): removed; the hook that was there before is back in '\(change.path)'"
    case .leftForeign: "\(change.hook): left alone, '\(change.path)' is not from fluxlint"
    }
  }
}
