/// A node of a compiled expression: a switch over it is all that an evaluation does. Numbers are places in the program's tables.
enum Operation: Sendable {
  case constant(Int32)
  case variable(Int32)
  case local(Int32)
  /// Fields one below the other; the operand is a variable or a local.
  case path(Int32, firstKey: Int32, count: Int32)
  case select(Int32, key: Int32, isOptional: Bool)
  case has(Int32, key: Int32)
  case index(Int32, Int32, isOptional: Bool)
  /// Optional fields one below the other.
  case optionalPath(Int32, firstKey: Int32, count: Int32)
  // What is mostly asked of an optional path, without making the optional.
  case optionalPathOr(Int32, Int32)
  case hasOptionalPath(Int32)
  case equalsOptional(Int32, constant: Int32, isNegated: Bool)
  case and(first: Int32, count: Int32)
  case or(first: Int32, count: Int32)
  case not(Int32)
  case negate(Int32)
  case choose(Int32, Int32, Int32)
  case binary(BinaryOperator, Int32, Int32)
  /// With a pattern that is known.
  case matches(Int32, pattern: Int32)
  /// A guard of -1 says that the arguments fit.
  case call(Builtin, first: Int32, count: Int32, guard: Int32)
  case host(Int32, first: Int32, count: Int32, guard: Int32)
  /// Ends with an error, behind those of its arguments.
  case undeclared(Int32, first: Int32, count: Int32)
  case list(first: Int32, count: Int32)
  case map(first: Int32, count: Int32)
  case loop(Int32)
  case bind(slot: Int32, Int32, Int32)
  case optionalMap(Int32, slot: Int32, Int32, isFlat: Bool)
  /// An element or entry that may be left out; only in lists and maps.
  case optionalElement(Int32)
}

/// A loop over a list or a map.
struct LoopOperation: Sendable {
  var kind: LoopKind
  var range: Int32
  /// Where the element is, or the index or key where there is a second.
  var slot: Int32
  var hasSecond: Bool
  /// -1 without.
  var condition: Int32
  /// -1 without.
  var body: Int32
}
