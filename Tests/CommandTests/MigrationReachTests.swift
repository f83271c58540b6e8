import Foundation
import Testing

/// Patches, selectors and references move with the objects that they are for, or stay with them.
@Suite struct `what goes with an object` {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The releases of clusters by name; each applies 'clusters/NAME'.
    var clusters: [String: String]
    var files: [String: String]
    /// Files that `migrate --write` leaves as they are.
    var stays: [String] = []
    /// What is in a file afterwards.
    var becomes: [String: String] = [:]
    var options: [String] = []
    /// What the list of a migration has in it, and what it has not.
    var says: [String] = []
    var saysNot: [String] = []
    var status: Int32 = 0
    /// What `check` says before, in JSON.
    var check: [String] = []
    /// What it must not say.
    var checkNot: [String] = []
  }

  static func kustomization(
    _ path: String, version: String = "v1", name: String = "apps", more: String = ""
  ) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/\(version)
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec:
      interval: 5m
      path: \(path)
      prune: true
      sourceRef: {kind: GitRepository, name: flux-system}
    \(more)

    """
  }

  static func repository(
    _ version: String, name: String = "web", spec: String = "interval: 5m, url: 'https://example.com'"
  )
    -> String
  {
    """
    apiVersion: source.toolkit.fluxcd.io/\(version)
    kind: HelmRepository
    metadata: {name: \(name), namespace: flux-system}
    spec: {\(spec)}

    """
  }

  static func release(_ name: String) -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/v2beta2
    kind: HelmRelease
    metadata: {name: \(name), namespace: flux-system}
    spec:
      interval: 5m
      chart: {spec: {chart: a, version: 1.0.0, sourceRef: {kind: HelmRepository, name: gone}}}

    """
  }

  static func patched(_ version: String) -> String { repository(version, spec: "interval: 3m") }

  /// A base that two clusters read, and an overlay of one of them.
  static func overlay(_ patch: [String: String]) -> [String: String] {
    [
      "clusters/new/apps.yaml": kustomization("./apps/new"), "clusters/old/apps.yaml": kustomization("./apps/base"),
      "apps/base/kustomization.yaml": "resources: [repository.yaml]\n",
      "apps/base/repository.yaml": repository("v1beta2"),
    ].merging(patch) { $1 }
  }

  static let mergePatch = [
    "apps/new/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
    "apps/new/patch.yaml": patched("v1beta2"),
  ]

  static func selectorPatch(_ target: String) -> [String: String] {
    [
      "apps/new/kustomization.yaml": """
      resources: [../base]
      patches:
      - target: {\(target)}
        patch: |
          - {op: add, path: /spec/timeout, value: 30s}

      """
    ]
  }

  static let external = """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: other, namespace: flux-system}
    spec: {interval: 5m, url: 'https://example.com/other', ref: {branch: main}}
    ---

    """

  static let cases: [Case] = [
    Case(
      testDescription: "a patch whose base waits for a cluster",
      clusters: ["new": "2.7", "old": "2.2"],
      files: overlay(mergePatch).merging(["clusters/new/apps.yaml": kustomization("./apps/new", version: "v1beta2")]) {
        $1
      },
      stays: ["apps/base/repository.yaml", "apps/new/patch.yaml"],
      becomes: ["clusters/new/apps.yaml": "kustomize.toolkit.fluxcd.io/v1\n"], says: ["waits-for-upgrade"],
      check: [
        "the patch keeps 'source.toolkit.fluxcd.io/v1beta2': the object it is for has 'v1' only after the upgrade"
      ]),
    Case(
      testDescription: "a selector whose object waits for a cluster", clusters: ["new": "2.7", "old": "2.2"],
      files: overlay(selectorPatch("kind: HelmRepository, group: source.toolkit.fluxcd.io, version: v1beta2")),
      stays: ["apps/base/repository.yaml", "apps/new/kustomization.yaml"], says: ["waits-for-upgrade"]),
    Case(
      testDescription: "a patch whose base has no version that all its readers serve",
      clusters: ["new": "2.8", "old": "2.2"], files: overlay(mergePatch),
      stays: ["apps/base/repository.yaml", "apps/new/patch.yaml"], says: ["waits-for-upgrade"],
      check: ["no version of it is served by Flux 2.2 as well as 2.8"],
      checkNot: ["\"help\": \"use 'source.toolkit.fluxcd.io/v1'\""]),
    Case(
      testDescription: "a base whose patch waits in another overlay", clusters: ["new": "2.7", "old": "2.2"],
      files: [
        "clusters/new/apps.yaml": kustomization("./new"), "clusters/old/apps.yaml": kustomization("./old"),
        "new/kustomization.yaml": "resources: [repository.yaml]\ncomponents: [../part]\n",
        "new/repository.yaml": repository("v1beta2"),
        "old/kustomization.yaml": "resources: [repository.yaml]\ncomponents: [../part]\n",
        "old/repository.yaml": repository("v1beta2"),
        "part/kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: patch.yaml}]\n",
        "part/patch.yaml": patched("v1beta2"),
      ], stays: ["new/repository.yaml", "old/repository.yaml", "part/patch.yaml"],
      says: ["waits-for-upgrade", "a patch or a selector by it cannot have 'v1' yet"]),
    Case(
      testDescription: "a patch of two overlays, of which one waits", clusters: ["new": "2.7", "old": "2.2"],
      files: [
        "clusters/new/apps.yaml": kustomization("./new"), "clusters/old/apps.yaml": kustomization("./old"),
        "new/kustomization.yaml": "resources: [repository.yaml]\npatches: [{path: ../patch.yaml}]\n",
        "new/repository.yaml": repository("v1beta2"),
        "old/kustomization.yaml": "resources: [repository.yaml]\npatches: [{path: ../patch.yaml}]\n",
        "old/repository.yaml": repository("v1beta2"), "patch.yaml": patched("v1beta2"),
      ], stays: ["new/repository.yaml", "old/repository.yaml", "patch.yaml"],
      says: ["waits-for-upgrade", "a patch or a selector by it cannot have 'v1' yet"]),
    Case(
      testDescription: "a patch by the name that its base gives with a prefix", clusters: ["new": "2.7", "old": "2.2"],
      files: overlay([
        "apps/base/kustomization.yaml": "namePrefix: my-\nresources: [repository.yaml]\n",
        "apps/new/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "apps/new/patch.yaml": patched("v1beta2").replacingOccurrences(of: "name: web", with: "name: my-web"),
      ]), stays: ["apps/base/repository.yaml", "apps/new/patch.yaml"], says: ["waits-for-upgrade"]),
    Case(
      testDescription: "a release that only one of two clusters serves, as asked for",
      clusters: ["new": "2.8", "old": "2.2"], files: overlay(mergePatch),
      becomes: [
        "apps/base/repository.yaml": "source.toolkit.fluxcd.io/v1\n",
        "apps/new/patch.yaml": "source.toolkit.fluxcd.io/v1\n",
      ], options: ["--to", "2.9"],
      says: ["'clusters/old' runs Flux 2.2, which does not serve", "1 new finding as long as Flux is not upgraded"]),
    Case(
      testDescription: "a patch of an overlay that no cluster reads", clusters: ["new": "2.7", "old": "2.2"],
      files: overlay([
        "apps/new/kustomization.yaml": "resources: [../mine]\n",
        "apps/mine/kustomization.yaml": "resources: [r.yaml]\n",
        "apps/mine/r.yaml": repository("v1beta2", name: "mine"),
        "examples/kustomization.yaml": "resources: [../apps/mine]\npatches: [{path: patch.yaml}]\n",
        "examples/patch.yaml": patched("v1beta2").replacingOccurrences(of: "name: web", with: "name: mine"),
      ]), stays: ["apps/base/repository.yaml"],
      becomes: [
        "apps/mine/r.yaml": "source.toolkit.fluxcd.io/v1\n", "examples/patch.yaml": "source.toolkit.fluxcd.io/v1\n",
      ]),
    Case(
      testDescription: "a patch and its base that move together", clusters: ["new": "2.7", "old": "2.3"],
      files: overlay(mergePatch),
      becomes: [
        "apps/base/repository.yaml": "source.toolkit.fluxcd.io/v1\n",
        "apps/new/patch.yaml": "source.toolkit.fluxcd.io/v1\n",
      ]),
    Case(
      testDescription: "objects of the same name, of which one waits", clusters: ["new": "2.7", "old": "2.2"],
      files: [
        "clusters/new/apps.yaml": kustomization("./new"), "clusters/old/apps.yaml": kustomization("./old"),
        "new/kustomization.yaml": "resources: [repository.yaml]\npatches: [{path: patch.yaml}]\n",
        "new/repository.yaml": repository("v1beta2"), "new/patch.yaml": patched("v1beta2"),
        "old/kustomization.yaml": "resources: [repository.yaml]\n", "old/repository.yaml": repository("v1beta2"),
      ], stays: ["old/repository.yaml"],
      becomes: [
        "new/repository.yaml": "source.toolkit.fluxcd.io/v1\n", "new/patch.yaml": "source.toolkit.fluxcd.io/v1\n",
      ], says: ["waits-for-upgrade"]),
    Case(
      testDescription: "patches of a Kustomization that applies another repository", clusters: ["new": "2.7"],
      files: [
        "clusters/new/other.yaml": external
          + kustomization(
            "./", name: "other",
            more: """
                patches:
                - target: {group: helm.toolkit.fluxcd.io, version: v2beta2, kind: HelmRelease}
                  patch: |
                    - {op: replace, path: /apiVersion, value: helm.toolkit.fluxcd.io/v2beta2}
                - patch: |
                    apiVersion: source.toolkit.fluxcd.io/v1beta2
                    kind: HelmRepository
                    metadata: {name: web, namespace: web}
                    spec: {interval: 1m}
              """
          ).replacingOccurrences(of: "name: flux-system}", with: "name: other}")
      ], stays: ["clusters/new/other.yaml"], says: ["selector-left", "is not in this repository"], status: 1,
      check: ["the object it is for is not in this repository"], checkNot: ["\"repair\": \"fluxlint migrate --write\""]),
    Case(
      testDescription: "patches of a Kustomization whose source nothing shows", clusters: ["new": "2.7"],
      files: [
        "clusters/new/other.yaml": kustomization(
          "./other", name: "other",
          more: """
              patches:
              - target: {group: helm.toolkit.fluxcd.io, version: v2beta2, kind: HelmRelease}
                patch: |
                  - {op: add, path: /spec/timeout, value: 1m}
            """
        ).replacingOccurrences(of: "name: flux-system}", with: "name: gone}")
      ], becomes: ["clusters/new/other.yaml": "version: v2, kind"]),
    Case(
      testDescription: "post-renderers, which get what a chart makes", clusters: ["new": "2.8"],
      files: [
        "clusters/new/release.yaml": release("a").replacingOccurrences(of: "v2beta2", with: "v2")
          + """
            postRenderers:
            - kustomize:
                patches:
                - target: {group: helm.toolkit.fluxcd.io, version: v2beta2, kind: HelmRelease}
                  patch: |
                    - {op: add, path: /spec/timeout, value: 1m}

          """
      ], becomes: ["clusters/new/release.yaml": "version: v2, kind"],
      check: ["it may be for objects that are not in this repository"],
      checkNot: ["it selects no object of this repository"]),
    Case(
      testDescription: "health checks of a Kustomization that applies another repository", clusters: ["new": "2.7"],
      files: [
        "clusters/new/other.yaml": external
          + kustomization(
            "./", name: "other",
            more:
              "  healthChecks: [{apiVersion: helm.toolkit.fluxcd.io/v2beta2, kind: HelmRelease, name: a, namespace: a}]"
          ).replacingOccurrences(of: "name: flux-system}", with: "name: other}")
      ], becomes: ["clusters/new/other.yaml": "helm.toolkit.fluxcd.io/v2, kind"]),
    Case(
      testDescription: "a selector beside a remote base", clusters: ["new": "2.7"],
      files: [
        "clusters/new/apps.yaml": kustomization("./apps"),
        "apps/kustomization.yaml": """
        resources: [repository.yaml, 'https://github.com/example/other//base?ref=v1']
        patches:
        - target: {kind: HelmRepository, group: source.toolkit.fluxcd.io, version: v1beta2}
          patch: |
            - {op: add, path: /spec/timeout, value: 30s}

        """,
        "apps/repository.yaml": repository("v1beta2"),
      ], stays: ["apps/kustomization.yaml", "apps/repository.yaml"], says: ["selector-left"], status: 1),
    Case(
      testDescription: "a patch by name beside a remote base", clusters: ["new": "2.7"],
      files: [
        "clusters/new/apps.yaml": kustomization("./apps"),
        "apps/kustomization.yaml": """
        resources: [repository.yaml, 'https://github.com/example/other//base?ref=v1']
        patches: [{path: patch.yaml}, {path: far.yaml}]

        """,
        "apps/repository.yaml": repository("v1beta2"), "apps/patch.yaml": patched("v1beta2"),
        "apps/far.yaml": patched("v1beta2").replacingOccurrences(of: "name: web", with: "name: far"),
      ], stays: ["apps/far.yaml"],
      becomes: [
        "apps/repository.yaml": "source.toolkit.fluxcd.io/v1\n", "apps/patch.yaml": "source.toolkit.fluxcd.io/v1\n",
      ], says: ["selector-left"], status: 1),
    Case(
      testDescription: "objects that go to another cluster, whose release is not known", clusters: ["new": "2.7"],
      files: [
        "clusters/new/far.yaml": kustomization(
          "./far", name: "far",
          more: """
              kubeConfig: {secretRef: {name: far}}
              healthChecks: [{apiVersion: notification.toolkit.fluxcd.io/v1beta3, kind: Alert, name: a, namespace: a}]
            """),
        "far/alert.yaml": """
        apiVersion: notification.toolkit.fluxcd.io/v1beta3
        kind: Alert
        metadata: {name: a, namespace: a}
        spec: {providerRef: {name: p}, eventSources: [{kind: Kustomization, name: '*'}]}

        """,
        "far/release.yaml": """
        apiVersion: helm.toolkit.fluxcd.io/v2beta2
        kind: HelmRelease
        metadata: {name: a, namespace: a}
        spec: {interval: 5m, chart: {spec: {chart: a, version: 1.0.0, sourceRef: {kind: HelmRepository, name: a}}}}

        """,
      ],
      becomes: [
        "far/alert.yaml": "notification.toolkit.fluxcd.io/v1\n", "far/release.yaml": "helm.toolkit.fluxcd.io/v2\n",
        "clusters/new/far.yaml": "notification.toolkit.fluxcd.io/v1, kind",
      ],
      says: ["'clusters/new' sends objects to another cluster by 'kubeConfig', whose Flux release is not known: 2.10"],
      check: ["'kubeConfig' sends it to another cluster, whose Flux release is not known: 2.10 is assumed"]),
    Case(
      testDescription: "one of two releases that miss the same source", clusters: ["new": "2.8"],
      files: [
        "clusters/new/a.yaml": release("a"),
        "clusters/new/b.yaml": release("b")
          + "  values: {password: 'ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]'}\nsops: {mac: 'ENC[a]', version: 3.8.0}\n",
      ], stays: ["clusters/new/b.yaml"], becomes: ["clusters/new/a.yaml": "helm.toolkit.fluxcd.io/v2\n"],
      says: ["sops-mac", "no new finding"], status: 1),
    Case(
      testDescription: "a file that goes to another cluster and to this one", clusters: ["new": "2.7"],
      files: [
        "clusters/new/far.yaml": kustomization(
          "./far", name: "far", more: "  kubeConfig: {secretRef: {name: far}}"),
        "clusters/new/near.yaml": kustomization("./far", name: "near"),
        "far/alert.yaml": """
        apiVersion: notification.toolkit.fluxcd.io/v1beta3
        kind: Alert
        metadata: {name: a, namespace: a}
        spec: {providerRef: {name: p}, eventSources: [{kind: Kustomization, name: '*'}]}

        """,
      ], stays: ["far/alert.yaml"], says: ["waits-for-upgrade"]),
    Case(
      testDescription: "a cluster whose release nothing says", clusters: ["new": "2.7"],
      files: overlay([:]).merging([
        "clusters/old/flux-system/gotk-sync.yaml": Fleet.source + "---\n"
          + kustomization("./clusters/old", name: "flux-system")
      ]) { $1 }.merging(["clusters/new/apps.yaml": kustomization("./apps/base")]) { $1 },
      becomes: ["apps/base/repository.yaml": "source.toolkit.fluxcd.io/v1\n"],
      says: ["the Flux release of 'clusters/old' is not known"]),
    Case(
      testDescription: "an Alert that keeps a field on its way out", clusters: ["new": "2.10"],
      files: [
        "clusters/new/alert.yaml": """
        apiVersion: notification.toolkit.fluxcd.io/v1beta3
        kind: Alert
        metadata: {name: a, namespace: flux-system}
        spec: {providerRef: {name: p}, summary: words, eventSources: [{kind: Kustomization, name: '*'}]}

        """
      ], becomes: ["clusters/new/alert.yaml": "notification.toolkit.fluxcd.io/v1\n"]),
  ]

  static func fleet(_ example: Case) throws -> Fleet {
    let fleet = try Fleet(isRepository: false)
    try FileManager.default.removeItem(at: fleet.url)
    for (name, release) in example.clusters {
      try fleet.write(
        "clusters/\(name)/flux-system/gotk-components.yaml",
        "# Flux Version: v\(release).0\napiVersion: apps/v1\nkind: Deployment\n"
          + "metadata: {name: kustomize-controller, namespace: flux-system}\n")
      try fleet.write(
        "clusters/\(name)/flux-system/gotk-sync.yaml",
        Fleet.source + "---\n" + kustomization("./clusters/\(name)", name: "flux-system"))
      try fleet.write(
        "clusters/\(name)/flux-system/kustomization.yaml", "resources: [gotk-components.yaml, gotk-sync.yaml]\n")
    }
    for (path, text) in example.files { try fleet.write(path, text) }
    return fleet
  }

  @Test(arguments: cases + unseen)
  func `moves with it or stays with it`(example: Case) throws {
    let fleet = try Self.fleet(example)
    let check = try Fluxlint.run("check", "--format", "json", ".", in: fleet.url)
    for text in example.check { #expect(check.output.contains(text), "\(check.output)") }
    for text in example.checkNot { #expect(!check.output.contains(text), "\(check.output)") }
    let result = try Fluxlint.run(["migrate", "--write"] + example.options + ["."], in: fleet.url)
    #expect(result.status == example.status, "\(result.output + result.talk)")
    #expect(!(result.output + result.talk).contains("proof-failed"))
    let list = result.output + result.talk
    for text in example.says { #expect(list.contains(text), "\(list)") }
    for text in example.saysNot { #expect(!list.contains(text), "\(list)") }
    func text(_ path: String) throws -> String {
      try String(contentsOf: fleet.url.appending(path: path), encoding: .utf8)
    }
    for path in example.stays { #expect(try text(path) == example.files[path], "\(path)") }
    for (path, new) in example.becomes {
      let now = try text(path)
      #expect(now.contains(new), "\(path): \(now)")
    }
    let second = try Fluxlint.run(["migrate", "--write"] + example.options + ["."], in: fleet.url)
    #expect(second.talk.contains("nothing to change"))
    // Nothing that built before fails now.
    let after = try Fluxlint.run("check", "--format", "json", ".", in: fleet.url)
    #expect(after.output.contains("build-failed") == check.output.contains("build-failed"))
  }
}
