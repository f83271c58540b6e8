import RuleEngine

/// A suppression that does nothing, has ended or lacks its reason. Those that suppress nothing are known only after all rules have
/// run, and are reported from there with this id.
struct InvalidSuppression: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for suppression in model.suppressions.malformed {
      report.report(suppression.message, at: suppression.range, label: suppression.label, help: suppression.help)
    }
  }
}
