import Manifests
import SourceText
import YAMLSyntax

// `namespace` (api/filters/namespace/namespace.go).
extension KustomizeEngine {
  mutating func setNamespace(_ namespace: SourcedText, in layer: inout Layer) {
    let value = writer.string(namespace.text, at: namespace.range, in: &sources.forest)
    var count: [ResourceID: Int] = [:]
    for resource in layer.resources.items { count[resource.id, default: 0] += 1 }
    for index in layer.resources.items.indices {
      let before = layer.resources.items[index].id
      layer.resources.update(at: index) { $0.storePreviousID() }
      let root = withNamespace(value, layer.resources.items[index])
      let isChanged = root != layer.resources.items[index].root
      layer.resources.update(at: index) { resource in
        resource.root = root
        if resource.id.namespace != ResourceID.clusterNamespace { resource.id.namespace = namespace.text }
        if isChanged { resource.modifiers.append(ObjectModifier(kind: .namespace, range: namespace.range)) }
      }
      write(to: Self.namespaceSpecs, of: index, in: &layer, making: .scalar, at: namespace.range) { _, _ in value }
      if before.kind == "Namespace", let id = sources.forest.resourceID(layer.resources.items[index].root) {
        layer.resources.update(at: index) { $0.id = id }
      }
      let after = layer.resources.items[index].id
      guard after != before else { continue }
      count[before, default: 0] -= 1
      count[after, default: 0] += 1
      if count[after, default: 0] > 1 {
        let first = layer.resources.items.first { $0.id == after && $0.origin != layer.resources.items[index].origin }
        layer.report.addError(
          .duplicateObject,
          "with namespace '\(namespace.text)' there are two objects '\(after.description)'",
          at: layer.resources.items[index].origin, related: first?.origin)
      }
    }
  }

  private mutating func withNamespace(_ value: NodeRef, _ resource: Resource) -> NodeRef {
    var root = resource.root
    if resource.id.namespace != ResourceID.clusterNamespace {
      root = writer.setting(["metadata", "namespace"], to: value, in: root, in: &sources.forest)
    }
    guard resource.id.kind == "RoleBinding" || resource.id.kind == "ClusterRoleBinding",
      let subjects = sources.forest.value(root, "subjects"), sources.forest.kind(subjects) == .sequence
    else { return root }
    // Every subject with the name `default`, whatever its kind.
    let items = Array(sources.forest.items(subjects))
    let changed = items.map { subject in
      guard let name = sources.forest.value(subject, "name"), sources.forest.hasText(name, "default" as StaticString)
      else { return subject }
      return writer.setting("namespace", to: value, in: subject, in: &sources.forest)
    }
    guard changed != items else { return root }
    let list = writer.sequence(changed, at: sources.forest.range(subjects), in: &sources.forest)
    return writer.setting("subjects", to: list, in: root, in: &sources.forest)
  }

  private static let namespaceSpecs = [
    FieldSpec("metadata/name", version: "v1", kind: "Namespace", creates: true),
    FieldSpec("spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", creates: true),
    FieldSpec(
      "spec/conversion/webhook/clientConfig/service/namespace", group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition"),
  ]
}
