import RuleEngine

/// A marker that writes another part of the image than the field before it is for.
struct MarkerSuffixWrong: RepositoryRule {
  private static let tags: Set<String> = ["tag", "newTag", "version", "appVersion", "imageTag"]
  private static let names: Set<String> = ["newName", "repository"]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    for marker in markers.markers where marker.problem == nil {
      guard let field = marker.field, let value = marker.value, updates.mayCover(updates.path(of: marker)),
        let wanted = part(for: model.forest.text(field), value: model.forest.text(value)), wanted != marker.part
      else { continue }
      let name = model.forest.text(field)
      report.report(
        "the marker writes \(phrase(for: marker.part)) into '\(name)'", at: marker.referenceRange,
        label: "'\(name)' is for \(phrase(for: wanted))",
        related: [RelatedLocation(model.forest.range(field), "the field")],
        help: "write '\(marker.namespace):\(marker.policy)\(wanted == .image ? "" : ":\(wanted.rawValue)")'",
        data: ["field": .string(name), "part": .string(marker.part.rawValue)])
    }
  }

  /// The part that belongs there, as far as the name of the field and what is in it now say; nil where they say nothing,
  /// or contradict each other.
  private func part(for field: String, value: String) -> ImageMarker.Part? {
    let isImage = value.contains("/") || value.contains(":")
    let lastName = value.split(separator: "/").last ?? ""
    if Self.tags.contains(field) { return isImage ? nil : .tag }
    if Self.names.contains(field) {
      return lastName.contains(":") || value.contains("@") || value.isEmpty ? nil : .name
    }
    if field == "digest" { return value.hasPrefix("sha256:") || value.isEmpty ? .digest : nil }
    return field == "image" && lastName.contains(":") && !value.hasPrefix("sha256:") ? .image : nil
  }

  private func phrase(for part: ImageMarker.Part) -> String {
    switch part {
    case .image: "the whole image"
    case .tag: "the tag"
    case .name: "the name without the tag"
    case .digest: "the digest"
    }
  }
}
