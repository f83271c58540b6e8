import SourceText
import TextMatching
import YAMLSyntax

// The entries of the lists in a kustomization file.
extension FieldDecoder {
  mutating func patches(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [PatchEntry] {
    items(node, what: what(), in: forest).map { patch($0, what: what(), in: forest) }
  }

  private mutating func patch(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> PatchEntry {
    var path: SourcedText?
    var inline: NodeRef?
    var entry = PatchEntry(source: .missing, range: forest.range(node))
    for (field, value) in fields(of: node, as: PatchField.self, what: "an entry of \(what())", in: forest) {
      switch field {
      case .path: path = string(value, what: "'path' of a patch", in: forest)
      case .patch: if string(value, what: "'patch'", in: forest) != nil { inline = value }
      case .target: target(value, of: &entry, in: forest)
      case .options: options(value, of: &entry, in: forest)
      }
    }
    if let path, path.text.isEmpty { report("'path' of a patch is empty", at: path.range) }
    if let inline, forest.isBlank(inline) { report("'patch' is empty", at: forest.range(inline)) }
    entry.source =
      switch (inline, path) {
      case (let inline?, nil): .inline(inline)
      case (nil, let path?): .path(path)
      case (_?, _?): .ambiguous
      case (nil, nil): .missing
      }
    return entry
  }

  mutating func target(_ node: NodeRef, of entry: inout PatchEntry, in forest: Forest) {
    var selector = TargetSelector(range: forest.range(node))
    let converts = convertsScalars
    defer { convertsScalars = converts }
    for (field, value) in fields(of: node, as: TargetField.self, what: "'target'", in: forest) {
      // The parts of an id are fields of another struct, which the conversion does not look into (sigs.k8s.io/yaml
      // `yaml.go`, `convertToJSONableObject`).
      convertsScalars = converts && (field == .labelSelector || field == .annotationSelector)
      guard let text = string(value, what: "'\(field.rawValue)' of a target", in: forest), !text.text.isEmpty else {
        continue
      }
      do throws(TargetFailure) {
        try set(field, of: &selector, to: text.text)
        selector.written.append((field, text))
      } catch {
        errors.append(
          BuildError(
            kind: .patch, message: "'\(field.rawValue)' of the target is not valid: \(error.reason)",
            range: text.range))
        entry.hasBadTarget = true
      }
    }
    entry.target = selector
  }

  private struct TargetFailure: Error {
    var reason: String
  }

  private func set(_ field: TargetField, of selector: inout TargetSelector, to text: String) throws(TargetFailure) {
    switch field {
    case .group: selector.group = try pattern(text)
    case .version: selector.version = try pattern(text)
    case .kind: selector.kind = try pattern(text)
    case .name: selector.name = try pattern(text)
    case .namespace: selector.namespace = try pattern(text)
    case .labelSelector: selector.labels = try labelSelector(text)
    case .annotationSelector: selector.annotations = try labelSelector(text)
    }
  }

  private func pattern(_ text: String) throws(TargetFailure) -> TextPattern {
    do throws(LinearRegex.Failure) {
      return try TextPattern(text)
    } catch {
      throw TargetFailure(reason: error.reason)
    }
  }

  private func labelSelector(_ text: String) throws(TargetFailure) -> LabelSelector {
    do throws(LabelSelector.Failure) {
      return try LabelSelector(text)
    } catch {
      throw TargetFailure(reason: error.reason)
    }
  }

  mutating func options(_ node: NodeRef, of entry: inout PatchEntry, in forest: Forest) {
    for (field, value) in fields(of: node, as: PatchOptionField.self, what: "'options' of a patch", in: forest) {
      switch field {
      case .allowNameChange: entry.allowsNameChange = boolean(value, what: "'allowNameChange'", in: forest)
      case .allowKindChange: entry.allowsKindChange = boolean(value, what: "'allowKindChange'", in: forest)
      }
    }
  }

  /// What `openapi` says; nil where it says nothing.
  mutating func schemaChoice(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> SchemaChoice? {
    var path: SourcedText?
    var version: SourcedText?
    guard forest.kind(node) == .mapping else {
      report("\(what()) must be a mapping", at: forest.range(node))
      return nil
    }
    for pair in forest.expandedPairs(node) where !forest.isNull(pair.value) {
      // Upstream reads a map of texts, so other fields and other letter cases do not count.
      switch OpenAPIField(rawValue: forest.text(pair.key)) {
      case .path: path = string(pair.value, what: "'path' of \(what())", in: forest)
      case .version: version = string(pair.value, what: "'version' of \(what())", in: forest)
      case nil: break
      }
    }
    if let version, !version.text.isEmpty {
      if let path, !path.text.isEmpty {
        report("\(what()) has both 'path' and 'version', expected one", at: path.range)
      } else if version.text != Self.schemaVersion {
        report(
          "'version' of \(what()) is '\(version.text)', expected '\(Self.schemaVersion)', the only one there is",
          at: version.range)
      }
      return .builtIn
    }
    return path.flatMap { $0.text.isEmpty ? nil : .file($0) }
  }

  /// The schema of Kubernetes that kustomize carries (kyaml/openapi/kubernetesapi).
  private static let schemaVersion = "v1.21.2"

  mutating func labels(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [LabelsEntry] {
    items(node, what: what(), in: forest).map { item in
      var entry = LabelsEntry(pairs: [], range: forest.range(item))
      for (field, value) in fields(of: item, as: LabelsField.self, what: "an entry of \(what())", in: forest) {
        switch field {
        case .pairs: entry.pairs = textPairs(value, what: "'pairs'", in: forest)
        case .includeSelectors: entry.includesSelectors = boolean(value, what: "'includeSelectors'", in: forest)
        case .includeTemplates: entry.includesTemplates = boolean(value, what: "'includeTemplates'", in: forest)
        case .fields:
          entry.fields = items(value, what: "'fields'", in: forest).compactMap { fieldSpec($0, in: forest) }
        }
      }
      return entry
    }
  }

  mutating func fieldSpec(_ node: NodeRef, in forest: Forest) -> FieldSpec? {
    var path = ""
    var spec = FieldSpec("")
    // The kind is in a struct of its own upstream, where nothing is converted (sigs.k8s.io/yaml).
    let convertsPath = convertsScalars
    defer { convertsScalars = convertsPath }
    for (field, value) in fields(of: node, as: FieldSpecField.self, what: "a field spec", in: forest) {
      if field == .create {
        spec.creates = boolean(value, what: "'create'", in: forest)
        continue
      }
      convertsScalars = convertsPath && field == .path
      guard let text = string(value, what: "'\(field.rawValue)'", in: forest)?.text else { continue }
      switch field {
      case .group: spec.group = text
      case .version: spec.version = text
      case .kind: spec.kind = text
      case .path: path = text
      case .create: break
      }
    }
    var result = FieldSpec(path, group: spec.group, version: spec.version, kind: spec.kind, creates: spec.creates)
    result.range = forest.range(node)
    return result
  }

  mutating func images(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [ImageEntry] {
    items(node, what: what(), in: forest).map { image($0, what: "an entry of \(what())", in: forest) }
  }

  mutating func image(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> ImageEntry {
    var entry = ImageEntry(name: "", range: forest.range(node))
    for (field, value) in fields(of: node, as: ImageField.self, what: what(), in: forest) {
      let text = string(value, what: "'\(field.rawValue)' of an image", in: forest).flatMap {
        $0.text.isEmpty ? nil : $0
      }
      switch field {
      case .name: (entry.name, entry.nameRange) = (text?.text ?? "", text?.range)
      case .newName: entry.newName = text
      case .newTag: entry.newTag = text
      case .tagSuffix: entry.tagSuffix = text
      case .digest: entry.digest = text
      }
    }
    return entry
  }

  mutating func replicas(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [ReplicaEntry] {
    items(node, what: what(), in: forest).map { replica($0, what: "an entry of \(what())", in: forest) }
  }

  mutating func replica(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> ReplicaEntry {
    let range = forest.range(node)
    var entry = ReplicaEntry(name: SourcedText(text: "", range: range), count: 0, countRange: range, range: range)
    for (field, value) in fields(of: node, as: ReplicaField.self, what: what(), in: forest) {
      switch field {
      case .name: entry.name = string(value, what: "'name' of 'replicas'", in: forest) ?? entry.name
      case .count:
        entry.count = integer(value, what: "'count'", in: forest)
        entry.countRange = forest.range(value)
      }
    }
    return entry
  }

  mutating func configMap(_ node: NodeRef, in forest: Forest) -> GeneratorEntry? {
    var entry = GeneratorEntry(range: forest.range(node))
    let what = "an entry of 'configMapGenerator'"
    var env: SourcedText?
    for (field, value) in fields(of: node, as: ConfigMapField.self, what: what, in: forest) {
      guard let field = SecretField(rawValue: field.rawValue) else { continue }
      generatorField(field, value, of: &entry, &env, in: forest)
    }
    if let env { entry.envs.append(env) }
    return entry
  }

  mutating func secret(_ node: NodeRef, in forest: Forest) -> GeneratorEntry? {
    var entry = GeneratorEntry(range: forest.range(node))
    var env: SourcedText?
    for (field, value) in fields(
      of: node, as: SecretField.self, what: "an entry of 'secretGenerator'", in: forest)
    {
      generatorField(field, value, of: &entry, &env, in: forest)
    }
    if let env { entry.envs.append(env) }
    return entry
  }

  private mutating func generatorField(
    _ field: SecretField, _ value: NodeRef, of entry: inout GeneratorEntry, _ env: inout SourcedText?,
    in forest: Forest
  ) {
    var what: String { "'\(field.rawValue)' of a generator" }
    switch field {
    case .name: entry.name = string(value, what: what, in: forest)
    case .namespace: entry.namespace = string(value, what: what, in: forest)
    case .behavior: entry.behavior = string(value, what: what, in: forest)
    case .type: entry.type = string(value, what: what, in: forest)
    case .literals: entry.literals = strings(value, what: what, in: forest)
    case .files: entry.files = strings(value, what: what, in: forest)
    case .envs: entry.envs = strings(value, what: what, in: forest)
    case .env: env = string(value, what: what, in: forest)
    case .options: entry.options = generatorOptions(value, what: what, in: forest)
    }
  }

  mutating func generatorOptions(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest)
    -> GeneratorOptions
  {
    var result = GeneratorOptions()
    for (field, value) in fields(of: node, as: GeneratorOptionField.self, what: what(), in: forest) {
      switch field {
      case .labels: result.labels = textPairs(value, what: "'labels'", in: forest)
      case .annotations: result.annotations = textPairs(value, what: "'annotations'", in: forest)
      case .disableNameSuffixHash:
        result.disablesNameHash = boolean(value, what: "'disableNameSuffixHash'", in: forest)
      case .immutable: result.isImmutable = boolean(value, what: "'immutable'", in: forest)
      }
    }
    return result
  }
}

extension Forest {
  /// Whether a scalar has nothing but white space.
  func isBlank(_ ref: NodeRef) -> Bool {
    withText(ref) { $0.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
  }
}
