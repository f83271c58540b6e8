import FluxGraph
package import Manifests
package import YAMLSyntax

/// An ImageUpdateAutomation of a cluster: which files it looks at, for which policies, and where it pushes
/// (image-automation-controller `internal/source/git.go`, `internal/policy/applier.go`).
package struct ImageAutomation: Sendable {
  /// Which files it reads.
  package enum Reach: Hashable, Sendable {
    /// Those of this repository below a directory; "" is the top.
    case directory(String)
    /// Those of another repository.
    case elsewhere
    /// Not known: why.
    case unknown(String)
  }

  /// Its number among the objects of the cluster.
  package let object: Int
  package let id: ObjectID
  package let isSuspended: Bool
  package let reach: Reach
  /// The number of its GitRepository; nil where no file has it.
  package let source: Int?
  private let selector: NodeRef?

  /// The directory whose files it certainly looks at.
  package var directory: String? {
    if case .directory(let directory) = reach { directory } else { nil }
  }

  /// Whether it certainly looks at a file.
  package func covers(_ path: String) -> Bool {
    directory.map { RelativePath.isPath(path, inside: $0) } ?? false
  }

  /// Whether it may look at a file.
  package func mayCover(_ path: String) -> Bool {
    if case .unknown = reach { true } else { covers(path) }
  }

  /// Whether its selector takes a policy of its namespace in.
  package func selects(_ policy: NodeRef, in forest: Forest) -> Bool {
    guard let selector else { return true }
    let labels = forest.value(policy, "metadata", "labels")
    func label(_ key: String) -> String? { labels.flatMap { forest.value($0, key: key) }.map { forest.text($0) } }
    let wanted = forest.value(selector, "matchLabels").map { forest.pairs($0) } ?? []
    guard wanted.allSatisfy({ label(forest.text($0.key)) == forest.text($0.value) }) else { return false }
    let expressions = forest.value(selector, "matchExpressions").map { Array(forest.items($0)) } ?? []
    return expressions.allSatisfy { expression in
      guard let key = forest.value(expression, "key"), let operation = forest.value(expression, "operator") else {
        return true
      }
      let value = label(forest.text(key))
      let values = forest.value(expression, "values").map { forest.items($0).map { forest.text($0) } } ?? []
      switch forest.text(operation) {
      case "In": return value.map(values.contains) ?? false
      case "NotIn": return value.map { !values.contains($0) } ?? true
      case "Exists": return value != nil
      case "DoesNotExist": return value == nil
      default: return true
      }
    }
  }

  static func all(of facts: ClusterFacts) -> [ImageAutomation] {
    let cluster = facts.cluster
    let numbers = cluster.index.objects(ofKind: "ImageUpdateAutomation").filter {
      cluster.objects[$0].id.group == "image.toolkit.fluxcd.io"
    }
    return numbers.map { ImageAutomation($0, facts, branch: cluster.ownBranch(in: facts.forest)) }
  }

  /// - Parameter branch: the one that the files at hand are of.
  private init(_ number: Int, _ facts: ClusterFacts, branch: String?) {
    let (object, forest) = (facts.cluster.objects[number], facts.forest)
    let view = FluxObject(object.root, in: forest)
    self.object = number
    id = object.id
    isSuspended = view.isSuspended
    selector = view.spec.flatMap { forest.value($0, "policySelector") }
    let edge = facts.references.edges(from: number).first { $0.kind == .sourceRef }
    if case .object(let source)? = edge?.target { self.source = source } else { source = nil }
    reach = Self.reach(of: object, edge, facts, branch: branch)
  }

  private static func reach(
    of object: AppliedObject, _ edge: Edge?, _ facts: ClusterFacts, branch: String?
  ) -> Reach {
    let forest = facts.forest
    guard let edge, let spec = forest.value(object.root, "spec") else { return .unknown("it names no source") }
    switch edge.target {
    case .object(let source):
      switch facts.presence.isThisRepository(source) {
      case false: return .elsewhere
      case nil: return .unknown("nothing says which URL this repository has")
      case true: break
      }
      let root = facts.cluster.objects[source].root
      let checkout =
        forest.value(spec, "git", "checkout").flatMap { forest.value($0, "ref") } ?? forest.value(root, "spec", "ref")
      if let checkout, let other = otherRevision(checkout, than: branch, forest) {
        return .unknown("it checks out \(other), and the files at hand are of another revision")
      }
    case .implicit:
      let isOwn = facts.cluster.isOwnSource(
        kind: edge.targetKind, namespace: edge.targetNamespace, name: edge.targetName)
      guard isOwn else { return .unknown("its source is made outside this repository") }
    case .missing: return .unknown("its source is not there")
    case .unknown(let reason): return .unknown(reason)
    }
    let path = forest.value(spec, "update").flatMap { forest.value($0, "path") }.map { forest.text($0) } ?? ""
    if !object.isKnown, path.contains("${") { return .unknown("its path has a variable whose value is not known") }
    return .directory(RelativePath.clamped(path))
  }

  /// A revision that is not the branch of the files at hand, as far as that is known.
  private static func otherRevision(_ ref: NodeRef, than branch: String?, _ forest: Forest) -> String? {
    for key in ["commit", "name", "tag", "semver"] {
      if let value = forest.value(ref, key: key), !forest.text(value).isEmpty {
        return "the \(key) '\(forest.text(value))'"
      }
    }
    guard let branch, let other = forest.value(ref, "branch").map({ forest.text($0) }), !other.isEmpty, other != branch
    else { return nil }
    return "the branch '\(other)'"
  }
}
