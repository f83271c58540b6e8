import ScalarFormats

/// The functions of templates that are carried out: those of text/template, and those of slim-sprig that are a matter of
/// their arguments alone. What a function does with arguments that it has a rule of its own for stops the run as well.
enum TemplateFunctions {
  typealias Function = @Sendable (TemplateArguments) throws(TemplateStop) -> TemplateValue

  private static let all: [String: Function] = general.merging(texts) { $1 }.merging(lists) { $1 }.merging(numbers) {
    $1
  }

  static func isKnown(_ name: String) -> Bool {
    name == "inputs" || name == "and" || name == "or" || all[name] != nil
  }

  static func call(_ name: String, _ values: [TemplateValue]) throws(TemplateStop) -> TemplateValue {
    guard let function = all[name] else { throw TemplateStop("the function '\(name)' is not carried out") }
    return try function(TemplateArguments(function: name, values: values))
  }

  // MARK: - What takes any value

  private static let general: [String: Function] = [
    "not": { a throws(TemplateStop) in .boolean(!(try a.only().isTrue())) },
    "empty": { a throws(TemplateStop) in .boolean(!(try a.only().isTrue())) },
    "default": { a throws(TemplateStop) in
      try a.expect(1...2)
      guard a.values.count == 2, try a.values[1].isTrue() else { return a.values[0] }
      return a.values[1]
    },
    "coalesce": { a throws(TemplateStop) in
      for value in a.values where try value.isTrue() { return value }
      return .null
    },
    "ternary": { a throws(TemplateStop) in
      try a.expect(3...3)
      guard case .boolean(let isFirst) = a.values[2] else { throw a.wrong(2) }
      return a.values[isFirst ? 0 : 1]
    },
    "fail": { a throws(TemplateStop) in throw TemplateStop("the template fails: \(try a.text(0))") },
    "eq": { a throws(TemplateStop) in
      try a.expect(2...100)
      for value in a.values.dropFirst() where try areEqual(a.values[0], value) { return .boolean(true) }
      return .boolean(false)
    },
    "ne": { a throws(TemplateStop) in
      try a.expect(2...2)
      return .boolean(!(try areEqual(a.values[0], a.values[1])))
    },
    "lt": { a throws(TemplateStop) in .boolean(try isLess(a.values, orEqual: false)) },
    "le": { a throws(TemplateStop) in .boolean(try isLess(a.values, orEqual: true)) },
    "gt": { a throws(TemplateStop) in .boolean(try isLess(a.values.reversed(), orEqual: false)) },
    "ge": { a throws(TemplateStop) in .boolean(try isLess(a.values.reversed(), orEqual: true)) },
    "len": { a throws(TemplateStop) in
      switch try a.only() {
      case .string(let text): .integer(Int64(text.utf8.count))
      case .list(let items): .integer(Int64(items.count))
      case .map(let entries): .integer(Int64(entries.count))
      default: throw a.wrong(0)
      }
    },
    "index": { a throws(TemplateStop) in
      try a.expect(2...100)
      var value = a.values[0]
      for key in a.values.dropFirst() {
        switch (value, key) {
        case (.map(let entries), .string(let name)): value = entries[name] ?? .null
        case (.list(let items), .integer(let index)) where items.indices.contains(Int(index)): value = items[Int(index)]
        default: throw a.wrong(0)
        }
      }
      return value
    },
    "get": { a throws(TemplateStop) in
      try a.expect(2...2)
      return try a.map(0)[a.text(1)] ?? .string("")
    },
    "hasKey": { a throws(TemplateStop) in
      try a.expect(2...2)
      return .boolean(try a.map(0)[a.text(1)] != nil)
    },
    "dict": { a throws(TemplateStop) in
      guard a.values.count % 2 == 0 else { throw a.wrong(a.values.count - 1) }
      var entries: [String: TemplateValue] = [:]
      for index in stride(from: 0, to: a.values.count, by: 2) { entries[try a.text(index)] = a.values[index + 1] }
      return .map(entries)
    },
    "dig": { a throws(TemplateStop) in
      try a.expect(3...100)
      var value = a.values[a.values.count - 1]
      for index in 0..<a.values.count - 2 {
        guard case .map(let entries) = value else { throw a.wrong(a.values.count - 1) }
        guard let inner = entries[try a.text(index)] else { return a.values[a.values.count - 2] }
        value = inner
      }
      return value
    },
  ]

  private static func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateStop) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): return left == right
    case (.integer(let left), .integer(let right)): return left == right
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.null, .null): return true
    default: throw TemplateStop("how \(left.kindName) compares with \(right.kindName) is not carried out")
    }
  }

  private static func isLess(_ values: [TemplateValue], orEqual: Bool) throws(TemplateStop) -> Bool {
    guard values.count == 2 else { throw TemplateStop("a comparison has not two arguments") }
    switch (values[0], values[1]) {
    case (.integer(let left), .integer(let right)): return orEqual ? left <= right : left < right
    case (.string(let left), .string(let right)):
      let (left, right) = (Array(left.utf8), Array(right.utf8))
      return left == right ? orEqual : left.lexicographicallyPrecedes(right)
    default:
      throw TemplateStop("how \(values[0].kindName) compares with \(values[1].kindName) is not carried out")
    }
  }
}

/// The arguments of a function.
struct TemplateArguments {
  let function: String
  let values: [TemplateValue]

  func expect(_ counts: ClosedRange<Int>) throws(TemplateStop) {
    guard counts.contains(values.count) else {
      throw TemplateStop("the function '\(function)' has \(values.count) arguments")
    }
  }

  func only() throws(TemplateStop) -> TemplateValue {
    try expect(1...1)
    return values[0]
  }

  func wrong(_ index: Int) -> TemplateStop {
    guard values.indices.contains(index) else { return TemplateStop("the function '\(function)' lacks an argument") }
    if case .unknown(let reason) = values[index] { return TemplateStop(reason) }
    return TemplateStop("what the function '\(function)' does with \(values[index].kindName) is not carried out")
  }

  func text(_ index: Int) throws(TemplateStop) -> String {
    guard values.indices.contains(index), case .string(let text) = values[index] else { throw wrong(index) }
    return text
  }

  /// What the functions of letters take: those of other alphabets have rules of their own.
  func ascii(_ index: Int) throws(TemplateStop) -> String {
    let text = try text(index)
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw TemplateStop(
        "what the function '\(function)' does with other letters than those of ASCII is not carried out")
    }
    return text
  }

  func integer(_ index: Int) throws(TemplateStop) -> Int64 {
    guard values.indices.contains(index), case .integer(let value) = values[index] else { throw wrong(index) }
    return value
  }

  /// A length or a number of things, within what a template may make.
  func count(_ index: Int) throws(TemplateStop) -> Int {
    let value = try integer(index)
    guard (-100_000...100_000).contains(value) else { throw wrong(index) }
    return Int(value)
  }

  func list(_ index: Int) throws(TemplateStop) -> [TemplateValue] {
    guard values.indices.contains(index), case .list(let items) = values[index] else { throw wrong(index) }
    return items
  }

  func map(_ index: Int) throws(TemplateStop) -> [String: TemplateValue] {
    guard values.indices.contains(index), case .map(let entries) = values[index] else { throw wrong(index) }
    return entries
  }
}
