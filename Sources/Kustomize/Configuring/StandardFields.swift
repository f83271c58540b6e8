/// The field specs that kustomize has built in (api/internal/konfig/builtinpluginconsts of v0.21).
enum StandardFields {
  static let specs: [TransformerConfig.Field: [FieldSpec]] = [
    .namePrefix: [FieldSpec("metadata/name")],
    .nameSuffix: [FieldSpec("metadata/name")],
    .namespace: [
      FieldSpec("metadata/name", kind: "Namespace", creates: true),
      FieldSpec("spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", creates: true),
      FieldSpec(
        "spec/conversion/webhook/clientConfig/service/namespace", group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition"),
    ],
    .templateLabels: templateLabels,
    .commonLabels: selectors + templateLabels,
    .commonAnnotations: templates("annotations", statefulSetGroup: ""),
    .images: ["spec", "spec/template/spec"].flatMap { pod in
      ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map {
        FieldSpec("\(pod)/\($0)", creates: true)
      }
    },
    .replicas: ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map {
      FieldSpec("spec/replicas", kind: $0, creates: true)
    },
    .varReference: variables,
  ]

  // MARK: Labels and annotations

  private static let templateLabels =
    templates("labels", statefulSetGroup: "apps") + volumeClaimTemplateLabels

  static let volumeClaimTemplateLabels = [
    FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", group: "apps", kind: "StatefulSet", creates: true)
  ]

  /// The metadata of objects and of the templates in them.
  private static func templates(_ field: String, statefulSetGroup: String) -> [FieldSpec] {
    [
      FieldSpec("metadata/\(field)", creates: true),
      FieldSpec("spec/template/metadata/\(field)", version: "v1", kind: "ReplicationController", creates: true),
      FieldSpec("spec/template/metadata/\(field)", kind: "Deployment", creates: true),
      FieldSpec("spec/template/metadata/\(field)", kind: "ReplicaSet", creates: true),
      FieldSpec("spec/template/metadata/\(field)", kind: "DaemonSet", creates: true),
      FieldSpec("spec/template/metadata/\(field)", group: statefulSetGroup, kind: "StatefulSet", creates: true),
      FieldSpec("spec/template/metadata/\(field)", group: "batch", kind: "Job", creates: true),
      FieldSpec("spec/jobTemplate/metadata/\(field)", group: "batch", kind: "CronJob", creates: true),
      FieldSpec("spec/jobTemplate/spec/template/metadata/\(field)", group: "batch", kind: "CronJob", creates: true),
    ]
  }

  private static let selectors =
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

  // MARK: Variables

  private static let variables: [FieldSpec] =
    ["Pod", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"].flatMap(podVariables) + [
      FieldSpec("spec/template/metadata/annotations", kind: "Deployment"),
      FieldSpec("spec/rules/host", kind: "Ingress"),
      FieldSpec("spec/tls/hosts", kind: "Ingress"),
      FieldSpec("spec/tls/secretName", kind: "Ingress"),
      FieldSpec("spec/ports/port", kind: "Service"),
      FieldSpec("spec/ports/targetPort", kind: "Service"),
      FieldSpec("spec/nfs/server", kind: "PersistentVolume"),
      FieldSpec("metadata/labels"),
      FieldSpec("metadata/annotations"),
    ]

  private static func podVariables(of kind: String) -> [FieldSpec] {
    let pod = StandardReferences.podPath(of: kind)
    let containers = ["containers", "initContainers"].flatMap { list in
      ["args", "command", "env/value", "volumeMounts/mountPath"].map { FieldSpec("\(pod)/\(list)/\($0)", kind: kind) }
    }
    // Two of these places do not exist in Kubernetes; upstream has them all the same.
    let server =
      switch kind {
      case "CronJob": "spec/jobTemplate/spec/template/volumes/nfs/server"
      case "StatefulSet": "spec/volumeClaimTemplates/spec/nfs/server"
      default: "\(pod)/volumes/nfs/server"
      }
    return containers + [FieldSpec(server, kind: kind)]
  }
}
