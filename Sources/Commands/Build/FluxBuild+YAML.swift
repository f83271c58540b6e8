package import CommandFailures
import FluxGraph
import Kustomize
import Manifests
import Printing
import SourceText

/// One Kustomization as YAML, and what is to be known of it.
package struct FluxBuildText: Sendable {
  /// The objects in the order in which they are built; empty when Flux applies nothing.
  package var bytes: [UInt8] = []
  /// Why Flux applies nothing, nil when it does.
  package var failure: String?
  /// Objects in `bytes` with values that are not known here, a sentence each.
  package var unknowns: [String] = []
}

extension FluxBuild {
  /// Which Kustomization, and in which form.
  package struct Selection: Sendable {
    /// `NAMESPACE/NAME`.
    package var kustomization: String
    /// The name of a cluster, or the last part of it; nil when only one has such a Kustomization.
    package var cluster: String?
    package var isBeforeSubstitution = false
    package var withProvenance = false

    package init(_ kustomization: String, cluster: String? = nil) {
      self.kustomization = kustomization
      self.cluster = cluster
    }
  }

  /// What Flux would apply for one Kustomization.
  ///
  /// - Throws: when there is no such Kustomization, or several clusters have one.
  package func text(_ selection: Selection) throws(CommandFailure) -> FluxBuildText {
    let (cluster, number) = try find(selection)
    let kustomization = cluster.kustomizations[number]
    var result = FluxBuildText()
    result.failure = kustomization.failure(cluster.settings)
    // A failing substitution does not keep anybody from looking at what it works on.
    guard result.failure == nil || (selection.isBeforeSubstitution && kustomization.status == .built) else {
      return result
    }
    if selection.isBeforeSubstitution { result.failure = nil }
    let places = SourcePlaces(sources)
    var printer = YAMLPrinter(sources.forest)
    for object in cluster.objects where object.kustomization == number {
      let root = selection.isBeforeSubstitution ? object.built : object.root
      if !selection.isBeforeSubstitution, !object.isKnown {
        result.unknowns.append(
          "\(object.id.kind) '\(object.id.name)' has values that are not known here (\(places.position(of: object.origin)))"
        )
      }
      guard selection.withProvenance else {
        printer.add(root)
        continue
      }
      let provenance = Provenance(
        of: BuiltObject(root: root, origin: object.origin, modifiers: object.modifiers), in: sources.forest, places)
      printer.add(root, heading: provenance.heading, note: provenance.note)
    }
    if let problem = printer.problems.first {
      result.failure = problem.message
      return result
    }
    result.bytes = printer.bytes
    return result
  }

  private func find(_ selection: Selection) throws(CommandFailure) -> (Cluster, Int) {
    let parts = selection.kustomization.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else { throw .notAKustomizationName(selection.kustomization) }
    let namespace = parts[0].isEmpty ? nil : String(parts[0])
    let clusters = try selection.cluster.map { name throws(CommandFailure) in try graph.clusters.named(name) }
    var found: [(Cluster, Int)] = []
    for cluster in clusters ?? graph.groups {
      for (number, kustomization) in cluster.kustomizations.enumerated()
      where !kustomization.isDirectory && kustomization.name == parts[1] && kustomization.namespace == namespace {
        found.append((cluster, number))
      }
    }
    guard let only = found.first else {
      let names = graph.groups.flatMap(\.kustomizations).filter { !$0.isDirectory }.map {
        "\($0.namespace ?? "")/\($0.name)"
      }
      throw .unknownKustomization(
        selection.kustomization, suggestion: Suggestion.nearest(to: selection.kustomization, in: names))
    }
    guard found.count == 1 else {
      throw .severalKustomizations(selection.kustomization, clusters: found.map(\.0.name).sorted())
    }
    return only
  }
}
