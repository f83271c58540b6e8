import RuleEngine
import ScalarFormats

/// An entry of `valuesFrom`, with the value that it reads where that is in Git (fluxcd/pkg `chartutil/values.go`).
struct ValuesFromEntry {
  let node: NodeRef
  /// The scalar of `targetPath`.
  let targetPath: NodeRef?
  /// Whether `targetPath` takes the value as it is.
  let isLiteral: Bool
  /// Where the value is written; nil where it is not in Git, not known or encrypted.
  let value: NodeRef?
  /// The value, decoded.
  let text: String?
  private let isSecret: Bool

  private init(_ edge: Edge, _ cluster: Cluster, _ forest: Forest) {
    node = edge.entry
    targetPath = forest.givenText(edge.entry, "targetPath").flatMap { _ in forest.value(edge.entry, "targetPath") }
    isLiteral = forest.isTrue(forest.value(edge.entry, "literal"))
    isSecret = edge.targetKind == "Secret"
    (value, text) = Self.value(edge, cluster, forest) ?? (nil, nil)
  }

  /// Where the value is, for people; a report shows the line, so that of a Secret is left out.
  func places(in forest: Forest) -> [RelatedLocation] {
    guard let value, !isSecret else { return [] }
    return [RelatedLocation(forest.range(value), "the value")]
  }

  /// The entries of a HelmRelease, in their order.
  static func all(of release: Int, _ facts: ClusterFacts) -> [ValuesFromEntry] {
    facts.references.edges(from: release).filter { $0.kind == .valuesFrom }
      .map { ValuesFromEntry($0, facts.cluster, facts.forest) }
  }

  private static func value(_ edge: Edge, _ cluster: Cluster, _ forest: Forest) -> (NodeRef?, String?)? {
    guard case .object(let number) = edge.target else { return nil }
    let object = cluster.objects[number]
    // What makes a Secret is no Secret.
    guard object.id.kind == edge.targetKind, object.id.group.isEmpty else { return nil }
    let key = forest.givenText(edge.entry, "valuesKey") ?? "values.yaml"
    func scalar(_ field: StaticString) -> (NodeRef, String)? {
      guard let node = forest.value(object.root, field).flatMap({ forest.value($0, key: key) }),
        forest.kind(node) == .scalar
      else { return nil }
      let text = forest.text(node)
      return text.hasPrefix("ENC[") || !object.isKnown && Envsubst.hasExpression(text) ? nil : (node, text)
    }
    if object.id.kind == "ConfigMap" { return scalar("data") }
    if let plain = scalar("stringData") { return plain }
    guard let (node, encoded) = scalar("data"), let bytes = Base64.decode(encoded) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // A generator read it from a file that is encrypted.
    return text.hasPrefix("ENC[") ? nil : (node, text)
  }
}
