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

  private(set) var uses: [Use] = []
  private let template: GoTemplate
  /// What the dot is, as a path; nil where that is not known.
  private var dot: [String]? = []
  private var variables: [String: [String]] = ["": []]
  /// Of each block that is open: the dot outside of it, and the data where it is a template of its own.
  private var blocks: [(dot: [String]?, data: [String]?)] = []

  init(_ template: GoTemplate) {
    self.template = template
    for tokens in template.actions { read(tokens[...]) }
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
    if keyword == "define" || keyword == "block" || keyword == "template", rest.first?.kind == .literal {
      rest.removeFirst()
    }
    let value = pipeline(rest, isRange: keyword == "range")
    guard keyword != "template" else { return }
    blocks.append((dot, variables[""]))
    set(keyword, value)
  }

  /// What the dot becomes in a block.
  private mutating func set(_ keyword: String, _ value: [String]?) {
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
  private mutating func pipeline(_ tokens: ArraySlice<GoTemplate.Token>, isRange: Bool) -> [String]? {
    var rest = tokens
    let declared = rest.popDeclaration()
    var values: [[String]?] = []
    let isForKeys = isRange && declared.count == 2 && isUnused(declared[1])
    let start = uses.count
    while let token = rest.first {
      switch token.kind {
      case .field, .variable: values.append(expression(&rest, isForKeys: isForKeys))
      case .mark where token.text == "(": values.append(expression(&rest, isForKeys: false))
      case .word, .literal, .mark:
        values.append(nil)
        rest.removeFirst()
      }
    }
    let value = values.count == 1 ? values[0] : nil
    if values.count != 1 { for index in start..<uses.count { uses[index].isForKeys = false } }
    for name in declared { variables[name] = isRange ? nil : value }
    return value
  }

  /// A field, a variable or parentheses, with the fields behind it.
  private mutating func expression(_ rest: inout ArraySlice<GoTemplate.Token>, isForKeys: Bool) -> [String]? {
    let first = rest.removeFirst()
    var use = Use(path: [], written: [], range: first.range, isForKeys: isForKeys)
    var base: [String]?
    switch first.kind {
    case .field:
      base = dot
      if !first.text.isEmpty {
        use.path.append(first.text)
        use.written.append(first.range)
      }
    case .variable: base = variables[first.text]
    default:
      var depth = 1
      let inner = rest.prefix { token in
        if token.kind == .mark, token.text == "(" { depth += 1 }
        if token.kind == .mark, token.text == ")" { depth -= 1 }
        return depth > 0
      }
      base = pipeline(inner, isRange: false)
      rest = rest.dropFirst(inner.count)
      if let end = rest.popFirst() { use.range = use.range.lowerBound..<end.range.upperBound }
    }
    while let next = rest.first, next.kind == .field, !next.text.isEmpty,
      next.range.lowerBound == use.range.upperBound
    {
      use.path.append(next.text)
      use.written.append(next.range)
      use.range = use.range.lowerBound..<next.range.upperBound
      rest.removeFirst()
    }
    guard let base else { return nil }
    use.path = base + use.path
    if !use.path.isEmpty { uses.append(use) }
    return use.path
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
