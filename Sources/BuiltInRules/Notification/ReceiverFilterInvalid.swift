import CEL
import RuleEngine

/// A resource filter of a Receiver that does not compile, or gives no bool (notification-controller
/// `internal/server/receiver_resource_filter.go`, `ValidateResourceFilter`). That of a single resource is parsed only.
struct ReceiverFilterInvalid: ObjectRule {
  static let kinds = [ObjectKind("Receiver", "notification.toolkit.fluxcd.io")]

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    guard let spec = pass.spec, !pass.view.isSuspended else { return }
    let forest = pass.forest
    check("resourceFilter", forest.value(spec, "resourceFilter"), pass, &report) { text in
      text.error(.fluxFilter, result: .bool)
    }
    for item in forest.value(spec, "resources").map({ Array(forest.items($0)) }) ?? [] {
      check("filter", forest.value(item, "filter"), pass, &report) { $0.error(.fluxHealthCheck) }
    }
  }

  private func check(
    _ field: String, _ node: NodeRef?, _ pass: ObjectPass, _ report: inout FindingSink,
    error: (FluxExpression) -> CELError?
  ) {
    guard let text = FluxExpression(node, of: pass.object, pass.forest), let error = error(text) else { return }
    report.report(
      "\(field) of \(pass.reference.displayName) is not valid: \(error.message)",
      at: text.range(of: error.range, pass.forest), label: "the Receiver stalls", object: pass.reference,
      help: "correct the expression; no call of the webhook is answered before that",
      data: ["field": .string("spec.\(field)"), "problem": .string(error.message)])
  }
}
