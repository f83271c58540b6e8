import RuleEngine

/// Some of the flags of the lockdown for tenants, and not all: what is left open is a way around the rest.
struct LockdownIncomplete: RepositoryRule {
  /// The controllers that look into other namespaces unless they are told not to.
  private static let controllers = [
    "kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller",
    "image-automation-controller", "source-watcher",
  ]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      let settings = cluster.settings
      let set =
        [settings.kustomizeServiceAccount, settings.helmServiceAccount].compactMap(\.self)
        + Self.controllers.compactMap { settings.namespaceLocks[$0] }
      guard let first = set.map({ model.forest.range($0.place) }).min() else { continue }
      let missing = missing(in: cluster)
      guard let one = missing.first else { continue }
      report.report(
        "the lockdown of this cluster is incomplete: \(one.controller) lacks '\(one.flag)'"
          + (missing.count > 1 ? ", and \(missing.count - 1) more of the flags are missing" : ""),
        at: first, label: "a part of the lockdown", cluster: cluster,
        notes: missing.dropFirst().map { "\($0.controller) lacks '\($0.flag)'" },
        help: "add the missing flags to the patches of the controllers",
        data: ["missing": .strings(missing.map { "\($0.controller) \($0.flag)" })])
    }
  }

  private func missing(in cluster: Cluster) -> [(controller: String, flag: String)] {
    let settings = cluster.settings
    var missing: [(controller: String, flag: String)] = []
    for controller in Self.controllers where isInstalled(controller, in: cluster) {
      if settings.namespaceLocks[controller] == nil { missing.append((controller, "--no-cross-namespace-refs=true")) }
      switch controller {
      case "kustomize-controller":
        if settings.remoteBaseBan == nil { missing.append((controller, "--no-remote-bases=true")) }
        if settings.kustomizeServiceAccount == nil { missing.append((controller, "--default-service-account")) }
      case "helm-controller":
        if settings.helmServiceAccount == nil { missing.append((controller, "--default-service-account")) }
      default: break
      }
    }
    return missing
  }

  /// Whether its Deployment is among the objects. What the Flux Operator makes is not, and of that a flag is set for all.
  private func isInstalled(_ controller: String, in cluster: Cluster) -> Bool {
    !cluster.index.objects(ofKind: "Deployment", name: controller).isEmpty
      || cluster.settings.namespaceLocks[controller] != nil
  }
}
