import RuleEngine

/// The tenants of a cluster: namespaces in which Flux acts as an account that an object names, other than its own.
struct Tenants {
  /// The first scalar of each namespace that names an account, with its object, in the order of the cluster.
  private(set) var namespaces: [(name: String, object: AppliedObject, account: NodeRef)] = []

  init(_ cluster: Cluster, _ forest: Forest) {
    let own = cluster.kustomizations.first?.namespace ?? "flux-system"
    var known: Set<String> = [own, "flux-system"]
    for object in cluster.objects where !object.isRemote {
      guard object.id.group == FluxKinds.kustomizeGroup || object.id.group == FluxKinds.helmGroup,
        let namespace = object.id.namespace, !known.contains(namespace),
        let account = forest.value(object.root, "spec").flatMap({ forest.value($0, "serviceAccountName") }),
        forest.kind(account) == .scalar
      else { continue }
      known.insert(namespace)
      namespaces.append((namespace, object, account))
    }
  }
}

/// Several tenants where nothing keeps them apart.
struct TenantsWithoutLockdown: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      let settings = cluster.settings
      // Flags can be judged only where the controllers are to be seen.
      guard settings.namespaceLocks.isEmpty, settings.kustomizeServiceAccount == nil,
        settings.helmServiceAccount == nil,
        !cluster.index.objects(ofKind: "Deployment", name: "kustomize-controller").isEmpty
      else { continue }
      let tenants = Tenants(cluster, model.forest).namespaces
      guard let first = tenants.first, tenants.count > 1 else { continue }
      report.report(
        "a cluster has tenants in \(tenants.count) namespaces and no lockdown",
        at: model.forest.range(first.account), label: "one of them: '\(first.name)'",
        object: ObjectReference(first.object.id), cluster: cluster,
        notes: ["the others: \(quotedList(tenants.dropFirst().map(\.name)))"],
        help: "set '--no-cross-namespace-refs', '--no-remote-bases' and '--default-service-account' by patches",
        data: ["missing": .string("lockdown"), "namespaces": .strings(tenants.map(\.name))], identity: .cause)
    }
  }
}

/// Tenants whose sources no admission policy limits.
struct NoAdmissionPolicy: RepositoryRule {
  private static let kinds = [
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ClusterPolicy", "ValidatingPolicy",
    "ConstraintTemplate", "ClusterAdmissionPolicy",
  ]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      let tenants = Tenants(cluster, model.forest).namespaces
      guard let first = tenants.first, !Self.kinds.contains(where: { cluster.index.has(kind: $0) }) else { continue }
      report.report(
        tenants.count == 1
          ? "a cluster has a tenant in namespace '\(first.name)', and no admission policy in this repository"
          : "a cluster has tenants in \(tenants.count) namespaces, and no admission policy in this repository",
        at: model.forest.range(first.account), label: "may read any source",
        object: ObjectReference(first.object.id), cluster: cluster,
        help: "limit the URLs of sources with a ValidatingAdmissionPolicy",
        data: ["missing": .string("admission policy"), "namespaces": .strings(tenants.map(\.name))],
        identity: .cause)
    }
  }
}
