import RuleEngine

/// A cluster that keeps its secrets in more than one way.
struct SecretStrategiesMixed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var ways: [(name: String, objects: [Int])] = [("SOPS", []), ("External Secrets", []), ("Sealed Secrets", [])]
      for (number, object) in cluster.objects.enumerated() where !object.isRemote {
        switch (object.id.kind, object.id.group) {
        case ("ExternalSecret", "external-secrets.io"): ways[1].objects.append(number)
        case ("SealedSecret", "bitnami.com"): ways[2].objects.append(number)
        case ("Secret", "") where model.forest.value(object.built, "sops") != nil: ways[0].objects.append(number)
        default: break
        }
      }
      let used = ways.filter { !$0.objects.isEmpty }.sorted { $0.objects.count > $1.objects.count }
      guard used.count > 1, let least = used.last, let first = least.objects.first else { continue }
      let object = cluster.objects[first]
      report.report(
        "a cluster keeps secrets in \(used.count) ways: \(used.map { "\($0.name) (\($0.objects.count))" }.joined(separator: ", "))",
        at: model.nameRange(of: object), label: "the first of \(least.name)", object: ObjectReference(object.id),
        cluster: cluster, help: "move all to one of them", data: ["ways": .strings(used.map(\.name).sorted())],
        identity: .cause)
    }
  }
}
