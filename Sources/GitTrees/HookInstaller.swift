internal import SourceTrees

/// Puts hooks into a repository and takes them out again. Another hook with the same name keeps working: it gets a
/// different name and runs first.
package enum HookInstaller {
  /// A clean merge runs pre-merge-commit only.
  package static let hookNames = ["pre-commit", "pre-merge-commit"]
  package static let chainedSuffix = ".fluxlint-chained"

  /// What became of one hook.
  package struct Change: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
      case installed
      /// Another hook was there; it is kept as `keptAt` and runs first.
      case installedBefore(keptAt: String)
      /// An older text of ours was replaced.
      case updated
      /// Already as it should be.
      case unchanged
      case removed
      /// The hook that was there before is back.
      case restored
      /// The hook is somebody else's and was left alone.
      case leftForeign
    }

    package let hook: String
    /// The file of the hook, absolute.
    package let path: String
    package let action: Action
  }

  /// Writes the hooks into the directory where Git looks for them. Doing it twice changes nothing more.
  ///
  /// - Throws: `GitError.hook` when the repository is bare, when all repositories share the directory, or when a file
  ///   cannot be written. Hooks before the one that failed are in place then.
  package static func install(in repository: GitRepository) throws(GitError) -> [Change] {
    let directory = try hooksDirectory(of: repository)
    try HookFile.makeDirectory(directory)
    var changes: [Change] = []
    for hook in hookNames {
      let file = HookFile(path: directory + "/" + hook)
      changes.append(Change(hook: hook, path: file.path, action: try install(file)))
    }
    return changes
  }

  /// Removes the hooks and brings back those that were there before, byte for byte with their permissions.
  ///
  /// - Throws: As `install(in:)`.
  package static func uninstall(from repository: GitRepository) throws(GitError) -> [Change] {
    let directory = try hooksDirectory(of: repository)
    var changes: [Change] = []
    for hook in hookNames {
      let file = HookFile(path: directory + "/" + hook)
      changes.append(Change(hook: hook, path: file.path, action: try uninstall(file)))
    }
    return changes
  }

  private static func install(_ file: HookFile) throws(GitError) -> Change.Action {
    switch try file.state() {
    case .current: return .unchanged
    case .outdated:
      try file.write(HookScript.text)
      return .updated
    case .absent:
      try file.write(HookScript.text)
      return .installed
    case .foreign:
      let kept = file.chained
      guard try kept.state() == .absent else {
        throw .hook(path: file.path, reason: "'\(kept.path)' exists as well; remove one of the two, or join them")
      }
      try file.rename(to: kept)
      do {
        try file.write(HookScript.text)
      } catch {
        try kept.rename(to: file)
        throw error
      }
      return .installedBefore(keptAt: kept.path)
    }
  }

  private static func uninstall(_ file: HookFile) throws(GitError) -> Change.Action {
    let state = try file.state()
    guard state != .foreign else { return .leftForeign }
    if try file.chained.state() != .absent {
      // Takes the place of ours in one step.
      try file.chained.rename(to: file)
      return .restored
    }
    guard state != .absent else { return .unchanged }
    try file.remove()
    return .removed
  }

  // MARK: - Where

  /// `core.hooksPath`, which starts at the top of the work tree when relative, or the directory that all work trees share.
  private static func hooksDirectory(of repository: GitRepository) throws(GitError) -> String {
    guard let topLevel = repository.topLevel else {
      throw .hook(
        path: repository.gitDirectory + "/hooks",
        reason: "the repository is bare, so no commits are made in it; "
          + "check what is pushed to it with the example 'hooks/pre-receive' of the fluxlint sources")
    }
    let configuration = try Configuration(of: try repository.open(), gitDirectory: repository.gitDirectory)
    guard let setting = try configuration.path("core.hooksPath") else { return repository.commonDirectory + "/hooks" }
    guard setting.isForThisRepository else {
      throw .hook(
        path: setting.value,
        reason: "core.hooksPath is set for all repositories, and not all are for Flux; "
          + "call 'fluxlint check --staged' from a hook there, or use the hooks of this repository: "
          + "git config core.hooksPath \(shellQuoted(repository.commonDirectory + "/hooks"))")
    }
    guard !setting.value.isEmpty else {
      throw .hook(
        path: topLevel, reason: "core.hooksPath is empty, so Git runs no hook; run: git config --unset core.hooksPath")
    }
    return absolutePath(setting.value, in: topLevel)
  }
}
