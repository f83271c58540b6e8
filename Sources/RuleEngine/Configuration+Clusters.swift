import FluxGraph
import FluxModel
import Manifests
package import SourceText
import YAMLSyntax

/// An entry of `sources`: where another repository is on this machine.
package struct RepositoryCheckout: Hashable, Sendable {
  /// As a source names it.
  package var url: String
  /// `../NAME`: a directory beside the top of this repository.
  package var path: String
  package var range: SourceRange
}

/// Reads what the configuration says of clusters and of objects that are made outside Git.
struct ClusterEntries {
  private let decoder: Configuration.Decoder
  private var forest: Forest { decoder.forest }

  init(_ decoder: Configuration.Decoder) { self.decoder = decoder }

  /// An entry of `sources`: a URL and the directory of its checkout. Nothing but neighbours of the repository is read,
  /// whatever a configuration asks for.
  func checkout(url: NodeRef, path: NodeRef) throws(ConfigurationError) -> RepositoryCheckout {
    let text = forest.text(path)
    let parts = text.split(separator: "/")
    guard text.hasPrefix("../"), parts.count >= 2, !parts.dropFirst().contains(".."), !parts.contains(".") else {
      throw decoder.error("'\(text)' is no directory next to this repository; write one like ../infrastructure", path)
    }
    return RepositoryCheckout(url: forest.text(url), path: parts.joined(separator: "/"), range: forest.range(path))
  }

  /// An entry of `clusters`: `path`, `name`, and optionally `fluxVersion`.
  func cluster(_ node: NodeRef) throws(ConfigurationError) -> NamedCluster {
    try decoder.expect(node, .mapping, "an entry of 'clusters'")
    var path: String?
    var name: String?
    var version: FluxVersion?
    for pair in forest.pairs(node) {
      switch forest.text(pair.key) {
      case "path": path = RelativePath.clamped(forest.text(pair.value))
      case "name": name = forest.text(pair.value)
      case "fluxVersion": version = try decoder.fluxVersion(pair.value)
      case let key: throw decoder.error("unknown key '\(key)'; known are name, path and fluxVersion", pair.key)
      }
    }
    guard let path else { throw decoder.error("an entry of 'clusters' needs the path that Flux begins at", node) }
    return NamedCluster(
      path: path, name: name.flatMap { $0.isEmpty ? nil : $0 }, fluxVersion: version, range: forest.range(node))
  }

  /// An entry of `external`: `kind`, `name`, and optionally `namespace` and `keys` or `values`.
  func external(_ node: NodeRef) throws(ConfigurationError) -> ProvidedObject {
    try decoder.expect(node, .mapping, "an entry of 'external'")
    var result = ProvidedObject(kind: "", namespace: nil, name: "", values: nil, range: forest.range(node))
    for pair in forest.pairs(node) {
      switch forest.text(pair.key) {
      case "kind": result.kind = forest.text(pair.value)
      case "name": result.name = forest.text(pair.value)
      case "namespace": result.namespace = forest.text(pair.value)
      case "keys":
        try decoder.expect(pair.value, .sequence, "'keys'")
        for item in forest.items(pair.value) {
          result.values = (result.values ?? [:]).with(forest.text(item), .unknown)
        }
      case "values":
        try decoder.expect(pair.value, .mapping, "'values'")
        for item in forest.pairs(pair.value) {
          let value = VariableValue.known(forest.text(item.value))
          result.values = (result.values ?? [:]).with(forest.text(item.key), value)
        }
      case let key:
        throw decoder.error("unknown key '\(key)'; known are kind, namespace, name, keys and values", pair.key)
      }
    }
    guard result.kind == "Secret" || result.kind == "ConfigMap" else {
      throw decoder.error("an entry of 'external' needs a kind: Secret or ConfigMap", node)
    }
    guard !result.name.isEmpty else { throw decoder.error("an entry of 'external' needs a name", node) }
    return result
  }
}

extension [String: VariableValue] {
  fileprivate func with(_ key: String, _ value: VariableValue) -> Self {
    var result = self
    result[key] = value
    return result
  }
}
