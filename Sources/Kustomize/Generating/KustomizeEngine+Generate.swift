import Manifests
import SourceText
import YAMLSyntax

// `configMapGenerator` and `secretGenerator` (api/internal/generators, api/resmap/reswrangler.go `AbsorbAll`).
extension KustomizeEngine {
  mutating func generate(
    _ kustomization: Kustomization, in directory: String, into layer: inout Layer, _ context: BuildContext
  ) {
    let entries =
      kustomization.configMaps.map { (kind: GeneratedKind.configMap, entry: $0) }
      + kustomization.secrets.map { (kind: GeneratedKind.secret, entry: $0) }
    for (kind, entry) in entries where canAfford(&layer, visits: 1) {
      var entry = entry
      if let common = kustomization.generatorOptions { entry.options.fill(from: common) }
      generate(kind, entry, in: directory, into: &layer, context)
    }
  }

  /// - Parameter generator: the plugin; nil for a field of the kustomization file.
  mutating func generate(
    _ kind: GeneratedKind, _ entry: GeneratorEntry, by generator: Configurator? = nil, in directory: String,
    into layer: inout Layer, _ context: BuildContext
  ) {
    var reader = GeneratorInput(kind: kind, directory: directory, artifactRoot: context.artifactRoot)
    reader.read(entry, in: self, &layer.report)
    if !reader.encrypted.isEmpty, !entry.options.leavesEncrypted {
      layer.report.encrypted += reader.encrypted
      layer.isDecrypted = decrypts
    }
    guard let name = entry.name, !name.text.isEmpty else {
      layer.report.addError(.invalidKustomization, "the generator has no 'name'", at: entry.range)
      return
    }
    guard !reader.isFailed else { return }
    for data in reader.data + reader.binaryData { checkKey(data.key, at: data.value.range, &layer.report) }
    var resource = object(kind, entry, name: name, reader)
    resource.generator = generator ?? Configurator(kind: "\(kind.rawValue)Generator", file: entry.range.file)
    absorb(resource, entry, name, into: &layer)
  }

  /// Upstream writes keys without quotes, whatever they look like.
  private func checkKey(_ key: String, at range: SourceRange, _ report: inout BuildReport) {
    var key = key
    guard key == "<<" || !key.withUTF8({ PlainText.isString($0, dialect: .resource) }) else { return }
    report.addError(
      .other,
      "the key '\(key)' is called like a number, a boolean, a date or null, which kustomize cannot print: rename it",
      at: range)
  }

  private mutating func object(
    _ kind: GeneratedKind, _ entry: GeneratorEntry, name: SourcedText, _ input: GeneratorInput
  ) -> Resource {
    let builder = ObjectBuilder(writer: writer, range: entry.range)
    var metadata = [builder.pair("name", name, in: &sources.forest)]
    if let namespace = entry.namespace, !namespace.text.isEmpty {
      metadata.append(builder.pair("namespace", namespace, in: &sources.forest))
    }
    for (key, pairs) in [("labels", entry.options.labels), ("annotations", entry.options.annotations)]
    where !pairs.isEmpty {
      let nodes = pairs.map { builder.pair($0.key, $0.value, keyRange: $0.keyRange, in: &sources.forest) }
      metadata.append(builder.pair(key, nodes, in: &sources.forest))
    }
    var pairs = [
      builder.pair("apiVersion", SourcedText(text: "v1", range: entry.range), in: &sources.forest),
      builder.pair("kind", SourcedText(text: kind.rawValue, range: entry.range), in: &sources.forest),
      builder.pair("metadata", metadata, in: &sources.forest),
    ]
    if kind == .secret {
      let type = entry.type.flatMap { $0.text.isEmpty ? nil : $0 }
      pairs.append(
        builder.pair("type", type ?? SourcedText(text: "Opaque", range: entry.range), in: &sources.forest))
    }
    for (key, values) in [("data", input.data), ("binaryData", input.binaryData)] {
      guard !values.isEmpty || key == "data" && kind == .secret else { continue }
      let nodes = values.map { builder.data($0.key, $0.value, in: &sources.forest) }
      pairs.append(builder.pair(key, nodes, in: &sources.forest))
    }
    if entry.options.isImmutable { pairs.append(builder.flag("immutable", in: &sources.forest)) }
    let root = writer.mapping(pairs, at: entry.range, in: &sources.forest)
    let id = ResourceID(
      group: "", version: "v1", kind: kind.rawValue, name: name.text,
      namespace: entry.namespace.flatMap { $0.text.isEmpty ? nil : $0.text } ?? "default")
    var resource = Resource(root: root, origin: entry.range, id: id)
    resource.generation = Resource.Generation(needsHash: !entry.options.disablesNameHash)
    resource.unknownValues = input.isDecrypted
    resource.modifiers = [ObjectModifier(kind: .generator, range: entry.range)]
    return resource
  }

  // MARK: Behaviour

  /// Adds a generated object, or unites it with the one that has its id.
  private mutating func absorb(
    _ resource: Resource, _ entry: GeneratorEntry, _ name: SourcedText, into layer: inout Layer
  ) {
    let behavior = entry.behavior?.text ?? ""
    let isUnion = behavior == "merge" || behavior == "replace"
    let matches = layer.resources.items.indices.filter { layer.resources.items[$0].hasAnyID(resource.id) }
    let place = entry.behavior?.range ?? name.range
    switch (matches.count, isUnion) {
    case (0, false): layer.add(resource, through: entry.range)
    case (0, true) where layer.mayLackObjects: break
    case (0, true):
      let names = layer.resources.items.filter { $0.id.kind == resource.id.kind }.map(\.id.name)
      let hint = Suggestion.nearest(to: name.text, in: names).map { ", did you mean '\($0)'?" } ?? ""
      layer.report.addError(
        .other, "'\(resource.id.description)' is not in the build, so there is nothing to \(behavior)\(hint)", at: place
      )
    case (1, false):
      layer.report.add(
        BuildError(
          kind: .duplicateObject,
          message:
            "'\(resource.id.description)' is in the build already: set 'behavior' to 'merge' or 'replace' to change it",
          range: place, places: [BuildError.Place(layer.resources.items[matches[0]].origin, "the first of the two")]))
    case (1, true): unite(matches[0], with: resource, merging: behavior == "merge", in: &layer)
    default:
      layer.report.addError(
        .other, "\(matches.count) objects of the build are or were called '\(resource.id.description)'", at: place)
    }
  }

  /// The new object takes the place, name and namespace of the old one, and the labels and annotations of both; with
  /// `merge` also the data of both. Everything else of the old one is lost.
  private mutating func unite(_ index: Int, with new: Resource, merging: Bool, in layer: inout Layer) {
    let old = layer.resources.items[index]
    var root = new.root
    for path in [["metadata", "name"], ["metadata", "namespace"]] {
      if let value = sources.forest.value(old.root, path) {
        root = writer.setting(path, to: value, in: root, in: &sources.forest)
      }
    }
    if sources.forest.writtenNamespace(of: old.root) == nil, let metadata = sources.forest.value(root, "metadata") {
      let rest = writer.removing("namespace", from: metadata, in: &sources.forest)
      root = writer.setting("metadata", to: rest, in: root, in: &sources.forest)
    }
    var united = [["metadata", "labels"], ["metadata", "annotations"]]
    if merging { united += [["data"], ["binaryData"]] }
    for path in united {
      guard let written = sources.forest.value(old.root, path), sources.forest.kind(written) == .mapping else {
        continue
      }
      // The old values go through a map of strings.
      let isData = path.count == 1
      let oldPairs = sources.forest.pairs(written)
      let texts = writer.withTexts(oldPairs, nullsAreEmpty: isData, in: &sources.forest)
      if isData {
        for pair in oldPairs {
          checkKey(sources.forest.text(pair.key), at: sources.forest.range(pair.key), &layer.report)
        }
      }
      guard let after = sources.forest.value(new.root, path), sources.forest.kind(after) == .mapping else {
        let before = texts.map { writer.mapping($0, like: written, in: &sources.forest) } ?? written
        root = writer.setting(path, to: before, in: root, in: &sources.forest)
        continue
      }
      var newPairs = PairLookup(sources.forest.pairs(after), in: sources.forest)
      let kept = (texts ?? oldPairs).map { newPairs.take($0.key, in: sources.forest) ?? $0 }
      let value = writer.mapping(kept + newPairs.rest, like: after, in: &sources.forest)
      root = writer.setting(path, to: value, in: root, in: &sources.forest)
    }
    layer.resources.update(at: index) { resource in
      resource.root = root
      resource.sharedLabels = nil
      if !merging {
        resource.origin = new.origin
        resource.generator = new.generator
      }
      resource.modifiers += new.modifiers
      resource.unknownValues = new.unknownValues || merging && resource.unknownValues
      // Only when both want a hash there is one.
      let needsHash = resource.generation?.needsHash ?? false
      resource.generation?.needsHash = needsHash && new.generation?.needsHash ?? false
    }
  }
}

extension GeneratorOptions {
  /// `kustomize.toolkit.fluxcd.io/decrypt: disabled` on the object, in whatever case: something else decrypts it.
  fileprivate var leavesEncrypted: Bool {
    annotations.contains {
      $0.key == "kustomize.toolkit.fluxcd.io/decrypt" && $0.value.text.lowercased() == "disabled"
    }
  }
}

/// What generators make.
enum GeneratedKind: String {
  case configMap = "ConfigMap"
  case secret = "Secret"
}

extension GeneratorOptions {
  /// Puts the options of the file below those of an entry: a key of the entry wins, a flag is set if either is.
  mutating func fill(from common: GeneratorOptions) {
    labels += common.labels.filter { pair in !labels.contains { $0.key == pair.key } }
    annotations += common.annotations.filter { pair in !annotations.contains { $0.key == pair.key } }
    disablesNameHash = disablesNameHash || common.disablesNameHash
    isImmutable = isImmutable || common.isImmutable
  }
}

/// Makes the pairs of a new object.
private struct ObjectBuilder {
  let writer: NodeWriter
  /// The place of what the generator entry does not write itself.
  let range: SourceRange

  func pair(
    _ key: String, _ value: SourcedText, keyRange: SourceRange? = nil, in forest: inout Forest
  ) -> Forest.Pair {
    Forest.Pair(
      key: writer.string(key, at: keyRange ?? value.range, in: &forest),
      value: writer.string(value.text, at: value.range, in: &forest))
  }

  /// Data of several lines are a literal block (kyaml/yaml/datamap.go), which matters for texts that no block can hold.
  func data(_ key: String, _ value: SourcedText, in forest: inout Forest) -> Forest.Pair {
    let style: Node.Style = value.text.utf8.contains(UInt8(ascii: "\n")) ? .literal : .doubleQuoted
    return Forest.Pair(
      key: writer.string(key, at: value.range, in: &forest),
      value: writer.scalar(value.text, style: style, tag: .string, at: value.range, in: &forest))
  }

  func pair(_ key: String, _ pairs: [Forest.Pair], in forest: inout Forest) -> Forest.Pair {
    Forest.Pair(
      key: writer.string(key, at: range, in: &forest), value: writer.mapping(pairs, at: range, in: &forest))
  }

  func flag(_ key: String, in forest: inout Forest) -> Forest.Pair {
    Forest.Pair(
      key: writer.string(key, at: range, in: &forest),
      value: writer.scalar("true", style: .plain, tag: .boolean, at: range, in: &forest))
  }
}

extension Forest {
  /// The value under the keys of `path`, nil where one is missing.
  func value(_ root: NodeRef, _ path: [String]) -> NodeRef? {
    var node = root
    for key in path {
      guard let next = value(node, key: key) else { return nil }
      node = next
    }
    return node
  }
}
