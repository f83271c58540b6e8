import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// The Flux of clusters that get their objects from another one (`spec.kubeConfig`).
extension ClusterBuilder {
  /// Finds the releases of those that get their controllers, or their FluxInstance, the same way.
  mutating func findRemoteReleases() {
    guard given == nil else { return }
    var numbers: [String: [Int]] = [:]
    for (number, kustomization) in cluster.kustomizations.enumerated() where kustomization.isRemoteCluster {
      guard let access = access(of: kustomization) else { continue }
      numbers[access, default: []].append(number)
    }
    guard !numbers.isEmpty else { return }
    let objects = Dictionary(grouping: cluster.objects.filter(\.isRemote)) { $0.kustomization }
    let controllers = ControllerSettings(sources: engine.sources, given: nil)
    for numbers in numbers.values {
      let settings = controllers.settings(objects: numbers.flatMap { objects[$0] ?? [] }, instance: nil)
      guard case .found = settings.versionOrigin else { continue }
      let release = ClusterSettings(fluxVersion: settings.runningRelease, versionOrigin: settings.versionOrigin)
      for number in numbers { cluster.remoteReleases[number] = release }
    }
    guard !cluster.remoteReleases.isEmpty else { return }
    var owners: [FileID: Set<Int>] = [:]
    for object in cluster.objects where object.isRemote {
      if let number = object.kustomization { owners[object.origin.file, default: []].insert(number) }
    }
    for (file, owners) in owners where cluster.remoteFiles.contains(file) {
      let releases = owners.map { cluster.remoteReleases[$0] }
      if let first = releases[0], releases.allSatisfy({ $0?.runningRelease == first.runningRelease }) {
        cluster.remoteFileReleases[file] = first
      }
    }
  }

  /// What tells the clusters apart that Kustomizations are applied to.
  private func access(of kustomization: FluxKustomization) -> String? {
    guard let access = kustomization.root.flatMap({ forest.value($0, "spec", "kubeConfig") }) else { return nil }
    for field in ["secretRef", "configMapRef"] as [StaticString] {
      if let name = forest.value(access, field).flatMap({ forest.givenText($0, "name") }) {
        return "\(field) \(kustomization.namespace ?? "")/\(name)"
      }
    }
    return nil
  }
}
