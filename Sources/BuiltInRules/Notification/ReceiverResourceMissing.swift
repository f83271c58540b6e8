import RuleEngine

/// A Receiver that is to trigger an object which is not there: each call of the webhook is answered with an error
/// (notification-controller `internal/server/receiver_handlers.go`).
struct ReceiverResourceMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(field: .resources, holders: ["Receiver"], label: "the webhook answers with an error") {
      edge, _ in
      edge.targetName != "*"
    }.check(model, &report)
  }
}
