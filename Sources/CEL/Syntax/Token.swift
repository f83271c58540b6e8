enum Token: Equatable {
  case identifier(String)
  /// In backticks.
  case quotedIdentifier(String)
  case int(String)
  case uint(String)
  case double(String)
  case string(String)
  case bytes([UInt8])
  case boolean(Bool)
  case null
  case `in`
  case symbol(Symbol)
  case end

  enum Symbol: String {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case and = "&&"
    case or = "||"
    case less = "<"
    case greater = ">"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case dot = "."
    case comma = ","
    case minus = "-"
    case not = "!"
    case question = "?"
    case colon = ":"
    case plus = "+"
    case star = "*"
    case slash = "/"
    case percent = "%"
  }

  /// As a message names it.
  var name: String {
    switch self {
    case .identifier(let name): "'\(name)'"
    case .quotedIdentifier(let name): "'`\(name)`'"
    case .int(let text), .double(let text): "'\(text)'"
    case .uint(let text): "'\(text)u'"
    case .string: "a string"
    case .bytes: "a bytes literal"
    case .boolean(let value): "'\(value)'"
    case .null: "'null'"
    case .in: "'in'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the end"
    }
  }
}
