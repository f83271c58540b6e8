import RuleEngine

/// A marker in a file that image-automation-controller does not read: its name does not end in `.yaml` or `.yml`, or it
/// is no valid YAML (image-automation-controller `internal/update/filereader.go`).
struct MarkerInUnreadFile: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    for range in model.unreadMarkers {
      report.report(
        "image-automation-controller does not read files of this name", at: range, label: "the image is never updated",
        help: "only files that end in '.yaml' or '.yml' are read", data: ["problem": .string("name")])
    }
    // A file that a build reads is a finding of `invalid-yaml`.
    for range in markers.unparsed where !model.graph.reachedFiles.contains(range.file) {
      guard !updates.clusters(covering: model.sources.path(of: range.file)).isEmpty else { continue }
      report.report(
        "image-automation-controller cannot read this file, which is not valid YAML", at: range,
        label: "the image is never updated",
        help: "move the value into a file that is valid YAML, such as the values of the chart",
        data: ["problem": .string("syntax")])
    }
  }
}
