/// The parameters that the arguments of a call may have, for calls whose types are not known before they run.
struct Guard: Sendable {
  let name: String
  let overloads: [[CELType]]
  /// For each overload, for each parameter the kinds of value that fit, as bits.
  private let kinds: ContiguousArray<UInt32>
  let count: Int
  /// Whether the kinds say everything.
  private let isExact: Bool

  init(name: String, overloads: [[CELType]], count: Int) {
    self.name = name
    self.overloads = overloads
    self.count = count
    kinds = ContiguousArray(overloads.flatMap { $0.map(Self.kinds(of:)) })
    isExact = overloads.allSatisfy { $0.allSatisfy(Self.isExact) }
  }

  func fits(_ arguments: Arguments, _ evaluator: Evaluator) -> Bool {
    var start = 0
    for overload in overloads.indices {
      var fits = true
      for index in 0..<count where kinds[start + index] & arguments[index].kind == 0 { fits = false }
      if fits, isExact { return true }
      if fits, overloads[overload].indices.allSatisfy({ evaluator.fits(arguments[$0], overloads[overload][$0]) }) {
        return true
      }
      start += count
    }
    return false
  }

  private static func isExact(_ type: CELType) -> Bool {
    switch type {
    case .opaque: false
    case .list(let element): element == .dyn || { if case .parameter = element { true } else { false } }()
    case .map(let key, let value): isExact(.list(key)) && isExact(.list(value))
    default: true
    }
  }

  private static func kinds(of type: CELType) -> UInt32 {
    switch type {
    case .dyn, .parameter, .variable: .max
    case .null: 1
    case .bool: 1 << 1
    case .int: 1 << 2
    case .uint: 1 << 3
    case .double: 1 << 4
    case .string: 1 << 5
    case .bytes: 1 << 6
    case .list: 1 << 7
    case .map, .object: 1 << 8
    case .timestamp: 1 << 9
    case .duration: 1 << 10
    case .type: 1 << 11
    case .optional: 1 << 12
    case .opaque: 1 << 13
    }
  }
}

extension Value {
  /// Its kind as a bit.
  fileprivate var kind: UInt32 {
    switch self {
    case .null: 1
    case .bool: 1 << 1
    case .int: 1 << 2
    case .uint: 1 << 3
    case .double: 1 << 4
    case .string, .text: 1 << 5
    case .bytes: 1 << 6
    case .list, .listRef, .keyedList: 1 << 7
    case .map, .mapRef: 1 << 8
    case .timestamp: 1 << 9
    case .duration: 1 << 10
    case .type: 1 << 11
    case .optional: 1 << 12
    case .opaque: 1 << 13
    case .unknown, .failure: 1 << 14
    }
  }
}
