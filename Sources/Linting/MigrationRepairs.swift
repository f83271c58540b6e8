package import Diagnostics
import Manifests
import Migration
import RuleCatalogue
package import RuleEngine
import SourceText

/// Says of findings which command repairs them: those at whose places a migration has something to change.
///
/// Only the files with such findings are planned, and only when there are any.
package struct MigrationRepairs {
  private let model: RepositoryModel
  private let targets: MigrationTargets

  init(_ model: RepositoryModel, for files: Set<FileID>) {
    self.model = model
    targets = InstalledReleases(model, for: files).targets
  }

  private static let byVersion: Set<RuleID> = [
    .removedAPIVersion, .deprecatedAPIVersion, .oldVersionInReference, .removedCommitTemplate,
  ]

  package static func add(to findings: inout [Finding], _ model: RepositoryModel) {
    let rules = byVersion.union([.fluxV1Object, .deprecatedKustomizeField])
    let files = Set(findings.lazy.filter { rules.contains($0.rule) }.map(\.range.file))
    guard !files.isEmpty else { return }
    let repairs = MigrationRepairs(model, for: files)
    repairs.addVersions(to: &findings)
    repairs.addFluxV1(to: &findings)
    repairs.addKustomizations(to: &findings)
  }

  private func addVersions(to findings: inout [Finding]) {
    let paths = paths(of: findings) { Self.byVersion.contains($0) }
    guard !paths.isEmpty else { return }
    let plans = Migration.plan(model.sources, targets: targets) { paths.contains($0) }
    let places = Dictionary(grouping: plans.flatMap(\.rewrites).map(\.range), by: \.file)
    for index in findings.indices where Self.byVersion.contains(findings[index].rule) {
      let range = findings[index].range
      guard places[range.file]?.contains(where: { $0.bounds.overlaps(range.bounds) }) ?? false else { continue }
      findings[index].name(Finding.Repair.versions)
    }
  }

  private func addFluxV1(to findings: inout [Finding]) {
    let paths = paths(of: findings) { $0 == .fluxV1Object }
    guard !paths.isEmpty else { return }
    let plans = FluxV1.plan(model.sources, targets: targets) { paths.contains($0) }
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

  private func paths(of findings: [Finding], _ isMeant: (RuleID) -> Bool) -> Set<String> {
    Set(findings.filter { isMeant($0.rule) }.map { model.sources.path(of: $0.range.file) })
  }
}

extension Finding {
  fileprivate mutating func name(_ repair: Repair) {
    self.repair = repair
    help = (help.map { $0 + "; " } ?? "") + "'\(repair.command)' does it"
    data["repair"] = .string(repair.command)
  }
}
