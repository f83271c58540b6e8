/// Where objects of the kinds of Kubernetes name each other, as kustomize has it built in
/// (api/internal/konfig/builtinpluginconsts/namereference.go of v0.21).
///
/// Upstream has an IngressClass too, under a group that no object has: it never changes anything and is left out.
enum StandardReferences {
  static let all: [NameReference] = [
    NameReference(kind: "Deployment", fields: scaled),
    NameReference(kind: "ReplicationController", fields: scaled),
    NameReference(kind: "ReplicaSet", fields: scaled),
    NameReference(kind: "StatefulSet", fields: scaled),
    NameReference(version: "v1", kind: "ConfigMap", fields: configMap),
    NameReference(version: "v1", kind: "Secret", fields: secret),
    NameReference(version: "v1", kind: "Service", fields: service),
    NameReference(
      group: rbac, kind: "Role", fields: [FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding")]),
    NameReference(
      group: rbac, kind: "ClusterRole",
      fields: ["RoleBinding", "ClusterRoleBinding"].map { FieldSpec("roleRef/name", group: rbac, kind: $0) }),
    NameReference(
      version: "v1", kind: "ServiceAccount",
      fields: ["RoleBinding", "ClusterRoleBinding"].map { FieldSpec("subjects", group: rbac, kind: $0) }
        + pods(running, ["serviceAccountName"])),
    NameReference(
      version: "v1", kind: "PersistentVolumeClaim", fields: pods(running, ["volumes/persistentVolumeClaim/claimName"])),
    NameReference(
      version: "v1", kind: "PersistentVolume",
      fields: [
        FieldSpec("spec/volumeName", kind: "PersistentVolumeClaim"),
        FieldSpec("rules/resourceNames", kind: "ClusterRole"),
      ]),
    NameReference(
      group: "storage.k8s.io", version: "v1", kind: "StorageClass",
      fields: [
        FieldSpec("spec/storageClassName", kind: "PersistentVolume"),
        FieldSpec("spec/storageClassName", kind: "PersistentVolumeClaim"),
        FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", kind: "StatefulSet"),
      ]),
    NameReference(
      group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass", fields: pods(running, ["priorityClassName"])),
    NameReference(
      group: admission, kind: "ValidatingAdmissionPolicy",
      fields: [FieldSpec("spec/policyName", group: admission, kind: "ValidatingAdmissionPolicyBinding")]),
  ]

  private static let rbac = "rbac.authorization.k8s.io"
  private static let admission = "admissionregistration.k8s.io"

  // MARK: Places by target

  private static let scaled = [FieldSpec("spec/scaleTargetRef/name", kind: "HorizontalPodAutoscaler")]

  private static let configMap =
    pods(
      mounting,
      ["volumes/configMap/name", "volumes/projected/sources/configMap/name"]
        + containers(["env/valueFrom/configMapKeyRef/name", "envFrom/configMapRef/name"])) + [
      FieldSpec("spec/configSource/configMap", kind: "Node"),
      FieldSpec("rules/resourceNames", kind: "Role"),
      FieldSpec("rules/resourceNames", kind: "ClusterRole"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"#, kind: "Ingress"),
    ]

  private static let secret =
    pods(
      mounting,
      ["volumes/secret/secretName", "volumes/projected/sources/secret/name", "imagePullSecrets/name"]
        + containers(["env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"])) + [
      FieldSpec("spec/tls/secretName", kind: "Ingress"),
      FieldSpec(#"metadata/annotations/ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
      FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"#, kind: "Ingress"),
      FieldSpec("imagePullSecrets/name", kind: "ServiceAccount"),
      FieldSpec("parameters/secretName", kind: "StorageClass"),
      FieldSpec("parameters/adminSecretName", kind: "StorageClass"),
      FieldSpec("parameters/userSecretName", kind: "StorageClass"),
      FieldSpec("parameters/secretRef", kind: "StorageClass"),
      FieldSpec("rules/resourceNames", kind: "Role"),
      FieldSpec("rules/resourceNames", kind: "ClusterRole"),
      FieldSpec(
        "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", group: "serving.knative.dev", version: "v1",
        kind: "Service"),
      FieldSpec("spec/azureFile/secretName", kind: "PersistentVolume"),
    ]

  private static let service =
    [
      FieldSpec("spec/serviceName", group: "apps", kind: "StatefulSet"),
      FieldSpec("spec/service/name", group: "apiregistration.k8s.io", kind: "APIService"),
      FieldSpec("webhooks/clientConfig/service", group: admission, kind: "ValidatingWebhookConfiguration"),
      FieldSpec("webhooks/clientConfig/service", group: admission, kind: "MutatingWebhookConfiguration"),
    ]
    + [
      "spec/rules/http/paths/backend/serviceName", "spec/backend/serviceName",
      "spec/rules/http/paths/backend/service/name", "spec/defaultBackend/service/name",
    ].map { FieldSpec($0, kind: "Ingress") }

  // MARK: Pods

  /// Kinds whose pods take in ConfigMaps and Secrets. A ReplicationController is not among them upstream.
  private static let mounting = [
    "Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob",
  ]

  /// Kinds whose pods have an account, claims and a priority. A ReplicaSet is not among them upstream.
  private static let running = [
    "Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet",
  ]

  private static func pods(_ kinds: [String], _ paths: [String]) -> [FieldSpec] {
    kinds.flatMap { kind in paths.map { FieldSpec("\(podPath(of: kind))/\($0)", kind: kind) } }
  }

  private static func containers(_ paths: [String]) -> [String] {
    ["containers", "initContainers"].flatMap { list in paths.map { "\(list)/\($0)" } }
  }

  /// Where the spec of the pods of a workload is.
  static func podPath(of kind: String) -> String {
    switch kind {
    case "Pod": "spec"
    case "PodTemplate": "template/spec"
    case "CronJob": "spec/jobTemplate/spec/template/spec"
    default: "spec/template/spec"
    }
  }
}
