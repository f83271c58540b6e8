import CEL
import Facts
import FluxGraph

/// The variable `cluster`.
enum ClusterVariable {
  static func value(of facts: ClusterFacts) -> Value {
    let cluster = facts.cluster
    let settings = cluster.settings
    let installation = facts.installation
    let version = settings.runningRelease
    return .map(
      MapValue(
        entryPoint(of: cluster) + [
          (.string("name"), .string(cluster.name)),
          (
            .string("fluxVersion"),
            settings.versionOrigin == .assumed
              ? .unknown(Unknown("nothing says which release of Flux runs"))
              : .string("\(version.major).\(version.minor).0")
          ),
          (.string("flags"), .map(MapValue(flags(settings).map { (.string($0), .string($1.value)) }))),
          (.string("flagPlaces"), .map(MapValue(flags(settings).map { (.string($0), .text(Ref($1.place))) }))),
          (
            .string("components"),
            installation.components.map { .list($0.map { .string($0) }) }
              ?? .unknown(Unknown("the controllers of Flux are not in this repository"))
          ),
          (.string("arguments"), arguments(installation, facts)),
          (.string("isLockedDown"), .bool(isLockedDown(settings))),
          (.string("hasOperator"), .bool(installation.hasOperator)),
        ]))
  }

  /// The Kustomization that it begins with; nothing for what no entry point reaches.
  private static func entryPoint(of cluster: Cluster) -> [(key: Value, value: Value)] {
    let kind =
      switch cluster.entry.kind {
      case .bootstrap: "bootstrap"
      case .fluxInstance: "FluxInstance"
      case .selfManaged: "self-managed"
      case .none: ""
      }
    guard cluster.hasEntryPoint, let first = cluster.kustomizations.first else { return [] }
    let value = Value.map(
      MapValue(fields: [
        ("kind", .string(kind)), ("namespace", .string(first.namespace ?? "")), ("name", .string(first.name)),
      ]))
    return [(.string("entryPoint"), value)]
  }

  private static func flags(_ settings: ClusterSettings) -> [(name: String, flag: ControllerFlag)] {
    var flags: [(name: String, flag: ControllerFlag)] = []
    func add(_ name: String, _ flag: ControllerFlag?) {
      if let flag { flags.append((name, flag)) }
    }
    add("kustomize-controller/default-service-account", settings.kustomizeServiceAccount)
    add("helm-controller/default-service-account", settings.helmServiceAccount)
    add("kustomize-controller/no-remote-bases", settings.remoteBaseBan)
    for (controller, lock) in settings.namespaceLocks.sorted(by: { $0.key < $1.key }) {
      add("\(controller)/no-cross-namespace-refs", lock)
    }
    for (gate, flag) in settings.featureGates.sorted(by: { $0.key < $1.key }) {
      let (controller, name) = (gate.prefix { $0 != "/" }, gate.drop { $0 != "/" })
      add("\(controller)/feature-gates\(name)", flag)
    }
    return flags
  }

  private static func arguments(_ installation: FluxInstallation, _ facts: ClusterFacts) -> Value {
    guard !installation.arguments.isEmpty else {
      return .unknown(Unknown("the Deployments of Flux's controllers are not in this repository"))
    }
    return .map(
      MapValue(
        installation.arguments.sorted { $0.key < $1.key }.map { controller, arguments in
          (.string(controller), .list(arguments.map { .string(facts.forest.text($0)) }))
        }))
  }

  /// Multi-tenancy lockdown: tenants are applied as an account of their own, and name nothing of other namespaces.
  private static func isLockedDown(_ settings: ClusterSettings) -> Bool {
    settings.kustomizeServiceAccount != nil && settings.namespaceLocks["kustomize-controller"] != nil
  }
}
