extension TemplateFunctions {
  static let lists: [String: Function] = [
    "list": { a throws(TemplateStop) in .list(a.values) },
    "first": { a throws(TemplateStop) in try a.list(0).first ?? .null },
    "last": { a throws(TemplateStop) in try a.list(0).last ?? .null },
    "rest": { a throws(TemplateStop) in .list(Array(try a.list(0).dropFirst())) },
    "initial": { a throws(TemplateStop) in .list(try a.list(0).dropLast()) },
    "reverse": { a throws(TemplateStop) in .list(try a.list(0).reversed()) },
    "has": { a throws(TemplateStop) in
      // A number of a template is of another type than those of the inputs, and so equal to none of them.
      _ = try a.text(0)
      return .boolean(try a.list(1).contains(a.values[0]))
    },
    "append": { a throws(TemplateStop) in
      try a.expect(2...2)
      return .list(try a.list(0) + [a.values[1]])
    },
    "prepend": { a throws(TemplateStop) in
      try a.expect(2...2)
      return .list([a.values[1]] + (try a.list(0)))
    },
    "concat": { a throws(TemplateStop) in
      var items: [TemplateValue] = []
      for index in a.values.indices { items += try a.list(index) }
      return .list(items)
    },
    "uniq": { a throws(TemplateStop) in
      var seen: Set<TemplateValue> = []
      return .list(try a.list(0).filter { seen.insert($0).inserted })
    },
    "sortAlpha": { a throws(TemplateStop) in
      .list(try strings(a.list(0)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
    },
    "keys": { a throws(TemplateStop) in
      // Go gives them in no order: of one key there is but one.
      let keys = try a.map(0).keys
      guard a.values.count == 1, keys.count < 2 else {
        throw TemplateStop("the order of what the function 'keys' gives is not known")
      }
      return .list(keys.map { .string($0) })
    },
    "join": { a throws(TemplateStop) in
      try a.expect(2...2)
      let (items, separator) = (try strings(a.list(1)), try a.text(0))
      guard isShort(items.count, times: separator.utf8.count) else { throw a.wrong(0) }
      return .string(items.joined(separator: separator))
    },
    "splitList": { a throws(TemplateStop) in
      try a.expect(2...2)
      return .list(split(try a.text(1), at: try a.text(0)).map { .string($0) })
    },
    "split": { a throws(TemplateStop) in
      try a.expect(2...2)
      let parts = split(try a.text(1), at: try a.text(0))
      return .map(Dictionary(uniqueKeysWithValues: parts.enumerated().map { ("_\($0.offset)", .string($0.element)) }))
    },
  ]

  private static func strings(_ items: [TemplateValue]) throws(TemplateStop) -> [String] {
    var texts: [String] = []
    for item in items { texts.append(try item.printed()) }
    return texts
  }

  /// As `strings.Split` of Go does it.
  private static func split(_ text: String, at separator: String) -> [String] {
    guard !separator.isEmpty else { return text.unicodeScalars.map { String($0) } }
    var parts: [String] = []
    var rest = text[...]
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
