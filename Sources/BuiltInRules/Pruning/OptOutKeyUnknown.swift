import RuleEngine

/// A name under a prefix of Flux that no controller reads (fluxcd/pkg `apis/meta/annotations.go`; kustomize-controller
/// and helm-controller `api`).
struct OptOutKeyUnknown: ObjectRule {
  static let kinds = [ObjectKind.any]

  private static let known = [
    FluxMark.kustomize: [
      "name", "namespace", "checksum", "originRevision", "prune", "reconcile", "force", "ssa", "substitute", "decrypt",
    ],
    FluxMark.helm: ["name", "namespace", "driftDetection"],
    FluxMark.reconcile: ["requestedAt", "forceAt", "resetAt", "watch"],
  ]

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    for mark in FluxMark.all(of: pass.object.root, in: pass.forest) {
      guard let known = Self.known[mark.prefix], !known.contains(mark.name) else { continue }
      let near = Suggestion.nearest(to: mark.name, in: known)
      report.report(
        "'\(mark.prefix)\(mark.name)' of \(pass.reference.displayName) is read by no controller",
        at: pass.forest.range(mark.key), label: mark.field == .labels ? "no such label" : "no such annotation",
        object: pass.reference,
        help: near.map { "did you mean '\(mark.prefix)\($0)'?" }
          ?? "'\(mark.prefix)' is followed by \(known.joined(separator: ", "))",
        data: ["key": .string(mark.prefix + mark.name)])
    }
  }
}
