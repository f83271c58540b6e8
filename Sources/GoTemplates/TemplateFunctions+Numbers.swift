// Arithmetic on whole numbers. sprig makes 0 of what is none: that stops the run here.
extension TemplateFunctions {
  static let numbers: [String: Function] = [
    "int": { a throws(TemplateStop) in .integer(try whole(a.only(), a)) },
    "int64": { a throws(TemplateStop) in .integer(try whole(a.only(), a)) },
    "atoi": { a throws(TemplateStop) in .integer(try whole(.string(a.text(0)), a)) },
    "add": { a throws(TemplateStop) in try reduced(a) { $0.addingReportingOverflow($1) } },
    "mul": { a throws(TemplateStop) in try reduced(a) { $0.multipliedReportingOverflow(by: $1) } },
    "add1": { a throws(TemplateStop) in
      let (value, isTooBig) = try whole(a.only(), a).addingReportingOverflow(1)
      guard !isTooBig else { throw a.wrong(0) }
      return .integer(value)
    },
    "sub": { a throws(TemplateStop) in
      try a.expect(2...2)
      return try reduced(a) { $0.subtractingReportingOverflow($1) }
    },
    "div": { a throws(TemplateStop) in
      try a.expect(2...2)
      return try reduced(a) { $0.dividedReportingOverflow(by: $1) }
    },
    "mod": { a throws(TemplateStop) in
      try a.expect(2...2)
      return try reduced(a) { $0.remainderReportingOverflow(dividingBy: $1) }
    },
    "max": { a throws(TemplateStop) in try reduced(a) { (Swift.max($0, $1), false) } },
    "min": { a throws(TemplateStop) in try reduced(a) { (Swift.min($0, $1), false) } },
    "until": { a throws(TemplateStop) in
      let end = try a.count(0)
      return .list(stride(from: 0, to: end, by: end < 0 ? -1 : 1).map { .integer(Int64($0)) })
    },
    "untilStep": { a throws(TemplateStop) in
      try a.expect(3...3)
      let (start, end, step) = (try a.count(0), try a.count(1), try a.count(2))
      guard step != 0 else { return .list([]) }
      return .list(stride(from: start, to: end, by: step).map { .integer(Int64($0)) })
    },
  ]

  private static func reduced(
    _ a: TemplateArguments, _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) throws(TemplateStop) -> TemplateValue {
    guard let first = a.values.first else { throw a.wrong(0) }
    var result = try whole(first, a)
    for value in a.values.dropFirst() {
      let (next, isTooBig) = body(result, try whole(value, a))
      guard !isTooBig else { throw TemplateStop("a number of the function '\(a.function)' is too big") }
      result = next
    }
    return .integer(result)
  }

  private static func whole(_ value: TemplateValue, _ a: TemplateArguments) throws(TemplateStop) -> Int64 {
    switch value {
    case .integer(let value): return value
    case .string(let text) where text == "0" || text.first != "0":
      if let value = Int64(text), text.first != "+" { return value }
    default: break
    }
    throw a.wrong(a.values.firstIndex(of: value) ?? 0)
  }
}
