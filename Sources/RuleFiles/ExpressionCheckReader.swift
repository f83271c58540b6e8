import CEL
import Diagnostics
import SourceText
import YAMLSyntax

/// Reads the check of a rule that is written in expressions, and compiles each: a mistake has its place in the file.
struct ExpressionCheckReader {
  private let reader: FieldReader
  private let options: [RuleOption]
  private var names: [String] = []
  /// Those among them that look at `item`, also through others.
  private var namesOfItem: Set<Int> = []
  private var needsCluster = false
  private var places = ExpressionPlaces()

  private static let optionalKeys = [
    "let", "when", "each", "at", "label", "help", "notes", "related", "data", "severity",
  ]

  /// - Parameter options: those that the rule has.
  static func read(_ reader: FieldReader, options: [RuleOption]) throws(RuleFileError) -> ExpressionCheck {
    var check = ExpressionCheckReader(reader: reader, options: options)
    return try check.read()
  }

  private init(reader: FieldReader, options: [RuleOption]) { (self.reader, self.options) = (reader, options) }

  private mutating func read() throws(RuleFileError) -> ExpressionCheck {
    try reader.expectKeys(required: ["match", "assert", "message"], optional: Self.optionalKeys)
    let match = try reader.textOrTexts("match")
    guard !match.isEmpty else { throw reader.error("'match' is empty", at: "match") }
    for scalar in match where !Self.isMatch(scalar) {
      throw reader.error("'\(scalar)' is no kind; write 'Kind', 'Kind.group' or '*'", at: "match")
    }
    var bindings: [ExpressionCheck.Binding] = []
    for scalar in try reader.scalarEntries("let") {
      let program = try expression(scalar.value, of: .binding(bindings.count))
      let isTaken = names.contains(scalar.name) || RuleEnvironment.Slot.allCases.contains { $0.name == scalar.name }
      guard Self.isName(scalar.name), !isTaken else {
        throw reader.error("'\(scalar.name)' is no name of its own for a value", range: scalar.keyRange)
      }
      if looksAtItem(program) { namesOfItem.insert(names.count) }
      names.append(scalar.name)
      bindings.append(.init(scalar.name, scalar.value.text))
    }
    var check = ExpressionCheck(match: match, bindings: bindings, assertion: "", message: "")
    check.when = try optional("when", of: .when, type: .bool, isBeforeItem: true)
    check.each = try optional("each", of: .each, type: .anyList, isBeforeItem: true)
    let assertion = try reader.scalar("assert")
    try expression(assertion, of: .assertion, type: .bool)
    check.assertion = assertion.text
    if reader.has("at") { check.place = try place(reader.scalar("at"), of: .place) }
    check.message = try template(reader.scalar("message"), of: .message)
    if reader.has("label") { check.label = try template(reader.scalar("label"), of: .label) }
    if reader.has("help") { check.help = try template(reader.scalar("help"), of: .help) }
    if reader.has("severity") { check.severity = try severity(reader.scalar("severity")) }
    for note in try reader.scalars("notes") {
      check.notes.append(try template(note, of: .note(check.notes.count)))
    }
    for related in try reader.has("related") ? reader.maps("related") : [] {
      try related.expectKeys(required: ["at", "message"], optional: [])
      let number = check.related.count
      check.related.append(
        .init(
          try place(related.scalar("at"), of: .relatedPlace(number)),
          try template(related.scalar("message"), of: .relatedMessage(number))))
    }
    for entry in try reader.scalarEntries("data") {
      check.data.append(.init(entry.name, try template(entry.value, of: .data(check.data.count))))
    }
    check.needsCluster = needsCluster
    check.places = places
    return check
  }

  /// - Parameter isBeforeItem: Whether it is looked at before there is an `item`.
  private mutating func optional(
    _ key: String, of part: ExpressionPlaces.Part, type: CELType, isBeforeItem: Bool
  ) throws(RuleFileError) -> String? {
    guard reader.has(key) else { return nil }
    let scalar = try reader.scalar(key)
    let program = try expression(scalar, of: part, type: type)
    if isBeforeItem, looksAtItem(program) {
      throw reader.error("'\(key)' is looked at before there is an 'item'", range: scalar.whole)
    }
    return scalar.text
  }

  /// A path to a node.
  private mutating func place(
    _ scalar: FieldReader.Scalar, of part: ExpressionPlaces.Part
  ) throws(RuleFileError) -> String {
    let (path, isKey) = RuleEnvironment.place(scalar.text)
    let program = try expression(scalar, path, of: part, offset: isKey ? 4 : 0)
    let isNode =
      switch program.type {
      case .bool, .int, .uint, .double, .null, .bytes, .timestamp, .duration, .type: false
      default: program.usesBindings
      }
    guard isNode else {
      throw reader.error("this is no place in a file; write a path, such as object.metadata.name", range: scalar.whole)
    }
    return scalar.text
  }

  private mutating func template(
    _ scalar: FieldReader.Scalar, of part: ExpressionPlaces.Part
  ) throws(RuleFileError) -> String {
    try parts(of: scalar, of: part)
    return scalar.text
  }

  /// The programs of a template, nil for its plain texts.
  @discardableResult
  private mutating func parts(
    of scalar: FieldReader.Scalar, of part: ExpressionPlaces.Part
  ) throws(RuleFileError) -> [Program?] {
    places.note(part, scalar.map)
    let template: ExpressionTemplate
    do { template = try ExpressionTemplate(scalar.text) } catch {
      throw reader.error(error.message, range: scalar.map.range(of: error.offset..<error.offset + 1))
    }
    var programs: [Program?] = []
    for piece in template.parts {
      guard case .expression(let text, let offset) = piece else {
        programs.append(nil)
        continue
      }
      let program = try expression(scalar, text, of: part, offset: offset)
      if case .opaque(let name) = program.type {
        throw reader.error(
          "a '\(name)' cannot be shown; write an expression that gives a text",
          range: scalar.map.range(of: offset..<offset + text.utf8.count))
      }
      programs.append(program)
    }
    return programs
  }

  /// A template whose value is the name of a severity.
  private mutating func severity(_ scalar: FieldReader.Scalar) throws(RuleFileError) -> String {
    let programs = try parts(of: scalar, of: .severity)
    let mistake = reader.error(
      "'severity' is error, warning or note, or an expression in braces that gives one of them", range: scalar.whole)
    guard let program = programs.first ?? nil else {
      guard Severity(rawValue: scalar.text) != nil else { throw mistake }
      return scalar.text
    }
    guard programs.count == 1 else { return scalar.text }
    switch program.type {
    case .dyn, .string: break
    default: throw mistake
    }
    if !program.usesBindings, case .value(.string(let text)) = program.run(), Severity(rawValue: text) == nil {
      throw mistake
    }
    return scalar.text
  }

  @discardableResult
  private mutating func expression(
    _ scalar: FieldReader.Scalar, of part: ExpressionPlaces.Part, type: CELType? = nil
  ) throws(RuleFileError) -> Program {
    try expression(scalar, scalar.text, of: part, offset: 0, type: type)
  }

  /// - Parameters:
  ///   - offset: where the expression begins in the scalar, in bytes.
  ///   - type: the type that it must have as far as that is known.
  @discardableResult
  private mutating func expression(
    _ scalar: FieldReader.Scalar, _ text: String, of part: ExpressionPlaces.Part, offset: Int, type: CELType? = nil
  ) throws(RuleFileError) -> Program {
    func place(_ range: Range<Int>) -> SourceRange {
      scalar.map.range(of: range.lowerBound + offset..<range.upperBound + offset)
    }
    places.note(part, scalar.map)
    let environment = RuleEnvironment.checking(names: names)
    let program: Program
    do throws(CELError) { program = try Program(text, in: environment) } catch {
      throw reader.error(error.message, range: place(error.range))
    }
    let whole = place(0..<text.utf8.count)
    if let type, program.type != .dyn, !Self.is(program.type, type) {
      throw reader.error(
        "the expression is '\(program.type.description)', but '\(type.description)' is expected", range: whole)
    }
    // What is unknown here may be anything; what fails all the same always fails.
    let unknown = program.variables.map { _ in Value.unknown(Unknown("known while it runs")) }
    if type == .bool, let obstacle = program.obstacle(unknown), obstacle.kind == .failure {
      throw reader.error("the expression always fails: \(obstacle.message)", range: place(obstacle.range))
    }
    if !reader.has("each"), looksAtItem(program) {
      throw reader.error("there is no 'item' without 'each'", range: whole)
    }
    for field in Program.namedFields(of: RuleEnvironment.Slot.options.name, in: text, environment)
    where !options.contains(where: { $0.name == field.name }) {
      let hint = options.isEmpty ? "none" : options.map(\.name).joined(separator: ", ")
      throw reader.error("the rule has no option '\(field.name)'; it has \(hint)", range: place(field.range))
    }
    if RuleEnvironment.needsCluster(program) { needsCluster = true }
    return program
  }

  private func looksAtItem(_ program: Program) -> Bool {
    program.uses(RuleEnvironment.Slot.item.rawValue)
      || namesOfItem.contains { program.uses(RuleEnvironment.Slot.allCases.count + $0) }
  }

  private static func `is`(_ actual: CELType, _ expected: CELType) -> Bool {
    if case .list = actual, case .list = expected { return true }
    return actual == expected
  }

  private static func isName(_ text: String) -> Bool {
    text.utf8.enumerated().allSatisfy { index, byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
        || index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    } && !text.isEmpty
  }

  /// `*`, or a kind, which begins with a capital, and perhaps a group, which has no version.
  private static func isMatch(_ text: String) -> Bool {
    if text == "*" { return true }
    guard let first = text.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "-")
    }
  }
}

extension FieldReader.Scalar {
  fileprivate var whole: SourceRange { map.range(of: 0..<map.count) }
}
