package import CEL
import Facts
package import FluxGraph
import FluxModel
import Schemas

/// What expressions over whole objects can find in them: the fields at the top, with their types, where the schema of the
/// kind in a cluster is known for certain.
package struct ObjectShapes {
  private struct Key: Hashable {
    var cluster: Int
    var kind: String
    var apiVersion: String
  }

  private let model: RepositoryModel
  /// Read when somebody first asks, which is rare.
  private lazy var catalogue = SchemaCatalogue(model)
  private var known: [Key: [String: CELType]?] = [:]

  package init(_ model: RepositoryModel) { self.model = model }

  /// Nil where the cluster has no such object, where nothing says what fields they have, or where they may have any.
  ///
  /// - Parameter number: that of the cluster in the graph.
  package mutating func fields(of kind: String, _ apiVersion: String, inCluster number: Int) -> [String: CELType]? {
    let key = Key(cluster: number, kind: kind, apiVersion: apiVersion)
    if let fields = known[key] { return fields }
    let fields = find(key)
    known[key] = .some(fields)
    return fields
  }

  private mutating func find(_ key: Key) -> [String: CELType]? {
    let cluster = model.graph.clusters[key.cluster]
    let first = cluster.index.objects(ofKind: key.kind).first { cluster.objects[$0].id.apiVersion == key.apiVersion }
    guard let first else { return nil }
    var choices = ClusterSchemas(cluster)
    guard case .known(let choice) = choices.choice(for: cluster.objects[first], &catalogue) else { return nil }
    switch choice.origin {
    // Of which release a definition is that is known here nobody says, nor where the one next to this repository is.
    case .known, .outside: return nil
    case .flux(let minor, _) where minor.map({ $0 > SchemaTable.newestMinor }) ?? true: return Self.ofFlux
    case .builtIn, .flux, .definition: break
    }
    guard choice.schemas.count == 1, let schema = choice.schemas.first else { return Self.ofFlux }
    return fields(of: schema)
  }

  /// Those of an object of Flux as its own controller has it: whatever is written in Git, in the version that it works with.
  package mutating func fields(ofDependency object: AppliedObject, _ cluster: Cluster) -> [String: CELType] {
    let version = object.id.group == FluxKinds.helmGroup ? "v2" : "v1"
    let minor = cluster.settings.versionOrigin == .assumed ? nil : cluster.settings.fluxVersion.minor
    guard let minor,
      let kind = catalogue.table.kind(group: object.id.group, version: version, kind: object.id.kind),
      let release = kind.releases.first(where: { $0.since <= minor && minor <= $0.until })
    else { return Self.ofFlux }
    return fields(of: catalogue.schema(release)) ?? Self.ofFlux
  }

  /// What all objects of Flux have, in any release.
  private static let ofFlux = common.merging(["spec": .dyn, "status": .dyn]) { first, _ in first }
  private static let common: [String: CELType] = ["apiVersion": .string, "kind": .string, "metadata": .dyn]

  private mutating func fields(of schema: Schema) -> [String: CELType]? {
    guard !schema.isOpen, !schema.fields.isEmpty else { return nil }
    let metadata = catalogue.metadata
    var fields = Self.common
    fields["metadata"] = metadata.shape(metadata: metadata)
    for field in schema.fields { fields[field.name] = field.schema.shape(metadata: metadata) }
    return fields
  }
}
