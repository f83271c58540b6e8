import RuleEngine

/// A value for `targetPath` that becomes a number, a boolean or null, though ConfigMaps and Secrets hold texts (helm
/// `pkg/strvals/parser.go`, `typedVal`).
struct TargetPathCoerces: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters {
      let cluster = facts.cluster
      for release in cluster.activeReleases(in: forest) {
        for entry in ValuesFromEntry.all(of: release, facts) where !entry.isLiteral {
          guard let node = entry.targetPath, let text = entry.text,
            let type = SetValue(text).typeName
          else { continue }
          report.report(
            "the value for targetPath '\(forest.text(node))' becomes \(type)", at: forest.range(node),
            label: "no text any more", object: ObjectReference(cluster.objects[release].id), cluster: cluster,
            related: entry.places(in: forest),
            help: "if the chart wants a text, put quotes into the value\(literal(cluster))",
            data: ["targetPath": .string(forest.text(node))])
        }
      }
    }
  }

  private func literal(_ cluster: Cluster) -> String {
    cluster.settings.fluxVersion >= FluxVersion(major: 2, minor: 9) ? ", or add 'literal: true'" : ""
  }
}
