import Manifests
import SourceText
import YAMLSyntax

// `labels`, `commonLabels` and `commonAnnotations` (api/filters/labels, api/filters/annotations).
extension KustomizeEngine {
  mutating func setLabels(_ entry: LabelsEntry, in layer: inout Layer) {
    guard !entry.pairs.isEmpty else { return }
    var specs = entry.fields
    if entry.includesSelectors {
      specs += LabelPlaces.metadata + LabelPlaces.templates + LabelPlaces.claimTemplates + LabelPlaces.selectors
    } else if entry.includesTemplates {
      specs += LabelPlaces.metadata + LabelPlaces.templates + LabelPlaces.claimTemplates
    } else {
      specs += LabelPlaces.metadata
    }
    set(entry.pairs, at: specs, kind: .labels, range: entry.range, in: &layer)
  }

  mutating func setAnnotations(_ pairs: [TextPair], in layer: inout Layer) {
    guard let first = pairs.first else { return }
    set(pairs, at: LabelPlaces.annotations, kind: .annotations, range: first.keyRange, in: &layer)
  }

  private mutating func set(
    _ pairs: [TextPair], at specs: [FieldSpec], kind: ObjectModifier.Kind, range: SourceRange, in layer: inout Layer
  ) {
    let writer = writer
    let nodes = pairs.map { pair in
      Forest.Pair(
        key: writer.string(pair.key, at: pair.keyRange, in: &sources.forest),
        value: writer.string(pair.value.text, at: pair.value.range, in: &sources.forest))
    }
    for index in layer.resources.items.indices {
      let isChanged = write(to: specs, of: index, in: &layer, making: .mapping, at: range) {
        (old, forest) throws(MergeFailure) in
        try LabelPlaces.merge(nodes, into: old, at: range, writer, &forest)
      }
      if isChanged { note(kind, range, on: index, in: &layer) }
    }
  }
}

/// Where labels and annotations are written (api/internal/konfig/builtinpluginconsts of v0.21).
private enum LabelPlaces {
  static func merge(
    _ pairs: [Forest.Pair], into old: NodeRef?, at range: SourceRange, _ writer: NodeWriter, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard let old, !forest.isNull(old) else { return writer.mapping(pairs, at: range, in: &forest) }
    guard forest.kind(old) == .mapping else {
      throw MergeFailure(message: "the field is no mapping", range: forest.range(old))
    }
    var result = forest.pairs(old)
    var isChanged = false
    for pair in pairs {
      if let index = result.firstIndex(where: { forest.hasEqualText($0.key, pair.key) }) {
        result[index].value = pair.value
      } else {
        result.append(pair)
      }
      isChanged = true
    }
    return isChanged ? writer.mapping(result, at: forest.range(old), in: &forest) : old
  }

  static let metadata = [FieldSpec("metadata/labels", creates: true)]

  static let templates = [
    FieldSpec("spec/template/metadata/labels", version: "v1", kind: "ReplicationController", creates: true),
    FieldSpec("spec/template/metadata/labels", kind: "Deployment", creates: true),
    FieldSpec("spec/template/metadata/labels", kind: "ReplicaSet", creates: true),
    FieldSpec("spec/template/metadata/labels", kind: "DaemonSet", creates: true),
    FieldSpec("spec/template/metadata/labels", group: "apps", kind: "StatefulSet", creates: true),
    FieldSpec("spec/template/metadata/labels", group: "batch", kind: "Job", creates: true),
    FieldSpec("spec/jobTemplate/metadata/labels", group: "batch", kind: "CronJob", creates: true),
    FieldSpec("spec/jobTemplate/spec/template/metadata/labels", group: "batch", kind: "CronJob", creates: true),
  ]

  static let claimTemplates = [
    FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", group: "apps", kind: "StatefulSet", creates: true)
  ]

  static let selectors =
    [
      FieldSpec("spec/selector", version: "v1", kind: "Service", creates: true),
      FieldSpec("spec/selector", version: "v1", kind: "ReplicationController", creates: true),
      FieldSpec("spec/selector/matchLabels", kind: "Deployment", creates: true),
      FieldSpec("spec/selector/matchLabels", kind: "ReplicaSet", creates: true),
      FieldSpec("spec/selector/matchLabels", kind: "DaemonSet", creates: true),
      FieldSpec("spec/selector/matchLabels", group: "apps", kind: "StatefulSet", creates: true),
      FieldSpec("spec/selector/matchLabels", group: "batch", kind: "Job"),
      FieldSpec("spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob"),
      FieldSpec("spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget"),
      FieldSpec("spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
      FieldSpec("spec/ingress/from/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
      FieldSpec("spec/egress/to/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
    ] + ["Deployment", "StatefulSet"].flatMap(podSelectors)

  /// The label selectors inside a pod template.
  private static func podSelectors(of kind: String) -> [FieldSpec] {
    let affinities = ["podAffinity", "podAntiAffinity"].flatMap { affinity in
      [
        "affinity/\(affinity)/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
        "affinity/\(affinity)/requiredDuringSchedulingIgnoredDuringExecution",
      ]
    }
    return (affinities + ["topologySpreadConstraints"]).map {
      FieldSpec("spec/template/spec/\($0)/labelSelector/matchLabels", group: "apps", kind: kind)
    }
  }

  static let annotations = [
    FieldSpec("metadata/annotations", creates: true),
    FieldSpec("spec/template/metadata/annotations", version: "v1", kind: "ReplicationController", creates: true),
    FieldSpec("spec/template/metadata/annotations", kind: "Deployment", creates: true),
    FieldSpec("spec/template/metadata/annotations", kind: "ReplicaSet", creates: true),
    FieldSpec("spec/template/metadata/annotations", kind: "DaemonSet", creates: true),
    FieldSpec("spec/template/metadata/annotations", kind: "StatefulSet", creates: true),
    FieldSpec("spec/template/metadata/annotations", group: "batch", kind: "Job", creates: true),
    FieldSpec("spec/jobTemplate/metadata/annotations", group: "batch", kind: "CronJob", creates: true),
    FieldSpec("spec/jobTemplate/spec/template/metadata/annotations", group: "batch", kind: "CronJob", creates: true),
  ]
}
