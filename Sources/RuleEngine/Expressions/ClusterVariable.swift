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
      MapValue([
        (.string("name"), .string(cluster.name)),
        (
          .string("fluxVersion"),
          settings.versionOrigin == .assumed
            ? .unknown(Unknown("nothing says which release of Flux runs"))
            : .string("\(version.major).\(version.minor).0")
        ),
        (.string("flags"), flags(settings)),
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

  private static func flags(_ settings: ClusterSettings) -> Value {
    var flags: [(key: Value, value: Value)] = []
    func add(_ name: String, _ flag: ControllerFlag?) {
      if let flag { flags.append((.string(name), .string(flag.value))) }
    }
    add("kustomize-controller/default-service-account", settings.kustomizeServiceAccount)
    add("helm-controller/default-service-account", settings.helmServiceAccount)
    add("kustomize-controller/no-remote-bases", settings.remoteBaseBan)
    for (controller, lock) in settings.namespaceLocks.sorted(by: { $0.key < $1.key }) {
      add("\(controller)/no-cross-namespace-refs", lock)
    }
    return .map(MapValue(flags))
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
