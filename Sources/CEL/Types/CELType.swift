/// A type of the language.
package indirect enum CELType: Hashable, Sendable {
  /// Known at run time only.
  case dyn
  case null, bool, int, uint, double, string, bytes, timestamp, duration
  case list(CELType)
  case map(CELType, CELType)
  case optional(CELType)
  /// The type of a type.
  case type(CELType)
  /// A type with a name, such as `net.IP`.
  case opaque(String)
  /// A map with fields that are declared.
  case object(ObjectType)
  /// `A` in a signature.
  case parameter(UInt8)
  /// A type that the checker has still to find.
  case variable(Int)

  package static let anyList = CELType.list(.dyn)
  package static let anyMap = CELType.map(.dyn, .dyn)

  /// As cel-go writes it: `map(string, list(int))`.
  package var description: String {
    switch self {
    case .dyn, .variable: "dyn"
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "timestamp"
    case .duration: "duration"
    case .list(let element): "list(\(element.description))"
    case .map(let key, let value): "map(\(key.description), \(value.description))"
    case .optional(let value): "optional_type(\(value.description))"
    case .type(let type): type == .dyn ? "type" : "type(\(type.description))"
    case .opaque(let name): name
    case .object(let type): type.name
    case .parameter(let index): String(decoding: [UInt8(ascii: "A") + index], as: UTF8.self)
    }
  }

  /// The name that a value of the type `type` has.
  package var runtimeName: String {
    switch self {
    case .null: "null_type"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .list: "list"
    case .map: "map"
    case .optional: "optional_type"
    case .type: "type"
    default: description
    }
  }

  var isDyn: Bool { if case .dyn = self { true } else { false } }

  /// How many types it is made of.
  var size: Int {
    switch self {
    case .list(let element), .optional(let element), .type(let element): 1 + element.size
    case .map(let key, let value): 1 + key.size + value.size
    default: 1
    }
  }

  /// Whether something in it is known at run time only.
  var hasDyn: Bool {
    switch self {
    case .dyn, .variable, .parameter: true
    case .list(let element), .optional(let element): element.hasDyn
    case .map(let key, let value): key.hasDyn || value.hasDyn
    default: false
    }
  }

  /// Reads a type as a host or a signature writes it; nil when it is none.
  package init?(_ text: some StringProtocol) {
    var reader = TypeReader(text)
    guard let type = reader.type(), reader.isAtEnd else { return nil }
    self = type
  }
}

/// Reads types and signatures.
struct TypeReader {
  private let text: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) { self.text = Array(text.utf8) }

  var isAtEnd: Bool { position == text.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(truncatingIfNeeded: character.value) else { return false }
    position += 1
    return true
  }

  mutating func skipBlanks() { while take(" ") {} }

  mutating func name(until ends: String) -> String {
    let start = position
    while position < text.count, !ends.utf8.contains(text[position]) { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  mutating func type() -> CELType? {
    skipBlanks()
    let name = name(until: "(), ")
    var arguments: [CELType] = []
    if take("(") {
      repeat {
        guard let argument = type() else { return nil }
        arguments.append(argument)
        skipBlanks()
      } while take(",")
      guard take(")") else { return nil }
    }
    switch (name, arguments.count) {
    case ("dyn", 0), ("google.protobuf.Value", 0), ("google.protobuf.Any", 0): return .dyn
    case ("null", 0), ("null_type", 0): return .null
    case ("bool", 0): return .bool
    case ("int", 0): return .int
    case ("uint", 0): return .uint
    case ("double", 0): return .double
    case ("string", 0): return .string
    case ("bytes", 0): return .bytes
    case ("timestamp", 0), ("google.protobuf.Timestamp", 0): return .timestamp
    case ("duration", 0), ("google.protobuf.Duration", 0): return .duration
    case ("google.protobuf.Struct", 0): return .map(.string, .dyn)
    case ("list", 0), ("google.protobuf.ListValue", 0): return .anyList
    case ("map", 0): return .anyMap
    case ("type", 0): return .type(.dyn)
    case ("list", 1): return .list(arguments[0])
    case ("map", 2): return .map(arguments[0], arguments[1])
    case ("optional", 1), ("optional_type", 1): return .optional(arguments[0])
    case ("type", 1): return .type(arguments[0])
    case (_, 0):
      guard !name.isEmpty else { return nil }
      if name.utf8.count == 1, let letter = name.utf8.first, (0x41...0x5A).contains(letter) {
        return .parameter(letter - UInt8(ascii: "A"))
      }
      return .opaque(name)
    default: return nil
    }
  }
}
