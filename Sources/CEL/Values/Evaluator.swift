import ScalarFormats
import TextMatching

/// What operators and functions work with: the source that values are read from, and the steps that are left.
package struct Evaluator {
  package let source: any ValueSource
  /// What is left; below zero the evaluation has ended.
  package var steps: Int
  var quotesInFormats: Bool
  private var patterns: Patterns?

  package init(source: any ValueSource, steps: Int, quotesInFormats: Bool = false) {
    self.source = source
    self.steps = steps
    self.quotesInFormats = quotesInFormats
  }

  static let spent = Value.failure(Failure("evaluation takes too many steps", isFinal: true))

  /// Takes steps; nil while there are enough.
  mutating func charge(_ count: Int) -> Value? {
    // What is left never wraps around to a positive number.
    if steps >= 0 { steps -= min(max(count, 0), 1 << 40) }
    return steps < 0 ? Self.spent : nil
  }

  // MARK: Reading

  /// The value of a node; texts, lists and maps stay where they are.
  package func load(_ ref: Ref) -> Value { value(of: source.node(ref), at: ref) }

  /// The value of a node that is a key of a map.
  package func load(key ref: Ref) -> Value { value(of: source.keyNode(ref), at: ref) }

  private func value(of node: SourceNode, at ref: Ref) -> Value {
    switch node {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .uint(let value): .uint(value)
    case .double(let value): .double(value)
    case .text: .text(ref)
    case .list: .listRef(ref)
    case .map: .mapRef(ref)
    case .unknown(let reason): .unknown(Unknown(reason, place: ref))
    }
  }

  /// The text of a string value; nil when it is none.
  package func string(_ value: Value) -> String? {
    switch value {
    case .string(let text): return text
    case .text(let ref):
      var result = ""
      source.withText(ref) { bytes in result = String(decoding: bytes, as: UTF8.self) }
      return result
    default: return nil
    }
  }

  /// The UTF-8 of a string value.
  package func withText(_ value: Value, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    switch value {
    case .string(var text): text.withUTF8 { body($0) }
    case .text(let ref): source.withText(ref, body)
    default: break
    }
  }

  /// How many elements a list has; nil when the value is none.
  package func listCount(_ value: Value) -> Int? {
    switch value {
    case .list(let elements): elements.count
    case .listRef(let ref): source.count(ref)
    case .keyedList(let list): list.elements.count
    default: nil
    }
  }

  package func element(_ list: Value, _ index: Int) -> Value {
    switch list {
    case .list(let elements): elements[index]
    case .listRef(let ref): load(source.element(ref, index))
    case .keyedList(let list): list.elements[index]
    default: .null
    }
  }

  package func elements(_ list: Value) -> [Value]? {
    switch list {
    case .list(let elements): elements
    case .listRef(let ref): (0..<source.count(ref)).map { load(source.element(ref, $0)) }
    case .keyedList(let list): list.elements
    default: nil
    }
  }

  package func mapCount(_ value: Value) -> Int? {
    switch value {
    case .map(let map): map.entries.count
    case .mapRef(let ref): source.count(ref)
    default: nil
    }
  }

  /// The entries of a map; nil when the value is none.
  package func entries(_ map: Value) -> [(key: Value, value: Value)]? {
    switch map {
    case .map(let map): map.entries
    case .mapRef(let ref): source.entries(ref).map { (load(key: $0.key), load($0.value)) }
    default: nil
    }
  }

  /// The value of a key; numbers find their equals of another kind.
  func find(_ map: Value, _ key: Value) -> Value? {
    switch map {
    case .mapRef(let ref):
      var result: Ref?
      let source = source
      withText(key) { bytes in result = source.member(ref, bytes) }
      return result.map { load($0) }
    case .map(let map):
      var key = key
      if case .text = key { key = .string(string(key) ?? "") }
      guard let mapKey = MapKey(key) else { return nil }
      if let value = map.value(mapKey) { return value }
      for other in mapKey.equals { if let value = map.value(other) { return value } }
      return nil
    default: return nil
    }
  }

  // MARK: Types

  /// The type that `type` names.
  package func type(of value: Value) -> CELType {
    switch value {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string, .text: .string
    case .bytes: .bytes
    case .list, .listRef, .keyedList: .anyList
    case .map, .mapRef: .anyMap
    case .timestamp: .timestamp
    case .duration: .duration
    case .type: .type(.dyn)
    case .optional: .optional(.dyn)
    case .opaque(let box): .opaque(box.value.typeName)
    case .unknown, .failure: .dyn
    }
  }

  /// Whether a value fits a parameter; of lists and maps the first element is looked at (cel-go, common/types/types.go).
  func fits(_ value: Value, _ type: CELType) -> Bool {
    switch (type, value) {
    case (.dyn, _), (.parameter, _), (.variable, _): true
    case (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double), (.string, .string),
      (.string, .text), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration), (.type, .type),
      (.optional, .optional):
      true
    case (.opaque(let name), .opaque(let box)): box.value.typeName == name
    case (.list(let element), .list), (.list(let element), .listRef), (.list(let element), .keyedList):
      listCount(value) == 0 || fitsElement(self.element(value, 0), element)
    case (.object, .map), (.object, .mapRef): true
    case (.map(let key, let inner), .map(let map)):
      map.entries.first.map { fitsElement($0.key, key) && fitsElement($0.value, inner) } ?? true
    case (.map(let key, let inner), .mapRef(let ref)):
      (key == .string || key.hasDyn)
        && (inner.isDyn || source.entries(ref).first.map { fitsElement(load($0.value), inner) } ?? true)
    default: false
    }
  }

  private func fitsElement(_ value: Value, _ type: CELType) -> Bool { value.isAbnormal || fits(value, type) }

  // MARK: Patterns

  /// Those that a program does not know beforehand, kept for the rest of its run; few programs have any.
  private final class Patterns {
    var known: [String: LinearRegex] = [:]
  }

  mutating func pattern(_ text: String) throws(LinearRegex.Failure) -> LinearRegex {
    if let known = patterns?.known[text] { return known }
    let made = try LinearRegex(text)
    let patterns = patterns ?? Patterns()
    self.patterns = patterns
    if patterns.known.count < 64 { patterns.known[text] = made }
    return made
  }
}
