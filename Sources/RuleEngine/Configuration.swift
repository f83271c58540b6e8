package import Diagnostics
package import FluxGraph
package import FluxModel
package import Manifests
package import SourceText
import YAMLSyntax

/// `.fluxlint.yaml` at the top of the tree.
package struct Configuration: Sendable {
  package static let path = ".fluxlint.yaml"

  package var fluxVersion: FluxVersion?
  /// What the user says of a rule; a rule not named keeps its own severity.
  package var levels: [RuleID: RuleLevel] = [:]
  package var failOn: FailureThreshold?
  package var ignores: [IgnoredFindings] = []
  /// Other repositories that lie next to this one.
  package var checkouts: [RepositoryCheckout] = []
  /// Entry points of clusters, and what they are called.
  package var clusters: [NamedCluster] = []
  /// Objects that are made outside Git.
  package var external: [ProvidedObject] = []

  package init() {}
}

/// A rule's level in the configuration.
package enum RuleLevel: Hashable, Sendable {
  case off
  case severity(Severity)
}

/// An entry of `ignore:`: findings that are not reported.
package struct IgnoredFindings: Hashable, Sendable {
  /// Nil: of every rule.
  package var rule: RuleID?
  /// A path or a glob (`*` within a component, `**` across) of the file a finding is in; nil: of any file.
  package var path: String?
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
  /// - Parameter isRule: whether a name is one of the catalogue.
  package static func load(
    from sources: SourceSet, isRule: @escaping (String) -> Bool
  ) throws(ConfigurationError) -> Configuration {
    guard let file = sources.fileInRepository(at: path) else { return Configuration() }
    if let problem = sources.problems(of: file).first {
      throw ConfigurationError(message: problem.message, range: problem.range)
    }
    guard let root = sources.documents(of: file).first?.root else { return Configuration() }
    return try Decoder(forest: sources.forest, isRule: isRule).configuration(root)
  }

  struct Decoder {
    let forest: Forest
    let isRule: (String) -> Bool

    func configuration(_ root: NodeRef) throws(ConfigurationError) -> Configuration {
      try expect(root, .mapping, "the configuration")
      var result = Configuration()
      for pair in forest.pairs(root) {
        switch forest.text(pair.key) {
        case "fluxVersion":
          result.fluxVersion = try fluxVersion(pair.value)
        case "failOn":
          guard let threshold = FailureThreshold(rawValue: forest.text(pair.value)) else {
            throw error(
              "'\(forest.text(pair.value))' is no threshold; write error, warning, note or never", pair.value)
          }
          result.failOn = threshold
        case "rules":
          try expect(pair.value, .mapping, "'rules'")
          for entry in forest.pairs(pair.value) {
            result.levels[try rule(entry.key)] = try level(entry.value)
          }
        case "ignore":
          try expect(pair.value, .sequence, "'ignore'")
          for item in forest.items(pair.value) { result.ignores.append(try ignored(item)) }
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
        case let key:
          throw error(
            "unknown key '\(key)'; known are fluxVersion, rules, failOn, ignore, sources, clusters and external",
            pair.key)
        }
      }
      return result
    }

    func fluxVersion(_ node: NodeRef) throws(ConfigurationError) -> FluxVersion {
      guard let version = FluxVersion(forest.text(node)) else {
        throw error("'\(forest.text(node))' is no Flux release; write one like \"2.9\"", node)
      }
      return version
    }

    private func ignored(_ node: NodeRef) throws(ConfigurationError) -> IgnoredFindings {
      try expect(node, .mapping, "an entry of 'ignore'")
      var result = IgnoredFindings()
      for pair in forest.pairs(node) {
        switch forest.text(pair.key) {
        case "rule": result.rule = try rule(pair.value)
        case "path": result.path = forest.text(pair.value)
        case "reason": break
        case let key: throw error("unknown key '\(key)'; known are rule, path and reason", pair.key)
        }
      }
      guard result.rule != nil || result.path != nil else {
        throw error("an entry of 'ignore' needs a rule or a path", node)
      }
      return result
    }

    private func rule(_ node: NodeRef) throws(ConfigurationError) -> RuleID {
      let name = forest.text(node)
      guard isRule(name) else {
        throw error("'\(name)' is no rule; 'fluxlint rules' lists them", node)
      }
      return RuleID(name)
    }

    private func level(_ node: NodeRef) throws(ConfigurationError) -> RuleLevel {
      let text = forest.text(node)
      if text == "off" { return .off }
      guard let severity = Severity(rawValue: text) else {
        throw error("'\(text)' is no level; write off, note, warning or error", node)
      }
      return .severity(severity)
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

extension IgnoredFindings {
  /// Whether a finding of `rule` in the file at `path` is meant.
  package func matches(rule: RuleID, path: String) -> Bool {
    if let own = self.rule, own != rule { return false }
    guard let pattern = self.path else { return true }
    return PathGlob.matches(Array(pattern.utf8)[...], Array(path.utf8)[...])
  }
}

/// `*` and `?` stay within a component, `**` crosses; a pattern that names a directory holds for all below it.
enum PathGlob {
  static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
    guard let head = pattern.first else { return path.isEmpty || path.first == UInt8(ascii: "/") }
    let star = UInt8(ascii: "*")
    let slash = UInt8(ascii: "/")
    if head == star {
      let crosses = pattern.dropFirst().first == star
      let rest = pattern.dropFirst(crosses ? 2 : 1)
      // `**/` also stands for no directory at all.
      if crosses, rest.first == slash, matches(rest.dropFirst(), path) { return true }
      if crosses, rest.isEmpty { return true }
      var index = path.startIndex
      while true {
        if matches(rest, path[index...]) { return true }
        guard index < path.endIndex, crosses || path[index] != slash else { return false }
        index = path.index(after: index)
      }
    }
    guard let byte = path.first, head == byte || (head == UInt8(ascii: "?") && byte != slash) else { return false }
    return matches(pattern.dropFirst(), path.dropFirst())
  }
}
