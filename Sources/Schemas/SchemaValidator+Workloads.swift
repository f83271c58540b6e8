import SourceText
import YAMLSyntax

/// What the API server wants of a workload beyond its schema (k8s.io/kubernetes `pkg/apis/apps/validation`).
extension SchemaValidator {
  private static let workloads: Set<String> = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]

  /// The labels of the template have to be those that the selector looks for. Of a selector only its labels are looked at:
  /// all of it has to fit.
  mutating func checkSelector(_ root: NodeRef) {
    guard subject.isBuiltIn, Self.workloads.contains(subject.kind), let spec = forest.value(root, "spec"),
      let wanted = forest.value(spec, "selector", "matchLabels"), forest.kind(wanted) == .mapping,
      let template = forest.pair(spec, "template")
    else { return }
    let labels = forest.value(template.value, "metadata").flatMap { forest.pair($0, "labels") }
    let given = labels.map { forest.kind($0.value) == .mapping ? forest.pairs($0.value) : [] } ?? []
    // One of them may have any name.
    if given.contains(where: { isUnknown($0.key, forest[$0.key]) }) { return }
    for pair in forest.pairs(wanted) where !isUnknown(pair.key, forest[pair.key]) {
      guard !isUnknown(pair.value, forest[pair.value]) else { continue }
      let key = forest.text(pair.key)
      let label = given.first { forest.text($0.key) == key }
      if let label {
        if isUnknown(label.value, forest[label.value]) || text(label.value) == text(pair.value) { continue }
      }
      let has =
        label.map { "but the template has \(shownLabel($0.value))" } ?? "which the template does not have"
      report(
        .format, forest.range(label?.value ?? labels?.key ?? template.key), node: label?.value,
        "the selector wants label '\(shownKey(pair.key))' with \(shownLabel(pair.value)), \(has)",
        help: "give the template the labels of the selector")
      violations[violations.count - 1].path = "/spec/template/metadata/labels"
      violations[violations.count - 1].field = ["spec", "template", "metadata", "labels"]
      return
    }
  }

  private func shownLabel(_ ref: NodeRef) -> String { isNull(ref, forest[ref]) ? "''" : shown(ref) }

  /// Null is the zero value.
  private func text(_ ref: NodeRef) -> String { isNull(ref, forest[ref]) ? "" : forest.text(ref) }
}
