import Diagnostics
import Manifests
import RuleCatalogue
import RuleEngine
import RuleFiles
import SourceText
import SourceTrees
import YAMLSyntax

/// The rules that a repository brings itself: `.fluxlint/rules`, and the directories that its configuration names.
struct UserRules {
  static let directory = ".fluxlint/rules"

  private(set) var rules: [Rule] = []
  private(set) var metadata: [RuleMetadata] = []
  private(set) var mistakes: [RuleMistake] = []

  /// Reads the rules of a tree. A file with a mistake is left out and said.
  init(_ sources: SourceSet) {
    let directories = sources.fileInRepository(at: Configuration.path).map {
      Configuration.rulesDirectories(sources.bytes(of: $0))
    }
    var owners: [String: String] = [:]
    for file in sources.files
    where sources.isOwn(file.id) && Self.isRuleFile(file.path, [Self.directory] + (directories ?? [])) {
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

  /// The rule files of a tree, without what only a check needs.
  static func files(of tree: any SourceTree) throws(SourceTreeError) -> [(path: String, bytes: [UInt8])] {
    var reader = try tree.makeReader()
    var directories = [directory]
    if let entry = tree.entries.first(where: { $0.path == Configuration.path }) {
      directories += Configuration.rulesDirectories(try reader.contents(of: entry))
    }
    var files: [(path: String, bytes: [UInt8])] = []
    for entry in tree.entries where isRuleFile(entry.path, directories) {
      files.append((entry.path, try reader.contents(of: entry)))
    }
    return files
  }

  static func name(of path: String) -> String { String(RelativePath.name(of: path).dropLast(".yaml".count)) }

  private static func isRuleFile(_ path: String, _ directories: [String]) -> Bool {
    path.hasSuffix(".yaml") && directories.contains { RelativePath.isPath(path, inside: $0) }
  }
}

extension RuleMetadata {
  init(_ rule: RuleFile) {
    self.init(
      id: rule.id, family: rule.family, severity: rule.severity, tier: rule.tier, status: rule.status,
      since: rule.since, earlier: rule.earlier, formerNames: rule.formerNames, summary: rule.prose.summary,
      options: rule.options,
      text: .read(rule.prose))
  }
}
