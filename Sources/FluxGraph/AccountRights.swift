import Manifests
package import YAMLSyntax

/// What RBAC in Git lets an account write in one namespace, or in all of the cluster.
struct AccountRight: Hashable, Sendable {
  enum Role: Hashable, Sendable {
    case everything
    /// `admin` and `edit` of Kubernetes, and what the roles of Flux add to them: no objects of the cluster as a whole.
    case everythingNamespaced
    case rules([Rule])
  }

  /// A rule of a Role that allows to create or to patch.
  struct Rule: Hashable, Sendable {
    var groups: Set<String>
    /// In lower case, plural.
    var resources: Set<String>
  }

  /// Nil for all of the cluster.
  var namespace: String?
  var role: Role

  /// - Parameter namespace: nil for an object of the cluster as a whole.
  func allows(kind: String, namespace: String?) -> Bool {
    if let own = self.namespace, own != namespace { return false }
    switch role {
    case .everything: return true
    case .everythingNamespaced: return namespace != nil
    case .rules(let rules):
      return rules.contains { rule in
        (rule.resources.contains("*") || rule.resources.contains(Self.plural(of: kind)))
          && (rule.groups.contains("*") || Self.fluxGroup(of: kind).map { rule.groups.contains($0) } ?? true)
      }
    }
  }

  /// The name of a kind in rules, as API servers make it (apimachinery `pkg/api/meta/restmapper.go`).
  private static func plural(of kind: String) -> String {
    let name = kind.lowercased()
    if name.hasSuffix("s") { return name + "es" }
    if name.hasSuffix("y") { return name.dropLast() + "ies" }
    return name + "s"
  }

  /// The API group of a kind of Flux; nil for another one, which any group may have.
  private static func fluxGroup(of kind: String) -> String? {
    switch kind {
    case "Kustomization": "kustomize.toolkit.fluxcd.io"
    case "HelmRelease": "helm.toolkit.fluxcd.io"
    case "GitRepository", "OCIRepository", "HelmRepository", "HelmChart", "Bucket", "ExternalArtifact":
      "source.toolkit.fluxcd.io"
    case "Alert", "Provider", "Receiver": "notification.toolkit.fluxcd.io"
    case "ImageRepository", "ImagePolicy", "ImageUpdateAutomation": "image.toolkit.fluxcd.io"
    default: nil
    }
  }
}

/// A ServiceAccount.
package struct Account: Hashable, Sendable {
  package var namespace: String
  package var name: String

  package init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }
}

/// The rights of the service accounts of a cluster, as its RoleBindings and ClusterRoleBindings say: as such, or as the
/// users and groups that Kubernetes makes of them.
package struct AccountRights: Sendable {
  private var ofAccount: [Account: [AccountRight]] = [:]
  /// Those of all accounts of a namespace; "" for all of the cluster.
  private var ofNamespace: [String: [AccountRight]] = [:]

  package init(_ objects: [AppliedObject], in forest: Forest) {
    var roles: [ObjectKey: NodeRef] = [:]
    for object in objects where !object.isRemote && (object.id.kind == "ClusterRole" || object.id.kind == "Role") {
      let namespace = object.id.kind == "Role" ? object.id.namespace : nil
      roles[ObjectKey(kind: object.id.kind, namespace: namespace, name: object.id.name)] = object.root
    }
    for object in objects where !object.isRemote {
      let isWide = object.id.kind == "ClusterRoleBinding"
      guard isWide || object.id.kind == "RoleBinding", let subjects = forest.value(object.root, "subjects") else {
        continue
      }
      let right = AccountRight(
        namespace: isWide ? nil : object.id.namespace ?? "", role: Self.role(of: object, roles, in: forest))
      for subject in forest.items(subjects) { add(right, to: subject, of: object, in: forest) }
    }
  }

  private mutating func add(_ right: AccountRight, to subject: NodeRef, of binding: AppliedObject, in forest: Forest) {
    guard let name = forest.givenText(subject, "name") else { return }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch forest.givenText(subject, "kind") {
    case "ServiceAccount":
      let namespace = forest.givenText(subject, "namespace") ?? binding.id.namespace ?? ""
      ofAccount[Account(namespace: namespace, name: name), default: []].append(right)
    case "User" where parts.count == 4 && parts[..<2] == ["system", "serviceaccount"]:
      ofAccount[Account(namespace: parts[2], name: parts[3]), default: []].append(right)
    case "Group" where parts.count == 3 && parts[..<2] == ["system", "serviceaccounts"]:
      ofNamespace[parts[2], default: []].append(right)
    case "Group" where ["system:serviceaccounts", "system:authenticated"].contains(name):
      ofNamespace["", default: []].append(right)
    default: break
    }
  }

  private static func role(
    of binding: AppliedObject, _ roles: [ObjectKey: NodeRef], in forest: Forest
  ) -> AccountRight.Role {
    guard let reference = forest.value(binding.root, "roleRef"), let name = forest.givenText(reference, "name"),
      let kind = forest.givenText(reference, "kind")
    else { return .everything }
    let key = ObjectKey(kind: kind, namespace: kind == "Role" ? binding.id.namespace : nil, name: name)
    if let role = roles[key] {
      // What others add to an aggregated role is not all in Git.
      return forest.value(role, "aggregationRule") == nil ? .rules(rules(of: role, in: forest)) : .everything
    }
    switch name {
    case "admin" where kind == "ClusterRole", "edit" where kind == "ClusterRole": return .everythingNamespaced
    case "view" where kind == "ClusterRole": return .rules([])
    default: return .everything
    }
  }

  private static func rules(of role: NodeRef, in forest: Forest) -> [AccountRight.Rule] {
    guard let list = forest.value(role, "rules") else { return [] }
    func texts(_ node: NodeRef?) -> Set<String> { Set(node.map { forest.items($0).map { forest.text($0) } } ?? []) }
    return forest.items(list).compactMap { rule in
      guard !texts(forest.value(rule, "verbs")).isDisjoint(with: ["*", "create", "patch"]) else { return nil }
      return AccountRight.Rule(
        groups: texts(forest.value(rule, "apiGroups")), resources: texts(forest.value(rule, "resources")))
    }
  }

  /// Whether Git grants an account anything.
  package func areKnown(of account: Account) -> Bool { rights(of: account) != nil }

  /// Nil when nothing in Git grants it anything: then somebody else does.
  func rights(of account: Account) -> [AccountRight]? {
    let all = (ofAccount[account] ?? []) + (ofNamespace[account.namespace] ?? []) + (ofNamespace[""] ?? [])
    return all.isEmpty ? nil : all
  }
}
