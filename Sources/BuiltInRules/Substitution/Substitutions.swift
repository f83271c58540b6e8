import RuleEngine

/// A Kustomization of a cluster with the texts that substitution goes through.
struct Substitution {
  var facts: ClusterFacts
  /// Index into the cluster's Kustomizations.
  var number: Int

  var cluster: Cluster { facts.cluster }
  var kustomization: FluxKustomization { facts.cluster.kustomizations[number] }
  var scope: SubstitutionScope { kustomization.substitution }
  var texts: [DollarText] { facts.dollarTexts(of: number) }

  func object(of text: DollarText) -> AppliedObject { cluster.objects[text.object] }
}

extension RepositoryModel {
  /// The Kustomizations whose variables certainly are put in, less those that are suspended.
  var activeSubstitutions: [Substitution] {
    substitutions.filter { $0.scope.isActive && !$0.scope.mayBeEmpty }
  }

  /// All Kustomizations that are not suspended.
  var substitutions: [Substitution] {
    clusters.flatMap { facts in
      facts.cluster.kustomizations.indices.lazy
        .filter { !facts.cluster.kustomizations[$0].isSuspended(in: self.forest) }
        .map { Substitution(facts: facts, number: $0) }
    }
  }

  /// Says which Kustomization substitutes.
  func applier(_ substitution: Substitution) -> RelatedLocation {
    RelatedLocation(
      postBuildRange(of: substitution.kustomization) ?? nameRange(of: substitution.kustomization),
      "substituted by Kustomization '\(substitution.kustomization.displayName)'")
  }

  /// The key `postBuild`.
  func postBuildRange(of kustomization: FluxKustomization) -> SourceRange? {
    kustomization.spec(in: forest).flatMap { forest.pair($0, "postBuild") }.map { forest.range($0.key) }
  }
}
