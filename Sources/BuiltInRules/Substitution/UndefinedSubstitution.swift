import RuleEngine

/// A variable that post-build substitution does not know: an error since Flux 2.9, an empty string before.
struct UndefinedSubstitution: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters {
      let cluster = facts.cluster
      let settings = cluster.settings
      let release = "Flux \(settings.fluxVersion)"
      for (number, kustomization) in cluster.kustomizations.enumerated() where !kustomization.undefinedVariables.isEmpty
      {
        let name = kustomization.displayName
        // Those of scripts have a rule of their own.
        let scripts = ScriptVariables.places(in: Substitution(facts: facts, number: number), model.forest)
        let undefined = kustomization.undefinedVariables.filter {
          !scripts.contains(.init(name: $0.name, range: $0.range))
        }
        let (described, uses) = Self.split(undefined, cluster, model.forest)
        if settings.isSubstitutionStrict, !described.isEmpty {
          reportDescriptions(described, of: kustomization, cluster, model, &report)
        }
        for use in uses {
          var related: [RelatedLocation] = []
          var help = "define it in 'postBuild', write '${\(use.name):=default}', or '$${\(use.name)}' for literal text"
          // One letter is as near to any other.
          if use.name.utf8.count > 2,
            let near = Suggestion.nearest(to: use.name, in: kustomization.substitution.definitions.keys),
            let definition = kustomization.substitution.definitions[near]
          {
            help = "did you mean '\(near)'?"
            related.append(RelatedLocation(definition, "a similar name is defined here"))
          }
          related.append(RelatedLocation(model.nameRange(of: kustomization), "applied by Kustomization '\(name)'"))
          var notes: [String] = []
          if let input = use.input {
            notes.append("it stands in line \(input.line) of '\(input.path)'")
          }
          if settings.versionOrigin == .assumed {
            notes.append("the Flux release is not known: \(settings.fluxVersion) is assumed")
          }
          if !cluster.hasEntryPoint { notes.append("what applies this Kustomization may add variables to it") }
          report.report(
            "variable '\(use.name)' is not defined", at: use.range,
            label: settings.isSubstitutionStrict
              ? "\(release) fails the whole Kustomization"
              : "\(release) puts an empty string here\(use.object == nil ? ", and applies nothing of the object" : "")",
            severity: cluster.hasEntryPoint ? nil : .note, object: Self.object(of: use, kustomization, cluster),
            cluster: cluster, related: related, notes: notes,
            help: help,
            data: [
              "variable": .string(use.name), "kustomization": .string(name),
              "strict": .boolean(settings.isSubstitutionStrict),
            ])
        }
      }
    }
  }

  /// The object that uses the variable, also where it takes the object's name.
  private static func object(
    of use: VariableUse, _ kustomization: FluxKustomization, _ cluster: Cluster
  ) -> ObjectReference {
    if let object = use.object { return ObjectReference(cluster.objects[object].id) }
    let lost = kustomization.lostObjects.first { $0.range.contains(use.range) }
    return lost.map { ObjectReference($0.id) } ?? kustomization.reference
  }

  // MARK: - Descriptions

  /// Sets apart what stands in the documentation of a CustomResourceDefinition: nothing reads it, so that an empty string
  /// there does no harm, and the file is generated.
  private static func split(
    _ uses: [VariableUse], _ cluster: Cluster, _ forest: Forest
  ) -> (described: [VariableUse], others: [VariableUse]) {
    var known: [Int: [SourceRange]] = [:]
    func isDescribed(_ use: VariableUse) -> Bool {
      guard let number = use.object else { return false }
      let object = cluster.objects[number]
      guard object.id.kind == "CustomResourceDefinition" else { return false }
      let ranges = known[number] ?? descriptions(in: object.built, forest)
      known[number] = ranges
      return ranges.contains { $0.contains(use.range) }
    }
    return (uses.filter(isDescribed), uses.filter { !isDescribed($0) })
  }

  /// The values of `description` with an expression in them.
  private static func descriptions(in node: NodeRef, _ forest: Forest, depth: Int = 0) -> [SourceRange] {
    guard depth < 200, forest[node].flags.contains(.containsDollar) else { return [] }
    switch forest.kind(node) {
    case .scalar, .alias: return []
    case .sequence: return forest.items(node).flatMap { descriptions(in: $0, forest, depth: depth + 1) }
    case .mapping:
      return forest.pairs(node).flatMap { pair -> [SourceRange] in
        if forest.kind(pair.value) == .scalar {
          return forest.hasText(pair.key, "description") ? [forest.range(pair.value)] : []
        }
        return descriptions(in: pair.value, forest, depth: depth + 1)
      }
    }
  }

  /// One finding where a person can do something about it.
  private func reportDescriptions(
    _ uses: [VariableUse], of kustomization: FluxKustomization, _ cluster: Cluster, _ model: RepositoryModel,
    _ report: inout FindingSink
  ) {
    var objects: [ObjectReference] = []
    for use in uses {
      let object = Self.object(of: use, kustomization, cluster)
      if !objects.contains(object) { objects.append(object) }
    }
    let postBuild = kustomization.spec(in: model.forest).flatMap { model.forest.pair($0, "postBuild") }
    let isAssumed = cluster.settings.versionOrigin == .assumed
    var places: [RelatedLocation] = []
    for use in uses where !places.contains(where: { $0.range == use.range }) {
      places.append(RelatedLocation(use.range, "'\(use.name)' is not defined"))
    }
    report.report(
      "\(kustomization.reference.displayName) substitutes in the description of \(counted(objects)), where the variable '\(uses[0].name)' is not defined",
      at: postBuild.map { model.forest.range($0.key) } ?? model.nameRange(of: kustomization),
      label: "Flux \(cluster.settings.fluxVersion) fails the whole Kustomization",
      severity: isAssumed ? min(report.severity, .warning) : nil, object: kustomization.reference,
      objects: [kustomization.reference], cluster: cluster, related: places,
      notes: isAssumed ? ["the Flux release is not known: \(cluster.settings.fluxVersion) is assumed"] : [],
      help:
        "add the annotation 'kustomize.toolkit.fluxcd.io/substitute: disabled' to these definitions by a patch, or move the variables to the Kustomizations that need them",
      data: [
        "variable": .string(uses[0].name), "kustomization": .string(kustomization.displayName),
        "strict": .boolean(true),
      ])
  }
}
