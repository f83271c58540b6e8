import Manifests
import SourceText
import YAMLSyntax

// Patches of one layer (api/internal/builtins/PatchTransformer.go and its older relatives).
extension KustomizeEngine {
  /// The field a patch comes from: they differ in small ways.
  enum PatchField {
    /// `patches`.
    case any
    /// `patchesStrategicMerge`.
    case strategic
    /// `patchesJson6902`.
    case json
  }

  mutating func apply(_ patch: LoadedPatch, _ field: PatchField, to layer: inout Layer) {
    var patch = patch
    if patch.isDecryptable {
      layer.isDecrypted = decrypts
      if decrypts { patch = decrypted(patch) }
    }
    switch patch.content {
    case .nothing:
      if field != .any { layer.report.addError(.patch, "the patch is empty", at: patch.range) }
    case .strategic(let documents):
      if field == .json {
        layer.report.addError(
          .patch, "'patchesJson6902' needs a list of operations, this is a strategic merge patch", at: patch.range)
      } else if let target = patch.target {
        apply(documents, of: patch, to: target, in: &layer)
      } else {
        for document in documents { apply(document, of: patch, in: &layer) }
      }
      settleSharedLabels(in: &layer)
    case .json(let operations):
      guard let target = patch.target, field != .strategic else {
        layer.report.addError(.patch, "a JSON patch needs a 'target'", at: patch.range)
        return
      }
      apply(operations, of: patch, to: target, field, in: &layer)
    }
  }

  // MARK: Strategic merge

  /// A patch without target is for exactly one object, by any id that it has or had.
  private mutating func apply(_ document: StrategicPatch, of patch: LoadedPatch, in layer: inout Layer) {
    let matches = layer.resources.items.indices.filter { layer.resources.items[$0].hasAnyID(document.id) }
    guard let index = matches.first, matches.count == 1 else {
      // It may be for an object that is not known offline.
      if matches.isEmpty, layer.mayLackObjects { return }
      let name = document.id.description
      var message =
        matches.isEmpty
        ? "the patch is for '\(name)', which is not in the build"
        : "the patch is for '\(name)', which \(matches.count) objects of the build are or were called"
      if matches.isEmpty { message += suggestion(for: document.id, in: layer) }
      layer.report.addError(
        .patch, message, at: matches.isEmpty ? place(of: document, in: layer) : document.range, related: patch.range)
      return
    }
    if merge(document, of: patch, into: index, in: &layer) { layer.resources.remove(at: [index]) }
  }

  /// What to edit in a patch that finds no object: its version where that alone is another, else its name.
  private func place(of document: StrategicPatch, in layer: Layer) -> SourceRange {
    let isOtherVersion = layer.resources.items.contains { item in
      item.id.version != document.id.version && item.id.group == document.id.group && item.id.kind == document.id.kind
        && item.id.name == document.id.name && item.id.namespace == document.id.namespace
    }
    guard isOtherVersion, let version = sources.forest.value(document.root, "apiVersion") else { return document.range }
    return sources.forest.range(version)
  }

  private func suggestion(for id: ResourceID, in layer: Layer) -> String {
    let sameName = layer.resources.items.first { $0.id.name == id.name && $0.id.kind == id.kind }
    if let other = sameName?.id {
      if other.group != id.group || other.version != id.version {
        let apiVersion = other.group.isEmpty ? other.version : "\(other.group)/\(other.version)"
        return ": that object has apiVersion '\(apiVersion)'"
      }
      return ": that object is in namespace '\(other.namespace)'"
    }
    let names = layer.resources.items.lazy.filter { $0.id.kind == id.kind }.map(\.id.name)
    return Suggestion.nearest(to: id.name, in: Array(names)).map { ", did you mean '\($0)'?" } ?? ""
  }

  /// A patch with a target is for every object that fits; none is fine.
  private mutating func apply(
    _ documents: [StrategicPatch], of patch: LoadedPatch, to target: TargetSelector, in layer: inout Layer
  ) {
    guard let document = documents.first, documents.count == 1 else {
      layer.report.addError(
        .patch, "a patch with a 'target' must be one document, this one has \(documents.count)", at: patch.range)
      return
    }
    var deleted: [Int] = []
    noteEffect(of: patch, target, in: &layer)
    for index in layer.resources.items.indices
    where target.matches(layer.resources.items[index], in: sources.forest) {
      if merge(document, of: patch, into: index, in: &layer) { deleted.append(index) }
    }
    layer.resources.remove(at: deleted)
    if patch.allowsNameChange || patch.allowsKindChange { checkNames(after: patch, in: &layer) }
  }

  /// Notes whether a patch finds an object, before it changes any.
  private func noteEffect(of patch: LoadedPatch, _ target: TargetSelector, in layer: inout Layer) {
    let isFound = layer.resources.items.contains { target.matches($0, in: sources.forest) }
    layer.note(.patch, of: patch.range, isFound ? nil : target.miss(among: layer.resources.items, in: sources.forest))
  }

  /// Objects that got one name must differ at once: a hash that would tell them apart later does not help.
  private func checkNames(after patch: LoadedPatch, in layer: inout Layer) {
    guard let (first, second) = layer.resources.duplicates().first else { return }
    let (one, other) = (layer.resources.items[first], layer.resources.items[second])
    layer.report.add(
      BuildError(
        kind: .duplicateObject, message: "the patch gives two objects the name '\(other.id.description)'",
        range: other.origin,
        places: [
          BuildError.Place(one.origin, "the first of the two"),
          BuildError.Place(patch.range, "this patch makes them equal"),
        ]))
  }

  /// Merges one document into one object. Whether the object is gone now.
  private mutating func merge(
    _ document: StrategicPatch, of patch: LoadedPatch, into index: Int, in layer: inout Layer
  ) -> Bool {
    guard let body = document.body else { return false }
    let resource = layer.resources.items[index]
    layer.isMerged = true
    do throws(MergeFailure) {
      if let failure = customSchema?.failure { throw MergeFailure(message: failure, range: nil) }
      var merge = StrategicMerge(writer: writer, schema: customSchema)
      guard var root = try merge.merge(resource.root, with: body, of: document.root, in: &sources.forest) else {
        return true
      }
      if patch.allowsNameChange || patch.allowsKindChange {
        layer.resources.update(at: index) { $0.storePreviousID() }
        root = identify(root, as: document, patch)
      }
      // A name that a transformer wrote keeps its missing type: 1e3 is a number in the end.
      if !patch.allowsNameChange, let name = sources.forest.value(resource.root, "metadata", "name"),
        name.tree == writer.tree, let merged = sources.forest.value(root, "metadata", "name"), merged != name
      {
        root = writer.setting(["metadata", "name"], to: name, in: root, in: &sources.forest)
      }
      if let version = document.emptyVersion, sources.forest.value(root, "apiVersion") == nil {
        root = writer.setting("apiVersion", to: version, in: root, in: &sources.forest)
      }
      if document.isForgetting {
        layer.resources.update(at: index) { $0.forgetState() }
        root = withIdentity(of: resource.root, root)
      }
      root = withoutEmptyNamespace(root, before: resource.root)
      if root == resource.root { return false }
      layer.resources.update(at: index) {
        $0.root = root
        $0.modifiers.append(ObjectModifier(kind: .patch, range: patch.range))
        if patch.isDecryptable, decrypts { $0.unknownValues = true }
      }
      if patch.allowsNameChange || patch.allowsKindChange { refreshID(of: index, in: &layer) }
    } catch {
      layer.report.addError(
        .patch, "the patch does not fit '\(resource.id.description)': \(error.message)",
        at: error.range ?? document.range, related: patch.range)
    }
    return false
  }

  /// After a merge upstream sets the namespace that there was, and to set none takes the field away
  /// (api/resource/resource.go, `ApplySmPatch`).
  private mutating func withoutEmptyNamespace(_ root: NodeRef, before: NodeRef) -> NodeRef {
    guard let old = sources.forest.value(before, "metadata", "namespace"),
      sources.forest.isNull(old) || sources.forest[old].kind != .scalar || sources.forest[old].payloadCount == 0,
      let metadata = sources.forest.value(root, "metadata"), sources.forest.value(metadata, "namespace") != nil
    else { return root }
    let rest = writer.removing("namespace", from: metadata, in: &sources.forest)
    return writer.setting("metadata", to: rest, in: root, in: &sources.forest)
  }

  /// Writes name and kind of the patch where its options allow it.
  private mutating func identify(_ root: NodeRef, as document: StrategicPatch, _ patch: LoadedPatch) -> NodeRef {
    var root = root
    if patch.allowsNameChange, let name = sources.forest.value(document.root, "metadata", "name") {
      root = writer.setting(["metadata", "name"], to: name, in: root, in: &sources.forest)
    }
    if patch.allowsKindChange, let kind = sources.forest.value(document.root, "kind") {
      root = writer.setting("kind", to: kind, in: root, in: &sources.forest)
    }
    return root
  }

  /// Puts name and namespace back, as strings, where a patch replaced all of `metadata`.
  private mutating func withIdentity(of old: NodeRef, _ root: NodeRef) -> NodeRef {
    guard sources.forest.value(root, "metadata", "name") == nil else { return root }
    var root = root
    for path in [["metadata", "name"], ["metadata", "namespace"]] {
      guard let value = sources.forest.value(old, path) else { continue }
      let text = writer.string(sources.forest.text(value), at: sources.forest.range(value), in: &sources.forest)
      root = writer.setting(path, to: text, in: root, in: &sources.forest)
    }
    return root
  }

  func refreshID(of index: Int, in layer: inout Layer) {
    guard let id = sources.forest.resourceID(layer.resources.items[index].root) else { return }
    layer.resources.update(at: index) { $0.id = id }
  }

  // MARK: JSON patches

  private mutating func apply(
    _ operations: JSONPatch, of patch: LoadedPatch, to target: TargetSelector, _ field: PatchField,
    in layer: inout Layer
  ) {
    var isFailed = false
    noteEffect(of: patch, target, in: &layer)
    for index in layer.resources.items.indices
    where target.matches(layer.resources.items[index], in: sources.forest) {
      guard canAfford(&layer, visits: operations.operations.count) else { return }
      let resource = layer.resources.items[index]
      layer.resources.update(at: index) {
        $0.sharedLabels = nil
        if field == .any { $0.storePreviousID() }
      }
      let allowance = budget.copiesLeft
      var copiesLeft = allowance
      defer { _ = budget.spend(copies: allowance - copiesLeft + (copiesLeft > 0 ? 0 : 1)) }
      do throws(MergeFailure) {
        if let error = OutputCheck.repeatedKey(in: resource.root, sources.forest) {
          throw MergeFailure(message: error.message, range: error.range)
        }
        let before = field == .any ? withAnnotations(resource.root) : resource.root
        let patched = try operations.apply(
          to: before, writer: writer, copiesLeft: &copiesLeft, in: &sources.forest)
        let root = RoundedNumbers(writer: writer).round(patched, in: &sources.forest)
        if root == before { continue }
        layer.resources.update(at: index) {
          $0.root = root
          $0.modifiers.append(ObjectModifier(kind: .patch, range: patch.range))
        }
        refreshID(of: index, in: &layer)
      } catch {
        // One object shows what is wrong; kustomize stops there too.
        if isFailed { continue }
        isFailed = true
        layer.report.addError(
          .patch, "the patch fails on '\(resource.id.description)': \(error.message)", at: error.range ?? patch.range,
          related: patch.range)
      }
    }
  }

  /// Storing the id upstream writes annotations, so a path below them exists for `patches`.
  private mutating func withAnnotations(_ root: NodeRef) -> NodeRef {
    guard let metadata = sources.forest.value(root, "metadata") else { return root }
    if let annotations = sources.forest.value(metadata, "annotations"), !sources.forest.isNull(annotations) {
      return root
    }
    let empty = writer.mapping([], at: sources.forest.range(metadata), in: &sources.forest)
    return writer.setting(["metadata", "annotations"], to: empty, in: root, in: &sources.forest)
  }
}
