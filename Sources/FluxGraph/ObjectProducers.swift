import FluxModel
import Manifests
import YAMLSyntax

/// What makes Secrets and ConfigMaps in a cluster, so that no manifest has them: one row for each kind of object.
///
/// Sources: the CRDs and documentation of each project, named beside its rows.
struct ObjectProducer: Sendable {
  /// Where the name of the object stands.
  enum Name: Sendable {
    /// In this field; nothing is made without it.
    case field([StaticString])
    /// In this field, else it is the name of the producer.
    case fieldOrOwn([StaticString])
    /// It is the name of the producer with this behind it.
    case own(suffix: String = "")
    /// In this field of each entry of a list.
    case entries([StaticString], [StaticString])
  }

  /// Which namespace the object is in.
  enum Space: Sendable {
    /// That of the producer; all of them for a producer that has none.
    case own
    /// What this field says, else that of the producer.
    case field([StaticString])
    /// Those that the selectors of a ClusterExternalSecret match.
    case selected
    case any
  }

  /// The keys that it has.
  enum Keys: Sendable {
    case unknown
    /// External Secrets: `data`, unless `dataFrom`, a template or another owner adds some.
    case externalSecret([StaticString])
    /// Sealed Secrets: `encryptedData` and those of the template.
    case sealedSecret
    /// Terraform: the outputs it lists, if it lists any.
    case outputs
  }

  var makes = "Secret"
  var names: [Name]
  var space = Space.own
  var keys = Keys.unknown
  /// Where the metadata of the object stand.
  var metadata: [StaticString] = []
  /// Whether the object gets the metadata of the producer where that has nothing at all for it.
  var passesOnMetadata = false

  private init(
    _ names: [Name], makes: String = "Secret", space: Space = .own, keys: Keys = .unknown,
    metadata: [StaticString] = [], passesOnMetadata: Bool = false
  ) {
    self.names = names
    self.makes = makes
    self.space = space
    self.keys = keys
    self.metadata = metadata
    self.passesOnMetadata = passesOnMetadata
  }

  /// The rows of a kind; none for one that makes nothing, as far as this knows.
  static func rows(of id: ObjectID) -> [ObjectProducer] {
    // The kinds of Kubernetes and Flux make none.
    guard id.group.utf8.contains(UInt8(ascii: ".")), !id.group.hasSuffix(".fluxcd.io") || id.kind == "Terraform",
      !id.group.hasSuffix(".k8s.io") || id.group.hasSuffix(".x-k8s.io"), id.kind != "CustomResourceDefinition"
    else { return [] }
    if let rows = table[id.kind] { return rows }
    // Secrets operators call their objects so, and name what they make in one of these fields or like themselves.
    return id.kind.contains("Secret") && !id.kind.hasSuffix("Store") ? generic : connection
  }

  /// Crossplane: every managed resource and claim may have it.
  private static let connection = [
    ObjectProducer(
      [.field(["spec", "writeConnectionSecretToRef", "name"])],
      space: .field(["spec", "writeConnectionSecretToRef", "namespace"]))
  ]

  private static let generic = [
    ObjectProducer([
      .own(), .field(["spec", "target", "name"]), .field(["spec", "secretName"]),
      .field(["spec", "destination", "name"]), .field(["spec", "template", "metadata", "name"]),
      .field(["spec", "secretRef", "name"]), .field(["spec", "output", "secret", "name"]),
    ]),
    ObjectProducer(
      [.field(["spec", "managedSecret", "name"])], space: .field(["spec", "managedSecret", "namespace"])),
    ObjectProducer(
      [.field(["spec", "managedSecretReference", "secretName"])],
      space: .field(["spec", "managedSecretReference", "secretNamespace"])),
    ObjectProducer([
      .entries(["spec", "secretTemplates"], ["name"]), .entries(["spec", "secretObjects"], ["secretName"]),
      .entries(["spec", "managedKubeSecretReferences"], ["secretName"]),
    ]),
  ]

  private static let table: [String: [ObjectProducer]] = [
    // external-secrets.io
    "ExternalSecret": [
      ObjectProducer(
        [.fieldOrOwn(["spec", "target", "name"])], keys: .externalSecret(["spec"]),
        metadata: ["spec", "target", "template", "metadata"], passesOnMetadata: true)
    ],
    "ClusterExternalSecret": [
      ObjectProducer(
        [.field(["spec", "externalSecretSpec", "target", "name"]), .fieldOrOwn(["spec", "externalSecretName"])],
        space: .selected, keys: .externalSecret(["spec", "externalSecretSpec"]),
        metadata: ["spec", "externalSecretSpec", "target", "template", "metadata"], passesOnMetadata: true)
    ],
    // Its stores may be clusters.
    "PushSecret": [ObjectProducer([.entries(["spec", "data"], ["match", "remoteRef", "remoteKey"])], space: .any)],
    "ClusterPushSecret": [
      ObjectProducer([.entries(["spec", "pushSecretSpec", "data"], ["match", "remoteRef", "remoteKey"])], space: .any)
    ],
    // bitnami.com: named like itself; older releases took the name of the template.
    "SealedSecret": [
      ObjectProducer(
        [.own(), .field(["spec", "template", "metadata", "name"])], keys: .sealedSecret,
        metadata: ["spec", "template", "metadata"])
    ],
    // cert-manager.io
    "Certificate": [ObjectProducer([.field(["spec", "secretName"])], metadata: ["spec", "secretTemplate"])],
    // onepassword.com
    "OnePasswordItem": [ObjectProducer([.own()])],
    // secrets.hashicorp.com
    "HCPVaultSecretsApp": [ObjectProducer([.field(["spec", "destination", "name"])])],
    // infra.contrib.fluxcd.io (tofu-controller)
    "Terraform": [
      ObjectProducer(
        [.field(["spec", "writeOutputsToSecret", "name"])], keys: .outputs,
        metadata: ["spec", "writeOutputsToSecret"])
    ],
    // secretgenerator.mittwald.de
    "BasicAuth": [ObjectProducer([.own()])],
    "SSHKeyPair": [ObjectProducer([.own()])],
    // kafka.strimzi.io
    "KafkaUser": [ObjectProducer([.fieldOrOwn(["spec", "template", "secret", "metadata", "name"])])],
    // postgresql.cnpg.io, cluster.x-k8s.io
    "Cluster": [
      ObjectProducer([
        .own(suffix: "-app"), .own(suffix: "-superuser"), .own(suffix: "-ca"), .own(suffix: "-kubeconfig"),
      ])
    ],
    // rabbitmq.com, elasticsearch.k8s.elastic.co
    "RabbitmqCluster": [ObjectProducer([.own(suffix: "-default-user")])],
    "Elasticsearch": [
      ObjectProducer([.own(suffix: "-es-elastic-user"), .own(suffix: "-es-http-certs-public")])
    ],
    // trust.cert-manager.io
    "Bundle": [
      ObjectProducer([.own()], makes: "ConfigMap", space: .any), ObjectProducer([.own()], space: .any),
    ],
    // objectbucket.io (Rook, NooBaa)
    "ObjectBucketClaim": [ObjectProducer([.own()]), ObjectProducer([.own()], makes: "ConfigMap")],
    // kyverno.io: rules that generate.
    "ClusterPolicy": [
      ObjectProducer([.entries(["spec", "rules"], ["generate", "name"])], space: .any),
      ObjectProducer([.entries(["spec", "rules"], ["generate", "name"])], makes: "ConfigMap", space: .any),
    ],
    // Readers of secrets, whatever their name says.
    "SecretStore": [], "ClusterSecretStore": [],
  ]
}

/// A controller that copies Secrets and ConfigMaps between namespaces, by the annotations it reads.
enum ObjectCopier {
  /// Where the copies of an object with some annotations are; nil when nothing copies it.
  static func targets(_ annotations: NodeRef, in forest: Forest) -> ProducedObjects.Spaces? {
    func text(_ key: StaticString) -> String? { forest.value(annotations, key).map { forest.text($0) } }
    // emberstack/kubernetes-reflector
    if text("reflector.v1.k8s.emberstack.com/reflection-auto-enabled") == "true",
      text("reflector.v1.k8s.emberstack.com/reflection-allowed") == "true"
    {
      let lists = [
        text("reflector.v1.k8s.emberstack.com/reflection-auto-namespaces"),
        text("reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces"),
      ].compactMap { $0 }.filter { !$0.isEmpty }
      return lists.isEmpty ? .any : .matching(lists.map { ProducedObjects.patterns(in: $0) })
    }
    // mittwald/kubernetes-replicator
    if let list = text("replicator.v1.mittwald.de/replicate-to") {
      return .matching([ProducedObjects.patterns(in: list)])
    }
    // The namespaces of selectors have their labels from anywhere. The second is kubed, later config-syncer.
    if text("replicator.v1.mittwald.de/replicate-to-matching") != nil || text("kubed.appscode.com/sync") != nil {
      return .any
    }
    return nil
  }

  /// `NAMESPACE/NAME` of the object that one with some annotations is filled from; nil for one that has its own content.
  static func origin(_ annotations: NodeRef, in forest: Forest) -> (namespace: String, name: String)? {
    let keys: [StaticString] = [
      "reflector.v1.k8s.emberstack.com/reflects", "replicator.v1.mittwald.de/replicate-from",
    ]
    for key in keys {
      guard let text = forest.value(annotations, key).map({ forest.text($0) }) else { continue }
      let parts = text.split(separator: "/").map(String.init)
      if parts.count == 2 { return (parts[0], parts[1]) }
    }
    return nil
  }
}
