import Diagnostics
import Linting
import RuleCatalogue
import SourceTrees
import Testing

/// What findings say is to be done has to work in every cluster that reads the file.
@Suite struct `Advice` {
  /// The helps of a rule for objects that clusters of some releases apply, in the order of the findings.
  private func helps(
    _ rule: String, _ files: [String: String], releases: [String] = ["2.9"]
  ) async throws -> [String?] {
    var tree: [String: [UInt8]] = [:]
    for (number, release) in releases.enumerated() {
      tree["c\(number)/flux-system/gotk-components.yaml"] = Array(
        """
        # Flux Version: v\(release).0
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kustomize-controller, namespace: flux-system}

        """.utf8)
      tree["c\(number)/flux-system/gotk-sync.yaml"] = Array(
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: flux-system, namespace: flux-system}
        spec: {url: 'https://example.com/x.git', interval: 1m}
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec: {path: ./c\(number), interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}

        """.utf8)
      tree["c\(number)/kustomization.yaml"] = Array("resources: [flux-system, ../base]\n".utf8)
    }
    let names = files.keys.filter { !$0.contains("/") }.sorted()
    tree["base/kustomization.yaml"] = Array("resources: [\(names.joined(separator: ", "))]\n".utf8)
    for (path, text) in files { tree[path.contains("/") ? path : "base/" + path] = Array(text.utf8) }
    let options = LinterOptions(rules: RuleChoice(enabled: [rule]))
    let report = try await Linter.check(InMemoryTree(files: tree), options: options)
    return report.findings.filter { $0.rule.name == rule }.map(\.help)
  }

  private static func release(_ version: String, _ more: String = "") -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/\(version)
    kind: HelmRelease
    metadata: {name: web, namespace: flux-system}
    spec:
      interval: 30m
      chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: acme}}}
    \(more)
    """
  }

  @Test(arguments: [
    ("v2", ["2.9"], true), ("v2", ["2.7"], true), ("v2", ["2.6"], false), ("v2", ["2.9", "2.6"], false),
    ("v2beta2", ["2.7"], false),
  ])
  func `a strategy is offered where every cluster has it`(
    version: String, releases: [String], isOffered: Bool
  ) async throws {
    let retries = "  install: {remediation: {retries: -1}}"
    for (rule, more) in [("no-retries", ""), ("retries-unlimited", retries)] {
      let helps = try await helps(rule, ["web.yaml": Self.release(version, more)], releases: releases)
      #expect(helps.count == 1 && helps.allSatisfy { ($0 ?? "").contains("RetryOnFailure") == isOffered }, "\(rule)")
    }
  }

  @Test(arguments: [(["2.9"], false), (["2.2"], true), (["2.9", "2.2"], true)])
  func `chartRef is for later where a cluster does not have it`(releases: [String], isLater: Bool) async throws {
    let repository = """
      apiVersion: source.toolkit.fluxcd.io/v1beta2
      kind: HelmRepository
      metadata: {name: acme, namespace: flux-system}
      spec: {type: oci, interval: 1h, url: 'oci://charts.example.com'}
      """
    let helps = try await helps("helm-repository-oci", ["acme.yaml": repository], releases: releases)
    #expect(helps.map { ($0 ?? "").hasPrefix("once every cluster runs Flux 2.3") } == [isLater])
  }

  private static func kustomization(_ name: String, _ more: String = "") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec:
      interval: 10m
      path: ./\(name)
      prune: true
      sourceRef: {kind: GitRepository, name: flux-system}
    \(more)
    """
  }

  /// An operator with a Namespace, whose values are in a Secret that `secrets` makes.
  private static let operatorFiles = [
    "operator/namespace.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: web}}",
    "operator/release.yaml": release("v2", "  valuesFrom: [{kind: Secret, name: values}]"),
    "secrets/values.yaml": """
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: {name: values, namespace: flux-system}
    spec: {secretStoreRef: {name: vault}, target: {name: values}}
    """,
    "secrets/config.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: web}}",
  ]

  @Test(arguments: [true, false])
  func `a Kustomization is not to wait for what needs it`(isNeeded: Bool) async throws {
    var files = Self.operatorFiles
    files["all.yaml"] = [Self.kustomization("operator"), Self.kustomization("secrets")].joined(separator: "\n---\n")
    if !isNeeded { files["operator/release.yaml"] = Self.release("v2") }
    let helps = try await helps("namespace-not-ordered", files)
    #expect(helps.map { ($0 ?? "").hasPrefix("move the Namespace here") } == [isNeeded])
  }

  @Test(arguments: [true, false])
  func `a dependency is not to wait for what needs its dependants`(isNeeded: Bool) async throws {
    var files = Self.operatorFiles
    let dependant = Self.kustomization("secrets", "  dependsOn: [{name: operator}]")
    files["all.yaml"] = [Self.kustomization("operator"), dependant].joined(separator: "\n---\n")
    if !isNeeded { files["operator/release.yaml"] = Self.release("v2") }
    let helps = try await helps("dependency-without-wait", files)
    #expect(helps.map { ($0 ?? "").contains("healthChecks") } == [isNeeded])
  }

  @Test(arguments: [
    ("chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: acme}}}", true),
    ("chartRef: {kind: OCIRepository, name: web}", false),
  ])
  func `an older version is offered to an object that fits it`(chart: String, isOffered: Bool) async throws {
    let release = """
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata: {name: web, namespace: flux-system}
      spec:
        interval: 30m
        \(chart)
      """
    let helps = try await helps("removed-api-version", ["web.yaml": release], releases: ["2.2"])
    #expect(helps == ["upgrade Flux to 2.3" + (isOffered ? ", or use 'helm.toolkit.fluxcd.io/v2beta2'" : "")])
  }

  @Test func `what keeps an old version is named`() async throws {
    let repository = """
      apiVersion: source.toolkit.fluxcd.io/v1beta2
      kind: GitRepository
      metadata: {name: web, namespace: flux-system}
      spec: {interval: 1h, url: 'https://example.com/web.git'}
      """
    let helps = try await helps("deprecated-api-version", ["web.yaml": repository], releases: ["2.2", "0.41"])
    #expect(
      helps.contains("use 'source.toolkit.fluxcd.io/v1' once 'c1' runs Flux 2.0: it reads the file, too"),
      "\(helps)")
  }
}
