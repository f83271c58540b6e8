/// Which node of the source made a value what it is.
extension Machine {
  /// The deepest node that exists and decided the value of an operation; nil when the source has no part in it.
  mutating func place(of index: Int32) -> Ref? {
    guard evaluator.steps > 0 else { return nil }
    evaluator.steps -= 1
    switch program.operations[Int(index)] {
    case .constant, .undeclared: return nil
    case .variable(let slot): return Self.ref(variable(slot))
    case .local(let slot):
      if Int(slot) < localPlaces.count, let place = localPlaces[Int(slot)] { return place }
      return Self.ref(locals[Int(slot)])
    case .path(let root, let firstKey, let count): return path(root, firstKey, count)
    case .optionalPath(let operand, let firstKey, let count): return optionalPath(operand, firstKey, count)
    case .optionalPathOr(let path, let other): return place(of: path) ?? place(of: other)
    case .hasOptionalPath(let path), .equalsOptional(let path, _, _): return place(of: path)
    case .select(let operand, let key, _), .has(let operand, let key):
      return member(operand, program.keys.texts[Int(key)])
    case .index(let operand, let index, _): return member(operand, evaluate(index))
    case .and(let first, let count): return logical(first, count, deciding: false)
    case .or(let first, let count): return logical(first, count, deciding: true)
    case .not(let operand), .negate(let operand), .matches(let operand, _), .optionalElement(let operand):
      return place(of: operand)
    case .choose(let condition, let first, let second):
      guard case .bool(let isFirst) = evaluate(condition) else { return place(of: condition) }
      return place(of: isFirst ? first : second) ?? place(of: condition)
    case .binary(_, let left, let right): return place(of: left) ?? place(of: right)
    case .call(_, let first, let count, _), .host(_, let first, let count, _), .list(let first, let count),
      .map(let first, let count):
      // A function may have found a node of its own.
      if let found = Self.ref(evaluate(index)) { return found }
      for child in first..<first + count { if let place = place(of: program.children[Int(child)]) { return place } }
      return nil
    case .loop(let index): return place(of: program.loops[Int(index)])
    case .bind(let slot, let value, let body):
      let place = place(of: value)
      locals[Int(slot)] = evaluate(value)
      if localPlaces.isEmpty { localPlaces = Array(repeating: nil, count: program.localCount) }
      localPlaces[Int(slot)] = place
      return self.place(of: body) ?? place
    case .optionalMap(let target, _, _, _): return place(of: target)
    }
  }

  private static func ref(_ value: Value) -> Ref? {
    switch value {
    case .text(let ref), .listRef(let ref), .mapRef(let ref): ref
    case .optional(let optional): optional.value.flatMap(ref)
    case .unknown(let unknown): unknown.place
    case .opaque(let box): box.value.place
    default: nil
    }
  }

  private mutating func path(_ root: Int32, _ firstKey: Int32, _ count: Int32) -> Ref? {
    var place = place(of: root)
    var value = evaluate(root)
    for key in firstKey..<firstKey + count {
      if case .mapRef(let ref) = value {
        guard let member = evaluator.source.member(ref, program.keys[key]) else { return place }
        place = member
        value = evaluator.load(member)
      } else {
        // A map that was computed may hold nodes.
        value = evaluator.select(value, program.keys.texts[Int(key)], isOptional: false)
        place = Self.ref(value) ?? place
      }
    }
    return place
  }

  private mutating func optionalPath(_ operand: Int32, _ firstKey: Int32, _ count: Int32) -> Ref? {
    var value = evaluate(operand)
    var place = Self.ref(value)
    for key in firstKey..<firstKey + count {
      if case .optional(let optional) = value, let inner = optional.value { value = inner }
      let key = program.keys.texts[Int(key)]
      guard let found = member(of: value, key) else { return place ?? self.place(of: operand) }
      place = found
      value = evaluator.load(found)
    }
    return place
  }

  private mutating func member(_ operand: Int32, _ key: Value) -> Ref? {
    member(of: evaluate(operand), key) ?? place(of: operand)
  }

  /// The node of a field or an element.
  private func member(of value: Value, _ key: Value) -> Ref? {
    var value = value
    if case .optional(let optional) = value, let inner = optional.value { value = inner }
    var found: Ref?
    switch value {
    case .mapRef(let ref):
      let source = evaluator.source
      evaluator.withText(key) { found = source.member(ref, $0) }
    case .listRef(let ref):
      if case .int(let index) = key, (0..<Int64(evaluator.source.count(ref))).contains(index) {
        found = evaluator.source.element(ref, Int(index))
      }
    case .map: found = evaluator.find(value, key).flatMap(Self.ref)
    case .list(let elements):
      if case .int(let index) = key, elements.indices.contains(Int(index)) { found = Self.ref(elements[Int(index)]) }
    default: break
    }
    return found
  }

  /// The operand that decided, or the first that has a place.
  private mutating func logical(_ first: Int32, _ count: Int32, deciding: Bool) -> Ref? {
    for child in first..<first + count {
      let operand = program.children[Int(child)]
      if case .bool(deciding) = evaluate(operand) { return place(of: operand) }
    }
    for child in first..<first + count { if let place = place(of: program.children[Int(child)]) { return place } }
    return nil
  }
}
