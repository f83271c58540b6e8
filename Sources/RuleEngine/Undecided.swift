package import Diagnostics
package import SourceText

/// A rule that could not say whether an object is right, for a value in it that nobody knows here.
package struct Undecided: Hashable, Sendable {
  package var rule: RuleID
  /// Why the value is not known.
  package var reason: String
  /// The value, or the name of the object.
  package var range: SourceRange
  package var object: ObjectReference
  /// Number of the cluster in the graph, and of the Kustomization in it that applies the object.
  package var cluster: Int
  package var kustomization: Int?
}
