/// The order in which kustomize puts kinds where it sorts (kyaml/resid/gvk.go, `IsLessThan`).
enum KindOrder {
  /// Below 0 for kinds that others need, above 0 for kinds that need others, 0 for all the rest.
  static func rank(of kind: String) -> Int { ranks[kind] ?? 0 }

  private static let ranks: [String: Int] = {
    var result: [String: Int] = [:]
    for (index, kind) in first.enumerated() { result[kind] = index - first.count }
    for (index, kind) in last.enumerated() { result[kind] = index + 1 }
    return result
  }()

  private static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
  ]

  private static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

  /// What types are compared by: the rank of the kind, then a text.
  struct Key {
    private let rank: Int
    private let text: String

    init(group: String, version: String, kind: String) {
      rank = KindOrder.rank(of: kind)
      text = "\(group.isEmpty ? "~G" : group)_\(version.isEmpty ? "~V" : version)_\(kind.isEmpty ? "~K" : kind)"
    }

    static func isLess(_ lhs: Key, _ rhs: Key) -> Bool {
      lhs.rank == rhs.rank ? lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8) : lhs.rank < rhs.rank
    }
  }
}
