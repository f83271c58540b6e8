import ScalarFormats

/// Equality and order (cel-spec, Equality and Ordering; cel-go, common/types).
extension Evaluator {
  /// Whether two values are equal: never an error, but unknown where something that decides is.
  package mutating func equal(_ left: Value, _ right: Value) -> Value {
    if let spent = charge(1) { return spent }
    // What rules compare most.
    if case .text(let ref) = left, case .string(let text) = right { return .bool(hasText(ref, text)) }
    switch (left, right) {
    case (.unknown, _): return left
    case (_, .unknown): return right
    case (.failure, _): return left
    case (_, .failure): return right
    case (.null, .null): return .bool(true)
    case (.bool(let left), .bool(let right)): return .bool(left == right)
    case (.string(let left), .string(let right)):
      guard left.utf8.count == right.utf8.count else { return .bool(false) }
      return charge(left.utf8.count / 64) ?? .bool(left.utf8.elementsEqual(right.utf8))
    case (.string(let text), .text(let ref)): return .bool(hasText(ref, text))
    case (.text(let left), .text(let right)):
      var result = false
      let source = source
      source.withText(left) { bytes in result = source.hasText(right, bytes) }
      return .bool(result)
    case (.bytes(let left), .bytes(let right)): return .bool(left == right)
    case (.timestamp(let left), .timestamp(let right)): return .bool(left == right)
    case (.duration(let left), .duration(let right)): return .bool(left == right)
    case (.type(let left), .type(let right)): return .bool(left == right || left.runtimeName == right.runtimeName)
    // A node is itself, also where nobody knows what is in it.
    case (.mapRef(let left), .mapRef(let right)) where left == right: return .bool(true)
    case (.optional(let left), .optional(let right)):
      guard let first = left.value, let second = right.value else {
        return .bool(left.value == nil && right.value == nil)
      }
      return equal(first, second)
    case (.opaque(let left), .opaque(let right)): return .bool(left.value.isEqual(right.value))
    default: break
    }
    if let order = Self.numericOrder(left, right) { return .bool(order == 0) }
    if case .keyedList(let list) = left, let other = elements(right) { return equal(list, other) }
    if let count = listCount(left), let other = listCount(right) { return equalLists(left, right, count, other) }
    if let count = mapCount(left), let other = mapCount(right) { return equalMaps(left, right, count, other) }
    return .bool(false)
  }

  private func hasText(_ ref: Ref, _ text: String) -> Bool {
    // The text of a literal is contiguous: it is not copied.
    text.utf8.withContiguousStorageIfAvailable { source.hasText(ref, $0) } ?? (string(.text(ref)) == text)
  }

  private mutating func equalLists(_ left: Value, _ right: Value, _ count: Int, _ other: Int) -> Value {
    guard count == other else { return .bool(false) }
    var result = Value.bool(true)
    for index in 0..<count {
      let same = equal(element(left, index), element(right, index))
      if case .bool(let isSame) = same {
        if !isSame { return same }
      } else {
        result = same
        if steps < 0 { break }
      }
    }
    return result
  }

  private mutating func equalMaps(_ left: Value, _ right: Value, _ count: Int, _ other: Int) -> Value {
    guard count == other, let entries = entries(left) else { return .bool(false) }
    var result = Value.bool(true)
    for (key, value) in entries {
      guard let match = find(right, key) else { return .bool(false) }
      let same = equal(value, match)
      if case .bool(let isSame) = same {
        if !isSame { return same }
      } else {
        result = same
        if steps < 0 { break }
      }
    }
    return result
  }

  /// -1, 0 or 1 of two numbers of any kinds; 2 where one of them is no number at all (NaN). Nil of other values.
  static func numericOrder(_ left: Value, _ right: Value) -> Int? {
    func order<T: Comparable>(_ left: T, _ right: T) -> Int {
      left < right ? -1 : left == right ? 0 : left > right ? 1 : 2
    }
    switch (left, right) {
    case (.int(let left), .int(let right)): return order(left, right)
    case (.uint(let left), .uint(let right)): return order(left, right)
    case (.double(let left), .double(let right)): return order(left, right)
    case (.int(let left), .uint(let right)): return left < 0 ? -1 : order(UInt64(left), right)
    case (.uint(let left), .int(let right)): return right < 0 ? 1 : order(left, UInt64(right))
    case (.int(let left), .double(let right)): return order(Double(left), right)
    case (.double(let left), .int(let right)): return order(left, Double(right))
    case (.uint(let left), .double(let right)): return order(Double(left), right)
    case (.double(let left), .uint(let right)): return order(left, Double(right))
    default: return nil
    }
  }

  enum Order { case less, equal, greater, none, notANumber }

  /// The order of two values; none of unlike kinds and of kinds that have none.
  func compare(_ left: Value, _ right: Value) -> Order {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): return left == right ? .equal : right ? .less : .greater
    case (.timestamp(let left), .timestamp(let right)):
      return left == right ? .equal : left.isBefore(right) ? .less : .greater
    case (.duration(let left), .duration(let right)): return left == right ? .equal : left < right ? .less : .greater
    case (.bytes(let left), .bytes(let right)):
      return left == right ? .equal : left.lexicographicallyPrecedes(right) ? .less : .greater
    case (.string, .string), (.string, .text), (.text, .string), (.text, .text):
      // The order of UTF-8 is that of code points.
      var result = Order.equal
      withText(left) { first in
        withText(right) { second in
          result =
            first.elementsEqual(second) ? .equal : first.lexicographicallyPrecedes(second) ? .less : .greater
        }
      }
      return result
    default:
      switch Self.numericOrder(left, right) {
      case -1: return .less
      case 0: return .equal
      case 1: return .greater
      case nil: return .none
      default: return .notANumber
      }
    }
  }

  /// Whether a value is in a list, or is a key of a map.
  mutating func contains(_ container: Value, _ value: Value) -> Value {
    if let count = listCount(container) {
      var result = Value.bool(false)
      for index in 0..<count {
        let same = equal(value, element(container, index))
        if case .bool(let isSame) = same {
          if isSame { return same }
        } else {
          result = same
          if steps < 0 { break }
        }
      }
      return result
    }
    if mapCount(container) != nil { return .bool(find(container, value) != nil) }
    return noOverload("in", [value, container])
  }

  func noOverload(_ name: String, _ values: [Value]) -> Value {
    let types = values.map { type(of: $0).runtimeName }.joined(separator: ", ")
    return .fail("'\(name)' does not take (\(types))")
  }
}
