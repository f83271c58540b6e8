import Manifests
import SourceText
import YAMLSyntax

/// Why a patch cannot be applied.
struct MergeFailure: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  var message: String
  /// The place in the patch.
  var range: SourceRange?
}

/// Merges a strategic merge patch into an object (kyaml/yaml/merge2 and kyaml/yaml/walk of v0.21).
///
/// Both are trees of one forest. The result shares every node that did not change, and what comes from the patch keeps
/// its place in the patch.
struct StrategicMerge {
  let writer: NodeWriter
  /// What came of nodes that the patch does not mention, in an object with aliases: each is walked once, however many
  /// aliases lead to it.
  private var walked: [Walked: NodeRef?] = [:]
  private var remembers = false

  private struct Walked: Hashable {
    var node: NodeRef
    var field: MergeType.Field?
  }

  /// What takes the place of the built-in types.
  private let schema: CustomSchema?

  init(writer: NodeWriter, schema: CustomSchema? = nil) {
    self.writer = writer
    self.schema = schema
  }

  /// The merged object, nil when the patch deletes it.
  ///
  /// - Parameter document: the patch with its kind. An object of an unknown kind is merged by that kind in the group and
  ///   version of the object (api/resmap/reswrangler.go, `ApplySmPatch`).
  mutating func merge(
    _ base: NodeRef, with patch: NodeRef, of document: NodeRef? = nil, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    remembers = forest.mayShareNodes(base)
    let type = typeOf(base, in: forest) ?? document.flatMap { typeOf(base, kindOf: $0, in: forest) }
    return try merge(base, patch, as: type.map { .type($0) }, in: &forest)
  }

  /// The walk. Nil for a side means that it is missing; a nil result removes the field.
  ///
  /// When `base` and `patch` are the same node, the patch is all there is: nulls and directives are taken out of it.
  mutating func merge(
    _ base: NodeRef?, _ patch: NodeRef?, as field: MergeType.Field?, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    guard remembers, patch == nil, let base, forest.kind(base) != .scalar else {
      return try walk(base, patch, as: field, in: &forest)
    }
    let key = Walked(node: forest.resolved(base), field: field)
    if let known = walked[key] { return known == key.node ? base : known }
    let result = try walk(key.node, nil, as: field, in: &forest)
    walked[key] = .some(result)
    return result == key.node ? base : result
  }

  private mutating func walk(
    _ base: NodeRef?, _ patch: NodeRef?, as field: MergeType.Field?, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    // Of most nodes there is one side only, so no array is made of the two.
    let present = base.flatMap { forest.isNull($0) ? nil : $0 }
    let written = patch.flatMap { forest.isNull($0) ? nil : $0 }
    guard let first = present ?? written else { return keptNull(base, patch, in: forest) }
    let kind = forest.kind(first)
    if let written, forest.kind(written) != kind {
      throw MergeFailure(
        message: "the patch has a \(Self.name(of: forest.kind(written))) where the object has a \(Self.name(of: kind))",
        range: patch.map { forest.range($0) })
    }
    switch kind {
    case .scalar, .alias:
      guard let patch else { return base }
      if forest.isNull(patch) { return nil }
      guard let base, base != patch else { return patch }
      return writer.overwriting(base, with: patch, in: &forest)
    case .sequence:
      guard case .list(let keys, let items) = field else {
        guard let patch else { return base }
        return forest.isNull(patch) ? nil : patch
      }
      return try mergeList(base, patch, keys: keys, items: items, in: &forest)
    case .mapping:
      var type: MergeType?
      if case .type(let known) = field { type = known }
      return try mergeMapping(base, patch, as: type, in: &forest)
    }
  }

  private static func name(of kind: Node.Kind) -> String {
    switch kind {
    case .scalar, .alias: "scalar"
    case .sequence: "list"
    case .mapping: "mapping"
    }
  }

  /// A null that was spelled out stays; one that was left out (`key:`) goes with the first patch.
  private func keptNull(_ base: NodeRef?, _ patch: NodeRef?, in forest: Forest) -> NodeRef? {
    guard let base, patch == nil, forest[base].payloadCount > 0 else { return nil }
    return base
  }

  // MARK: Mappings

  private mutating func mergeMapping(
    _ base: NodeRef?, _ patch: NodeRef?, as type: MergeType?, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    var base = base
    let directive = patch.flatMap { self.directive(of: $0, in: forest) }
    if base.map({ forest.isNull($0) }) ?? true {
      if directive == "delete" { return nil }
      base = patch
    } else if let patch {
      if forest.isNull(patch) { return nil }
      switch directive {
      case nil, "merge": break
      case "delete": return nil
      case "replace": base = patch
      case let unknown?:
        throw MergeFailure(
          message: "unknown patch strategy '\(unknown)', expected 'delete', 'replace' or 'merge'",
          range: forest.value(patch, key: "$patch").map { forest.range($0) })
      }
    }
    guard let base else { return nil }
    let type = type ?? typeOf(base, in: forest) ?? patch.flatMap { typeOf($0, in: forest) }
    let isKnownDirective = directive == "merge" || directive == "replace"
    guard let patch, forest.resolved(patch) != forest.resolved(base) else {
      return try mergePairs(
        of: base, withThemselves: patch != nil, droppingDirective: isKnownDirective, as: type, in: &forest)
    }
    return try mergePairs(of: base, with: patch, droppingDirective: isKnownDirective, as: type, in: &forest)
  }

  /// The text of `$patch`, empty for what is no scalar, nil when there is none.
  func directive(of patch: NodeRef, in forest: Forest) -> String? {
    guard let node = forest.value(patch, "$patch") else { return nil }
    return forest.kind(node) == .scalar ? forest.text(node) : ""
  }

  /// An object inside an object has its own type, wherever it is.
  private func typeOf(_ node: NodeRef, kindOf other: NodeRef? = nil, in forest: Forest) -> MergeType? {
    guard let apiVersion = forest.value(node, "apiVersion"), let kind = forest.value(other ?? node, "kind") else {
      return nil
    }
    if let schema { return schema.type(apiVersion: forest.text(apiVersion), kind: forest.text(kind)) }
    return MergeType(apiVersion: forest.text(apiVersion), kind: forest.text(kind))
  }

  /// The field called `name`, nil when nothing below it merges by key.
  private func field(_ name: String, of type: MergeType) -> MergeType.Field? {
    if case .custom(let index) = type { return schema?.field(name, ofType: index) }
    return type.field(name)
  }

  /// A mapping that the patch does not mention, or that only the patch has.
  private mutating func mergePairs(
    of mapping: NodeRef, withThemselves isPatch: Bool, droppingDirective: Bool, as type: MergeType?,
    in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    let pairs = forest.expandedPairs(mapping)
    var repetition = KeyRepetition(in: mapping, forest)
    var changed = false
    var result: [Forest.Pair] = []
    result.reserveCapacity(pairs.count)
    for pair in pairs {
      if repetition.isRepeated(pair.key, in: forest) {
        result.append(pair)
        continue
      }
      if droppingDirective, forest.hasText(pair.key, "$patch" as StaticString) {
        changed = true
        continue
      }
      try checkKey(pair.key, in: forest)
      let field = type.flatMap { self.field(forest.text(pair.key), of: $0) }
      guard let value = try merge(pair.value, isPatch ? pair.value : nil, as: field, in: &forest) else {
        changed = true
        continue
      }
      let settled = settled(value, in: &forest)
      if settled != pair.value { changed = true }
      result.append(Forest.Pair(key: pair.key, value: settled))
    }
    return changed ? writer.mapping(result, like: mapping, in: &forest) : mapping
  }

  /// A setter of a field without name takes the mapping for a scalar and fails (kyaml/yaml/fns.go, `FieldSetter`). A key
  /// that is no scalar has none.
  private func checkKey(_ key: NodeRef, in forest: Forest) throws(MergeFailure) {
    let isScalar = forest.kind(key) == .scalar
    guard !isScalar || forest[key].payloadCount == 0 else { return }
    throw MergeFailure(
      message: isScalar
        ? "a mapping has an empty key, which kustomize cannot merge: name it, or take it out"
        : "a mapping has a key that is no scalar, which kustomize cannot merge",
      range: forest.range(key))
  }

  /// A value of a mapping as it is written back. What a transformer or replacement made had no type up to now; a text that
  /// looks like a number or a boolean becomes a string (kyaml/yaml/fns.go, `FieldSetter`).
  private func settled(_ value: NodeRef, in forest: inout Forest) -> NodeRef {
    guard value.tree == writer.tree else { return value }
    let node = forest[value]
    guard node.kind == .scalar, node.style == .plain, node.tag.isAbsent else { return value }
    switch forest.scalarValue(value, dialect: .resource) {
    case .boolean, .integer, .unsigned, .float:
      return writer.string(forest.text(value), at: forest.range(value), in: &forest)
    case .null, .string: return value
    }
  }

  /// A key of a patch as it is added: with its quotes, and without a tag (kyaml/yaml/fns.go, `FieldSetter`).
  private func untagged(_ key: NodeRef, in forest: inout Forest) throws(MergeFailure) -> NodeRef {
    let node = forest[key]
    guard node.kind == .scalar, !node.tag.isAbsent else { return key }
    if node.style == .plain, !forest.withText(key, { PlainText.isString($0, dialect: .resource) }) {
      throw MergeFailure(
        message: "the key '\(forest.text(key))' loses its tag and is no string then: put it in quotes",
        range: forest.range(key))
    }
    return writer.scalar(forest.text(key), style: node.style, tag: .none, at: forest.range(key), in: &forest)
  }

  /// The pairs of a patch: where a key is repeated, its first.
  private func distinctPairs(of patch: NodeRef, in forest: Forest) -> [Forest.Pair] {
    var repetition = KeyRepetition(in: patch, forest)
    return forest.expandedPairs(patch).filter { !repetition.isRepeated($0.key, in: forest) }
  }

  private mutating func mergePairs(
    of base: NodeRef, with patch: NodeRef, droppingDirective: Bool, as type: MergeType?, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    var patchPairs = PairLookup(distinctPairs(of: patch, in: forest), in: forest)
    if droppingDirective { _ = patchPairs.take("$patch", in: forest) }
    let basePairs = forest.expandedPairs(base)
    var repetition = KeyRepetition(in: base, forest)
    var changed = false
    var result: [Forest.Pair] = []
    result.reserveCapacity(basePairs.count + patchPairs.count)
    for pair in basePairs {
      if repetition.isRepeated(pair.key, in: forest) {
        result.append(pair)
        continue
      }
      try checkKey(pair.key, in: forest)
      let field = type.flatMap { self.field(forest.text(pair.key), of: $0) }
      let patchValue = patchPairs.take(pair.key, in: forest)?.value
      guard let value = try merge(pair.value, patchValue, as: field, in: &forest) else {
        changed = true
        continue
      }
      let settled = settled(value, in: &forest)
      if settled != pair.value { changed = true }
      result.append(Forest.Pair(key: pair.key, value: settled))
    }
    for pair in patchPairs.rest {
      try checkKey(pair.key, in: forest)
      let field = type.flatMap { self.field(forest.text(pair.key), of: $0) }
      guard let value = try merge(nil, pair.value, as: field, in: &forest) else { continue }
      changed = true
      result.append(Forest.Pair(key: try untagged(pair.key, in: &forest), value: value))
    }
    return changed ? writer.mapping(result, like: base, in: &forest) : base
  }
}

/// Tells the pairs of a mapping whose key stood there before. A merge reads and writes the first and leaves the others as
/// they are, so that the object cannot be printed unless the first is taken away (kyaml/yaml/fns.go, `FieldMatcher`).
private struct KeyRepetition {
  /// Nil where no key is repeated.
  private var seen: Set<[UInt8]>?

  init(in mapping: NodeRef, _ forest: Forest) {
    seen = forest[mapping].flags.contains(.hasRepeatedKey) ? [] : nil
  }

  mutating func isRepeated(_ key: NodeRef, in forest: Forest) -> Bool {
    seen != nil && seen?.insert(forest.withText(key) { Array($0) }).inserted == false
  }
}

/// The pairs of a mapping, looked up by key and taken out one after the other.
struct PairLookup {
  private var pairs: [Forest.Pair]
  private var isTaken: [Bool]
  /// For long mappings; short ones are searched.
  private var indexByKey: [String: Int]?

  init(_ pairs: [Forest.Pair], in forest: Forest) {
    self.pairs = pairs
    isTaken = Array(repeating: false, count: pairs.count)
    if pairs.count > 16 {
      indexByKey = Dictionary(
        pairs.enumerated().map { (forest.text($1.key), $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  var count: Int { pairs.count }

  mutating func take(_ key: NodeRef, in forest: Forest) -> Forest.Pair? {
    let index =
      if let indexByKey { indexByKey[forest.text(key)] } else {
        pairs.firstIndex { forest.hasEqualText($0.key, key) }
      }
    return take(at: index)
  }

  mutating func take(_ key: String, in forest: Forest) -> Forest.Pair? {
    take(at: forest.index(ofKey: key, in: pairs))
  }

  private mutating func take(at index: Int?) -> Forest.Pair? {
    guard let index else { return nil }
    isTaken[index] = true
    return pairs[index]
  }

  /// What nobody took, in the order written.
  var rest: [Forest.Pair] { pairs.indices.filter { !isTaken[$0] }.map { pairs[$0] } }
}
