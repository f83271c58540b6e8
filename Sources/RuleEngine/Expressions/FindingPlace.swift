import CEL
import Facts
import FluxGraph
import SourceText
import YAMLSyntax

/// Where a finding of a rule in expressions is shown.
struct FindingPlace {
  var forest: Forest
  var object: AppliedObject
  /// The definition of what applies it, where the rule looks at it.
  var kustomization: NodeRef?
  /// The cluster, where the rule looks at it.
  var facts: ClusterFacts?
  /// The number of the object in it.
  private let number: Int

  init(_ subject: ExpressionSubject) {
    forest = subject.context.model.forest
    object = subject.object
    kustomization = subject.kustomization
    facts = subject.context.facts
    number = subject.place.object
  }

  /// The bytes of a scalar; a mapping or a list is long, so its key stands for it, and the name for a whole object.
  func range(of ref: Ref?, isKey: Bool) -> SourceRange {
    guard let node = ref.map(NodeRef.init), forest.resolved(node) != forest.resolved(object.root) else {
      return place(of: object)
    }
    if let other = facts?.object(at: node), let other = facts?.cluster.objects[other] { return place(of: other) }
    if !isKey, forest.kind(node) == .scalar { return forest.range(node) }
    let own = [object.root, kustomization].compactMap(\.self)
    let key = own.lazy.compactMap { self.key(of: node, below: $0) }.first
    if let key = key ?? targets.lazy.compactMap({ self.key(of: node, below: $0) }).first { return forest.range(key) }
    if let first = forest.writtenPairs(node).first { return forest.range(first.key) }
    return forest.range(node)
  }

  /// The objects that it names.
  private var targets: [NodeRef] {
    guard let facts else { return [] }
    return facts.references.edges(from: number).compactMap { edge in
      if case .object(let target) = edge.target { facts.cluster.objects[target].root } else { nil }
    }
  }

  private func place(of object: AppliedObject) -> SourceRange {
    forest.value(object.root, "metadata", "name").map { forest.range($0) } ?? object.origin
  }

  /// The key whose value a node is.
  private func key(of node: NodeRef, below root: NodeRef) -> NodeRef? {
    var waiting = [root]
    while let next = waiting.popLast() {
      switch forest.written(next).kind {
      case .mapping:
        for pair in forest.writtenPairs(next) {
          if pair.value == node { return pair.key }
          waiting.append(pair.value)
        }
      case .sequence: waiting += forest.items(next)
      case .scalar, .alias: break
      }
    }
    return nil
  }
}
