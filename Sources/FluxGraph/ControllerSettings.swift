import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// Reads version and flags of the Flux controllers from what a cluster applies.
struct ControllerSettings {
  let sources: SourceSet
  let given: FluxVersion?
  /// Deployments that the Flux Operator makes; those that the cluster applies win.
  var made: [NodeRef] = []

  /// - Parameters:
  ///   - objects: what the cluster applies so far; the Deployments of the controllers are patched already.
  ///   - instance: the FluxInstance the cluster starts from, if it does.
  func settings(objects: [AppliedObject], instance: NodeRef?) -> ClusterSettings {
    let forest = sources.forest
    let controllers = objects.filter { $0.id.kind == "Deployment" && Self.controllers.contains($0.id.name) }
    var arguments: [String: [NodeRef]] = [:]
    for root in made + controllers.map(\.root) {
      guard let name = forest.value(root, "metadata", "name") else { continue }
      arguments[forest.text(name)] = forest.controllerArguments(of: root) ?? []
    }
    let installed = objects.filter {
      $0.id.kind == "Deployment" && (Self.controllers.contains($0.id.name) || $0.id.name == "source-controller")
    }
    let instanceSpecs =
      [instance].compactMap { $0 }
      + objects.filter { $0.id.kind == "FluxInstance" && $0.id.group == FluxKinds.operatorGroup }
      .compactMap { forest.value($0.root, "spec") }

    var version = APIVersions.newestRelease
    var origin = ClusterSettings.VersionOrigin.assumed
    var isBounded = false
    var isOpen = false
    if let given {
      version = given
      origin = .given
    } else if let found = release(of: installed)
      ?? objects.first(where: isFluxNamespace).flatMap({ sources.releaseHeader(of: $0.origin.file) })
      ?? instanceSpecs.lazy.compactMap({ sources.forest.release(ofInstance: $0) }).first
    {
      version = found.version
      origin = found.isCertain ? .found(found.range) : .assumed
      isBounded = !found.isCertain
      isOpen = found.isOldest
    }

    var settings = ClusterSettings(fluxVersion: version, versionOrigin: origin)
    settings.isVersionBounded = isBounded
    settings.isNewerReleaseOpen = isOpen
    if let flags = arguments["kustomize-controller"] {
      settings.kustomizeServiceAccount = flag("--default-service-account", in: flags)
      settings.remoteBaseBan = switchedOn("--no-remote-bases", in: flags)
    }
    settings.helmServiceAccount = arguments["helm-controller"].flatMap { flag("--default-service-account", in: $0) }
    for (controller, flags) in arguments {
      if let lock = switchedOn("--no-cross-namespace-refs", in: flags) { settings.namespaceLocks[controller] = lock }
      for (gate, flag) in featureGates(in: flags) { settings.featureGates["\(controller)/\(gate)"] = flag }
    }
    if let gate = settings.featureGates["kustomize-controller/StrictPostBuildSubstitutions"] {
      settings.isSubstitutionStrict = gate.value == "true"
      settings.isStrictnessGiven = true
    }
    for spec in instanceSpecs {
      guard let multitenant = forest.value(spec, "cluster", "multitenant"),
        forest.scalarValue(multitenant, dialect: .kustomization) == .boolean(true)
      else { continue }
      // flux-operator internal/builder/profiles.go: all three flags; the account defaults to `default`.
      let account = forest.value(spec, "cluster", "tenantDefaultServiceAccount").map { forest.text($0) } ?? "default"
      let lockdown = ControllerFlag(value: account, place: multitenant)
      settings.kustomizeServiceAccount = settings.kustomizeServiceAccount ?? lockdown
      settings.helmServiceAccount = settings.helmServiceAccount ?? lockdown
      settings.remoteBaseBan = settings.remoteBaseBan ?? ControllerFlag(value: "true", place: multitenant)
      for controller in Self.controllers where settings.namespaceLocks[controller] == nil {
        settings.namespaceLocks[controller] = ControllerFlag(value: "true", place: multitenant)
      }
    }
    return settings
  }

  /// The controllers that know `--no-cross-namespace-refs`.
  static let controllers: Set<String> = [
    "kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller",
    "image-automation-controller", "source-watcher",
  ]

  // MARK: - Version

  /// The namespace that `flux install` writes, for installations whose controllers are not to be seen.
  private func isFluxNamespace(_ object: AppliedObject) -> Bool {
    guard object.id.kind == "Namespace", object.id.group.isEmpty,
      let part = sources.forest.value(object.root, "metadata", "labels", "app.kubernetes.io/part-of")
    else { return false }
    return sources.forest.hasText(part, "flux")
  }

  /// The header of gotk-components.yaml, else the labels or the images of the controllers.
  private func release(of controllers: [AppliedObject]) -> InstalledRelease? {
    let first = controllers.first { $0.id.name == "kustomize-controller" } ?? controllers.first
    if let header = first.flatMap({ sources.releaseHeader(of: $0.origin.file) }) { return header }
    return sources.forest.release(ofControllers: controllers.map(\.root))
  }

  // MARK: - Flags

  /// The values of a flag written `--flag=value` or as two arguments, in order.
  private func values(of name: String, in arguments: [NodeRef]) -> [ControllerFlag] {
    let forest = sources.forest
    var values: [ControllerFlag] = []
    for (number, argument) in arguments.enumerated() {
      let text = forest.text(argument)
      if text.hasPrefix(name + "=") {
        values.append(ControllerFlag(value: String(text.dropFirst(name.count + 1)), place: argument))
      } else if text == name, number + 1 < arguments.count {
        values.append(ControllerFlag(value: forest.text(arguments[number + 1]), place: arguments[number + 1]))
      }
    }
    return values
  }

  /// The value of a flag; pflag lets the last one win, and an empty value is as good as none.
  private func flag(_ name: String, in arguments: [NodeRef]) -> ControllerFlag? {
    values(of: name, in: arguments).last.flatMap { $0.value.isEmpty ? nil : $0 }
  }

  /// A flag without a value is true, one with a value that is not true counts as unset; the last one counts.
  private func switchedOn(_ name: String, in arguments: [NodeRef]) -> ControllerFlag? {
    for argument in arguments.reversed() {
      let text = sources.forest.text(argument)
      let isSet = text == name
      guard isSet || text.hasPrefix(name + "=") else { continue }
      return isSet || Self.isTrue(text.dropFirst(name.count + 1))
        ? ControllerFlag(value: "true", place: argument) : nil
    }
    return nil
  }

  /// As Go's `strconv.ParseBool` reads it.
  private static func isTrue(_ text: Substring) -> Bool { ["1", "t", "T", "TRUE", "true", "True"].contains(text) }

  /// `--feature-gates=A=true,B=false`, repeated flags merged.
  private func featureGates(in arguments: [NodeRef]) -> [String: ControllerFlag] {
    var gates: [String: ControllerFlag] = [:]
    for flag in values(of: "--feature-gates", in: arguments) {
      for gate in flag.value.split(separator: ",") {
        let parts = gate.split(separator: "=")
        guard parts.count == 2 else { continue }
        gates[String(parts[0])] = ControllerFlag(value: Self.isTrue(parts[1]) ? "true" : "false", place: flag.place)
      }
    }
    return gates
  }
}
