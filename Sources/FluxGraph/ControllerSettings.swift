import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// Reads version and flags of the Flux controllers from what a cluster applies.
struct ControllerSettings {
  let sources: SourceSet
  let given: FluxVersion?

  /// - Parameters:
  ///   - objects: what the cluster applies so far; the Deployments of the controllers are patched already.
  ///   - instance: the FluxInstance the cluster starts from, if it does.
  func settings(objects: [AppliedObject], instance: NodeRef?) -> ClusterSettings {
    let forest = sources.forest
    let controllers = objects.filter { $0.id.kind == "Deployment" && Self.controllers.contains($0.id.name) }
    let kustomize = controllers.first { $0.id.name == "kustomize-controller" }
    let helm = controllers.first { $0.id.name == "helm-controller" }
    let instanceSpecs =
      [instance].compactMap { $0 }
      + objects.filter { $0.id.kind == "FluxInstance" && $0.id.group == FluxKinds.operatorGroup }
      .compactMap { forest.value($0.root, "spec") }

    var version = APIVersions.newestRelease
    var origin = ClusterSettings.VersionOrigin.assumed
    if let given {
      version = given
      origin = .given
    } else if let found = kustomize.flatMap(componentsVersion) ?? instanceSpecs.lazy.compactMap(distribution).first {
      version = found.0
      origin = .found(found.1)
    }

    var settings = ClusterSettings(fluxVersion: version, versionOrigin: origin)
    if let kustomize {
      let flags = arguments(of: kustomize.root)
      settings.kustomizeServiceAccount = flag("--default-service-account", in: flags)
      if let gate = featureGate("StrictPostBuildSubstitutions", in: flags) { settings.isSubstitutionStrict = gate }
    }
    if let helm { settings.helmServiceAccount = flag("--default-service-account", in: arguments(of: helm.root)) }
    for controller in controllers {
      if let lock = switchedOn("--no-cross-namespace-refs", in: arguments(of: controller.root)) {
        settings.namespaceLocks[controller.id.name] = lock
      }
    }
    for spec in instanceSpecs {
      guard let multitenant = forest.value(spec, "cluster", "multitenant"),
        forest.scalarValue(multitenant, dialect: .kustomization) == .boolean(true)
      else { continue }
      // flux-operator internal/builder/profiles.go: the account defaults to `default`.
      let account = forest.value(spec, "cluster", "tenantDefaultServiceAccount").map { forest.text($0) } ?? "default"
      let lockdown = ControllerFlag(value: account, range: forest.range(multitenant))
      settings.kustomizeServiceAccount = settings.kustomizeServiceAccount ?? lockdown
      settings.helmServiceAccount = settings.helmServiceAccount ?? lockdown
      for controller in Self.controllers where settings.namespaceLocks[controller] == nil {
        settings.namespaceLocks[controller] = ControllerFlag(value: "true", range: forest.range(multitenant))
      }
    }
    return settings
  }

  /// The controllers that know `--no-cross-namespace-refs`.
  private static let controllers: Set<String> = [
    "kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller",
    "image-automation-controller", "source-watcher",
  ]

  // MARK: - Version

  /// The `# Flux Version:` header of gotk-components.yaml, else the version label of the controller.
  private func componentsVersion(_ controller: AppliedObject) -> (FluxVersion, SourceRange)? {
    let file = controller.origin.file
    let marker = Array("# Flux Version:".utf8)
    let head = sources.bytes(of: file).prefix(4_096)
    if let start = head.indices.first(where: { head[$0...].starts(with: marker) }) {
      let rest = head[(start + marker.count)...]
      let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
      let text = String(decoding: line.filter { $0 != 0x20 }, as: UTF8.self)
      if let version = FluxVersion(text) {
        return (version, SourceRange(file: file, start..<start + marker.count + line.count))
      }
    }
    let labels = sources.forest.value(controller.root, "metadata", "labels")
    guard let label = labels.flatMap({ sources.forest.value($0, "app.kubernetes.io/version") }),
      let version = FluxVersion(sources.forest.text(label))
    else { return nil }
    return (version, sources.forest.range(label))
  }

  /// `spec.distribution.version` of a FluxInstance: an exact version or a range, of which the newest minor counts.
  private func distribution(_ spec: NodeRef) -> (FluxVersion, SourceRange)? {
    guard let node = sources.forest.value(spec, "distribution", "version") else { return nil }
    let text = sources.forest.text(node).drop { "=v^~ ".contains($0) }
    let parts = text.split(separator: ".")
    guard parts.first == "2" else { return nil }
    let isCaret = sources.forest.text(node).hasPrefix("^")
    if !isCaret, parts.count >= 2, let minor = Int(parts[1]) {
      return (FluxVersion(major: 2, minor: minor), sources.forest.range(node))
    }
    return (APIVersions.newestRelease, sources.forest.range(node))
  }

  // MARK: - Flags

  /// The arguments of the container `manager`, else of the first one.
  private func arguments(of deployment: NodeRef) -> [NodeRef] {
    let forest = sources.forest
    guard let list = forest.value(deployment, "spec", "template", "spec", "containers") else { return [] }
    let containers = Array(forest.items(list))
    let manager = containers.first { container in
      forest.value(container, "name").map { forest.hasText($0, "manager") } ?? false
    }
    guard let container = manager ?? containers.first, let arguments = forest.value(container, "args") else {
      return []
    }
    return Array(forest.items(arguments))
  }

  /// The value of a flag written `--flag=value`; pflag lets the last one win, and an empty value is as good as none.
  private func flag(_ name: String, in arguments: [NodeRef]) -> ControllerFlag? {
    let prefix = name + "="
    for argument in arguments.reversed() {
      let text = sources.forest.text(argument)
      guard text.hasPrefix(prefix) else { continue }
      let value = String(text.dropFirst(prefix.count))
      return value.isEmpty ? nil : ControllerFlag(value: value, range: sources.forest.range(argument))
    }
    return nil
  }

  /// A flag without a value is true, one with a value that is not true counts as unset; the last one counts.
  private func switchedOn(_ name: String, in arguments: [NodeRef]) -> ControllerFlag? {
    for argument in arguments.reversed() {
      let text = sources.forest.text(argument)
      if text == name || text == name + "=true" {
        return ControllerFlag(value: "true", range: sources.forest.range(argument))
      }
      if text.hasPrefix(name + "=") { return nil }
    }
    return nil
  }

  /// `--feature-gates=A=true,B=false`, repeated flags merged.
  private func featureGate(_ name: String, in arguments: [NodeRef]) -> Bool? {
    var result: Bool?
    for argument in arguments {
      let text = sources.forest.text(argument)
      guard text.hasPrefix("--feature-gates=") else { continue }
      for gate in text.dropFirst("--feature-gates=".count).split(separator: ",") {
        let parts = gate.split(separator: "=")
        if parts.count == 2, parts[0] == name { result = parts[1] == "true" }
      }
    }
    return result
  }
}
