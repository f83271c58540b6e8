import SourceText
import YAMLSyntax

/// What a Flux Kustomization adds to the kustomization file at the root of its path, in the order the controller does
/// it (fluxcd/pkg `kustomize/kustomize_generator.go`).
struct FluxOverrides {
  var namespace: SourcedText?
  var namePrefix: SourcedText?
  var nameSuffix: SourcedText?
  var patches: [PatchEntry] = []
  var components: [SourcedText] = []
  var ignoresMissingComponents = false
  /// Fields of API versions before v1.
  var strategicPatches: [PatchEntry] = []
  var jsonPatches: [PatchEntry] = []
  var images: [ImageEntry] = []
  var errors: [BuildError] = []

  var isEmpty: Bool {
    namespace == nil && namePrefix == nil && nameSuffix == nil && patches.isEmpty && components.isEmpty
      && strategicPatches.isEmpty && jsonPatches.isEmpty && images.isEmpty && errors.isEmpty
  }

  /// Reads a `spec`.
  init(_ spec: NodeRef, in forest: Forest) {
    // The API server has checked the types, so this reads what it can.
    var decoder = FieldDecoder(isLenient: true)
    namespace = Self.text(forest.value(spec, "targetNamespace"), in: forest, &decoder)
    namePrefix = Self.text(forest.value(spec, "namePrefix"), in: forest, &decoder)
    nameSuffix = Self.text(forest.value(spec, "nameSuffix"), in: forest, &decoder)
    if let node = Self.list(forest.value(spec, "patches"), in: forest) {
      patches = decoder.patches(node, what: "'patches'", in: forest)
    }
    if let node = Self.list(forest.value(spec, "components"), in: forest) {
      components = decoder.strings(node, what: "'components'", in: forest)
    }
    if let node = forest.value(spec, "ignoreMissingComponents") {
      ignoresMissingComponents = forest.scalarValue(node, dialect: .kustomization) == .boolean(true)
    }
    if let node = Self.list(forest.value(spec, "patchesStrategicMerge"), in: forest) {
      strategicPatches = forest.items(node).map { PatchEntry(source: .node($0), range: forest.range($0)) }
    }
    if let node = Self.list(forest.value(spec, "patchesJson6902"), in: forest) {
      jsonPatches = forest.items(node).map { Self.jsonPatch($0, in: forest, &decoder) }
    }
    if let node = Self.list(forest.value(spec, "images"), in: forest) {
      images = decoder.images(node, what: "'images'", in: forest)
    }
    errors = decoder.errors
  }

  private static func text(_ node: NodeRef?, in forest: Forest, _ decoder: inout FieldDecoder) -> SourcedText? {
    guard let node, let text = decoder.string(node, what: "the field", in: forest), !text.text.isEmpty else {
      return nil
    }
    return text
  }

  private static func list(_ node: NodeRef?, in forest: Forest) -> NodeRef? {
    node.flatMap { forest.kind($0) == .sequence ? $0 : nil }
  }

  private static func jsonPatch(
    _ node: NodeRef, in forest: Forest, _ decoder: inout FieldDecoder
  ) -> PatchEntry {
    var entry = PatchEntry(source: .missing, range: forest.range(node))
    if let patch = forest.value(node, "patch") { entry.source = .node(patch) }
    if let target = forest.value(node, "target") { decoder.target(target, of: &entry, in: forest) }
    return entry
  }
}

extension KustomizeEngine {
  /// The kustomization with the fields of a Flux Kustomization in it.
  mutating func apply(
    _ overrides: FluxOverrides, to original: LoadedKustomization, directory: String, _ context: inout BuildContext
  ) -> LoadedKustomization {
    var result = original
    result.report.errors += overrides.errors
    if let namespace = overrides.namespace { result.kustomization.namespace = namespace }
    if let prefix = overrides.namePrefix { result.kustomization.namePrefix = prefix }
    if let suffix = overrides.nameSuffix { result.kustomization.nameSuffix = suffix }
    for image in overrides.images { Self.merge(image, into: &result.kustomization.images) }
    addComponents(of: overrides, to: &result, directory: directory, context)

    var added = LoadedKustomization(kustomization: Kustomization())
    added.kustomization.patches = overrides.patches
    added.kustomization.strategicPatches = overrides.strategicPatches
    added.kustomization.jsonPatches = overrides.jsonPatches
    readPatches(of: &added, directory: directory, artifactRoot: context.artifactRoot)
    result.patches += added.patches
    result.strategicPatches += added.strategicPatches
    result.jsonPatches += added.jsonPatches
    result.report.add(added.report, through: nil)
    return result
  }

  private func addComponents(
    of overrides: FluxOverrides, to result: inout LoadedKustomization, directory: String, _ context: BuildContext
  ) {
    for component in overrides.components {
      if component.text.hasPrefix("/") || RemoteClassifier.component(component.text) != nil
        || GitSpec.hasHTTPScheme(component.text)
      {
        result.report.addError(
          .other, "component '\(component.text)' is no relative path, which 'spec.components' needs",
          at: component.range)
        continue
      }
      if overrides.ignoresMissingComponents,
        case .error(.fileMissing, _) = resolve(component.text, from: directory, artifactRoot: context.artifactRoot)
      {
        continue
      }
      result.kustomization.components.append(component)
    }
  }

  /// Images are merged by exact name; tag and digest are replaced together.
  private static func merge(_ image: ImageEntry, into images: inout [ImageEntry]) {
    guard let index = images.firstIndex(where: { $0.name == image.name }) else {
      images.append(image)
      return
    }
    if image.newName != nil { images[index].newName = image.newName }
    if image.newTag != nil || image.digest != nil {
      images[index].newTag = image.newTag
      images[index].digest = image.digest
    }
    images[index].range = image.range
  }
}
