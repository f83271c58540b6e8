import SourceText
import YAMLSyntax

/// Decodes a kustomization file (api/types/kustomization.go of v0.21).
struct KustomizationDecoder {
  private var decoder: FieldDecoder
  var errors: [BuildError] { decoder.errors }
  /// Unknown fields that are dropped.
  var dropped: [LeftOut] { decoder.dropped }

  init(isLenient: Bool) { decoder = FieldDecoder(isLenient: isLenient) }

  /// Deprecated fields that are appended to others once all fields are read.
  private struct Deprecated {
    var bases: [SourcedText] = []
    var imageTags: [ImageEntry] = []
  }

  mutating func decode(_ root: NodeRef, range: SourceRange, in forest: Forest) -> Kustomization {
    var result = Kustomization()
    result.range = range
    if forest.isNull(root) {
      checkNotEmpty(result, at: range)
      return result
    }
    var kind: SourcedText?
    var apiVersion: SourcedText?
    var deprecated = Deprecated()
    let fields = decoder.fields(of: root, as: KustomizationField.self, what: "the kustomization file", in: forest)
    for (field, value) in fields {
      switch field {
      case .kind: kind = decoder.string(value, what: "'kind'", in: forest)
      case .apiVersion: apiVersion = decoder.string(value, what: "'apiVersion'", in: forest)
      default:
        result.isEmpty = false
        decode(field, value, into: &result, &deprecated, in: forest)
      }
    }
    result.resources += deprecated.bases
    result.images += deprecated.imageTags
    checkNotEmpty(result, at: range)
    checkType(kind: kind, apiVersion: apiVersion, of: &result)
    return result
  }

  /// kustomize-controller sets a field before kustomize looks, so the file at the root of a path may be empty.
  private mutating func checkNotEmpty(_ kustomization: Kustomization, at range: SourceRange) {
    guard kustomization.isEmpty, !decoder.isLenient, decoder.errors.isEmpty else { return }
    decoder.report("the kustomization file is empty", at: range)
  }

  private mutating func checkType(kind: SourcedText?, apiVersion: SourcedText?, of result: inout Kustomization) {
    let kindText = kind.map(\.text).flatMap { $0.isEmpty ? nil : $0 } ?? "Kustomization"
    result.isComponent = kindText == "Component"
    if let kind, kindText != "Kustomization", kindText != "Component" {
      decoder.report("the kind is '\(kind.text)', expected 'Kustomization' or 'Component'", at: kind.range)
      // Its fields are those of that kind.
      decoder.dropped = []
      return
    }
    let expected = "kustomize.config.k8s.io/" + (result.isComponent ? "v1alpha1" : "v1beta1")
    guard let apiVersion, !apiVersion.text.isEmpty, apiVersion.text != expected else { return }
    let isOfFlux = apiVersion.text.hasPrefix("kustomize.toolkit.fluxcd.io/")
    if isOfFlux { decoder.dropped = [] }
    let hint =
      isOfFlux
      ? ": this is a Flux object, give the file another name and list it in 'resources'" : ""
    decoder.report(
      "the apiVersion of the \(kindText) is '\(apiVersion.text)', expected '\(expected)'\(hint)", at: apiVersion.range)
  }

  private mutating func decode(
    _ field: KustomizationField, _ value: NodeRef, into result: inout Kustomization, _ deprecated: inout Deprecated,
    in forest: Forest
  ) {
    var what: String { "'\(field.rawValue)'" }
    switch field {
    case .resources: result.resources = decoder.strings(value, what: what, in: forest)
    case .bases: deprecated.bases = decoder.strings(value, what: what, in: forest)
    case .components: result.components = decoder.strings(value, what: what, in: forest)
    case .namespace: result.namespace = decoder.string(value, what: what, in: forest)
    case .namePrefix: result.namePrefix = decoder.string(value, what: what, in: forest)
    case .nameSuffix: result.nameSuffix = decoder.string(value, what: what, in: forest)
    case .patches: result.patches = decoder.patches(value, what: what, in: forest)
    case .patchesJson6902: result.jsonPatches = decoder.patches(value, what: what, in: forest)
    case .patchesStrategicMerge:
      result.strategicPatches = decoder.items(value, what: what, in: forest).map { item in
        PatchEntry(source: .inlineOrPath(item), range: forest.range(item))
      }
    case .labels: result.labels = decoder.labels(value, what: what, in: forest)
    case .commonLabels:
      let pairs = decoder.textPairs(value, what: what, in: forest)
      result.commonLabels = LabelsEntry(pairs: pairs, includesSelectors: true, range: forest.range(value))
    case .commonAnnotations: result.commonAnnotations = decoder.textPairs(value, what: what, in: forest)
    case .images: result.images = decoder.images(value, what: what, in: forest)
    case .imageTags: deprecated.imageTags = decoder.images(value, what: what, in: forest)
    case .replicas: result.replicas = decoder.replicas(value, what: what, in: forest)
    case .configMapGenerator:
      result.configMaps = decoder.items(value, what: what, in: forest).compactMap {
        decoder.configMap($0, in: forest)
      }
    case .secretGenerator:
      result.secrets = decoder.items(value, what: what, in: forest).compactMap { decoder.secret($0, in: forest) }
    case .generatorOptions: result.generatorOptions = decoder.generatorOptions(value, what: what, in: forest)
    case .metadata: decoder.checkMetadata(value, what: what, in: forest)
    case .helmCharts, .helmChartInflationGenerator:
      addNotBuilt("'\(field.rawValue)' is not built: kustomize-controller has no helm", value, to: &result, forest)
    case .generators: result.generators = decoder.plugins(value, what: what, in: forest)
    case .transformers: result.transformers = decoder.plugins(value, what: what, in: forest)
    case .validators: result.validators = decoder.plugins(value, what: what, in: forest)
    case .configurations: result.configurations = decoder.strings(value, what: what, in: forest)
    case .crds: result.crds = decoder.strings(value, what: what, in: forest)
    case .vars: result.variables = decoder.variables(value, what: what, in: forest)
    case .openapi: result.schema = decoder.schemaChoice(value, what: what, in: forest)
    case .replacements: result.replacements = decoder.replacements(value, what: what, in: forest)
    case .sortOptions: result.sortOptions = decoder.sortOptions(value, what: what, in: forest)
    case .buildMetadata: result.buildMetadata = decoder.strings(value, what: what, in: forest).map(\.text)
    case .helmGlobals, .kind, .apiVersion: break
    }
  }

  private func addNotBuilt(_ reason: String, _ value: NodeRef, to result: inout Kustomization, _ forest: Forest) {
    guard forest.count(value) > 0 else { return }
    result.notBuilt.append(NotBuilt(reason: reason, range: forest.range(value), isRefused: true))
  }
}
