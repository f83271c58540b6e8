import CommandFailures
import Diagnostics
import FluxModel
import Linting
import Manifests
import Migration
import RuleCatalogue
import RuleEngine
import Sessions
import SourceText
import SourceTrees
import TextEdits
import YAMLSyntax

/// A migration in the making: plans turned into texts, and texts dropped again that prove wrong.
struct MigrationWork {
  struct Change {
    var original: [UInt8]
    var content: [UInt8]
    var rewrites: [Rewrite]
    var file: FileID
  }

  /// What was read of the repository.
  private let session: Session
  let sources: SourceSet
  let tree: any SourceTree
  let targets: MigrationTargets
  /// The repository as it is, by the releases that its clusters run.
  let present: MigrationProof
  /// New texts by path.
  var changes: [String: Change] = [:]
  var remarks: [Remark] = []
  /// Files whose changes would change what Flux applies.
  private(set) var refused: Set<String> = []
  /// Files with objects of Flux v1 that become others.
  private(set) var converted: Set<String> = []

  /// The edits behind the new texts, as long as nothing else changed them.
  private var versionEdits: [String: [Edit]] = [:]
  /// Builds that read changed files, compared in the last look.
  private var buildCount = 0

  /// Files whose directives are masked in `sources`.
  private let masked: Set<String>

  init(
    session: Session, sources: SourceSet, tree: any SourceTree, targets: MigrationTargets, present: MigrationProof,
    masked: Set<String>
  ) {
    self.masked = masked
    self.session = session
    self.sources = sources
    self.tree = tree
    self.targets = targets
    self.present = present
  }

  /// The tree as it would be.
  var overlay: OverlayTree { OverlayTree(tree, changed: changes.mapValues(\.content)) }

  /// The text of a file as it would be.
  func text(_ file: FileID) -> [UInt8] { changes[sources.path(of: file)]?.content ?? sources.bytes(of: file) }

  /// Takes over a further change of a file.
  mutating func change(_ file: FileID, to content: [UInt8], _ rewrites: [Rewrite]) {
    let path = sources.path(of: file)
    var change = changes[path] ?? Change(original: sources.bytes(of: file), content: [], rewrites: [], file: file)
    change.content = content
    change.rewrites += rewrites
    changes[path] = change
  }

  mutating func planVersions(isInScope: (String) -> Bool, transaction: FileTransaction) {
    for plan in Migration.plan(sources, targets: targets, isInScope: isInScope) {
      remarks += plan.remarks
      guard let first = plan.rewrites.first else { continue }
      if let obstacle = transaction.obstacle(plan.path) {
        remarks.append(Remark(.writeFailed, "the file cannot be changed: \(obstacle)", at: first.range))
        continue
      }
      let original = sources.bytes(of: plan.file)
      guard let content = try? Migration.text(of: plan, in: sources, target: targets.target(of: plan.path)),
        content != original,
        YAMLParser.parse(content, file: plan.file, tree: 0).problems.isEmpty
      else {
        remarks.append(Remark(.cannotRewrite, "the file cannot be changed without breaking it", at: first.range))
        continue
      }
      changes[plan.path] = Change(original: original, content: content, rewrites: plan.rewrites, file: plan.file)
      versionEdits[plan.path] = plan.edits
    }
  }

  /// Converts objects of Flux v1; what a file had to be left for by its version is said anew, with the reason.
  mutating func planFluxV1(isInScope: (String) -> Bool, transaction: FileTransaction) {
    var changed: Set<FluxV1.BuiltName> = []
    if remarks.contains(where: { $0.kind == .fluxV1 }) { changed = (try? FluxV1.changedByBuild(in: tree)) ?? [] }
    for plan in FluxV1.plan(sources, targets: targets, changedByBuild: changed, isInScope: isInScope) {
      remarks.removeAll { remark in
        remark.kind == .fluxV1
          && plan.handled.contains { place in
            place.file == remark.range.file && place.bounds.overlaps(remark.range.bounds)
          }
      }
      // The same is said of a file that is left for both reasons.
      remarks += plan.remarks.filter { !remarks.contains($0) }
      guard let first = plan.rewrites.first else { continue }
      if let obstacle = transaction.obstacle(plan.path) {
        remarks.append(Remark(.writeFailed, "the file cannot be changed: \(obstacle)", at: first.range))
        continue
      }
      // Versions of other objects in the file were planned for the text as it is, too.
      let others = versionEdits[plan.path] ?? []
      let bytes = sources.bytes(of: plan.file)
      guard text(plan.file) == (try? Edit.apply(others, to: bytes)),
        let content = try? Edit.apply(others + plan.edits, to: bytes)
      else {
        remarks.append(
          Remark(.fluxV1Work, "the file has other changes; run again when they are made", at: first.range))
        continue
      }
      guard YAMLParser.parse(content, file: plan.file, tree: 0).problems.isEmpty else {
        remarks.append(
          Remark(
            .fluxV1Work, "the release cannot be converted without breaking the file", at: first.range,
            help: "convert it by hand"))
        continue
      }
      change(plan.file, to: content, plan.rewrites)
      converted.insert(plan.path)
    }
  }

  /// Puts the directives of files back.
  mutating func unmask() {
    for (path, change) in changes where masked.contains(path) {
      changes[path]?.original = DirectiveMask.restored(change.original)
      changes[path]?.content = DirectiveMask.restored(change.content)
    }
  }

  // MARK: - Proof

  /// Checks the repository as it is and as it would be, both by what the release does that the user asked for, else by
  /// those that run, and gives up files until both agree.
  ///
  /// - Returns: what was compared; nil when nothing changes.
  mutating func prove() async throws(CommandFailure) -> Proof? {
    guard !changes.isEmpty else { return nil }
    let release = targets.given?.release
    let before = release == nil ? present : try await inspect(OverlayTree(tree, changed: [:]), as: release)
    var differences: [MigrationProof.Difference] = []
    for _ in 0..<8 where !changes.isEmpty {
      let builds = MigratedBuilds(
        directories: sources.files.filter { KustomizationFile.isOne($0.path) }
          .map { RelativePath.parent(of: $0.path) },
        tree: tree, overlay: overlay, converted: converted, targets: targets)
      async let comparison = builds.compare()
      let after = try await inspect(overlay, as: release)
      let (changedBuilds, count) = try await comparison.get()
      buildCount = count
      differences =
        before.differences(
          to: after, changed: Set(changes.keys), except: converted, targets: targets) + changedBuilds
      guard let first = differences.first else {
        // What is right for the release that was asked for may be wrong for those that run.
        let findings =
          release == nil ? 0 : present.newFindingCount(in: try await inspect(overlay, as: nil))
        return Self.proof(
          before, after, buildCount: buildCount, hasConverted: !converted.isEmpty, newFindingCount: findings)
      }
      let suspects = differences.reduce(into: Set<String>()) { $0.formUnion($1.paths) }.intersection(changes.keys)
      for path in suspects.isEmpty ? Set(changes.keys) : suspects { refuse(path, because: first.message) }
    }
    for path in Array(changes.keys) {
      refuse(path, because: differences.first?.message ?? "what Flux applies would change")
    }
    return nil
  }

  /// What a comparison came to.
  struct Proof {
    /// Whether it may be called a proof: everything is the same, and nothing is worse for any cluster.
    var holds: Bool
    fileprivate var parts: [String]

    var sentence: String { (holds ? "proved: " : "") + parts.joined(separator: ", ") }
  }

  private static func proof(
    _ before: MigrationProof, _ after: MigrationProof, buildCount: Int, hasConverted: Bool, newFindingCount: Int
  ) -> Proof {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    let same: String? =
      if before.objectCount > 0 {
        "the same \(count(before.objectCount, "object")) and \(count(before.edgeCount, "reference"))"
      } else if before.edgeCount > 0 {
        // No cluster applies anything of it.
        "the same \(count(before.edgeCount, "reference"))"
      } else if buildCount > 0 {
        "the same result of \(count(buildCount, "build"))"
      } else {
        nil
      }
    let exception = same != nil && hasConverted ? " apart from converted ones" : ""
    let recovered = before.recovered(in: after)
    var parts = [same.map { $0 + exception }].compactMap(\.self)
    if recovered.buildCount > 0 { parts.append("\(count(recovered.buildCount, "build")) that failed before") }
    if recovered.findingCount > 0 {
      parts.append("\(count(recovered.findingCount, "finding")) that they show")
    } else if newFindingCount > 0 {
      parts.append("\(count(newFindingCount, "new finding")) as long as Flux is not upgraded")
    } else {
      let noteCount = before.newNoteCount(in: after)
      parts.append(noteCount == 0 ? "no new finding" : "nothing new but \(count(noteCount, "note"))")
    }
    return Proof(holds: same != nil && newFindingCount == 0 && recovered.findingCount == 0, parts: parts)
  }

  /// Builds of the tree as it is, or with all changes and `texts`.
  func comparison(with texts: [String: [UInt8]]?) throws(CommandFailure) -> BuildComparison {
    let changed = texts.map { changes.mapValues(\.content).merging($0) { _, new in new } } ?? [:]
    do { return try BuildComparison(OverlayTree(tree, changed: changed)) } catch { throw .tree(error) }
  }

  private mutating func refuse(_ path: String, because reason: String) {
    guard let change = changes.removeValue(forKey: path) else { return }
    refused.insert(path)
    let range = change.rewrites.first?.range ?? SourceRange(file: change.file, 0..<0)
    remarks.append(
      Remark(
        .proofFailed, "the file is left alone: with its changes there would be \(reason)", at: range,
        help: "change it by hand, together with what refers to it"))
  }

  private func inspect(
    _ tree: OverlayTree, as release: FluxVersion?
  ) async throws(CommandFailure) -> MigrationProof {
    let (report, model) = try await Self.look(at: tree, session, as: release)
    return MigrationProof(report, model)
  }

  /// Checks a tree.
  ///
  /// - Parameter release: what all clusters run; nil for what each of them runs.
  static func look(
    at tree: OverlayTree, _ session: Session, as release: FluxVersion?
  ) async throws(CommandFailure) -> (report: Report, model: RepositoryModel) {
    let sources = try session.overlay(tree)
    do { return try await Linter.inspect(tree, sources, options: LinterOptions(fluxVersion: release)) } catch {
      throw CommandFailure(error)
    }
  }
}

extension Session {
  /// The files of the tree with some of them changed; only those are parsed.
  func overlay(_ tree: OverlayTree) throws(CommandFailure) -> SourceSet {
    do { return try snapshot(tree, changed: tree.changedPaths) } catch { throw .tree(error) }
  }
}
