package import Diagnostics
import RuleCatalogue
package import RuleFiles
package import SourceText
import YAMLSyntax

/// `extends`: the tiers that run without being named.
package enum RuleBase: String, Hashable, Sendable, CaseIterable {
  case `default`
  case strict
  case all

  package var tiers: Set<RuleTier> {
    switch self {
    case .default: [.default]
    case .strict: [.default, .strict]
    case .all: Set(RuleTier.allCases)
    }
  }
}

/// A rule's level in the configuration.
package enum RuleLevel: Hashable, Sendable {
  case off
  /// With the severity that it has by itself.
  case on
  case severity(Severity)
}

/// What the configuration says of one rule.
package struct RuleSetting: Hashable, Sendable {
  /// Nil where only options are set: the rule runs when its tier does.
  package var level: RuleLevel?
  /// Those that are set.
  package var options: [String: RuleOption.Value]
  /// The entry's key.
  package var range: SourceRange
}

/// Reads `extends`, `rulesVersion` and `rules`.
struct RuleEntries {
  private let decoder: Configuration.Decoder
  private var forest: Forest { decoder.forest }

  init(_ decoder: Configuration.Decoder) { self.decoder = decoder }

  func base(_ node: NodeRef) throws(ConfigurationError) -> RuleBase {
    guard let base = RuleBase(rawValue: forest.text(node)) else {
      throw decoder.error("'\(forest.text(node))' is no set of rules; write default, strict or all", node)
    }
    return base
  }

  func version(_ node: NodeRef) throws(ConfigurationError) -> FluxlintVersion {
    guard let version = FluxlintVersion(forest.text(node)) else {
      throw decoder.error("'\(forest.text(node))' is no version of fluxlint; write one like \"0.1\"", node)
    }
    if let own = decoder.rules.version, own < version {
      throw decoder.error("this is fluxlint \(own), which does not know the rules of \(version)", node)
    }
    return version
  }

  func settings(_ node: NodeRef) throws(ConfigurationError) -> [RuleID: RuleSetting] {
    try decoder.expect(node, .mapping, "'rules'")
    var settings: [RuleID: RuleSetting] = [:]
    for entry in forest.pairs(node) {
      let rule = try decoder.rule(entry.key)
      guard settings[rule] == nil else { throw decoder.error("'\(rule.name)' is set twice", entry.key) }
      settings[rule] = try setting(entry, rule)
    }
    return settings
  }

  /// A level, or a mapping with `severity` and `options`.
  private func setting(_ entry: Forest.Pair, _ rule: RuleID) throws(ConfigurationError) -> RuleSetting {
    var setting = RuleSetting(options: [:], range: forest.range(entry.key))
    guard forest.kind(entry.value) == .mapping else {
      setting.level = try level(entry.value)
      return setting
    }
    for pair in forest.pairs(entry.value) {
      switch forest.text(pair.key) {
      case "severity": setting.level = try level(pair.value)
      case "options":
        try decoder.expect(pair.value, .mapping, "'options'")
        for option in forest.pairs(pair.value) where !decoder.rules.unreadable.contains(rule) {
          setting.options[forest.text(option.key)] = try value(of: option, rule)
        }
      case let key: throw decoder.error("unknown key '\(key)'; known are severity and options", pair.key)
      }
    }
    return setting
  }

  private func level(_ node: NodeRef) throws(ConfigurationError) -> RuleLevel {
    let text = forest.text(node)
    switch text {
    case "off": return .off
    case "on": return .on
    default: break
    }
    guard forest.kind(node) == .scalar, let severity = Severity(rawValue: text) else {
      throw decoder.error("'\(text)' is no level; write off, note, warning or error, or on for the rule's own", node)
    }
    return .severity(severity)
  }

  private func value(of pair: Forest.Pair, _ rule: RuleID) throws(ConfigurationError) -> RuleOption.Value {
    let name = forest.text(pair.key)
    let options = decoder.rules.options(of: rule)
    guard let option = options.first(where: { $0.name == name }) else {
      let hint =
        options.isEmpty
        ? "it has none"
        : Suggestion.nearest(to: name, in: options.map(\.name)).map { "did you mean '\($0)'?" }
          ?? "it has \(options.map(\.name).joined(separator: ", "))"
      throw decoder.error("'\(rule.name)' has no option '\(name)'; \(hint)", pair.key)
    }
    guard let value = value(pair.value, like: option.defaultValue) else {
      throw decoder.error("'\(name)' must be \(option.defaultValue.typeName)", pair.value)
    }
    return value
  }

  /// Nil where the node is of another type.
  private func value(_ node: NodeRef, like example: RuleOption.Value) -> RuleOption.Value? {
    let scalar = forest.kind(node) == .scalar ? forest.scalarValue(node, dialect: .resource) : nil
    switch (example, scalar) {
    case (.integer, .integer(let number)?): return .integer(Int(clamping: number))
    case (.number, .integer(let number)?): return .number(Double(number))
    case (.number, .float(let number)?): return .number(number)
    case (.boolean, .boolean(let flag)?): return .boolean(flag)
    case (.string, .string?): return .string(forest.text(node))
    case (.strings, _) where forest.kind(node) == .sequence:
      let items = Array(forest.items(node))
      guard items.allSatisfy({ forest.kind($0) == .scalar }) else { return nil }
      return .strings(items.map(forest.text))
    default: return nil
    }
  }
}
