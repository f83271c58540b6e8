import Manifests
import SourceText
import YAMLSyntax

// The transformers of one layer in kustomize's order (api/internal/target/kusttarget_configplugin.go).
extension KustomizeEngine {
  mutating func transform(_ layer: inout Layer, with loaded: LoadedKustomization) {
    let kustomization = loaded.kustomization
    for patch in loaded.strategicPatches { apply(patch, .strategic, to: &layer) }
    for patch in loaded.patches { apply(patch, .any, to: &layer) }
    if let namespace = kustomization.namespace, !namespace.text.isEmpty { setNamespace(namespace, in: &layer) }
    if let prefix = kustomization.namePrefix, !prefix.text.isEmpty { rename(.prefix, prefix, in: &layer) }
    if let suffix = kustomization.nameSuffix, !suffix.text.isEmpty { rename(.suffix, suffix, in: &layer) }
    for entry in kustomization.labels { setLabels(entry, in: &layer) }
    if let labels = kustomization.commonLabels { setLabels(labels, in: &layer) }
    setAnnotations(kustomization.commonAnnotations, in: &layer)
    for patch in loaded.jsonPatches { apply(patch, .json, to: &layer) }
    for entry in kustomization.replicas { setReplicas(entry, in: &layer) }
    for entry in kustomization.images { setImage(entry, in: &layer) }
  }

  /// Writes to all places of the field specs that fit the object at `index`; what fails is an error at `range`.
  /// Whether anything changed.
  @discardableResult
  mutating func write(
    to specs: [FieldSpec], of index: Int, in layer: inout Layer, making created: FieldWalk.Created?,
    at range: SourceRange, _ change: FieldWalk.Change
  ) -> Bool {
    let resource = layer.resources.items[index]
    let walk = FieldWalk(writer: writer, created: created)
    var root = resource.root
    for spec in specs where spec.fits(resource.id) {
      do throws(MergeFailure) {
        root = try walk.update(root, at: spec, in: &sources.forest, change)
      } catch {
        layer.report.addError(
          .other, "'\(resource.id.description)' cannot be changed: \(error.message)", at: range, related: error.range)
      }
    }
    guard root != resource.root else { return false }
    layer.resources.update(at: index) { $0.root = root }
    return true
  }

  func note(_ kind: ObjectModifier.Kind, _ range: SourceRange, on index: Int, in layer: inout Layer) {
    layer.resources.update(at: index) { $0.modifiers.append(ObjectModifier(kind: kind, range: range)) }
  }
}
