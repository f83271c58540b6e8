import ScalarFormats
import TextMatching

/// What a full check says about literals (cel-go, cel/validator.go and ext/formatting.go).
struct LiteralChecks {
  let environment: Environment
  let bindings: TypeBindings

  private func failure(_ message: String, _ at: Expression) -> CELError { CELError(.check, message, at.range) }

  func check(_ expression: Expression, isInFormat: Bool = false) throws(CELError) {
    var isInFormat = isInFormat
    switch expression.kind {
    case .call(let name, let target, let arguments):
      if environment.checksLiterals { try call(name, (target.map { [$0] } ?? []) + arguments) }
      if name == "format", let target, environment.checksFormats, environment.libraries.contains(.stringFormat) {
        try format(target, arguments)
        isInFormat = true
      }
    case .list(let elements) where environment.checksLiterals && !isInFormat:
      try alike(elements.map { ($0.value, $0.isOptional) })
    case .map(let entries) where environment.checksLiterals && !isInFormat:
      try alike(entries.map { ($0.key, false) })
      try alike(entries.map { ($0.value, $0.isOptional) })
    default: break
    }
    for child in expression.children { try check(child, isInFormat: isInFormat) }
  }

  private func call(_ name: String, _ arguments: [Expression]) throws(CELError) {
    guard let last = arguments.last, case .literal(.string(let text)) = last.kind else { return }
    switch (name, arguments.count) {
    case ("duration", 1):
      if GoDuration.parse(text) == nil { throw failure("'\(text)' is no duration", last) }
    case ("timestamp", 1):
      if (try? Timestamp(text)) == nil { throw failure("'\(text)' is no timestamp", last) }
    case ("matches", 2):
      do throws(LinearRegex.Failure) { _ = try LinearRegex(text) } catch {
        throw failure("'\(text)' is no regular expression: \(error.reason)", last)
      }
    default: break
    }
  }

  private func alike(_ elements: [(value: Expression, isOptional: Bool)]) throws(CELError) {
    var first: CELType?
    for (value, isOptional) in elements {
      var type = bindings.resolved(value.type, isFinal: true)
      if isOptional, case .optional(let inner) = type { type = inner }
      if let first, first != type {
        throw failure("type '\(type.description)' follows '\(first.description)' in one literal", value)
      }
      first = type
    }
  }

  private func format(_ target: Expression, _ arguments: [Expression]) throws(CELError) {
    guard case .literal(.string(let text)) = target.kind, let list = arguments.first,
      case .list(let elements) = list.kind
    else { return }
    let pieces: [FormatPiece]
    do throws(Failure) { pieces = try FormatPiece.parse(text) } catch { throw failure(error.message, target) }
    let clauses = pieces.compactMap { if case .clause(let verb, _) = $0 { verb } else { nil } }
    if clauses.count > elements.count { throw failure("argument \(elements.count) of 'format' is missing", list) }
    if clauses.count < elements.count {
      throw failure("'format' has \(elements.count) arguments, but takes \(clauses.count)", list)
    }
    for (verb, element) in zip(clauses, elements) {
      let type = bindings.resolved(element.value.type, isFinal: true)
      guard Self.takes(verb, type) else {
        throw failure("'%\(verb)' of 'format' does not take '\(type.description)'", element.value)
      }
    }
  }

  private static func takes(_ verb: Character, _ type: CELType) -> Bool {
    switch (verb, type) {
    case (_, .dyn): true
    case ("s", .list(let element)): takes(verb, element)
    case ("s", .map(let key, let value)): takes(verb, key) && takes(verb, value)
    case ("s", .optional), ("s", .opaque): false
    case ("s", _): true
    case ("d", .int), ("d", .uint), ("d", .double): true
    case ("f", .int), ("f", .uint), ("f", .double), ("e", .int), ("e", .uint), ("e", .double): true
    case ("b", .int), ("b", .uint), ("b", .bool): true
    case ("x", .int), ("x", .uint), ("x", .string), ("x", .bytes): true
    case ("X", .int), ("X", .uint), ("X", .string), ("X", .bytes): true
    case ("o", .int), ("o", .uint): true
    default: false
    }
  }
}
