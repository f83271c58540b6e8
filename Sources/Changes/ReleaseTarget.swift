package import FluxGraph
import FluxModel
import Manifests
import YAMLSyntax

/// What helm-controller takes a Helm release for: when any of it changes, the release is uninstalled and installed anew
/// (helm-controller `internal/action/verify.go`, `ReleaseTargetChanged`).
package struct ReleaseTarget: Sendable {
  package var name: String
  package var namespace: String
  package var storageNamespace: String
  /// The name of the chart; nil when it is not known.
  package var chart: String?

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

  private static func chart(_ spec: NodeRef?, _ object: AppliedObject, _ side: ClusterSide) -> String? {
    let values = side.values
    if let chart = values.text(spec, "chart", "spec", "chart") { return lastSegment(chart) }
    guard let reference = values.field(spec, "chartRef"), let kind = values.text(reference, "kind"),
      let name = values.text(reference, "name")
    else { return nil }
    let namespace = values.text(reference, "namespace") ?? object.id.namespace
    guard
      let source = side.cluster.index.objects(ofKind: kind, namespace: namespace, name: name).map(side.object).first
    else { return nil }
    switch kind {
    case "OCIRepository": return values.text(source.root, "spec", "url").map(lastSegment)
    case "HelmChart": return values.text(source.root, "spec", "chart").map(lastSegment)
    default: return nil
    }
  }

  /// By convention a chart is called like the last part of where it is.
  private static func lastSegment(_ text: String) -> String {
    text.split(separator: "/").last.map(String.init) ?? text
  }
}
