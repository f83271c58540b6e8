import Diagnostics
import Manifests
import Migration
import RuleCatalogue
import RuleEngine
import SourceText
import TextMatching

/// What `migrate` would list for the releases that run, as far as no other rule says it.
enum PendingMigrations {
  /// Only files that name a version of before are planned, and only when there are any.
  static func steps(_ model: RepositoryModel) -> [MigrationStep] {
    let files = model.sources.files.filter { file in
      model.sources.isOwn(file.id) && namesOldVersion(model.sources.bytes(of: file.id))
    }
    guard !files.isEmpty else { return [] }
    let targets = InstalledReleases(model, for: Set(files.map(\.id))).targets
    let paths = Set(files.map(\.path))
    return Migration.plan(model.sources, targets: targets, of: paths).flatMap { plan in
      plan.rewrites.map { rewrite in
        MigrationStep(
          message: "a version of before, which still works: \(rewrite.message)", range: rewrite.range,
          help: plan.isCertain ? nil : "'fluxlint migrate' says whether it can be changed without another result",
          isLeft: false)
      }
        + plan.remarks.filter { isOfVersions($0.kind) }.map {
          MigrationStep(
            message: $0.message, range: $0.range, help: $0.help, severity: $0.severityUnasked, isLeft: true)
        }
    }
  }

  /// A cheap look before anything else: whether the text has a version that is not stable.
  private static func namesOldVersion(_ bytes: [UInt8]) -> Bool {
    bytes.contains(subsequence: "beta") && bytes.contains(subsequence: "fluxcd.")
      || bytes.contains(subsequence: "toolkit.fluxcd.io/v1alpha")
  }

  /// Not what is wrong with a file as such, nor what other commands of `migrate` are for.
  private static func isOfVersions(_ kind: Remark.Kind) -> Bool {
    switch kind {
    case .invalidYAML, .encoding, .versionDirective, .templateSkipped, .encrypted, .writeFailed, .proofFailed, .fluxV1,
      .fluxV1Work, .kustomizeLeft, .unknownVersion, .removedGroup, .notServedYet, .waitsForUpgrade, .cannotRewrite:
      false
    case .ambiguousAlias, .fieldNeedsPerson, .ignoredField, .deprecatedField, .behaviorChange, .removedTemplateField,
      .inValues, .embedded, .inTemplateText, .fromVariable, .selectorLeft:
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
