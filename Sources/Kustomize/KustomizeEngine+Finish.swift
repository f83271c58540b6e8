import Manifests
import SourceText
import YAMLSyntax

// What happens once, at the root of a build (api/internal/target/kusttarget.go, `makeCustomizedResMap`).
extension KustomizeEngine {
  mutating func finish(
    _ layer: consuming Layer, in directory: String, order: BuildRequest.ObjectOrder
  ) -> BuildResult {
    var result = BuildResult()
    addHashes(to: &layer)
    fixReferences(in: &layer)
    resolveVariables(in: &layer)
    settleSharedLabels(in: &layer)
    var report = layer.report
    for (first, second) in layer.resources.duplicates() {
      let (first, second) = (layer.resources.items[first], layer.resources.items[second])
      // What a layer reported already is not said again.
      let isKnown = report.errors.contains { $0.kind == .duplicateObject && $0.range == second.origin }
      if !isKnown {
        report.add(
          BuildError(
            kind: .duplicateObject, message: "'\(second.id.description)' is in the build twice", range: second.origin,
            places: [BuildError.Place(first.origin, "the first of the two")]))
      }
    }
    result.objects.reserveCapacity(layer.resources.count)
    let resources = sorted(layer, order: order, &report)
    for resource in resources {
      if let mark = localConfig(resource.root) {
        // What is there to be read by others has done its work.
        if !layer.isReplacing {
          report.leftOut.append(LeftOut(kind: .localObject, name: resource.id.description, range: mark))
        }
        continue
      }
      if !sources.forest.hasIdentity(resource.root), !resource.id.name.isEmpty {
        report.addError(
          .patch, "a patch removes kind or name of '\(resource.id.description)'",
          at: resource.modifiers.last { $0.kind == .patch }?.range ?? resource.origin)
      }
      var root = withTextAnnotations(resource.root, &report)
      if !layer.buildMetadata.isEmpty { root = withMetadata(layer.buildMetadata, root, of: resource, in: directory) }
      if sources.forest[root].flags.contains(.needsOutputCheck) {
        var check = OutputCheck(forest: sources.forest)
        check.check(root)
        for error in check.errors { report.add(error) }
      }
      result.objects.append(
        BuiltObject(
          root: root, origin: resource.origin, modifiers: resource.modifiers,
          unknownValues: resource.unknownValues))
    }
    result.errors = report.errors
    result.remotes = report.remotes
    result.notBuilt = report.notBuilt
    result.encrypted = report.encrypted.filter { !$0.isDecryptable || !decrypts }
    result.isDecrypted = layer.isDecrypted == true
    result.effects = report.effects
    result.leftOut = report.leftOut
    result.files = report.files
    return result
  }

  /// Gives generated objects the suffix that follows from their content.
  mutating func addHashes(to layer: inout Layer) {
    for index in layer.resources.items.indices where layer.resources.items[index].generation?.needsHash == true {
      let resource = layer.resources.items[index]
      guard let suffix = NameHash.suffix(of: resource.root, kind: resource.id.kind, in: sources.forest),
        let old = sources.forest.value(resource.root, "metadata", "name")
      else { continue }
      let name = "\(resource.id.name)-\(suffix)"
      let value = writer.string(name, at: sources.forest.range(old), in: &sources.forest)
      let root = writer.setting(["metadata", "name"], to: value, in: resource.root, in: &sources.forest)
      layer.resources.update(at: index) {
        $0.storePreviousID()
        $0.root = root
        $0.id.name = name
      }
    }
  }

  /// At the end all annotations are strings, those that only the build is for are gone, and an empty map of them is left
  /// out (api/resource/resource.go).
  private mutating func withTextAnnotations(_ root: NodeRef, _ report: inout BuildReport) -> NodeRef {
    guard let before = sources.forest.value(root, "metadata") else {
      // Only a list needs none, and writing its annotations makes it.
      let empty = writer.mapping([], at: sources.forest.range(root), in: &sources.forest)
      return writer.setting("metadata", to: empty, in: root, in: &sources.forest)
    }
    let metadata = withOneMapOfAnnotations(before)
    let root = metadata == before ? root : writer.setting("metadata", to: metadata, in: root, in: &sources.forest)
    guard let annotations = sources.forest.value(metadata, "annotations") else { return root }
    if sources.forest.kind(annotations) == .sequence {
      report.addError(
        .invalidResource, "'annotations' is a list, expected a mapping", at: sources.forest.range(annotations))
    }
    let written = Array(sources.forest.writtenPairs(annotations))
    // They go through a map, in which the last of equal keys counts.
    let distinct =
      sources.forest[annotations].flags.isDisjoint(with: .notAsWritten)
      ? written : sources.forest.decodedPairs(annotations)
    let pairs = distinct.filter { !sources.forest.withText($0.key) { InternalAnnotations.contain($0) } }
    for pair in pairs where !sources.forest.withText(pair.key, { PlainText.isString($0, dialect: .resource) }) {
      report.addError(
        .invalidResource,
        "the annotation '\(sources.forest.text(pair.key))' is called like a number, a boolean or null, which kustomize cannot print",
        at: sources.forest.range(pair.key))
    }
    guard !pairs.isEmpty else {
      let rest = writer.removing("annotations", from: metadata, in: &sources.forest)
      return writer.setting("metadata", to: rest, in: root, in: &sources.forest)
    }
    let texts = writer.withTexts(pairs, in: &sources.forest)
    if pairs.count == written.count, texts == nil { return root }
    let value = writer.mapping(texts ?? pairs, at: sources.forest.range(annotations), in: &sources.forest)
    return writer.setting(["metadata", "annotations"], to: value, in: root, in: &sources.forest)
  }

  /// Metadata in which `annotations` stands twice, with one map of the two. At the end of a build kustomize takes the
  /// first away and writes what was in it into the next, three times, but the first time only if it is not empty
  /// (api/resource/resource.go, `RemoveBuildAnnotations`, `SetOrigin`, `ClearTransformations`).
  private mutating func withOneMapOfAnnotations(_ metadata: NodeRef) -> NodeRef {
    guard sources.forest[metadata].flags.contains(.hasRepeatedKey) else { return metadata }
    var pairs = sources.forest.expandedPairs(metadata)
    for round in 0..<3 {
      let maps = pairs.indices.filter { sources.forest.hasText(pairs[$0].key, "annotations" as StaticString) }
      guard maps.count > 1, maps.prefix(2).allSatisfy({ isMappingOrNull(pairs[$0].value) }) else { break }
      let first = annotations(in: pairs[maps[0]].value)
      if round == 0, first.isEmpty { continue }
      var merged = annotations(in: pairs[maps[1]].value)
      for pair in first {
        if let index = sources.forest.index(ofKey: sources.forest.text(pair.key), in: merged) {
          merged[index].value = pair.value
        } else {
          merged.append(pair)
        }
      }
      let range = sources.forest.range(pairs[maps[1]].value)
      pairs[maps[1]].value = writer.mapping(merged, at: range, in: &sources.forest)
      pairs.remove(at: maps[0])
    }
    return writer.mapping(pairs, like: metadata, in: &sources.forest)
  }

  private func annotations(in map: NodeRef) -> [Forest.Pair] {
    sources.forest.kind(map) == .mapping ? sources.forest.expandedPairs(map) : []
  }

  private func isMappingOrNull(_ node: NodeRef) -> Bool {
    sources.forest.kind(node) == .mapping || sources.forest.isNull(node)
  }

  /// Where it says that an object is for the build only: such are left out at its end.
  private func localConfig(_ root: NodeRef) -> SourceRange? {
    guard let annotations = sources.forest.value(root, "metadata", "annotations"),
      let value = sources.forest.value(annotations, "config.kubernetes.io/local-config"),
      !sources.forest.hasText(value, "false" as StaticString)
    else { return nil }
    return sources.forest.range(value)
  }
}

// MARK: - What the controller refuses

extension KustomizeEngine {
  /// kustomize builds an object without `apiVersion`, and kustomize-controller then refuses all of the build
  /// (`internal/controller/kustomization_controller.go`, `build`).
  func refuseObjectsWithoutVersion(_ result: inout BuildResult) {
    let forest = sources.forest
    for object in result.objects {
      let version = forest.value(object.root, "apiVersion")
      guard version.map({ forest.isNull($0) || forest.count($0) == 0 && forest.text($0).isEmpty }) ?? true,
        let id = forest.objectID(ManifestObject(root: object.root))
      else { continue }
      result.errors.append(
        BuildError(
          kind: .invalidResource, message: "\(id.kind) '\(id.name)' has no apiVersion, and Flux refuses the build",
          range: version.map { forest.range($0) } ?? object.origin,
          // One of them may have taken it away.
          places: object.modifiers.filter { $0.kind == .patch }.map { BuildError.Place($0.range, "patched here") }))
    }
  }
}
