package import Manifests
package import SourceText

/// The variables of one Kustomization (`spec.postBuild`).
package struct SubstitutionScope: Sendable {
  /// Whether anything is substituted at all: with no variable nothing is, unless the strategy is Always
  /// (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  package var isActive = false
  package var values: [String: VariableValue] = [:]
  /// Where each variable is defined: the key in `substitute`, or in the ConfigMap or Secret.
  package var definitions: [String: SourceRange] = [:]
  /// The Secret that each variable has its value from, as messages name it, where the value is known; none for other
  /// variables.
  package var secrets: [String: String] = [:]
  /// Names of variables that the controller refuses, sorted.
  package var invalidNames: [String] = []
  /// Sources of variables that cannot be looked into, each with its reason: other variables may be defined there.
  package var openSources: [OpenSource] = []
  /// Whether there may be no variable at all, and with it no substitution: all that is named is optional and out of sight.
  package var mayBeEmpty = false

  /// The Secret that a text may take a value from; the first of several.
  func secret(in parts: [Envsubst.Part]) -> String? {
    for name in Envsubst.variables(in: parts) {
      if let secret = secrets[name] { return secret }
    }
    return nil
  }

  package struct OpenSource: Hashable, Sendable {
    package var reason: String
    package var range: SourceRange
  }
}

/// One use of a variable in an object.
package struct VariableUse: Hashable, Sendable {
  package var name: String
  /// The `${...}` in its file.
  package var range: SourceRange
  /// Index into the cluster's objects; nil where nothing of the object is left to apply.
  package var object: Int?
  /// The file that a generator read it from, of what is not defined.
  package var input: GeneratorFileLine?
}

/// An object of which substitution leaves no `apiVersion`, `kind` or `metadata.name`: Flux reads it as no object and
/// goes on (fluxcd/pkg `ssa/utils/object.go`, `ReadObjects`).
package struct LostObject: Hashable, Sendable {
  /// As kustomize builds it.
  package var id: ObjectID
  /// The field that becomes empty, and where it is written.
  package var field: String
  package var range: SourceRange
}

/// Why substitution fails.
package struct SubstitutionError: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange
  /// Whether it is about the name of a variable, not about a text that uses one.
  package var isOfName = false
}
