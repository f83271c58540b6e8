import Printing
import SourceText
import YAMLSyntax

/// Substitutes the scalars of one object.
struct ObjectSubstitution {
  let scope: SubstitutionScope
  /// Index of the object, for uses.
  private(set) var object: Int?
  /// How many bytes more may be gone through and made: many short expressions can stand for long values.
  var bytesLeft: Int
  /// The tree that new nodes go to.
  let buildTree: UInt32
  var undefined: [VariableUse] = []
  var undecided: [VariableUse] = []
  var errors: [SubstitutionError] = []
  /// The texts that took a value from a Secret, with its name.
  var secretPlaces: [SourceRange: String] = [:]
  /// Whether every value that was needed is known.
  var isKnown = true

  init(scope: SubstitutionScope, object: Int, bytesLeft: Int, buildTree: UInt32) {
    self.scope = scope
    self.object = object
    self.bytesLeft = bytesLeft
    self.buildTree = buildTree
  }

  /// Makes the uses those of an object that is not applied.
  mutating func forgetObject() {
    object = nil
    for index in undefined.indices { undefined[index].object = nil }
    for index in undecided.indices { undecided[index].object = nil }
  }

  /// The node after substitution: itself when nothing changes, else a copy of the path to what changed.
  mutating func substituted(
    _ ref: NodeRef, at place: WrittenScalar.Place = .value, in forest: inout Forest, depth: Int = 0
  ) -> NodeRef {
    let target = forest.resolved(ref)
    let node = forest.written(target)
    guard node.flags.contains(.containsDollar), depth < 1_000 else { return ref }
    switch node.kind {
    case .alias: return ref
    case .scalar: return substitutedScalar(target, node, at: place, in: &forest)
    case .sequence:
      let old = Array(forest.items(target))
      var new: [NodeRef] = []
      for item in old { new.append(substituted(item, at: .item, in: &forest, depth: depth + 1)) }
      guard new != old else { return ref }
      let flags = forest.flags(ofSequence: new)
      return forest.withTree(buildTree) {
        $0.appendSequence(new, style: node.style, range: node.range, flags: flags, tree: buildTree)
      }
    case .mapping:
      let old = forest.pairs(target)
      var new: [Forest.Pair] = []
      var isChanged = false
      for pair in old {
        let key: NodeRef
        switch substitutedKey(of: pair, isAlone: old.count == 1, in: &forest) {
        case .key(let node): key = node
        case .value(let node): return node
        }
        let value = substituted(pair.value, in: &forest, depth: depth + 1)
        isChanged = isChanged || key != pair.key || value != pair.value
        new.append(Forest.Pair(key: key, value: value))
      }
      guard isChanged else { return ref }
      let isRenamed = zip(old, new).contains { $0.key != $1.key }
      if isRenamed { new = lastOfEachKey(new, writtenAs: old, in: forest) }
      let flags = forest.flags(ofMapping: new)
      return forest.withTree(buildTree) {
        $0.appendMapping(new, style: node.style, range: node.range, flags: flags, tree: buildTree)
      }
    }
  }

  /// Of keys that became equal the last counts, in the order in which they stood in the text.
  private func lastOfEachKey(
    _ new: [Forest.Pair], writtenAs old: [Forest.Pair], in forest: Forest
  ) -> [Forest.Pair] {
    var indexByKey: [String: Int] = [:]
    var dropped: Set<Int> = []
    for index in new.indices {
      let key = forest.text(new[index].key)
      guard let other = indexByKey.updateValue(index, forKey: key) else { continue }
      let isLater = forest.withText(old[other].key) { other in
        forest.withText(old[index].key) { KeyOrder.precedes(other, $0) }
      }
      if !isLater { indexByKey[key] = other }
      dropped.insert(isLater ? other : index)
    }
    return dropped.isEmpty ? new : new.indices.filter { !dropped.contains($0) }.map { new[$0] }
  }

  /// What became of a key: another key, or the value of the whole mapping.
  private enum SubstitutedKey { case key(NodeRef), value(NodeRef) }

  /// - Parameter isAlone: whether the mapping has no other key. A comment that begins in it takes the colon away then, and
  ///   what stands before it is no key any more but the value.
  private mutating func substitutedKey(
    of pair: Forest.Pair, isAlone: Bool, in forest: inout Forest
  ) -> SubstitutedKey {
    let node = forest[pair.key]
    guard node.kind == .scalar, node.flags.contains(.containsDollar) else { return .key(pair.key) }
    let ref = forest.resolved(pair.key)
    guard let text = evaluated(ref, in: forest) else { return .key(ref) }
    let isPlain = forest.withText(ref) { WrittenScalar($0, at: .key).style == .plain }
    if isAlone, isPlain, isInOneWord(pair.value, in: forest), let rest = Self.beforeComment(text) {
      return .value(readAgain(rest, of: ref, node, at: .value, in: &forest))
    }
    return .key(readAgain(text, of: ref, node, at: .key, in: &forest))
  }

  /// The text before the first comment in it, nil when there is none.
  private static func beforeComment(_ text: String) -> String? {
    var previous = UInt8(ascii: " ")
    for (index, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: "#"), previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t") {
        let before = text.utf8.prefix(index)
        let end = before.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return end.map { String(text[...$0]) } ?? ""
      }
      if byte == 0x0A { return nil }
      previous = byte
    }
    return nil
  }

  /// Whether a value is certain to stand on the line of its key.
  private func isInOneWord(_ value: NodeRef, in forest: Forest) -> Bool {
    guard forest.kind(value) == .scalar else { return forest.count(value) == 0 }
    guard !forest[value].flags.contains(.containsDollar) else { return false }
    return forest.withText(value) { $0.allSatisfy { $0 > 0x20 } }
  }

  private mutating func substitutedScalar(
    _ ref: NodeRef, _ node: Node, at place: WrittenScalar.Place, in forest: inout Forest
  ) -> NodeRef {
    evaluated(ref, in: forest).map { readAgain($0, of: ref, node, at: place, in: &forest) } ?? ref
  }

  /// The text of a scalar with its expressions replaced; nil when it is not known, or is an error.
  private mutating func evaluated(_ ref: NodeRef, in forest: Forest) -> String? {
    guard bytesLeft > 0 else {
      isKnown = false
      return nil
    }
    let parts: [Envsubst.Part]
    do {
      parts = try forest.withText(ref) { bytes throws(Envsubst.SyntaxError) in try Envsubst.parse(bytes) }
    } catch let error as Envsubst.SyntaxError {
      let range = forest.sourceRange(of: ref, decoded: error.range)
      errors.append(SubstitutionError(message: Self.message(for: error, of: ref, in: forest), range: range))
      return nil
    } catch {
      return nil
    }
    if !scope.secrets.isEmpty, let secret = scope.secret(in: parts) {
      secretPlaces[forest.range(ref)] = secret
    }
    let result = Envsubst.evaluate(parts, values: scope.values, isOpen: !scope.openSources.isEmpty)
    for use in result.undefined { undefined.append(self.use(use, of: ref, in: forest)) }
    for use in result.undecided { undecided.append(self.use(use, of: ref, in: forest)) }
    bytesLeft -= min(bytesLeft, result.steps)
    guard let text = result.text, text.utf8.count <= bytesLeft else {
      isKnown = false
      return nil
    }
    bytesLeft -= text.utf8.count
    return text
  }

  // MARK: - What the text is once it is read again

  /// The value that `text` is, which stands where the string `ref` was written.
  private mutating func readAgain(
    _ text: String, of ref: NodeRef, _ node: Node, at place: WrittenScalar.Place, in forest: inout Forest
  ) -> NodeRef {
    let written = forest.withText(ref) { WrittenScalar($0, at: place) }
    var text = text
    if written.style == .plain, text.withUTF8({ WrittenScalar.isPlain($0) }) {
      let scalar = plain(text, range: node.range, in: &forest)
      return place == .key ? key(scalar, range: node.range, in: &forest) : scalar
    }
    let document = forest.withText(ref) { original -> [UInt8]? in
      switch written.style {
      case .plain, .literal: return written.document(Array(text.utf8), original: original)
      case .singleQuoted, .doubleQuoted:
        // The expressions are those of the escaped text.
        let escaped = written.escaped(original)
        guard let parts = try? escaped.withUnsafeBufferPointer({ try Envsubst.parse($0) }),
          let result = Envsubst.evaluate(parts, values: scope.values, isOpen: false).text
        else { return nil }
        return written.document(Array(result.utf8), original: original)
      }
    }
    if let document {
      let tree = YAMLParser.parse(document, file: node.range.file, tree: 0)
      let small = Forest(trees: [tree])
      if tree.problems.isEmpty, tree.documents.count == 1, let root = tree.documents.first?.root,
        let result = written.result(in: small, root: root)
      {
        let value = copy(result, of: small, range: node.range, to: &forest)
        return place == .key ? key(value, range: node.range, in: &forest) : value
      }
    }
    errors.append(
      SubstitutionError(
        message:
          "the object is no YAML any more once '\(text.prefix(60))' stands there, without the quotes it is written with",
        range: node.range))
    return ref
  }

  /// A plain scalar: what it is decides the text, whatever quotes the source has.
  private mutating func plain(_ text: String, range: SourceRange, in forest: inout Forest) -> NodeRef {
    let scalar = forest.withTree(buildTree) {
      $0.appendScalar(text.utf8, style: .plain, range: range, tree: buildTree)
    }
    let value = forest.scalarValue(scalar, dialect: .kustomization)
    // Others read the object as kustomize does, so what it is to sigs.k8s.io/yaml must be plain to them too.
    if value == forest.scalarValue(scalar, dialect: .resource) {
      noteIfNoJSON(value, range)
      return scalar
    }
    return append(value, range: range, to: &forest)
  }

  /// A key on its way to JSON, where all keys are strings (sigs.k8s.io/yaml, `convertToJSONableObject`).
  private mutating func key(_ key: NodeRef, range: SourceRange, in forest: inout Forest) -> NodeRef {
    let value = forest.kind(key) == .scalar ? try? forest.decodedScalarValue(key, dialect: .kustomization) : nil
    switch value {
    case .string?: return key
    case .boolean?, .integer?, .float?: break
    case .null?, .unsigned?, nil:
      errors.append(
        SubstitutionError(message: "a key becomes what no key may be, expected a text or a number", range: range))
      return key
    }
    let text = value?.textForKey ?? ""
    return forest.withTree(buildTree) {
      $0.appendScalar(text.utf8, style: .doubleQuoted, range: range, tree: buildTree)
    }
  }

  /// Objects go through JSON once they are substituted (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  private mutating func noteIfNoJSON(_ value: ScalarValue, _ range: SourceRange) {
    guard case .float(let number) = value, !number.isFinite else { return }
    errors.append(
      SubstitutionError(
        message: "the value becomes a number without a form in JSON; quote it after the substitution, or use another",
        range: range))
  }

  private mutating func append(_ value: ScalarValue, range: SourceRange, to forest: inout Forest) -> NodeRef {
    noteIfNoJSON(value, range)
    let text =
      switch value {
      case .null: "null"
      case .boolean(let value): value ? "true" : "false"
      case .integer(let value): String(value)
      case .unsigned(let value): String(value)
      case .float(let value): value.isFinite ? "\(value)" : value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf"
      case .string(let text): text
      }
    var style = Node.Style.plain
    if case .string = value { style = .doubleQuoted }
    return forest.withTree(buildTree) { $0.appendScalar(text.utf8, style: style, range: range, tree: buildTree) }
  }

  /// Brings a value over; all of it stands where the expression is written.
  private mutating func copy(_ ref: NodeRef, of small: Forest, range: SourceRange, to forest: inout Forest) -> NodeRef {
    switch small.kind(ref) {
    case .mapping:
      var pairs: [Forest.Pair] = []
      for pair in small.pairs(ref) {
        let key = copy(pair.key, of: small, range: range, to: &forest)
        pairs.append(Forest.Pair(key: key, value: copy(pair.value, of: small, range: range, to: &forest)))
      }
      let flags = forest.flags(ofMapping: pairs)
      return forest.withTree(buildTree) { $0.appendMapping(pairs, range: range, flags: flags, tree: buildTree) }
    case .sequence:
      var items: [NodeRef] = []
      for item in small.items(ref) { items.append(copy(item, of: small, range: range, to: &forest)) }
      let flags = forest.flags(ofSequence: items)
      return forest.withTree(buildTree) { $0.appendSequence(items, range: range, flags: flags, tree: buildTree) }
    case .scalar, .alias:
      return append(small.scalarValue(ref, dialect: .kustomization), range: range, to: &forest)
    }
  }

  private func use(_ expression: Envsubst.Expression, of ref: NodeRef, in forest: Forest) -> VariableUse {
    VariableUse(
      name: expression.name, range: forest.sourceRange(of: ref, decoded: expression.range), object: object)
  }

  private static func message(for error: Envsubst.SyntaxError, of ref: NodeRef, in forest: Forest) -> String {
    let text = forest.withText(ref) { bytes in
      String(decoding: bytes[error.range.clamped(to: 0..<bytes.count)].prefix(40), as: UTF8.self)
    }
    switch error.reason {
    case .noVariableName:
      return
        "'\(text)' is no variable: envsubst fails with 'unable to parse variable name'; write '$${' for a literal '${'"
    case .missingClosingBrace:
      return
        "'\(text)' is no expression of envsubst, which fails with 'missing closing brace'; write '$${' for a literal '${'"
    }
  }
}
