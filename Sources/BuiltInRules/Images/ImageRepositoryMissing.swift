import RuleEngine

/// An ImagePolicy without the ImageRepository whose tags it chooses from.
struct ImageRepositoryMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(field: .imageRepositoryRef, holders: ["ImagePolicy"], label: "no tag is ever chosen")
      .check(model, &report)
  }
}
