/// What stands in an action and has a value.
indirect enum TemplateExpression {
  case literal(TemplateValue)
  case dot
  case variable(String)
  case field(TemplateExpression, String)
  case call(String, [TemplateExpression])
}

/// A part of a template.
indirect enum TemplateNode {
  struct Loop {
    var key: String?
    var value: String?
    /// `=` in place of `:=`.
    var assigns: Bool
    var list: TemplateExpression
    var body: [TemplateNode]
    var otherwise: [TemplateNode]
  }

  struct Condition {
    /// `if $x := ...`.
    var variable: String?
    var expression: TemplateExpression
    /// `with`: the value becomes the dot.
    var isWith: Bool
    var body: [TemplateNode]
    var otherwise: [TemplateNode]
  }

  case text(Range<Int>)
  case output(TemplateExpression, Range<Int>)
  case assignment(String, TemplateExpression, declares: Bool)
  case condition(Condition)
  case loop(Loop)
  case leaveLoop
  case nextRound
}

/// Reads the actions of a template (text/template/parse `parse.go`): all of the language but templates within it.
struct TemplateParser {
  private let pieces: [GoTemplate.Piece]
  private var position = 0
  private var depth = 0
  private var variables: [String] = [""]

  init(_ template: GoTemplate) { pieces = template.pieces }

  mutating func parse() throws(TemplateStop) -> [TemplateNode] {
    let (nodes, end) = try list()
    guard end.isEmpty else { throw TemplateStop("the template has an '\(end[0].text)' too many") }
    return nodes
  }

  /// The parts up to `else`, `end` or the end of the text, and the tokens of what ended it.
  private mutating func list() throws(TemplateStop) -> (nodes: [TemplateNode], end: [GoTemplate.Token]) {
    var nodes: [TemplateNode] = []
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw TemplateStop("the template is nested too deep") }
    while position < pieces.count {
      let piece = pieces[position]
      position += 1
      switch piece {
      case .text(let range): nodes.append(.text(range))
      case .action(let tokens, let range):
        guard let first = tokens.first else { throw TemplateStop("the template has an action without a command") }
        guard first.kind == .word else {
          nodes.append(try simple(tokens[...], range))
          continue
        }
        switch first.text {
        case "else", "end": return (nodes, tokens)
        case "if", "with": nodes.append(try condition(tokens.dropFirst(), isWith: first.text == "with"))
        case "range": nodes.append(try loop(tokens.dropFirst()))
        case "break": nodes.append(.leaveLoop)
        case "continue": nodes.append(.nextRound)
        case "define", "template", "block": throw TemplateStop("'\(first.text)' is not carried out")
        default: nodes.append(try simple(tokens[...], range))
        }
      }
    }
    return (nodes, [])
  }

  private mutating func simple(
    _ tokens: ArraySlice<GoTemplate.Token>, _ range: Range<Int>
  ) throws(TemplateStop) -> TemplateNode {
    if let (names, declares, rest) = Self.assignment(tokens) {
      let value = try pipeline(rest)
      guard names.count == 1 else { throw TemplateStop("an assignment has more than one variable") }
      try use(names[0], declares: declares)
      return .assignment(names[0], value, declares: declares)
    }
    return .output(try pipeline(tokens), range)
  }

  private mutating func condition(
    _ tokens: ArraySlice<GoTemplate.Token>, isWith: Bool
  ) throws(TemplateStop) -> TemplateNode {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    var variable: String?
    var rest = tokens
    if let (names, declares, value) = Self.assignment(tokens) {
      guard names.count == 1, declares else { throw TemplateStop("the variable of a condition is not carried out") }
      variable = names[0]
      rest = value
    }
    let expression = try pipeline(rest)
    if let variable { try use(variable, declares: true) }
    let (body, end) = try branch()
    let otherwise = try alternative(end)
    return .condition(
      TemplateNode.Condition(
        variable: variable, expression: expression, isWith: isWith, body: body, otherwise: otherwise))
  }

  /// What `else` says, up to `end`.
  private mutating func alternative(_ end: [GoTemplate.Token]) throws(TemplateStop) -> [TemplateNode] {
    guard let first = end.first else { throw TemplateStop("the template has a block without an 'end'") }
    if first.text == "end" { return [] }
    if end.count > 1 {
      guard end[1].kind == .word, end[1].text == "if" || end[1].text == "with" else {
        throw TemplateStop("'else \(end[1].text)' is not carried out")
      }
      return [try condition(end.dropFirst(2), isWith: end[1].text == "with")]
    }
    let (nodes, last) = try branch()
    guard last.first?.text == "end" else { throw TemplateStop("the template has a block without an 'end'") }
    return nodes
  }

  /// Its variables are gone behind it.
  private mutating func branch() throws(TemplateStop) -> (nodes: [TemplateNode], end: [GoTemplate.Token]) {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    return try list()
  }

  private mutating func loop(_ tokens: ArraySlice<GoTemplate.Token>) throws(TemplateStop) -> TemplateNode {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    var key: String?
    var value: String?
    var assigns = false
    var rest = tokens
    if let (names, declares, list) = Self.assignment(tokens) {
      guard names.count < 3, let last = names.last else { throw TemplateStop("a loop has too many variables") }
      value = last
      key = names.count == 2 ? names[0] : nil
      assigns = !declares
      rest = list
    }
    let list = try pipeline(rest)
    for case let name? in [key, value] { try use(name, declares: !assigns) }
    let (body, end) = try branch()
    return .loop(
      TemplateNode.Loop(
        key: key, value: value, assigns: assigns, list: list, body: body, otherwise: try alternative(end)))
  }

  private mutating func use(_ name: String, declares: Bool) throws(TemplateStop) {
    if declares {
      variables.append(name)
    } else if !variables.contains(name) {
      throw TemplateStop("the template has no variable '$\(name)'")
    }
  }

  /// `$x :=`, `$i, $x :=`, `$x =`.
  private static func assignment(
    _ tokens: ArraySlice<GoTemplate.Token>
  ) -> (names: [String], declares: Bool, rest: ArraySlice<GoTemplate.Token>)? {
    guard let mark = tokens.firstIndex(where: { $0.kind == .mark && ($0.text == ":=" || $0.text == "=") }) else {
      return nil
    }
    var names: [String] = []
    for (number, token) in tokens[..<mark].enumerated() {
      if number % 2 == 1 {
        guard token.kind == .mark, token.text == "," else { return nil }
      } else {
        guard token.kind == .variable, !token.text.isEmpty else { return nil }
        names.append(token.text)
      }
    }
    return names.isEmpty ? nil : (names, tokens[mark].text == ":=", tokens[(mark + 1)...])
  }

  // MARK: - Expressions

  private mutating func pipeline(_ tokens: ArraySlice<GoTemplate.Token>) throws(TemplateStop) -> TemplateExpression {
    var rest = tokens
    let expression = try pipeline(&rest)
    if let token = rest.first { throw TemplateStop("the template has '\(token.text)' where nothing can follow") }
    return expression
  }

  /// Up to the end or a closing parenthesis.
  private mutating func pipeline(_ rest: inout ArraySlice<GoTemplate.Token>) throws(TemplateStop) -> TemplateExpression
  {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw TemplateStop("the template is nested too deep") }
    var result = try command(&rest, piped: nil)
    while let token = rest.first, token.kind == .mark, token.text == "|" {
      rest.removeFirst()
      result = try command(&rest, piped: result)
    }
    return result
  }

  private mutating func command(
    _ rest: inout ArraySlice<GoTemplate.Token>, piped: TemplateExpression?
  ) throws(TemplateStop) -> TemplateExpression {
    var operands: [TemplateExpression] = []
    var isCall = false
    while let token = rest.first, token.kind != .mark || token.text == "(" {
      let (operand, isFunction) = try operand(&rest)
      if operands.isEmpty { isCall = isFunction }
      operands.append(operand)
    }
    if let piped { operands.append(piped) }
    guard let first = operands.first else { throw TemplateStop("the template has a command without a value") }
    if operands.count == 1 { return first }
    guard isCall, case .call(let name, _) = first else {
      throw TemplateStop("the template gives arguments to what is no function")
    }
    return .call(name, Array(operands.dropFirst()))
  }

  private mutating func operand(
    _ rest: inout ArraySlice<GoTemplate.Token>
  ) throws(TemplateStop) -> (expression: TemplateExpression, isFunction: Bool) {
    let token = rest.removeFirst()
    var end = token.range.upperBound
    var expression: TemplateExpression
    var isFunction = false
    switch token.kind {
    case .field: expression = token.text.isEmpty ? .dot : .field(.dot, token.text)
    case .variable:
      guard variables.contains(token.text) else { throw TemplateStop("the template has no variable '$\(token.text)'") }
      expression = .variable(token.text)
    case .literal: expression = .literal(try Self.literal(token))
    case .word:
      switch token.text {
      case "true", "false": expression = .literal(.boolean(token.text == "true"))
      case "nil": expression = .literal(.null)
      default:
        guard TemplateFunctions.isKnown(token.text) else {
          throw TemplateStop("the function '\(token.text)' is not carried out")
        }
        isFunction = true
        expression = .call(token.text, [])
      }
    case .mark:
      guard token.text == "(" else { throw TemplateStop("the template has '\(token.text)' where a value is missing") }
      expression = try pipeline(&rest)
      guard let closing = rest.popFirst(), closing.kind == .mark, closing.text == ")" else {
        throw TemplateStop("the template has a parenthesis without its end")
      }
      end = closing.range.upperBound
    }
    while let field = rest.first, field.kind == .field, field.range.lowerBound == end, !field.text.isEmpty {
      rest.removeFirst()
      expression = .field(expression, field.text)
      isFunction = false
      end = field.range.upperBound
    }
    return (expression, isFunction)
  }

  private static func literal(_ token: GoTemplate.Token) throws(TemplateStop) -> TemplateValue {
    let unread = TemplateStop("the literal \(token.text) is not carried out")
    if token.text.first == "`", let text = token.literalText { return .string(text) }
    if token.text.first == "\"", let text = token.literalText {
      guard text.utf8.contains(UInt8(ascii: "\\")) else { return .string(text) }
      guard let text = unescaped(text) else { throw unread }
      return .string(text)
    }
    let digits = token.text.first == "-" ? token.text.dropFirst() : token.text[...]
    // Others are octal, hexadecimal, or have an exponent.
    guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") }) else {
      throw unread
    }
    if digits.utf8.contains(UInt8(ascii: ".")) {
      guard let value = Double(token.text) else { throw unread }
      return .float(value)
    }
    guard digits == "0" || digits.first != "0", let value = Int64(token.text) else { throw unread }
    return .integer(value)
  }

  private static func unescaped(_ text: String) -> String? {
    var result = ""
    var characters = text.unicodeScalars.makeIterator()
    while let next = characters.next() {
      guard next == "\\" else {
        result.unicodeScalars.append(next)
        continue
      }
      switch characters.next() {
      case "n": result += "\n"
      case "t": result += "\t"
      case "r": result += "\r"
      case "\"": result += "\""
      case "\\": result += "\\"
      default: return nil
      }
    }
    return result
  }
}
