import GoTemplates

/// The fields that the actions of a Go template read of the data that it is given, as far as that can be told without it:
/// not of the items of a list, nor of what a function gives.
struct TemplateFields {
  struct Use: Hashable {
    /// From the data on: `["Changed", "Objects"]`.
    var path: [String]
    /// The last names of the path, those that are written here, each with its dot.
    var written: [Range<Int>]
    /// The whole expression.
    var range: Range<Int>
    /// Whether it is what `range $key, $value :=` goes over, and the template never uses the value.
    var isForKeys = false
  }

  /// What an expression gives.
  private enum Value: Hashable {
    /// Something of the data, as a path.
    case data([String])
    /// What the function `dict` makes, as far as its values are known.
    case dict([String: Value])
  }

  private(set) var uses: [Use] = []
  private let template: GoTemplate
  /// Nil where it is not known.
  private var dot: Value? = .data([])
  private var variables: [String: Value] = [:]
  /// What each template of its own is called with.
  private var calls: [String: [Value]] = [:]
  /// Which of those it is read with.
  private var choice = 0
  /// Of each block that is open: the dot outside of it, and the data where it is a template of its own.
  private var blocks: [(dot: Value?, data: Value?)] = []

  init(_ template: GoTemplate) {
    self.template = template
    // A call may stand behind what it calls, and in another template.
    for _ in 0..<Self.limit {
      let known = calls
      readAll()
      if calls == known { break }
    }
  }

  /// How deep calls go that are followed, and how many of one template.
  private static let limit = 4

  private mutating func readAll() {
    uses = []
    for choice in 0..<max(1, calls.values.map(\.count).max() ?? 1) {
      self.choice = choice
      (dot, variables, blocks) = (.data([]), ["": .data([])], [])
      for tokens in template.actions { read(tokens[...]) }
    }
    var seen: Set<Use> = []
    uses = uses.filter { seen.insert($0).inserted }
  }

  private mutating func read(_ tokens: ArraySlice<GoTemplate.Token>) {
    var rest = tokens
    var keyword = rest.popKeyword()
    if keyword == "else" {
      dot = blocks.last?.dot ?? dot
      keyword = rest.popKeyword()
      if let keyword { set(keyword, pipeline(rest, isRange: false)) }
      return
    }
    if keyword == "end" {
      guard let block = blocks.popLast() else { return }
      dot = block.dot
      variables[""] = block.data
      return
    }
    guard let keyword else {
      _ = pipeline(rest, isRange: false)
      return
    }
    var name: String?
    if keyword == "define" || keyword == "block" || keyword == "template", rest.first?.kind == .literal {
      name = rest.removeFirst().literalText
    }
    let value = pipeline(rest, isRange: keyword == "range")
    if keyword == "template" {
      if let name, let value, calls[name, default: []].count < Self.limit, !calls[name, default: []].contains(value) {
        calls[name, default: []].append(value)
      }
      return
    }
    blocks.append((dot, variables[""]))
    let data = name.flatMap { calls[$0] }.map { $0[min(choice, $0.count - 1)] }
    set(keyword, keyword == "define" ? data : value)
  }

  /// What the dot becomes in a block.
  private mutating func set(_ keyword: String, _ value: Value?) {
    switch keyword {
    case "with": dot = value
    case "range": dot = nil
    case "define", "block":
      dot = value
      variables[""] = value
    default: break
    }
  }

  /// Reads all of a pipeline.
  ///
  /// - Returns: what it gives, if it is one expression.
  private mutating func pipeline(_ tokens: ArraySlice<GoTemplate.Token>, isRange: Bool) -> Value? {
    var rest = tokens
    let declared = rest.popDeclaration()
    let terms = rest
    var values: [Value?] = []
    var keys: [String?] = []
    let isForKeys = isRange && declared.count == 2 && isUnused(declared[1])
    let start = uses.count
    while let token = rest.first {
      keys.append(token.kind == .literal ? token.literalText : nil)
      switch token.kind {
      case .field, .variable: values.append(expression(&rest, isForKeys: isForKeys))
      case .mark where token.text == "(": values.append(expression(&rest, isForKeys: false))
      case .word, .literal, .mark:
        values.append(nil)
        rest.removeFirst()
      }
    }
    let value = values.count == 1 ? values[0] : Self.dict(terms, keys, values)
    if values.count != 1 { for index in start..<uses.count { uses[index].isForKeys = false } }
    for name in declared { variables[name] = isRange ? nil : value }
    return value
  }

  /// What `dict "key" value …` makes; nil for anything else.
  private static func dict(_ terms: ArraySlice<GoTemplate.Token>, _ keys: [String?], _ values: [Value?]) -> Value? {
    guard terms.first?.kind == .word, terms.first?.text == "dict",
      !terms.contains(where: { $0.kind == .mark && $0.text == "|" })
    else { return nil }
    var dict: [String: Value] = [:]
    for index in stride(from: 1, to: values.count - 1, by: 2) {
      if let key = keys[index] { dict[key] = values[index + 1] }
    }
    return .dict(dict)
  }

  /// A field, a variable or parentheses, with the fields behind it.
  private mutating func expression(_ rest: inout ArraySlice<GoTemplate.Token>, isForKeys: Bool) -> Value? {
    let first = rest.removeFirst()
    var use = Use(path: [], written: [], range: first.range, isForKeys: isForKeys)
    var value: Value?
    func take(_ field: GoTemplate.Token) {
      switch value {
      case .data(let path):
        value = .data(path + [field.text])
        use.written.append(field.range)
      case .dict(let dict): value = dict[field.text]
      case nil: break
      }
    }
    switch first.kind {
    case .field:
      value = dot
      if !first.text.isEmpty { take(first) }
    case .variable: value = variables[first.text]
    default:
      var depth = 1
      let inner = rest.prefix { token in
        if token.kind == .mark, token.text == "(" { depth += 1 }
        if token.kind == .mark, token.text == ")" { depth -= 1 }
        return depth > 0
      }
      value = pipeline(inner, isRange: false)
      rest = rest.dropFirst(inner.count)
      if let end = rest.popFirst() { use.range = use.range.lowerBound..<end.range.upperBound }
    }
    while let next = rest.first, next.kind == .field, !next.text.isEmpty,
      next.range.lowerBound == use.range.upperBound
    {
      take(next)
      use.range = use.range.lowerBound..<next.range.upperBound
      rest.removeFirst()
    }
    if case .data(let path) = value, !path.isEmpty {
      use.path = path
      uses.append(use)
    }
    return value
  }

  private func isUnused(_ variable: String) -> Bool {
    variable == "_"
      || template.actions.joined().count { $0.kind == .variable && $0.text == variable } == 1
  }
}

extension ArraySlice<GoTemplate.Token> {
  private static let keywords: Set = [
    "if", "range", "with", "else", "end", "define", "block", "template", "break", "continue",
  ]

  /// Nil also for `break` and `continue`, which stand alone.
  fileprivate mutating func popKeyword() -> String? {
    guard let first, first.kind == .word, Self.keywords.contains(first.text) else { return nil }
    removeFirst()
    return first.text == "break" || first.text == "continue" ? nil : first.text
  }

  /// The variables of `$a :=`, `$a, $b :=` and `$a =`; empty where nothing is declared.
  fileprivate mutating func popDeclaration() -> [String] {
    var names: [String] = []
    var rest = self
    while let token = rest.popFirst(), token.kind == .variable {
      names.append(token.text)
      guard let mark = rest.popFirst(), mark.kind == .mark else { return [] }
      if mark.text == ":=" || mark.text == "=" {
        self = rest
        return names
      }
      if mark.text != "," { return [] }
    }
    return []
  }
}
