import CEL
import Diagnostics
package import RuleFiles

/// Writes the Swift files that the build plugin adds to `RuleCatalogue` and `BuiltInRules`.
package enum SwiftEmitter {
  /// Words that Swift names write in one case.
  private static let initialisms: Set<Substring> = ["api", "crd", "lfs", "oci", "sops", "url", "yaml"]

  /// `depends-on-cycle` is `DependsOnCycle`, `invalid-yaml` is `InvalidYAML`.
  package static func typeName(_ ruleName: String) -> String {
    ruleName.split(separator: "-").map(capitalized).joined()
  }

  /// `depends-on-cycle` is `dependsOnCycle`, `api-version-x` is `apiVersionX`.
  package static func constantName(_ ruleName: String) -> String {
    let words = ruleName.split(separator: "-")
    return String(words.first ?? "") + words.dropFirst().map(capitalized).joined()
  }

  private static func capitalized(_ word: Substring) -> String {
    initialisms.contains(word) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
  }

  /// A constant for each rule, what a run knows of each, sorted by name, and the texts for those who ask.
  package static func catalogue(_ rules: [RuleFile], texts: [String]) -> String {
    var text = header
    text += "package import Diagnostics\nimport RuleFiles\n\nextension RuleID {\n"
    for rule in rules {
      text += "  package static let \(constantName(rule.id.name)) = RuleID(\(literal(rule.id.name)))\n"
    }
    text += "}\n\n/// All rules, sorted by name.\npackage let ruleCatalogue: [RuleMetadata] = [\n"
    for (rule, source) in zip(rules, texts) { text += metadata(rule, source: source) }
    return text + "]\n"
  }

  /// What is as in most rules is left out, which the compiler is grateful for.
  private static func metadata(_ rule: RuleFile, source: String) -> String {
    var fields = [
      "id: .\(constantName(rule.id.name))", "family: \(literal(rule.family))", "severity: .\(rule.severity.rawValue)",
    ]
    if rule.tier != .default { fields.append("tier: .\(rule.tier)") }
    if rule.status != .stable { fields.append("status: .\(rule.status.rawValue)") }
    fields.append("since: \(literal(rule.since))")
    if !rule.earlier.isEmpty { fields.append("earlier: [\(rule.earlier.map(judgement).joined(separator: ", "))]") }
    if !rule.formerNames.isEmpty { fields.append("formerNames: \(list(rule.formerNames))") }
    fields.append("summary: \(literal(rule.prose.summary))")
    if !rule.options.isEmpty { fields.append("options: [\(rule.options.map(option).joined(separator: ", "))]") }
    if rule.pointsAtSecrets { fields.append("pointsAtSecrets: true") }
    fields.append("text: .file(\(literal(source)))")
    return "  RuleMetadata(\n    \(fields.joined(separator: ",\n    "))),\n"
  }

  private static func judgement(_ earlier: EarlierJudgement) -> String {
    "EarlierJudgement(before: FluxlintVersion(major: \(earlier.before.major), minor: \(earlier.before.minor)), "
      + "severity: .\(earlier.severity), tier: .\(earlier.tier))"
  }

  private static func option(_ option: RuleOption) -> String {
    let value =
      switch option.defaultValue {
      case .integer(let number): ".integer(\(number))"
      case .number(let number): ".number(\(number))"
      case .boolean(let flag): ".boolean(\(flag))"
      case .string(let text): ".string(\(literal(text)))"
      case .strings(let texts): ".strings(\(list(texts)))"
      }
    return ".init(name: \(literal(option.name)), defaultValue: \(value), about: \(literal(option.about)))"
  }

  static func list(_ texts: [String]) -> String { "[\(texts.map(literal).joined(separator: ", "))]" }

  /// The list of the rules: a rule file without its code does not compile, nor one whose template names no field.
  package static func registry(_ rules: [RuleFile]) -> String {
    var text = header
    text += "package import RuleEngine\nimport RuleCatalogue\nimport RuleFiles\n\n/// The rules, sorted by name.\n"
    text += "package let builtInRules: [Rule] = [\n"
    for rule in rules { text += "  Rule(.\(constantName(rule.id.name)), \(code(of: rule))),\n" }
    return text + "]\n"
  }

  private static func code(of rule: RuleFile) -> String {
    switch rule.check {
    case .swift: return "\(typeName(rule.id.name))()"
    case .schema: return "SchemaMistakes()"
    case .expressions(let check): return code(of: check, options: rule.options)
    case .reference(let checks):
      return "DanglingReferences([\(checks.map(template).joined(separator: ", "))])"
    case .misplaced(let check):
      return "MisplacedReferences(fields: \(fields(check.fields)), targetKind: \(literal(check.target)), "
        + "label: \(literal(check.label)))"
    case .values(let check):
      let key = check.key.map { "(field: \(literal($0.field)), fallback: \(literal($0.fallback)))" } ?? "nil"
      return "ValueReferences(fields: \(fields(check.fields)), key: \(key), isReadFirst: \(check.isReadFirst))"
    }
  }

  /// What decides is compiled here; the texts that only a finding needs are compiled with the first finding.
  private static func code(of check: ExpressionCheck, options: [RuleOption]) -> String {
    func bindings(_ list: [ExpressionCheck.Binding]) -> String {
      "[\(list.map { ".init(\(literal($0.name)), \(literal($0.text)))" }.joined(separator: ", "))]"
    }
    var fields = ["match: \(list(check.match))"]
    if !check.bindings.isEmpty { fields.append("bindings: \(bindings(check.bindings))") }
    if let when = check.when { fields.append("when: \(literal(when))") }
    if let each = check.each { fields.append("each: \(literal(each))") }
    fields.append("assertion: \(literal(check.assertion))")
    if let place = check.place { fields.append("place: \(literal(place))") }
    fields.append("message: \(literal(check.message))")
    if !check.label.isEmpty { fields.append("label: \(literal(check.label))") }
    if !check.help.isEmpty { fields.append("help: \(literal(check.help))") }
    if !check.notes.isEmpty { fields.append("notes: \(list(check.notes))") }
    if !check.related.isEmpty {
      let related = check.related.map { ".init(\(literal($0.place)), \(literal($0.message)))" }
      fields.append("related: [\(related.joined(separator: ", "))]")
    }
    if !check.data.isEmpty { fields.append("data: \(bindings(check.data))") }
    if let severity = check.severity { fields.append("severity: \(literal(severity))") }
    if check.needsCluster { fields.append("needsCluster: true") }
    if check.looksAtWritten { fields.append("looksAtWritten: true") }
    if let programs = programs(of: check), let decision = ProgramText.encode(programs) {
      fields.append("decision: \(literal(decision))")
      // A rule of the product that fails says nothing.
      let conditions = FieldConditions(of: check, programs, failsSilently: true).text
      if !conditions.isEmpty { fields.append("conditions: \(literal(conditions))") }
    }
    return
      "ExpressionCheck(\(fields.joined(separator: ", "))), options: [\(options.map(option).joined(separator: ", "))]"
  }

  private static func programs(of check: ExpressionCheck) -> [Program]? {
    let environment = RuleEnvironment.checking(names: check.bindings.map(\.name))
    let programs = check.decidingTexts.compactMap { try? Program($0, in: environment) }
    return programs.count == check.decidingTexts.count ? programs : nil
  }

  /// A field that no reference has does not compile.
  private static func fields(_ names: [String]) -> String {
    "[\(names.map { ".\($0)" }.joined(separator: ", "))]"
  }

  private static func template(_ check: ReferenceCheck) -> String {
    let paths = check.unless.map { list($0.split(separator: ".").map(String.init)) }
    var values = [
      "fields: \(fields(check.fields))", "holders: \(list(check.holders))", "label: \(literal(check.label))",
    ]
    if let one = check.verbs.first, let several = check.verbs.last {
      values.append("verbs: (\(literal(one)), \(literal(several)))")
    }
    if let verb = check.ownKindVerb { values.append("ownKindVerb: \(literal(verb))") }
    if let help = check.help { values.append("help: \(literal(help))") }
    values += [
      "namesNamespace: \(check.namesNamespace)", "unless: [\(paths.joined(separator: ", "))]",
      "isOfFlux: \(check.isOfFlux)", "judgement: .\(check.judgement)",
    ]
    if check.hasWildcards { values.append("hasWildcards: true") }
    return ".init(\(values.joined(separator: ", ")))"
  }

  private static let header = "// Generated from rules/ by rulegen.\n\n"

  static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
