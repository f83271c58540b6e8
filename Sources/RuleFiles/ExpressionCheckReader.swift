import CEL
import Diagnostics
import SourceText
import YAMLSyntax

/// Reads the check of a rule that is written in expressions, and compiles each: a mistake has its place in the file.
struct ExpressionCheckReader {
  private let reader: FieldReader
  private var names: [String] = []
  private var needsCluster = false

  private static let optionalKeys = [
    "let", "when", "each", "at", "label", "help", "notes", "related", "data", "severity",
  ]

  static func read(_ reader: FieldReader) throws(RuleFileError) -> ExpressionCheck {
    var check = ExpressionCheckReader(reader: reader)
    return try check.read()
  }

  private init(reader: FieldReader) { self.reader = reader }

  private mutating func read() throws(RuleFileError) -> ExpressionCheck {
    try reader.expectKeys(required: ["match", "assert", "message"], optional: Self.optionalKeys)
    let match = try reader.textOrTexts("match")
    guard !match.isEmpty else { throw reader.error("'match' is empty", at: "match") }
    for scalar in match where !Self.isMatch(scalar) {
      throw reader.error("'\(scalar)' is no kind; write 'Kind', 'Kind.group' or '*'", at: "match")
    }
    var bindings: [ExpressionCheck.Binding] = []
    for scalar in try reader.scalarEntries("let") {
      try expression(scalar.value)
      let isTaken = names.contains(scalar.name) || RuleEnvironment.Slot.allCases.contains { $0.name == scalar.name }
      guard Self.isName(scalar.name), !isTaken else {
        throw reader.error("'\(scalar.name)' is no name of its own for a value", range: scalar.keyRange)
      }
      names.append(scalar.name)
      bindings.append(.init(scalar.name, scalar.value.text))
    }
    var check = ExpressionCheck(match: match, bindings: bindings, assertion: "", message: "")
    check.when = try optional("when", type: .bool)
    check.each = try optional("each", type: .anyList)
    let assertion = try reader.scalar("assert")
    try expression(assertion, type: .bool)
    check.assertion = assertion.text
    check.assertionBounds = assertion.map.range(of: 0..<assertion.text.utf8.count).bounds
    if reader.has("at") { check.place = try place(reader.scalar("at")) }
    check.message = try template(reader.scalar("message"))
    if reader.has("label") { check.label = try template(reader.scalar("label")) }
    if reader.has("help") { check.help = try template(reader.scalar("help")) }
    if reader.has("severity") { check.severity = try severity(reader.scalar("severity")) }
    for note in try reader.scalars("notes") { check.notes.append(try template(note)) }
    for related in try reader.has("related") ? reader.maps("related") : [] {
      try related.expectKeys(required: ["at", "message"], optional: [])
      check.related.append(
        .init(try place(related.scalar("at")), try template(related.scalar("message"))))
    }
    for entry in try reader.scalarEntries("data") {
      check.data.append(.init(entry.name, try template(entry.value)))
    }
    check.needsCluster = needsCluster
    return check
  }

  private mutating func optional(_ key: String, type: CELType) throws(RuleFileError) -> String? {
    guard reader.has(key) else { return nil }
    let scalar = try reader.scalar(key)
    try expression(scalar, type: type)
    return scalar.text
  }

  private mutating func place(_ scalar: FieldReader.Scalar) throws(RuleFileError) -> String {
    let (path, isKey) = RuleEnvironment.place(scalar.text)
    try expression(scalar, path, offset: isKey ? 4 : 0)
    return scalar.text
  }

  private mutating func template(_ scalar: FieldReader.Scalar) throws(RuleFileError) -> String {
    let template: ExpressionTemplate
    do { template = try ExpressionTemplate(scalar.text) } catch {
      throw reader.error(error.message, range: scalar.map.range(of: error.offset..<error.offset + 1))
    }
    for case .expression(let text, let offset) in template.parts { try expression(scalar, text, offset: offset) }
    return scalar.text
  }

  /// A template whose value is the name of a severity.
  private mutating func severity(_ scalar: FieldReader.Scalar) throws(RuleFileError) -> String {
    let text = try template(scalar)
    guard text.contains("{") || Severity(rawValue: text) != nil else {
      throw reader.error("'severity' is error, warning or note, or an expression in braces", at: "severity")
    }
    return text
  }

  private mutating func expression(_ scalar: FieldReader.Scalar, type: CELType? = nil) throws(RuleFileError) {
    try expression(scalar, scalar.text, offset: 0, type: type)
  }

  /// - Parameters:
  ///   - offset: where the expression begins in the scalar, in bytes.
  ///   - type: the type that it must have as far as that is known.
  private mutating func expression(
    _ scalar: FieldReader.Scalar, _ text: String, offset: Int, type: CELType? = nil
  ) throws(RuleFileError) {
    let program: Program
    do throws(CELError) { program = try Program(text, in: RuleEnvironment.checking(names: names)) } catch {
      let range = error.range.lowerBound + offset..<error.range.upperBound + offset
      throw reader.error(error.message, range: scalar.map.range(of: range))
    }
    if let type, program.type != .dyn, !Self.is(program.type, type) {
      throw reader.error(
        "the expression is '\(program.type.description)', but '\(type.description)' is expected",
        range: scalar.map.range(of: offset..<offset + text.utf8.count))
    }
    if RuleEnvironment.needsCluster(program) { needsCluster = true }
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

  /// `*`, or a kind, which begins with a capital, and perhaps a group.
  private static func isMatch(_ text: String) -> Bool {
    text == "*" || (text.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false)
  }
}
