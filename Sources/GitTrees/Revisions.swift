internal import CLibGit2
internal import SourceText
internal import SourceTrees

enum ReferenceName {
  /// `refs/heads/main` as people write it.
  static func short(_ name: String) -> String {
    for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/", "refs/"] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    return name
  }
}

extension GitRepository {
  /// The branches of that name that remotes have, then branches and tags whose names differ from `name` by a slip or two,
  /// the nearest first.
  static func namesSimilar(
    to name: String, in repository: borrowing Handle<RepositoryKind>
  ) throws(GitError) -> [String] {
    var list = git_strarray()
    try LibGit2.call("list the branches") { git_reference_list(&list, repository.pointer) }
    defer { git_strarray_dispose(&list) }
    let wanted = Array(name.utf8)
    // A server may hold a branch for each of a hundred thousand changes.
    let names = (0..<min(list.count, 10_000)).compactMap { list.strings?[$0].map { String(cString: $0) } }
    let tolerance = max(1, min(wanted.count / 3, 3))
    let tracked = names.filter { $0.hasPrefix("refs/remotes/") && !name.isEmpty && $0.hasSuffix("/\(name)") }
      .map(ReferenceName.short).sorted()
    if !tracked.isEmpty { return Array(tracked.prefix(3)) }
    return names.map(ReferenceName.short)
      .filter { abs($0.utf8.count - wanted.count) <= tolerance }
      .map { (name: $0, distance: Suggestion.distance(Array($0.utf8), wanted)) }
      .filter { $0.distance <= tolerance }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(3).map(\.name)
  }
}
