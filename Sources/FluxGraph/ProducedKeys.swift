import Manifests
import SourceText
import YAMLSyntax

/// The keys of what an operator makes, as far as its object lists them.
struct ProducedKeys {
  private(set) var result: (keys: [ProducedObjects.Key], open: String?)
  private let forest: Forest

  init(_ object: AppliedObject, _ kind: ObjectProducer.Keys, in forest: Forest) {
    self.forest = forest
    let unknown = "\(object.id.kind) '\(object.id.name)' makes it"
    result = ([], unknown)
    switch kind {
    case .unknown: break
    case .externalSecret(let path):
      var spec: NodeRef? = object.root
      for key in path { spec = spec.flatMap { forest.value($0, key) } }
      if let keys = spec.flatMap({ externalSecret($0) }) { result = (keys, nil) }
    case .sealedSecret:
      guard let spec = forest.value(object.root, "spec"), let data = forest.value(spec, "encryptedData") else { return }
      result = (keys(of: data) + (forest.value(spec, "template", "data").map { keys(of: $0) } ?? []), nil)
    case .outputs:
      guard let list = forest.value(object.root, "spec", "writeOutputsToSecret", "outputs"),
        forest.kind(list) == .sequence, forest.count(list) > 0
      else { return }
      // `OUTPUT:KEY` gives it another name.
      let keys = forest.items(list).map { item in
        ProducedObjects.Key(
          name: forest.text(item).split(separator: ":").last.map(String.init) ?? "", range: forest.range(item))
      }
      result = (keys, nil)
    }
  }

  private func keys(of mapping: NodeRef) -> [ProducedObjects.Key] {
    forest.pairs(mapping).map { ProducedObjects.Key(name: forest.text($0.key), range: forest.range($0.key)) }
  }

  /// External Secrets: what a template says replaces `data`, unless it is merged with it (external-secrets
  /// `pkg/controllers/externalsecret/externalsecret_controller_template.go`). Nil when not all keys are listed.
  private func externalSecret(_ spec: NodeRef) -> [ProducedObjects.Key]? {
    let target = forest.value(spec, "target")
    if let policy = target.flatMap({ forest.givenText($0, "creationPolicy") }), policy != "Owner", policy != "Orphan" {
      return nil
    }
    var keys: [ProducedObjects.Key] = []
    if let template = target.flatMap({ forest.value($0, "template") }) {
      if let from = forest.value(template, "templateFrom"), forest.count(from) > 0 { return nil }
      if let data = forest.value(template, "data"), forest.count(data) > 0 {
        keys = self.keys(of: data)
        if forest.givenText(template, "mergePolicy") != "Merge" { return keys }
      }
    }
    if let from = forest.value(spec, "dataFrom"), forest.count(from) > 0 { return nil }
    for entry in forest.value(spec, "data").map({ Array(forest.items($0)) }) ?? [] {
      guard let key = forest.value(entry, "secretKey") else { return nil }
      keys.append(ProducedObjects.Key(name: forest.text(key), range: forest.range(key)))
    }
    return keys
  }
}

/// A selector of namespaces: names, or labels that namespaces in Git have.
struct NamespaceSelector: Sendable {
  private var names: Set<String>?
  /// `matchLabels`; expressions are not looked at, so it may fit more than it says.
  private var labels: [String: String] = [:]

  /// Those of a ClusterExternalSecret: `namespaces`, `namespaceSelector` and `namespaceSelectors`; any of them is enough.
  static func all(of root: NodeRef, in forest: Forest) -> [NamespaceSelector] {
    guard let spec = forest.value(root, "spec") else { return [] }
    var selectors: [NamespaceSelector] = []
    if let list = forest.value(spec, "namespaces") {
      selectors.append(NamespaceSelector(names: Set(forest.items(list).map { forest.text($0) })))
    }
    if let single = forest.value(spec, "namespaceSelector") { selectors.append(NamespaceSelector(single, in: forest)) }
    if let list = forest.value(spec, "namespaceSelectors") {
      selectors += forest.items(list).map { NamespaceSelector($0, in: forest) }
    }
    return selectors
  }

  private init(names: Set<String>) { self.names = names }

  private init(_ node: NodeRef, in forest: Forest) {
    guard let list = forest.value(node, "matchLabels") else { return }
    for pair in forest.pairs(list) { labels[forest.text(pair.key)] = forest.text(pair.value) }
  }

  /// - Parameter known: the labels of the namespace in Git; nil when it is not there.
  func mayFit(_ namespace: String, _ known: [String: String]?) -> Bool {
    if let names { return names.contains(namespace) }
    return labels.allSatisfy { key, value in
      if key == "kubernetes.io/metadata.name" { return value == namespace }
      return known.map { $0[key] == value } ?? true
    }
  }
}
