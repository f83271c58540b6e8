import RuleEngine

/// Objects that may do more than before: rules of roles, subjects of bindings, pods with the rights of the node.
struct RightsWidened: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let fields = ImmutableFields(change.values)
      for pair in change.objects.edited {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        // What is refused widens nothing.
        guard old.isKnown, now.isKnown, !change.isNotApplied(old, now), fields.change(from: old, to: now) == nil,
          let found = Widening(old.root, now.root, now.id, change.values)
        else { continue }
        report.report(
          "\(now.id.shown) \(found.message)", at: found.place, label: found.label,
          severity: found.isFull ? .warning : .note, objects: [now.id], in: change,
          help: Self.help)
      }
      reportNewBindings(in: change, &report)
    }
  }

  private static let help = "see that it needs this, and that whoever may write here may give it"

  /// A binding that is new may be of something that is new as well; what was there before may do more now.
  private func reportNewBindings(in change: ClusterChange, _ report: inout FindingSink) {
    let before = Bindings(of: change.base)
    for number in Bindings.numbers(in: change.new) {
      let binding = change.new.object(number)
      guard binding.isKnown, !binding.isRemote, let role = Bindings.role(of: binding, change.values),
        !change.base.has(ObjectKey(kind: binding.id.kind, namespace: binding.id.namespace, name: binding.id.name))
      else { continue }
      for subject in Bindings.subjects(of: binding, change.values) {
        guard let account = Bindings.account(subject, change.values), change.base.has(account),
          !before.gives(role, to: account, in: binding.id.namespace)
        else { continue }
        report.report(
          "\(binding.id.shown) gives '\(role.name)' to ServiceAccount \(account.namespace ?? "")/\(account.name) from now on",
          at: change.values.forest.range(change.values.field(subject, "name") ?? subject), label: "a new right",
          severity: role.name == "cluster-admin" ? .warning : .note, objects: [binding.id], in: change, help: Self.help)
        // One finding for what gives the right.
        break
      }
    }
  }
}

/// Which roles the bindings of a revision give to whom.
private struct Bindings {
  struct Role: Hashable {
    var kind: String
    var name: String
  }

  private struct Right: Hashable {
    var role: Role
    var account: ObjectKey
    /// Nil for all namespaces.
    var namespace: String?
  }

  private var rights: Set<Right> = []

  init(of side: ClusterSide) {
    for number in Self.numbers(in: side) {
      let binding = side.object(number)
      guard let role = Self.role(of: binding, side.values) else { continue }
      for subject in Self.subjects(of: binding, side.values) {
        guard let account = Self.account(subject, side.values) else { continue }
        rights.insert(Right(role: role, account: account, namespace: binding.id.namespace))
      }
    }
  }

  func gives(_ role: Role, to account: ObjectKey, in namespace: String?) -> Bool {
    rights.contains(Right(role: role, account: account, namespace: namespace))
      || rights.contains(Right(role: role, account: account, namespace: nil))
  }

  static func numbers(in side: ClusterSide) -> [Int] {
    ["ClusterRoleBinding", "RoleBinding"].flatMap { side.cluster.index.objects(ofKind: $0) }
      .filter { side.object($0).id.isOfRoles && side.object($0).kustomization != nil }.sorted()
  }

  static func subjects(of binding: AppliedObject, _ values: Values) -> [NodeRef] {
    values.field(binding.root, "subjects").map { Array(values.forest.items($0)) } ?? []
  }

  static func role(of binding: AppliedObject, _ values: Values) -> Role? {
    guard let kind = values.text(binding.root, "roleRef", "kind"),
      let name = values.text(binding.root, "roleRef", "name")
    else { return nil }
    return Role(kind: kind, name: name)
  }

  /// The service account that a subject names; of users and groups nobody knows here whether they are new.
  static func account(_ subject: NodeRef, _ values: Values) -> ObjectKey? {
    guard values.text(subject, "kind") == "ServiceAccount", let name = values.text(subject, "name"),
      let namespace = values.text(subject, "namespace")
    else { return nil }
    return ObjectKey(kind: "ServiceAccount", namespace: namespace, name: name)
  }
}

extension ClusterSide {
  fileprivate func has(_ key: ObjectKey) -> Bool {
    !cluster.index.objects(ofKind: key.kind, namespace: key.namespace, name: key.name).isEmpty
  }
}

/// What an object may do now and could not before; nil when that is nothing.
private struct Widening {
  var message: String
  var place: SourceRange
  var label: String
  /// Whether it is all there is: of a namespace, of the cluster or of a node.
  var isFull: Bool

  init?(_ old: NodeRef, _ now: NodeRef, _ id: ObjectID, _ values: Values) {
    switch id.kind {
    case "Role" where id.isOfRoles, "ClusterRole" where id.isOfRoles:
      guard let found = Self.ofRules(old, now, values) else { return nil }
      self = found
    case "RoleBinding" where id.isOfRoles, "ClusterRoleBinding" where id.isOfRoles:
      guard let found = Self.ofSubjects(old, now, values) else { return nil }
      self = found
    default:
      guard let found = Self.ofPods(old, now, id, values) else { return nil }
      self = found
    }
  }

  private init(_ message: String, at place: SourceRange, label: String, isFull: Bool) {
    (self.message, self.place, self.label, self.isFull) = (message, place, label, isFull)
  }

  // MARK: - Roles

  private static func texts(_ node: NodeRef?, _ values: Values) -> [String] {
    node.map { values.forest.items($0).map { values.forest.text($0) } } ?? []
  }

  private static func ofRules(_ old: NodeRef, _ now: NodeRef, _ values: Values) -> Widening? {
    let before = values.field(old, "rules").map { Array(values.forest.items($0)) } ?? []
    for rule in values.field(now, "rules").map({ Array(values.forest.items($0)) }) ?? [] {
      guard let verbs = values.field(rule, "verbs") else { continue }
      let resources =
        texts(values.field(rule, "resources"), values) + texts(values.field(rule, "nonResourceURLs"), values)
      for verb in values.forest.items(verbs) {
        let text = values.forest.text(verb)
        for resource in resources {
          let isCovered = before.contains { covers($0, text, resource, rule, values) }
          if !isCovered {
            let isFull = text == "*" || resource == "*" || ["escalate", "bind", "impersonate"].contains(text)
            return Widening(
              "may '\(text)' '\(resource)' from now on", at: values.forest.range(verb),
              label: isFull ? "everything of its kind" : "a new right", isFull: isFull)
          }
        }
      }
    }
    return nil
  }

  private static func covers(
    _ rule: NodeRef, _ verb: String, _ resource: String, _ wanted: NodeRef, _ values: Values
  ) -> Bool {
    func has(_ field: String, _ text: String) -> Bool {
      let all = texts(values.field(rule, field), values)
      return all.contains("*") || all.contains(text)
    }
    let groups = texts(values.field(wanted, "apiGroups"), values)
    let names = Set(texts(values.field(rule, "resourceNames"), values))
    let wantedNames = Set(texts(values.field(wanted, "resourceNames"), values))
    guard names.isEmpty || !wantedNames.isEmpty && wantedNames.isSubset(of: names) else { return false }
    return has("verbs", verb) && (has("resources", resource) || has("nonResourceURLs", resource))
      && groups.allSatisfy { has("apiGroups", $0) }
  }

  private static func ofSubjects(_ old: NodeRef, _ now: NodeRef, _ values: Values) -> Widening? {
    func name(_ subject: NodeRef) -> String {
      let name = [values.text(subject, "namespace"), values.text(subject, "name")].compactMap(\.self)
      return "\(values.text(subject, "kind") ?? "") \(name.joined(separator: "/"))"
    }
    let before = Set(values.field(old, "subjects").map { values.forest.items($0).map(name) } ?? [])
    let added = values.field(now, "subjects").flatMap { subjects in
      values.forest.items(subjects).first { !before.contains(name($0)) }
    }
    guard let added else { return nil }
    let role = values.text(now, "roleRef", "name") ?? ""
    let place = values.field(added, "name") ?? added
    return Widening(
      "gives '\(role)' to \(name(added)) from now on", at: values.forest.range(place), label: "a new subject",
      isFull: role == "cluster-admin")
  }

  // MARK: - Pods

  private static func ofPods(_ old: NodeRef, _ now: NodeRef, _ id: ObjectID, _ values: Values) -> Widening? {
    guard let after = pod(now, id, values), let before = pod(old, id, values), before != after else { return nil }
    for field in ["hostNetwork", "hostPID", "hostIPC"]
    where values.text(after, field) == "true" && values.text(before, field) != "true" {
      guard let node = values.field(after, field) else { continue }
      return Widening(
        "shares the '\(field.dropFirst(4).lowercased())' of its node from now on", at: values.forest.range(node),
        label: "was not before", isFull: true)
    }
    for list in ["containers", "initContainers"] {
      let known = values.field(before, list).map { Array(values.forest.items($0)) } ?? []
      for container in values.field(after, list).map({ Array(values.forest.items($0)) }) ?? [] {
        let name = values.text(container, "name") ?? ""
        let old = known.first { values.text($0, "name") == name }
        guard values.text(container, "securityContext", "privileged") == "true",
          values.text(old, "securityContext", "privileged") != "true",
          let node = values.field(container, "securityContext", "privileged")
        else { continue }
        return Widening(
          "runs container '\(name)' privileged from now on", at: values.forest.range(node),
          label: "may do everything on its node", isFull: true)
      }
    }
    return nil
  }

  private static func pod(_ root: NodeRef, _ id: ObjectID, _ values: Values) -> NodeRef? {
    switch (id.group, id.kind) {
    case ("", "Pod"): values.field(root, "spec")
    case ("batch", "CronJob"): values.field(root, "spec", "jobTemplate", "spec", "template", "spec")
    case ("apps", _), ("batch", _): values.field(root, "spec", "template", "spec")
    default: nil
    }
  }
}

extension ObjectID {
  fileprivate var isOfRoles: Bool { group == "rbac.authorization.k8s.io" }
}
