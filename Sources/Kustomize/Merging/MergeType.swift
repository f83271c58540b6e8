/// The built-in types of Kubernetes as far as strategic merge needs them: where their lists are that merge by key, and
/// by which (the schema of Kubernetes v1.21, which kustomize carries). Types of the same shape share a case.
enum MergeType: Hashable, Sendable {
  /// Any built-in kind with nothing but `metadata` to merge.
  case object
  case objectWithConditions
  case conditions
  case meta
  case workload
  case workloadSpec
  case cronJob
  case cronJobSpec
  case jobTemplate
  case podTemplateHolder
  case podTemplate
  case pod
  case podSpec
  case podStatus
  case container
  case ephemeralContainer
  case volume
  case ephemeralVolume
  case service
  case serviceSpec
  case serviceAccount
  case webhookConfiguration
  case componentStatus
  case node
  case nodeSpec
  case nodeStatus
  case storageNode
  case storageNodeSpec
  /// A type of a `CustomSchema`, which knows its fields.
  case custom(Int)

  /// What a field holds.
  enum Field: Hashable, Sendable {
    case type(MergeType)
    /// A list whose elements are matched by these keys; no key at all for a set of scalars.
    case list(keys: [String], items: MergeType?)
  }

  /// The field called `name`, nil when nothing below it merges by key.
  func field(_ name: String) -> Field? {
    Self.fields[self]?.first { $0.name == name }?.field
  }

  private static let fields: [MergeType: [(name: String, field: Field)]] = [
    .meta: [("finalizers", .list(keys: [], items: nil)), ("ownerReferences", .list(keys: ["uid"], items: nil))],
    .conditions: [("conditions", .list(keys: ["type"], items: nil))],
    .object: [("metadata", .type(.meta))],
    .objectWithConditions: [("metadata", .type(.meta)), ("status", .type(.conditions))],
    .workload: [("metadata", .type(.meta)), ("spec", .type(.workloadSpec)), ("status", .type(.conditions))],
    .workloadSpec: [("template", .type(.podTemplate))],
    .cronJob: [("metadata", .type(.meta)), ("spec", .type(.cronJobSpec))],
    .cronJobSpec: [("jobTemplate", .type(.jobTemplate))],
    .jobTemplate: [("metadata", .type(.meta)), ("spec", .type(.workloadSpec))],
    .podTemplateHolder: [("metadata", .type(.meta)), ("template", .type(.podTemplate))],
    .podTemplate: [("metadata", .type(.meta)), ("spec", .type(.podSpec))],
    .pod: [("metadata", .type(.meta)), ("spec", .type(.podSpec)), ("status", .type(.podStatus))],
    .podSpec: [
      ("containers", .list(keys: ["name"], items: .container)),
      ("initContainers", .list(keys: ["name"], items: .container)),
      ("ephemeralContainers", .list(keys: ["name"], items: .ephemeralContainer)),
      ("volumes", .list(keys: ["name"], items: .volume)),
      ("imagePullSecrets", .list(keys: ["name"], items: nil)),
      ("hostAliases", .list(keys: ["ip"], items: nil)),
      ("topologySpreadConstraints", .list(keys: ["topologyKey", "whenUnsatisfiable"], items: nil)),
    ],
    .podStatus: [
      ("conditions", .list(keys: ["type"], items: nil)), ("podIPs", .list(keys: ["ip"], items: nil)),
    ],
    .container: [
      ("env", .list(keys: ["name"], items: nil)),
      ("ports", .list(keys: ["containerPort", "protocol"], items: nil)),
      ("volumeDevices", .list(keys: ["devicePath"], items: nil)),
      ("volumeMounts", .list(keys: ["mountPath"], items: nil)),
    ],
    .ephemeralContainer: [
      ("env", .list(keys: ["name"], items: nil)),
      ("volumeDevices", .list(keys: ["devicePath"], items: nil)),
      ("volumeMounts", .list(keys: ["mountPath"], items: nil)),
    ],
    .volume: [("ephemeral", .type(.ephemeralVolume))],
    .ephemeralVolume: [("volumeClaimTemplate", .type(.object))],
    .service: [("metadata", .type(.meta)), ("spec", .type(.serviceSpec)), ("status", .type(.conditions))],
    .serviceSpec: [("ports", .list(keys: ["port", "protocol"], items: nil))],
    .serviceAccount: [("metadata", .type(.meta)), ("secrets", .list(keys: ["name"], items: nil))],
    .webhookConfiguration: [("metadata", .type(.meta)), ("webhooks", .list(keys: ["name"], items: nil))],
    .componentStatus: [("metadata", .type(.meta)), ("conditions", .list(keys: ["type"], items: nil))],
    .node: [("metadata", .type(.meta)), ("spec", .type(.nodeSpec)), ("status", .type(.nodeStatus))],
    .nodeSpec: [("podCIDRs", .list(keys: [], items: nil))],
    .nodeStatus: [
      ("addresses", .list(keys: ["type"], items: nil)), ("conditions", .list(keys: ["type"], items: nil)),
    ],
    .storageNode: [("metadata", .type(.meta)), ("spec", .type(.storageNodeSpec))],
    .storageNodeSpec: [("drivers", .list(keys: ["name"], items: nil))],
  ]
}

// MARK: - Kinds

extension MergeType {
  /// The type of a built-in kind by its exact `apiVersion`; nil for everything else, custom resources included.
  init?(apiVersion: String, kind: String) {
    guard let found = Self.kinds[kind]?.first(where: { $0.apiVersion == apiVersion }) else { return nil }
    self = found.type
  }

  private struct Entry: Sendable {
    var apiVersion: String
    var type: MergeType

    func isDefined(group: Substring, version: Substring) -> Bool {
      let parts = apiVersion.split(separator: "/")
      let word = parts.count == 1 ? "core" : parts[0].split(separator: ".").first
      return word == group && parts.last == version
    }
  }

  private static let kinds: [String: [Entry]] = {
    var result: [String: [Entry]] = [:]
    for (type, apiVersions, names) in table {
      for apiVersion in apiVersions {
        for kind in names { result[kind, default: []].append(Entry(apiVersion: apiVersion, type: type)) }
      }
    }
    return result
  }()

  private static let table: [(type: MergeType, apiVersions: [String], kinds: [String])] = [
    (.workload, ["apps/v1"], ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    (.workload, ["batch/v1"], ["Job"]),
    (.workload, ["v1"], ["ReplicationController"]),
    (.cronJob, ["batch/v1", "batch/v1beta1"], ["CronJob"]),
    (.pod, ["v1"], ["Pod"]),
    (.podTemplateHolder, ["v1"], ["PodTemplate"]),
    (.service, ["v1"], ["Service"]),
    (.serviceAccount, ["v1"], ["ServiceAccount"]),
    (.componentStatus, ["v1"], ["ComponentStatus"]),
    (.node, ["v1"], ["Node"]),
    (.storageNode, ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"], ["CSINode"]),
    (
      .webhookConfiguration, ["admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1beta1"],
      ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
    ),
    (.objectWithConditions, ["v1"], ["Namespace", "PersistentVolumeClaim"]),
    (.objectWithConditions, ["apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1beta1"], ["APIService"]),
    (.objectWithConditions, ["policy/v1", "policy/v1beta1"], ["PodDisruptionBudget"]),
    (
      .object, ["v1"],
      ["Binding", "ConfigMap", "Endpoints", "Event", "LimitRange", "PersistentVolume", "ResourceQuota", "Secret"]
    ),
    (.object, ["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"], ["CustomResourceDefinition"]),
    (.object, ["apps/v1"], ["ControllerRevision"]),
    (.object, ["authentication.k8s.io/v1"], ["TokenRequest", "TokenReview"]),
    (.object, ["authentication.k8s.io/v1beta1"], ["TokenReview"]),
    (.object, ["authorization.k8s.io/v1"], ["SelfSubjectRulesReview"]),
    (
      .object, ["authorization.k8s.io/v1", "authorization.k8s.io/v1beta1"],
      ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SubjectAccessReview"]
    ),
    (.object, ["authorization.k8s.io/v1beta1"], ["SelfSubjectRulesReview"]),
    (.object, ["autoscaling/v1", "autoscaling/v2beta1", "autoscaling/v2beta2"], ["HorizontalPodAutoscaler"]),
    (.object, ["autoscaling/v1"], ["Scale"]),
    (.object, ["certificates.k8s.io/v1", "certificates.k8s.io/v1beta1"], ["CertificateSigningRequest"]),
    (.object, ["coordination.k8s.io/v1", "coordination.k8s.io/v1beta1"], ["Lease"]),
    (.object, ["discovery.k8s.io/v1", "discovery.k8s.io/v1beta1"], ["EndpointSlice"]),
    (.object, ["events.k8s.io/v1", "events.k8s.io/v1beta1"], ["Event"]),
    (.object, ["extensions/v1beta1"], ["Ingress"]),
    (.object, ["flowcontrol.apiserver.k8s.io/v1beta1"], ["FlowSchema", "PriorityLevelConfiguration"]),
    (.object, ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"], ["Ingress", "IngressClass"]),
    (.object, ["networking.k8s.io/v1"], ["NetworkPolicy"]),
    (.object, ["node.k8s.io/v1", "node.k8s.io/v1beta1"], ["RuntimeClass"]),
    (.object, ["policy/v1beta1"], ["Eviction", "PodSecurityPolicy"]),
    (
      .object, ["rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1"],
      ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]
    ),
    (.object, ["scheduling.k8s.io/v1", "scheduling.k8s.io/v1beta1"], ["PriorityClass"]),
    (
      .object, ["storage.k8s.io/v1", "storage.k8s.io/v1beta1"],
      ["CSIDriver", "StorageClass", "VolumeAttachment"]
    ),
    (.object, ["storage.k8s.io/v1beta1"], ["CSIStorageCapacity"]),
  ]
}

// MARK: - Definitions

extension MergeType {
  /// The type of a definition of the built-in schema that has something in it to merge by key, by the text of a `$ref`;
  /// nil for any other.
  init?(definition reference: String) {
    let parts = reference.split(separator: "/").last?.split(separator: ".") ?? []
    guard parts.count > 5, parts.starts(with: ["io", "k8s"]), let name = parts.last.map(String.init) else { return nil }
    // `io.k8s.api.apps.v1.Deployment` is a kind: it is called by the first word of its group.
    let kind = Self.kinds[name]?.first { $0.isDefined(group: parts[parts.count - 3], version: parts[parts.count - 2]) }
    guard let type = kind?.type ?? Self.definitions[name] else { return nil }
    self = type
  }

  private static let definitions: [String: MergeType] = [
    "ObjectMeta": .meta, "PodTemplateSpec": .podTemplate, "PodSpec": .podSpec, "PodStatus": .podStatus,
    "Container": .container, "EphemeralContainer": .ephemeralContainer, "Volume": .volume,
    "EphemeralVolumeSource": .ephemeralVolume, "PersistentVolumeClaimTemplate": .object,
    "DaemonSetSpec": .workloadSpec, "DeploymentSpec": .workloadSpec, "ReplicaSetSpec": .workloadSpec,
    "StatefulSetSpec": .workloadSpec, "JobSpec": .workloadSpec, "ReplicationControllerSpec": .workloadSpec,
    "JobTemplateSpec": .jobTemplate, "CronJobSpec": .cronJobSpec, "ServiceSpec": .serviceSpec, "NodeSpec": .nodeSpec,
    "NodeStatus": .nodeStatus, "CSINodeSpec": .storageNodeSpec,
  ]
}
