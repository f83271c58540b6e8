/// The macros over lists and maps.
extension Machine {
  /// What a loop goes through.
  private enum Range {
    case list(Value, count: Int)
    case map([(key: Value, value: Value)])
    /// Of the source: most loops look at the keys only.
    case nodes([(key: Ref, value: Ref)])

    var count: Int {
      switch self {
      case .list(_, let count): count
      case .map(let entries): entries.count
      case .nodes(let entries): entries.count
      }
    }
  }

  private func range(of value: Value) -> Range? {
    if let count = evaluator.listCount(value) { return .list(value, count: count) }
    if case .mapRef(let ref) = value { return .nodes(evaluator.source.entries(ref)) }
    return evaluator.entries(value).map { .map($0) }
  }

  /// Puts an element into the locals of a loop.
  private mutating func enter(_ loop: LoopOperation, _ range: Range, _ index: Int) {
    let slot = Int(loop.slot)
    switch range {
    case .list(let list, _):
      let element = evaluator.element(list, index)
      locals[slot] = loop.hasSecond ? .int(Int64(index)) : element
      if loop.hasSecond { locals[slot + 1] = element }
    case .map(let entries):
      locals[slot] = entries[index].key
      if loop.hasSecond { locals[slot + 1] = entries[index].value }
    case .nodes(let entries):
      locals[slot] = evaluator.load(key: entries[index].key)
      if loop.hasSecond { locals[slot + 1] = evaluator.load(entries[index].value) }
    }
  }

  mutating func loop(_ loop: LoopOperation) -> Value {
    let value = evaluate(loop.range)
    if value.isAbnormal { return value }
    guard let range = range(of: value) else {
      return .fail("'\(evaluator.type(of: value).runtimeName)' is neither a list nor a map to go through")
    }
    switch loop.kind {
    case .all: return quantified(loop, range, deciding: false)
    case .exists: return quantified(loop, range, deciding: true)
    case .existsOne: return existsOne(loop, range)
    case .filter, .map: return list(loop, range)
    case .transformMap, .transformMapEntry: return map(loop, range)
    case .sortBy: return sorted(loop, range, value)
    }
  }

  private mutating func quantified(_ loop: LoopOperation, _ range: Range, deciding: Bool) -> Value {
    var decision = Decision(by: deciding)
    for index in 0..<range.count {
      enter(loop, range, index)
      if let decided = decision.take(evaluate(loop.condition), evaluator) { return decided }
    }
    return decision.undecided
  }

  /// The condition of the loop for the element in the locals: nil when it holds or there is none.
  private mutating func isKept(_ loop: LoopOperation) -> (isKept: Bool, ending: Value?) {
    guard loop.condition >= 0 else { return (true, nil) }
    let value = evaluate(loop.condition)
    if case .bool(let flag) = value { return (flag, nil) }
    return (false, value.isAbnormal ? value : evaluator.noOverload("?", [value]))
  }

  private mutating func existsOne(_ loop: LoopOperation, _ range: Range) -> Value {
    var (count, unknown): (Int, Value?) = (0, nil)
    for index in 0..<range.count {
      enter(loop, range, index)
      let (isKept, ending) = isKept(loop)
      if let ending {
        guard case .unknown = ending else { return ending }
        unknown = unknown ?? ending
      }
      if isKept { count += 1 }
    }
    if count > 1 { return .bool(false) }
    return unknown ?? .bool(count == 1)
  }

  /// `filter`, `map` and `transformList`.
  private mutating func list(_ loop: LoopOperation, _ range: Range) -> Value {
    var result: [Value] = []
    for index in 0..<range.count {
      enter(loop, range, index)
      let (isKept, ending) = isKept(loop)
      if let ending { return ending }
      guard isKept else { continue }
      guard loop.body >= 0 else {
        result.append(locals[Int(loop.slot)])
        continue
      }
      let value = evaluate(loop.body)
      if case .failure = value { return value }
      result.append(value)
    }
    return .list(result)
  }

  private mutating func map(_ loop: LoopOperation, _ range: Range) -> Value {
    var result: [(key: Value, value: Value)] = []
    var keys: Set<MapKey> = []
    for index in 0..<range.count {
      enter(loop, range, index)
      let (isKept, ending) = isKept(loop)
      if let ending { return ending }
      guard isKept else { continue }
      let key = locals[Int(loop.slot)]
      let value = evaluate(loop.body)
      if case .failure = value { return value }
      guard loop.kind == .transformMapEntry else {
        result.append((plain(key), value))
        continue
      }
      if value.isAbnormal { return value }
      guard let entries = evaluator.entries(value) else { return evaluator.noOverload("transformMapEntry", [value]) }
      for entry in entries {
        let key = plain(entry.key)
        guard let mapKey = MapKey(key), !keys.contains(mapKey), !mapKey.equals.contains(where: keys.contains) else {
          return .fail("key '\(evaluator.string(key) ?? "")' is there twice")
        }
        keys.insert(mapKey)
        result.append((key, entry.value))
      }
      if let spent = evaluator.charge(entries.count) { return spent }
    }
    return .map(MapValue(result))
  }

  /// A key that does not lie in the source.
  private func plain(_ key: Value) -> Value {
    if case .text = key { .string(evaluator.string(key) ?? "") } else { key }
  }

  private mutating func sorted(_ loop: LoopOperation, _ range: Range, _ list: Value) -> Value {
    guard case .list(_, let count) = range, let elements = evaluator.elements(list) else {
      return evaluator.noOverload("sortBy", [list])
    }
    var keys: [Value] = []
    for index in 0..<count {
      enter(loop, range, index)
      let key = evaluate(loop.body)
      if key.isAbnormal { return key }
      keys.append(key)
    }
    return evaluator.sorted(elements, by: keys)
  }

  // MARK: Places

  /// The place of the element that decided a loop.
  mutating func place(of loop: LoopOperation) -> Ref? {
    let value = evaluate(loop.range)
    guard loop.kind == .all || loop.kind == .exists, let range = range(of: value) else { return place(of: loop.range) }
    if localPlaces.isEmpty { localPlaces = Array(repeating: nil, count: program.localCount) }
    var places: [(first: Ref?, second: Ref?)] = []
    switch value {
    case .listRef(let ref):
      places = (0..<range.count).map { index in
        let element = evaluator.source.element(ref, index)
        return (loop.hasSecond ? nil : element, element)
      }
    case .mapRef(let ref): places = evaluator.source.entries(ref).map { ($0.key, $0.value) }
    default: places = (0..<range.count).map { _ in (nil, nil) }
    }
    for index in 0..<range.count {
      enter(loop, range, index)
      guard case .bool(let flag) = evaluate(loop.condition), flag == (loop.kind == .exists) else { continue }
      localPlaces[Int(loop.slot)] = places[index].first
      if loop.hasSecond { localPlaces[Int(loop.slot) + 1] = places[index].second }
      return place(of: loop.condition) ?? places[index].second ?? places[index].first ?? place(of: loop.range)
    }
    return place(of: loop.range)
  }
}
