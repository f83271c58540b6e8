import RuleEngine

/// Objects that may do more than before: rules of roles, subjects of bindings, pods with the rights of the node. What counts
/// is what all bindings of the cluster give somebody together: one that is split, merged or renamed gives nothing new.
struct RightsWidened: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let fields = ImmutableFields(change.values)
      let rights = Rights(change)
      let moved = change.objects.moved.map { ObjectChanges.Pair(base: $0.base, new: $0.new, owner: $0.from) }
      for pair in change.objects.edited + moved {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        // What is refused widens nothing.
        guard old.root != now.root, old.isKnown, now.isKnown, !change.isNotApplied(old, now),
          fields.change(from: old, to: now) == nil, let found = Widening(old, now, rights, change.values)
        else { continue }
        report.report(
          "\(now.id.shown) \(found.message)", at: found.place, label: found.label,
          severity: found.isFull ? .warning : .note, objects: [now.id], in: change,
          help: Self.help)
      }
      reportNewBindings(in: change, rights, &report)
    }
  }

  private static let help = "see that it needs this, and that whoever may write here may give it"

  /// A binding that is new may be of something that is new as well; what was there before may do more now.
  private func reportNewBindings(in change: ClusterChange, _ rights: Rights, _ report: inout FindingSink) {
    for binding in AccessRights.bindings(of: change.new) where binding.isKnown && binding.maker == nil {
      guard let role = AccessRights.role(of: binding, change.values), !change.base.has(binding.id) else { continue }
      for node in AccessRights.subjects(of: binding, change.values) {
        let subject = AccessSubject(node, change.values)
        guard subject.isKnown(to: change.base), rights.isNew(role, for: subject, in: AccessRights.scope(of: binding))
        else { continue }
        report.report(
          "\(binding.id.shown) gives '\(role.name)' to \(subject.shown) from now on",
          at: change.values.forest.range(change.values.field(node, "name") ?? node), label: "a new right",
          severity: role.name == "cluster-admin" ? .warning : .note, objects: [binding.id], in: change, help: Self.help)
        // One finding for what gives the right.
        break
      }
    }
  }
}

/// The rights of both revisions, found out when somebody asks: most changes are of other objects.
private final class Rights {
  private let change: ClusterChange
  private lazy var base = AccessRights(of: change.base)
  private lazy var new = AccessRights(of: change.new)

  init(_ change: ClusterChange) { self.change = change }

  /// Whether a role gives a subject what nothing gave it before.
  func isNew(_ role: AccessRights.Role, for subject: AccessSubject, in scope: String?) -> Bool {
    if base.gives(role, to: subject, in: scope) { return false }
    guard let rules = AccessRights.rules(of: role, change.new) else { return true }
    return RoleRule.firstNew(in: rules, change.values) { base.allows($0, to: subject, in: scope) } != nil
  }

  /// The first role of a subject that gives more than another one had; the gravest before others.
  func firstNewRole(of subject: AccessSubject, beside other: AccessSubject) -> AccessRights.Role? {
    let gained = new.roles(of: subject).filter { isNew($0.role, for: other, in: $0.scope) }.map(\.role)
    return gained.first { $0.name == "cluster-admin" } ?? gained.first
  }

  /// Whether all to whom bindings give a role could do something before, and there are some.
  func hadAll(_ permission: Permission, of role: AppliedObject) -> Bool {
    let holders = new.holders(of: role)
    return !holders.isEmpty && holders.allSatisfy { base.allows(permission, to: $0.subject, in: $0.scope) }
  }
}

extension ClusterSide {
  fileprivate func has(_ id: ObjectID) -> Bool {
    !cluster.index.objects(ofKind: id.kind, namespace: id.namespace, name: id.name).isEmpty
  }
}

/// What an object may do now and could not before; nil when that is nothing.
private struct Widening {
  var message: String
  var place: SourceRange
  var label: String
  /// Whether it is all there is: of a namespace, of the cluster or of a node.
  var isFull: Bool

  init?(_ old: AppliedObject, _ now: AppliedObject, _ rights: Rights, _ values: Values) {
    let found =
      switch now.id.kind {
      case "Role" where now.id.isOfRoles, "ClusterRole" where now.id.isOfRoles: Self.ofRules(old, now, rights, values)
      case "RoleBinding" where now.id.isOfRoles, "ClusterRoleBinding" where now.id.isOfRoles:
        Self.ofSubjects(old, now, rights, values)
      default: Self.ofPods(old.root, now.root, now.id, values) ?? Self.ofAccount(old, now, rights, values)
      }
    guard let found else { return nil }
    self = found
  }

  private init(_ message: String, at place: SourceRange, label: String, isFull: Bool) {
    (self.message, self.place, self.label, self.isFull) = (message, place, label, isFull)
  }

  // MARK: - Roles

  private static func ofRules(
    _ old: AppliedObject, _ now: AppliedObject, _ rights: Rights, _ values: Values
  ) -> Widening? {
    func rules(_ object: AppliedObject) -> [NodeRef] {
      values.field(object.root, "rules").map { Array(values.forest.items($0)) } ?? []
    }
    let before = rules(old).map { RoleRule($0, values) }
    let found = RoleRule.firstNew(in: rules(now), values) { permission in
      before.contains { $0.allows(permission) } || rights.hadAll(permission, of: now)
    }
    guard let (permission, verb) = found else { return nil }
    return Widening(
      "may '\(permission.verb)' '\(permission.resource)' from now on", at: values.forest.range(verb),
      label: permission.isFull ? "everything of its kind" : "a new right", isFull: permission.isFull)
  }

  private static func ofSubjects(
    _ old: AppliedObject, _ now: AppliedObject, _ rights: Rights, _ values: Values
  ) -> Widening? {
    let before = Set(AccessRights.subjects(of: old, values).map { AccessSubject($0, values) })
    guard let role = AccessRights.role(of: now, values) else { return nil }
    let added = AccessRights.subjects(of: now, values).first { node in
      let subject = AccessSubject(node, values)
      return !before.contains(subject) && rights.isNew(role, for: subject, in: AccessRights.scope(of: now))
    }
    guard let added else { return nil }
    return Widening(
      "gives '\(role.name)' to \(AccessSubject(added, values).shown) from now on",
      at: values.forest.range(values.field(added, "name") ?? added), label: "a new subject",
      isFull: role.name == "cluster-admin")
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
    // What one container of a pod may do, the pod may do.
    guard privileged(before, values).isEmpty, let (name, node) = privileged(after, values).first else { return nil }
    return Widening(
      "runs container '\(name)' privileged from now on", at: values.forest.range(node),
      label: "may do everything on its node", isFull: true)
  }

  /// The containers of a pod that may do everything on its node, by their names, with where that is said.
  private static func privileged(_ pod: NodeRef, _ values: Values) -> [(name: String, place: NodeRef)] {
    ["containers", "initContainers"].flatMap { list in
      values.field(pod, list).map { Array(values.forest.items($0)) } ?? []
    }.compactMap { container in
      guard values.text(container, "securityContext", "privileged") == "true",
        let node = values.field(container, "securityContext", "privileged")
      else { return nil }
      return (values.text(container, "name") ?? "", node)
    }
  }

  /// A pod that runs as another account, which has a right that the one before did not have.
  private static func ofAccount(
    _ old: AppliedObject, _ now: AppliedObject, _ rights: Rights, _ values: Values
  ) -> Widening? {
    guard let before = pod(old.root, old.id, values), let after = pod(now.root, now.id, values), before != after,
      let node = values.field(after, "serviceAccountName")
    else { return nil }
    func account(_ pod: NodeRef, _ object: AppliedObject) -> AccessSubject {
      AccessSubject(
        serviceAccount: values.text(pod, "serviceAccountName") ?? "default", namespace: object.id.namespace)
    }
    let (one, other) = (account(before, old), account(after, now))
    guard one != other, let role = rights.firstNewRole(of: other, beside: one) else { return nil }
    return Widening(
      "runs as \(other.shown) from now on, which has '\(role.name)'", at: values.forest.range(node),
      label: "was \(one.shown)", isFull: role.name == "cluster-admin")
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
