/// What a template printed, and which part of it printed what.
package struct TemplateOutput: Sendable {
  package struct Run: Sendable {
    /// Bytes of the output.
    package var output: Range<Int>
    /// Bytes of the template: as many for a text, the whole action otherwise.
    package var source: Range<Int>
    package var isText: Bool
  }

  package fileprivate(set) var bytes: [UInt8] = []
  package fileprivate(set) var runs: [Run] = []

  /// The bytes that actions printed.
  package var printedByActions: [UInt8] { runs.flatMap { $0.isText ? [] : Array(bytes[$0.output]) } }
}

/// A template that can be carried out (text/template), with the functions of slim-sprig as far as what they give is a
/// matter of their arguments alone.
package struct TemplateProgram {
  /// What one run may take: a bound against templates that multiply.
  private static let outputLimit = 4 << 20
  private static let stepLimit = 200_000

  private let bytes: [UInt8]
  private let nodes: [TemplateNode]
  /// The names that are read of `inputs`; nil where it is taken as a whole.
  package let inputNames: Set<String>?
  /// Whether an action has a quotation mark or a backslash in it.
  package let hasQuotes: Bool
  /// Whether all of it is one action.
  package let isOneAction: Bool

  package init(_ bytes: [UInt8], delimiters: GoTemplate.Delimiters) throws(TemplateStop) {
    guard let template = GoTemplate(bytes, delimiters: delimiters) else {
      throw TemplateStop("the template has an action without its end")
    }
    self.bytes = bytes
    var parser = TemplateParser(template)
    nodes = try parser.parse()
    inputNames = Self.inputNames(of: template)
    hasQuotes = template.actions.contains { tokens in
      tokens.contains { token in
        bytes[token.range].contains { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
      }
    }
    if template.pieces.count == 1, case .action = template.pieces[0] { isOneAction = true } else { isOneAction = false }
  }

  private static func inputNames(of template: GoTemplate) -> Set<String>? {
    var names: Set<String> = []
    for tokens in template.actions {
      for (index, token) in tokens.enumerated() where token.kind == .word && token.text == "inputs" {
        guard index + 1 < tokens.count, tokens[index + 1].kind == .field,
          tokens[index + 1].range.lowerBound == token.range.upperBound
        else { return nil }
        names.insert(tokens[index + 1].text)
      }
    }
    return names
  }

  /// Carries it out.
  ///
  /// - Parameter inputs: what the function `inputs` gives.
  package func output(inputs: TemplateValue) throws(TemplateStop) -> TemplateOutput {
    var run = TemplateRun(bytes: bytes, inputs: inputs, stepsLeft: Self.stepLimit, bytesLeft: Self.outputLimit)
    _ = try run.carryOut(nodes, dot: .null)
    return run.output
  }
}

/// One run of a template.
private struct TemplateRun {
  private enum Flow { case on, leave, next }

  let bytes: [UInt8]
  let inputs: TemplateValue
  var stepsLeft: Int
  var bytesLeft: Int
  var output = TemplateOutput()
  /// `$` is the data, of which the operator gives none.
  private var variables: [(name: String, value: TemplateValue)] = [("", .null)]

  init(bytes: [UInt8], inputs: TemplateValue, stepsLeft: Int, bytesLeft: Int) {
    self.bytes = bytes
    self.inputs = inputs
    self.stepsLeft = stepsLeft
    self.bytesLeft = bytesLeft
  }

  mutating func carryOut(_ nodes: [TemplateNode], dot: TemplateValue) throws(TemplateStop) {
    guard case .on = try flow(nodes, dot: dot) else { throw TemplateStop("'break' or 'continue' is in no loop") }
  }

  private mutating func flow(_ nodes: [TemplateNode], dot: TemplateValue) throws(TemplateStop) -> Flow {
    for node in nodes {
      try step()
      switch node {
      case .text(let range): try add(bytes[range], range, isText: true)
      case .output(let expression, let range):
        try add(Array(value(expression, dot: dot).printed().utf8)[...], range, isText: false)
      case .assignment(let name, let expression, let declares):
        let value = try value(expression, dot: dot)
        if declares { variables.append((name, value)) } else { assign(name, value) }
      case .condition(let condition):
        let flow = try carryOut(condition, dot: dot)
        guard case .on = flow else { return flow }
      case .loop(let loop): try carryOut(loop, dot: dot)
      case .leaveLoop: return .leave
      case .nextRound: return .next
      }
    }
    return .on
  }

  private mutating func carryOut(_ condition: TemplateNode.Condition, dot: TemplateValue) throws(TemplateStop) -> Flow {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let value = try value(condition.expression, dot: dot)
    if let variable = condition.variable { variables.append((variable, value)) }
    guard try value.isTrue() else { return try flow(condition.otherwise, dot: dot) }
    return try flow(condition.body, dot: condition.isWith ? value : dot)
  }

  private mutating func carryOut(_ loop: TemplateNode.Loop, dot: TemplateValue) throws(TemplateStop) {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    var rounds: [(key: TemplateValue, value: TemplateValue)] = []
    switch try value(loop.list, dot: dot) {
    case .null: break
    case .list(let items): rounds = items.enumerated().map { (.integer(Int64($0.offset)), $0.element) }
    case .map(let entries): rounds = entries.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
    case .unknown(let reason): throw TemplateStop(reason)
    case let value: throw TemplateStop("a loop over \(value.kindName) is not carried out")
    }
    if rounds.isEmpty {
      guard case .on = try flow(loop.otherwise, dot: dot) else {
        throw TemplateStop("'break' or 'continue' is in no loop")
      }
      return
    }
    for round in rounds {
      try step()
      let inner = variables.count
      defer { variables.removeLast(variables.count - inner) }
      for case (let name?, let value) in [(loop.key, round.key), (loop.value, round.value)] {
        if loop.assigns { assign(name, value) } else { variables.append((name, value)) }
      }
      if case .leave = try flow(loop.body, dot: round.value) { return }
    }
  }

  private mutating func assign(_ name: String, _ value: TemplateValue) {
    if let index = variables.lastIndex(where: { $0.name == name }) { variables[index].value = value }
  }

  private mutating func step() throws(TemplateStop) {
    stepsLeft -= 1
    guard stepsLeft > 0 else { throw TemplateStop("the template takes too many steps") }
  }

  /// Takes steps for the size of what a function is given or gives: a text that is doubled again and again ends soon.
  private mutating func charge(_ values: [TemplateValue]) throws(TemplateStop) {
    var left = Self.sizeLimit
    for value in values { value.take(from: &left) }
    guard left > 0 else { throw TemplateStop("the template works with too much text") }
    stepsLeft -= (Self.sizeLimit - left) / 32
    try step()
  }

  private static let sizeLimit = 1 << 18

  private mutating func add(_ text: ArraySlice<UInt8>, _ source: Range<Int>, isText: Bool) throws(TemplateStop) {
    bytesLeft -= text.count
    guard bytesLeft > 0 else { throw TemplateStop("the template prints too much") }
    guard !text.isEmpty else { return }
    let start = output.bytes.count
    output.bytes += text
    output.runs.append(TemplateOutput.Run(output: start..<output.bytes.count, source: source, isText: isText))
  }

  // MARK: - Values

  private mutating func value(_ expression: TemplateExpression, dot: TemplateValue) throws(TemplateStop)
    -> TemplateValue
  {
    try step()
    switch expression {
    case .literal(let value): return value
    case .dot: return dot
    case .variable(let name): return variables.last { $0.name == name }?.value ?? .null
    case .field(let operand, let name):
      switch try value(operand, dot: dot) {
      case .map(let entries):
        // The operator sets `missingkey=error`.
        guard let value = entries[name] else { throw TemplateStop("the template reads '\(name)', which is not there") }
        return value
      case .unknown(let reason): throw TemplateStop(reason)
      case let value: throw TemplateStop("the template reads '\(name)' of \(value.kindName)")
      }
    case .call("inputs", let arguments):
      guard arguments.isEmpty else { throw TemplateStop("'inputs' takes no arguments") }
      return inputs
    case .call("and", let arguments), .call("or", let arguments):
      let endsWith = if case .call("or", _) = expression { true } else { false }
      var last = TemplateValue.null
      for argument in arguments {
        last = try value(argument, dot: dot)
        if try last.isTrue() == endsWith { break }
      }
      return last
    case .call(let name, let arguments):
      var values: [TemplateValue] = []
      for argument in arguments { values.append(try value(argument, dot: dot)) }
      try charge(values)
      let result = try TemplateFunctions.call(name, values)
      try charge([result])
      return result
    }
  }
}
