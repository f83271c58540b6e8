import Kustomize
package import Sessions

/// What a directory is built from and how it is printed.
package struct DirectoryBuildRequest: Sendable {
  /// As given.
  package var path: String
  package var snapshot: Snapshot
  package var loadRestrictor: LoadRestrictor = .rootOnly
  package var order: DocumentOrder = .legacy
  package var format: BuildFormat = .yaml
  /// Whether to say of each object and each changed value where it is written.
  package var withProvenance = false
  /// Whether what cannot be built offline is left out instead of failing.
  package var allowsIncomplete = false
  /// The environment of the process; Git's variables in it name the repository inside a hook.
  package var environment: [String: String]

  package init(path: String, snapshot: Snapshot = .files, environment: [String: String]) {
    self.path = path
    self.snapshot = snapshot
    self.environment = environment
  }
}

/// Which files a kustomization may read. The words are those of kustomize.
package enum LoadRestrictor: String, Sendable, CaseIterable {
  case rootOnly = "LoadRestrictionsRootOnly"
  case none = "LoadRestrictionsNone"

  var engineValue: BuildRequest.LoadRestriction { self == .rootOnly ? .kustomizationRoot : .artifact }
}

/// In which order objects are printed. The words are those of kustomize.
package enum DocumentOrder: String, Sendable, CaseIterable {
  /// By kind.
  case legacy
  /// As they were gathered.
  case none

  var engineValue: BuildRequest.ObjectOrder { self == .legacy ? .legacy : .accumulated }
}
