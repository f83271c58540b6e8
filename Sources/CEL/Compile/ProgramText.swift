import ScalarFormats
import TextMatching

/// Compiled programs as a text that stands in the source of a program, so that nothing is parsed and checked again when it
/// starts. Only the version that wrote it can read it.
///
/// A number is written in digits of five bits, each a character from `0` on; all but the last have bit 6 set too. A string is
/// its length in bytes and the bytes.
package struct ProgramText: Sendable, Hashable, ExpressibleByStringLiteral {
  private let text: StaticString

  package init(stringLiteral text: StaticString) { self.text = text }

  /// The programs, in the order in which they were written.
  ///
  /// - Parameter functions: Those of the environment in which they were compiled.
  /// - Returns: nil for a text that `encode` did not write.
  package func programs(functions: [HostFunction]) -> [Program]? {
    guard text.hasPointerRepresentation else { return nil }
    return Self.read(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), functions)
  }

  static func read(_ text: String, functions: [HostFunction]) -> [Program]? {
    var text = text
    return text.withUTF8 { read($0, functions) }
  }

  private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ functions: [HostFunction]) -> [Program]? {
    var reader = ProgramReader(bytes: bytes)
    return reader.list { $0.program(functions) }
  }

  /// Nil when a constant in one of them has no such form.
  package static func encode(_ programs: [Program]) -> String? {
    var writer = ProgramWriter()
    guard writer.list(programs, { $0.write($1) }) else { return nil }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  package static func == (lhs: ProgramText, rhs: ProgramText) -> Bool { lhs.text.utf8Start == rhs.text.utf8Start }
  package func hash(into hasher: inout Hasher) { hasher.combine(text.utf8Start) }
}

/// What stands in front of an operation or a constant.
private enum Mark: Int {
  case constant, variable, local, path, select, has, index, and, or, not, negate, choose, binary, matches, call, host,
    undeclared, list, map, loop, bind, optionalMap, optionalElement, optionalPath, optionalPathOr, hasOptionalPath,
    equalsOptional
}

private enum ValueMark: Int {
  case null, bool, int, uint, double, string, bytes, list, map, timestamp, duration, type, optional, version
}

private struct ProgramWriter {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ value: some BinaryInteger) {
    var rest = UInt64(truncatingIfNeeded: value)
    repeat {
      let digit = UInt8(rest & 31)
      rest >>= 5
      bytes.append(48 + digit + (rest == 0 ? 0 : 32))
    } while rest != 0
  }

  mutating func flag(_ value: Bool) { number(value ? 1 : 0) }

  mutating func string(_ text: String) {
    number(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Whether every element could be written.
  mutating func list<Elements: Collection>(
    _ elements: Elements, _ body: (inout ProgramWriter, Elements.Element) -> Bool
  ) -> Bool {
    number(elements.count)
    return elements.allSatisfy { body(&self, $0) }
  }

  mutating func write(_ program: Program) -> Bool {
    number(program.root)
    number(program.localCount)
    flag(program.quotesInFormats)
    var isWhole = list(program.operations) { $0.write($1) }
    isWhole = list(program.children) { $0.plain($1) } && isWhole
    isWhole = list(program.constants) { $0.write($1) } && isWhole
    isWhole =
      list(program.keys.texts) { writer, key in
        guard case .string(let text) = key else { return false }
        writer.string(text)
        return true
      } && isWhole
    isWhole = list(program.loops) { $0.write($1) } && isWhole
    isWhole = list(program.guards) { $0.write($1) } && isWhole
    isWhole =
      list(program.patterns) { writer, pattern in
        writer.string(pattern.source)
        return true
      } && isWhole
    isWhole =
      list(program.names) { writer, name in
        writer.string(name)
        return true
      } && isWhole
    isWhole =
      list(program.ranges) { writer, range in
        writer.number(range.lowerBound)
        writer.number(range.count)
        return true
      } && isWhole
    return isWhole
  }

  private mutating func plain(_ value: Int32) -> Bool {
    number(value)
    return true
  }

  /// Numbers are places in tables, so that none is negative but the -1 of what is not there.
  private mutating func put(_ mark: Mark, _ values: Int32...) -> Bool {
    number(mark.rawValue)
    for value in values { number(value + 1) }
    return true
  }

  private mutating func write(_ operation: Operation) -> Bool {
    switch operation {
    case .constant(let place): put(.constant, place)
    case .variable(let slot): put(.variable, slot)
    case .local(let slot): put(.local, slot)
    case .path(let root, let firstKey, let count): put(.path, root, firstKey, count)
    case .select(let operand, let key, let isOptional): put(.select, operand, key, isOptional ? 1 : 0)
    case .has(let operand, let key): put(.has, operand, key)
    case .index(let operand, let index, let isOptional): put(.index, operand, index, isOptional ? 1 : 0)
    case .and(let first, let count): put(.and, first, count)
    case .or(let first, let count): put(.or, first, count)
    case .not(let operand): put(.not, operand)
    case .negate(let operand): put(.negate, operand)
    case .choose(let condition, let first, let second): put(.choose, condition, first, second)
    case .binary(let symbol, let left, let right): put(.binary, Int32(symbol.rawValue), left, right)
    case .matches(let operand, let pattern): put(.matches, operand, pattern)
    case .call(let builtin, let first, let count, let guardPlace):
      put(.call, Int32(Builtin.allCases.firstIndex(of: builtin) ?? -1), first, count, guardPlace)
    case .host(let function, let first, let count, let guardPlace): put(.host, function, first, count, guardPlace)
    case .undeclared(let name, let first, let count): put(.undeclared, name, first, count)
    case .list(let first, let count): put(.list, first, count)
    case .map(let first, let count): put(.map, first, count)
    case .loop(let place): put(.loop, place)
    case .bind(let slot, let value, let body): put(.bind, slot, value, body)
    case .optionalMap(let target, let slot, let body, let isFlat):
      put(.optionalMap, target, slot, body, isFlat ? 1 : 0)
    case .optionalElement(let operand): put(.optionalElement, operand)
    case .optionalPath(let operand, let firstKey, let count): put(.optionalPath, operand, firstKey, count)
    case .optionalPathOr(let path, let other): put(.optionalPathOr, path, other)
    case .hasOptionalPath(let path): put(.hasOptionalPath, path)
    case .equalsOptional(let path, let constant, let isNegated):
      put(.equalsOptional, path, constant, isNegated ? 1 : 0)
    }
  }

  private mutating func write(_ loop: LoopOperation) -> Bool {
    number(loop.kind.rawValue)
    for value in [loop.range, loop.slot, loop.condition, loop.body] { number(value + 1) }
    flag(loop.hasSecond)
    return true
  }

  private mutating func write(_ one: Guard) -> Bool {
    string(one.name)
    number(one.count)
    return list(one.overloads) { writer, overload in
      writer.list(overload) { writer, type in
        writer.string(type.description)
        return true
      }
    }
  }

  private mutating func mark(_ mark: ValueMark) { number(mark.rawValue) }

  private mutating func write(_ value: Value) -> Bool {
    switch value {
    case .null: mark(.null)
    case .bool(let value):
      mark(.bool)
      flag(value)
    case .int(let value):
      mark(.int)
      number(UInt64(bitPattern: value))
    case .uint(let value):
      mark(.uint)
      number(value)
    case .double(let value):
      mark(.double)
      number(value.bitPattern)
    case .string(let text):
      mark(.string)
      string(text)
    case .bytes(let bytes):
      mark(.bytes)
      return list(bytes) { writer, byte in
        writer.number(byte)
        return true
      }
    case .list(let elements):
      mark(.list)
      return list(elements) { $0.write($1) }
    case .map(let map):
      mark(.map)
      return list(map.entries) { $0.write($1.key) && $0.write($1.value) }
    case .timestamp(let time):
      mark(.timestamp)
      number(UInt64(bitPattern: time.seconds))
      number(time.nanoseconds)
      number(UInt32(bitPattern: time.offset))
    case .duration(let value):
      mark(.duration)
      number(UInt64(bitPattern: value))
    case .type(let type):
      mark(.type)
      string(type.description)
    case .optional(let optional):
      mark(.optional)
      flag(optional.value != nil)
      return optional.value.map { write($0) } ?? true
    case .opaque(let box):
      guard let version = (box.value as? VersionValue)?.version else { return false }
      mark(.version)
      string(version.description)
    case .text, .listRef, .keyedList, .mapRef, .unknown, .failure: return false
    }
    return true
  }
}

/// Reads what the writer wrote; anything else ends with nil, never outside of the text.
private struct ProgramReader {
  let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func wide() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 65 {
      let digit = bytes[place] &- 48
      place += 1
      value |= UInt64(digit & 31) << shift
      if digit & 32 == 0 { return value }
      shift += 5
    }
    return nil
  }

  mutating func number() -> Int? { wide().flatMap { Int(exactly: $0) } }
  mutating func flag() -> Bool? { wide().map { $0 != 0 } }
  /// A place in a table, or -1.
  mutating func index() -> Int32? { wide().flatMap { Int32(exactly: $0) }.map { $0 - 1 } }

  mutating func string() -> String? {
    guard let count = number(), count <= bytes.count - place else { return nil }
    defer { place += count }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[place..<place + count]), as: UTF8.self)
  }

  mutating func list<Element>(_ body: (inout ProgramReader) -> Element?) -> [Element]? {
    // Each element takes a byte at least.
    guard let count = number(), count <= bytes.count - place else { return nil }
    var result: [Element] = []
    result.reserveCapacity(count)
    for _ in 0..<count {
      guard let element = body(&self) else { return nil }
      result.append(element)
    }
    return result
  }

  mutating func program(_ functions: [HostFunction]) -> Program? {
    guard let root = number(), let localCount = number(), let quotes = flag(),
      let operations = list({ $0.operation() }), let children = list({ $0.number().flatMap { Int32(exactly: $0) } }),
      let constants = list({ $0.value() }), let keys = list({ $0.string() }), let loops = list({ $0.loop() }),
      let guards = list({ $0.oneGuard() }),
      let patterns = list({ reader in reader.string().flatMap { try? LinearRegex($0) } }),
      let names = list({ $0.string() }), let ranges = list({ $0.range() }), root < operations.count
    else { return nil }
    return Program(
      root: Int32(root), localCount: localCount, quotesInFormats: quotes, operations: ContiguousArray(operations),
      children: ContiguousArray(children), constants: ContiguousArray(constants), keys: keys, loops: loops,
      guards: guards, patterns: patterns, names: names, ranges: ranges, functions: functions)
  }

  private mutating func range() -> Range<Int>? {
    guard let start = number(), let count = number(), count <= Int.max - start else { return nil }
    return start..<start + count
  }

  private mutating func operation() -> Operation? {
    guard let mark = number().flatMap({ Mark(rawValue: $0) }), let a = index() else { return nil }
    switch mark {
    case .constant: return .constant(a)
    case .variable: return .variable(a)
    case .local: return .local(a)
    case .not: return .not(a)
    case .negate: return .negate(a)
    case .loop: return .loop(a)
    case .optionalElement: return .optionalElement(a)
    case .hasOptionalPath: return .hasOptionalPath(a)
    default: break
    }
    guard let b = index() else { return nil }
    switch mark {
    case .has: return .has(a, key: b)
    case .and: return .and(first: a, count: b)
    case .or: return .or(first: a, count: b)
    case .matches: return .matches(a, pattern: b)
    case .optionalPathOr: return .optionalPathOr(a, b)
    case .list: return .list(first: a, count: b)
    case .map: return .map(first: a, count: b)
    default: break
    }
    guard let c = index() else { return nil }
    switch mark {
    case .path: return .path(a, firstKey: b, count: c)
    case .optionalPath: return .optionalPath(a, firstKey: b, count: c)
    case .equalsOptional: return .equalsOptional(a, constant: b, isNegated: c == 1)
    case .select: return .select(a, key: b, isOptional: c == 1)
    case .index: return .index(a, b, isOptional: c == 1)
    case .choose: return .choose(a, b, c)
    case .binary: return BinaryOperator(rawValue: UInt8(truncatingIfNeeded: a)).map { .binary($0, b, c) }
    case .undeclared: return .undeclared(a, first: b, count: c)
    case .bind: return .bind(slot: a, b, c)
    default: break
    }
    guard let d = index() else { return nil }
    switch mark {
    case .call:
      let builtins = Builtin.allCases
      return builtins.indices.contains(Int(a)) ? .call(builtins[Int(a)], first: b, count: c, guard: d) : nil
    case .host: return .host(a, first: b, count: c, guard: d)
    case .optionalMap: return .optionalMap(a, slot: b, c, isFlat: d == 1)
    default: return nil
    }
  }

  private mutating func loop() -> LoopOperation? {
    guard let kind = number().flatMap({ LoopKind(rawValue: UInt8(truncatingIfNeeded: $0)) }), let range = index(),
      let slot = index(), let condition = index(), let body = index(), let hasSecond = flag()
    else { return nil }
    return LoopOperation(
      kind: kind, range: range, slot: slot, hasSecond: hasSecond, condition: condition, body: body)
  }

  private mutating func oneGuard() -> Guard? {
    guard let name = string(), let count = number(),
      let overloads = list({ reader in reader.list { $0.string().flatMap { CELType($0) } } })
    else { return nil }
    return Guard(name: name, overloads: overloads, count: count)
  }

  private mutating func value() -> Value? {
    guard let mark = number().flatMap({ ValueMark(rawValue: $0) }) else { return nil }
    switch mark {
    case .null: return .null
    case .bool: return flag().map { .bool($0) }
    case .int: return wide().map { .int(Int64(bitPattern: $0)) }
    case .uint: return wide().map { .uint($0) }
    case .double: return wide().map { .double(Double(bitPattern: $0)) }
    case .string: return string().map { .string($0) }
    case .bytes: return list { $0.number().map { UInt8(truncatingIfNeeded: $0) } }.map { .bytes($0) }
    case .list: return list { $0.value() }.map { .list($0) }
    case .map:
      return list { reader in
        guard let key = reader.value(), let value = reader.value() else { return nil as (key: Value, value: Value)? }
        return (key, value)
      }.map { .map(MapValue($0)) }
    case .timestamp:
      guard let seconds = wide(), let nanoseconds = number(), let offset = wide() else { return nil }
      return Timestamp(
        seconds: Int64(bitPattern: seconds), nanoseconds: Int32(truncatingIfNeeded: nanoseconds),
        offset: Int32(truncatingIfNeeded: offset)
      ).map { .timestamp($0) }
    case .duration: return wide().map { .duration(Int64(bitPattern: $0)) }
    case .type: return string().flatMap { CELType($0) }.map { .type($0) }
    case .optional:
      guard let hasValue = flag() else { return nil }
      return hasValue ? value().map { .optional(OptionalValue($0)) } : .optional(.none)
    case .version: return string().flatMap { SemanticVersion($0) }.map { .opaque(VersionValue(version: $0)) }
    }
  }
}
