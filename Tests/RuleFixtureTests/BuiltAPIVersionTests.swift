import Diagnostics
import FluxModel
import Linting
import RuleCatalogue
import SourceText
import SourceTrees
import Testing

/// What `check` says of API versions where a build decides what a cluster gets of them.
@Suite struct `API versions of built objects` {
  struct Build: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The version that the object is written with.
    var written: String
    var kustomization: String
    /// `FILE:LINE` of what is refused.
    var refused: [String]
  }

  static let builds = [
    Build(
      testDescription: "a JSON patch raises it", written: "v1beta2",
      kustomization: """
        resources: [a.yaml]
        patches:
        - target: {kind: HelmRepository}
          patch: '[{"op": "replace", "path": "/apiVersion", "value": "source.toolkit.fluxcd.io/v1"}]'

        """, refused: []),
    Build(
      testDescription: "a JSON patch lowers it", written: "v1",
      kustomization: """
        resources: [a.yaml]
        patches:
        - target: {kind: HelmRepository}
          patch: '[{"op": "replace", "path": "/apiVersion", "value": "source.toolkit.fluxcd.io/v1beta2"}]'

        """, refused: ["apps/kustomization.yaml:4"]),
    Build(
      testDescription: "a JSON patch of another object", written: "v1beta2",
      kustomization: """
        resources: [a.yaml]
        patches:
        - target: {kind: HelmRepository, name: other}
          patch: '[{"op": "replace", "path": "/apiVersion", "value": "source.toolkit.fluxcd.io/v1"}]'

        """, refused: ["apps/a.yaml:1"]),
    Build(
      testDescription: "a JSON patch of something else", written: "v1beta2",
      kustomization: """
        resources: [a.yaml]
        patches:
        - target: {kind: HelmRepository}
          patch: '[{"op": "add", "path": "/spec/timeout", "value": "1m"}]'

        """, refused: ["apps/a.yaml:1"]),
    Build(
      testDescription: "a patch of an old version, whose target decides what it is for", written: "v1",
      kustomization: "resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: HelmRepository}}]\n", refused: []),
    Build(
      testDescription: "a patch of an old version that is for all of it", written: "v1beta2",
      kustomization: "resources: [a.yaml]\npatches: [{path: p.yaml}]\n", refused: ["apps/a.yaml:1"]),
    Build(
      testDescription: "a replacement raises it", written: "v1beta2",
      kustomization: """
        resources: [a.yaml, b.yaml]
        replacements:
        - source: {kind: ConfigMap, fieldPath: data.version}
          targets:
          - select: {kind: HelmRepository}
            fieldPaths: [apiVersion]

        """, refused: []),
  ]

  @Test(arguments: builds)
  func `the version that an object is applied with is judged`(build: Build) async throws {
    var files = `API versions`.files(
      "2.9",
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec: {path: ./apps, interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}

      """)
    files["apps/kustomization.yaml"] = Array(build.kustomization.utf8)
    files["apps/a.yaml"] = Array(
      """
      apiVersion: source.toolkit.fluxcd.io/\(build.written)
      kind: HelmRepository
      metadata: {name: a, namespace: a}
      spec: {interval: 1m, url: 'https://example.com'}

      """.utf8)
    files["apps/p.yaml"] = Array(
      """
      apiVersion: source.toolkit.fluxcd.io/v1beta2
      kind: HelmRepository
      metadata: {name: a, namespace: a}
      spec: {timeout: 1m}

      """.utf8)
    files["apps/b.yaml"] = Array(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {version: source.toolkit.fluxcd.io/v1}\n".utf8)
    let report = try await Linter.check(InMemoryTree(files: files))
    let refused = report.findings.filter { $0.rule == .removedAPIVersion && $0.severity == .error }.map { finding in
      let file = report.files[Int(finding.range.file.index)]
      let line = LineIndex(file.bytes).position(of: Int(finding.range.lowerBound), in: file.bytes).line
      return "\(file.path):\(line)"
    }
    #expect(refused == build.refused)
  }

  @Test(arguments: [("other", Severity.note), ("flux-system", .error)])
  func `a selector for objects of another repository is no error`(source: String, severity: Severity) async throws {
    let objects = """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: other, namespace: flux-system}
      spec: {url: 'https://example.com/other.git', interval: 1m}
      ---
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: HelmRepository
      metadata: {name: a, namespace: a}
      spec: {interval: 1m, url: 'https://example.com'}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec:
        path: ./apps
        interval: 1m
        prune: true
        sourceRef: {kind: GitRepository, name: \(source)}
        patches:
        - target: {group: source.toolkit.fluxcd.io, version: v1beta2, kind: HelmRepository}
          patch: '[{"op": "replace", "path": "/apiVersion", "value": "source.toolkit.fluxcd.io/v1"}]'

      """
    var files = `API versions`.files("2.9", objects)
    // The target misses it by its version.
    files["apps/b.yaml"] = Array(
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: HelmRepository
      metadata: {name: b, namespace: a}
      spec: {interval: 1m, url: 'https://example.com'}

      """.utf8)
    let report = try await Linter.check(InMemoryTree(files: files))
    #expect(report.findings.filter { $0.rule == .oldVersionInReference }.map(\.severity) == [severity])
  }

  // MARK: - What becomes of an object, and of what it mentions

  /// A repository whose cluster of Flux 2.9 applies `apps/x`.
  private static func repository(_ files: [String: String]) -> InMemoryTree {
    var all = `API versions`.files("2.9", kustomization("x", path: "./apps/x"))
    for (path, text) in files { all[path] = Array(text.utf8) }
    return InMemoryTree(files: all)
  }

  private static func kustomization(_ name: String, path: String, _ more: String = "") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec:
      path: \(path)
      interval: 1m
      prune: true
      sourceRef: {kind: GitRepository, name: flux-system}
    \(more)

    """
  }

  private static let release =
    "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: r, namespace: web}\n"
  private static let receiver = """
    apiVersion: notification.toolkit.fluxcd.io/v1
    kind: Receiver
    metadata: {name: r, namespace: web}
    spec:
      type: generic
      secretRef: {name: t}
      resources: [{apiVersion: source.toolkit.fluxcd.io/v1beta1, kind: GitRepository, name: x}]

    """
  private static let checks = kustomization(
    "c", path: "./apps/z",
    "  healthChecks: [{apiVersion: helm.toolkit.fluxcd.io/v2beta1, kind: HelmRelease, name: r, namespace: web}]")
  private static let set = """
    apiVersion: fluxcd.controlplane.io/v1
    kind: ResourceSet
    metadata: {name: s, namespace: flux-system}
    spec:
      inputs: [{v: v2beta1}]
      resources:
        - apiVersion: helm.toolkit.fluxcd.io/v2beta1
          kind: HelmRelease
          metadata: {name: q, namespace: web}

    """
  private static let checksInSet = """
    apiVersion: fluxcd.controlplane.io/v1
    kind: ResourceSet
    metadata: {name: s, namespace: flux-system}
    spec:
      inputs: [{v: v2beta1}]
      resources:
        - apiVersion: kustomize.toolkit.fluxcd.io/v1
          kind: Kustomization
          metadata: {name: k, namespace: flux-system}
          spec:
            healthChecks: [{apiVersion: helm.toolkit.fluxcd.io/v2beta1, kind: HelmRelease, name: r, namespace: web}]

    """

  private static func deletion(_ kind: String) -> String {
    """
    patches:
      - target: {kind: \(kind), name: r|c|s}
        patch: '{$patch: delete, apiVersion: v1, kind: any, metadata: {name: any}}'

    """
  }

  private static func patch(
    _ kind: String, _ path: String, _ value: String, operation: String = "replace"
  ) -> String {
    """
    patches:
      - target: {kind: \(kind)}
        patch: '[{"op": "\(operation)", "path": "\(path)", "value": \(value)}]'

    """
  }

  private static let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n"

  private static func selection(_ version: String) -> String {
    """
    patches:
      - target: {group: helm.toolkit.fluxcd.io, version: \(version), kind: HelmRelease}
        patch: '[{"op": "add", "path": "/spec", "value": {}}]'

    """
  }

  struct Fate: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var base: String
    var overlay = ""
    /// Of what is said, at whatever place, the severities.
    var expected: [Severity]
    var more: [String: String] = [:]
  }

  static let fates = [
    Fate(testDescription: "a release", base: release, expected: [.error]),
    Fate(testDescription: "a deleted release", base: release, overlay: deletion("HelmRelease"), expected: [.note]),
    Fate(
      testDescription: "a release that kustomize-controller leaves alone",
      base: release.replacing(
        "namespace: web", with: "namespace: web, annotations: {kustomize.toolkit.fluxcd.io/reconcile: Disabled}"),
      expected: [.note]),
    Fate(
      testDescription: "one of two in a file is deleted",
      base: release + "---\n" + release.replacing("name: r", with: "name: r2"), overlay: deletion("HelmRelease"),
      expected: [.note, .error]),
    Fate(
      testDescription: "one of two in a list is deleted",
      base: """
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: helm.toolkit.fluxcd.io/v2beta1, kind: HelmRelease, metadata: {name: r, namespace: web}}
          - {apiVersion: helm.toolkit.fluxcd.io/v2beta1, kind: HelmRelease, metadata: {name: r2, namespace: web}}

        """, overlay: deletion("HelmRelease"), expected: [.note, .error]),
    Fate(
      testDescription: "one that is deleted beside a build that fails", base: release,
      overlay: deletion("HelmRelease") + "components: [../nowhere]\n", expected: [.warning]),
    Fate(
      testDescription: "one that is deleted where a template may apply the file", base: release,
      overlay: deletion("HelmRelease"), expected: [.warning],
      more: [
        "c/set.yaml": """
        apiVersion: fluxcd.controlplane.io/v1
        kind: ResourceSet
        metadata: {name: t, namespace: flux-system}
        spec:
          inputsFrom: [{kind: ResourceSetInputProvider, name: p}]
          resources:
            - apiVersion: kustomize.toolkit.fluxcd.io/v1
              kind: Kustomization
              metadata: {name: << inputs.id >>, namespace: flux-system}

        """
      ]),
    Fate(
      testDescription: "a release of a suspended Kustomization", base: release, expected: [.warning],
      more: ["c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true")]),
    Fate(
      testDescription: "a version that a patch gives in a suspended Kustomization",
      base: release.replacing("v2beta1", with: "v2"),
      overlay: patch("HelmRelease", "/apiVersion", "\"helm.toolkit.fluxcd.io/v2beta1\""), expected: [.warning],
      more: ["c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true")]),
    Fate(
      testDescription: "a release that another Kustomization applies as well", base: release, expected: [.error],
      more: [
        "c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true"),
        "c/y.yaml": kustomization("y", path: "./apps/x"),
      ]),
    Fate(
      testDescription: "a Receiver of a suspended Kustomization", base: receiver, expected: [.warning],
      more: ["c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true")]),
    Fate(
      testDescription: "what a ResourceSet of a suspended Kustomization makes", base: set, expected: [.warning],
      more: ["c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true")]),
    Fate(
      testDescription: "what a suspended Kustomization applied before goes on",
      base: kustomization("z", path: "./apps/z"), expected: [.error],
      more: [
        "c/objects.yaml": kustomization("x", path: "./apps/x", "  suspend: true"), "apps/z/r.yaml": release,
      ]),
    Fate(testDescription: "a Receiver", base: receiver, expected: [.error]),
    Fate(testDescription: "a deleted Receiver", base: receiver, overlay: deletion("Receiver"), expected: [.note]),
    Fate(
      testDescription: "a suspended Receiver", base: receiver.replacing("type:", with: "suspend: true\n  type:"),
      expected: [.note]),
    Fate(
      testDescription: "a Receiver in another cluster", base: namespace, expected: [.warning],
      more: [
        "c/y.yaml": kustomization("y", path: "./apps/y", "  kubeConfig: {secretRef: {name: k}}"),
        "apps/y/r.yaml": receiver,
        "c/x.yaml":
          "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: x, namespace: web}\n",
      ]),
    Fate(
      testDescription: "a Receiver whose reference is patched", base: receiver,
      overlay: patch("Receiver", "/spec/resources/0/apiVersion", "\"source.toolkit.fluxcd.io/v1\""),
      expected: [.note]),
    Fate(
      testDescription: "a Receiver whose reference a patch lowers",
      base: receiver.replacing("v1beta1", with: "v1"),
      overlay: patch("Receiver", "/spec/resources/0/apiVersion", "\"source.toolkit.fluxcd.io/v1beta1\""),
      expected: [.error]),
    Fate(testDescription: "a health check", base: checks, expected: [.error]),
    Fate(
      testDescription: "a health check of a deleted Kustomization", base: checks, overlay: deletion("Kustomization"),
      expected: [.note]),
    Fate(
      testDescription: "a health check that is patched", base: checks,
      overlay: patch("Kustomization", "/spec/healthChecks/0/apiVersion", "\"helm.toolkit.fluxcd.io/v2\""),
      expected: [.note]),
    Fate(
      testDescription: "a health check that a patched 'wait' keeps from being read", base: checks,
      overlay: patch("Kustomization", "/spec/wait", "true", operation: "add"),
      expected: [.note]),
    Fate(testDescription: "a ResourceSet", base: set, expected: [.error]),
    Fate(testDescription: "a deleted ResourceSet", base: set, overlay: deletion("ResourceSet"), expected: [.note]),
    Fate(
      testDescription: "a ResourceSet whose object is patched", base: set,
      overlay: patch("ResourceSet", "/spec/resources/0/apiVersion", "\"helm.toolkit.fluxcd.io/v2\""),
      expected: [.note]),
    Fate(
      testDescription: "a ResourceSet whose object a patch lowers", base: set.replacing("/v2beta1", with: "/v2"),
      overlay: patch("ResourceSet", "/spec/resources/0/apiVersion", "\"helm.toolkit.fluxcd.io/v2beta1\""),
      expected: [.error]),
    Fate(
      testDescription: "a ResourceSet whose input is the version",
      base: set.replacing("/v2beta1", with: "/<< inputs.v >>"), expected: [.error]),
    Fate(
      testDescription: "a ResourceSet that leaves the object out",
      base: set.replacing(
        "namespace: web", with: "namespace: web, annotations: {fluxcd.controlplane.io/reconcile: disabled}"),
      expected: [.note]),
    Fate(
      testDescription: "a ResourceSet that the operator leaves alone",
      base: set.replacing(
        "namespace: flux-system}",
        with: "namespace: flux-system, annotations: {fluxcd.controlplane.io/reconcile: disabled}}"), expected: [.note]),
    Fate(testDescription: "a health check in a ResourceSet", base: checksInSet, expected: [.error]),
    Fate(
      testDescription: "a post-renderer for objects of a version that is gone",
      base: """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: p, namespace: web}
        spec:
          postRenderers:
            - kustomize:
                patches:
                  - patch: |
                      apiVersion: source.toolkit.fluxcd.io/v1beta2
                      kind: GitRepository
                      metadata: {name: x}
                      spec: {suspend: true}

        """, expected: [.error]),
    Fate(
      testDescription: "a post-renderer that takes such an object away",
      base: """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: p, namespace: web}
        spec:
          postRenderers:
            - kustomize:
                patches:
                  - patch: |
                      $patch: delete
                      apiVersion: source.toolkit.fluxcd.io/v1beta2
                      kind: GitRepository
                      metadata: {name: x}

        """, expected: []),
    Fate(
      testDescription: "a selector by the version that the object had before",
      base: release.replacing("v2beta1", with: "v2"), overlay: selection("v2beta1"), expected: [.error]),
    Fate(
      testDescription: "a selector where the build has no object of the kind", base: namespace,
      overlay: selection("v2beta1"), expected: [.note],
      more: [
        "c/y.yaml": kustomization("y", path: "./apps/y"), "apps/y/r.yaml": release.replacing("v2beta1", with: "v2"),
      ]),
  ]

  @Test(arguments: fates)
  func `what counts is what the cluster gets`(fate: Fate) async throws {
    var files = ["apps/base/kustomization.yaml": "resources: [o.yaml]\n", "apps/base/o.yaml": fate.base]
    files["apps/x/kustomization.yaml"] = "resources: [../base]\n" + fate.overlay
    files.merge(fate.more) { _, new in new }
    let report = try await Linter.check(Self.repository(files))
    let found = report.findings.filter { [.removedAPIVersion, .oldVersionInReference].contains($0.rule) }
    #expect(
      found.sorted { $0.range < $1.range }.map(\.severity) == fate.expected, "\(found.map(\.message))")
  }

  @Test func `each cluster has a health check as its overlay leaves it`() async throws {
    var files = [
      "apps/base/kustomization.yaml": "resources: [c.yaml]\n", "apps/base/c.yaml": Self.checks,
      "apps/x/kustomization.yaml": "resources: [../base]\n",
      "apps/y/kustomization.yaml": "resources: [../base]\nnamePrefix: y-\npatches:\n"
        + "  - {target: {kind: Kustomization}, patch: '[{\"op\": \"add\", \"path\": \"/spec/wait\", \"value\": true}]'}\n",
    ]
    files["c/y.yaml"] = Self.kustomization("y", path: "./apps/y")
    let report = try await Linter.check(Self.repository(files))
    #expect(report.findings.filter { $0.rule == .oldVersionInReference }.map(\.severity) == [.error])
  }

  @Test func `a patch of the same version is told with its object`() async throws {
    let report = try await Linter.check(
      Self.repository([
        "apps/base/kustomization.yaml": "resources: [o.yaml]\n", "apps/base/o.yaml": Self.release,
        "apps/x/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\npatches: [{path: p.yaml}]\n",
        "apps/x/p.yaml": Self.release + "spec: {timeout: 1m}\n",
      ]))
    let removed = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(removed.map { report.files[Int($0.range.file.index)].path } == ["apps/base/o.yaml"])
    let related = removed.first?.related.map { report.files[Int($0.range.file.index)].path }
    #expect(related == ["apps/x/p.yaml", "c/flux-system/gotk-components.yaml"])
  }
}
