import RuleEngine

/// What the clusters of a repository do with the markers in its files.
struct ImageUpdates {
  let model: RepositoryModel
  /// The clusters that update images at all.
  let clusters: [ClusterFacts]

  init(_ model: RepositoryModel) {
    self.model = model
    clusters = model.clusters.filter {
      $0.cluster.index.has(kind: "ImageUpdateAutomation") || $0.cluster.index.has(kind: "ImagePolicy")
    }
  }

  /// None where no cluster would look at them.
  var markers: ImageMarkers? { clusters.isEmpty ? nil : model.imageMarkers }

  func path(of marker: ImageMarker) -> String { model.sources.path(of: marker.file) }

  /// The clusters with an automation that certainly looks at a file.
  func clusters(covering path: String) -> [ClusterFacts] {
    clusters.filter { $0.imageAutomations.contains { $0.covers(path) } }
  }

  /// Whether some automation may look at a file.
  func mayCover(_ path: String) -> Bool {
    clusters.contains { $0.imageAutomations.contains { $0.mayCover(path) } }
  }

  /// The policy that a marker names.
  func policy(of marker: ImageMarker, in facts: ClusterFacts) -> AppliedObject? {
    facts.cluster.index.objects(ofKind: "ImagePolicy", namespace: marker.namespace, name: marker.policy).first.map {
      facts.cluster.objects[$0]
    }
  }

  /// The automations whose namespace a marker names.
  func automations(for marker: ImageMarker, in facts: ClusterFacts) -> [ImageAutomation] {
    facts.imageAutomations.filter { $0.id.namespace == marker.namespace }
  }

  /// Where the path of an automation is written, else its name.
  func pathRange(of automation: ImageAutomation, in facts: ClusterFacts) -> SourceRange {
    let object = facts.cluster.objects[automation.object]
    return model.forest.value(object.root, "spec", "update").flatMap { model.forest.value($0, "path") }
      .map { model.forest.range($0) } ?? model.nameRange(of: object)
  }
}

extension ImageMarker {
  /// `namespace/policy`.
  var policyName: String { "\(namespace)/\(policy)" }
}
