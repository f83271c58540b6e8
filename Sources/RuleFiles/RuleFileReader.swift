import Diagnostics
import SourceText
import YAMLSyntax

extension RuleFile {
  /// Reads the file at `path`.
  ///
  /// - Parameter family: the folder it is in, for a rule of the product; nil for a rule of a user, whose family is `user`.
  package init(path: String, family: String?, bytes: [UInt8]) throws(RuleFileError) {
    let reader = try RuleDocument.root(path: path, bytes: bytes, what: "a rule file", hasStyle: family != nil)
    let isUsers = family == nil
    let all = ["name", "severity", "summary", "why", "fix", "guards", "references", "check", "examples"]
    let required = isUsers ? ["name", "summary", "check"] : all
    try reader.expectKeys(
      required: required,
      optional: all.filter { !required.contains($0) }
        + ["tier", "status", "since", "earlier", "formerly", "options", "secret"])

    self.path = path
    let name = try reader.text("name")
    let fileName = path.split(separator: "/").last.map { $0.hasSuffix(".yaml") ? $0.dropLast(5) : $0 } ?? ""
    guard name == fileName else {
      throw reader.error("the name is '\(name)' but the file's is '\(fileName)'", at: "name")
    }
    guard isKebabCase(name) else { throw reader.error("'\(name)' is not in kebab case", at: "name") }
    id = RuleID(name)
    nameBounds = try reader.scalar("name").map.range(of: 0..<name.utf8.count).bounds
    self.family = family ?? "user"
    guard isKebabCase(self.family) else { throw reader.error("the folder '\(self.family)' is not in kebab case") }

    severity = try reader.choice(
      "severity", Severity.allCases.map { ($0.rawValue, $0) }, default: isUsers ? .warning : nil)
    tier = try reader.choice("tier", RuleTier.allCases.map { ($0.rawValue, $0) }, default: .default)
    status = try reader.choice("status", RuleStatus.allCases.map { ($0.rawValue, $0) }, default: .stable)
    since = try reader.optionalText("since") ?? "0.1"
    guard FluxlintVersion(since) != nil else { throw reader.error("'\(since)' is no version like '0.2'", at: "since") }
    earlier = try EarlierJudgement.read(reader, severity: severity, tier: tier)
    let former = try reader.has("formerly") ? reader.located("formerly") : []
    formerNames = former.map(\.text)
    formerNameBounds = former.map(\.range.bounds)
    var references: [RuleProse.Reference] = []
    for reference in try reader.optionalMaps("references") {
      try reference.expectKeys(required: ["title", "source"], optional: [])
      references.append(
        RuleProse.Reference(title: try reference.text("title"), source: try reference.text("source")))
    }
    self.prose = RuleProse(
      summary: try reader.headline("summary"), why: try reader.has("why") ? reader.prose("why") : "",
      fix: try reader.has("fix") ? reader.prose("fix") : "",
      guards: try reader.has("guards") ? reader.proseList("guards") : [], references: references)
    options = try RuleOption.read(reader)
    pointsAtSecrets = try reader.flag("secret", default: false)
    check = try RuleCheck.read(reader, options: options)
    if pointsAtSecrets, case .expressions(var expressions) = check {
      expressions.pointsAtSecrets = true
      expressions.looksAtWritten = !expressions.needsCluster
      check = .expressions(expressions)
    }
    examples = []
    for example in try reader.optionalMaps("examples") { examples.append(try RuleExample.read(example, rule: name)) }
    if case .expressions = check {
    } else if isUsers {
      throw reader.error("a rule of yours is a mapping with 'match', 'assert' and 'message'", at: "check")
    }
    for isBad in [true, false] where !isUsers && !examples.contains(where: { $0.isBad == isBad }) {
      throw reader.error("there is no \(isBad ? "bad" : "good") example", at: "examples")
    }
    let names = examples.map(\.fullName)
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw reader.error("there are two examples '\(name)'", at: "examples")
    }
  }
}

/// Lower-case words of letters and digits joined by single hyphens.
package func isKebabCase(_ text: String) -> Bool {
  let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  return words.allSatisfy { word in
    !word.isEmpty
      && word.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
      }
  }
}

extension EarlierJudgement {
  /// `earlier: [{before: VERSION, severity: SEVERITY, tier: TIER}]`; what is not said is as it is now.
  fileprivate static func read(
    _ reader: FieldReader, severity: Severity, tier: RuleTier
  ) throws(RuleFileError) -> [EarlierJudgement] {
    var judgements: [EarlierJudgement] = []
    for entry in try reader.optionalMaps("earlier") {
      try entry.expectKeys(required: ["before"], optional: ["severity", "tier"])
      guard let version = FluxlintVersion(try entry.text("before")) else {
        throw entry.error("this is no version like '0.2'", at: "before")
      }
      judgements.append(
        EarlierJudgement(
          before: version,
          severity: try entry.choice("severity", Severity.allCases.map { ($0.rawValue, $0) }, default: severity),
          tier: try entry.choice("tier", RuleTier.allCases.map { ($0.rawValue, $0) }, default: tier)))
    }
    return judgements
  }
}

extension RuleOption {
  /// `options: {NAME: {default: VALUE, about: SENTENCE}}`.
  fileprivate static func read(_ reader: FieldReader) throws(RuleFileError) -> [RuleOption] {
    var options: [RuleOption] = []
    for (name, entry) in try reader.entries("options") {
      guard isKebabCase(name) else { throw entry.error("'\(name)' is not in kebab case") }
      try entry.expectKeys(required: ["default", "about"], optional: [])
      options.append(
        RuleOption(name: name, defaultValue: try entry.optionValue("default"), about: try entry.prose("about")))
    }
    return options
  }
}

extension RuleCheck {
  /// `check: swift`, `check: schema`, or a mapping with the template's name.
  fileprivate static func read(_ reader: FieldReader, options: [RuleOption]) throws(RuleFileError) -> RuleCheck {
    if reader.isText("check") {
      switch try reader.text("check") {
      case "swift": return .swift
      case "schema": return .schema
      default:
        throw reader.error(
          "a check is 'swift', 'schema', a mapping with 'reference', or one with 'match' and 'assert'", at: "check")
      }
    }
    let check = try reader.map("check")
    if check.has("match") || check.has("assert") {
      return .expressions(try ExpressionCheckReader.read(check, options: options))
    }
    try check.expectKeys(required: [], optional: ["reference", "misplaced", "values"])
    if check.has("values") { return .values(try ValuesCheck.read(check.map("values"))) }
    if check.has("misplaced") {
      let misplaced = try check.map("misplaced")
      try misplaced.expectKeys(required: ["fields", "to", "label"], optional: [])
      return .misplaced(
        MisplacedCheck(
          fields: try misplaced.texts("fields"), target: try misplaced.text("to"), label: try misplaced.text("label")))
    }
    guard check.has("reference") else {
      throw reader.error("a check has 'reference', 'misplaced' or 'values'", at: "check")
    }
    var references: [ReferenceCheck] = []
    for reference in try check.mapOrMaps("reference") { references.append(try ReferenceCheck.read(reference)) }
    return .reference(references)
  }
}

extension ReferenceCheck {
  fileprivate static func read(_ reader: FieldReader) throws(RuleFileError) -> ReferenceCheck {
    try reader.expectKeys(
      required: ["fields", "of", "label"],
      optional: [
        "verbs", "own-kind", "help", "names-namespace", "unless", "only-flux-objects", "without-entry-point",
        "wildcards",
      ])
    let verbs = try reader.texts("verbs")
    guard verbs.isEmpty || verbs.count == 2 else {
      throw reader.error("'verbs' are two, of one and of several objects", at: "verbs")
    }
    return ReferenceCheck(
      fields: try reader.texts("fields"), holders: try reader.texts("of"), label: try reader.text("label"),
      verbs: verbs, ownKindVerb: try reader.optionalText("own-kind"), help: try reader.optionalText("help"),
      namesNamespace: try reader.flag("names-namespace", default: true),
      unless: reader.has("unless") ? try reader.texts("unless") : ["spec.suspend"],
      isOfFlux: try reader.flag("only-flux-objects", default: false),
      judgement: try reader.choice(
        "without-entry-point", LooseJudgement.allCases.map { ($0.rawValue, $0) }, default: .never),
      hasWildcards: try reader.flag("wildcards", default: false))
  }
}

extension ValuesCheck {
  fileprivate static func read(_ reader: FieldReader) throws(RuleFileError) -> ValuesCheck {
    try reader.expectKeys(required: ["fields"], optional: ["key", "read-first"])
    var key: Key?
    if reader.has("key") {
      let map = try reader.map("key")
      try map.expectKeys(required: ["field", "default"], optional: [])
      key = Key(field: try map.text("field"), fallback: try map.text("default"))
    }
    return ValuesCheck(
      fields: try reader.texts("fields"), key: key, isReadFirst: try reader.flag("read-first", default: false))
  }
}

extension RuleExample {
  /// `{bad: NAME, expect: [FINDING], files: TEXT}` or `{good: NAME, files: TEXT}`.
  fileprivate static func read(_ reader: FieldReader, rule: String) throws(RuleFileError) -> RuleExample {
    let isBad = reader.has("bad")
    try reader.expectKeys(required: isBad ? ["bad", "expect", "files"] : ["good", "files"], optional: [])
    let key = isBad ? "bad" : "good"
    let name = try reader.text(key)
    guard isKebabCase(name) else { throw reader.error("'\(name)' is not in kebab case", at: key) }
    var expected: [ExpectedFinding] = []
    if isBad {
      for (text, range) in try reader.located("expect") {
        guard let finding = ExpectedFinding(text) else {
          throw reader.error("this is not 'path:line:column: severity: rule: part of the message'", range: range)
        }
        expected.append(finding)
      }
      guard expected.contains(where: { $0.rule == rule }) else {
        throw reader.error("a bad example expects a finding of '\(rule)'", at: "expect")
      }
    }
    let revisions: (files: [ExampleFile], base: [ExampleFile]?)
    do {
      revisions = try ExampleText.revisions(of: reader.text("files"))
    } catch let mistake as ExampleText.Mistake {
      throw reader.error("line \(mistake.line + 1) of this text: \(mistake.message)", at: "files")
    } catch let error as RuleFileError {
      throw error
    } catch {
      throw reader.error("\(error)", at: "files")
    }
    return RuleExample(
      name: name, isBad: isBad, expected: expected, files: revisions.files, base: revisions.base)
  }
}
