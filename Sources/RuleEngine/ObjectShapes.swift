import Facts
import FluxGraph
import Schemas

/// The fields that objects of a kind can have at their top, where the schema in a cluster is known for certain.
package struct TopLevelFields {
  private struct Key: Hashable {
    var cluster: Int
    var kind: String
    var apiVersion: String
  }

  private let model: RepositoryModel
  /// Read when somebody first asks, which is rare.
  private lazy var catalogue = SchemaCatalogue(model)
  private var known: [Key: Set<String>?] = [:]

  /// What all objects have, whatever their schema says.
  package static let common: Set<String> = ["apiVersion", "kind", "metadata", "status"]

  package init(_ model: RepositoryModel) { self.model = model }

  /// Nil where the cluster has no such object, where nothing says what fields they have, or where they may have any.
  ///
  /// - Parameter number: that of the cluster in the graph.
  package mutating func names(of kind: String, _ apiVersion: String, inCluster number: Int) -> Set<String>? {
    let key = Key(cluster: number, kind: kind, apiVersion: apiVersion)
    if let names = known[key] { return names }
    let names = find(key)
    known[key] = .some(names)
    return names
  }

  private mutating func find(_ key: Key) -> Set<String>? {
    let cluster = model.graph.clusters[key.cluster]
    let first = cluster.index.objects(ofKind: key.kind).first { cluster.objects[$0].id.apiVersion == key.apiVersion }
    guard let first else { return nil }
    var choices = ClusterSchemas(cluster)
    guard case .known(let choice) = choices.choice(for: cluster.objects[first], &catalogue) else { return nil }
    switch choice.origin {
    // Of which release a definition is that is known here nobody says, nor where the one next to this repository is.
    case .known, .outside: return nil
    case .builtIn, .flux, .definition: break
    }
    var names = Self.common
    for schema in choice.schemas {
      guard !schema.isOpen, !schema.fields.isEmpty else { return nil }
      names.formUnion(schema.fields.map(\.name))
    }
    return names
  }
}
