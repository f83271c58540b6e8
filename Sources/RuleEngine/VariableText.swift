import Diagnostics
import FluxGraph
import Schemas
import YAMLSyntax

/// The text of an object that variables made a value from.
struct VariableText {
  /// As kustomize builds it, with the `${...}` in it.
  var node: NodeRef
  /// In the order of the text; `quote`, which is there for quotes, is none of them where there are others.
  var names: [String]
  /// Whether the text stands at the very place, not around it: a value can become a mapping with more in it.
  var isWhole: Bool

  /// What stands at a place of an object, or around it; nil where no variable made it.
  ///
  /// - Parameters:
  ///   - pointer: A JSON Pointer into the object as it is applied.
  ///   - isKey: Whether the key at the end is meant, not its value.
  init?(at pointer: String, isKey: Bool, in object: AppliedObject, _ forest: Forest) {
    guard object.built != object.root, let found = Self.find(pointer, isKey, object, forest) else { return nil }
    (node, isWhole) = found
    let parts = forest.withText(node) { try? Envsubst.parse($0) } ?? []
    let all = Envsubst.variables(in: parts)
    let others = all.filter { $0 != "quote" }
    names = others.isEmpty ? all : others
    if names.isEmpty { return nil }
  }

  /// Goes down both forms of the object, as far as the built one goes.
  private static func find(
    _ pointer: String, _ isKey: Bool, _ object: AppliedObject, _ forest: Forest
  ) -> (NodeRef, isWhole: Bool)? {
    var (root, built) = (object.root, object.built)
    var parts = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    while let part = parts.popFirst() {
      if forest.kind(built) == .scalar { break }
      switch forest.kind(root) {
      case .mapping:
        let name = JSONPointer.unescaped(part)
        // Of what is missing there is no more than what lacks it.
        guard let pair = forest.pairs(root).first(where: { forest.text($0.key) == name }) else { return nil }
        let sources = forest.pairs(built)
        guard
          let source = sources.first(where: { forest.text($0.key) == name })
            ?? sources.first(where: { forest.range($0.key) == forest.range(pair.key) && isMade($0.key, forest) })
        else { return nil }
        if source.key != pair.key, isMade(source.key, forest) { return (source.key, parts.isEmpty) }
        if parts.isEmpty, isKey { return nil }
        (root, built) = (pair.value, source.value)
      case .sequence:
        let (items, sources) = (forest.items(root), forest.items(built))
        guard let index = Int(part), index >= 0, index < items.count, index < sources.count else { return nil }
        (root, built) = (items[index], sources[index])
      case .scalar, .alias: return nil
      }
    }
    guard built != root, isMade(built, forest) else { return nil }
    return (built, parts.isEmpty)
  }

  private static func isMade(_ node: NodeRef, _ forest: Forest) -> Bool {
    forest.kind(node) == .scalar && Envsubst.hasExpression(forest.text(node))
  }

  /// Where the values of the variables are written.
  func places(in cluster: Cluster, of object: AppliedObject) -> [RelatedLocation] {
    guard let number = object.kustomization else { return [] }
    let scope = cluster.kustomizations[number].substitution
    return names.prefix(3).compactMap { name in
      scope.definitions[name].map { place in
        let secret = scope.secrets[name].map { ", in \($0)" } ?? ""
        return RelatedLocation(place, "the value of '\(name)' is written here\(secret)")
      }
    }
  }
}
