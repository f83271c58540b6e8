import FluxModel
import Manifests
import SourceText
import TextMatching
package import YAMLSyntax

/// What a HelmRelease may add to the cluster beyond what manifests have: the Flux objects that its values or the templates
/// of its chart write down.
struct ChartObjects: Sendable {
  /// Where the release is defined.
  let range: SourceRange
  let displayName: String
  /// The kinds of Flux objects in its values.
  private var kinds: Set<String> = []
  /// Every text in its values, for the names.
  private var texts: [[UInt8]] = []
  /// Files of its chart with Flux objects in them.
  private var templates: [ChartTemplate] = []
  private let releaseName: String
  /// What a well-known chart names after the release.
  private var ownKinds: [String] = []

  /// Charts that make Flux objects of the name of the release
  /// (`github.com/fluxcd-community/helm-charts`, `charts/flux2-sync/templates`).
  private static let synchronisers = ["flux2-sync": ["GitRepository", "Kustomization"]]

  /// Kinds that somebody refers to by name, and that nobody but Flux's own API has.
  static let fluxKinds = ReferenceCollector.fluxKinds.union(["Provider", "ExternalArtifact", "ResourceSet"])

  /// Keys of values under which charts take such objects, in lower case: `gitRepositories`, by name or as a list.
  private static let lists: [String: String] = Dictionary(
    fluxKinds.flatMap { kind in
      let name = kind.lowercased()
      return [name, name.hasSuffix("y") ? name.dropLast() + "ies" : name + "s"].map { ($0, kind) }
    }
  ) { first, _ in first }

  /// All releases of a cluster that may make Flux objects, in order.
  static func all(of cluster: Cluster, in forest: Forest) -> [ChartObjects] {
    let charts = Dictionary(cluster.charts.map { ($0.user, $0) }) { first, _ in first }
    var templates: [UInt32: ChartTemplate?] = [:]
    return cluster.index.objects(ofKind: "HelmRelease").compactMap { number in
      let object = cluster.objects[number]
      guard object.id.group == FluxKinds.helmGroup, !object.isRemote,
        let spec = forest.value(object.root, "spec"), forest.value(spec, "kubeConfig") == nil
      else { return nil }
      var made = ChartObjects(object, spec, in: forest)
      made.addValues(spec, of: object, cluster, forest)
      if let chart = charts[number] ?? helmChart(of: spec, object, cluster, forest).flatMap({ charts[$0] }) {
        for tree in chart.templates {
          let template = templates[tree] ?? ChartTemplate(forest.trees[Int(tree)].source)
          templates[tree] = template
          if let template { made.templates.append(template) }
        }
      }
      if let name = cluster.chartName(of: object, in: forest) { made.ownKinds = synchronisers[name] ?? [] }
      return made.kinds.isEmpty && made.templates.isEmpty && made.ownKinds.isEmpty ? nil : made
    }
  }

  private init(_ release: AppliedObject, _ spec: NodeRef, in forest: Forest) {
    range = release.origin
    displayName = qualifiedName(release.id.namespace, release.id.name)
    releaseName = ReleaseName.composed(
      releaseName: forest.givenText(spec, "releaseName"), targetNamespace: forest.givenText(spec, "targetNamespace"),
      name: release.id.name)
  }

  /// The HelmChart that a release names.
  private static func helmChart(
    of spec: NodeRef, _ release: AppliedObject, _ cluster: Cluster, _ forest: Forest
  ) -> Int? {
    guard let reference = forest.value(spec, "chartRef"), forest.givenText(reference, "kind") == "HelmChart",
      let name = forest.givenText(reference, "name")
    else { return nil }
    let namespace = forest.givenText(reference, "namespace") ?? release.id.namespace
    return cluster.index[ObjectKey(kind: "HelmChart", namespace: namespace, name: name)]
  }

  // MARK: - Values

  private mutating func addValues(
    _ spec: NodeRef, of release: AppliedObject, _ cluster: Cluster, _ forest: Forest
  ) {
    if let values = forest.value(spec, "values") { add(values, forest) }
    if let list = forest.value(spec, "valuesFrom") {
      for reference in forest.items(list) where forest.givenText(reference, "kind") == "ConfigMap" {
        guard let name = forest.givenText(reference, "name"),
          let number = cluster.index[ObjectKey(kind: "ConfigMap", namespace: release.id.namespace, name: name)],
          let data = forest.value(cluster.objects[number].root, "data"),
          let value = forest.value(data, key: forest.givenText(reference, "valuesKey") ?? "values.yaml")
        else { continue }
        add(value, forest)
      }
    }
    if kinds.isEmpty { texts = [] }
  }

  private mutating func add(_ values: NodeRef, _ forest: Forest) {
    // A node that aliases repeat counts each time.
    var budget = 100_000
    var pending = [values]
    while let node = pending.popLast(), budget > 0 {
      budget -= 1
      switch forest.kind(node) {
      case .sequence: pending += forest.items(node)
      case .mapping:
        for pair in forest.pairs(node) {
          let key = forest.withText(pair.key) { Array($0) }
          if let kind = Self.lists[String(decoding: key, as: UTF8.self).lowercased()] { kinds.insert(kind) }
          texts.append(key)
          pending.append(pair.value)
        }
      case .scalar:
        let text = forest.withText(node) { Array($0) }
        let word = String(decoding: text, as: UTF8.self)
        if Self.fluxKinds.contains(word) {
          kinds.insert(word)
        } else if text.count > 20 {
          kinds.formUnion(ChartTemplate.kinds(in: text))
        }
        texts.append(text)
      case .alias: break
      }
    }
  }

  // MARK: - Asking

  /// Whether an object may be of this release.
  ///
  /// - Parameter name: nil for any.
  func mayMake(kind: String, name: String?) -> Bool {
    if templates.contains(where: { $0.mayMake(kind: kind, name: name) }) { return true }
    if ownKinds.contains(kind), name.map({ $0 == releaseName }) ?? true { return true }
    guard kinds.contains(kind) else { return false }
    guard let name else { return true }
    // Charts put the name of the release before that of an entry.
    let bytes = Array(name.utf8)
    return name.hasPrefix(releaseName) || texts.contains { $0.contains(bytes) }
      || texts.contains { $0.contains(Array("name: {{".utf8)) }
  }
}

/// A template or values file of a chart with Flux objects in it.
struct ChartTemplate: Sendable {
  /// What is between two `---`.
  private struct Document: Sendable {
    var bytes: [UInt8]
    var kinds: Set<String>
    var hasOpenKinds: Bool
    /// What names begin with that a template makes the rest of; an empty text for any name.
    var prefixes: [String]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      kinds = ChartTemplate.kinds(in: bytes)
      hasOpenKinds = ChartTemplate.values(of: "kind:", in: bytes).contains { $0.hasPrefix("{{") }
      prefixes = ChartTemplate.values(of: "name:", in: bytes).compactMap { name in
        name.firstRange(of: "{{").map { String(name[..<$0.lowerBound]) }
      }
      // What is nowhere is included from elsewhere.
      if !bytes.contains(Array("name:".utf8)) { prefixes.append("") }
    }

    func mayMake(kind: String, name: String?) -> Bool {
      guard hasOpenKinds || kinds.contains(kind) else { return false }
      guard let name else { return true }
      return prefixes.contains { name.hasPrefix($0) } || bytes.contains(Array(name.utf8))
    }
  }

  private let documents: [Document]

  /// Nil for one without Flux objects.
  init?(_ bytes: [UInt8]) {
    guard bytes.contains(subsequence: "toolkit.fluxcd.io") || bytes.contains(subsequence: "fluxcd.controlplane.io")
    else { return nil }
    var documents: [[UInt8]] = [[]]
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.starts(with: "---".utf8) { documents.append([]) }
      documents[documents.count - 1] += line + [UInt8(ascii: "\n")]
    }
    self.documents = documents.map(Document.init)
  }

  /// - Parameter name: nil for any.
  func mayMake(kind: String, name: String?) -> Bool { documents.contains { $0.mayMake(kind: kind, name: name) } }

  /// The kinds of Flux that a text gives objects.
  static func kinds(in text: [UInt8]) -> Set<String> {
    Set(values(of: "kind:", in: text)).intersection(ChartObjects.fluxKinds)
  }

  /// What stands behind a key, without quotes, wherever it is in a line.
  private static func values(of key: String, in text: [UInt8]) -> [String] {
    let key = Array(key.utf8)
    var values: [String] = []
    var place = 0
    while let start = text.firstOffset(of: key, from: place) {
      place = start + key.count
      // `fullname:` is another key.
      guard start == 0 || "\n {,-\"".utf8.contains(text[start - 1]) else { continue }
      let value = text[place...].drop { " \"'".utf8.contains($0) }
      values.append(String(decoding: value.prefix { !" \"',}\r\n".utf8.contains($0) }, as: UTF8.self))
    }
    return values
  }
}

extension Cluster {
  /// The release that may make a Flux object which no manifest is; nil when none does. Looked for when something is
  /// missing, never before.
  ///
  /// - Parameter name: nil for any object of the kind.
  package func chartGap(hiding kind: String, name: String?, in forest: Forest) -> Gap? {
    guard ChartObjects.fluxKinds.contains(kind), index.has(kind: "HelmRelease") else { return nil }
    let releases = chartObjects { ChartObjects.all(of: self, in: forest) }
    guard let release = releases.first(where: { $0.mayMake(kind: kind, name: name) }) else { return nil }
    return Gap(.template, "HelmRelease '\(release.displayName)' may make it from its chart", range: release.range)
  }

  /// The last part of what a HelmRelease calls its chart; nil where nothing here says it.
  package func chartName(of release: AppliedObject, in forest: Forest) -> String? {
    guard let spec = forest.value(release.root, "spec") else { return nil }
    if let chart = forest.value(spec, "chart", "spec", "chart") { return Self.lastComponent(forest.text(chart)) }
    guard let reference = forest.value(spec, "chartRef"), let name = forest.givenText(reference, "name") else {
      return nil
    }
    let namespace = forest.givenText(reference, "namespace") ?? release.id.namespace
    let source = index.objects(ofKind: "OCIRepository", namespace: namespace, name: name).first
    return source.flatMap { forest.value(objects[$0].root, "spec", "url") }.map { Self.lastComponent(forest.text($0)) }
  }

  /// Of a name, `repository/name`, or the URL of an artifact.
  package static func lastComponent(_ text: String) -> String { String(text.split(separator: "/").last ?? "") }
}
