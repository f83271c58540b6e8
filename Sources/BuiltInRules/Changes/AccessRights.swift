import RuleEngine

/// What a rule of a role allows, or one part of it.
struct Permission: Hashable {
  var verb: String
  /// Nil for a URL that is no resource.
  var group: String?
  var resource: String
  /// Nil for objects of whatever name.
  var name: String?

  /// Whether it is all there is, or a way to it.
  var isFull: Bool { verb == "*" || resource == "*" || ["escalate", "bind", "impersonate"].contains(verb) }
}

/// A rule of a Role or ClusterRole.
struct RoleRule {
  private let verbs: Set<String>
  private let groups: Set<String>
  private let resources: Set<String>
  private let urls: Set<String>
  private let names: Set<String>

  init(_ rule: NodeRef, _ values: Values) {
    func texts(_ field: String) -> Set<String> { Set(Self.texts(rule, field, values)) }
    verbs = texts("verbs")
    groups = texts("apiGroups")
    resources = texts("resources")
    urls = texts("nonResourceURLs")
    names = texts("resourceNames")
  }

  func allows(_ permission: Permission) -> Bool {
    func has(_ set: Set<String>, _ text: String) -> Bool { set.contains("*") || set.contains(text) }
    guard has(verbs, permission.verb) else { return false }
    guard let group = permission.group else { return has(urls, permission.resource) }
    return has(groups, group) && has(resources, permission.resource)
      && (names.isEmpty || permission.name.map(names.contains) ?? false)
  }

  /// The first permission in some rules that is not known yet, with the verb that gives it.
  static func firstNew(
    in rules: [NodeRef], _ values: Values, isKnown: (Permission) -> Bool
  ) -> (permission: Permission, verb: NodeRef)? {
    for rule in rules {
      let groups = texts(rule, "apiGroups", values)
      let names = texts(rule, "resourceNames", values).map(Optional.some)
      for verb in values.field(rule, "verbs").map({ Array(values.forest.items($0)) }) ?? [] {
        var permission = Permission(verb: values.forest.text(verb), group: nil, resource: "", name: nil)
        for resource in texts(rule, "resources", values) {
          for group in groups {
            for name in names.isEmpty ? [nil] : names {
              (permission.group, permission.resource, permission.name) = (group, resource, name)
              if !isKnown(permission) { return (permission, verb) }
            }
          }
        }
        (permission.group, permission.name) = (nil, nil)
        for url in texts(rule, "nonResourceURLs", values) {
          permission.resource = url
          if !isKnown(permission) { return (permission, verb) }
        }
      }
    }
    return nil
  }

  private static func texts(_ rule: NodeRef, _ field: String, _ values: Values) -> [String] {
    values.field(rule, field).map { values.forest.items($0).map { values.forest.text($0) } } ?? []
  }
}

/// Whom a binding gives a role.
struct AccessSubject: Hashable {
  var kind: String
  var namespace: String?
  var name: String

  init(_ subject: NodeRef, _ values: Values) {
    kind = values.text(subject, "kind") ?? ""
    namespace = kind == "ServiceAccount" ? values.text(subject, "namespace") : nil
    name = values.text(subject, "name") ?? ""
  }

  init(serviceAccount name: String, namespace: String?) {
    (kind, self.namespace, self.name) = ("ServiceAccount", namespace, name)
  }

  var shown: String { "\(kind) \([namespace, name].compactMap(\.self).joined(separator: "/"))" }

  /// Whether a cluster certainly had it: a service account that is applied, one that every namespace has, a group of
  /// Kubernetes. Of other users and groups nobody knows here whether they are new.
  func isKnown(to side: ClusterSide) -> Bool {
    let index = side.cluster.index
    switch kind {
    case "Group": return name.hasPrefix("system:")
    case "ServiceAccount":
      guard let namespace else { return false }
      return !index.objects(ofKind: kind, namespace: namespace, name: name).isEmpty
        || name == "default" && side.cluster.objects.contains { $0.id.namespace == namespace && !$0.isRemote }
    default: return false
    }
  }
}

/// Which permissions the bindings of a revision give to whom, all of them together.
struct AccessRights {
  struct Role: Hashable {
    var kind: String
    /// That of the binding, for a Role.
    var namespace: String?
    var name: String
  }

  private struct Grant {
    var role: Role
    /// Nil for all namespaces.
    var scope: String?
    /// Nil where the role is not in this repository, or more than one makes it.
    var rules: [RoleRule]?
  }

  private let side: ClusterSide
  private var grants: [AccessSubject: [Grant]] = [:]
  private var holders: [Role: [(subject: AccessSubject, scope: String?)]] = [:]

  init(of side: ClusterSide) {
    self.side = side
    var rules: [Role: [RoleRule]?] = [:]
    for binding in Self.bindings(of: side) {
      guard let role = Self.role(of: binding, side.values) else { continue }
      let known = rules[role] ?? Self.rules(of: role, side)?.map { RoleRule($0, side.values) }
      rules[role] = .some(known)
      for node in Self.subjects(of: binding, side.values) {
        let subject = AccessSubject(node, side.values)
        let scope = Self.scope(of: binding)
        grants[subject, default: []].append(Grant(role: role, scope: scope, rules: known))
        holders[role, default: []].append((subject, scope))
      }
    }
  }

  /// Whether a subject has a role, by whichever binding.
  func gives(_ role: Role, to subject: AccessSubject, in scope: String?) -> Bool {
    grants[subject]?.contains { $0.role == role && ($0.scope == nil || $0.scope == scope) } ?? false
  }

  /// Whether some role of a subject allows it something.
  func allows(_ permission: Permission, to subject: AccessSubject, in scope: String?) -> Bool {
    grants[subject]?.contains { grant in
      guard grant.scope == nil || grant.scope == scope else { return false }
      if let rules = grant.rules { return rules.contains { $0.allows(permission) } }
      // Of the roles that Kubernetes brings this one allows everything.
      return grant.role.kind == "ClusterRole" && grant.role.name == "cluster-admin"
    } ?? false
  }

  /// What a subject has, by whichever binding, and where.
  func roles(of subject: AccessSubject) -> [(role: Role, scope: String?)] {
    grants[subject]?.map { ($0.role, $0.scope) } ?? []
  }

  /// Who has a role, and where.
  func holders(of role: AppliedObject) -> [(subject: AccessSubject, scope: String?)] {
    holders[Role(kind: role.id.kind, namespace: role.id.kind == "Role" ? role.id.namespace : nil, name: role.id.name)]
      ?? []
  }

  static func bindings(of side: ClusterSide) -> [AppliedObject] {
    ["ClusterRoleBinding", "RoleBinding"].flatMap { side.cluster.index.objects(ofKind: $0) }.sorted()
      .map(side.object).filter { $0.id.isOfRoles && !$0.isRemote && ($0.kustomization != nil || $0.maker != nil) }
  }

  static func subjects(of binding: AppliedObject, _ values: Values) -> [NodeRef] {
    values.field(binding.root, "subjects").map { Array(values.forest.items($0)) } ?? []
  }

  /// Where a binding gives its role: nil for all namespaces.
  static func scope(of binding: AppliedObject) -> String? {
    binding.id.kind == "RoleBinding" ? binding.id.namespace : nil
  }

  static func role(of binding: AppliedObject, _ values: Values) -> Role? {
    guard let kind = values.text(binding.root, "roleRef", "kind"),
      let name = values.text(binding.root, "roleRef", "name")
    else { return nil }
    return Role(kind: kind, namespace: kind == "Role" ? binding.id.namespace : nil, name: name)
  }

  /// The rules of a role; nil where they are not all here.
  static func rules(of role: Role, _ side: ClusterSide) -> [NodeRef]? {
    let found = side.cluster.index.objects(ofKind: role.kind, namespace: role.namespace, name: role.name)
      .map(side.object).filter { $0.id.isOfRoles && !$0.isRemote }
    guard let object = found.first, found.count == 1, object.isKnown,
      side.values.field(object.root, "aggregationRule") == nil
    else { return nil }
    return side.values.field(object.root, "rules").map { Array(side.values.forest.items($0)) } ?? []
  }
}

extension ObjectID {
  var isOfRoles: Bool { group == "rbac.authorization.k8s.io" }
}
