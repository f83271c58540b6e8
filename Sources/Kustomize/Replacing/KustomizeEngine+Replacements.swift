import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

// `replacements` of one layer (api/internal/builtins/ReplacementTransformer.go, api/filters/replacement).
extension KustomizeEngine {
  /// The replacements of a kustomization, those of files in the place of their entry.
  mutating func readReplacements(of loaded: inout LoadedKustomization, directory: String, artifactRoot: String) {
    let place = PatchPlace(directory: directory, artifactRoot: artifactRoot)
    let entries = loaded.kustomization.replacements
    loaded.replacements = replacements(of: entries, place, &loaded.report)
  }

  /// Reads what entries name. What cannot be read is an error and is left out.
  mutating func replacements(
    of entries: [ReplacementEntry], _ place: PatchPlace, _ report: inout BuildReport
  ) -> [Replacement] {
    entries.flatMap { entry -> [Replacement] in
      switch entry {
      case .inline(let replacement): [replacement]
      case .path(let path): replacementFile(path, place, &report)
      }
    }
  }

  private mutating func replacementFile(
    _ entry: SourcedText, _ place: PatchPlace, _ report: inout BuildReport
  ) -> [Replacement] {
    namedFile(entry, "replacements", place, &report).map { replacements(in: $0, entry, &report) } ?? []
  }

  private func replacements(
    in file: FileID, _ entry: SourcedText, _ report: inout BuildReport
  ) -> [Replacement] {
    let known = report.errors.count
    let first = decodedRoot(of: file, entry, convertsScalars: true, &report)
    if report.errors.count > known { return [] }
    guard let root = first, sources.forest.kind(root) != .scalar else {
      report.addError(
        .invalidKustomization, "'\(entry.text)' has no replacements: expected a mapping or a list", at: entry.range)
      return []
    }
    // Unknown fields are ignored in files.
    var decoder = FieldDecoder(isLenient: true)
    let result = decoder.replacementList(root, what: "'\(entry.text)'", in: sources.forest)
    for var error in decoder.errors {
      error.related = entry.range
      report.add(error)
    }
    return result
  }

  /// Carries out replacements in order: a later one sees what earlier ones wrote. The first that fails ends the list, as
  /// what follows may rest on it.
  mutating func replace(_ replacements: [Replacement], in layer: inout Layer) {
    guard !replacements.isEmpty else { return }
    var stepsLeft = ReplacementWrite.stepLimit
    for replacement in replacements where canAfford(&layer) {
      do throws(MergeFailure) {
        guard let value = try value(of: replacement, in: layer) else { return }
        for target in replacement.targets where canAfford(&layer) {
          try write(value, to: target, of: replacement, in: &layer, &stepsLeft)
          settleSharedLabels(in: &layer)
        }
      } catch {
        let isElsewhere = error.range.map { $0 != replacement.range } ?? false
        layer.report.addError(
          .other, error.message, at: error.range ?? replacement.range,
          related: isElsewhere ? replacement.range : nil)
        return
      }
    }
  }

  // MARK: The value

  /// Nil when the source may be in a part of the build that is not known.
  private mutating func value(of replacement: Replacement, in layer: Layer) throws(MergeFailure) -> NodeRef? {
    if replacement.value != nil, replacement.source != nil {
      throw MergeFailure(message: "the replacement has both 'source' and 'sourceValue', expected one", range: nil)
    }
    guard !replacement.targets.isEmpty else {
      throw MergeFailure(message: "the replacement has no 'targets': say which fields get the value", range: nil)
    }
    if let value = replacement.value {
      return writer.plain(value.text, at: value.range, in: &sources.forest)
    }
    guard let source = replacement.source else {
      throw MergeFailure(message: "the replacement has no 'source': say which field has the value", range: nil)
    }
    return try resource(of: source, in: layer).map { resource throws(MergeFailure) in
      try value(of: source, in: resource)
    }
  }

  private func resource(of source: Replacement.Source, in layer: Layer) throws(MergeFailure) -> Resource? {
    let matches = layer.resources.items.filter { $0.allIDs.contains { $0.isSelected(by: source.id) } }
    if let match = matches.first, matches.count == 1 { return match }
    let what = Self.description(of: source.id)
    guard let first = matches.first, let second = matches.dropFirst().first else {
      if layer.mayLackObjects { return nil }
      let names = layer.resources.items.lazy.filter { source.id.kind.isEmpty || $0.id.kind == source.id.kind }
        .map(\.id.name)
      let hint = Suggestion.nearest(to: source.id.name, in: Array(names)).map { ", did you mean '\($0)'?" } ?? ""
      throw MergeFailure(
        message: "the source of the replacement, \(what), is not in the build\(hint)", range: source.range)
    }
    throw MergeFailure(
      message:
        "the source of the replacement, \(what), is \(matches.count) objects, among them '\(first.id.description)' and '\(second.id.description)': say which one is meant",
      range: source.range)
  }

  private static func description(of id: ResourceID) -> String {
    let parts = [
      ("group", id.group), ("version", id.version), ("kind", id.kind), ("name", id.name), ("namespace", id.namespace),
    ]
    let written = parts.filter { !$0.1.isEmpty }.map { "\($0.0) '\($0.1)'" }
    return written.isEmpty ? "any object" : written.joined(separator: ", ")
  }

  private mutating func value(
    of source: Replacement.Source, in resource: Resource
  ) throws(MergeFailure) -> NodeRef {
    let path = source.fieldPath
    let found: NodeRef?
    do throws(MergeFailure) {
      found = try ReplacementPath.find(
        ReplacementPath(ofSource: path.text).parts[...], in: resource.root, sources.forest)
    } catch {
      throw MergeFailure(message: error.message, range: error.range ?? path.range)
    }
    guard let found, !sources.forest.isNull(found),
      sources.forest.kind(found) == .scalar || sources.forest.count(found) > 0
    else {
      throw MergeFailure(
        message:
          "the field '\(path.text)' is missing or empty in '\(resource.id.description)', from which the replacement takes its value",
        range: path.range)
    }
    guard let delimiter = source.options.delimiter else { return found }
    guard sources.forest.kind(found) == .scalar else { throw ReplacementWrite.delimiterNeedsText(path.range) }
    let text = sources.forest.text(found)
    let pieces = text.pieces(separatedBy: delimiter)
    guard pieces.indices.contains(source.options.index) else {
      throw MergeFailure(
        message:
          "'index' of the source is \(source.options.index), but '\(path.text)' has \(pieces.count) pieces between '\(delimiter)', counted from 0",
        range: source.range)
    }
    let node = sources.forest[found]
    return writer.scalar(
      pieces[source.options.index], style: node.style, tag: ReplacementWrite.tag(of: found, sources.forest),
      at: sources.forest.range(found),
      in: &sources.forest)
  }

  // MARK: The targets

  private mutating func write(
    _ value: NodeRef, to target: Replacement.Target, of replacement: Replacement, in layer: inout Layer,
    _ stepsLeft: inout Int
  ) throws(MergeFailure) {
    guard let select = target.select else {
      throw MergeFailure(message: "a target has no 'select': say which objects get the value", range: target.range)
    }
    var paths: [(path: ReplacementPath, text: SourcedText)] = []
    for text in target.fieldPaths { paths.append((try ReplacementPath(text.text), text)) }
    var write = ReplacementWrite(
      writer: writer, value: value, options: target.options, stepsLeft: stepsLeft)
    defer { stepsLeft = write.stepsLeft }
    for index in layer.resources.items.indices
    where isChosen(layer.resources.items[index], by: select, rejects: target.rejects) {
      let resource = layer.resources.items[index]
      var root = resource.root
      for (path, text) in paths {
        do throws(MergeFailure) {
          root = try write.write(to: root, at: path, in: &sources.forest)
        } catch {
          throw MergeFailure(
            message:
              "the replacement cannot write to '\(text.text)' of '\(resource.id.description)': \(error.message)",
            range: text.range)
        }
        if write.count > 0 { continue }
        let advice =
          target.options.creates
          ? "name a field that can be made" : "correct the path, or set 'create' in its options"
        throw MergeFailure(
          message: "the field '\(text.text)' is not in '\(resource.id.description)': \(advice)", range: text.range)
      }
      if root == resource.root { continue }
      layer.resources.update(at: index) {
        $0.root = root
        $0.modifiers.append(ObjectModifier(kind: .replacement, range: replacement.range))
      }
      refreshID(of: index, in: &layer)
    }
  }

  private func isChosen(
    _ resource: Resource, by select: TargetSelector, rejects: [TargetSelector]
  ) -> Bool {
    var ids = resource.allIDs
    // The namespace is compared as written, and only earlier ids say `default` for none (5.8).
    let namespace = sources.forest.value(resource.root, "metadata", "namespace")
    ids[ids.count - 1].namespace = namespace.map { sources.forest.isNull($0) ? "" : sources.forest.text($0) } ?? ""
    guard ids.contains(where: { select.matches($0) }), select.matchesMetadata(of: resource.root, in: sources.forest)
    else {
      return false
    }
    return !rejects.contains { reject in
      reject.hasIDCondition && ids.contains { reject.matches($0) }
        || reject.hasMetadataCondition && reject.matchesMetadata(of: resource.root, in: sources.forest)
    }
  }
}
