import Manifests
import SourceText
import YAMLSyntax

// The transformers of one layer in kustomize's order (api/internal/target/kusttarget_configplugin.go).
extension KustomizeEngine {
  mutating func transform(_ layer: inout Layer, with loaded: LoadedKustomization) {
    let kustomization = loaded.kustomization
    let file = kustomization.range?.file
    for patch in loaded.strategicPatches where canAfford(&layer) { apply(patch, .strategic, to: &layer) }
    if !loaded.strategicPatches.isEmpty { noteTransformer("PatchStrategicMergeTransformer", in: file, &layer) }
    for patch in loaded.patches where canAfford(&layer) {
      apply(patch, .any, to: &layer)
      noteTransformer("PatchTransformer", in: file, &layer)
    }
    guard canAfford(&layer) else { return }
    if let namespace = kustomization.namespace, !namespace.text.isEmpty {
      setNamespace(NamespaceChange(namespace: namespace, specs: layer.config[.namespace]), in: &layer)
      noteTransformer("NamespaceTransformer", in: file, &layer)
    }
    if let prefix = kustomization.namePrefix, !prefix.text.isEmpty {
      rename(.prefix, prefix, at: layer.config[.namePrefix], in: &layer)
      noteTransformer("PrefixTransformer", in: file, &layer)
    }
    if let suffix = kustomization.nameSuffix, !suffix.text.isEmpty {
      rename(.suffix, suffix, at: layer.config[.nameSuffix], in: &layer)
      noteTransformer("SuffixTransformer", in: file, &layer)
    }
    setLabels(of: kustomization, in: file, &layer)
    if !kustomization.commonAnnotations.isEmpty {
      setAnnotations(kustomization.commonAnnotations, in: &layer)
      noteTransformer("AnnotationsTransformer", in: file, &layer)
    }
    for patch in loaded.jsonPatches where canAfford(&layer) {
      apply(patch, .json, to: &layer)
      noteTransformer("PatchJson6902Transformer", in: file, &layer)
    }
    for entry in kustomization.replicas where canAfford(&layer) {
      setReplicas(entry, at: layer.config[.replicas], in: &layer)
      noteTransformer("ReplicaCountTransformer", in: file, &layer)
    }
    for entry in kustomization.images where canAfford(&layer) {
      setImage(entry, at: layer.config[.images], in: &layer)
      noteTransformer("ImageTagTransformer", in: file, &layer)
    }
    replace(loaded.replacements, in: &layer)
    if !loaded.replacements.isEmpty { noteTransformer("ReplacementTransformer", in: file, &layer) }
  }

  /// Upstream makes a transformer of `commonLabels` too, empty or not, as soon as there are `labels`.
  private mutating func setLabels(of kustomization: Kustomization, in file: FileID?, _ layer: inout Layer) {
    for entry in kustomization.labels where canAfford(&layer) {
      setLabels(entry, in: &layer)
      noteTransformer("LabelTransformer", in: file, &layer)
    }
    if let labels = kustomization.commonLabels { setCommonLabels(labels, in: &layer) }
    if !kustomization.labels.isEmpty || kustomization.commonLabels?.pairs.isEmpty == false {
      noteTransformer("LabelTransformer", in: file, &layer)
    }
  }

  /// Writes to all places of the field specs that fit the object at `index`; what fails is an error at `range`.
  /// Whether anything changed.
  @discardableResult
  mutating func write(
    to specs: [FieldSpec], of index: Int, in layer: inout Layer, making created: FieldWalk.Created?,
    at range: SourceRange, _ change: @escaping FieldWalk.Change
  ) -> Bool {
    let walk = FieldWalk(writer: writer, created: created, change: change)
    let before = layer.resources.items[index].root
    var root = before
    if isFull { return false }
    for spec in specs where spec.fits(layer.resources.items[index].id) {
      do throws(MergeFailure) {
        root = try walk.update(root, at: spec, in: &sources.forest)
      } catch {
        layer.report.addError(
          .other, "'\(layer.resources.items[index].id.description)' cannot be changed: \(error.message)", at: range,
          related: error.range)
      }
    }
    guard root != before else { return false }
    layer.resources.update(at: index) { $0.root = root }
    return true
  }

  func note(_ kind: ObjectModifier.Kind, _ range: SourceRange, on index: Int, in layer: inout Layer) {
    layer.resources.update(at: index) { $0.modifiers.append(ObjectModifier(kind: kind, range: range)) }
  }
}
