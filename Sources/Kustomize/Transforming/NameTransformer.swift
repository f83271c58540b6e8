import Manifests
import SourceText
import YAMLSyntax

// `namePrefix` and `nameSuffix` (api/internal/builtins/PrefixTransformer.go).
extension KustomizeEngine {
  enum Affix { case prefix, suffix }

  /// Puts a text before or behind what the field specs lead to: names, and whatever a configuration adds.
  mutating func rename(_ affix: Affix, _ text: SourcedText, at specs: [FieldSpec], in layer: inout Layer) {
    let writer = writer
    let modifier = ObjectModifier(kind: affix == .prefix ? .namePrefix : .nameSuffix, range: text.range)
    for index in layer.resources.items.indices where !isFull && !Self.keepsName(layer.resources.items[index]) {
      let type = layer.resources.items[index].originalType
      for spec in specs where spec.fits(type) {
        if spec.isName { layer.resources.update(at: index) { $0.storePreviousID(affix.cause(text.text)) } }
        let isChanged = write(to: [spec], of: index, in: &layer, making: .scalar, at: text.range) {
          (old, forest) throws(MergeFailure) in
          guard let old else { return writer.string(text.text, at: text.range, in: &forest) }
          guard forest.kind(old) == .scalar else {
            throw MergeFailure(message: "'\(spec.pathText)' is no scalar", range: forest.range(old))
          }
          let name = affix == .prefix ? text.text + forest.text(old) : forest.text(old) + text.text
          // Written without a type, as upstream does; the place is that of the name it was made from.
          let plain = writer.plain(name, at: forest.range(old), in: &forest)
          return writer.overwriting(old, with: plain, in: &forest)
        }
        guard isChanged else { continue }
        layer.resources.update(at: index) { $0.modifiers.append(modifier) }
        if spec.isName, let name = sources.forest.value(layer.resources.items[index].root, "metadata", "name") {
          let text = sources.forest.text(name)
          layer.resources.update(at: index) { $0.id.name = text }
        } else if spec.path.first?.name == "metadata" {
          refreshID(of: index, in: &layer)
        }
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

extension KustomizeEngine.Affix {
  fileprivate func cause(_ text: String) -> PreviousID.Cause {
    switch self {
    case _ where text.isEmpty: .other
    case .prefix: .prefix(text)
    case .suffix: .suffix(text)
    }
  }
}
