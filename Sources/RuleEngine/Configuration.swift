package import Diagnostics
package import FluxGraph
package import FluxModel
package import Manifests
package import RuleCatalogue
package import RuleFiles
package import SourceText
import YAMLSyntax

/// `.fluxlint.yaml` at the top of the tree.
package struct Configuration: Sendable {
  package static let path = ".fluxlint.yaml"
  /// What is easily taken for it.
  package static let mistakenPath = ".fluxlint.yml"

  package var fluxVersion: FluxVersion?
  /// The tiers that run without being named; nil where it does not say.
  package var base: RuleBase?
  /// Whose rules and severities are meant; nil for those of the program.
  package var rulesVersion: FluxlintVersion?
  /// What the user says of a rule; a rule not named is as the catalogue says.
  package var rules: [RuleID: RuleSetting] = [:]
  package var failOn: FailureThreshold?
  package var ignores: [IgnoredFindings] = []
  /// Whether each suppression must say why.
  package var requiresReason = false
  /// Other repositories that lie next to this one.
  package var checkouts: [RepositoryCheckout] = []
  /// Entry points of clusters, and what they are called.
  package var clusters: [NamedCluster] = []
  /// Objects that are made outside Git.
  package var external: [ProvidedObject] = []
  /// Directories with rules, beside `.fluxlint/rules`.
  package var rulesDirectories: [String] = []
  /// Directories of this repository with definitions or JSON Schemas of kinds.
  package var schemas: [String] = []
  /// What the file sets, in its order: each key at the top with all that belongs to it.
  package var written: [(key: String, range: SourceRange)] = []

  package init() {}
}

/// An entry of `ignore:`: findings that are not reported.
package struct IgnoredFindings: Hashable, Sendable {
  /// Nil: of every rule.
  package var rules: Set<RuleID>?
  /// The words that name them.
  package var names: [String] = []
  /// Where the file of a finding is; nil: anywhere.
  package var path: PathGlob?
  /// What a finding is about; nil: anything.
  package var object: ObjectPattern?
  /// The last day that it holds.
  package var until: SuppressionDate?
  package var reason = ""
  /// The entry.
  package var range: SourceRange
}

/// A mistake in the configuration; nothing is checked with it.
package struct ConfigurationError: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange

  package init(message: String, range: SourceRange) {
    self.message = message
    self.range = range
  }
}

extension Configuration {
  /// Reads the configuration of a tree; the defaults when it has none.
  ///
  /// - Parameter rules: all that it may speak of.
  package static func load(
    from sources: SourceSet, rules: KnownRules
  ) throws(ConfigurationError) -> Configuration {
    guard let file = sources.fileInRepository(at: path) else { return Configuration() }
    if let problem = sources.problems(of: file).first {
      throw ConfigurationError(message: problem.message, range: problem.range)
    }
    let documents = sources.documents(of: file)
    guard let root = documents.first?.root else { return Configuration() }
    if documents.count > 1 {
      throw ConfigurationError(
        message: "a second document; write all of the configuration in one",
        range: sources.forest.range(documents[1].root))
    }
    return try Decoder(forest: sources.forest, rules: rules).configuration(root)
  }

  struct Decoder {
    let forest: Forest
    let rules: KnownRules

    func configuration(_ root: NodeRef) throws(ConfigurationError) -> Configuration {
      try expect(root, .mapping, "the configuration")
      var result = Configuration()
      for pair in forest.pairs(root) {
        let (key, value) = (forest.range(pair.key), forest.range(pair.value))
        result.written.append(
          (forest.text(pair.key), SourceRange(file: key.file, key.bounds.lowerBound..<value.bounds.upperBound)))
        switch forest.text(pair.key) {
        case "fluxVersion":
          result.fluxVersion = try fluxVersion(pair.value)
        case "failOn":
          guard let threshold = FailureThreshold(rawValue: forest.text(pair.value)) else {
            throw error(
              "'\(forest.text(pair.value))' is no threshold; write error, warning, note or never", pair.value)
          }
          result.failOn = threshold
        case "extends": result.base = try RuleEntries(self).base(pair.value)
        case "rulesVersion": result.rulesVersion = try RuleEntries(self).version(pair.value)
        case "rules": result.rules = try RuleEntries(self).settings(pair.value)
        case "ignore":
          try expect(pair.value, .sequence, "'ignore'")
          for item in forest.items(pair.value) { result.ignores.append(try ignored(item)) }
        case "requireReason":
          guard case .boolean(let flag) = forest.scalarValue(pair.value, dialect: .resource) else {
            throw error("'requireReason' must be true or false", pair.value)
          }
          result.requiresReason = flag
        case "clusters":
          try expect(pair.value, .sequence, "'clusters'")
          for item in forest.items(pair.value) { result.clusters.append(try ClusterEntries(self).cluster(item)) }
        case "sources":
          try expect(pair.value, .mapping, "'sources'")
          for entry in forest.pairs(pair.value) {
            result.checkouts.append(try ClusterEntries(self).checkout(url: entry.key, path: entry.value))
          }
        case "external":
          try expect(pair.value, .sequence, "'external'")
          for item in forest.items(pair.value) { result.external.append(try ClusterEntries(self).external(item)) }
        case "rulesDirectories":
          try expect(pair.value, .sequence, "'rulesDirectories'")
          for item in forest.items(pair.value) { result.rulesDirectories.append(try rulesDirectory(item, root)) }
        case "schemas":
          try expect(pair.value, .sequence, "'schemas'")
          for item in forest.items(pair.value) { result.schemas.append(try directory(item)) }
        case let key:
          throw error(
            "unknown key '\(key)'; known are fluxVersion, extends, rules, rulesVersion, rulesDirectories, failOn, "
              + "ignore, requireReason, sources, clusters, external and schemas",
            pair.key)
        }
      }
      return result
    }

    func fluxVersion(_ node: NodeRef) throws(ConfigurationError) -> FluxVersion {
      guard let version = FluxVersion(forest.text(node)), version.isRelease else {
        throw error("'\(forest.text(node))' is no release of Flux; write one like \"2.9\"", node)
      }
      return version
    }

    private func ignored(_ node: NodeRef) throws(ConfigurationError) -> IgnoredFindings {
      try expect(node, .mapping, "an entry of 'ignore'")
      var result = IgnoredFindings(range: forest.range(node))
      for pair in forest.pairs(node) {
        switch forest.text(pair.key) {
        case "rule":
          var rules: Set<RuleID> = []
          let names = forest.kind(pair.value) == .sequence ? Array(forest.items(pair.value)) : [pair.value]
          for name in names {
            rules.formUnion(try rulesOrFamily(name))
            result.names.append(forest.text(name))
          }
          result.rules = rules
        case "path": result.path = try path(pair.value)
        case "object":
          guard let object = ObjectPattern(forest.text(pair.value)) else {
            throw error(
              "'\(forest.text(pair.value))' is no object; write kind, namespace and name, as in 'Deployment apps/web'",
              pair.value)
          }
          result.object = object
        case "until":
          guard let date = SuppressionDate(forest.text(pair.value)) else {
            throw error("'\(forest.text(pair.value))' is no day; write one like 2027-03-01", pair.value)
          }
          result.until = date
        case "reason": result.reason = forest.text(pair.value)
        case let key:
          throw error("unknown key '\(key)'; known are rule, path, object, until and reason", pair.key)
        }
      }
      guard result.rules != nil || result.path != nil || result.object != nil else {
        throw error("an entry of 'ignore' needs a rule, a path or an object", node)
      }
      return result
    }

    private func rulesOrFamily(_ node: NodeRef) throws(ConfigurationError) -> [RuleID] {
      if let meant = rules.rules(forest.text(node)) { return meant }
      return [try rule(node)]
    }

    /// However people write a path from the top: `apps`, `apps/`, `./apps` and `/apps` are the same.
    private func path(_ node: NodeRef) throws(ConfigurationError) -> PathGlob {
      let text = forest.text(node)
      guard !text.isEmpty, let clean = RelativePath.join("", text) else {
        throw error("'\(text)' is no path in this repository; write one from its top, like apps/production", node)
      }
      return PathGlob(clean)
    }

    /// One of this repository, or of one that `sources` names.
    private func rulesDirectory(_ node: NodeRef, _ root: NodeRef) throws(ConfigurationError) -> String {
      let text = forest.text(node)
      guard text.hasPrefix("../") else { return try directory(node) }
      let neighbours = forest.value(root, "sources").map { forest.pairs($0) } ?? []
      guard let clean = RuleLocations.directory(text),
        neighbours.contains(where: { pair in
          RuleLocations.directory(forest.text(pair.value)).map { RelativePath.isPath(clean, inside: $0) } ?? false
        })
      else { throw error("'\(text)' is in no repository that 'sources' names", node) }
      return clean
    }

    private func directory(_ node: NodeRef) throws(ConfigurationError) -> String {
      let text = forest.text(node)
      guard !text.isEmpty, let clean = RelativePath.join("", text), !clean.isEmpty else {
        throw error("'\(text)' is no directory in this repository; write one from its top, like schemas", node)
      }
      return clean
    }

    /// The rule of a name, old or new.
    func rule(_ node: NodeRef) throws(ConfigurationError) -> RuleID {
      let name = forest.text(node)
      guard let rule = rules.rule(name) else {
        let hint = rules.nearest(to: name).map { "did you mean '\($0)'?" } ?? "'fluxlint rules' lists them"
        throw error("'\(name)' is no rule; \(hint)", node)
      }
      return rule
    }

    func expect(_ node: NodeRef, _ kind: Node.Kind, _ what: String) throws(ConfigurationError) {
      guard forest.kind(node) == kind else {
        throw error("\(what) must be a \(kind == .mapping ? "mapping" : "list")", node)
      }
    }

    func error(_ message: String, _ node: NodeRef) -> ConfigurationError {
      ConfigurationError(message: message, range: forest.range(node))
    }
  }
}
