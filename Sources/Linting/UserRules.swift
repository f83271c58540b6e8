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
    var names = TakenRuleNames()
    for file in sources.files {
      if locations.isMisnamed(file.path) {
        files.insert(file.id)
        let message = "this is no rule: the name of a rule file ends with '.yaml'"
        mistakes.append(RuleMistake(message: message, range: SourceRange(file: file.id, 0..<0)))
      }
      guard locations.contains(file.path) else { continue }
      files.insert(file.id)
      do throws(RuleFileError) {
        try add(file, sources, &names)
      } catch {
        mistakes.append(RuleMistake(message: error.message, range: SourceRange(file: file.id, error.bounds)))
      }
    }
    addMissingDirectories(sources, locations)
  }

  private mutating func add(
    _ file: ManifestFile, _ sources: SourceSet, _ names: inout TakenRuleNames
  ) throws(RuleFileError) {
    let bytes = sources.bytes(of: file.id)
    let rule = try RuleFile(path: file.path, family: nil, bytes: bytes)
    try names.take(rule, bytes)
    guard case .expressions(let check) = rule.check else { return }
    rules.append(Rule(rule.id, check, options: rule.options, file: file.id))
    metadata.append(RuleMetadata(rule))
  }

  /// A directory that is not there has rules that do not run. One of another checkout that has no rule may be there.
  private mutating func addMissingDirectories(_ sources: SourceSet, _ locations: RuleLocations) {
    guard let configuration = sources.fileInRepository(at: Configuration.path) else { return }
    for (directory, bounds) in locations.configured {
      let isThere =
        sources.files.contains { RelativePath.isPath($0.path, inside: directory) }
        || sources.filesOfTree.contains { RelativePath.isPath($0.path, inside: directory) }
      if isThere { continue }
      let message =
        directory.hasPrefix("../") ? "no rule is read from '\(directory)'" : "there is no directory '\(directory)'"
      mistakes.append(
        RuleMistake(message: message, range: SourceRange(file: configuration, bounds), kind: .missingDirectory))
    }
  }

  /// Links among the rules of a tree: they are not followed.
  static func links(in tree: any SourceTree, _ locations: RuleLocations) -> [TreeNotice] {
    tree.entries.filter { $0.mode == .symbolicLink && locations.isBehind($0.path) }.map {
      TreeNotice(path: $0.path, reason: "a symbolic link, which is not followed: it gives no rule")
    }
  }

  /// The rules of a tree that can be read, without what only a check needs, and what is wrong with the others.
  package static func all(
    of checked: CheckedTree
  ) throws(SourceTreeError) -> (rules: [RuleFile], mistakes: [RuleFileError]) {
    let configuration = checked.tree.entries.first { $0.path == Configuration.path }
    var reader = try checked.tree.makeReader()
    var text: [UInt8]?
    if let configuration { text = try reader.contents(of: configuration) }
    let locations = RuleLocations(text)
    var names = TakenRuleNames()
    var (rules, mistakes): ([RuleFile], [RuleFileError]) = ([], [])
    func add(_ tree: any SourceTree, below prefix: String) throws(SourceTreeError) {
      var reader = try tree.makeReader()
      for entry in tree.entries where entry.mode != .symbolicLink && locations.contains(prefix + entry.path) {
        let bytes = try reader.contents(of: entry)
        do throws(RuleFileError) {
          let rule = try RuleFile(path: prefix + entry.path, family: nil, bytes: bytes)
          try names.take(rule, bytes)
          rules.append(rule)
        } catch {
          mistakes.append(error)
        }
      }
    }
    try add(checked.tree, below: "")
    for checkout in locations.checkouts {
      // One that is not there has no rules.
      guard let tree = try? Checkouts.tree(of: checkout, nextTo: checked.topDirectory) else { continue }
      try add(tree, below: checkout.path + "/")
    }
    return (rules, mistakes)
  }

  /// What a rule file is called without its ending.
  package static func name(of path: String) -> String {
    let name = RelativePath.name(of: path)
    return String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex))
  }
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
