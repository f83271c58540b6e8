import RuleEngine

/// An Alert whose `providerRef` names nothing: its events go nowhere, and an Alert has no status that could say so
/// (notification-controller `internal/server/event_handlers.go`).
struct ProviderMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(field: .providerRef, holders: ["Alert"], label: "its events are dropped", hasNamespace: false)
      .check(model, &report)
  }
}
