/// A list whose order means nothing: a set, or a map that is written as a list (`x-kubernetes-list-type`).
package final class KeyedList: Sendable {
  package let elements: [Value]
  /// The fields that tell elements apart; nil for a set, whose elements are told apart as a whole.
  package let keys: [String]?

  package init(_ elements: [Value], keys: [String]?) { (self.elements, self.keys) = (elements, keys) }
}

/// Equality and sums of lists without an order (k8s.io/apiserver/pkg/cel/common/values.go).
extension Evaluator {
  /// Where elements are, by what tells them apart. Those that only a comparison can tell apart have none.
  private typealias Places = [[MapKey?]: Int]

  private func identity(_ element: Value, _ keys: [String]?) -> [MapKey?]? {
    func key(_ value: Value) -> MapKey? { MapKey(string(value).map { .string($0) } ?? value) }
    if let keys { return keys.map { find(element, .string($0)).flatMap(key) } }
    return key(element).map { [$0] }
  }

  private func places(_ elements: [Value], _ keys: [String]?) -> Places {
    var places: Places = [:]
    for (index, element) in elements.enumerated() {
      if let identity = identity(element, keys) { places[identity] = index }
    }
    return places
  }

  /// The element that stands for the same thing as another one.
  private mutating func counterpart(of element: Value, in elements: [Value], _ keys: [String]?, _ places: Places)
    -> Int?
  {
    if let identity = identity(element, keys) { return places[identity] }
    for index in elements.indices { if equal(elements[index], element).isTrue { return index } }
    return nil
  }

  /// What is not known in a list, as a whole or in what tells its elements apart.
  private func obstacle(_ elements: [Value], _ keys: [String]?) -> Value? {
    for element in elements {
      if element.isAbnormal { return element }
      for key in keys ?? [] { if let value = find(element, .string(key)), value.isAbnormal { return value } }
    }
    return nil
  }

  mutating func equal(_ list: KeyedList, _ other: [Value]) -> Value {
    guard list.elements.count == other.count else { return .bool(false) }
    if let spent = charge(other.count) { return spent }
    if let obstacle = obstacle(list.elements, list.keys) ?? obstacle(other, list.keys) { return obstacle }
    let places = places(list.elements, list.keys)
    for element in other {
      guard let index = counterpart(of: element, in: list.elements, list.keys, places) else {
        return steps < 0 ? Self.spent : .bool(false)
      }
      let same = equal(list.elements[index], element)
      if !same.isTrue { return same }
    }
    return .bool(true)
  }

  /// The list with more elements: one that stands for the same thing takes the place of the first.
  mutating func merged(_ list: KeyedList, _ more: [Value]) -> Value {
    if let spent = charge(list.elements.count + more.count) { return spent }
    if let obstacle = obstacle(list.elements, list.keys) ?? obstacle(more, list.keys) { return obstacle }
    var elements = list.elements
    var places = places(elements, list.keys)
    for element in more {
      if let index = counterpart(of: element, in: elements, list.keys, places) {
        if list.keys != nil { elements[index] = element }
      } else {
        if let identity = identity(element, list.keys) { places[identity] = elements.count }
        elements.append(element)
      }
      if steps < 0 { return Self.spent }
    }
    return .keyedList(KeyedList(elements, keys: list.keys))
  }
}
