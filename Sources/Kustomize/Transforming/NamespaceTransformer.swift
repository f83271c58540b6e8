import Manifests
import SourceText
import YAMLSyntax

/// What a namespace transformer is to do (api/filters/namespace/namespace.go).
struct NamespaceChange: Sendable {
  var namespace: SourcedText
  /// Where it is written beside `metadata.namespace`.
  var specs: [FieldSpec]
  /// Whether only what is empty is set.
  var setsUnsetOnly = false
  var subjects = Subjects.defaultOnly

  /// Which subjects of role bindings get the namespace.
  enum Subjects: String, CaseIterable, Sendable {
    /// Those with the name `default`, whatever their kind.
    case defaultOnly
    /// All of kind ServiceAccount.
    case allServiceAccounts
    case none
  }
}

// `namespace`.
extension KustomizeEngine {
  mutating func setNamespace(_ change: NamespaceChange, in layer: inout Layer) {
    let namespace = change.namespace
    let value = writer.string(namespace.text, at: namespace.range, in: &sources.forest)
    for index in layer.resources.items.indices {
      layer.resources.update(at: index) { $0.storePreviousID() }
      let before = layer.resources.items[index]
      let namespaced = withNamespace(change, value, before, &layer.report)
      let root = withSubjects(change, value, namespaced, before.id, &layer.report)
      if root != before.root { layer.resources.update(at: index) { $0.root = root } }
      let specs = change.specs.filter { $0.isNamespacePlace(of: before.id) }
      if !specs.isEmpty {
        write(to: specs, of: index, in: &layer, making: .scalar, at: namespace.range) {
          (old, forest) throws(MergeFailure) in
          if let old, forest.kind(old) != .scalar {
            throw MergeFailure(message: "a namespace must be a scalar", range: forest.range(old))
          }
          if let old, change.setsUnsetOnly, forest.hasValue(old) { return old }
          return value
        }
      }
      guard layer.resources.items[index].root != before.root else { continue }
      layer.resources.update(at: index) {
        $0.modifiers.append(ObjectModifier(kind: .namespace, range: namespace.range))
      }
      if !specs.isEmpty {
        refreshID(of: index, in: &layer)
      } else if namespaced != before.root {
        layer.resources.update(at: index) { $0.id.namespace = namespace.text }
      }
    }
    for (first, second) in layer.resources.duplicates() {
      let resource = layer.resources.items[second]
      layer.report.add(
        BuildError(
          kind: .duplicateObject,
          message: "with namespace '\(namespace.text)' there are two objects '\(resource.id.description)'",
          range: resource.origin,
          places: [
            BuildError.Place(layer.resources.items[first].origin, "the first of the two"),
            BuildError.Place(namespace.range, "this namespace makes them equal"),
          ]))
    }
  }

  /// Sets the namespace of one object, and that of the subjects of a role binding.
  mutating func setNamespace(_ change: NamespaceChange, of index: Int, in layer: inout Layer) {
    let before = layer.resources.items[index]
    let namespace = change.namespace
    let value = writer.string(namespace.text, at: namespace.range, in: &sources.forest)
    let namespaced = withNamespace(change, value, before, &layer.report)
    let root = withSubjects(change, value, namespaced, before.id, &layer.report)
    layer.resources.update(at: index) { $0.root = root }
    refreshID(of: index, in: &layer)
  }

  private mutating func withNamespace(
    _ change: NamespaceChange, _ value: NodeRef, _ resource: Resource, _ report: inout BuildReport
  ) -> NodeRef {
    guard resource.id.namespace != ResourceID.clusterNamespace else { return resource.root }
    if let old = sources.forest.value(resource.root, "metadata", "namespace") {
      if change.setsUnsetOnly, sources.forest.hasText(old) { return resource.root }
      checkNamespace(old, of: resource.id, change, &report)
    }
    return writer.setting(["metadata", "namespace"], to: value, in: resource.root, in: &sources.forest)
  }

  private func checkNamespace(
    _ old: NodeRef, of id: ResourceID, _ change: NamespaceChange, _ report: inout BuildReport
  ) {
    guard sources.forest.kind(old) != .scalar else { return }
    report.addError(
      .other, "'\(id.description)' cannot be changed: a namespace must be a scalar", at: change.namespace.range,
      related: sources.forest.range(old))
  }

  /// A role binding with the namespace in those subjects that get it.
  private mutating func withSubjects(
    _ change: NamespaceChange, _ value: NodeRef, _ root: NodeRef, _ id: ResourceID, _ report: inout BuildReport
  ) -> NodeRef {
    guard id.kind == "RoleBinding" || id.kind == "ClusterRoleBinding", change.subjects != .none,
      let subjects = sources.forest.value(root, "subjects"), !sources.forest.isNull(subjects)
    else { return root }
    guard sources.forest.kind(subjects) == .sequence else {
      report.addError(
        .other, "the 'subjects' of '\(id.description)' must be a list", at: sources.forest.range(subjects),
        related: change.namespace.range)
      return root
    }
    let items = Array(sources.forest.items(subjects))
    if let other = items.first(where: { sources.forest.kind($0) != .mapping && !sources.forest.isNull($0) }) {
      report.addError(
        .other, "the 'subjects' of '\(id.description)' must be mappings", at: sources.forest.range(other),
        related: change.namespace.range)
      return root
    }
    let changed = items.map { subject in
      guard getsNamespace(subject, change) else { return subject }
      if let old = sources.forest.value(subject, "namespace") { checkNamespace(old, of: id, change, &report) }
      return writer.setting("namespace", to: value, in: subject, in: &sources.forest)
    }
    guard changed != items else { return root }
    let list = writer.sequence(changed, like: subjects, in: &sources.forest)
    return writer.setting("subjects", to: list, in: root, in: &sources.forest)
  }

  private func getsNamespace(_ subject: NodeRef, _ change: NamespaceChange) -> Bool {
    let forest = sources.forest
    let isMeant =
      switch change.subjects {
      case .defaultOnly: forest.value(subject, "name").map { forest.hasText($0, "default" as StaticString) }
      case .allServiceAccounts:
        forest.value(subject, "kind").map { forest.hasText($0, "ServiceAccount" as StaticString) }
      case .none: false
      }
    guard isMeant == true else { return false }
    return !change.setsUnsetOnly || forest.value(subject, "namespace").map { forest.hasValue($0) } != true
  }
}

extension FieldSpec {
  /// Whether a namespace is written to this place of an object by the spec. What upstream does by other means is not:
  /// `metadata.namespace`, the subjects of role bindings, and names of all but objects of `v1`.
  fileprivate func isNamespacePlace(of id: ResourceID) -> Bool {
    guard fits(id) else { return false }
    if isName { return id.group.isEmpty && id.version == "v1" }
    guard path.count == 2 else { return true }
    if path[0].name == "metadata", path[1].name == "namespace" { return false }
    return kind != "RoleBinding" && kind != "ClusterRoleBinding" || path[0].name != "subjects"
      || path[1].name != "namespace"
  }
}

extension Forest {
  /// Whether a scalar has any text, be it that of a null: such a namespace counts as set.
  fileprivate func hasText(_ ref: NodeRef) -> Bool { kind(ref) == .scalar && self[ref].payloadCount > 0 }

  /// Whether a scalar has any text that is not a null.
  fileprivate func hasValue(_ ref: NodeRef) -> Bool { hasText(ref) && !isNull(ref) }
}
