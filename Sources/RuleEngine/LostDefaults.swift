package import Manifests
package import SourceText

/// YAML files that source-controller leaves out where nothing says otherwise, and which are in artifacts of this
/// repository, because a pattern of `spec.ignore` or `.sourceignore` switches the default list off.
package struct LostDefaults: Sendable {
  package struct File: Hashable, Sendable {
    package var path: String
    /// The default pattern that would leave it out.
    package var pattern: String
  }
  package private(set) var files: [File] = []
  /// The first pattern of the `.sourceignore` files; nil when they have none, or when there is no file that matters.
  package private(set) var ignoreLine: SourceRange?

  package init() {}

  /// Files are read here, before rules run side by side.
  package init(_ sources: SourceSet) {
    files = sources.files.compactMap { file in
      guard sources.isOwn(file.id), let pattern = SourceIgnore.defaultPattern(leavingOut: file.path) else { return nil }
      return File(path: file.path, pattern: pattern)
    }
    if !files.isEmpty { ignoreLine = sources.firstIgnorePattern() }
  }
}
