import SourceText
import YAMLSyntax

// Lists whose elements are matched by key (kyaml/yaml/walk/associative_sequence.go).
extension StrategicMerge {
  mutating func mergeList(
    _ base: NodeRef?, _ patch: NodeRef?, keys: [String], items: MergeType?, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef? {
    if let patch, let base, forest.isNull(patch), !forest.isNull(base) { return nil }
    let isAddition = base.map { forest.isNull($0) } ?? true
    guard let target = isAddition ? patch : base else { return nil }
    let isSame = patch.map { forest.resolved($0) == forest.resolved(target) } ?? false
    var baseItems = Array(forest.items(target))
    var patchItems = patch.map { Array(forest.items($0)) } ?? []

    // A list that only the patch has is taken with its directives.
    if !isAddition, let directive = listDirective(in: patchItems, of: forest) {
      if directive == "delete" { return nil }
      patchItems.removeAll { self.directive(of: $0, in: forest) == directive }
      if directive == "replace" || isSame { baseItems = patchItems }
    }
    let merged: [NodeRef]
    if !keys.isEmpty { try checkElements(baseItems, in: forest) }
    if keys.isEmpty {
      merged = union(patchItems, baseItems, in: forest)
    } else if keys.count == 1,
      let result = try mergeDistinct(baseItems, patchItems, key: keys[0], type: items, in: &forest)
    {
      merged = result
    } else {
      let list = KeyedList(keys: keys, type: items)
      merged = try list.merge(baseItems, patchItems, at: patch ?? target, &self, in: &forest)
    }
    if merged.elementsEqual(forest.items(target)) { return target }
    return writer.sequence(merged, like: target, in: &forest)
  }

  /// An element that is matched by key must be a mapping, or a null (kyaml/yaml/walk, `appendListNode`).
  private func checkElements(_ items: [NodeRef], in forest: Forest) throws(MergeFailure) {
    for item in items where forest.kind(item) != .mapping && !forest.isNull(item) {
      throw MergeFailure(
        message: "a list that merges by key has an element that is no mapping", range: forest.range(item))
    }
  }

  /// The directive that is alone in the first element with a `$patch` key.
  private func listDirective(in items: [NodeRef], of forest: Forest) -> String? {
    for item in items {
      guard let directive = directive(of: item, in: forest) else { continue }
      return forest.count(item) == 1 ? directive : nil
    }
    return nil
  }

  private func union(_ first: [NodeRef], _ second: [NodeRef], in forest: Forest) -> [NodeRef] {
    var seen: Set<String> = []
    return (first + second).filter { seen.insert(forest.text($0)).inserted }
  }

  /// The usual case in one pass: one key, present and different in all elements of either side. Nil for any other.
  /// The elements of the patch come first, in its order.
  private mutating func mergeDistinct(
    _ baseItems: [NodeRef], _ patchItems: [NodeRef], key: String, type: MergeType?, in forest: inout Forest
  ) throws(MergeFailure) -> [NodeRef]? {
    guard let baseKeys = distinctKeys(of: baseItems, key: key, in: forest),
      let patchKeys = distinctKeys(of: patchItems, key: key, in: forest)
    else { return nil }
    var indexByKey: [String: Int] = [:]
    if !patchKeys.isEmpty {
      indexByKey = Dictionary(baseKeys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let field = type.map { MergeType.Field.type($0) }
    var isMerged = Array(repeating: false, count: baseItems.count)
    var result: [NodeRef] = []
    result.reserveCapacity(baseItems.count + patchItems.count)
    for (item, text) in zip(patchItems, patchKeys) {
      guard let index = indexByKey[text] else {
        if let value = try merge(nil, item, as: field, in: &forest), !forest.isEmptyMapping(value) {
          result.append(value)
        }
        continue
      }
      isMerged[index] = true
      let base = baseItems[index]
      guard let value = try merge(base, item, as: field, in: &forest), !forest.isEmptyMapping(value) else { continue }
      // `$patch: replace` in an element only moves it: the old element is put back.
      result.append(directive(of: item, in: forest) == "replace" && item != base ? base : value)
    }
    for (index, item) in baseItems.enumerated() where !isMerged[index] {
      if let value = try merge(item, nil, as: field, in: &forest), !forest.isEmptyMapping(value) {
        result.append(value)
      }
    }
    return result
  }

  private func distinctKeys(of items: [NodeRef], key: String, in forest: Forest) -> [String]? {
    var keys: [String] = []
    keys.reserveCapacity(items.count)
    for item in items {
      guard let node = forest.value(item, key: key), forest.kind(node) == .scalar, !forest.isNull(node) else {
        return nil
      }
      let text = forest.text(node)
      if text.isEmpty { return nil }
      keys.append(text)
    }
    if keys.count > 16 {
      return Set(keys).count == keys.count ? keys : nil
    }
    for index in keys.indices where keys[..<index].contains(keys[index]) { return nil }
    return keys
  }
}

/// The general case: several keys, elements without key, equal keys. It follows upstream step by step, because what
/// comes out of such lists is an accident of those steps.
private struct KeyedList {
  let keys: [String]
  let type: MergeType?

  /// Every step searches the whole list, so long ones are refused.
  private static let limit = 1_000

  func merge(
    _ base: [NodeRef], _ patch: [NodeRef], at place: NodeRef, _ merge: inout StrategicMerge, in forest: inout Forest
  ) throws(MergeFailure) -> [NodeRef] {
    guard base.count + patch.count <= Self.limit else {
      throw MergeFailure(
        message:
          "the list has more than \(Self.limit) elements, too many to merge by '\(keys.joined(separator: "', '"))'",
        range: forest.range(place))
    }
    var base = base
    var (valid, tuples) = validKeys(of: identities(patch + base, in: forest))
    let positions = valid.compactMap { keys.firstIndex(of: $0) }
    tuples = tuples.map { tuple in positions.map { tuple[$0] } }

    var result: [NodeRef] = []
    let field = type.map { MergeType.Field.type($0) }
    for tuple in tuples {
      var wanted = zip(valid, tuple).filter { !$0.1.isEmpty }.map { (key: $0.0, text: $0.1) }
      if wanted.isEmpty { wanted = zip(valid, tuple).map { (key: $0.0, text: $0.1) } }
      let baseIndex = base.firstIndex { has(wanted, $0, in: forest) }
      let patchItem = patch.first { has(wanted, $0, in: forest) }
      let merged = try merge.merge(baseIndex.map { base[$0] }, patchItem, as: field, in: &forest)
      guard var value = merged, !forest.isEmptyMapping(value) else {
        put(nil, into: &base, keys: valid, values: tuple, in: forest)
        continue
      }
      let isReplaced = patchItem.flatMap { merge.directive(of: $0, in: forest) } == "replace"
      for (key, text) in zip(valid, tuple) where !text.isEmpty && forest.value(value, key: key) == nil {
        let node = merge.writer.plain(text, at: forest.range(value), in: &forest)
        value = merge.writer.setting(key, to: node, in: value, in: &forest)
      }
      if let baseIndex, !isReplaced { base[baseIndex] = value }
      put(value, into: &result, keys: valid, values: tuple, in: forest)
    }
    for item in base {
      var values: [String] = []
      for key in valid {
        if let text = text(of: key, in: item, forest) { values.append(text) } else { result.append(item) }
      }
      if valid.count > 1 { put(nil, into: &result, keys: valid, values: values, in: forest) }
      put(item, into: &result, keys: valid, values: values, in: forest)
    }
    return result
  }

  /// The texts of all keys of each element, unique, in order of appearance; those that fit together are united.
  private func identities(_ items: [NodeRef], in forest: Forest) -> [[String]] {
    var seen: Set<[String]> = []
    var tuples: [[String]] = []
    for item in items {
      // Here a null is as good as no key; wherever else texts are compared, it is the text `null`.
      let tuple = keys.map { key in
        forest.value(item, key: key).map { forest.isNull($0) } ?? true ? "" : text(of: key, in: item, forest) ?? ""
      }
      if seen.insert(tuple).inserted { tuples.append(tuple) }
    }
    guard keys.count > 1 else { return tuples }
    for first in tuples.indices {
      let tuple = tuples[first]
      for second in tuples.indices {
        let other = tuples[second]
        let fits = zip(tuple, other).allSatisfy { $0 == $1 || $0.isEmpty || $1.isEmpty }
        guard fits, zip(tuple, other).contains(where: { $0 == $1 }) else { continue }
        let union = zip(tuple, other).map { $0.isEmpty ? $1 : $0 }
        tuples[first] = union
        tuples[second] = union
      }
    }
    return tuples
  }

  /// The keys that some element has; all of them when none has any.
  private func validKeys(of tuples: [[String]]) -> ([String], [[String]]) {
    let valid = keys.indices.filter { index in tuples.contains { !$0[index].isEmpty } }.map { keys[$0] }
    return (valid.isEmpty ? keys : valid, tuples)
  }

  /// The text of a mapping or a list is empty, and so counts as no key to some steps and as a key to others.
  private func text(of key: String, in item: NodeRef, _ forest: Forest) -> String? {
    forest.value(item, key: key).map { forest.text($0) }
  }

  private func has(_ wanted: [(key: String, text: String)], _ item: NodeRef, in forest: Forest) -> Bool {
    wanted.allSatisfy { text(of: $0.key, in: item, forest) == $0.text }
  }

  private func put(
    _ element: NodeRef?, into list: inout [NodeRef], keys: [String], values: [String], in forest: Forest
  ) {
    var isPlaced = false
    var result: [NodeRef] = []
    for item in list {
      if forest.isNull(item) || forest.isEmptyMapping(item) || values.isEmpty { continue }
      let matches = zip(keys, values).allSatisfy { key, value in
        guard let text = text(of: key, in: item, forest) else { return false }
        return value.isEmpty || text == value
      }
      if matches {
        if let element { result.append(element) }
        isPlaced = true
      } else {
        result.append(item)
      }
    }
    if let element, !isPlaced { result.append(element) }
    list = result
  }
}
