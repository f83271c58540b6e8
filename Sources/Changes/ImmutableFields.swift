package import FluxGraph
import Manifests
import ScalarFormats
package import SourceText
package import YAMLSyntax

/// Fields that the API server lets nobody change (validation of updates in `pkg/apis/*/validation`, `registry/core/service`
/// and apiextensions of Kubernetes). What the server fills in by itself is no change, and of what nobody can know offline
/// nothing is said.
package struct ImmutableFields: Sendable {
  /// A change that is refused.
  package struct Change: Sendable {
    /// `spec.selector`.
    package var field: String
    /// Where it is in the new revision.
    package var place: SourceRange
    package var base: NodeRef?
    package var new: NodeRef?
  }

  private let values: Values

  package init(_ values: Values) { self.values = values }

  /// The first change of an object that is refused; nil when none is.
  package func change(from base: AppliedObject, to new: AppliedObject) -> Change? {
    let update = Update(base: base.root, new: new.root, values)
    switch (base.id.group, base.id.kind) {
    case ("apps", "Deployment"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"): return update.change("spec", "selector")
    case ("apps", "StatefulSet"): return statefulSet(update)
    case ("batch", "Job"): return job(update)
    case ("", "PersistentVolumeClaim"): return claim(update)
    case ("", "PersistentVolume"): return volume(update)
    case ("storage.k8s.io", "StorageClass"):
      return update.change("provisioner") ?? update.change("parameters") ?? update.change("reclaimPolicy")
        ?? update.change("volumeBindingMode")
    case ("", "Service"): return service(update)
    case ("rbac.authorization.k8s.io", "RoleBinding"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"):
      return update.change("roleRef")
    case ("", "ConfigMap"): return frozen(update)
    case ("", "Secret"): return update.change("type") ?? frozenSecret(update)
    case ("apiextensions.k8s.io", "CustomResourceDefinition"):
      return update.change("spec", "group") ?? update.change("spec", "scope") ?? update.change("spec", "names", "kind")
        ?? update.change("spec", "names", "plural")
    case ("scheduling.k8s.io", "PriorityClass"): return update.change("value") ?? update.change("preemptionPolicy")
    case ("networking.k8s.io", "IngressClass"): return update.change("spec", "controller")
    case ("node.k8s.io", "RuntimeClass"): return update.change("handler")
    case ("discovery.k8s.io", "EndpointSlice"): return update.change("addressType")
    case ("storage.k8s.io", "CSIDriver"):
      return update.change("spec", "attachRequired") ?? update.change("spec", "volumeLifecycleModes")
    case ("", "ResourceQuota"): return update.change("spec", "scopes") ?? update.change("spec", "scopeSelector")
    case ("", "Pod"): return pod(update)
    // A rule of its definition, which looks at an old value only where there was one.
    case ("fluxcd.controlplane.io", "FluxInstance"):
      let isNamed = update.base("spec", "sync", "name") != nil && update.new("spec", "sync", "name") != nil
      return isNamed ? update.change("spec", "sync", "name") : nil
    default: return nil
    }
  }

  private func statefulSet(_ update: Update) -> Change? {
    let mutable: Set<String> = [
      "replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
      // Newer servers let it be changed.
      "revisionHistoryLimit",
    ]
    if let change = update.change("spec", skipping: mutable.union(["volumeClaimTemplates"])) { return change }
    let (old, now) = (update.base("spec", "volumeClaimTemplates"), update.new("spec", "volumeClaimTemplates"))
    guard let old, let now, values.forest.count(old) == values.forest.count(now) else {
      return update.change("spec", "volumeClaimTemplates")
    }
    for (base, new) in zip(values.forest.items(old), values.forest.items(now)) {
      // The server adds what kind it is, and a status.
      let place =
        values.forest.kind(new) == .mapping
        ? values.forest.pairs(new).first.map { values.forest.range($0.key) } : nil
      if let found = values.difference(
        base, new, at: place ?? values.forest.range(new), skipping: ["apiVersion", "kind", "status"])
      {
        return Change(
          field: (["spec.volumeClaimTemplates"] + found.path).joined(separator: "."), place: found.place,
          base: found.base, new: found.new)
      }
    }
    return nil
  }

  private func job(_ update: Update) -> Change? {
    let isSuspended = update.baseText("spec", "suspend") == "true" && update.newText("spec", "suspend") == "true"
    if isSuspended {
      // Where it is to run may still be said.
      let scheduling: Set<String> = ["nodeSelector", "tolerations", "affinity", "schedulingGates"]
      if let change = update.change("spec", "template", "spec", skipping: scheduling) { return change }
    } else if let change = update.change("spec", "template") {
      return change
    }
    for field in [
      "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "successPolicy", "managedBy",
    ] {
      if let change = update.change("spec", field) { return change }
    }
    guard let change = update.change("spec", "completions") else { return nil }
    let isIndexed = update.newText("spec", "completionMode") == "Indexed"
    let areEqual = update.newText("spec", "completions") == update.newText("spec", "parallelism")
    return isIndexed && areEqual ? nil : change
  }

  private func claim(_ update: Update) -> Change? {
    let known: Set<String> = [
      "resources", "volumeAttributesClassName", "storageClassName", "volumeName", "dataSource", "dataSourceRef",
    ]
    if let change = update.change("spec", skipping: known) ?? update.change("spec", "resources", "limits") {
      return change
    }
    if let change = changeOfSource(update) { return change }
    // A class that nobody named is that of the cluster, and a volume that nobody named is some volume.
    if update.base("spec", "storageClassName") != nil, let change = update.change("spec", "storageClassName") {
      return change
    }
    if update.base("spec", "volumeName") != nil, update.new("spec", "volumeName") != nil,
      let change = update.change("spec", "volumeName")
    {
      return change
    }
    guard let change = update.change("spec", "resources", "requests", "storage"),
      let before = update.baseText("spec", "resources", "requests", "storage").flatMap({ Quantity($0) }),
      let after = update.newText("spec", "resources", "requests", "storage").flatMap({ Quantity($0) }),
      after.compare(before) < 0
    else { return nil }
    return change
  }

  /// The server fills in `dataSource` from `dataSourceRef`, and the reverse (`normalizeDataSources` in
  /// `pkg/registry/core/persistentvolumeclaim/strategy.go`): one for the other is no change.
  private func changeOfSource(_ update: Update) -> Change? {
    let fields = ["dataSource", "dataSourceRef"]
    let base = fields.lazy.compactMap { update.base("spec", $0) }.first
    let new = fields.lazy.compactMap { update.new("spec", $0) }.first
    if let base, let new, values.difference(base, new, at: values.forest.range(new)) == nil { return nil }
    return fields.lazy.compactMap { update.change("spec", $0) }.first
  }

  private func volume(_ update: Update) -> Change? {
    let mutable: Set<String> = [
      "capacity", "accessModes", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "nodeAffinity",
      "claimRef", "volumeAttributesClassName",
    ]
    if let change = update.change("spec", skipping: mutable) { return change }
    for field in ["nodeAffinity", "claimRef"]
    where update.base("spec", field) != nil && update.new("spec", field) != nil {
      if let change = update.change("spec", field) { return change }
    }
    return nil
  }

  private func service(_ update: Update) -> Change? {
    let (before, after) = (update.baseText("spec", "type"), update.newText("spec", "type"))
    if before == "LoadBalancer", after == "LoadBalancer", let change = update.change("spec", "loadBalancerClass") {
      return change
    }
    guard before != "ExternalName", after != "ExternalName", let change = update.change("spec", "clusterIP"),
      let new = update.newText("spec", "clusterIP")
    else { return nil }
    // An address where none was asked for may be the one that it has.
    return new == "None" || update.base("spec", "clusterIP") != nil ? change : nil
  }

  /// A ConfigMap with `immutable: true`.
  private func frozen(_ update: Update) -> Change? {
    guard update.baseText("immutable") == "true" else { return nil }
    return update.change("immutable") ?? update.change("data") ?? update.change("binaryData")
  }

  /// A Secret with `immutable: true`.
  private func frozenSecret(_ update: Update) -> Change? {
    guard update.baseText("immutable") == "true" else { return nil }
    return update.change("immutable") ?? update.changeOfPayload()
  }

  private func pod(_ update: Update) -> Change? {
    let mutable: Set<String> = [
      "activeDeadlineSeconds", "tolerations", "containers", "initContainers", "ephemeralContainers",
      "terminationGracePeriodSeconds", "schedulingGates",
    ]
    if let change = update.change("spec", skipping: mutable) { return change }
    for list in ["containers", "initContainers"] {
      let old = update.base("spec", list).map { Array(values.forest.items($0)) } ?? []
      let now = update.new("spec", list).map { Array(values.forest.items($0)) } ?? []
      guard old.count == now.count else { return update.change("spec", list) }
      for (base, new) in zip(old, now) {
        if let found = values.difference(base, new, at: values.forest.range(new), skipping: ["image"]) {
          return Change(
            field: (["spec.\(list)"] + found.path).joined(separator: "."), place: found.place, base: found.base,
            new: found.new)
        }
      }
    }
    return nil
  }
}

/// An object before and after.
private struct Update {
  private let roots: (base: NodeRef, new: NodeRef)
  private let values: Values

  init(base: NodeRef, new: NodeRef, _ values: Values) {
    roots = (base, new)
    self.values = values
  }

  func base(_ path: String...) -> NodeRef? { field(roots.base, path) }
  func new(_ path: String...) -> NodeRef? { field(roots.new, path) }
  func baseText(_ path: String...) -> String? { field(roots.base, path).flatMap { values.text($0) } }
  func newText(_ path: String...) -> String? { field(roots.new, path).flatMap { values.text($0) } }

  private func field(_ root: NodeRef, _ path: [String]) -> NodeRef? {
    var node: NodeRef? = root
    for key in path { node = values.field(node, key) }
    return node
  }

  /// The first value of a Secret that differs.
  func changeOfPayload() -> ImmutableFields.Change? {
    values.payloadDifference(roots.base, roots.new).map {
      ImmutableFields.Change(field: $0.path.joined(separator: "."), place: $0.place, base: $0.base, new: $0.new)
    }
  }

  /// The first difference at or below a field.
  func change(_ path: String..., skipping skipped: Set<String> = []) -> ImmutableFields.Change? {
    let forest = values.forest
    // The nearest key that the new object has.
    var (here, place): (NodeRef?, SourceRange) = (roots.new, forest.range(roots.new))
    if let first = forest.pairs(roots.new).first { place = forest.range(first.key) }
    for key in path {
      guard let node = here, forest.kind(node) == .mapping,
        let pair = forest.pairs(node).first(where: { forest.text($0.key) == key })
      else {
        here = nil
        break
      }
      place = forest.range(pair.key)
      here = pair.value
    }
    let difference = values.difference(
      field(roots.base, path), field(roots.new, path), at: place, key: path.last ?? "", skipping: skipped)
    return difference.map {
      ImmutableFields.Change(
        field: (path + $0.path).joined(separator: "."), place: $0.place, base: $0.base, new: $0.new)
    }
  }
}
