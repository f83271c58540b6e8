import RuleEngine

/// A value of a Flux annotation that means nothing, so that the object is treated as if it were not there (fluxcd/pkg
/// `ssa/utils/match.go`, `ssa/manager_apply.go`; `kustomize/kustomize_varsub.go`; kustomize-controller
/// `internal/decryptor`).
struct OptOutValueUnknown: ObjectRule {
  static let kinds = [ObjectKind.any]

  /// What a value may be, in lower case: that with a meaning first, then those that say what happens anyway.
  private static let values = [
    FluxMark.kustomize: [
      "prune": ["disabled", "enabled", "true"], "reconcile": ["disabled", "enabled", "true"],
      "substitute": ["disabled", "enabled", "true"], "decrypt": ["disabled", "enabled", "true"],
      "force": ["enabled", "disabled", "false"], "ssa": ["override", "merge", "ifnotpresent", "ignore"],
    ],
    FluxMark.helm: ["driftDetection": ["disabled", "enabled", "true"]],
  ]

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    for mark in FluxMark.all(of: pass.object.root, in: pass.forest) {
      guard let known = Self.values[mark.prefix]?[mark.name], pass.forest.kind(mark.value) == .scalar else { continue }
      let value = pass.forest.text(mark.value)
      if !pass.object.isKnown, value.contains("${") { continue }
      let isUnread = mark.name == "decrypt" && mark.field == .labels && value.lowercased() == "disabled"
      // Of all of them only this one is compared letter by letter.
      let compared = mark.name == "substitute" ? value : value.lowercased()
      guard isUnread || !known.contains(compared) else { continue }
      report.report(
        "'\(mark.prefix)\(mark.name): \(value)' of \(pass.reference.displayName) does nothing",
        at: pass.forest.range(mark.value),
        label: isUnread ? "read from annotations only" : "no controller knows this value", object: pass.reference,
        help: isUnread
          ? "make it an annotation"
          : mark.name == "ssa" ? "write 'Merge', 'IfNotPresent', 'Ignore' or 'Override'" : "write '\(known[0])'",
        data: ["key": .string(mark.prefix + mark.name)])
    }
  }
}
