import Manifests
import SourceText
import YAMLSyntax

// The files of `configurations` and `crds` (api/internal/plugins/builtinconfig, api/internal/accumulator/loadconfigfromcrds.go).
extension KustomizeEngine {
  /// Reads them. A file that cannot be read is an error and is left out.
  mutating func readConfigurations(of loaded: inout LoadedKustomization, directory: String, artifactRoot: String) {
    let place = PatchPlace(directory: directory, artifactRoot: artifactRoot)
    if !loaded.kustomization.configurations.isEmpty {
      var added = TransformerConfig()
      for path in loaded.kustomization.configurations {
        read(path, "configurations", place, into: &added, &loaded.report) { root, forest, errors in
          var decoder = ConfigurationDecoder()
          defer { errors += decoder.errors }
          return decoder.decode(root, in: forest)
        }
      }
      var merged = TransformerConfig.standard
      merge(added, into: &merged, at: loaded.kustomization.configurations[0].range, &loaded.report)
      loaded.configuration = merged
    }
    if !loaded.kustomization.crds.isEmpty {
      var added = TransformerConfig()
      for path in loaded.kustomization.crds {
        read(path, "crds", place, into: &added, &loaded.report) { root, forest, errors in
          var reader = TypeDefinitionReader(forest: forest)
          defer { errors += reader.errors }
          return reader.read(root)
        }
      }
      loaded.typeConfiguration = added
    }
  }

  /// Sets the schema that a kustomization names, unless one was set before (kyaml/openapi/openapi.go, `SetSchema`).
  mutating func chooseSchema(
    of kustomization: Kustomization, in directory: String, for layer: inout Layer, _ context: BuildContext
  ) {
    guard !isSchemaChosen, let choice = kustomization.schema else { return }
    isSchemaChosen = true
    guard case .file(let path) = choice else { return }
    let place = PatchPlace(directory: directory, artifactRoot: context.artifactRoot)
    let gathered = context.outer + [(layer.resources, layer.isMerged)]
    customSchema = schema(
      path, place, keepsBuiltIn: gathered.contains { $0.isMerged || $0.resources.needSchema }, &layer.report)
  }

  /// Reads the schema of `openapi`; nil when there is none that can be read, which is in the report.
  private mutating func schema(
    _ entry: SourcedText, _ place: PatchPlace, keepsBuiltIn: Bool, _ report: inout BuildReport
  ) -> CustomSchema? {
    guard let file = namedFile(entry, "openapi", place, &report) else { return nil }
    guard let root = decodedRoot(of: file, entry, &report) else { return nil }
    var schema = CustomSchema(root, keepsBuiltIn: keepsBuiltIn, in: sources.forest)
    if isBrokenJSON(file) { schema.failure = Self.brokenJSON(entry) }
    return schema
  }

  private mutating func read(
    _ entry: SourcedText, _ field: String, _ place: PatchPlace, into config: inout TransformerConfig,
    _ report: inout BuildReport,
    _ decode: (NodeRef, Forest, inout [BuildError]) -> TransformerConfig
  ) {
    guard let file = namedFile(entry, field, place, &report) else { return }
    // Upstream is strict with repeated keys in one of the two, and makes texts of numbers there.
    let isConfiguration = field == "configurations"
    guard
      let root = decodedRoot(
        of: file, entry, convertsScalars: isConfiguration, allowsRepeatedKeys: !isConfiguration, &report)
    else { return }
    var errors: [BuildError] = []
    let added = decode(root, sources.forest, &errors)
    for var error in errors {
      error.related = entry.range
      report.add(error)
    }
    if field == "crds", errors.isEmpty, isBrokenJSON(file) {
      report.addError(.invalidKustomization, Self.brokenJSON(entry), at: entry.range)
    }
    merge(added, into: &config, at: entry.range, &report)
  }

  /// Whether a file begins as JSON does, which makes upstream read it as such, and is none.
  private func isBrokenJSON(_ file: FileID) -> Bool {
    sources.bytes(of: file).withUnsafeBufferPointer { $0.first == UInt8(ascii: "{") && !JSONText.isValid($0) }
  }

  private static func brokenJSON(_ entry: SourcedText) -> String {
    "'\(entry.text)' begins with '{' but is no JSON: put keys and strings in double quotes, take out comments"
  }

  private func merge(
    _ added: TransformerConfig, into config: inout TransformerConfig, at range: SourceRange,
    _ report: inout BuildReport
  ) {
    do throws(FieldSpecConflict) {
      try config.merge(added)
    } catch {
      report.addError(
        .invalidKustomization, "the configuration cannot be used: \(error.message)", at: error.range ?? range,
        related: error.range == nil ? nil : range)
    }
  }
}

/// Decodes a file of `configurations`.
struct ConfigurationDecoder {
  private var decoder = FieldDecoder(isLenient: false)
  var errors: [BuildError] { decoder.errors }

  mutating func decode(_ root: NodeRef, in forest: Forest) -> TransformerConfig {
    var specs: [TransformerConfig.Field: [FieldSpec]] = [:]
    var references: [NameReference] = []
    let fields = decoder.fields(of: root, as: ConfigurationField.self, what: "the configuration file", in: forest)
    for (field, value) in fields {
      let what = "'\(field.rawValue)'"
      decoder.convertsScalars = true
      if let list = TransformerConfig.Field(rawValue: field.rawValue) {
        specs[list] = fieldSpecs(value, what: what, in: forest)
      } else {
        references = decoder.items(value, what: what, in: forest).map { reference($0, in: forest) }
      }
    }
    return TransformerConfig(specs: specs, references: references)
  }

  private mutating func fieldSpecs(_ list: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [FieldSpec] {
    decoder.items(list, what: what(), in: forest).compactMap { decoder.fieldSpec($0, in: forest) }
  }

  private mutating func reference(_ node: NodeRef, in forest: Forest) -> NameReference {
    var result = NameReference(fields: [])
    let what = "an entry of 'nameReference'"
    for (field, value) in decoder.fields(of: node, as: NameReferenceField.self, what: what, in: forest) {
      decoder.convertsScalars = true
      if field == .fieldSpecs {
        result.fields = fieldSpecs(value, what: "'fieldSpecs'", in: forest)
        continue
      }
      decoder.convertsScalars = false
      guard let text = decoder.string(value, what: "'\(field.rawValue)'", in: forest)?.text else { continue }
      switch field {
      case .group: result.group = text
      case .version: result.version = text
      case .kind: result.kind = text
      case .fieldSpecs: break
      }
    }
    return result
  }
}

extension ResourceList {
  /// Whether an object in it is of a kind whose scope upstream looks up in the schema: of all but the built-in ones.
  fileprivate var needSchema: Bool {
    items.contains { item in
      let id = item.id
      let apiVersion = id.group.isEmpty ? id.version : "\(id.group)/\(id.version)"
      return MergeType(apiVersion: apiVersion, kind: id.kind) == nil || ClusterScope.isUnknown(id.kind)
    }
  }
}
