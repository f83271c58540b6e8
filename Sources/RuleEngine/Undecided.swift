package import Diagnostics
package import SourceText

/// A rule that could not say whether an object is right, mostly for a value in it that nobody knows here.
package struct Undecided: Hashable, Sendable {
  /// What stands in the way.
  package enum Cause: Hashable, Sendable {
    /// A value that nobody knows; the reason says why.
    case value
    /// The check would take too long, or cannot be made; the reason is a whole sentence.
    case unfinished
    /// The cluster's release of Flux came after what is known here; the reason is a whole sentence.
    case newerRelease
  }

  package var rule: RuleID
  package var cause = Cause.value
  package var reason: String
  /// The value, or the name of the object.
  package var range: SourceRange
  package var object: ObjectReference
  /// Number of the cluster in the graph, and of the Kustomization in it that applies the object.
  package var cluster: Int
  package var kustomization: Int?

  package init(
    rule: RuleID, cause: Cause = .value, reason: String, range: SourceRange, object: ObjectReference, cluster: Int,
    kustomization: Int?
  ) {
    (self.rule, self.cause, self.reason, self.range) = (rule, cause, reason, range)
    (self.object, self.cluster, self.kustomization) = (object, cluster, kustomization)
  }
}
