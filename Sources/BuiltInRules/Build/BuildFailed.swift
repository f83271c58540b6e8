import RuleEngine

/// A Kustomization whose build fails: Flux applies nothing of it.
struct BuildFailed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var purpose = DirectoryPurpose(model)
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        let name = kustomization.displayName
        let applier =
          kustomization.isDirectory
          ? [] : [RelatedLocation(model.nameRange(of: kustomization), "built by Kustomization '\(name)'")]
        for (error, twins) in causes(of: kustomization.errors, model) {
          guard let range = error.range, !isToldByYAMLRules(error, range, model) else { continue }
          let folder = RelativePath.parent(of: model.sources.path(of: range.file))
          let more = twins.count == 1 ? "another object" : "\(twins.count) more objects"
          report.report(
            error.message + (twins.isEmpty ? "" : ", and \(more) of '\(folder)' with it"), at: range,
            label: "the build fails here",
            severity: purpose.isHarmless(error, of: kustomization) ? .note : nil, cluster: cluster,
            related: error.places.map { RelatedLocation($0.range, $0.label) }
              + twins.map { RelatedLocation($0, "this one too") }
              + error.chain.map { RelatedLocation($0, "included here") } + applier,
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            data: ["kustomization": .string(name)])
        }
        for part in kustomization.notBuilt where part.isRefused {
          report.report(
            part.reason, at: part.range, label: "the build fails here",
            // What no Flux Kustomization applies may be for another tool.
            severity: kustomization.isDirectory ? .note : nil, cluster: cluster, related: applier,
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            help: "use a HelmRelease for a chart, and commit what a program would make",
            data: ["kustomization": .string(name)])
        }
      }
    }
  }

  private struct Twins: Hashable {
    var folders: [String]
    var chain: [SourceRange]
  }

  /// The errors of a build, with further places of one cause: of two folders that have the same objects, each would be one.
  private func causes(of errors: [BuildError], _ model: RepositoryModel) -> [(BuildError, twins: [SourceRange])] {
    var causes: [(BuildError, twins: [SourceRange])] = []
    var known: [Twins: Int] = [:]
    for error in errors where error.kind != .pathMissing {
      if error.kind == .duplicateObject, let range = error.range, let first = error.places.first?.range {
        let files = [range.file, first.file]
        let twins = Twins(
          folders: files.map { RelativePath.parent(of: model.sources.path(of: $0)) }, chain: error.chain)
        if files[0] != files[1], twins.folders[0] != twins.folders[1] {
          if let number = known[twins] {
            causes[number].twins.append(range)
            continue
          }
          known[twins] = causes.count
        }
      }
      causes.append((error, []))
    }
    return causes
  }

  /// Bad YAML and duplicate keys have rules of their own, at the same place.
  private func isToldByYAMLRules(_ error: BuildError, _ range: SourceRange, _ model: RepositoryModel) -> Bool {
    model.sources.problems(of: range.file).contains { problem in
      problem.range == range || error.kind == .invalidResource && problem.kind != .duplicateKey
    }
  }
}
