import RuleEngine

/// A marker that image-automation-controller does not take for one: it passes over it without a word (kyaml
/// `fieldmeta/fieldmeta.go`; image-automation-controller `internal/update/filter.go`, `setters.go`).
struct MarkerMalformed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    for marker in markers.markers {
      guard let problem = marker.problem, updates.mayCover(updates.path(of: marker)) else { continue }
      // Texts show how markers are written, too.
      if problem == .inText, !updates.clusters.contains(where: { updates.policy(of: marker, in: $0) != nil }) {
        continue
      }
      let (message, help) = wording(of: problem)
      report.report(
        message, at: marker.referenceRange, label: "the image is never updated", help: help,
        data: ["problem": .string(name(of: problem))])
    }
  }

  private static let form = "{\"$imagepolicy\": \"namespace:policy\"}"

  private func wording(of problem: ImageMarker.Problem) -> (message: String, help: String) {
    switch problem {
    case .notAnObject: ("this marker is no JSON object", "write '\(Self.form)'")
    case .textBehind: ("something stands behind this marker", "let the line end with the marker")
    case .notAName: ("this marker does not name 'namespace:policy'", "write '\(Self.form)'")
    case .unknownSuffix(let suffix):
      (
        "'\(suffix)' is no part of an image",
        Suggestion.nearest(to: suffix, in: ["tag", "name", "digest"]).map { "did you mean '\($0)'?" }
          ?? "the parts are 'tag', 'name' and 'digest'; without one the whole image is written"
      )
    case .alone: ("this marker stands on a line of its own", "write it behind the value, on the same line")
    case .noValue:
      ("this marker stands behind no single value", "write it behind the value that is to change, on the same line")
    case .inText:
      (
        "this marker is part of a text, and no comment of the file",
        "let the file stand for itself, and make the ConfigMap with 'configMapGenerator'; or write the values where they are values"
      )
    }
  }

  private func name(of problem: ImageMarker.Problem) -> String {
    switch problem {
    case .notAnObject: "not-json"
    case .textBehind: "text-behind"
    case .notAName: "not-a-name"
    case .unknownSuffix: "unknown-suffix"
    case .alone: "own-line"
    case .noValue: "no-value"
    case .inText: "in-text"
    }
  }
}
