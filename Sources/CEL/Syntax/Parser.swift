/// What of the syntax is not everywhere.
package struct SyntaxOptions: Sendable, Hashable {
  /// `a.?b`, `a[?b]`, `[?a]`, and `optMap`, `optFlatMap`.
  package var hasOptionals = false
  /// Field names in backticks.
  package var hasQuotedFields = false
  package var hasMacros = true
  /// `all`, `exists`, `transformMap` … with two variables.
  package var hasTwoVariables = false
  /// `cel.bind`
  package var hasBindings = false
  /// `math.least`, `math.greatest`
  package var hasMath = false
  /// `sortBy`
  package var hasSortBy = false

  package init() {}
}

/// Reads an expression by recursive descent and expands macros (cel-go, parser/parser.go).
struct Parser {
  private var lexer: Lexer
  private var token: Token = .end
  private var range = 0..<0
  private var previousEnd = 0
  private var nesting = 0
  let options: SyntaxOptions

  /// cel-go, parser/options.go: 100,000 code points.
  static let longest = 100_000
  /// cel-go, parser/options.go: a recursion of 250.
  static let deepest = 250

  private init(_ text: String, _ options: SyntaxOptions) {
    lexer = Lexer(Array(text.utf8))
    self.options = options
  }

  static func parse(_ text: String, _ options: SyntaxOptions) throws(CELError) -> Expression {
    guard text.utf8.count <= longest || text.unicodeScalars.count <= longest else {
      throw CELError(.parse, "expression is longer than \(longest) characters", 0..<0)
    }
    var parser = Parser(text, options)
    try parser.advance()
    let result = try parser.expression()
    guard parser.token == .end else { throw parser.unexpected("the end") }
    return result
  }

  // MARK: Tokens

  private mutating func advance() throws(CELError) {
    previousEnd = range.upperBound
    (token, range) = try lexer.next()
  }

  private mutating func take(_ symbol: Token.Symbol) throws(CELError) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ symbol: Token.Symbol) throws(CELError) {
    guard try take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  private func unexpected(_ expected: String) -> CELError {
    // Blanks and comments at the end may be lines that are no part of what is written.
    let place = token == .end ? previousEnd..<previousEnd : range
    return CELError(.parse, "\(token.name) is not expected, but \(expected)", place)
  }

  private func made(
    _ kind: Expression.Kind, from start: Int, mark: Range<Int>? = nil
  ) throws(CELError) -> Expression {
    let result = Expression(kind, start..<max(start, previousEnd), mark: mark)
    guard result.depth <= Self.deepest else { throw CELError(.parse, "expression nests too deeply", result.mark) }
    return result
  }

  // MARK: Operators

  private mutating func expression() throws(CELError) -> Expression {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.deepest else { throw CELError(.parse, "expression nests too deeply", range) }
    let start = range.lowerBound
    let condition = try disjunction()
    let mark = range
    guard try take(.question) else { return condition }
    let first = try disjunction()
    try expect(.colon)
    let second = try expression()
    return try made(.call("_?_:_", target: nil, [condition, first, second]), from: start, mark: mark)
  }

  private mutating func disjunction() throws(CELError) -> Expression {
    let start = range.lowerBound
    var operands = [try conjunction()]
    while try take(.or) { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : try made(.or(operands), from: start)
  }

  private mutating func conjunction() throws(CELError) -> Expression {
    let start = range.lowerBound
    var operands = [try binary(0)]
    while try take(.and) { operands.append(try binary(0)) }
    return operands.count == 1 ? operands[0] : try made(.and(operands), from: start)
  }

  private var binaryOperator: (name: String, level: Int)? {
    switch token {
    case .in: ("@in", 0)
    case .symbol(let symbol):
      switch symbol {
      case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: ("_\(symbol.rawValue)_", 0)
      case .plus, .minus: ("_\(symbol.rawValue)_", 1)
      case .star, .slash, .percent: ("_\(symbol.rawValue)_", 2)
      default: nil
      }
    default: nil
    }
  }

  /// Relations, sums and products, all left-associative.
  private mutating func binary(_ level: Int) throws(CELError) -> Expression {
    let start = range.lowerBound
    var left = try unary()
    while let (name, found) = binaryOperator, found >= level {
      let mark = range
      try advance()
      let right = try binary(found + 1)
      left = try made(.call(name, target: nil, [left, right]), from: start, mark: mark)
    }
    return left
  }

  private mutating func unary() throws(CELError) -> Expression {
    let (start, mark, sign) = (range.lowerBound, range, token)
    guard sign == .symbol(.minus) || sign == .symbol(.not) else { return try member(isNegative: false) }
    var count = 0
    while token == sign {
      try advance()
      count += 1
    }
    if sign == .symbol(.minus) {
      switch token {
      case .int, .double:
        // The sign next to a number belongs to it, so that the lowest integer can be written.
        let operand = try member(isNegative: true)
        guard count % 2 == 0 else { return operand }
        return try made(.call("-_", target: nil, [operand]), from: start, mark: mark)
      default: break
      }
    }
    let operand = try member(isNegative: false)
    // Two signs cancel each other, whatever they stand before (cel-go, parser.go, VisitLogicalNot).
    guard count % 2 == 1 else { return operand }
    return try made(.call(sign == .symbol(.minus) ? "-_" : "!_", target: nil, [operand]), from: start, mark: mark)
  }

  // MARK: Members

  private mutating func member(isNegative: Bool) throws(CELError) -> Expression {
    let start = isNegative ? max(0, previousEnd - 1) : range.lowerBound
    var result = try primary(isNegative: isNegative)
    while true {
      let mark = range
      if try take(.dot) {
        let isOptional = try takeOptional(after: ".")
        let (name, isQuoted) = try fieldName()
        let nameRange = range
        try advance()
        if !isOptional, !isQuoted, token == .symbol(.leftParenthesis) {
          let arguments = try self.arguments()
          let whole = start..<previousEnd
          if let macro = try expanded(name, result, arguments, whole, nameRange) {
            result = macro
          } else {
            result = try made(.call(name, target: result, arguments), from: start, mark: nameRange)
          }
        } else {
          result = try made(.select(result, name, isOptional: isOptional), from: start, mark: nameRange)
        }
      } else if try take(.leftBracket) {
        let isOptional = try takeOptional(after: "[")
        let index = try expression()
        try expect(.rightBracket)
        result = try made(.index(result, index, isOptional: isOptional), from: start, mark: mark)
      } else {
        return result
      }
    }
  }

  private mutating func takeOptional(after sign: String) throws(CELError) -> Bool {
    guard token == .symbol(.question) else { return false }
    guard options.hasOptionals else { throw CELError(.parse, "'\(sign)?' is not supported here", range) }
    try advance()
    return true
  }

  private func fieldName() throws(CELError) -> (name: String, isQuoted: Bool) {
    switch token {
    case .identifier(let name): return (name, false)
    case .quotedIdentifier(let name):
      guard options.hasQuotedFields else { throw CELError(.parse, "'`' is not supported here", range) }
      return (name, true)
    default: throw unexpected("a name")
    }
  }

  private mutating func arguments() throws(CELError) -> [Expression] {
    try expect(.leftParenthesis)
    if try take(.rightParenthesis) { return [] }
    var result = [try expression()]
    while try take(.comma) { result.append(try expression()) }
    try expect(.rightParenthesis)
    return result
  }

  private mutating func primary(isNegative: Bool) throws(CELError) -> Expression {
    let (start, first) = (range.lowerBound, token)
    switch first {
    case .symbol(.leftParenthesis):
      try advance()
      let inner = try expression()
      try expect(.rightParenthesis)
      return inner
    case .symbol(.leftBracket): return try list()
    case .symbol(.leftBrace): return try map()
    case .symbol(.dot), .identifier: return try named()
    default:
      guard let literal = try Self.literal(first, isNegative, range) else { throw unexpected("an expression") }
      try advance()
      return try made(.literal(literal), from: isNegative ? max(0, start - 1) : start)
    }
  }

  private static func literal(_ token: Token, _ isNegative: Bool, _ range: Range<Int>) throws(CELError) -> Value? {
    func digits(_ text: String) -> (Substring, Int) { text.hasPrefix("0x") ? (text.dropFirst(2), 16) : (text[...], 10) }
    switch token {
    case .int(let text):
      let (digits, radix) = digits(text)
      guard let value = Int64((isNegative ? "-" : "") + digits, radix: radix) else {
        throw CELError(.parse, "'\(text)' does not fit an integer of 64 bits", range)
      }
      return .int(value)
    case .uint(let text):
      let (digits, radix) = digits(text)
      guard let value = UInt64(digits, radix: radix) else {
        throw CELError(.parse, "'\(text)' does not fit an unsigned integer of 64 bits", range)
      }
      return .uint(value)
    case .double(let text):
      guard let value = Double(text.hasPrefix(".") ? "0" + text : text), value.isFinite else {
        throw CELError(.parse, "'\(text)' does not fit a double", range)
      }
      return .double(isNegative ? -value : value)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .boolean(let value): return .bool(value)
    case .null: return .null
    default: return nil
    }
  }

  /// The words that no variable, function or macro variable may be named (langdef.md); as fields they pass.
  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while",
  ]

  /// A name, a call of a function, or a message.
  private mutating func named() throws(CELError) -> Expression {
    let start = range.lowerBound
    let isRooted = try take(.dot)
    guard case .identifier(let name) = token else { throw unexpected("a name") }
    let nameRange = range
    if let message = try message(isRooted: isRooted, start) { return message }
    guard !Self.reserved.contains(name) else { throw CELError(.parse, "'\(name)' is a reserved word", nameRange) }
    try advance()
    guard token == .symbol(.leftParenthesis) else {
      return try made(.name(name, isRooted: isRooted), from: start, mark: nameRange)
    }
    let arguments = try self.arguments()
    if let macro = try expanded(name, nil, arguments, start..<previousEnd, nameRange) { return macro }
    let function = isRooted ? "." + name : name
    return try made(.call(function, target: nil, arguments), from: start, mark: nameRange)
  }

  /// `a.b.Name{field: value}`; nil, and nothing read, when the names are followed by something else.
  private mutating func message(isRooted: Bool, _ start: Int) throws(CELError) -> Expression? {
    let saved = (lexer, token, range, previousEnd)
    var name = ""
    while case .identifier(let part) = token {
      name += part
      try advance()
      guard token == .symbol(.dot) else { break }
      name += "."
      try advance()
    }
    guard token == .symbol(.leftBrace), !name.hasSuffix(".") else {
      (lexer, token, range, previousEnd) = saved
      return nil
    }
    try advance()
    while token != .symbol(.rightBrace) {
      if try take(.comma) { break }
      _ = try takeOptional(after: "{")
      _ = try fieldName()
      try advance()
      try expect(.colon)
      _ = try expression()
      guard try take(.comma) else { break }
    }
    try expect(.rightBrace)
    return try made(.message(name), from: start)
  }

  private mutating func list() throws(CELError) -> Expression {
    let start = range.lowerBound
    try advance()
    var elements: [Expression.Element] = []
    while token != .symbol(.rightBracket) {
      if elements.isEmpty, try take(.comma) { break }
      let isOptional = try takeOptional(after: "[")
      elements.append(Expression.Element(value: try expression(), isOptional: isOptional))
      guard try take(.comma) else { break }
    }
    try expect(.rightBracket)
    return try made(.list(elements), from: start)
  }

  private mutating func map() throws(CELError) -> Expression {
    let start = range.lowerBound
    try advance()
    var entries: [Expression.Entry] = []
    while token != .symbol(.rightBrace) {
      if entries.isEmpty, try take(.comma) { break }
      let isOptional = try takeOptional(after: "{")
      let key = try expression()
      try expect(.colon)
      entries.append(Expression.Entry(key: key, value: try expression(), isOptional: isOptional))
      guard try take(.comma) else { break }
    }
    try expect(.rightBrace)
    return try made(.map(entries), from: start)
  }

  // MARK: Macros

  private func expanded(
    _ name: String, _ target: Expression?, _ arguments: [Expression], _ range: Range<Int>, _ mark: Range<Int>
  ) throws(CELError) -> Expression? {
    guard options.hasMacros,
      let kind = try Macros(options: options, range: range, mark: mark).expand(name, target, arguments)
    else { return nil }
    let result = Expression(kind, range, mark: mark)
    guard result.depth <= Self.deepest else { throw CELError(.parse, "expression nests too deeply", mark) }
    return result
  }
}
