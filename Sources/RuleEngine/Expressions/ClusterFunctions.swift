import CEL
import Facts
import FluxGraph
import FluxModel
import RuleFiles
import YAMLSyntax

/// The functions of expressions that look at a cluster.
enum ClusterFunctions {
  static func call(
    _ function: RuleEnvironment.Function, _ arguments: [Value], _ evaluator: Evaluator, _ context: ExpressionContext
  ) -> Value {
    guard let facts = context.facts else { return ExpressionContext.noCluster }
    func text(_ index: Int) -> String { index < arguments.count ? evaluator.string(arguments[index]) ?? "" : "" }
    func node(_ index: Int) -> NodeRef? {
      guard index < arguments.count, case .mapRef(let ref) = arguments[index] else { return nil }
      return NodeRef(ref)
    }
    let noObject = Value.fail("an argument is no object")
    switch function {
    case .objects: return context.objects(text(0), namespace: nil)
    case .objectsIn: return context.objects(text(0), namespace: text(1))
    case .find:
      let (kind, group) = ExpressionContext.parts(ofKind: text(0))
      return optional(
        facts.presence.object(group: group, kind: kind, namespace: scope(text(1)), name: text(2)), facts)
    case .absent:
      let (kind, group) = ExpressionContext.parts(ofKind: text(0))
      switch facts.presence.target(group: group, kind: kind, namespace: scope(text(1)), name: text(2)) {
      case .missing: return .bool(true)
      case .object, .implicit: return .bool(false)
      case .unknown(let reason): return .unknown(Unknown(reason))
      }
    case .mayHaveMore, .mayHaveMoreIn:
      let (kind, _) = ExpressionContext.parts(ofKind: text(0))
      return .bool(facts.presence.mayHide(kind: kind, namespace: scope(text(1))) != nil)
    case .owner:
      guard let node = node(0) else { return noObject }
      guard let number = facts.object(at: node) else { return unknownObject }
      guard let owner = facts.cluster.objects[number].kustomization else { return .optional(OptionalValue(nil)) }
      guard let root = facts.cluster.kustomizations[owner].root else { return .optional(OptionalValue(nil)) }
      return .optional(OptionalValue(.mapRef(Ref(root))))
    case .applied:
      guard let node = node(0) else { return noObject }
      guard let number = facts.kustomization(at: node) else { return notFollowed }
      return .list(facts.objects(of: number).map { .mapRef(Ref(facts.cluster.objects[$0].root)) })
    case .isBuilt:
      guard let node = node(0) else { return noObject }
      return .bool(facts.kustomization(at: node).map { facts.cluster.kustomizations[$0].isFullyBuilt } ?? false)
    case .appliedBefore:
      guard let first = node(0), let second = node(1) else { return noObject }
      return appliedBefore(first, second, context, facts)
    case .isNamespaced:
      guard let kind = evaluator.text(of: arguments[0], "kind") else { return noObject }
      let apiVersion = evaluator.text(of: arguments[0], "apiVersion") ?? ""
      let group = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
      return .optional(
        OptionalValue(KindScopes.isNamespaced(group: group, kind: kind, in: facts).map { .bool($0) }))
    case .served: return served(apiVersion: text(0), kind: text(1), facts)
    case .hasRights: return .bool(context.hasRights(Account(namespace: text(0), name: text(1))))
    case .source:
      guard let node = node(0) else { return noObject }
      return source(of: node, facts)
    case .isThisRepository:
      guard let node = node(0) else { return noObject }
      guard let number = facts.object(at: node) else { return unknownObject }
      return facts.presence.isThisRepository(number).map { .bool($0) }
        ?? .unknown(Unknown("nothing says which URL this repository has"))
    case .displayName, .releaseName, .shortReleaseName, .registryHost, .imageTag, .images, .regexProblem,
      .captureGroups,
      .expandedGroups, .versionRangeProblem, .interval, .walk, .suspects, .overlaps,
      .parseYAML, .credentialKey, .credentialLike, .secretLike, .fileExists, .files:
      return .fail("this function does not look at a cluster")
    }
  }

  private static let unknownObject = Value.unknown(Unknown("it is no object of this cluster"))
  private static let notFollowed = Value.unknown(Unknown("what the Kustomization applies is not known"))

  /// The empty text stands for no namespace.
  private static func scope(_ namespace: String) -> String? { namespace.isEmpty ? nil : namespace }

  private static func optional(_ number: Int?, _ facts: ClusterFacts) -> Value {
    .optional(OptionalValue(number.map { .mapRef(Ref(facts.cluster.objects[$0].root)) }))
  }

  private static func appliedBefore(
    _ first: NodeRef, _ second: NodeRef, _ context: ExpressionContext, _ facts: ClusterFacts
  ) -> Value {
    guard let first = facts.object(at: first), let second = facts.object(at: second) else { return unknownObject }
    let objects = facts.cluster.objects
    guard let before = objects[first].kustomization, let after = objects[second].kustomization else {
      return .unknown(Unknown("what applies it is no Kustomization of this repository"))
    }
    if before == after { return .bool(isOfFirstStage(objects[first]) && !isOfFirstStage(objects[second])) }
    return .bool(context.isApplied(before, before: after))
  }

  /// Definitions and namespaces of a Kustomization are applied, and waited for, before the rest (fluxcd/pkg/ssa,
  /// `manager_apply.go`, `ApplyAllStaged`).
  private static func isOfFirstStage(_ object: AppliedObject) -> Bool {
    object.id.kind == "Namespace" && object.id.group.isEmpty || object.id.kind == "CustomResourceDefinition"
  }

  private static func served(apiVersion: String, kind: String, _ facts: ClusterFacts) -> Value {
    let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, APIVersions.isFluxGroup(parts[0]) else {
      return .unknown(Unknown("which versions of \(kind) the cluster serves is not known"))
    }
    guard let lifecycle = APIVersions.lifecycle(group: parts[0], kind: kind, version: parts[1]) else {
      return .bool(false)
    }
    return .bool(lifecycle.isServed(by: facts.cluster.settings.fluxVersion))
  }

  /// What `sourceRef` or `chartRef` names.
  private static func source(of node: NodeRef, _ facts: ClusterFacts) -> Value {
    guard let number = facts.object(at: node) else { return unknownObject }
    let edge = facts.references.edges(from: number).first { $0.kind == .sourceRef || $0.kind == .chartRef }
    switch edge?.target {
    case nil, .missing?: return .optional(OptionalValue(nil))
    case .object(let source)?: return optional(source, facts)
    case .implicit?: return .unknown(Unknown("its source is in no file"))
    case .unknown(let reason)?: return .unknown(Unknown(reason))
    }
  }
}

extension Evaluator {
  /// The text of a field; nil when it has none.
  fileprivate func text(of map: Value, _ key: String) -> String? {
    (entries(map) ?? []).first { string($0.key) == key }.flatMap { string($0.value) }
  }
}
