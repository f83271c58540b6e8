package import CommandFailures
import Diagnostics
import FluxGraph
import Linting
import Manifests
import RuleCatalogue
import RuleEngine
import RuleFiles
import Sessions
import SourceText

/// What `fluxlint config` prints: the configuration that is in effect as YAML, with the origin of each value behind it.
package struct EffectiveConfiguration {
  package private(set) var text = ""
  private let loaded: Linter.Loaded
  private let request: CheckRequest

  /// - Throws: when the configuration is wrong, or the tree cannot be read.
  package init(_ request: CheckRequest) async throws(CommandFailure) {
    let checked = try CheckedTree.choose(for: request.tree)
    let options = try LinterOptions(request, checked)
    do { loaded = try await Linter.load(checked.tree, options: options) } catch { throw CommandFailure(error) }
    self.request = request
    addSettings()
    addClusters()
    addLists()
    addRules()
  }

  private var configuration: Configuration { loaded.configuration }

  /// `KEY: VALUE  # ORIGIN`.
  private mutating func add(_ line: String, _ origin: String) {
    text += line + String(repeating: " ", count: max(2, 40 - line.count)) + "# \(origin)\n"
  }

  private mutating func addSettings() {
    add("extends: \((configuration.base ?? .default).rawValue)", place(of: "extends") ?? "default")
    if let version = configuration.rulesVersion {
      add("rulesVersion: \"\(version)\"", place(of: "rulesVersion") ?? "default")
    }
    let failOn = request.failOn ?? configuration.failOn ?? .error
    add(
      "failOn: \(failOn.rawValue)", request.failOn != nil ? "--fail-on" : place(of: "failOn") ?? "default")
    if let version = request.fluxVersion {
      add("fluxVersion: \"\(version)\"", "--flux-version")
    } else if let version = configuration.fluxVersion {
      add("fluxVersion: \"\(version)\"", place(of: "fluxVersion") ?? "default")
    }
    add("requireReason: \(configuration.requiresReason)", place(of: "requireReason") ?? "default")
  }

  private mutating func addClusters() {
    let clusters = loaded.model.graph.clusters.filter(\.hasEntryPoint)
    if clusters.isEmpty { return }
    text += "clusters:\n"
    for cluster in clusters {
      let configured = configuration.clusters.first { ($0.name ?? $0.path) == cluster.name }
      add(
        "  - path: \(Self.scalar(configured?.path ?? cluster.name))",
        cluster.entry.range.map { "begins at \(place(of: $0))" } ?? "found")
      if let name = configured?.name { add("    name: \(Self.scalar(name))", place(of: "clusters") ?? "given") }
      let origin =
        switch cluster.settings.versionOrigin {
        case .given:
          request.fluxVersion != nil ? "--flux-version" : place(of: "clusters") ?? place(of: "fluxVersion") ?? "given"
        case .found(let range): "found at \(place(of: range))"
        case .assumed where cluster.settings.isOfDefinitions: "assumed: its CustomResourceDefinitions are of it"
        case .assumed: "assumed: nothing says it"
        }
      let newer = cluster.settings.newerRelease.map { "; \($0), newer than this fluxlint knows, is judged by it" } ?? ""
      add("    fluxVersion: \"\(cluster.settings.fluxVersion)\"", origin + newer)
    }
  }

  /// What the file lists, as it stands there.
  private mutating func addLists() {
    let lists = ["ignore", "sources", "external", "schemas", "rulesDirectories"]
    for (key, range) in configuration.written where lists.contains(key) {
      let bytes = loaded.model.sources.bytes(of: range.file)[range.bounds]
      text += "# \(place(of: range))\n\(String(decoding: bytes, as: UTF8.self))\n"
    }
  }

  private mutating func addRules() {
    let families = Dictionary(grouping: loaded.rules.all, by: \.family).sorted { $0.key < $1.key }
    text += "rules:\n"
    for (family, rules) in families {
      text += "  # \(family)\n"
      for rule in rules { add(rule) }
    }
  }

  private mutating func add(_ rule: RuleMetadata) {
    let decision = loaded.selection.decision(on: rule)
    let level = decision.isOn ? decision.severity.rawValue : "off"
    if !decision.isOn || rule.options.isEmpty { return add("  \(rule.id.name): \(level)", origin(of: decision)) }
    text += "  \(rule.id.name):\n"
    add("    severity: \(level)", origin(of: decision))
    text += "    options:\n"
    let set = loaded.selection.options(of: rule.id)
    for option in rule.options {
      let origin = set[option.name] == nil ? "default" : configuration.rules[rule.id].map { place(of: $0.range) }
      add("      \(option.name): \(Self.value(set[option.name] ?? option.defaultValue))", origin ?? "default")
    }
  }

  private func origin(of decision: RuleSelection.Decision) -> String {
    switch decision.reason {
    case .option(let option, let word): "\(option) \(word)"
    case .configured(let range): place(of: range)
    case .newerThan(let version): "not in fluxlint \(version)"
    case .preview: "a preview; --preview runs it"
    case .tier(let tier):
      place(of: "extends").map { "tier \(tier.rawValue), extends at \($0)" } ?? "tier \(tier.rawValue)"
    }
  }

  private func place(of key: String) -> String? {
    configuration.written.first { $0.key == key }.map { place(of: $0.range) }
  }

  private func place(of range: SourceRange) -> String {
    let bytes = loaded.model.sources.bytes(of: range.file)
    let line = LineIndex(bytes).line(containing: Int(range.lowerBound)) + 1
    return "\(loaded.model.sources.path(of: range.file)):\(line)"
  }

  private static func value(_ value: RuleOption.Value) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .string(let text): scalar(text)
    case .strings(let texts): "[\(texts.map(scalar).joined(separator: ", "))]"
    }
  }

  /// In quotes unless it is a plain word or path.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isLetter || $0 == "." } ?? false
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
      }
    return isPlain && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
      ? text : "'\(text.replacing("'", with: "''"))'"
  }
}
