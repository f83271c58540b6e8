import RuleEngine

/// `spec.path` names a directory that the artifact does not have: "kustomization path not found".
struct PathMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      for kustomization in cluster.kustomizations {
        let error = kustomization.errors.first { $0.kind == .pathMissing }
        guard kustomization.status == .missingPath || error != nil else { continue }
        let range = kustomization.pathRange(in: forest) ?? kustomization.origin
        let name = kustomization.reference
        let path = kustomization.path.isEmpty ? "." : kustomization.path
        if let exclusion = kustomization.exclusion {
          report.report(
            "\(name.displayName) applies '\(path)', which \(Self.what(exclusion))",
            at: range,
            label: exclusion.cause == .absent ? "no such directory" : "in the repository, but Flux does not get it",
            object: name, cluster: cluster,
            related: exclusion.range.map { place in
              let isPattern = exclusion.cause != .sparseCheckout
              return [RelatedLocation(place, isPattern ? "this pattern leaves it out" : "only these are checked out")]
            } ?? [],
            help: Self.help(exclusion, path), data: ["path": .string(kustomization.path)])
          continue
        }
        let hasVariable = kustomization.path.contains("${")
        let suggestion = hasVariable ? nil : model.nearestDirectory(to: kustomization.path)
        report.report(
          "\(name.displayName) applies '\(path)', which is no directory of this repository", at: range,
          label: error?.message ?? (hasVariable ? "nothing replaces this variable" : "no such directory"), object: name,
          cluster: cluster,
          notes: hasVariable
            ? ["a variable in 'spec.path' is replaced by 'postBuild' of the Kustomization that applies this one"] : [],
          help: suggestion.map { "did you mean './\($0)'?" }
            ?? (hasVariable
              ? "write the path as it is, or define the variable in 'postBuild' of what applies this Kustomization"
              : "correct the path, or commit the directory"),
          data: ["path": .string(kustomization.path)])
      }
    }
  }
}

extension PathMissing {
  /// What leaves the directory out, for the message.
  private static func what(_ exclusion: PathExclusion) -> String {
    switch exclusion.cause {
    case .spec: "'spec.ignore' of \(exclusion.source) leaves out of the artifact"
    case .file(let path): "'\(path)' leaves out of the artifact"
    case .defaults: "source-controller leaves out of the artifact"
    case .sparseCheckout: "'spec.sparseCheckout' of \(exclusion.source) leaves out of the artifact"
    case .absent: "is not in the artifact of \(exclusion.source)"
    }
  }

  private static func help(_ exclusion: PathExclusion, _ path: String) -> String {
    // A source that the operator or `flux bootstrap` makes has no manifest to edit.
    switch exclusion.cause {
    case .spec where !exclusion.isSourceWritten:
      "add '!/\(path)' to the end of 'spec.ignore' in 'kustomize.patches' of the FluxInstance, or remove '\(exclusion.pattern)'"
    case .file(let file) where !exclusion.isSourceWritten:
      "add '!/\(path)' to the end of '\(file)', or remove '\(exclusion.pattern)' from it"
    case .defaults where !exclusion.isSourceWritten:
      "add '!/\(path)' to '.sourceignore': by default '\(exclusion.pattern)' is left out"
    case .spec: "add '!/\(path)' to the end of 'spec.ignore', or remove '\(exclusion.pattern)'"
    case .file(let file): "add '!/\(path)' to the end of 'spec.ignore', or remove '\(exclusion.pattern)' from '\(file)'"
    case .defaults:
      "add '!/\(path)' to 'spec.ignore' of \(exclusion.source): by default '\(exclusion.pattern)' is left out"
    case .sparseCheckout: "add '\(path)' to 'spec.sparseCheckout'"
    case .absent: "correct the path, or what the source ships"
    }
  }
}

extension RepositoryModel {
  /// The sibling a mistyped path most likely means.
  fileprivate func nearestDirectory(to path: String) -> String? {
    var parent = ""
    let components = path.split(separator: "/").map(String.init)
    for (index, component) in components.enumerated() {
      let child = parent.isEmpty ? component : "\(parent)/\(component)"
      if sources.isDirectory(child) {
        parent = child
        continue
      }
      let directories = sources.names(inDirectory: parent).filter {
        sources.isDirectory(parent.isEmpty ? $0 : "\(parent)/\($0)")
      }
      guard let near = Suggestion.nearest(to: component, in: directories) else { return nil }
      let rest = [near] + components[(index + 1)...]
      let result = (parent.isEmpty ? [] : [parent]) + rest
      let candidate = result.joined(separator: "/")
      return sources.isDirectory(candidate) ? candidate : nil
    }
    return nil
  }
}
