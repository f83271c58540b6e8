package import FluxGraph
import FluxModel
import Manifests
package import YAMLSyntax

/// What helm-controller takes a Helm release for: when any of it changes, the release is uninstalled and installed anew
/// (helm-controller `internal/action/verify.go`, `ReleaseTargetChanged`).
package struct ReleaseTarget: Sendable {
  package var name: String
  package var namespace: String
  package var storageNamespace: String
  /// Nil when it is not known what it is called.
  package var chart: Chart?

  package struct Chart: Sendable {
    package var name: String
    /// Where it is named outside of the HelmRelease: in the `Chart.yaml` of a chart of this repository, or in a source.
    package var place: NodeRef?
  }

  /// Nil for what is no HelmRelease.
  package init?(_ object: AppliedObject, _ side: ClusterSide) {
    guard object.id.isHelmRelease else { return nil }
    let values = side.values
    let spec = values.field(object.root, "spec")
    let target = values.text(spec, "targetNamespace")
    name = ReleaseName.shortened(
      ReleaseName.composed(
        releaseName: values.text(spec, "releaseName"), targetNamespace: target, name: object.id.name))
    namespace = target ?? object.id.namespace ?? ""
    storageNamespace = values.text(spec, "storageNamespace") ?? object.id.namespace ?? ""
    chart = Self.chart(spec, object, side)
  }

  private static func chart(_ spec: NodeRef?, _ object: AppliedObject, _ side: ClusterSide) -> Chart? {
    let values = side.values
    if let template = values.field(spec, "chart", "spec") { return chart(of: template, side) }
    guard let reference = values.field(spec, "chartRef"), let kind = values.text(reference, "kind"),
      let name = values.text(reference, "name")
    else { return nil }
    let namespace = values.text(reference, "namespace") ?? object.id.namespace
    guard
      let source = side.cluster.index.objects(ofKind: kind, namespace: namespace, name: name).map(side.object).first
    else { return nil }
    switch kind {
    case "OCIRepository": return values.field(source.root, "spec", "url").flatMap { named(by: $0, values) }
    case "HelmChart": return values.field(source.root, "spec").flatMap { chart(of: $0, side) }
    default: return nil
    }
  }

  /// The chart that `spec.chart.spec` of a HelmRelease, or `spec` of a HelmChart, describes. In a GitRepository or Bucket
  /// it is a path, and what the chart is called is known only where its `Chart.yaml` is here.
  private static func chart(of description: NodeRef, _ side: ClusterSide) -> Chart? {
    switch side.values.text(description, "sourceRef", "kind") {
    case "HelmRepository": return side.values.field(description, "chart").flatMap { named(by: $0, side.values) }
    case "GitRepository":
      let name = side.cluster.charts.first { $0.spec == description }?.name
      return name.flatMap { node in side.values.text(node).map { Chart(name: $0, place: node) } }
    default: return nil
    }
  }

  /// By convention the chart of an artifact is called like the last part of where it is.
  private static func named(by node: NodeRef, _ values: Values) -> Chart? {
    values.text(node).map { text in Chart(name: text.split(separator: "/").last.map(String.init) ?? text, place: node) }
  }
}
