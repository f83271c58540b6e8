/// cel-go, ext/lists.go and ext/sets.go; k8s.io/apiserver/pkg/cel/library/lists.go.
extension Evaluator {
  mutating func list(_ function: Builtin, _ arguments: Arguments) -> Value {
    if function == .range {
      guard case .int(let count) = arguments.first else { return noOverload("lists.range", arguments.values) }
      if let spent = charge(Int(clamping: count)) { return spent }
      return .list((0..<max(count, 0)).map { .int($0) })
    }
    guard let elements = elements(arguments.first) else { return noOverload(function.rawValue, arguments.values) }
    if let spent = charge(elements.count) { return spent }
    switch function {
    case .reverse: return .list(elements.reversed())
    case .slice:
      guard case .int(let start) = arguments.second, case .int(let end) = arguments.third else {
        return noOverload("slice", arguments.values)
      }
      guard start >= 0, end >= start, end <= elements.count else {
        return .fail("a list of \(elements.count) has no slice from \(start) to \(end)")
      }
      return .list(Array(elements[Int(start)..<Int(end)]))
    case .flatten:
      var depth: Int64 = 1
      if arguments.count == 2 {
        guard case .int(let given) = arguments.second else { return noOverload("flatten", arguments.values) }
        depth = given
      }
      guard depth >= 0 else { return .fail("the depth \(depth) of 'flatten' is negative") }
      var result: [Value] = []
      return flatten(elements, Int(clamping: depth), into: &result) ?? .list(result)
    case .distinct: return distinct(elements)
    default: return sorted(elements, by: elements)
    }
  }

  private mutating func flatten(_ elements: [Value], _ depth: Int, into result: inout [Value]) -> Value? {
    for element in elements {
      if let spent = charge(1) { return spent }
      if element.isAbnormal { return element }
      if depth > 0, let inner = self.elements(element) {
        if let failed = flatten(inner, depth - 1, into: &result) { return failed }
      } else {
        result.append(element)
      }
    }
    return nil
  }

  private mutating func distinct(_ elements: [Value]) -> Value {
    var result: [Value] = []
    var keys: Set<MapKey> = []
    // A double may be equal to several integers, which no table can say.
    var hasDoubles = false
    for element in elements {
      if let spent = charge(1) { return spent }
      let key: MapKey?
      switch element {
      case .unknown, .failure: return element
      case .null, .bool: key = MapKey(element)
      case .string, .text: key = string(element).map { .string(MapKey.CodePoints(text: $0)) }
      case .int: key = hasDoubles ? nil : MapKey(element)
      case .uint(let number): key = hasDoubles ? nil : Int64(exactly: number).map { .int($0) } ?? .uint(number)
      default: key = nil
      }
      if case .double = element { hasDoubles = true }
      if let key {
        guard keys.insert(key).inserted else { continue }
      } else {
        let found = contains(.list(result), element)
        if found.isAbnormal { return found }
        if found.isTrue { continue }
      }
      result.append(element)
    }
    return .list(result)
  }

  /// The elements in the order of their keys; equal ones stay as they were.
  mutating func sorted(_ elements: [Value], by keys: [Value]) -> Value {
    if let wrong = keys.first(where: \.isAbnormal) { return wrong }
    guard let first = keys.first else { return .list([]) }
    let kind = type(of: first)
    guard keys.allSatisfy({ type(of: $0) == kind }) else { return .fail("elements of several types have no order") }
    if case .none = compare(first, first) { return noOverload("sort", [first]) }
    if let spent = charge(keys.count * 8) ?? chargeTexts(keys, times: 8) { return spent }
    let order = keys.indices.sorted { left, right in
      switch compare(keys[left], keys[right]) {
      case .less: true
      case .greater: false
      default: left < right
      }
    }
    return .list(order.map { elements[$0] })
  }

  /// Takes the steps that go through texts which were made, and may be long.
  mutating func chargeTexts(_ values: [Value], times: Int = 1) -> Value? {
    charge(
      values.reduce(0) { sum, value in
        if case .string(let text) = value { sum + text.utf8.count * times / 64 } else { sum }
      })
  }

  mutating func place(_ function: Builtin, _ list: Value, _ wanted: Value) -> Value {
    guard let count = listCount(list) else { return noOverload(function.rawValue, [list, wanted]) }
    for offset in 0..<count {
      let index = function == .indexOf ? offset : count - 1 - offset
      let same = equal(element(list, index), wanted)
      // The element that is not known may be the one.
      if same.isAbnormal { return same }
      if same.isTrue { return .int(Int64(index)) }
    }
    return .int(-1)
  }

  mutating func sets(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    guard let left = elements(first), let right = elements(second) else {
      return noOverload(function.rawValue, [first, second])
    }
    if let spent = charge(left.count + right.count) { return spent }
    switch function {
    case .setsContains: return isSubset(right, of: first)
    case .setsIntersects:
      var result = Value.bool(false)
      for element in left {
        let found = contains(second, element)
        if found.isTrue || steps < 0 { return found }
        if found.isAbnormal { result = found }
      }
      return result
    default:
      let isSubset = isSubset(right, of: first)
      return isSubset.isTrue ? self.isSubset(left, of: second) : isSubset
    }
  }

  private mutating func isSubset(_ elements: [Value], of list: Value) -> Value {
    var result = Value.bool(true)
    for element in elements {
      let found = contains(list, element)
      if found.isAbnormal {
        result = found
        if steps < 0 { return found }
      } else if !found.isTrue {
        return found
      }
    }
    return result
  }

  // MARK: Sums and extremes

  mutating func sum(_ function: Builtin, _ list: Value) -> Value {
    guard let elements = elements(list) else { return noOverload("sum", [list]) }
    if let spent = charge(elements.count) { return spent }
    guard var result = elements.first else {
      switch function {
      case .sumOfUints: return .uint(0)
      case .sumOfDoubles: return .double(0)
      case .sumOfDurations: return .duration(0)
      default: return .int(0)
      }
    }
    switch result {
    case .int, .uint, .double, .duration: break
    default: return result.isAbnormal ? result : noOverload("sum", [list])
    }
    for element in elements.dropFirst() {
      result = apply(.add, result, element)
      if result.isAbnormal { return result }
    }
    return result
  }

  mutating func extremum(_ function: Builtin, _ list: Value) -> Value {
    guard let elements = elements(list) else { return noOverload(function.rawValue, [list]) }
    if let spent = charge(elements.count) { return spent }
    if let wrong = elements.first(where: \.isAbnormal) { return wrong }
    if let spent = chargeTexts(elements) { return spent }
    if function == .isSorted {
      return .bool(zip(elements, elements.dropFirst()).allSatisfy { compare($0, $1) != .greater })
    }
    guard var result = elements.first else { return .fail("an empty list has no '\(function.rawValue)'") }
    for element in elements where compare(element, result) == (function == .min ? .less : .greater) { result = element }
    return result
  }
}

extension Value {
  var isTrue: Bool { if case .bool(true) = self { true } else { false } }
}
