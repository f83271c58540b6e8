import RuleEngine

/// A release with another name, namespace, storage or chart is uninstalled and installed anew (helm-controller
/// `internal/action/verify.go`, `ReleaseTargetChanged`); a HelmRelease with another name is another one.
struct ReleaseReinstalled: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for pair in change.objects.edited where change.base.object(pair.base).id.isHelmRelease {
        check(change.base.object(pair.base), change.new.object(pair.new), change, &report)
      }
      for (old, now) in Self.releasesOfRenamedCharts(in: change) { check(old, now, change, &report) }
      for renaming in Renaming.all(in: change) where renaming.isRelease { check(renaming, change, &report) }
    }
  }

  /// HelmReleases that no commit touched, whose chart has another name: in its `Chart.yaml`, or by the source that they
  /// refer to.
  private static func releasesOfRenamedCharts(in change: ClusterChange) -> [(old: AppliedObject, now: AppliedObject)] {
    let sources = Set(
      change.objects.edited.map { change.new.object($0.new).id }
        .filter { $0.isFluxSource && ["HelmChart", "OCIRepository"].contains($0.kind) }.map { AppliedName($0) })
    let isRenamed = hasRenamedCharts(change)
    guard isRenamed || !sources.isEmpty else { return [] }
    let edited = Set(change.objects.edited.map(\.new))
    return change.new.cluster.index.objects(ofKind: "HelmRelease").filter { !edited.contains($0) }.compactMap {
      number in
      let now = change.new.object(number)
      guard isRenamed || sources.contains(where: { $0 == source(of: now, change.values) }) else { return nil }
      let old = change.base.cluster.index.objects(
        ofKind: "HelmRelease", namespace: now.id.namespace, name: now.id.name
      ).first
      return old.map { (change.base.object($0), now) }
    }
  }

  /// What `chartRef` of a HelmRelease names.
  private static func source(of release: AppliedObject, _ values: Values) -> AppliedName? {
    let reference = values.field(release.root, "spec", "chartRef")
    guard let kind = values.text(reference, "kind"), let name = values.text(reference, "name") else { return nil }
    return AppliedName(
      kind: kind, namespace: values.text(reference, "namespace") ?? release.id.namespace, name: name)
  }

  /// Whether a chart of this repository has another name in its `Chart.yaml`.
  private static func hasRenamedCharts(_ change: ClusterChange) -> Bool {
    func names(_ side: ClusterSide) -> [String: NodeRef] {
      Dictionary(
        side.cluster.charts.compactMap { use in use.name.flatMap { name in use.directory.map { ($0, name) } } },
        uniquingKeysWith: { first, _ in first })
    }
    let before = names(change.base)
    guard !before.isEmpty else { return false }
    return names(change.new).contains { directory, name in
      before[directory].map { !change.values.forest.hasEqualText($0, name) } ?? false
    }
  }

  private func check(
    _ old: AppliedObject, _ now: AppliedObject, _ change: ClusterChange, _ report: inout FindingSink
  ) {
    guard old.isKnown, now.isKnown, change.values.text(now.root, "spec", "suspend") != "true",
      !change.isNotApplied(old, now), ObjectField("kubeConfig", old, now, change) == nil,
      let before = ReleaseTarget(old, change.base), let after = ReleaseTarget(now, change.new)
    else { return }
    let found: (what: String, fields: [String])
    if before.name != after.name {
      found = ("release '\(before.name)' becomes '\(after.name)'", ["releaseName", "targetNamespace"])
    } else if before.namespace != after.namespace {
      found = ("the release goes from namespace '\(before.namespace)' to '\(after.namespace)'", ["targetNamespace"])
    } else if before.storageNamespace != after.storageNamespace {
      found = (
        "its history goes from namespace '\(before.storageNamespace)' to '\(after.storageNamespace)'",
        ["storageNamespace"]
      )
    } else if let one = before.chart?.name, let other = after.chart?.name, one != other,
      change.values.text(now.root, "spec", "upgrade", "chartNameChangeStrategy") != "InPlaceUpdate"
    {
      found = ("chart '\(one)' becomes '\(other)'", Self.chartFields)
    } else {
      return
    }
    let place = found.fields.lazy.compactMap { ObjectField($0, old, now, change)?.place }.first
    let nameOfChart = found.fields == Self.chartFields ? after.chart?.place.map { change.values.forest.range($0) } : nil
    report.report(
      "\(now.id.shown) is uninstalled and installed anew: \(found.what)",
      at: place ?? nameOfChart ?? change.new.namePlace(now), label: "another release to Helm", objects: [now.id],
      in: change,
      notes: ["its history and all that the chart made go, with the claims that are not kept"],
      help:
        "keep name, namespaces and chart of the release as they are; 'releaseName' and 'storageNamespace' can spell them out",
      // Of one chart all releases have one cause.
      cause: place == nil && nameOfChart != nil ? found.what : nil)
  }

  private static let chartFields = ["chart", "chartRef"]

  private func check(_ renaming: Renaming, _ change: ClusterChange, _ report: inout FindingSink) {
    let (old, now) = (renaming.old, renaming.now)
    guard change.values.text(old.root, "spec", "suspend") != "true" else { return }
    let areOne = ReleaseTarget(old, change.base).map(\.name) == ReleaseTarget(now, change.new).map(\.name)
    report.report(
      "\(old.id.shown) becomes \(now.id.shown): the old one uninstalls its release, the new one installs it",
      at: renaming.cause.place, label: "to the cluster this is another HelmRelease", objects: [now.id, old.id],
      subjects: [[now.id, old.id]], in: change, gone: [change.base.namePlace(old)],
      notes: areOne ? ["both are one release: the old one uninstalls what the new one adopted"] : [],
      help: "commit 'suspend: true' first; then remove the old one and add the new one with 'releaseName', "
        + "'targetNamespace' and 'storageNamespace' of the old",
      // One prefix, or one template, may be part of many names.
      cause: renaming.cause.isOwn ? nil : renaming.cause.text)
  }
}
