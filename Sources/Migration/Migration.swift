package import Manifests
import SourceText
import SourceTrees
package import TextEdits
import TextMatching
import YAMLSyntax

/// Plans the change of a repository to the API versions of Flux releases.
package enum Migration {
  /// Every file that has something to change or to say, in path order.
  ///
  /// - Parameter isInScope: whether a file may be changed; others are only read.
  package static func plan(
    _ sources: SourceSet, targets: MigrationTargets, isInScope: (String) -> Bool
  ) -> [FilePlan] {
    plan(sources, RepositoryContext(sources, builtElsewhere: targets.builtElsewhere), targets) { isInScope($0.path) }
  }

  /// What a migration of the whole repository has for some files, in path order. Of the others only those are looked at
  /// that may keep these from moving: what patches and what selects.
  package static func plan(
    _ sources: SourceSet, targets: MigrationTargets, of paths: Set<String>
  ) -> [FilePlan] {
    let context = RepositoryContext(sources, builtElsewhere: targets.builtElsewhere)
    let alone = plan(sources, context, targets) { paths.contains($0.path) }
    guard alone.contains(where: { !$0.rewrites.isEmpty }) else { return alone }
    return plan(sources, context, targets) { file in
      if paths.contains(file.path) || context.roles[file.id] != nil { return true }
      let bytes = sources.bytes(of: file.id)
      return bytes.contains(subsequence: "patches")
        || KustomizationFile.isOne(file.path) && mayPatchOrSelect(bytes)
    }.filter { paths.contains($0.path) }
  }

  /// Whether a kustomization file may patch something, or select by a version: most only list files.
  private static func mayPatchOrSelect(_ bytes: [UInt8]) -> Bool {
    bytes.contains(subsequence: "patch") || bytes.contains(subsequence: "version")
  }

  private static func plan(
    _ sources: SourceSet, _ known: RepositoryContext, _ targets: MigrationTargets,
    isInScope: (ManifestFile) -> Bool
  ) -> [FilePlan] {
    var context = known
    context.targets = targets
    var result = pass(sources, context, targets, isInScope)
    // What patches or selects an object that stays must stay, too, and what such a selector meets.
    for _ in 0..<4
    where result.blocked != context.blocked || result.held != context.held || result.waiting != context.waiting {
      context.blocked = result.blocked
      context.held = result.held
      context.waiting = result.waiting
      result = pass(sources, context, targets, isInScope)
    }
    for index in result.plans.indices where !result.risks.isEmpty {
      result.plans[index].isCertain = !result.plans[index].touched.contains { object in
        result.risks.contains { $0.mayBe(object) }
      }
    }
    return result.plans
  }

  /// The text of a file after its plan. Where something that changes lies in lines that move, it comes first and the moves
  /// are planned anew.
  ///
  /// - Throws: when two edits claim the same bytes all the same.
  package static func text(
    of plan: FilePlan, in sources: SourceSet, target: MigrationTarget
  ) throws(OverlappingEdits) -> [UInt8] {
    var bytes = sources.bytes(of: plan.file)
    var rewrites = plan.rewrites
    // Once more for each level of a patch in a patch in an object, and one.
    for _ in 0..<4 {
      do throws(OverlappingEdits) { return try Edit.apply(rewrites.flatMap(\.edits), to: bytes) } catch {}
      bytes = try Edit.apply(innermost(rewrites).flatMap(\.edits), to: bytes)
      let file = ManifestFile(id: FileID(0), path: plan.path, tree: 0)
      let parsed = SourceSet(parsing: bytes, as: plan.path)
      let own = ManifestFile(id: plan.file, path: plan.path, tree: 0)
      let context = plan.context?.following(own, sources, into: parsed) ?? RepositoryContext(parsed)
      var migrator = FileMigrator(file, parsed, context: context, target: target)
      migrator.run(parsed.documents(of: file.id))
      rewrites = migrator.plan.rewrites
    }
    return try Edit.apply(rewrites.flatMap(\.edits), to: bytes)
  }

  /// Those that take in the least text, as far as they leave each other alone: versions before the fields that they stand
  /// in, fields before the lists that move.
  private static func innermost(_ rewrites: [Rewrite]) -> [Rewrite] {
    func extent(_ rewrite: Rewrite) -> Range<Int> {
      let bounds = rewrite.edits.map(\.range)
      return (bounds.map(\.lowerBound).min() ?? 0)..<(bounds.map(\.upperBound).max() ?? 0)
    }
    var chosen: [Rewrite] = []
    var taken: [Range<Int>] = []
    for (rewrite, range) in rewrites.map({ ($0, extent($0)) }).sorted(by: { $0.1.count < $1.1.count }) {
      // Touching counts as well, since an insertion is at a place and not in one.
      if taken.contains(where: { $0.lowerBound <= range.upperBound && range.lowerBound <= $0.upperBound }) { continue }
      chosen.append(rewrite)
      taken.append(range)
    }
    return chosen
  }

  private struct Pass {
    var plans: [FilePlan] = []
    /// Objects that stay as they are, and those among them that a selector would lose.
    var blocked: Set<RepositoryContext.Written> = []
    var held: Set<RepositoryContext.Written> = []
    /// Those of them that can move once Flux is upgraded.
    var waiting: Set<RepositoryContext.Written> = []
    var risks: Set<ObjectName> = []
  }

  private static func pass(
    _ sources: SourceSet, _ context: RepositoryContext, _ targets: MigrationTargets,
    _ isInScope: (ManifestFile) -> Bool
  ) -> Pass {
    var result = Pass()
    // Handed from file to file, for what one appends to a forest that is shared copies all of it.
    var forest = sources.forest
    let ownTrees = forest.nextTreeIndex
    for file in sources.files where isInScope(file) && mayMention(file, sources, context) {
      // What does not parse and says nothing of Flux is not ours to report.
      if !sources.problems(of: file.id).isEmpty, !namesFlux(sources.bytes(of: file.id)) { continue }
      var migrator = FileMigrator(file, sources, context: context, target: targets.target(of: file.path))
      if let remark = unreadable(file, sources) {
        // Of a template that is no YAML, what its text says of old versions.
        if remark.kind == .templateSkipped {
          guard let place = migrator.oldVersion(inTemplate: sources.bytes(of: file.id)) else { continue }
          migrator.remark(remark.kind, remark.message, at: place, help: remark.help)
        } else {
          migrator.remark(remark.kind, remark.message, at: remark.range, help: remark.help)
        }
        if remark.consequence == .failed || remark.kind == .encoding || remark.kind == .templateSkipped {
          result.plans.append(migrator.plan)
          continue
        }
      }
      swap(&migrator.forest, &forest)
      migrator.run(sources.documents(of: file.id))
      swap(&migrator.forest, &forest)
      forest.removeTrees(from: ownTrees)
      var plan = migrator.plan
      let isEmpty = plan.edits.isEmpty && plan.remarks.isEmpty
      if !isEmpty, let reason = reasonToLeave(file, sources, context) { leave(&plan, reason, sources) }
      // What goes with an encrypted value changes every checksum.
      let bytes = sources.bytes(of: file.id)
      if plan.edits.contains(where: { bytes[$0.range].contains(subsequence: "ENC[") }) {
        leave(&plan, encrypted, sources)
      }
      if !plan.edits.isEmpty, context.data.contains(file.id) { leave(&plan, data, sources) }
      // What was to move and is left with its file stays as well.
      result.blocked.formUnion(migrator.blocked.union(migrator.held).union(migrator.plan.moved.subtracting(plan.moved)))
      result.held.formUnion(migrator.held)
      result.waiting.formUnion(migrator.waiting)
      result.risks.formUnion(migrator.risks)
      if plan.edits.isEmpty && plan.remarks.isEmpty { continue }
      plan.context = context
      result.plans.append(plan)
    }
    return result
  }

  /// A cheap look before anything else. `gotk-components.yaml` is written anew by 'flux bootstrap'.
  private static func mayMention(
    _ file: ManifestFile, _ sources: SourceSet, _ context: RepositoryContext
  ) -> Bool {
    guard RelativePath.name(of: file.path) != "gotk-components.yaml" else { return false }
    // A patch need not say what it is for.
    if context.roles[file.id] != nil || KustomizationFile.isOne(file.path) { return true }
    let bytes = sources.bytes(of: file.id)
    return namesFlux(bytes) || FileMigrator.hasOldFlags(bytes)
      || (bytes.contains(subsequence: "version") && bytes.contains(subsequence: "kind"))
  }

  /// Whether there may be something to change or to say in a file, by its text alone: a version or a field of Flux, a
  /// selector by an old version, a JSON patch of a field, a flag.
  package static func mayList(_ file: ManifestFile, _ bytes: [UInt8]) -> Bool {
    if RelativePath.name(of: file.path) == "gotk-components.yaml" { return false }
    if namesFlux(bytes) || FileMigrator.hasOldFlags(bytes) || bytes.contains(subsequence: "/spec/") { return true }
    return bytes.contains(subsequence: "version:")
      && (bytes.contains(subsequence: "beta") || bytes.contains(subsequence: "alpha"))
  }

  /// Whether a group of Flux stands anywhere in the text; in UTF-16 every other byte is zero.
  private static func namesFlux(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return namesFlux(bytes.dropFirst(2).filter { $0 != 0 })
    }
    return bytes.contains(subsequence: "fluxcd.") || bytes.contains(subsequence: "flux.weave.works")
  }

  /// Why a file as a whole cannot be looked at.
  private static func unreadable(_ file: ManifestFile, _ sources: SourceSet) -> Remark? {
    let bytes = sources.bytes(of: file.id)
    guard let problem = sources.problems(of: file.id).first else {
      guard let directive = versionDirective(bytes) else { return nil }
      return Remark(
        .versionDirective, "kustomize refuses a file with a '%YAML' directive of another version than 1.1",
        at: SourceRange(file: file.id, directive), help: "remove the line")
    }
    if problem.kind == .encoding, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return Remark(.encoding, problem.message, at: problem.range)
    }
    if bytes.contains(subsequence: "{{") {
      return Remark(
        .templateSkipped, "the file is a template, which is not changed", at: problem.range,
        help: "change the versions in it by hand")
    }
    return Remark(.invalidYAML, problem.message, at: problem.range, help: "correct it and run again")
  }

  /// A directive, masked or not, of another version than the one kustomize reads.
  private static func versionDirective(_ bytes: [UInt8]) -> Range<Int>? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes[start...].dropFirst().starts(with: "YAML ".utf8),
      bytes[start] == UInt8(ascii: "%") || bytes[start] == DirectiveMask.mask,
      !bytes[start...].dropFirst().starts(with: "YAML 1.1".utf8)
    else { return nil }
    return start..<Layout(bytes: bytes).lineEnd(start)
  }

  // MARK: - Files that are left alone

  static func reasonToLeave(
    _ file: ManifestFile, _ sources: SourceSet, _ context: RepositoryContext
  ) -> (Remark.Kind, String, String)? {
    let forest = sources.forest
    let documents = sources.documents(of: file.id)
    if context.isChartTemplate(file.path) || documents.contains(where: { isTemplate($0.root, forest) }) {
      return (.templateSkipped, "the file is a template, which is not changed", "change the versions in it by hand")
    }
    if documents.contains(where: { hasWholeChecksum($0.root, forest) }) {
      return encrypted
    }
    return nil
  }

  private static let data: (Remark.Kind, String, String) = (
    .embedded, "a generator reads the file as data, which would change with it", "change it by hand if that is meant"
  )

  private static let encrypted: (Remark.Kind, String, String) = (
    .encrypted, "the file is encrypted by SOPS, whose checksum covers the rest as well", "change it with 'sops edit'"
  )

  /// Whether SOPS encrypted the document, with a checksum over what is not encrypted, too. With 'mac_only_encrypted' it is
  /// over the encrypted values alone (sops `stores/stores.go`, `MACOnlyEncrypted`).
  private static func hasWholeChecksum(_ root: NodeRef, _ forest: Forest) -> Bool {
    guard let sops = forest.value(root, "sops"), forest.kind(sops) == .mapping else { return false }
    guard let option = forest.value(sops, "mac_only_encrypted") else { return true }
    return forest.scalarValue(option, dialect: .resource) != .boolean(true)
  }

  /// Whether what an object is called is made by a template.
  private static func isTemplate(_ root: NodeRef, _ forest: Forest) -> Bool {
    func hasBraces(_ node: NodeRef, depth: Int) -> Bool {
      guard depth < 10 else { return false }
      if forest.kind(node) == .scalar { return forest.withText(node) { $0.contains(subsequence: "{{") } }
      // '{{ x }}' without quotes is a mapping whose key is one.
      if forest[node].style == .flow, forest.writtenPairs(node).contains(where: { forest.kind($0.key) == .mapping }) {
        return true
      }
      return forest.writtenPairs(node).contains {
        hasBraces($0.key, depth: depth + 1) || hasBraces($0.value, depth: depth + 1)
      } || forest.items(node).contains { hasBraces($0, depth: depth + 1) }
    }
    if let metadata = forest.value(root, "metadata") {
      for key in ["name", "namespace", "labels"] {
        if let node = forest.value(metadata, key: key), hasBraces(node, depth: 0) { return true }
      }
    }
    return ["apiVersion", "kind"].contains { key in
      forest.value(root, key: key).map { hasBraces($0, depth: 0) } ?? false
    }
  }

  /// One remark takes the place of all that would be done.
  static func leave(_ plan: inout FilePlan, _ reason: (Remark.Kind, String, String), _ sources: SourceSet) {
    let range =
      plan.rewrites.map(\.range).min()
      ?? plan.remarks.filter { $0.consequence != .none }.map(\.range).min()
    plan.edits = []
    plan.rewrites = []
    plan.moved = []
    plan.remarks = range.map { [Remark(reason.0, reason.1, at: $0, help: reason.2)] } ?? []
  }
}

extension SourceSet {
  /// A set of one file.
  convenience init(parsing bytes: [UInt8], as path: String) {
    let tree = InMemoryTree(files: [path: bytes])
    self.init(
      files: [ManifestFile(id: FileID(0), path: path, tree: 0)],
      trees: [YAMLParser.parse(bytes, file: FileID(0), tree: 0)], tree: tree, notices: [], reader: tree.makeReader())
  }
}
