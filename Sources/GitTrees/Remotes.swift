internal import CLibGit2

/// The remotes that the configuration of a repository names.
enum Remotes {
  /// Sorted, each once, as written in the configuration: `url.*.insteadOf` is a matter of one user's machine.
  static func urls(of repository: borrowing Handle<RepositoryKind>) throws(GitError) -> [String] {
    let task = "read the configuration"
    let config = try Handle<ConfigKind>(task) { git_repository_config_snapshot($0, repository.pointer) }
    var urls: Set<String> = []
    try withUnsafeMutablePointer(to: &urls) { urls throws(GitError) in
      _ = try LibGit2.call(task) {
        git_config_foreach_match(
          config.pointer, #"^remote\..*\.url$"#,
          { entry, urls in
            if let value = entry?.pointee.value {
              urls?.assumingMemoryBound(to: Set<String>.self).pointee.insert(
                Remotes.withoutCredentials(String(cString: value)))
            }
            return 0
          }, urls)
      }
    }
    return urls.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A web address may hold a token, which must not reach a report. `git@` of SSH is no secret.
  static func withoutCredentials(_ url: String) -> String {
    guard url.hasPrefix("https://") || url.hasPrefix("http://"), let scheme = url.firstRange(of: "://") else {
      return url
    }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + url[url.index(after: at)...])
  }
}
