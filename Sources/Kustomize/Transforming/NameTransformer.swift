import Manifests
import SourceText
import YAMLSyntax

// `namePrefix` and `nameSuffix` (api/internal/builtins/PrefixTransformer.go).
extension KustomizeEngine {
  enum Affix { case prefix, suffix }

  mutating func rename(_ affix: Affix, _ text: SourcedText, in layer: inout Layer) {
    for index in layer.resources.items.indices {
      let resource = layer.resources.items[index]
      if Self.keepsName(resource) { continue }
      layer.resources.update(at: index) { $0.storePreviousID() }
      guard let old = sources.forest.value(resource.root, "metadata", "name"), sources.forest.kind(old) == .scalar
      else { continue }
      let name = affix == .prefix ? text.text + resource.id.name : resource.id.name + text.text
      // Written without a type, as upstream does; the place is that of the name it was made from.
      let plain = writer.plain(name, at: sources.forest.range(old), in: &sources.forest)
      let value = writer.overwriting(old, with: plain, in: &sources.forest)
      let root = writer.setting(["metadata", "name"], to: value, in: resource.root, in: &sources.forest)
      layer.resources.update(at: index) {
        $0.root = root
        $0.id.name = name
        $0.modifiers.append(ObjectModifier(kind: affix == .prefix ? .namePrefix : .nameSuffix, range: text.range))
      }
    }
  }

  /// Kinds that are never renamed, by the kind the object was loaded with.
  private static func keepsName(_ resource: Resource) -> Bool {
    switch resource.original.kind {
    case "CustomResourceDefinition", "Namespace": true
    case "APIService": resource.id.group == "apiregistration.k8s.io"
    default: false
    }
  }
}
