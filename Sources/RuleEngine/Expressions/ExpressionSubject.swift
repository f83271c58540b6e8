import CEL
import FluxGraph
import RuleFiles
import YAMLSyntax

/// An object as expressions see it: made once for all rules that look at it.
struct ExpressionSubject {
  let object: AppliedObject
  /// The number of a cluster that has it, and its own among the objects of that.
  let place: (cluster: Int, object: Int)
  let context: ExpressionContext
  var run: ExpressionRun
  private var hasReferences = false

  private static let noKustomization = Value.unknown(
    Unknown("what applies it is no Kustomization of this repository"))
  static let noItem = Value.fail("there is no item without 'each'")

  /// - Parameters:
  ///   - context: without a cluster, for what is the same in all clusters that have the object.
  ///   - isWritten: whether the object is meant as it is built, with its variables, which are text then.
  init(_ place: (cluster: Int, object: Int), in context: ExpressionContext, isWritten: Bool = false) {
    var object = context.model.graph.clusters[place.cluster].objects[place.object]
    if isWritten { (object.root, object.isKnown) = (object.built, true) }
    self.object = object
    self.place = place
    self.context = context
    let forest = context.model.forest
    var bindings = Array(repeating: Value.null, count: RuleEnvironment.Slot.allCases.count)
    bindings[RuleEnvironment.Slot.object.rawValue] = .mapRef(Ref(object.root))
    bindings[RuleEnvironment.Slot.item.rawValue] = Self.noItem
    bindings[RuleEnvironment.Slot.file.rawValue] = .string(context.model.sources.path(of: object.origin.file))
    bindings[RuleEnvironment.Slot.cluster.rawValue] = context.clusterValue
    bindings[RuleEnvironment.Slot.refs.rawValue] = ExpressionContext.noCluster
    // A text of another object may have a variable too, and whether is not known.
    run = ExpressionRun(
      source: ManifestValues(
        forest, isKnown: object.isKnown && context.isFullyKnown, context: context),
      bindings: bindings)
    run[.kustomization] =
      kustomization.map { .mapRef(Ref($0)) }
      ?? (context.facts == nil ? ExpressionContext.noCluster : Self.noKustomization)
  }

  /// The definition of the Kustomization that applies it.
  var kustomization: NodeRef? {
    guard let cluster = context.facts?.cluster, let number = object.kustomization else { return nil }
    return cluster.kustomizations[number].root
  }

  /// Begins with another rule.
  mutating func begin(_ decision: ExpressionPrograms.Decision, _ options: Value, isOfUser: Bool) {
    run.begin(options: options, names: decision.names, isOfUser: isOfUser)
    if decision.needsReferencesFirst { bindReferences() }
  }

  /// Gives `refs` its value, which most rules do not look at.
  mutating func bindReferences() {
    guard !hasReferences, context.facts != nil else { return }
    run[.refs] = context.references(of: place.object)
    hasReferences = true
  }
}
