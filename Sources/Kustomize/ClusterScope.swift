/// Which kinds kustomize knows to live outside namespaces. Every other kind counts as namespaced, custom cluster kinds
/// too (kyaml/openapi, `precomputedIsNamespaceScoped` of v0.21).
enum ClusterScope {
  static func isClusterScoped(group: String, version: String, kind: String) -> Bool {
    guard let versions = kinds[kind] else { return false }
    return versions.contains { $0.group == group && $0.version == version }
  }

  /// Whether a built-in kind is not in the table of upstream: kinds of which no object is ever read.
  static func isUnknown(_ kind: String) -> Bool {
    switch kind {
    case "Binding", "Eviction", "TokenRequest", "TokenReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview",
      "SelfSubjectRulesReview", "SubjectAccessReview":
      true
    default: false
    }
  }

  private struct GroupVersion: Sendable {
    var group: String
    var version: String
  }

  private static let kinds: [String: [GroupVersion]] = {
    var result: [String: [GroupVersion]] = [:]
    for (group, versions, names) in table {
      for version in versions {
        for kind in names { result[kind, default: []].append(GroupVersion(group: group, version: version)) }
      }
    }
    return result
  }()

  private static let table: [(group: String, versions: [String], kinds: [String])] = [
    ("", ["v1"], ["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"]),
    (
      "admissionregistration.k8s.io", ["v1", "v1beta1"],
      ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
    ),
    ("apiextensions.k8s.io", ["v1", "v1beta1"], ["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", ["v1", "v1beta1"], ["APIService"]),
    ("certificates.k8s.io", ["v1", "v1beta1"], ["CertificateSigningRequest"]),
    ("flowcontrol.apiserver.k8s.io", ["v1beta1"], ["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io", ["v1", "v1beta1"], ["IngressClass"]),
    ("node.k8s.io", ["v1", "v1beta1"], ["RuntimeClass"]),
    ("policy", ["v1beta1"], ["PodSecurityPolicy"]),
    ("rbac.authorization.k8s.io", ["v1", "v1beta1"], ["ClusterRole", "ClusterRoleBinding"]),
    ("scheduling.k8s.io", ["v1", "v1beta1"], ["PriorityClass"]),
    ("storage.k8s.io", ["v1", "v1beta1"], ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"]),
  ]
}
