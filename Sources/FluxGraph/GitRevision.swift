import YAMLSyntax

/// What `spec.ref` of a GitRepository checks out.
struct GitRevision: Hashable, CustomStringConvertible {
  enum Kind: String { case commit, name, tag, semver, branch }

  var kind: Kind
  var value: String

  init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }

  /// The first of commit, name, tag, semver and branch that is given counts (source-controller
  /// `internal/controller/gitrepository_controller.go`); nil when none is, which is the branch 'master'.
  init?(of repository: NodeRef, in forest: Forest) {
    guard let ref = forest.value(repository, "spec", "ref") else { return nil }
    if let commit = forest.givenText(ref, "commit") {
      self.init(.commit, commit)
    } else if let name = forest.givenText(ref, "name") {
      let branch = "refs/heads/"
      let tag = "refs/tags/"
      if name.hasPrefix(branch) {
        self.init(.branch, String(name.dropFirst(branch.count)))
      } else if name.hasPrefix(tag) {
        self.init(.tag, String(name.dropFirst(tag.count)))
      } else {
        self.init(.name, name)
      }
    } else if let tag = forest.givenText(ref, "tag") {
      self.init(.tag, tag)
    } else if let range = forest.givenText(ref, "semver") {
      self.init(.semver, range)
    } else if let branch = forest.givenText(ref, "branch") {
      self.init(.branch, branch)
    } else {
      return nil
    }
  }

  var description: String {
    switch kind {
    case .commit: "the commit '\(value)'"
    case .name: "the reference '\(value)'"
    case .tag: "the tag '\(value)'"
    case .semver: "the newest tag of '\(value)'"
    case .branch: "the branch '\(value)'"
    }
  }
}
