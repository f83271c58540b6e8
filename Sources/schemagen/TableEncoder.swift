import YAMLSyntax

/// Writes the table; its form is described at `SchemaTable`.
struct TableEncoder {
  private var strings: [UInt8] = []
  private var stringPlaces: [String: Int] = [:]
  /// The first takes anything.
  private var types: [[UInt8]] = [[32, 32]]
  private var kinds: [[UInt8]] = []

  private static let kindNames = [
    "any", "object", "array", "string", "integer", "number", "boolean", "int-or-string", "quantity", "metadata",
  ]
  private static let listNames = ["atomic", "set", "map"]

  /// The same order as `SchemaMark`.
  private enum Mark: Int {
    case end, nullable, open, fields, values, items, allowed, defaultValue, pattern, format, minimum, maximum,
      minLength,
      maxLength, minItems, maxItems, minProperties, maxProperties, list, keys, rules, oneOf, anyOf, allOf, not
  }

  mutating func add(_ facts: FactsFile) {
    let first = types.count
    for type in facts.types { types.append(encoded(type, facts, first)) }
    for kind in facts.kinds {
      let parts = (facts.text(kind, "kind") ?? "").split(separator: "/").map(String.init)
      guard parts.count >= 2 else { continue }
      var bytes: [UInt8] = []
      append(string: parts.count == 3 ? parts[0] : "", to: &bytes)
      append(string: parts[parts.count - 2], to: &bytes)
      append(string: parts[parts.count - 1], to: &bytes)
      let flags = (facts.text(kind, "scope") == "Namespaced" ? 1 : 0) | (facts.flag(kind, "builtIn") ? 2 : 0)
      append(flags, to: &bytes)
      let releases = facts.items(kind, "releases")
      append(releases.count, to: &bytes)
      for release in releases {
        append(facts.number(release, "since") ?? 0, to: &bytes)
        append(facts.number(release, "until") ?? 99, to: &bytes)
        append(first + (facts.number(release, "type") ?? 0), to: &bytes)
      }
      kinds.append(bytes)
    }
  }

  private mutating func encoded(_ type: NodeRef, _ facts: FactsFile, _ first: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    append(Self.kindNames.firstIndex(of: facts.text(type, "type") ?? "any") ?? 0, to: &bytes)
    func mark(_ mark: Mark, _ bytes: inout [UInt8]) { append(mark.rawValue, to: &bytes) }
    if facts.flag(type, "nullable") { mark(.nullable, &bytes) }
    if facts.flag(type, "open") { mark(.open, &bytes) }
    let required = Set(facts.items(type, "required").map { facts.forest.text($0) })
    let fields = facts.pairs(type, "fields")
    if fields != nil || !required.isEmpty {
      let declared = (fields ?? []).map { (facts.forest.text($0.key), Int(facts.forest.text($0.value)) ?? 0) }
      mark(.fields, &bytes)
      // A branch of a choice may require what its parent declares.
      let all = declared + required.subtracting(declared.map(\.0)).sorted().map { ($0, -1) }
      append(all.count, to: &bytes)
      for (name, number) in all {
        append(string: name, to: &bytes)
        append((number < 0 ? 0 : first + number) << 1 | (required.contains(name) ? 1 : 0), to: &bytes)
      }
    }
    for (key, tag) in [("values", Mark.values), ("items", .items), ("not", .not)] {
      guard let number = facts.number(type, key) else { continue }
      mark(tag, &bytes)
      append(first + number, to: &bytes)
    }
    for (key, tag) in [
      ("minLength", Mark.minLength), ("maxLength", .maxLength), ("minItems", .minItems), ("maxItems", .maxItems),
      ("minProperties", .minProperties), ("maxProperties", .maxProperties),
    ] {
      guard let number = facts.number(type, key) else { continue }
      mark(tag, &bytes)
      append(number, to: &bytes)
    }
    for (key, tag) in [("pattern", Mark.pattern), ("format", .format), ("minimum", .minimum), ("maximum", .maximum)] {
      guard let text = facts.text(type, key) else { continue }
      mark(tag, &bytes)
      append(string: text, to: &bytes)
    }
    let allowed = facts.items(type, "enum")
    if !allowed.isEmpty {
      mark(.allowed, &bytes)
      append(allowed.count, to: &bytes)
      for value in allowed { append(string: facts.json(value), to: &bytes) }
    }
    if let value = facts.forest.value(type, "default") {
      mark(.defaultValue, &bytes)
      append(string: facts.json(value), to: &bytes)
    }
    if let list = facts.text(type, "list").flatMap({ Self.listNames.firstIndex(of: $0) }) {
      mark(.list, &bytes)
      append(list, to: &bytes)
    }
    let keys = facts.items(type, "keys")
    if !keys.isEmpty {
      mark(.keys, &bytes)
      append(keys.count, to: &bytes)
      for key in keys { append(string: facts.forest.text(key), to: &bytes) }
    }
    let rules = facts.items(type, "rules")
    if !rules.isEmpty {
      mark(.rules, &bytes)
      append(rules.count, to: &bytes)
      for rule in rules {
        for key in ["rule", "message", "messageExpression", "fieldPath"] {
          append(string: facts.text(rule, key) ?? "", to: &bytes)
        }
      }
    }
    for (key, tag) in [("oneOf", Mark.oneOf), ("anyOf", .anyOf), ("allOf", .allOf)] {
      let branches = facts.items(type, key)
      guard !branches.isEmpty else { continue }
      mark(tag, &bytes)
      append(branches.count, to: &bytes)
      for branch in branches { append(first + (Int(facts.forest.text(branch)) ?? 0), to: &bytes) }
    }
    mark(.end, &bytes)
    return bytes
  }

  // MARK: Bytes

  private func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = number
    repeat {
      bytes.append(UInt8(rest & 31) | (rest > 31 ? 64 : 32))
      rest >>= 5
    } while rest > 0
  }

  private mutating func append(string: String, to bytes: inout [UInt8]) {
    let place: Int
    if let known = stringPlaces[string] {
      place = known
    } else {
      place = strings.count
      stringPlaces[string] = place
      append(string.utf8.count, to: &strings)
      strings += string.utf8
    }
    append(place, to: &bytes)
  }

  private func fixed(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (6 * $0) & 63) + 48 } }

  /// The whole table.
  var table: [UInt8] {
    var places: [UInt8] = []
    var bodies: [UInt8] = []
    for type in types {
      places += fixed(bodies.count)
      bodies += type
    }
    var tail: [UInt8] = []
    append(kinds.count, to: &tail)
    for kind in kinds { tail += kind }
    let starts = [16, 16 + strings.count, 16 + strings.count + places.count]
    let positions = starts + [starts[2] + bodies.count]
    return positions.flatMap(fixed) + strings + places + bodies + tail
  }

  /// As the text of a Swift string literal.
  static func escaped(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += [UInt8(ascii: "\\"), byte]
      case 32..<127: text.append(byte)
      default: text += "\\u{\(String(byte, radix: 16))}".utf8
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
