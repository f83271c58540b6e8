import CEL

/// What validation rules can see of the values of a schema (k8s.io/apiserver/pkg/cel/common/schemas.go).
enum RuleTypes {
  /// The type of the values; nil of those that have no type, which rules cannot see.
  ///
  /// - Parameters:
  ///   - isObject: Whether it is a whole object, of whose metadata rules see the name only.
  ///   - name: What the type is called: schemas in different places have different types.
  static func type(of schema: Schema, isObject: Bool, name: String = "self") -> CELType? {
    switch schema.kind {
    case .intOrString, .quantity: return .dyn
    case .string:
      switch schema.limits.format {
      case "byte": return .bytes
      case "duration": return .duration
      case "date", "date-time": return .timestamp
      default: return .string
      }
    case .integer: return .int
    case .number: return .double
    case .boolean: return .bool
    case .array: return schema.items.flatMap { member($0, name + ".[]") }.map { .list($0) }
    case .object, .metadata, .any:
      if let values = schema.values { return member(values, name + ".{}").map { .map(.string, $0) } }
      guard schema.kind != .any || !schema.fields.isEmpty || isObject else { return nil }
      return .object(ObjectType(name: name) { field(of: schema, $0, isObject: isObject, name: name) })
    }
  }

  private static func member(_ schema: Schema, _ name: String) -> CELType? {
    type(of: schema, isObject: schema.isEmbeddedObject, name: name)
  }

  /// The field that rules call by a name.
  private static func field(
    of schema: Schema, _ written: String, isObject: Bool, name: String
  ) -> ObjectType.Field? {
    if isObject {
      switch written {
      case "apiVersion", "kind": return ObjectType.Field(key: written, type: .string)
      case "metadata": return ObjectType.Field(key: written, type: metadata)
      // Flux removes it, whatever it is.
      case "status" where schema.field(written) != nil: return ObjectType.Field(key: written, type: .dyn)
      default: break
      }
    }
    // A word of the language can be written as it is, too.
    for key in [FieldEscape.plain(written), written] {
      guard let key, key == written || FieldEscape.escaped(key) == written, let field = schema.field(key) else {
        continue
      }
      return member(field.schema, name + "." + written).map { ObjectType.Field(key: key, type: $0) }
    }
    return nil
  }

  private static let metadata = CELType.object(
    ObjectType(name: "metadata") {
      ["name", "generateName"].contains($0) ? ObjectType.Field(key: $0, type: .string) : nil
    })
}

/// How a rule has to write a property that is no identifier, or a word of the language (k8s.io/apiserver/pkg/cel/escaping.go).
enum FieldEscape {
  private static let words: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
  ]

  private static let signs: [(sign: Substring, name: Substring)] = [
    ("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"),
  ]

  /// Nil of a name that rules have no way to write.
  static func escaped(_ name: String) -> String? {
    if words.contains(name) { return "__\(name)__" }
    if !name.isEmpty, name.utf8.allSatisfy(isLetter) { return name }
    guard let first = name.utf8.first, !isDigit(first) else { return nil }
    var result = ""
    var rest = name[...]
    while let byte = rest.utf8.first {
      if let found = signs.first(where: { rest.hasPrefix($0.sign) }) {
        result += found.name
        rest = rest.dropFirst(found.sign.count)
      } else {
        guard isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") else { return nil }
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// The property that a rule writes so; nil when it stands for none.
  static func plain(_ written: String) -> String? {
    if written.hasPrefix("__"), written.hasSuffix("__"), words.contains(String(written.dropFirst(2).dropLast(2))) {
      return String(written.dropFirst(2).dropLast(2))
    }
    // What stands for a sign begins with two of these.
    guard written.utf8.contains(UInt8(ascii: "_")) else { return written }
    var result = ""
    var rest = written[...]
    while let character = rest.first {
      if let found = signs.first(where: { rest.hasPrefix($0.name) }) {
        result += found.sign
        rest = rest.dropFirst(found.name.count)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32) }
}
