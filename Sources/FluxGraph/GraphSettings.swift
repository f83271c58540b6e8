package import FluxModel
package import SourceText

/// What the user says of clusters. What is found in the repository counts only where this is silent.
package struct GraphSettings: Sendable {
  /// The release that all clusters run.
  package var fluxVersion: FluxVersion?
  package var clusters: [NamedCluster] = []
  /// Objects that are made outside Git, in every cluster.
  package var provided: [ProvidedObject] = []

  package init(fluxVersion: FluxVersion? = nil, clusters: [NamedCluster] = [], provided: [ProvidedObject] = []) {
    self.fluxVersion = fluxVersion
    self.clusters = clusters
    self.provided = provided
  }
}

/// A cluster by the directory that Flux begins at.
package struct NamedCluster: Hashable, Sendable {
  /// Relative to the top of the tree, cleaned.
  package var path: String
  /// What it is called in reports; nil for its path.
  package var name: String?
  package var fluxVersion: FluxVersion?
  /// The entry of the configuration.
  package var range: SourceRange

  package init(path: String, name: String?, fluxVersion: FluxVersion?, range: SourceRange) {
    self.path = path
    self.name = name
    self.fluxVersion = fluxVersion
    self.range = range
  }
}
