import Diagnostics
import Manifests
package import RuleCatalogue
import RuleEngine
package import RuleFiles
package import Sessions
import SourceText
package import SourceTrees
import YAMLSyntax

/// The rules of a user: `.fluxlint/rules`, and the directories that the configuration names, in this repository or in one
/// next to it.
package struct UserRules {
  private(set) var rules: [Rule] = []
  private(set) var metadata: [RuleMetadata] = []
  private(set) var mistakes: [RuleMistake] = []
  /// The files that they are in.
  private(set) var files: Set<FileID> = []

  /// Reads the rules of a tree. A file with a mistake is left out and said.
  init(_ sources: SourceSet, at locations: RuleLocations) {
    var owners: [String: String] = [:]
    for file in sources.files where locations.contains(file.path) {
      files.insert(file.id)
      do throws(RuleFileError) {
        try add(file, sources, &owners)
      } catch {
        mistakes.append(RuleMistake(message: error.message, range: SourceRange(file: file.id, error.bounds)))
      }
    }
  }

  private mutating func add(
    _ file: ManifestFile, _ sources: SourceSet, _ owners: inout [String: String]
  ) throws(RuleFileError) {
    let rule = try RuleFile(path: file.path, family: nil, bytes: sources.bytes(of: file.id))
    let owner = owners[rule.id.name] ?? ruleCatalogue.rule(named: rule.id.name).map { _ in "fluxlint" }
    if let owner {
      throw RuleFileError(
        path: file.path, position: Position(line: 1, column: 1),
        message: "there is a rule '\(rule.id.name)' already, of '\(owner)'", bounds: rule.nameBounds)
    }
    owners[rule.id.name] = file.path
    guard case .expressions(let check) = rule.check else { return }
    rules.append(
      Rule(rule.id, check, options: rule.options, origin: SourceRange(file: file.id, check.assertionBounds)))
    metadata.append(RuleMetadata(rule))
  }

  /// The rules of a tree that can be read, without what only a check needs.
  package static func all(of checked: CheckedTree) throws(SourceTreeError) -> [RuleFile] {
    let configuration = checked.tree.entries.first { $0.path == Configuration.path }
    var reader = try checked.tree.makeReader()
    var text: [UInt8]?
    if let configuration { text = try reader.contents(of: configuration) }
    let locations = RuleLocations(text)
    var rules = try files(of: checked.tree, below: "", locations)
    for checkout in locations.checkouts {
      // One that is not there has no rules.
      guard let tree = try? Checkouts.tree(of: checkout, nextTo: checked.topDirectory) else { continue }
      rules += try files(of: tree, below: checkout.path + "/", locations)
    }
    return rules
  }

  private static func files(
    of tree: any SourceTree, below prefix: String, _ locations: RuleLocations
  ) throws(SourceTreeError) -> [RuleFile] {
    var reader = try tree.makeReader()
    var rules: [RuleFile] = []
    for entry in tree.entries where locations.contains(prefix + entry.path) {
      let bytes = try reader.contents(of: entry)
      if let rule = try? RuleFile(path: prefix + entry.path, family: nil, bytes: bytes) { rules.append(rule) }
    }
    return rules
  }

  package static func name(of path: String) -> String { String(RelativePath.name(of: path).dropLast(".yaml".count)) }
}

extension RuleMetadata {
  package init(_ rule: RuleFile) {
    self.init(
      id: rule.id, family: rule.family, severity: rule.severity, tier: rule.tier, status: rule.status,
      since: rule.since, earlier: rule.earlier, formerNames: rule.formerNames, summary: rule.prose.summary,
      options: rule.options, pointsAtSecrets: rule.pointsAtSecrets,
      text: .read(rule.prose))
  }
}
