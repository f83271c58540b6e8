import SourceText
import YAMLSyntax

extension JSONPatch {
  /// The object after all operations. The first one that fails ends it.
  ///
  /// - Parameter copiesLeft: how many nodes copies may have, for each of them can double what is there.
  func apply(
    to root: NodeRef, writer: NodeWriter, copiesLeft: inout Int, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    var root = root
    for operation in operations {
      if operation.kind == .copy {
        copiesLeft -= PatchStep(operation: operation, writer: writer).copySize(in: root, atMost: copiesLeft, forest)
        guard copiesLeft > 0 else {
          throw MergeFailure(message: "the copies of patches have too many nodes", range: operation.range)
        }
      }
      root = try PatchStep(operation: operation, writer: writer).apply(to: root, in: &forest)
    }
    return root
  }
}

/// One operation while it is carried out.
private struct PatchStep {
  let operation: JSONPatch.Operation
  let writer: NodeWriter

  /// What happens at the end of a path.
  private enum Edit {
    case add(NodeRef)
    case replace(NodeRef)
    case remove
  }

  func apply(to root: NodeRef, in forest: inout Forest) throws(MergeFailure) -> NodeRef {
    if case .unknown(let name) = operation.kind {
      throw failure(
        name.isEmpty
          ? "the operation has no 'op', expected 'add', 'replace', 'remove', 'move', 'copy' or 'test'"
          : "unknown operation '\(name)', expected 'add', 'replace', 'remove', 'move', 'copy' or 'test'")
    }
    guard let path = operation.path else { throw failure("the operation has no 'path'") }
    switch operation.kind {
    case .add: return try edit(root, path, .add(value(in: &forest)), in: &forest)
    case .replace: return try edit(root, path, .replace(value(in: &forest)), in: &forest)
    case .remove: return try edit(root, path, .remove, in: &forest)
    case .move:
      let from = try origin()
      guard let moved = try find(from, in: root, forest) else { throw missing(from) }
      let without = try edit(root, from, .remove, in: &forest)
      return try edit(without, path, .add(moved), in: &forest)
    case .copy:
      let from = try origin()
      let copied = try find(from, in: root, forest) ?? null(in: &forest)
      return try edit(root, path, .add(copied), in: &forest)
    case .test:
      if path.isEmpty, !operation.pathText.isEmpty { throw noPlace("path", operation.pathText) }
      let actual = try find(path, in: root, forest)
      var budget = 100_000
      guard forest.isEqual(actual, operation.value, asWritten: operation.isJSON, budget: &budget) else {
        throw failure("the test of '\(operation.pathText)' fails: the value is not the expected one")
      }
      return root
    case .unknown: return root
    }
  }

  /// Where a value is taken from: never the whole object (json-patch, `findObject`).
  private func origin() throws(MergeFailure) -> [String] {
    guard let from = operation.from else { throw failure("the operation has no 'from'") }
    guard !from.isEmpty else { throw noPlace("from", operation.fromText) }
    return from
  }

  private func noPlace(_ field: String, _ text: String) -> MergeFailure {
    failure("'\(field)' is '\(text)', which is no place in an object: expected '/', and the keys that lead there")
  }

  /// How many nodes a walk through the value to copy meets; 0 for one that is not there.
  func copySize(in root: NodeRef, atMost limit: Int, _ forest: Forest) -> Int {
    guard let from = operation.from, let copied = (try? find(from, in: root, forest)) ?? nil else { return 0 }
    return forest.nodeCount(below: copied, atMost: limit)
  }

  private func value(in forest: inout Forest) -> NodeRef { operation.value ?? null(in: &forest) }

  private func null(in forest: inout Forest) -> NodeRef {
    writer.scalar("null", style: .plain, tag: .null, at: operation.range, in: &forest)
  }

  private func failure(_ message: String) -> MergeFailure { MergeFailure(message: message, range: operation.range) }

  private func missing(_ tokens: some BidirectionalCollection<String>, known: [String] = []) -> MergeFailure {
    var message = "'\(operation.pathText)' does not exist in the object"
    if let last = tokens.last, let suggestion = Suggestion.nearest(to: last, in: known) {
      message += ", did you mean '\(suggestion)'?"
    }
    return failure(message)
  }

  // MARK: Walking

  /// The value at a path; nil when only the last key is missing. The way to it must exist.
  private func find(_ tokens: [String], in root: NodeRef, _ forest: Forest) throws(MergeFailure) -> NodeRef? {
    var node = root
    for (index, token) in tokens.enumerated() {
      switch forest.kind(node) {
      case .mapping:
        guard let child = forest.value(node, key: token) else {
          if index == tokens.count - 1 { return nil }
          throw missing(tokens[...index], known: forest.keys(of: node))
        }
        node = child
      case .sequence: node = forest.items(node)[try position(token, count: forest.count(node))]
      case .scalar, .alias: throw missing(tokens[...index])
      }
    }
    return node
  }

  /// The index of an element, counted from the end when negative.
  private func position(_ token: String, count: Int) throws(MergeFailure) -> Int {
    guard let number = Int(token) else {
      throw failure("'\(token)' in '\(operation.pathText)' is no index of a list")
    }
    let index = number < 0 ? number + count : number
    guard (0..<count).contains(index) else {
      throw failure("index \(number) in '\(operation.pathText)' is out of range: the list has \(elements(count))")
    }
    return index
  }

  private func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }

  private func edit(
    _ node: NodeRef, _ path: [String], _ edit: Edit, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    if path.isEmpty {
      guard operation.pathText.isEmpty else { throw noPlace("path", operation.pathText) }
      // One that is neither a mapping nor a list is passed over (json-patch v4, `replace`).
      if case .replace(let value) = edit { return forest.kind(value) == .scalar ? node : value }
      throw failure("the path is empty, which only 'replace' can work on")
    }
    return try self.edit(node, path[...], edit, in: &forest)
  }

  private func edit(
    _ node: NodeRef, _ path: ArraySlice<String>, _ edit: Edit, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard let token = path.first else { return node }
    let rest = path.dropFirst()
    switch forest.kind(node) {
    case .mapping:
      guard rest.isEmpty else {
        guard let child = forest.value(node, key: token) else { throw missing([token], known: forest.keys(of: node)) }
        let changed = try self.edit(child, rest, edit, in: &forest)
        return writer.setting(token, to: changed, in: node, in: &forest)
      }
      switch edit {
      case .add(let value), .replace(let value):
        return writer.setting(token, to: value, in: node, keyRange: operation.range, in: &forest)
      case .remove:
        guard forest.value(node, key: token) != nil else { throw missing([token], known: forest.keys(of: node)) }
        return writer.removing(token, from: node, in: &forest)
      }
    case .sequence:
      var items = Array(forest.items(node))
      if rest.isEmpty {
        try self.edit(&items, at: token, edit)
      } else {
        let index = try position(token, count: items.count)
        items[index] = try self.edit(items[index], rest, edit, in: &forest)
      }
      return writer.sequence(items, like: node, in: &forest)
    case .scalar, .alias: throw missing([token])
    }
  }

  private func edit(_ items: inout [NodeRef], at token: String, _ edit: Edit) throws(MergeFailure) {
    switch edit {
    case .add(let value):
      if token == "-" {
        items.append(value)
        return
      }
      guard let number = Int(token) else {
        throw failure("'\(token)' in '\(operation.pathText)' is no index of a list")
      }
      // A negative index counts from the end of the longer list.
      let index = number < 0 ? number + items.count + 1 : number
      guard (0...items.count).contains(index) else {
        throw failure(
          "index \(number) in '\(operation.pathText)' is out of range: the list has \(elements(items.count))")
      }
      items.insert(value, at: index)
    case .replace(let value): items[try position(token, count: items.count)] = value
    case .remove: items.remove(at: try position(token, count: items.count))
    }
  }
}

extension Forest {
  /// The keys of a mapping as text.
  func keys(of mapping: NodeRef) -> [String] { expandedPairs(mapping).map { text($0.key) } }

  /// How many nodes a walk meets, shared ones and aliases each time; at most `limit`.
  func nodeCount(below ref: NodeRef, atMost limit: Int) -> Int {
    var count = 0
    var open = [ref]
    while count < limit, let next = open.popLast() {
      count += 1
      switch kind(next) {
      case .scalar, .alias: break
      case .sequence: for item in items(next).prefix(limit - count) { open.append(item) }
      case .mapping: for pair in pairs(next).prefix(limit - count) { open.append(pair.value) }
      }
    }
    return count
  }

  /// Deep equality as a JSON patch tests it; a missing value equals a null. Values of more than `budget` nodes, aliases
  /// followed, are not compared to the end and count as different.
  ///
  /// - Parameter asWritten: whether `rhs` is JSON, in which a number must be written as Go writes the other one: `1.0` is
  ///   not 1 there.
  func isEqual(_ lhs: NodeRef?, _ rhs: NodeRef?, asWritten: Bool, budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0 else { return false }
    guard let lhs, !isNull(lhs) else { return rhs.map { isNull($0) } ?? true }
    guard let rhs, !isNull(rhs) else { return false }
    if resolved(lhs) == resolved(rhs) { return true }
    let kind = kind(lhs)
    guard kind == self.kind(rhs), count(lhs) == count(rhs) else { return false }
    switch kind {
    case .scalar, .alias:
      let value = scalarValue(lhs, dialect: .resource)
      guard value == scalarValue(rhs, dialect: .resource) else { return false }
      // What the same patch wrote is still as it was written.
      guard asWritten, lhs.tree != rhs.tree else { return true }
      switch value {
      case .integer, .unsigned, .float: return hasText(rhs, GoJSON.text(of: value))
      case .null, .boolean, .string: return true
      }
    case .sequence:
      for (left, right) in zip(items(lhs), items(rhs))
      where !isEqual(left, right, asWritten: asWritten, budget: &budget) {
        return false
      }
      return true
    case .mapping:
      var other = PairLookup(pairs(rhs), in: self)
      for pair in pairs(lhs) {
        guard let match = other.take(pair.key, in: self),
          isEqual(pair.value, match.value, asWritten: asWritten, budget: &budget)
        else { return false }
      }
      return true
    }
  }
}
