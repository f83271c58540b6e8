import ScalarFormats

extension TemplateFunctions {
  static let texts: [String: Function] = [
    "print": { a throws(TemplateStop) in
      // Of neighbours of which none is a string, a space stands between.
      guard a.values.count == 1 || a.values.allSatisfy({ if case .string = $0 { true } else { false } }) else {
        throw a.wrong(0)
      }
      return .string(try printed(a.values[...], separator: ""))
    },
    "printf": { a throws(TemplateStop) in .string(try formatted(a)) },
    "toString": { a throws(TemplateStop) in .string(try a.only().printed()) },
    "quote": { a throws(TemplateStop) in
      var words: [String] = []
      for value in a.values where value != .null { words.append(try quoted(value.printed())) }
      return .string(words.joined(separator: " "))
    },
    "squote": { a throws(TemplateStop) in
      var words: [String] = []
      for value in a.values where value != .null { words.append("'" + (try value.printed()) + "'") }
      return .string(words.joined(separator: " "))
    },
    "cat": { a throws(TemplateStop) in .string(try printed(a.values.filter { $0 != .null }[...], separator: " ")) },
    "upper": { a throws(TemplateStop) in .string(try a.ascii(0).uppercased()) },
    "lower": { a throws(TemplateStop) in .string(try a.ascii(0).lowercased()) },
    "trim": { a throws(TemplateStop) in .string(trimmed(try a.ascii(0)) { $0 == 0x20 || (0x09...0x0D).contains($0) }) },
    "trimAll": { a throws(TemplateStop) in
      let set = Set(try a.ascii(0).utf8)
      return .string(trimmed(try a.text(1)) { set.contains($0) })
    },
    "trimPrefix": { a throws(TemplateStop) in
      let (prefix, text) = (try a.text(0), try a.text(1))
      guard startsWith(text, prefix) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
    },
    "trimSuffix": { a throws(TemplateStop) in
      let (suffix, text) = (try a.text(0), try a.text(1))
      guard endsWith(text, suffix) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self))
    },
    "hasPrefix": { a throws(TemplateStop) in .boolean(startsWith(try a.text(1), try a.text(0))) },
    "hasSuffix": { a throws(TemplateStop) in .boolean(endsWith(try a.text(1), try a.text(0))) },
    "contains": { a throws(TemplateStop) in
      let (part, text) = (try a.text(0), try a.text(1))
      return .boolean(part.isEmpty || Array(text.utf8).firstRange(of: Array(part.utf8)) != nil)
    },
    "replace": { a throws(TemplateStop) in
      try a.expect(3...3)
      let (old, new, text) = (try a.ascii(0), try a.text(1), try a.text(2))
      guard !old.isEmpty else { throw a.wrong(0) }
      guard isShort(text.utf8.count / old.utf8.count, times: new.utf8.count) else { throw a.wrong(1) }
      return .string(text.replacing(old, with: new))
    },
    "repeat": { a throws(TemplateStop) in
      let (count, text) = (try a.count(0), try a.text(1))
      guard count >= 0, isShort(count, times: text.utf8.count) else { throw a.wrong(0) }
      return .string(String(repeating: text, count: count))
    },
    "trunc": { a throws(TemplateStop) in
      let (count, text) = (try a.count(0), try a.ascii(1))
      return .string(count < 0 ? String(text.suffix(-count)) : String(text.prefix(count)))
    },
    "substr": { a throws(TemplateStop) in
      try a.expect(3...3)
      let (start, end, text) = (try a.count(0), try a.count(1), try a.ascii(2))
      let bytes = Array(text.utf8)
      if start < 0 {
        guard (0...bytes.count).contains(end) else { throw a.wrong(1) }
        return .string(String(decoding: bytes[..<end], as: UTF8.self))
      }
      guard start <= bytes.count else { throw a.wrong(0) }
      if end < 0 || end > bytes.count { return .string(String(decoding: bytes[start...], as: UTF8.self)) }
      guard start <= end else { throw a.wrong(0) }
      return .string(String(decoding: bytes[start..<end], as: UTF8.self))
    },
    "nospace": { a throws(TemplateStop) in
      .string(String(decoding: try a.ascii(0).utf8.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }, as: UTF8.self))
    },
    "indent": { a throws(TemplateStop) in .string(try indented(a)) },
    "nindent": { a throws(TemplateStop) in .string("\n" + (try indented(a))) },
    "b64enc": { a throws(TemplateStop) in .string(Base64.encode(Array(try a.text(0).utf8))) },
    "toJson": { a throws(TemplateStop) in .string(try json(a.only())) },
    "slugify": { a throws(TemplateStop) in .string(try slug(a)) },
  ]

  /// Whether so many texts of a length are a text that is worked with.
  static func isShort(_ count: Int, times length: Int) -> Bool {
    let (product, overflows) = count.multipliedReportingOverflow(by: length)
    return !overflows && product < 1 << 20
  }

  private static func printed(_ values: ArraySlice<TemplateValue>, separator: String) throws(TemplateStop) -> String {
    var words: [String] = []
    for value in values { words.append(try value.printed()) }
    return words.joined(separator: separator)
  }

  /// Only `%s`, `%d`, `%v`, `%q` and `%%`, each with a value of its kind.
  private static func formatted(_ a: TemplateArguments) throws(TemplateStop) -> String {
    var rest = try a.text(0)[...]
    var result = ""
    var index = 1
    while let mark = rest.firstIndex(of: "%") {
      result += rest[..<mark]
      rest = rest[rest.index(after: mark)...]
      guard let verb = rest.popFirst() else { throw a.wrong(0) }
      if verb == "%" {
        result += "%"
        continue
      }
      guard a.values.indices.contains(index) else { throw a.wrong(index) }
      switch (verb, a.values[index]) {
      case ("s", .string(let text)): result += text
      case ("q", .string(let text)): result += try quoted(text)
      case ("d", .integer(let value)): result += String(value)
      case ("v", let value): result += try value.printed()
      default: throw a.wrong(index)
      }
      index += 1
    }
    guard index == a.values.count else { throw a.wrong(index) }
    return result + rest
  }

  /// `%q` of Go, of what can be printed.
  private static func quoted(_ text: String) throws(TemplateStop) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0xBF).contains(scalar.value):
        throw TemplateStop("how a character that is not printed is quoted is not carried out")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func trimmed(_ text: String, _ isDropped: (UInt8) -> Bool) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, isDropped(first) { bytes.removeFirst() }
    while let last = bytes.last, isDropped(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func startsWith(_ text: String, _ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

  private static func endsWith(_ text: String, _ suffix: String) -> Bool {
    text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// sprig puts the spaces in front of empty lines, too.
  private static func indented(_ a: TemplateArguments) throws(TemplateStop) -> String {
    let count = max(0, try a.count(0))
    let lines = try a.text(1).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard isShort(lines.count, times: count) else { throw a.wrong(0) }
    let pad = String(repeating: " ", count: count)
    return lines.map { pad + String(decoding: Array($0), as: UTF8.self) }.joined(separator: "\n")
  }

  /// As encoding/json writes it: keys in order, and what HTML means something by escaped.
  private static func json(_ value: TemplateValue) throws(TemplateStop) -> String {
    switch value {
    case .null: return "null"
    case .boolean, .integer, .float, .unknown: return try value.printed()
    case .string(let text): return jsonText(text)
    case .list(let items):
      var parts: [String] = []
      for item in items { parts.append(try json(item)) }
      return "[" + parts.joined(separator: ",") + "]"
    case .map(let entries):
      var parts: [String] = []
      for (key, value) in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        parts.append(jsonText(key) + ":" + (try json(value)))
      }
      return "{" + parts.joined(separator: ",") + "}"
    }
  }

  private static func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || "<>&\u{2028}\u{2029}".unicodeScalars.contains(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// gosimple/slug, of the characters that no language has a word for.
  private static func slug(_ a: TemplateArguments) throws(TemplateStop) -> String {
    let text = try a.only()
    guard case .string(let text) = text else { throw a.wrong(0) }
    var result: [UInt8] = []
    for byte in trimmed(text, { $0 == 0x20 }).utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), 0x30...0x39, UInt8(ascii: "_"): result.append(byte)
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ":"), 0x20:
        if result.last != UInt8(ascii: "-") { result.append(UInt8(ascii: "-")) }
      default: throw TemplateStop("what the function 'slugify' makes of '\(text)' is not carried out")
      }
    }
    let slug = trimmed(String(decoding: result, as: UTF8.self)) { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    // Behind that it is cut between words.
    guard slug.utf8.count <= 63 else {
      throw TemplateStop("where the function 'slugify' cuts '\(text)' is not carried out")
    }
    return slug
  }
}
