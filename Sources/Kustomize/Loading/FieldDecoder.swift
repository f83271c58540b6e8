import SourceText
import YAMLSyntax

/// Reads typed fields from YAML nodes as a kustomization file is decoded: field names in any letter case, null as if
/// absent, YAML 1.1 scalars. What does not fit is in `errors`, and the rest is read.
struct FieldDecoder {
  /// How kustomize-controller reads the file at the root of a path before kustomize does: unknown fields are dropped,
  /// and a number or boolean becomes a string where a string belongs.
  let isLenient: Bool
  /// Whether a number or boolean becomes a string where a string belongs.
  var convertsScalars: Bool
  /// Plugins are read as resources first.
  let dialect: ScalarDialect
  var errors: [BuildError] = []
  /// Unknown fields that a lenient reader drops.
  var dropped: [LeftOut] = []

  init(isLenient: Bool, dialect: ScalarDialect = .kustomization) {
    self.isLenient = isLenient
    convertsScalars = isLenient
    self.dialect = dialect
  }

  mutating func report(_ message: String, at range: SourceRange) {
    errors.append(BuildError(kind: .invalidKustomization, message: message, range: range))
  }

  /// The fields of a mapping, the last of each name. `what` names the mapping in messages.
  mutating func fields<Field: RawRepresentable<String> & CaseIterable>(
    of node: NodeRef, as type: Field.Type, what: @autoclosure () -> String, in forest: Forest
  ) -> [(field: Field, value: NodeRef)] {
    guard forest.kind(node) == .mapping else {
      if !forest.isNull(node) { report("\(what()) must be a mapping", at: forest.range(node)) }
      return []
    }
    var result: [(field: Field, key: String, value: NodeRef)] = []
    for pair in forest.decodedPairs(node) {
      let key = forest.text(pair.key)
      guard let field = Field(rawValue: key) ?? Self.field(inOtherCase: key) else {
        let known = Suggestion.nearest(to: key, in: Field.allCases.map(\.rawValue))
        if isLenient {
          dropped.append(LeftOut(kind: .field, name: key, range: forest.range(pair.key), suggestion: known))
        } else {
          let repair = known.map { ", did you mean '\($0)'?" } ?? ""
          report("\(what()) has an unknown field '\(key)'\(repair)", at: forest.range(pair.key))
        }
        continue
      }
      if let index = result.firstIndex(where: { $0.field.rawValue == field.rawValue }) {
        // Keys are sorted before they are decoded, so of two spellings the later in byte order wins.
        if key.utf8.lexicographicallyPrecedes(result[index].key.utf8) { continue }
        result.remove(at: index)
      }
      result.append((field, key, pair.value))
    }
    return result.lazy.filter { !forest.isNull($0.value) }.map { ($0.field, $0.value) }
  }

  private static func field<Field: RawRepresentable<String> & CaseIterable>(inOtherCase key: String) -> Field? {
    let lowercased = key.lowercased()
    return Field.allCases.first { $0.rawValue.lowercased() == lowercased }
  }

  // MARK: Scalars

  mutating func string(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> SourcedText? {
    let range = forest.range(node)
    guard forest.kind(node) == .scalar else {
      report("\(what()) must be a string", at: range)
      return nil
    }
    switch forest.scalarValue(node, dialect: dialect) {
    case .string(let text): return SourcedText(text: text, range: range)
    case .null: return nil
    case let other:
      if convertsScalars { return SourcedText(text: Self.convertedText(node, dialect, in: forest), range: range) }
      report("\(what()) is \(Self.name(of: other)), expected a string: put '\(forest.text(node))' in quotes", at: range)
      return nil
    }
  }

  private static func name(of value: ScalarValue) -> String {
    switch value {
    case .boolean: "a boolean"
    case .integer, .unsigned, .float: "a number"
    case .null: "null"
    case .string: "a string"
    }
  }

  mutating func boolean(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> Bool {
    if forest.kind(node) == .scalar {
      switch forest.scalarValue(node, dialect: dialect) {
      case .boolean(let value): return value
      case .null: return false
      default: break
      }
    }
    report("\(what()) must be true or false", at: forest.range(node))
    return false
  }

  mutating func integer(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> Int64 {
    if forest.kind(node) == .scalar {
      switch forest.scalarValue(node, dialect: dialect) {
      case .integer(let value): return value
      case .float(let value) where value == value.rounded() && abs(value) < 1e15: return Int64(value)
      case .null: return 0
      default: break
      }
    }
    report("\(what()) must be a number", at: forest.range(node))
    return 0
  }

  // MARK: Collections

  /// The items of a list. A null item stays: what it means depends on the field.
  mutating func items(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [NodeRef] {
    guard forest.kind(node) == .sequence else {
      report("\(what()) must be a list", at: forest.range(node))
      return []
    }
    return Array(forest.items(node))
  }

  /// A list of strings; a null item is an empty string.
  mutating func strings(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [SourcedText] {
    items(node, what: what(), in: forest).compactMap { item in
      if forest.isNull(item) { return SourcedText(text: "", range: forest.range(item)) }
      return string(item, what: "an entry of \(what())", in: forest)
    }
  }

  /// The text of a key: one that is no string becomes the text of its value.
  private func keyText(_ key: NodeRef, in forest: Forest) -> String {
    guard forest.kind(key) == .scalar else { return "" }
    return (try? forest.decodedScalarValue(key, dialect: dialect))?.textForKey ?? forest.text(key)
  }

  private static func convertedText(_ node: NodeRef, _ dialect: ScalarDialect, in forest: Forest) -> String {
    guard let value = try? forest.decodedScalarValue(node, dialect: dialect) else { return forest.text(node) }
    return value.textForString
  }

  /// The `metadata` of a kustomization file: it has types and nothing else.
  mutating func checkMetadata(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) {
    for (field, value) in fields(of: node, as: MetadataField.self, what: what(), in: forest) {
      let place = "'\(field.rawValue)' of \(what())"
      switch field {
      case .name, .namespace: _ = string(value, what: place, in: forest)
      case .labels, .annotations: _ = textPairs(value, what: place, areWritten: false, in: forest)
      }
    }
  }

  /// A map of strings in the order written.
  ///
  /// - Parameter areWritten: whether the keys become keys of objects, where they stand without quotes.
  mutating func textPairs(
    _ node: NodeRef, what: @autoclosure () -> String, areWritten: Bool = true, in forest: Forest
  ) -> [TextPair] {
    guard forest.kind(node) == .mapping else {
      report("\(what()) must be a mapping", at: forest.range(node))
      return []
    }
    return forest.decodedPairs(node).compactMap { pair in
      let keyRange = forest.range(pair.key)
      let key = keyText(pair.key, in: forest)
      if areWritten, !key.isText(in: .resource) {
        report(
          "the key '\(forest.text(pair.key))' of \(what()) is called like a number, a boolean or null, which kustomize cannot print",
          at: keyRange)
        return nil
      }
      if forest.isNull(pair.value) {
        let value = SourcedText(text: "", range: forest.range(pair.value))
        return TextPair(key: key, keyRange: keyRange, value: value)
      }
      return string(pair.value, what: "'\(key)' of \(what())", in: forest).map {
        TextPair(key: key, keyRange: keyRange, value: $0)
      }
    }
  }
}

extension String {
  /// Whether the text is a string when it stands without quotes. kustomize writes the keys of labels and annotations so.
  fileprivate func isText(in dialect: ScalarDialect) -> Bool {
    var copy = self
    return copy.withUTF8 { PlainText.isString($0, dialect: dialect) }
  }
}
