package import CommandFailures
package import Diagnostics
import FluxGraph
import FluxModel
import Linting
import Manifests
package import Migration
import Reporters
import RuleEngine
import Sessions
import SourceText
import SourceTrees
import TextEdits
import YAMLSyntax

/// What a migration changes and what it leaves, before anything is written.
package struct MigrationOutcome: Sendable {
  /// A file with its new content.
  package struct ChangedFile: Sendable {
    package var path: String
    package var original: [UInt8]
    package var content: [UInt8]
    package var rewrites: [Rewrite]
    /// The bytes of the original that nobody is to be shown.
    package var secrets: [Range<Int>]
  }

  /// In path order.
  package private(set) var files: [ChangedFile] = []
  /// What a person must know or do.
  package private(set) var workList: Report
  /// What the user ought to know about how it was done, a sentence each.
  package private(set) var remarks: [String]
  /// Files with changes that were not made because they would change what Flux applies.
  package private(set) var refusedFileCount = 0
  package private(set) var failedFileCount = 0
  package private(set) var hasWorkLeft = false
  /// Whether something is to be done once Flux is upgraded.
  package private(set) var hasWorkLater = false
  private var proof: MigrationWork.Proof?
  private let transaction: FileTransaction
  private let targets: MigrationTargets

  package var hasChanges: Bool { !files.isEmpty }
  package var rewriteCount: Int { files.reduce(0) { $0 + $1.rewrites.count } }

  /// Plans and proves.
  ///
  /// - Throws: when there is nothing to migrate, or the repository cannot be read.
  package init(_ request: MigrationRequest) async throws(CommandFailure) {
    let chosen = try MigrationTree.choose(for: request)
    let transaction = FileTransaction(top: chosen.top, journal: chosen.journal)
    let recovered = try Self.recover(transaction, writes: request.writes)
    let session: Session
    do { session = try await Session(chosen.tree) } catch { throw .tree(error) }
    let masked = DirectiveMask.texts(of: session.sources)
    var sources = session.sources
    if !masked.isEmpty { sources = try session.overlay(OverlayTree(chosen.tree, changed: masked)) }
    let present = try await MigrationWork.look(at: OverlayTree(chosen.tree, changed: [:]), session, as: nil)
    let installed = InstalledReleases(present.model)
    var targets = request.target.map { MigrationTargets($0) } ?? installed.targets
    targets.builtElsewhere = installed.builtElsewhere
    self.targets = targets
    var work = MigrationWork(
      session: session, sources: sources, tree: chosen.tree, targets: targets,
      present: MigrationProof(present.report, present.model),
      masked: Set(masked.keys))
    work.planVersions(isInScope: chosen.isInScope, transaction: transaction)
    if request.rewritesKustomizations {
      try work.planKustomizations(isInScope: chosen.isInScope, transaction: transaction)
    }
    if request.convertsFluxV1 { work.planFluxV1(isInScope: chosen.isInScope, transaction: transaction) }
    proof = try await work.prove()
    self.transaction = transaction
    refusedFileCount = work.refused.count
    remarks = chosen.remarks + recovered + NewerReleases.remarks(present.model.graph.clusters, given: nil)
    work.unmask()
    files = work.changes.sorted { TreePath.precedes($0.key, $1.key) }.map { path, change in
      ChangedFile(
        path: path, original: change.original, content: change.content, rewrites: change.rewrites,
        secrets: SecretPlaces.places(in: change.file, of: sources).map { Int($0.lowerBound)..<Int($0.upperBound) })
    }
    let uncommitted = chosen.uncommitted(files.map { ($0.path, $0.original) })
    for path in uncommitted { remarks.append("'\(path)' has uncommitted changes") }
    if let given = request.target {
      let unserved = installed.remarks(on: files.map { ($0.path, $0.original, $0.content) }, given: given)
      if !unserved.isEmpty { proof?.holds = false }
      remarks += unserved
    } else {
      remarks += installed.remarks(onAssumed: files.map(\.path))
    }
    hasWorkLeft = work.remarks.contains { $0.consequence == .workLeft }
    hasWorkLater = work.remarks.contains { $0.consequence == .later }
    failedFileCount = Set(work.remarks.filter { $0.consequence == .failed }.map(\.range.file)).count
    workList = Self.report(sources, work.remarks.map(Self.finding))
    workList.notChecked = NewerReleases.notChecked(present.model.graph.clusters.map(\.settings))
  }

  /// Every change and every remark as a finding, with places in the texts as they were.
  package func report(isWritten: Bool) -> Report {
    var report = workList
    report.findings += files.flatMap(\.rewrites).map { Self.finding($0, isWritten: isWritten) }
    report.findings.sort(by: Finding.inReportOrder)
    return report
  }

  /// Deals with what an earlier run left, and says so.
  private static func recover(_ transaction: FileTransaction, writes: Bool) throws(CommandFailure) -> [String] {
    guard transaction.isInterrupted else { return [] }
    guard writes else { return ["a migration was interrupted; '--write' finishes or undoes it first"] }
    do {
      switch try transaction.recover() {
      case nil: return []
      case .undone: return ["a migration was interrupted before it changed a file; its temporary files are removed"]
      case .finished(let count):
        return ["a migration was interrupted and is finished now; \(Self.count(count, "file")) left to it changed"]
      }
    } catch {
      throw .migrationNotWritten(path: error.path, reason: error.reason, isPartial: error.isPartial)
    }
  }

  /// The changes as a unified diff, in which nothing is obeyed by who shows it, and no credential stands.
  package var diff: [UInt8] {
    var diff = UnifiedDiff(showing: ShownText.diffLine)
    for file in files {
      diff.append(path: file.path, from: file.original, to: file.content, hiding: file.secrets)
    }
    return diff.bytes
  }

  /// Writes all files or none.
  package func write() throws(CommandFailure) {
    do {
      try transaction.commit(
        files.map { FileTransaction.Change(path: $0.path, original: $0.original, content: $0.content) })
    } catch {
      throw .migrationNotWritten(path: error.path, reason: error.reason, isPartial: error.isPartial)
    }
  }

  /// The numbers and the proof in one line without a line break.
  package func summary(isWritten: Bool) -> String {
    var parts: [String] = []
    if files.isEmpty {
      parts.append("nothing to change for \(releases)")
    } else {
      parts.append(
        "\(Self.count(rewriteCount, "change")) in \(Self.count(files.count, "file")) for \(releases)"
          + (isWritten ? ", written" : ""))
    }
    let left = workList.findings.count { $0.severity != .note }
    if left > 0 { parts.append("\(Self.count(left, "place")) left to you") }
    let waiting = RuleID(Remark.Kind.waitsForUpgrade.rawValue)
    let later = workList.findings.count { $0.rule == waiting }
    if later > 0 { parts.append("\(Self.count(later, "place")) to do after an upgrade of Flux") }
    if refusedFileCount > 0 { parts.append("\(Self.count(refusedFileCount, "file")) refused") }
    if let proof { parts.append(proof.sentence) }
    return parts.joined(separator: "; ")
  }

  /// The releases that the changed files are for; without any, those of the whole repository.
  private var releases: String {
    let paths = files.isEmpty ? workList.files.map(\.path) : files.map(\.path)
    let targets = targets.targets(of: paths)
    guard targets.count == 1, let only = targets.first else {
      return files.isEmpty || targets.isEmpty ? "the Flux that is installed" : "the Flux of each cluster"
    }
    return "Flux \(only)"
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  // MARK: - Findings

  private static func finding(_ remark: Remark) -> Finding {
    Finding(
      rule: RuleID(remark.kind.rawValue), severity: remark.severity, message: remark.message, range: remark.range,
      help: remark.help, data: ["fixable": .boolean(false)])
  }

  private static func finding(_ rewrite: Rewrite, isWritten: Bool) -> Finding {
    var finding = Finding(
      rule: RuleID(isWritten ? "migrated" : "would-migrate"), severity: .note, message: rewrite.message,
      range: rewrite.range, data: ["fixable": .boolean(!isWritten)])
    if !isWritten, !rewrite.edits.isEmpty {
      finding.fix = Fix(
        Edit.sorted(rewrite.edits).map {
          Fix.Replacement(SourceRange(file: rewrite.range.file, $0.range), $0.replacement)
        })
    }
    return finding
  }

  private static func report(_ sources: SourceSet, _ findings: [Finding]) -> Report {
    var report = Report(
      subject: Subject(kind: .workTree),
      files: sources.files.map { SourceFile(path: $0.path, bytes: sources.bytes(of: $0.id)) },
      findings: findings.sorted(by: Finding.inReportOrder), fileCount: sources.files.count)
    report.secrets = Set(findings.map(\.range.file)).sorted().flatMap { SecretPlaces.places(in: $0, of: sources) }
    return report
  }
}
