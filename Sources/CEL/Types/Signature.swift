/// One way to call a function.
struct Overload: Sendable {
  var name: String
  /// Called on its first parameter, `a.f(b)`.
  var isMember: Bool
  var parameters: [CELType]
  var result: CELType
  /// How many types of its own (`A`, `B`) it has.
  var typeCount: Int
  /// Among the functions of the host; nil for those of the library.
  var host: Int?

  /// Reads `size(list(A)) int`, or with a dot in front a member: `.size(string) int`. Nil when the text is neither.
  init?(_ text: some StringProtocol, host: Int? = nil) {
    var reader = TypeReader(text)
    isMember = reader.take(".")
    name = reader.name(until: "(")
    parameters = []
    guard !name.isEmpty, reader.take("(") else { return nil }
    if !reader.take(")") {
      repeat {
        guard let parameter = reader.type() else { return nil }
        parameters.append(parameter)
        reader.skipBlanks()
      } while reader.take(",")
      guard reader.take(")") else { return nil }
    }
    guard let result = reader.type(), reader.isAtEnd, !isMember || !parameters.isEmpty else { return nil }
    self.result = result
    self.host = host
    typeCount = (parameters + [result]).map(Self.typeCount).max() ?? 0
  }

  private static func typeCount(_ type: CELType) -> Int {
    switch type {
    case .parameter(let index): Int(index) + 1
    case .list(let element), .optional(let element), .type(let element): typeCount(element)
    case .map(let key, let value): max(typeCount(key), typeCount(value))
    default: 0
    }
  }

  /// The type with types in the place of `A`, `B`.
  static func instance(_ type: CELType, _ types: [CELType]) -> CELType {
    switch type {
    case .parameter(let index): Int(index) < types.count ? types[Int(index)] : .dyn
    case .list(let element): .list(instance(element, types))
    case .optional(let element): .optional(instance(element, types))
    case .type(let element): .type(instance(element, types))
    case .map(let key, let value): .map(instance(key, types), instance(value, types))
    default: type
    }
  }
}
