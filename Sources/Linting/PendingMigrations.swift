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
    return Migration.plan(model.sources, targets: targets) { paths.contains($0) }.flatMap { plan in
      plan.rewrites.map { MigrationStep(message: $0.message, range: $0.range, help: nil, isAutomatic: true) }
        + plan.remarks.filter { isOfVersions($0.kind) }.map {
          MigrationStep(message: $0.message, range: $0.range, help: $0.help, isAutomatic: false)
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
  /// Leaves out the steps of a migration that a finding of another rule tells at the same place.
  mutating func removeRepeatedMigrationSteps() {
    let steps = lazy.filter { $0.rule == .migrationPending }
    guard !steps.isEmpty else { return }
    let files = Set(steps.map(\.range.file))
    let told = Dictionary(
      grouping: lazy.filter { $0.rule != .migrationPending && files.contains($0.range.file) }.map(\.range), by: \.file)
    removeAll { finding in
      finding.rule == .migrationPending
        && told[finding.range.file]?.contains { $0.bounds.overlaps(finding.range.bounds) } ?? false
    }
  }
}
