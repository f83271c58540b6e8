package import Diagnostics
import Manifests
import Migration
import RuleCatalogue
import RuleEngine
import SourceText
import TextMatching

/// Says of findings which command repairs them: those at whose places a migration has something to change.
///
/// What `migration-pending` has planned is taken from there; other files are planned only where they have such findings.
package struct MigrationRepairs {
  private let model: RepositoryModel
  private let pending: PendingMigrations

  /// Whether a finding may be about a version that a migration changes.
  private static func isOfVersion(_ finding: Finding, _ model: RepositoryModel) -> Bool {
    switch finding.rule {
    case .removedAPIVersion, .deprecatedAPIVersion, .oldVersionInReference, .removedCommitTemplate, .migrationPending:
      true
    // A patch of another version than its object.
    case .buildFailed:
      model.sources.bytes(of: finding.range.file)[finding.range.bounds].contains(subsequence: "fluxcd.io/")
    default: false
    }
  }

  package static func add(to findings: inout [Finding], _ loaded: Linter.Loaded) {
    let repairs = MigrationRepairs(model: loaded.model, pending: loaded.pendingMigrations)
    repairs.addVersions(to: &findings)
    repairs.addFluxV1(to: &findings)
    repairs.addKustomizations(to: &findings)
  }

  private func addVersions(to findings: inout [Finding]) {
    let meant = findings.indices.filter { Self.isOfVersion(findings[$0], model) }
    let paths = Set(meant.map { model.sources.path(of: findings[$0].range.file) })
    guard !paths.isEmpty else { return }
    // What may turn out to change a build is left to the proof of 'migrate', and not promised here.
    let plans = pending.plans(for: paths, model)
    let rewrites = Dictionary(grouping: plans.filter(\.isCertain).flatMap(\.rewrites), by: \.range.file)
    let left = Dictionary(grouping: plans.flatMap(\.remarks).filter(\.isBound), by: \.range.file)
    for index in meant {
      let range = findings[index].range
      let made = rewrites[range.file]?.filter { $0.range.bounds.overlaps(range.bounds) } ?? []
      if made.isEmpty, let remark = left[range.file]?.first(where: { $0.range.bounds.overlaps(range.bounds) }) {
        findings[index].follow(remark)
      }
      guard !made.isEmpty, made.allSatisfy({ findings[index].asks(for: $0) }) else { continue }
      findings[index].name(Finding.Repair.versions)
    }
  }

  private func addFluxV1(to findings: inout [Finding]) {
    let files = Set(findings.lazy.filter { $0.rule == .fluxV1Object }.map(\.range.file))
    guard !files.isEmpty else { return }
    let paths = Set(files.map { model.sources.path(of: $0) })
    let targets = InstalledReleases(model, for: files).targets
    // As 'migrate' asks it: whether some build makes another object of what is written.
    let changed = (try? FluxV1.changedByBuild(in: model.sources.tree)) ?? []
    let plans = FluxV1.plan(model.sources, targets: targets, changedByBuild: changed) { paths.contains($0) }
    for index in findings.indices where findings[index].rule == .fluxV1Object {
      let range = findings[index].range
      let converts = plans.contains { plan in
        plan.file == range.file
          && plan.handled.contains { object in
            object.bounds.overlaps(range.bounds)
              && plan.rewrites.contains { $0.range.bounds.overlaps(object.bounds) && !$0.edits.isEmpty }
          }
      }
      if converts { findings[index].name(Finding.Repair.fluxV1) }
    }
  }

  private func addKustomizations(to findings: inout [Finding]) {
    for index in findings.indices where findings[index].rule == .deprecatedKustomizeField {
      guard case .string(let field)? = findings[index].data["field"],
        let rewrite = KustomizationRewrite.allCases.first(where: { $0.rawValue.lowercased() == field.lowercased() })
      else { continue }
      let file = findings[index].range.file
      guard case .done = rewrite.apply(to: model.sources.bytes(of: file), file: file) else { continue }
      findings[index].name(Finding.Repair.kustomizations)
    }
  }
}

extension Finding {
  /// Whether a migration does what the finding says is to be done. In a file that no cluster reads, a migration keeps to
  /// the oldest release of the repository.
  fileprivate func asks(for rewrite: Rewrite) -> Bool {
    guard let version = rewrite.version, case .string(let replacement)? = data["replacement"] else { return true }
    return replacement.hasSuffix("/" + version)
  }

  /// Where a migration knows that a version must not change by itself, nobody is told to change it.
  fileprivate mutating func follow(_ remark: Remark) {
    guard let replacement = data["replacement"], replacement != data["apiVersion"] else { return }
    data["replacement"] = nil
    let advice = remark.help.map { "; \($0.replacing("run again", with: "run 'fluxlint migrate --write'"))" }
    help = remark.message + (advice ?? "")
  }

  fileprivate mutating func name(_ repair: Repair) {
    self.repair = repair
    help = (help.map { $0 + "; " } ?? "") + "'\(repair.command)' does it"
    data["repair"] = .string(repair.command)
  }
}
