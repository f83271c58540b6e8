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
    /// Why a text is no regular expression of RE2, the kind that Flux uses; empty for one that is.
    case regexProblem = "regexProblem(string) string"
    /// The names of the capturing groups of a regular expression, empty for one without a name.
    case captureGroups = "captureGroups(string) list(string)"
    /// The groups, by name or number, that Go puts in for `$name` and `${name}`.
    case expandedGroups = "expandedGroups(string) list(string)"
    /// Why a text is no range of semantic versions as Flux and Helm read it; empty for one that is.
    case versionRangeProblem = "versionRangeProblem(string) string"
    /// A duration as Flux reads it, such as `1h30m`; null for what is none.
    case interval = "interval(string) dyn"
    /// The scalars below a value, each as `path`, `key`, `value` and `node`.
    case walk = "walk(dyn) list(map(string, dyn))"
    /// Those among them that a key calls a password, a token or the like, and private keys.
    case suspects = "suspects(dyn) list(map(string, dyn))"
    /// The dotted paths that two trees both set.
    case overlaps = "overlaps(dyn, dyn) list(string)"
    /// The value of a YAML text; null for what is none.
    case parseYAML = "parseYAML(string) dyn"
    /// Whether a key says that its value is a password, a token or the like.
    case credentialKey = "credentialKey(string) bool"
    /// Whether a text has the form of a password or token.
    case credentialLike = "credentialLike(string) bool"
    /// Whether a text under such a key is one, and no placeholder, name or reference.
    case secretLike = "secretLike(string) bool"

    // Of the repository.
    /// Whether the repository has a file.
    case fileExists = "fileExists(string) bool"
    /// The files that fit a pattern, sorted.
    case files = "files(string) list(string)"

    // Of the cluster.
    /// The objects of a kind, `Kind.group` or `Kind`.
    case objects = "objects(string) list(dyn)"
    case objectsIn = "objects(string, string) list(dyn)"
    /// The object of a kind, namespace and name.
    case find = "find(string, string, string) optional_type(dyn)"
    /// Whether the cluster certainly does not get an object.
    case absent = "absent(string, string, string) bool"
    /// Whether there may be objects of a kind, in any namespace or in one, that are not seen here.
    case mayHaveMore = "mayHaveMore(string) bool"
    case mayHaveMoreIn = "mayHaveMore(string, string) bool"
    /// The Kustomization that applies an object.
    case owner = "owner(dyn) optional_type(dyn)"
    /// The objects that a Kustomization applies.
    case applied = "applied(dyn) list(dyn)"
    /// Whether everything that a Kustomization applies is known.
    case isBuilt = "isBuilt(dyn) bool"
    /// Whether an object is certainly applied before another.
    case appliedBefore = "appliedBefore(dyn, dyn) bool"
    /// Whether a kind lives in namespaces, as far as that is known.
    case isNamespaced = "isNamespaced(dyn) optional_type(bool)"
    /// Whether the Flux release of the cluster serves a version of a kind of Flux.
    case served = "served(string, string) bool"
    /// Whether all clusters that read the file of an object run a release of Flux, such as `2.7`, or a newer one.
    case allRun = "allRun(dyn, string) bool"
    /// Whether a Kustomization, or one below it, needs something that another one makes, or what only comes after that.
    case needs = "needs(dyn, dyn) bool"
    /// Whether RBAC in Git grants a service account, by its namespace and name, anything.
    case hasRights = "hasRights(string, string) bool"
    /// The source that a Kustomization, a HelmRelease or a HelmChart names.
    case source = "source(dyn) optional_type(dyn)"
    /// Whether a source has the files of this repository.
    case isThisRepository = "isThisRepository(dyn) bool"

    /// Whether a rule that calls it runs for each cluster.
    var needsCluster: Bool {
      switch self {
      case .displayName, .releaseName, .shortReleaseName, .registryHost, .imageTag, .images, .interval, .walk,
        .suspects, .overlaps, .parseYAML, .credentialKey, .credentialLike, .secretLike, .fileExists, .files,
        .regexProblem, .captureGroups, .expandedGroups, .versionRangeProblem:
        false
      case .objects, .objectsIn, .find, .absent, .mayHaveMore, .mayHaveMoreIn, .owner, .applied, .isBuilt,
        .appliedBefore, .isNamespaced, .served, .allRun, .needs, .source, .isThisRepository, .hasRights:
        true
      }
    }
  }

  /// The slots of the variables among the bindings of a run; names from `let` follow.
  package enum Slot: Int, CaseIterable, Sendable {
    case object, item, file, options, kustomization, cluster, refs

    package var name: String { "\(self)" }

    /// Whether a rule that looks at it runs for each cluster.
    var needsCluster: Bool { self == .kustomization || self == .cluster || self == .refs }

    fileprivate var type: CELType {
      switch self {
      case .file: .string
      case .options: .map(.string, .dyn)
      case .refs: .map(.string, .list(.dyn))
      case .object, .item, .kustomization, .cluster: .dyn
      }
    }
  }

  /// The environment of rules that bind no names; what functions do is said by who runs them.
  package static func make(_ body: @escaping @Sendable (Function, [Value], inout Evaluator) -> Value) -> Environment {
    // The newest Kubernetes: whoever writes an admission policy writes this.
    var environment = Environment.kubernetes(minor: 34)
    environment.syntax.hasQuotedFields = true
    environment.syntax.hasBindings = true
    environment.addMath()
    environment.add([.encoders, .regex])
    for slot in Slot.allCases { environment.declare(slot.name, slot.type) }
    for function in Function.allCases {
      environment.add(HostFunction(function.rawValue) { body(function, $0, &$1) })
    }
    return environment
  }

  /// For expressions that are compiled to be checked only.
  package static func checking(names: [String]) -> Environment { checking.binding(names) }

  private static let checking = make { _, _, _ in .unknown(Unknown("known while it runs")) }

  /// Whether a rule with an expression runs for each cluster.
  static func needsCluster(_ program: Program) -> Bool {
    Slot.allCases.contains { $0.needsCluster && program.uses($0.rawValue) }
      || program.hostCalls.contains { Function(rawValue: $0)?.needsCluster ?? false }
  }

  /// The path inside `key(...)`, and whether it is one.
  package static func place(_ text: String) -> (path: String, isKey: Bool) {
    guard text.hasPrefix("key("), text.hasSuffix(")") else { return (text, false) }
    return (String(text.dropFirst(4).dropLast()), true)
  }
}

extension Environment {
  /// The same for a rule that binds `names`.
  package func binding(_ names: [String]) -> Environment {
    var environment = self
    for name in names { environment.declare(name) }
    return environment
  }
}
