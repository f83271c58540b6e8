import Manifests
import SourceText
import YAMLSyntax

/// A patch whose text was read.
struct LoadedPatch: Sendable {
  enum Content: Sendable {
    case strategic([StrategicPatch])
    case json(JSONPatch)
    /// An empty text: nothing happens.
    case nothing
  }
  var content: Content
  var target: TargetSelector?
  var allowsNameChange: Bool
  var allowsKindChange: Bool
  /// The entry that names it.
  var range: SourceRange
  /// Whether its file is encrypted with SOPS and a Flux build that decrypts does so before it reads the patch.
  var isDecryptable = false
}

/// One document of a strategic merge patch.
struct StrategicPatch: Sendable {
  var root: NodeRef
  /// The patch without what identifies it, which a merge must not write; nil for one that changes nothing.
  var body: NodeRef?
  var id: ResourceID
  /// Where its name is written.
  var range: SourceRange
  /// Whether it takes all annotations away, and with them what upstream notes there of an object: earlier ids, and that
  /// its name gets a hash.
  var isForgetting = false
  /// Given to an object without `apiVersion`; nil for a patch that adds none.
  var emptyVersion: NodeRef?
}

extension KustomizeEngine {
  /// Reads all patches of a kustomization. An entry that cannot be read is an error and is left out.
  mutating func readPatches(of loaded: inout LoadedKustomization, directory: String, artifactRoot: String) {
    let entries = loaded.kustomization
    let place = PatchPlace(directory: directory, artifactRoot: artifactRoot)
    for entry in entries.strategicPatches {
      if let patch = readPatch(entry, place, "patchesStrategicMerge", &loaded.report) {
        loaded.strategicPatches.append(patch)
      }
    }
    loaded.strategicPatches = Self.withoutNothing(loaded.strategicPatches)
    for entry in entries.patches {
      if let patch = readPatch(entry, place, "patches", &loaded.report) { loaded.patches.append(patch) }
    }
    for entry in entries.jsonPatches {
      if let patch = readPatch(entry, place, "patchesJson6902", &loaded.report) { loaded.jsonPatches.append(patch) }
    }
  }

  /// The patches of one transformer that takes many: it is enough that one of them says something
  /// (api/internal/builtins/PatchStrategicMergeTransformer.go).
  static func withoutNothing(_ patches: [LoadedPatch]) -> [LoadedPatch] {
    let rest = patches.filter { if case .nothing = $0.content { false } else { true } }
    return rest.isEmpty ? patches : rest
  }

  /// Whether a text has no object in it when it is read as objects.
  static func isNothing(_ text: String) -> Bool {
    let tree = YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0)
    let forest = Forest(trees: [tree])
    return tree.problems.isEmpty && tree.documents.allSatisfy { forest.isNothing($0.root) }
  }

  /// Where the paths of patches start.
  struct PatchPlace {
    var directory: String
    var artifactRoot: String
  }

  mutating func readPatch(
    _ entry: PatchEntry, _ place: PatchPlace, _ field: String, _ report: inout BuildReport
  ) -> LoadedPatch? {
    do throws(BuildError) {
      guard var content = try content(of: entry, place, field, &report), !entry.hasBadTarget else { return nil }
      if let target = entry.target { try checkName(of: target, field) }
      let isOlder = field == "patchesStrategicMerge" || field == BuiltinPlugin.strategicPatch.rawValue
      if case .strategic(let patches) = content, isOlder || entry.target != nil {
        content = .strategic(patches.map { withEmptyVersion(withTextMetadata($0)) })
      }
      var patch = LoadedPatch(
        content: content, target: entry.target, allowsNameChange: entry.allowsNameChange,
        allowsKindChange: entry.allowsKindChange, range: entry.range)
      patch.isDecryptable = isDecryptable(entry, content, field)
      return patch
    } catch {
      var error = error
      if let range = error.range {
        if !entry.range.contains(range) { error.related = entry.range }
      } else {
        error.range = entry.range
      }
      report.add(error)
      return nil
    }
  }

  /// kustomize-controller decrypts the files of `patches`, and no others (`internal/decryptor/decryptor.go`). What another
  /// patch brings makes the object that it goes into an encrypted one.
  private func isDecryptable(_ entry: PatchEntry, _ content: LoadedPatch.Content, _ field: String) -> Bool {
    guard field == "patches", case .path = entry.source, case .strategic(let documents) = content else { return false }
    return documents.contains { isEncrypted($0.root) }
  }

  private func isEncrypted(_ root: NodeRef) -> Bool {
    sources.forest.value(root, "sops", "mac").map {
      sources.forest.withText($0) { $0.starts(with: "ENC[".utf8) }
    } ?? false
  }

  /// The patch after its file was decrypted: without what SOPS notes in it. The encrypted values stay, for what they are is
  /// not known.
  mutating func decrypted(_ patch: LoadedPatch) -> LoadedPatch {
    guard case .strategic(let documents) = patch.content else { return patch }
    var result = patch
    result.content = .strategic(
      documents.map { document in
        var document = document
        document.body = document.body.map { writer.removing("sops", from: $0, in: &sources.forest) }
        return document
      })
    return result
  }

  /// The older field for JSON patches is for one object, or for several of one name.
  private func checkName(of target: TargetSelector, _ field: String) throws(BuildError) {
    guard target.name == nil else { return }
    guard field == "patchesJson6902" || field == BuiltinPlugin.jsonPatch.rawValue else { return }
    throw BuildError(
      kind: .patch, message: "the target has no 'name', which '\(field)' needs: set it, or use 'patches'",
      range: target.range)
  }

  /// Nil for a patch that is fetched over the network.
  private mutating func content(
    of entry: PatchEntry, _ place: PatchPlace, _ field: String, _ report: inout BuildReport
  ) throws(BuildError) -> LoadedPatch.Content? {
    switch entry.source {
    case .missing: throw BuildError(kind: .patch, message: "the patch has neither 'path' nor 'patch'", range: nil)
    case .ambiguous:
      throw BuildError(kind: .patch, message: "the patch has both 'path' and 'patch', expected one", range: nil)
    case .inline(let scalar): return try inline(scalar)
    case .node(let root): return try patchContent([root], .yaml)
    case .path(let path):
      if field == BuiltinPlugin.strategicPatch.rawValue, Self.isNothing(path.text) { return .nothing }
      return try file(path, place, field, &report)
    case .inlineOrPath(let node):
      guard sources.forest.kind(node) == .scalar else {
        throw BuildError(
          kind: .invalidKustomization, message: "an entry of '\(field)' must be a string", range: nil)
      }
      // A path is a scalar for YAML too, so what reads as a mapping is a patch.
      let tree = embedded(node)
      let isNothing = tree.problems.isEmpty && tree.documents.allSatisfy { sources.forest.isNothing($0.root) }
      let isPatch = isNothing || tree.documents.contains { sources.forest.kind($0.root) != .scalar }
      if isPatch { return try patchContent(tree.documents.map(\.root), .yaml, problems: tree.problems) }
      let path = SourcedText(text: sources.forest.text(node), range: sources.forest.range(node))
      return try file(path, place, field, &report)
    }
  }

  /// Parses the text of a scalar as YAML of its own.
  mutating func embedded(
    _ scalar: NodeRef, isTrimmed: Bool = false
  ) -> (documents: [YAMLDocument], problems: [YAMLProblem]) {
    let tree = sources.forest.parseEmbedded(scalar, tree: sources.forest.nextTreeIndex, isTrimmed: isTrimmed)
    let result = (tree.documents, tree.problems)
    _ = sources.forest.append(tree)
    return result
  }

  private mutating func inline(_ scalar: NodeRef) throws(BuildError) -> LoadedPatch.Content {
    // kustomize trims the text, so a block scalar at its end has no line break at its own end
    // (api/internal/builtins/PatchTransformer.go).
    let (documents, problems) = embedded(scalar, isTrimmed: true)
    let form = sources.forest.withText(scalar) { text in
      let text = UnsafeBufferPointer(rebasing: text[(text.firstIndex { !$0.isSpace } ?? 0)...])
      return PatchForm(text)
    }
    return try patchContent(documents.map(\.root), form, problems: problems)
  }

  private mutating func file(
    _ path: SourcedText, _ place: PatchPlace, _ field: String, _ report: inout BuildReport
  ) throws(BuildError) -> LoadedPatch.Content? {
    if let remote = RemoteClassifier.file(path.text) {
      report.remotes.append(
        RemoteReference(kind: remote.kind, url: path.text, ref: remote.ref, field: field, range: path.range))
      return nil
    }
    switch resolve(path.text, from: place.directory, artifactRoot: place.artifactRoot) {
    case .file(let path):
      let file = try parsedFile(at: path).get()
      report.files.insert(file)
      let form = sources.bytes(of: file).withUnsafeBufferPointer { PatchForm($0) }
      return try patchContent(sources.documents(of: file).map(\.root), form, problems: sources.problems(of: file))
    case .directory:
      throw BuildError(
        kind: .fileMissing, message: "'\(path.text)' is a directory, expected a patch file", range: path.range)
    case .submodule(let submodule):
      report.notBuilt.append(NotBuilt(submodule: submodule, range: path.range))
      return nil
    case .error(let kind, let message): throw BuildError(kind: kind, message: message, range: path.range)
    }
  }

  /// Tells a strategic merge patch from a JSON patch, as kustomize does by trying both.
  private mutating func patchContent(
    _ roots: [NodeRef], _ form: PatchForm, problems: [YAMLProblem] = []
  ) throws(BuildError) -> LoadedPatch.Content {
    if let problem = problems.first(where: { $0.kind != .duplicateKey }) {
      throw BuildError(
        kind: .patch, message: "the patch cannot be read: \(problem.message)", range: problem.range)
    }
    let written = roots.filter { !sources.forest.isNothing($0) }
    if let first = written.first, sources.forest.kind(first) == .sequence {
      // Of a list of operations the first document is read alone (sigs.k8s.io/yaml, `YAMLToJSON`).
      if roots.first != first { return .nothing }
      return .json(try jsonPatch(first, form))
    }
    let roots = sources.forest.expandingLists(written)
    guard !roots.isEmpty else { return .nothing }
    var patches: [StrategicPatch] = []
    for root in roots {
      guard let id = sources.forest.resourceID(root) else {
        let reason = sources.forest.reasonForNoObject(root)
        throw BuildError(
          kind: .patch, message: "the patch does not say which object it is for: \(reason)",
          range: sources.forest.range(root))
      }
      patches.append(strategicPatch(root, id))
    }
    return .strategic(patches)
  }

  private mutating func strategicPatch(_ root: NodeRef, _ id: ResourceID) -> StrategicPatch {
    let name = sources.forest.value(root, "metadata", "name") ?? root
    var patch = StrategicPatch(root: root, body: nil, id: id, range: sources.forest.range(name))
    // `$patch: replace` works on a copy that is thrown away.
    if let directive = sources.forest.value(root, "$patch"),
      sources.forest.hasText(directive, "replace" as StaticString)
    {
      return patch
    }
    var pairs: [Forest.Pair] = []
    var hasMetadata = false
    for var pair in sources.forest.expandedPairs(root) {
      switch sources.forest.text(pair.key) {
      case "apiVersion", "kind": continue
      case "metadata":
        // Of a repeated key the first counts, also where nothing of it is left.
        if hasMetadata { continue }
        hasMetadata = true
        let rest = sources.forest.expandedPairs(pair.value).filter {
          let key = sources.forest.text($0.key)
          return key != "name" && key != "namespace"
        }
        if rest.isEmpty { continue }
        pair.value = writer.mapping(rest, like: pair.value, in: &sources.forest)
      default: break
      }
      pairs.append(pair)
    }
    patch.body = writer.mapping(pairs, like: root, in: &sources.forest)
    patch.isForgetting = isForgetting(patch)
    return patch
  }

  private func isForgetting(_ patch: StrategicPatch) -> Bool {
    guard let metadata = patch.body.flatMap({ sources.forest.value($0, "metadata") }) else { return false }
    if isReplacing(metadata) { return true }
    guard let annotations = sources.forest.value(metadata, "annotations") else { return false }
    return sources.forest.isNull(annotations) || isReplacing(annotations)
  }

  /// Whether nothing is left of a mapping that this one is merged into.
  private func isReplacing(_ mapping: NodeRef) -> Bool {
    guard let directive = sources.forest.value(mapping, "$patch") else { return false }
    return sources.forest.hasText(directive, "replace" as StaticString)
      || sources.forest.hasText(directive, "delete" as StaticString)
  }

  /// A patch with a target has maps of strings for labels and annotations, and none that are empty
  /// (api/resource/resource.go, `CopyMergeMetaDataFieldsFrom`).
  private mutating func withTextMetadata(_ patch: StrategicPatch) -> StrategicPatch {
    guard let body = patch.body, let metadata = sources.forest.value(body, "metadata") else { return patch }
    var pairs = sources.forest.expandedPairs(metadata)
    var isChanged = false
    for index in pairs.indices.reversed() {
      let (key, value) = (pairs[index].key, pairs[index].value)
      guard sources.forest.hasText(key, "labels") || sources.forest.hasText(key, "annotations") else { continue }
      if sources.forest.kind(value) != .mapping || sources.forest.isEmptyMapping(value) {
        pairs.remove(at: index)
        isChanged = true
      } else if let texts = writer.withTexts(sources.forest.pairs(value), in: &sources.forest) {
        pairs[index].value = writer.mapping(texts, like: value, in: &sources.forest)
        isChanged = true
      }
    }
    guard isChanged else { return patch }
    var result = patch
    let texts = writer.mapping(pairs, like: metadata, in: &sources.forest)
    let changed = writer.setting("metadata", to: texts, in: body, in: &sources.forest)
    result.body = changed
    result.isForgetting = isForgetting(result)
    return result
  }

  /// Upstream gives every patch but those of `patches` without target the `apiVersion` of its object, even an empty one
  /// (api/resmap/reswrangler.go, `ApplySmPatch`).
  private mutating func withEmptyVersion(_ patch: StrategicPatch) -> StrategicPatch {
    guard patch.body != nil, let old = sources.forest.value(patch.root, "apiVersion") else { return patch }
    var result = patch
    result.emptyVersion = writer.scalar(
      "", style: sources.forest[old].style, tag: .none, at: sources.forest.range(old), in: &sources.forest)
    return result
  }

  private mutating func jsonPatch(_ list: NodeRef, _ form: PatchForm) throws(BuildError) -> JSONPatch {
    if form == .yaml, let obstacle = JSONConversion(forest: sources.forest).obstacle(in: list) {
      throw BuildError(
        kind: .patch, message: "the patch cannot be read: \(obstacle.message)", range: obstacle.range)
    }
    do throws(MergeFailure) {
      var patch = try JSONPatch(list, in: sources.forest)
      if form == .brokenJSON {
        let bad = sources.forest.firstNonJSON(list)
        throw MergeFailure(
          message: "a patch that begins with '[' must be JSON: put keys and strings in double quotes",
          range: sources.forest.range(bad ?? list))
      }
      for index in patch.operations.indices {
        patch.operations[index].isJSON = form == .json
        guard let value = patch.operations[index].value else { continue }
        patch.operations[index].value = asResource(value)
      }
      return patch
    } catch {
      throw BuildError(kind: .patch, message: error.message, range: error.range)
    }
  }

  /// A value of YAML 1.1 as resource files would write it: `yes` is true.
  private mutating func asResource(_ value: NodeRef) -> NodeRef {
    switch sources.forest.kind(value) {
    case .scalar, .alias:
      guard sources.forest[value].style == .plain else { return value }
      let range = sources.forest.range(value)
      let meant = sources.forest.scalarValue(value, dialect: .kustomization)
      switch (meant, sources.forest.scalarValue(value, dialect: .resource)) {
      case (.boolean(let truth), .string):
        return writer.scalar(
          truth ? "true" : "false", style: .plain, tag: .boolean, at: range, in: &sources.forest)
      default: return value
      }
    case .sequence:
      let items = Array(sources.forest.items(value))
      let converted = items.map { asResource($0) }
      return converted == items
        ? value : writer.sequence(converted, like: value, in: &sources.forest)
    case .mapping:
      let pairs = sources.forest.decodedPairs(value)
      let converted = pairs.map { Forest.Pair(key: asTextKey($0.key), value: asResource($0.value)) }
      let isSame = zip(pairs, converted).allSatisfy { $0.value == $1.value && $0.key == $1.key }
      return isSame && pairs.count == sources.forest.count(value)
        ? value : writer.mapping(converted, like: value, in: &sources.forest)
    }
  }

  /// A key of YAML 1.1 on its way to JSON, where all keys are strings.
  private mutating func asTextKey(_ key: NodeRef) -> NodeRef {
    let node = sources.forest[key]
    guard node.kind == .scalar, node.style == .plain, node.tag == .none,
      !sources.forest.withText(key, { PlainText.isString($0, dialect: .kustomization) })
    else { return key }
    guard let value = try? sources.forest.decodedScalarValue(key, dialect: .kustomization), value != .null else {
      return key
    }
    return writer.string(value.textForKey, at: sources.forest.range(key), in: &sources.forest)
  }
}

/// How the text of a JSON patch is read: one that begins with a bracket by a JSON decoder, every other as YAML 1.1.
private enum PatchForm {
  case yaml, json, brokenJSON

  init(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.first == UInt8(ascii: "[") else {
      self = .yaml
      return
    }
    self = JSONText.isValid(text) ? .json : .brokenJSON
  }
}

extension UInt8 {
  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension Forest {
  /// The first node that is YAML but not JSON.
  fileprivate func firstNonJSON(_ ref: NodeRef) -> NodeRef? {
    let node = written(ref)
    switch node.kind {
    case .alias: return ref
    case .scalar:
      if node.style == .doubleQuoted { return nil }
      if node.style == .plain, node.tag == .none, case .string = scalarValue(ref, dialect: .kustomization) {
        return ref
      }
      return node.style == .plain ? nil : ref
    case .sequence: return items(ref).lazy.compactMap { firstNonJSON($0) }.first
    case .mapping:
      for pair in writtenPairs(ref) {
        if written(pair.key).style != .doubleQuoted { return pair.key }
        if let bad = firstNonJSON(pair.value) { return bad }
      }
      return nil
    }
  }
}
