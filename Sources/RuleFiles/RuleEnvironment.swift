package import CEL

/// What expressions in rule files can use.
package enum RuleEnvironment {
  /// Functions of the domain, beside those of Kubernetes.
  package enum Function: String, CaseIterable, Sendable {
    /// `Kustomization flux-system/apps`, as messages name an object.
    case displayName = "displayName(dyn) string"
    /// The Helm release name of a HelmRelease, before helm-controller shortens it.
    case releaseName = "releaseName(dyn) string"
    /// The name that helm-controller gives the release: a composed one that is too long is shortened.
    case shortReleaseName = "shortReleaseName(string) string"
    /// The registry's host of an image or of an `oci://` URL.
    case registryHost = "registryHost(string) string"
    /// The tag of an image; empty where it has none.
    case imageTag = "imageTag(string) string"
    /// The images of containers of a workload, init containers included.
    case images = "images(dyn) list(string)"
  }

  /// The slots of the variables among the bindings of a run; names from `let` follow.
  package enum Slot: Int, CaseIterable, Sendable {
    case object, item, file, options, kustomization, cluster

    package var name: String { "\(self)" }
  }

  /// The environment of a rule that binds `names`; what functions do is said by who runs them.
  package static func make(
    names: [String], body: @escaping @Sendable (Function, [Value], inout Evaluator) -> Value
  ) -> Environment {
    // The newest Kubernetes: whoever writes an admission policy writes this.
    var environment = Environment.kubernetes(minor: 34)
    environment.syntax.hasQuotedFields = true
    environment.syntax.hasBindings = true
    environment.addMath()
    environment.add([.encoders, .regex])
    for slot in Slot.allCases {
      environment.declare(slot.name, slot == .file ? .string : slot == .options ? .map(.string, .dyn) : .dyn)
    }
    for name in names { environment.declare(name) }
    for function in Function.allCases {
      environment.add(HostFunction(function.rawValue) { body(function, $0, &$1) })
    }
    return environment
  }

  /// For expressions that are compiled to be checked only.
  package static func checking(names: [String]) -> Environment {
    make(names: names) { _, _, _ in .null }
  }

  /// The path inside `key(...)`, and whether it is one.
  package static func place(_ text: String) -> (path: String, isKey: Bool) {
    guard text.hasPrefix("key("), text.hasSuffix(")") else { return (text, false) }
    return (String(text.dropFirst(4).dropLast()), true)
  }
}
