import FluxGraph
import FluxModel
import Manifests
import Schemas
import YAMLSyntax

/// Which schemas hold for an object in a cluster.
package struct SchemaChoice {
  enum Origin: Hashable {
    case builtIn
    /// A kind of Flux, in a release or, where that is not known, in any that serves it up to a minor.
    case flux(minor: Int?, upTo: Int)
    /// A definition that the cluster applies.
    case definition
    /// A definition of a neighbouring repository, or one of a directory of schemas.
    case outside
    /// A definition that fluxlint knows; which release of it the cluster has is not known.
    case known
  }

  /// What is the same for all objects that are judged in the same way.
  struct ID: Hashable {
    var schemas: [ObjectIdentifier]
    var origin: Origin
    var mayExtendAlerts: Bool
    var dropsUnknown: Bool
    var losesNullLabels: Bool
  }

  /// The newest first. An object is wrong where it is wrong by all of them.
  var schemas: [Schema]
  var origin: Origin
  /// Nil when nothing says it.
  var isNamespaced: Bool?
  /// Whether the Flux Operator may have added kinds to the list that Alerts can name.
  var mayExtendAlerts: Bool
  /// Whether an unknown field of a built-in kind is dropped, not refused.
  var dropsUnknown: Bool
  /// Whether a label that is null takes all others of the object with it.
  var losesNullLabels: Bool

  var id: ID {
    ID(
      schemas: schemas.map { ObjectIdentifier($0) }, origin: origin, mayExtendAlerts: mayExtendAlerts,
      dropsUnknown: dropsUnknown, losesNullLabels: losesNullLabels)
  }

  /// Why there is none.
  package enum Absence: Hashable, Sendable {
    /// Nothing describes the kind.
    case nowhere
    /// Nobody reads its definition, for its size.
    case tooLarge
    /// The definition that the cluster applies does not serve the version.
    case notServed
  }

  enum Answer {
    case known(SchemaChoice)
    case unknown(Absence)
    /// Whatever is wrong with it is said elsewhere: its version is not served.
    case none
  }
}

/// The schemas of one cluster.
struct ClusterSchemas {
  private struct Key: Hashable {
    var group: String
    var version: String
    var kind: String
    var isRemote: Bool
    /// The minor of the cluster that it goes to.
    var remoteMinor: Int?
  }

  private let cluster: Cluster
  private var known: [Key: SchemaChoice.Answer] = [:]
  private var definitions: [String: NodeRef]?

  init(_ cluster: Cluster) { self.cluster = cluster }

  mutating func choice(for object: AppliedObject, _ catalogue: inout SchemaCatalogue) -> SchemaChoice.Answer {
    let key = Key(
      group: object.id.group, version: object.id.version, kind: object.id.kind, isRemote: object.isRemote,
      remoteMinor: object.isRemote
        ? object.kustomization.flatMap { cluster.remoteReleases[$0]?.fluxVersion.minor } : nil)
    if let answer = known[key] { return answer }
    let answer = find(key, &catalogue)
    known[key] = answer
    return answer
  }

  private mutating func find(_ key: Key, _ catalogue: inout SchemaCatalogue) -> SchemaChoice.Answer {
    let settings = cluster.settings
    // What an object goes through before the API server gets it, the Flux that applies it decides.
    let own = settings.versionOrigin == .assumed ? nil : settings.fluxVersion.minor
    var choice = SchemaChoice(
      schemas: [], origin: .definition, isNamespaced: nil, mayExtendAlerts: mayExtendAlerts,
      dropsUnknown: dropsUnknown(key.kind, own), losesNullLabels: own.map { $0 < Self.nullLabels } ?? false)
    let minor = key.isRemote ? key.remoteMinor : own
    if APIVersions.isFluxGroup(key.group) || key.group == FluxKinds.operatorGroup {
      guard let kind = catalogue.table.kind(group: key.group, version: key.version, kind: key.kind) else {
        // A version that no known release has is told elsewhere, but for one that came after them.
        let lifecycle = APIVersions.lifecycle(group: key.group, kind: key.kind, version: key.version)
        let newest = FluxVersion(major: 2, minor: SchemaTable.newestMinor)
        return lifecycle.map { $0.introduced.map { $0 > newest } ?? false } ?? true
          ? .unknown(.nowhere) : .none
      }
      choice.isNamespaced = true
      let isOperator = key.group == FluxKinds.operatorGroup
      let upTo =
        isOperator ? 0 : settings.isVersionBounded && !key.isRemote ? settings.fluxVersion.minor : SchemaTable.openEnd
      choice.origin = .flux(minor: isOperator ? nil : minor, upTo: upTo)
      let known = minor.map { min($0, SchemaTable.newestMinor) }
      for release in kind.releases.reversed()
      where known.map({ release.since <= $0 && $0 <= release.until }) ?? (release.since <= upTo) {
        choice.schemas.append(catalogue.schema(release))
      }
      return choice.schemas.isEmpty ? .none : .known(choice)
    }
    let builtIn = catalogue.table.kind(group: key.group, version: key.version, kind: key.kind)
    if let builtIn, builtIn.isBuiltIn, let release = builtIn.releases.first {
      choice.origin = .builtIn
      choice.isNamespaced = builtIn.isNamespaced
      choice.schemas = [catalogue.schema(release)]
      return .known(choice)
    }
    if !key.isRemote, let root = definition(group: key.group, kind: key.kind, catalogue) {
      guard let schema = catalogue.schema(ofDefinition: root, version: key.version) else {
        return .unknown(catalogue.absence(ofDefinition: root, version: key.version))
      }
      choice.isNamespaced = catalogue.isNamespaced(definition: root)
      choice.schemas = [schema]
      return .known(choice)
    }
    if let found = catalogue.outside(group: key.group, version: key.version, kind: key.kind) {
      choice.origin = .outside
      choice.isNamespaced = found.isNamespaced
      choice.schemas = [found.schema]
      return .known(choice)
    }
    if let builtIn, let release = builtIn.releases.first {
      choice.origin = .known
      choice.isNamespaced = builtIn.isNamespaced
      choice.schemas = [catalogue.schema(release)]
      return .known(choice)
    }
    return .unknown(.nowhere)
  }

  /// A definition that the cluster applies.
  private mutating func definition(group: String, kind: String, _ catalogue: SchemaCatalogue) -> NodeRef? {
    if definitions == nil {
      var found: [String: NodeRef] = [:]
      var doubtful: Set<String> = []
      for object in cluster.objects
      where object.id.kind == "CustomResourceDefinition" && object.id.group == "apiextensions.k8s.io"
        && !object.isRemote
        && object.id.version == "v1"
      {
        guard let name = catalogue.name(ofDefinition: object.root) else { continue }
        // What several clusters may have two of, nobody knows which of.
        if found.updateValue(object.root, forKey: name) != nil, !cluster.isOneCluster { doubtful.insert(name) }
      }
      definitions = found.filter { !doubtful.contains($0.key) }
    }
    return definitions?["\(group)/\(kind)"]
  }

  private var mayExtendAlerts: Bool {
    if case .found = cluster.settings.versionOrigin, cluster.entry.kind == .bootstrap {
      return cluster.objects.contains { $0.id.kind == "FluxInstance" && $0.id.group == FluxKinds.operatorGroup }
    }
    return true
  }

  /// kustomize-controller sends objects through the Go types of client-go before it applies them (fluxcd/pkg
  /// `ssa/normalize`), since Flux 2.3 of all kinds that client-go has, before that of some.
  private func dropsUnknown(_ kind: String, _ minor: Int?) -> Bool {
    if ["Role", "ClusterRole", "CustomResourceDefinition", "APIService"].contains(kind) { return false }
    if let minor, minor < 3 { return Self.earlyKinds.contains(kind) }
    return true
  }

  /// Since this minor `GetLabels` reads null as an empty text (k8s.io/apimachinery 0.33); before, it reads none.
  private static let nullLabels = 6

  /// `SetNativeKindsDefaults` of fluxcd/pkg `ssa`.
  private static let earlyKinds: Set<String> = [
    "Pod", "Service", "Secret", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob",
    "HorizontalPodAutoscaler",
  ]
}
