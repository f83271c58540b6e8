package import SourceText

/// Something that may add objects out of our sight, and what is known of such objects: it hides nothing else.
package struct Gap: Sendable {
  /// What kind of thing it is, the gravest first; the names are those of reports.
  package enum Cause: String, Sendable, CaseIterable {
    case unreadFile = "unread-file"
    case buildFailed = "build-failed"
    case sourceMissing = "source-missing"
    case pathMissing = "path-missing"
    case otherSource = "other-source"
    case unknownPath = "unknown-path"
    case remoteBase = "remote-base"
    case notBuilt = "not-built"
    case template
    case newerRelease = "newer-release"
    case notFollowed = "not-followed"
  }

  package var cause: Cause
  /// One sentence in lower case without a final stop.
  package var reason: String
  package var range: SourceRange?
  /// What gaps of one cause share: the URL, what is said of the source. Nil for one that stands for itself.
  package var shared: String?
  /// Index of the Kustomization that would apply the objects; nil when none in particular would.
  var kustomization: Int?
  /// The only namespaces that such objects can be in; nil when they may be in any.
  package var namespaces: Set<String>?
  /// The only kinds such objects can be of; nil when they may be of any.
  package var kinds: Set<String>?
  /// What such objects can be called, by kind; any name of other kinds.
  var templateNames: [String: [TemplateName]] = [:]
  /// What the account that applies them may write, as far as Git says; nil when nothing bounds it.
  var rights: [AccountRight]?
  /// Where the names of such objects must be written; nil when that may be outside this repository.
  var names: DefinedNames.Scope?
  /// Whether they go to another cluster, with `spec.kubeConfig`.
  var isRemote = false

  init(_ cause: Cause, _ reason: String, range: SourceRange? = nil, shared: String? = nil) {
    self.cause = cause
    self.reason = reason
    self.range = range
    self.shared = shared
  }
}

extension Gap {
  /// Whether an object may be out of sight for this reason.
  ///
  /// - Parameters:
  ///   - namespace: nil for an object of the cluster as a whole.
  ///   - defined: the names in the files that gaps of this cluster are bounded by.
  func mayHide(kind: String, namespace: String?, name: String?, _ defined: DefinedNames?) -> Bool {
    if isRemote { return false }
    if let namespace, let namespaces, !namespaces.contains(namespace) { return false }
    if let kinds, !kinds.contains(kind) { return false }
    if let name, let templates = templateNames[kind], !templates.contains(where: { $0.mayBecome(name) }) {
      return false
    }
    if let rights, !rights.contains(where: { $0.allows(kind: kind, namespace: namespace) }) { return false }
    if let name, let names, let defined, !defined.mayMake(kind: kind, name: name, names) { return false }
    return true
  }
}
