import YAMLSyntax

/// The kinds that are compiled in, as `schemagen` writes them. Nothing is read before somebody asks for a kind.
///
/// The table is ASCII. A number is written in digits of five bits, the lowest first; all but the last have bit 6 set too.
/// It begins with four positions of four digits each: of the strings, of the list of types, of the types, of the kinds.
package struct SchemaTable {
  /// A kind in one version.
  package struct Kind: Sendable {
    package var group: String
    package var version: String
    package var kind: String
    package var isNamespaced: Bool
    /// Whether every cluster has it; else its definition is installed by somebody.
    package var isBuiltIn: Bool
    package var releases: [Release]

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  }

  /// The minors of Flux 2 that have one schema.
  package struct Release: Sendable {
    package var since: Int
    /// The last; `openEnd` for a schema that does not go with a release of Flux.
    package var until: Int
    var type: Int
  }

  package static let openEnd = 99
  /// The newest minor of Flux 2 whose definitions are in the table.
  package static let newestMinor = 9

  /// Every kind, by group, version and name.
  package private(set) var kinds: [Kind] = []
  private var numbers: [String: Int] = [:]
  private var known: [Int: Schema] = [:]
  private var reader: TableReader

  package init() {
    reader = TableReader(bytes: UnsafeBufferPointer(start: schemaTable.utf8Start, count: schemaTable.utf8CodeUnitCount))
    var place = reader.kindsStart
    for _ in 0..<reader.number(&place) {
      let group = reader.string(&place)
      let version = reader.string(&place)
      let kind = reader.string(&place)
      let flags = reader.number(&place)
      var releases: [Release] = []
      for _ in 0..<reader.number(&place) {
        let since = reader.number(&place)
        let until = reader.number(&place)
        releases.append(Release(since: since, until: until, type: reader.number(&place)))
      }
      numbers["\(group)/\(version)/\(kind)"] = kinds.count
      kinds.append(
        Kind(
          group: group, version: version, kind: kind, isNamespaced: flags & 1 != 0, isBuiltIn: flags & 2 != 0,
          releases: releases))
    }
  }

  package func kind(group: String, version: String, kind: String) -> Kind? {
    numbers["\(group)/\(version)/\(kind)"].map { kinds[$0] }
  }

  package mutating func schema(_ release: Release) -> Schema { schema(release.type) }

  /// The fields of `metadata`.
  package mutating func metadata() -> Schema {
    kind(group: "meta", version: "v1", kind: "ObjectMeta")?.releases.first.map { schema($0) } ?? .any
  }

  private mutating func schema(_ type: Int) -> Schema {
    if let schema = known[type] { return schema }
    var place = reader.start(ofType: type)
    var draft = Schema.Draft()
    draft.kind = Schema.Kind(rawValue: UInt8(reader.number(&place))) ?? .any
    while let mark = SchemaMark(rawValue: reader.number(&place)), mark != .end { read(mark, &place, &draft) }
    let schema = Schema(draft)
    known[type] = schema
    return schema
  }

  private mutating func schemas(_ place: inout Int) -> [Schema] {
    var result: [Schema] = []
    for _ in 0..<reader.number(&place) { result.append(schema(reader.number(&place))) }
    return result
  }

  private mutating func read(_ mark: SchemaMark, _ place: inout Int, _ draft: inout Schema.Draft) {
    switch mark {
    case .end: break
    case .nullable: draft.isNullable = true
    case .open: draft.isOpen = true
    case .fields:
      for _ in 0..<reader.number(&place) {
        let name = reader.string(&place)
        // The lowest bit says whether the field is required.
        let number = reader.number(&place)
        draft.fields.append(Schema.Field(name: name, schema: schema(number >> 1), isRequired: number & 1 != 0))
      }
    case .values: draft.values = schema(reader.number(&place))
    case .items: draft.items = schema(reader.number(&place))
    case .allowed:
      for _ in 0..<reader.number(&place) {
        let text = reader.string(&place)
        if text.first == "\"" {
          draft.limits.allowed.append(.string(String(text.dropFirst().dropLast())))
        } else {
          draft.limits.allowed.append(Int64(text).map { .integer($0) } ?? .boolean(text == "true"))
        }
      }
    case .defaultValue: draft.limits.defaultText = reader.string(&place)
    case .pattern: draft.limits.pattern = reader.string(&place)
    case .format: draft.limits.format = reader.string(&place)
    case .minimum: draft.limits.minimum = Double(reader.string(&place))
    case .maximum: draft.limits.maximum = Double(reader.string(&place))
    case .minLength: draft.limits.minLength = reader.number(&place)
    case .maxLength: draft.limits.maxLength = reader.number(&place)
    case .minItems: draft.limits.minItems = reader.number(&place)
    case .maxItems: draft.limits.maxItems = reader.number(&place)
    case .minProperties: draft.limits.minProperties = reader.number(&place)
    case .maxProperties: draft.limits.maxProperties = reader.number(&place)
    case .list: draft.list = Schema.ListKind(rawValue: UInt8(reader.number(&place)))
    case .keys: for _ in 0..<reader.number(&place) { draft.keys.append(reader.string(&place)) }
    case .rules:
      for _ in 0..<reader.number(&place) {
        let expression = reader.string(&place)
        let message = reader.string(&place)
        let messageExpression = reader.string(&place)
        draft.rules.append(
          Schema.Rule(
            expression: expression, message: message, messageExpression: messageExpression,
            fieldPath: reader.string(&place)))
      }
    case .oneOf: draft.oneOf = schemas(&place)
    case .anyOf: draft.anyOf = schemas(&place)
    case .allOf: draft.allOf = schemas(&place)
    case .not: draft.not = schema(reader.number(&place))
    }
  }
}

/// What follows in the description of a type. `schemagen` has the same list.
enum SchemaMark: Int {
  case end, nullable, open, fields, values, items, allowed, defaultValue, pattern, format, minimum, maximum, minLength,
    maxLength, minItems, maxItems, minProperties, maxProperties, list, keys, rules, oneOf, anyOf, allOf, not
}

/// Reads numbers and strings of the table. What lies outside of it reads as zero: the table is ours, and a mistake in it
/// fails a test, not a check.
private struct TableReader: @unchecked Sendable {
  // The bytes are part of the program.
  let bytes: UnsafeBufferPointer<UInt8>

  var kindsStart: Int { fixed(12) }

  func start(ofType type: Int) -> Int { fixed(8) + fixed(fixed(4) + 4 * type) }

  func number(_ place: inout Int) -> Int {
    var value = 0
    var shift = 0
    while place < bytes.count, shift < 30 {
      let byte = Int(bytes[place])
      place += 1
      value |= (byte & 31) << shift
      if byte & 64 == 0 { break }
      shift += 5
    }
    return value
  }

  func string(_ place: inout Int) -> String {
    var start = fixed(0) + number(&place)
    let count = number(&start)
    guard start + count <= bytes.count else { return "" }
    return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<start + count]), as: UTF8.self)
  }

  /// Four digits of six bits.
  private func fixed(_ place: Int) -> Int {
    guard place >= 0, place + 4 <= bytes.count else { return 0 }
    return (0..<4).reduce(0) { $0 | ((Int(bytes[place + $1]) - 48) & 63) << (6 * $1) }
  }
}
