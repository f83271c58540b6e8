import Foundation

// Versions of objects that nobody sees here, and versions that nobody reads or that a template makes.
extension `what goes with an object` {
  private static func postRenderers(_ more: String = "") -> [String: String] {
    [
      "clusters/new/release.yaml": release("a").replacingOccurrences(of: "v2beta2", with: "v2")
        + """
          driftDetection:
            mode: enabled
            ignore:
            - paths: [/spec]
              target: {group: helm.toolkit.fluxcd.io, version: v2beta2, kind: HelmRelease}
          healthCheckExprs:
          - {apiVersion: helm.toolkit.fluxcd.io/v2beta2, kind: HelmRelease, current: 'true'}
          postRenderers:
          - kustomize:
              patches:
              - target: {group: helm.toolkit.fluxcd.io, version: v2beta2, kind: HelmRelease}
                patch: |
                  - {op: add, path: /spec/timeout, value: 1m}
              - patch: |
                  apiVersion: helm.toolkit.fluxcd.io/v2beta2
                  kind: HelmRelease
                  metadata: {name: web}
                  spec: {timeout: 1m}

        """
    ]
  }

  private static func checks(_ version: String) -> String {
    """
      healthCheckExprs: [{apiVersion: helm.toolkit.fluxcd.io/\(version), kind: HelmRelease, current: 'true'}]
      wait: true
    """
  }

  private static func elsewhere(_ more: String) -> [String: String] {
    [
      "clusters/new/other.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: other, namespace: flux-system}
      spec: {interval: 5m, url: 'https://example.com/other.git', ref: {branch: main}}
      ---

      """
        + kustomization("./", name: "other", more: more)
        .replacingOccurrences(of: "name: flux-system}", with: "name: other}")
    ]
  }

  private static let resourceSet = """
    apiVersion: fluxcd.controlplane.io/v1
    kind: ResourceSet
    metadata: {name: s, namespace: flux-system}
    spec:
      inputs: [{version: v1}]
      resources:
      - apiVersion: image.toolkit.fluxcd.io/<< inputs.version >>
        kind: ImageRepository
        metadata: {name: a, namespace: flux-system}
        spec: {image: a/b, interval: 1m}

    """

  static let unseen = [
    Case(
      testDescription: "what is for objects of a chart, as long as Flux serves the version", clusters: ["new": "2.7"],
      files: postRenderers(), stays: ["clusters/new/release.yaml"],
      says: ["waits-for-upgrade", "the chart may make objects of this version, which Flux serves until 2.8"],
      checkNot: ["\"repair\": \"fluxlint migrate --write\""]),
    Case(
      testDescription: "what is for objects of a chart, for a release that does not serve the version",
      clusters: ["new": "2.8"], files: postRenderers(),
      becomes: ["clusters/new/release.yaml": "version: v2, kind"], saysNot: ["the chart may make"]),
    Case(
      testDescription: "an expression over objects of another repository", clusters: ["new": "2.7"],
      files: elsewhere(checks("v2beta2")), stays: ["clusters/new/other.yaml"],
      says: ["selector-left", "is not in this repository"], status: 1),
    Case(
      testDescription: "an expression over such objects that cannot be any more", clusters: ["new": "2.8"],
      files: elsewhere(checks("v2beta2")), becomes: ["clusters/new/other.yaml": "helm.toolkit.fluxcd.io/v2, kind"]),
    Case(
      testDescription: "references whose versions nobody reads", clusters: ["new": "2.5"],
      files: [
        "clusters/new/alert.yaml": """
        apiVersion: notification.toolkit.fluxcd.io/v1beta3
        kind: Alert
        metadata: {name: a, namespace: flux-system}
        spec:
          providerRef: {name: p}
          eventSources:
          - {apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, name: '*'}
          - {apiVersion: source.toolkit.fluxcd.io/v7, kind: GitRepository, name: '*'}
        ---
        apiVersion: notification.toolkit.fluxcd.io/v1
        kind: Receiver
        metadata: {name: r, namespace: flux-system}
        spec:
          suspend: true
          type: generic
          secretRef: {name: t}
          resources: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, name: a}]

        """
      ], stays: ["clusters/new/alert.yaml"], says: ["note[api-not-served-yet]", "note[unknown-api-version]"],
      saysNot: ["error["]),
    Case(
      testDescription: "a version that a template makes", clusters: ["new": "2.9"],
      files: ["clusters/new/set.yaml": resourceSet], stays: ["clusters/new/set.yaml"],
      says: ["a template decides the version"], saysNot: ["never had the version"], status: 1),
    Case(
      testDescription: "a version that never was, for a release newer than known", clusters: ["new": "2.99"],
      files: [
        "clusters/new/r.yaml":
          "apiVersion: image.toolkit.fluxcd.io/v9\nkind: ImageRepository\nmetadata: {name: a, namespace: a}\n"
      ], stays: ["clusters/new/r.yaml"], says: ["warning[unknown-api-version]"], status: 1),
  ]
}
