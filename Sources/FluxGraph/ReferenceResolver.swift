import FluxModel
import Manifests
import SourceText
import YAMLSyntax

/// Resolves what Flux objects say of each other, once everything of a cluster is known.
struct ReferenceResolver {
  let forest: Forest
  let cluster: Cluster

  /// All references of the cluster's Kustomizations and HelmReleases, in the order of its objects.
  func edges() -> [Edge] {
    var edges: [Edge] = []
    for (number, object) in cluster.objects.enumerated() where !object.isRemote {
      if object.id.group == FluxKinds.kustomizeGroup, object.id.kind == "Kustomization" {
        appendKustomization(number, object, to: &edges)
      } else if object.id.group == FluxKinds.helmGroup, object.id.kind == "HelmRelease",
        object.kustomization != nil || object.maker != nil
      {
        appendHelmRelease(number, object, to: &edges)
      }
    }
    return edges
  }

  private func appendKustomization(_ number: Int, _ object: AppliedObject, to edges: inout [Edge]) {
    guard let spec = forest.value(object.root, "spec") else { return }
    appendDependencies(of: spec, number, object, to: &edges)
    if let reference = forest.value(spec, "sourceRef") {
      append(.sourceRef, reference, defaultKind: "GitRepository", number, object, to: &edges)
    }
    if let list = forest.value(spec, "postBuild", "substituteFrom") {
      for reference in forest.items(list) {
        append(
          .substituteFrom, reference, defaultKind: "ConfigMap", isLocal: true, path: "postBuild.substituteFrom", number,
          object, to: &edges)
      }
    }
  }

  private func appendHelmRelease(_ number: Int, _ object: AppliedObject, to edges: inout [Edge]) {
    guard let spec = forest.value(object.root, "spec") else { return }
    appendDependencies(of: spec, number, object, to: &edges)
    if let reference = forest.value(spec, "chartRef") {
      append(.chartRef, reference, defaultKind: "OCIRepository", number, object, to: &edges)
    }
    if let reference = forest.value(spec, "chart", "spec", "sourceRef") {
      append(
        .sourceRef, reference, defaultKind: "HelmRepository", path: "chart.spec.sourceRef", number, object, to: &edges)
    }
    if let list = forest.value(spec, "valuesFrom") {
      for reference in forest.items(list) {
        append(.valuesFrom, reference, defaultKind: "ConfigMap", isLocal: true, number, object, to: &edges)
      }
    }
  }

  /// `dependsOn` names objects of the same kind (kustomize-controller `internal/controller/kustomization_controller.go`,
  /// `checkDependencies`; helm-controller alike).
  private func appendDependencies(of spec: NodeRef, _ number: Int, _ object: AppliedObject, to edges: inout [Edge]) {
    guard let list = forest.value(spec, "dependsOn") else { return }
    for reference in forest.items(list) {
      if forest.kind(reference) == .scalar {
        appendName(reference, number, object, to: &edges)
      } else {
        append(.dependsOn, reference, kind: object.id.kind, number, object, to: &edges)
      }
    }
  }

  /// The alpha versions have names in `dependsOn`, with a namespace in front or not.
  private func appendName(_ node: NodeRef, _ number: Int, _ object: AppliedObject, to edges: inout [Edge]) {
    guard object.id.version.contains("alpha") else { return }
    let parts = forest.text(node).split(separator: "/", maxSplits: 1).map(String.init)
    guard let name = parts.last else { return }
    let namespace = parts.count == 2 ? parts[0] : object.id.namespace
    edges.append(
      Edge(
        kind: .dependsOn, from: number,
        target: target(kind: object.id.kind, namespace: namespace, name: name, of: object, edge: .dependsOn),
        targetKind: object.id.kind, targetNamespace: namespace, targetName: name, location: node, entry: node,
        isOptional: false, path: "dependsOn"))
  }

  private func append(
    _ kind: Edge.Kind, _ reference: NodeRef, kind fixedKind: String? = nil, defaultKind: String = "",
    isLocal: Bool = false, path: String? = nil, _ number: Int, _ object: AppliedObject, to edges: inout [Edge]
  ) {
    guard let nameNode = forest.value(reference, "name"), forest.kind(nameNode) == .scalar else { return }
    let name = forest.text(nameNode)
    let targetKind = fixedKind ?? forest.givenText(reference, "kind") ?? defaultKind
    let written = isLocal ? nil : forest.givenText(reference, "namespace")
    let namespace = written ?? object.id.namespace
    var edge = Edge(
      kind: kind, from: number,
      target: target(kind: targetKind, namespace: namespace, name: name, of: object, edge: kind),
      targetKind: targetKind, targetNamespace: namespace, targetName: name, location: nameNode, entry: reference,
      isOptional: forest.isTrue(forest.value(reference, "optional")), path: path ?? kind.rawValue)
    // `dependsOn` may name any namespace, whatever the flag says.
    if kind == .sourceRef || kind == .chartRef, namespace != object.id.namespace {
      edge.lock =
        cluster.settings.namespaceLocks[
          object.id.group == FluxKinds.helmGroup ? "helm-controller" : "kustomize-controller"]
    }
    edges.append(edge)
  }

  /// What a reference of `object` leads to.
  func target(
    kind: String, namespace: String?, name: String, of object: AppliedObject, edge: Edge.Kind
  ) -> Edge.Target {
    if Envsubst.hasExpression(name) || Envsubst.hasExpression(namespace ?? "") {
      return .unknown("the name holds a variable whose value is not known")
    }
    // SOPS encrypts every value where nobody limits it.
    if name.hasPrefix("ENC[") || namespace?.hasPrefix("ENC[") ?? false { return .unknown("the name is encrypted") }
    if let found = cluster.index[ObjectKey(kind: kind, namespace: namespace, name: name)] { return .object(found) }
    if let maker = cluster.products.maker(of: ObjectKey(kind: kind, namespace: namespace, name: name)) {
      return .object(maker)
    }
    if !cluster.hasEntryPoint, let found = looseMatch(kind: kind, namespace: namespace, name: name) {
      return .object(found)
    }
    if !cluster.hasEntryPoint {
      // Where reconciliation begins is not in this repository: sources and values may be made there.
      // The same goes for what they wait for in other namespaces: only a name that looks misspelt is judged there.
      if edge == .dependsOn {
        if cluster.looseNames.contains(LooseSurroundings.Key(kind: kind, name: name)) { return .implicit }
        if let gap = gap(hiding: kind, namespace: namespace, name: name), gap.range == nil {
          return .unknown(gap.reason)
        }
      }
      let isMisspelt =
        switch edge {
        case .sourceRef, .chartRef: hasNearMatch(kind: kind, namespace: namespace, name: name, of: object)
        case .dependsOn:
          namespace == object.id.namespace || hasNearMatch(kind: kind, namespace: namespace, name: name, of: object)
            || cluster.looseName(aSlipFrom: name, kind: kind, butNot: object.id.name) != nil
        default: false
        }
      return isMisspelt ? .missing : .unknown("no entry point in this repository reaches '\(object.id.name)'")
    }
    if isThere(kind: kind, namespace: namespace, name: name) { return .implicit }
    if namespace == nil { return .unknown("the namespace of '\(object.id.name)' is not known") }
    let isSource = edge == .sourceRef && object.id.kind == "Kustomization"
    if let gap = gap(hiding: kind, namespace: namespace, name: name, butMissingSources: isSource) {
      return .unknown(gap.reason)
    }
    return .missing
  }

  /// Whether the cluster has an object that no file has.
  func isThere(kind: String, namespace: String?, name: String) -> Bool {
    if cluster.provided.contains(where: { $0.isNamed(kind: kind, namespace: namespace, name: name) }) { return true }
    let identity = ClusterBuilder.SourceIdentity(kind: kind, namespace: namespace, name: name)
    if cluster.ownSource == identity || cluster.madeSources.contains(identity) { return true }
    switch kind {
    case "Kustomization":
      return cluster.kustomizations.contains { $0.name == name && $0.namespace == namespace }
    case "ExternalArtifact": return isGenerated(name, namespace: namespace)
    case "HelmChart": return isOfRelease(name, namespace: namespace)
    default: return false
    }
  }

  /// Why an object may be out of sight; nil when it cannot be.
  ///
  /// - Parameters:
  ///   - name: nil for any object of the kind.
  ///   - butMissingSources: whether it is the source of a Kustomization, which is not there for want of one.
  func gap(hiding kind: String, namespace: String?, name: String?, butMissingSources: Bool = false) -> Gap? {
    cluster.gaps.first {
      !(butMissingSources && $0.cause == .sourceMissing)
        && $0.mayHide(kind: kind, namespace: namespace, name: name, cluster.definedNames)
    } ?? cluster.chartGap(hiding: kind, name: name, in: forest)
  }

  /// Without an entry point a manifest's namespace may still be set by a kustomization: then the name decides.
  private func looseMatch(kind: String, namespace: String?, name: String) -> Int? {
    cluster.index.objects(ofKind: kind, name: name).first {
      let other = cluster.objects[$0].id.namespace
      return other == nil || namespace == nil || other == namespace
    }
  }

  /// Whether an object of the same kind and namespace has a similar name: then this one is misspelt.
  private func hasNearMatch(kind: String, namespace: String?, name: String, of object: AppliedObject) -> Bool {
    let peers = cluster.index.objects(ofKind: kind, namespace: namespace).lazy.map { cluster.objects[$0].id }
    return Suggestion.nearest(to: name, in: peers.filter { $0 != object.id }.map(\.name)) != nil
  }

  /// helm-controller makes a HelmChart `NAMESPACE-NAME` for a release with `spec.chart`, beside the source of the chart
  /// (helm-controller `internal/controller/helmrelease_controller.go`).
  private func isOfRelease(_ name: String, namespace: String?) -> Bool {
    cluster.index.objects(ofKind: "HelmRelease").contains { number in
      let object = cluster.objects[number]
      guard object.id.group == FluxKinds.helmGroup,
        name == "\(object.id.namespace ?? "")-\(object.id.name)",
        let reference = forest.value(object.root, "spec", "chart", "spec", "sourceRef")
      else { return false }
      return forest.givenText(reference, "namespace") ?? object.id.namespace == namespace
    }
  }

  /// ArtifactGenerators make ExternalArtifacts of their own namespace.
  private func isGenerated(_ name: String, namespace: String?) -> Bool {
    cluster.index.objects(ofKind: "ArtifactGenerator", namespace: namespace).contains { number in
      let object = cluster.objects[number]
      guard let artifacts = forest.value(object.root, "spec", "artifacts")
      else { return false }
      if forest.value(object.root, "spec", "pathPattern") != nil { return true }
      return forest.items(artifacts).contains { item in
        forest.value(item, "name").map { forest.text($0) == name } ?? false
      }
    }
  }
}

/// What a reference names: no group, because few references say one.
package struct ObjectKey: Hashable, Sendable {
  package var kind: String
  package var namespace: String?
  package var name: String

  package init(kind: String, namespace: String?, name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// `Secret 'apps/token'`.
  var displayName: String { "\(kind) '\(namespace.map { "\($0)/" } ?? "")\(name)'" }
}
