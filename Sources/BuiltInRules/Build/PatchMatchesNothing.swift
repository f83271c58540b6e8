import RuleEngine

/// A patch whose target selects no object: kustomize takes it for done (api/internal/builtins/PatchTransformer.go).
struct PatchMatchesNothing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for entry in EntryMisses(.patch, in: model).entries {
      let miss = entry.miss
      // A patch for all objects of a kind is right where there is none.
      guard miss.isForOne || miss.field != "kind", !miss.concernsController else { continue }
      report.report(
        "the patch selects no \(miss.wanted)", at: miss.place, label: miss.label,
        object: entry.kustomization.reference, cluster: entry.cluster,
        related: miss.place == entry.range ? [] : [RelatedLocation(entry.range, "this patch does nothing")],
        help: miss.help, data: ["field": .string("target.\(miss.field)"), "value": .string(miss.text)])
    }
  }
}

extension EntryEffect.Miss {
  /// Whether it is for the Deployment of a Flux controller: a name like theirs is wanted where they are.
  var concernsController: Bool {
    isBesideControllers && wanted.hasPrefix("Deployment")
      && ["controller", "source-", "kustomize-", "helm-", "notification-", "image-"].contains { wanted.contains($0) }
  }

  var label: String {
    switch field {
    case "kind", "group": "the build has no object of this \(field)"
    case "labelSelector": "no object has these labels"
    case "annotationSelector": "no object has these annotations"
    case "namespace" where lacksNamespace: "it has no namespace yet: one is set after the patches"
    default: "none has this \(field)"
    }
  }

  var help: String {
    if field == "namespace", lacksNamespace { return "leave 'namespace' out of the target" }
    if field == "version" || field == "namespace", let one = found.first, found.count == 1 {
      return "it is '\(one)': write that, or leave '\(field)' out"
    }
    if let near = Suggestion.nearest(to: text, in: found) { return "did you mean '\(near)'?" }
    return "correct the target, or delete the patch"
  }
}
