import RuleEngine

/// A label or annotation under a prefix of Flux whose names the controllers choose.
struct FluxMark {
  enum Field: String {
    case annotations, labels
  }
  var field: Field
  /// `kustomize.toolkit.fluxcd.io/`
  var prefix: String
  /// What follows the prefix.
  var name: String
  var key: NodeRef
  var value: NodeRef

  static let kustomize = "kustomize.toolkit.fluxcd.io/"
  static let helm = "helm.toolkit.fluxcd.io/"
  static let reconcile = "reconcile.fluxcd.io/"

  private static let prefixes = [kustomize, helm, reconcile].map { (text: $0, bytes: Array($0.utf8)) }

  /// The marks of an object. Most have none.
  static func all(of root: NodeRef, in forest: Forest) -> [FluxMark] {
    guard let metadata = forest.value(root, "metadata") else { return [] }
    var marks: [FluxMark] = []
    for (field, name) in [(Field.annotations, "annotations" as StaticString), (.labels, "labels")] {
      guard let list = forest.value(metadata, name) else { continue }
      for pair in forest.pairs(list) {
        guard
          let prefix = forest.withText(pair.key, { text in prefixes.first { text.starts(with: $0.bytes) }?.text })
        else { continue }
        marks.append(
          FluxMark(
            field: field, prefix: prefix, name: String(forest.text(pair.key).dropFirst(prefix.count)), key: pair.key,
            value: pair.value))
      }
    }
    return marks
  }
}
