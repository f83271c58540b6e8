import Migration
import RuleEngine

/// A reference by an API version that the Flux release in force does not serve: what reads it never finds its object.
struct OldVersionInReference: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var effects = MentionEffects(model)
    var definitions = DefinedVersions(model)
    model.forEachVersionMention { use, mention, holder in
      let refusals = Refusals(of: use, model, &definitions)
      guard !refusals.isEmpty else { return }
      for refusal in refusals.all {
        let effect = effects.effect(of: mention, in: holder, for: refusal.inForce.cluster)
        if effect == .elsewhere { continue }
        // Where the objects themselves have moved on, the reference was left behind, whatever the release; of the objects
        // of another cluster nobody knows.
        let isLeft = effect == .fails && !refusal.inForce.isRemote && effects.isLeftBehind(mention)
        let timely = refusals.severity(isTimeless: use.lifecycle == nil || isLeft)
        let severity: Severity? = effect.severity.map { min($0, timely ?? $0) } ?? timely
        let settings = refusal.inForce.settings
        report.report(
          "\(mention.subject(of: holder)) \(use.mention(refusals.sentence))", at: use.place,
          label: refusal.fact, severity: severity, object: holder.id.map { ObjectReference($0) },
          cluster: refusal.inForce.cluster, related: use.lifecycle == nil ? [] : settings.versionPlace,
          notes: [effect.note].compactMap(\.self) + refusal.inForce.notes(needsRelease: use.lifecycle != nil),
          help: refusal.repair,
          data: refusal.inForce.data(use.written, refusal.replacement).merging(["field": .string(mention.field)]) {
            old, _ in old
          })
      }
    }
  }
}

extension APIVersionUse {
  /// What is wrong with a mention of it, behind the name of what mentions it.
  fileprivate func mention(_ refusal: String) -> String {
    switch existence {
    case .possible: "names \(kind) of '\(apiVersion)', which \(refusal)"
    case .noGroup: "names \(kind) of '\(apiVersion)', a group that Flux never had"
    case .noKind: "names \(kind) of '\(group)', a kind that never was"
    case .noVersion:
      "names \(kind) of '\(written)', " + (version.isEmpty ? "without a version" : "a version that never was")
    }
  }
}
