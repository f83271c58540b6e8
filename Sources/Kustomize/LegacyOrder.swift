import SourceText
import YAMLSyntax

/// The order in which the command line prints objects unless told otherwise: what others need comes first
/// (api/internal/builtins/SortOrderTransformer.go, `legacyOrder`).
struct LegacyOrder {
  /// Kinds that come first and last, by their rank; all others have rank 0 and stand between.
  private let rankByKind: [String: Int]

  init(first: [String] = Self.first, last: [String] = Self.last) {
    var ranks: [String: Int] = [:]
    for (index, kind) in first.enumerated() { ranks[kind] = index - first.count }
    for (index, kind) in last.enumerated() { ranks[kind] = index + 1 }
    rankByKind = ranks
  }

  /// The resources in order; equal ones keep theirs.
  func sorted(_ resources: [Resource], in forest: Forest) -> [Resource] {
    let keyed = resources.enumerated().map { index, resource in
      (key: key(of: resource, at: index, in: forest), resource: resource)
    }
    return keyed.sorted { $0.key < $1.key }.map(\.resource)
  }

  private func key(of resource: Resource, at index: Int, in forest: Forest) -> Key {
    let id = resource.id
    let written = forest.value(resource.root, "metadata", "namespace")
    let namespace = written.flatMap { forest.isNull($0) ? nil : forest.text($0) } ?? ""
    let group = id.group.isEmpty ? "~G" : id.group
    let version = id.version.isEmpty ? "~V" : id.version
    let type = "\(group)_\(version)_\(id.kind)"
    let name = "\(namespace.isEmpty ? "~X" : namespace)|\(id.name)"
    return Key(
      rank: rankByKind[id.kind] ?? 0, type: Array(type.utf8), name: Array(name.utf8), index: index,
      isNamespace: id.kind == "Namespace", isCore: id.group.isEmpty)
  }

  private struct Key: Comparable {
    var rank: Int
    var type: [UInt8]
    var name: [UInt8]
    var index: Int
    var isNamespace: Bool
    var isCore: Bool

    static func < (lhs: Key, rhs: Key) -> Bool {
      if lhs.rank != rhs.rank { return lhs.rank < rhs.rank }
      if lhs.type != rhs.type {
        // Among objects of kind Namespace the order is the other way around, so that those of the core group come first.
        let isReversed = lhs.isNamespace && rhs.isNamespace && (lhs.isCore || rhs.isCore)
        return isReversed
          ? rhs.type.lexicographicallyPrecedes(lhs.type) : lhs.type.lexicographicallyPrecedes(rhs.type)
      }
      if lhs.name != rhs.name { return lhs.name.lexicographicallyPrecedes(rhs.name) }
      return lhs.index < rhs.index
    }
  }

  static let first = [
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet",
    "CronJob", "PodDisruptionBudget",
  ]
  static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
}
