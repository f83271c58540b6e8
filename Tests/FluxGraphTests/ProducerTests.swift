import FluxGraph
import SourceText
import Testing
import YAMLSyntax

/// What operators and copiers make, and what is known of its keys.
@Suite struct `Secrets that something makes` {
  private static func repository(_ objects: String, namespace: String = "flux-system") async throws -> GraphRepository {
    try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/settings.yaml": GraphRepository.kustomization("settings", path: "settings"),
      "clusters/a/web.yaml": """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: web, namespace: \(namespace)}
      spec:
        path: web
        sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
        postBuild: {substituteFrom: [{kind: Secret, name: settings}]}
      """,
      "settings/objects.yaml": objects,
      "web/cm.yaml": GraphRepository.configMap("web", "a: ${KNOWN}${MISSPELT}"),
    ])
  }

  private static func secret(_ annotations: String, namespace: String = "flux-system") -> String {
    """
    apiVersion: v1
    kind: Secret
    metadata: {name: settings, namespace: \(namespace), annotations: {\(annotations)}}
    stringData: {KNOWN: a}
    """
  }

  private static func externalSecret(_ spec: String, metadata: String = "") -> String {
    """
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: {name: settings, namespace: flux-system\(metadata)}
    spec: {\(spec)}
    """
  }

  private static let keys = "data: [{secretKey: KNOWN, remoteRef: {key: a}}]"
  private static let reflected =
    "reflector.v1.k8s.emberstack.com/reflection-allowed: 'true', reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'true'"

  @Test(arguments: [
    // Manifests.
    (secret(""), "MISSPELT", ""), (secret("kustomize.toolkit.fluxcd.io/ssa: Merge"), "", "MISSPELT"),
    (secret("kustomize.toolkit.fluxcd.io/ssa: IfNotPresent"), "", "MISSPELT"),
    (secret("kustomize.toolkit.fluxcd.io/ssa: Override"), "MISSPELT", ""),
    // External Secrets.
    (externalSecret(keys), "MISSPELT", ""), (externalSecret("dataFrom: [{extract: {key: a}}]"), "", "KNOWN MISSPELT"),
    (externalSecret(keys + ", target: {creationPolicy: Merge}"), "", "KNOWN MISSPELT"),
    (externalSecret("dataFrom: [{extract: {key: a}}], target: {template: {data: {KNOWN: b}}}"), "MISSPELT", ""),
    (externalSecret(keys + ", target: {template: {templateFrom: [{}]}}"), "", "KNOWN MISSPELT"),
    (externalSecret("dataFrom: [{extract: {key: a}}]") + "\n---\n" + secret(""), "", "MISSPELT"),
    // Others.
    (
      "{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: settings, namespace: flux-system}, spec: {encryptedData: {KNOWN: a}}}",
      "MISSPELT", ""
    ),
    (
      "{apiVersion: infra.contrib.fluxcd.io/v1alpha2, kind: Terraform, metadata: {name: t, namespace: flux-system}, spec: {writeOutputsToSecret: {name: settings, outputs: ['known:KNOWN']}}}",
      "MISSPELT", ""
    ),
    (
      "{apiVersion: onepassword.com/v1, kind: OnePasswordItem, metadata: {name: settings, namespace: flux-system}}", "",
      "KNOWN MISSPELT"
    ),
  ])
  func `keys are known where every producer is`(objects: String, undefined: String, undecided: String) async throws {
    let web = try #require(try await Self.repository(objects).kustomization("web"))
    #expect(web.undefinedVariables.map(\.name).joined(separator: " ") == undefined)
    #expect(
      web.undecidedVariables.map(\.name).filter { web.substitution.values[$0] == nil }.joined(separator: " ")
        == undecided)
  }

  @Test(arguments: [
    (secret(reflected), true), (secret(""), false),
    (secret(reflected + ", reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: 'a,sho.*'"), true),
    (secret(reflected + ", reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: 'a,sho'"), false),
    (secret(reflected + ", reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces: a"), false),
    (secret("reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'true'"), false),
    (secret("replicator.v1.mittwald.de/replicate-to: 'a, shop'"), true),
    (secret("replicator.v1.mittwald.de/replicate-to: a"), false),
    (externalSecret(keys, metadata: ", annotations: {\(reflected)}"), true),
    (externalSecret(keys + ", target: {template: {type: Opaque}}", metadata: ", annotations: {\(reflected)}"), false),
    (externalSecret(keys + ", target: {template: {metadata: {annotations: {\(reflected)}}}}"), true),
    (secret("reflector.v1.k8s.emberstack.com/reflects: flux-system/settings", namespace: "shop"), false),
  ])
  func `copies in other namespaces have the keys of their original`(objects: String, isCopied: Bool) async throws {
    let web = try #require(try await Self.repository(objects, namespace: "shop").kustomization("web"))
    #expect(web.undefinedVariables.map(\.name) == (isCopied ? ["MISSPELT"] : []))
    #expect(web.substitution.openSources.isEmpty == isCopied)
  }

  @Test(arguments: [
    ("namespaces: [shop]", "", true), ("namespaces: [other]", "", false),
    ("namespaceSelectors: [{matchLabels: {team: a}}]", "", true),
    ("namespaceSelectors: [{matchLabels: {team: a}}]", "team: a", true),
    ("namespaceSelectors: [{matchLabels: {team: a}}]", "team: b", false),
    ("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}", "team: b", true),
  ])
  func `a ClusterExternalSecret makes one in the namespaces that it selects`(
    selector: String, labels: String, isMade: Bool
  ) async throws {
    let objects = """
      apiVersion: external-secrets.io/v1
      kind: ClusterExternalSecret
      metadata: {name: all}
      spec: {\(selector), externalSecretName: settings, externalSecretSpec: {\(Self.keys)}}
      """
    let namespace =
      labels.isEmpty ? "" : "\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {\(labels)}}}"
    let web = try #require(
      try await Self.repository(objects + namespace, namespace: "shop").kustomization("web"))
    #expect(web.undefinedVariables.map(\.name) == (isMade ? ["MISSPELT"] : []))
  }

  @Test func `a producer that turns up late takes back what was said before`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/a.yaml": Self.secret(""),
      "clusters/a/b.yaml": GraphRepository.kustomization(
        "web", path: "web", spec: "  postBuild: {substituteFrom: [{kind: Secret, name: settings}]}"),
      "clusters/a/c.yaml": GraphRepository.kustomization("late", path: "late"),
      "late/a.yaml": Self.externalSecret("dataFrom: [{extract: {key: a}}]"),
      "web/cm.yaml": GraphRepository.configMap("web", "a: ${MISSPELT}"),
    ])
    let web = try #require(repository.kustomization("web"))
    #expect(web.undefinedVariables.isEmpty)
    #expect(web.undecidedVariables.map(\.name) == ["MISSPELT"])
  }
}
