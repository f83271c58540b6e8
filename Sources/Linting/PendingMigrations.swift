import Diagnostics
import Manifests
import Migration
import RuleCatalogue
import RuleEngine
import SourceText
import Synchronization
import TextMatching

/// What `migrate` would do to a repository for the releases that run: planned when the first one asks, and once.
package final class PendingMigrations: Sendable {
  private struct Planned {
    /// The files that `migrate` may list.
    var paths: Set<String>
    var plans: [FilePlan]
  }

  private let planned = Mutex<Planned?>(nil)

  /// What `migrate` would list, as far as no other rule says it.
  ///
  /// - Parameter model: the same in every call, as in that of ``plans(for:_:)``.
  func steps(_ model: RepositoryModel) -> [MigrationStep] {
    plans(model).plans.flatMap { plan in
      plan.rewrites.map { rewrite in
        MigrationStep(
          message: rewrite.version == nil
            ? "a field of an earlier version: \(rewrite.message)"
            : "an earlier version: \(rewrite.message)", range: rewrite.range,
          help: plan.isCertain ? nil : "'fluxlint migrate' says whether it can be changed without another result",
          isLeft: false)
      }
        + plan.remarks.filter { Self.isOfVersions($0.kind) || $0.isBound }.map {
          MigrationStep(
            message: $0.message, range: $0.range, help: $0.help, severity: $0.severityUnasked, isLeft: true)
        }
    }
  }

  /// What is to be done with some files.
  func plans(for paths: Set<String>, _ model: RepositoryModel) -> [FilePlan] {
    let planned = plans(model)
    let others = paths.subtracting(planned.paths)
    return planned.plans.filter { paths.contains($0.path) } + (others.isEmpty ? [] : Self.plan(others, model))
  }

  private func plans(_ model: RepositoryModel) -> Planned {
    planned.withLock { planned in
      if let planned { return planned }
      let paths = Set(
        model.sources.files.lazy.filter { file in
          model.sources.isOwn(file.id) && Migration.mayList(file, model.sources.bytes(of: file.id))
        }.map(\.path))
      let made = Planned(paths: paths, plans: paths.isEmpty ? [] : Self.plan(paths, model))
      planned = made
      return made
    }
  }

  private static func plan(_ paths: Set<String>, _ model: RepositoryModel) -> [FilePlan] {
    let files = model.sources.files.lazy.filter { paths.contains($0.path) }.map(\.id)
    return Migration.plan(
      model.sources, targets: InstalledReleases(model, for: Set(files)).targets, of: paths)
  }

  /// Not what is wrong with a file as such, nor what other commands of `migrate` are for.
  private static func isOfVersions(_ kind: Remark.Kind) -> Bool {
    switch kind {
    case .invalidYAML, .encoding, .versionDirective, .encrypted, .writeFailed, .proofFailed, .fluxV1,
      .fluxV1Work, .kustomizeLeft, .unknownVersion, .removedGroup, .notServedYet, .waitsForUpgrade, .cannotRewrite:
      false
    case .ambiguousAlias, .fieldNeedsPerson, .ignoredField, .deprecatedField, .behaviorChange, .removedTemplateField,
      .inValues, .embedded, .inTemplateText, .templateSkipped, .fromVariable, .selectorLeft:
      true
    }
  }
}

extension [Finding] {
  /// Leaves out what another finding tells of the same cause at the same place: the step of a migration, the old version
  /// of a patch whose build fails for it, the patch that selects nothing by an old version.
  mutating func removeRepetitions() {
    func isWeaker(_ finding: Finding) -> Bool {
      switch finding.rule {
      case .migrationPending, .removedAPIVersion, .deprecatedAPIVersion, .patchMatchesNothing: true
      default: false
      }
    }
    func tells(_ finding: Finding, of other: Finding) -> Bool {
      switch other.rule {
      case .migrationPending: finding.rule != .migrationPending
      case .removedAPIVersion, .deprecatedAPIVersion: finding.rule == .buildFailed
      case .patchMatchesNothing: finding.rule == .oldVersionInReference && finding.severity >= other.severity
      default: false
      }
    }
    let files = Set(lazy.filter(isWeaker).map(\.range.file))
    guard !files.isEmpty else { return }
    let byFile = Dictionary(grouping: lazy.filter { files.contains($0.range.file) }, by: \.range.file)
    removeAll { finding in
      isWeaker(finding)
        && byFile[finding.range.file]?.contains {
          tells($0, of: finding) && ($0.range.bounds.overlaps(finding.range.bounds) || $0.names(finding))
        } ?? false
    }
  }
}

extension Finding {
  /// Whether it shows the place of a migration's step as the reason.
  fileprivate func names(_ step: Finding) -> Bool {
    step.rule == .migrationPending && related.contains { $0.range == step.range }
  }
}
