import Foundation
import SourceTrees
import Testing

@testable import Manifests
@testable import Migration
@testable import TextEdits

@Suite struct `Flux v1` {
  private func converted(_ files: [String: String]) async throws -> (texts: [String: String], remarks: [String]) {
    let sources = try await SourceSet.load(InMemoryTree(files: files.mapValues { Array($0.utf8) }))
    var texts = files
    var remarks: [String] = []
    for plan in FluxV1.plan(sources, targets: MigrationTargets(.newest), isInScope: { _ in true }) {
      texts[plan.path] = String(
        decoding: try Edit.apply(plan.edits, to: sources.bytes(of: plan.file)), as: UTF8.self)
      remarks += plan.remarks.map(\.message)
    }
    return (texts, remarks)
  }

  private static let release = """
    apiVersion: helm.fluxcd.io/v1
    kind: HelmRelease
    metadata:
      name: web # the site
      namespace: shop
    spec:
      # pinned
      chart:
        repository: https://charts.example.com
        name: web
        version: "1.0" # text
      values:
        # one of two
        replicas: 2

    """

  @Test func `a release becomes a release and its repository, values as they are written`() async throws {
    let result = try await converted(["r.yaml": Self.release])
    #expect(
      result.texts["r.yaml"] == """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: HelmRepository
        metadata:
          name: web
          namespace: shop
        spec:
          interval: 10m
          url: https://charts.example.com
        ---
        # pinned
        # text
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata:
          name: web # the site
          namespace: shop
        spec:
          interval: 5m
          releaseName: shop-web
          maxHistory: 10
          chart:
            spec:
              chart: web
              version: "1.0"
              sourceRef:
                kind: HelmRepository
                name: web
          install:
            disableWait: true
          upgrade:
            disableWait: true
          values:
            # one of two
            replicas: 2

        """)
    #expect(result.remarks == [])
  }

  @Test func `releases in different directories may be for different clusters and share nothing`() async throws {
    let result = try await converted(["a/r.yaml": Self.release, "b/r.yaml": Self.release])
    #expect(result.texts["a/r.yaml"]?.contains("kind: HelmRepository\n        name: web\n") == true)
    #expect(result.texts["b/r.yaml"]?.contains("kind: HelmRepository\n        name: web-2\n") == true)
    #expect(result.texts["b/r.yaml"]?.contains("kind: HelmRepository\nmetadata:\n  name: web-2\n") == true)
  }

  @Test func `two releases of one directory and namespace share a repository`() async throws {
    let second = Self.release.split(separator: "name: web #", maxSplits: 1).joined(separator: "name: other #")
    let result = try await converted(["a.yaml": Self.release, "b.yaml": second])
    #expect(result.texts["a.yaml"]?.contains("kind: HelmRepository\nmetadata") == true)
    #expect(result.texts["b.yaml"]?.contains("kind: HelmRepository\nmetadata") == false)
    #expect(result.texts["b.yaml"]?.contains("kind: HelmRepository\n        name: web") == true)
  }

  @Test(arguments: [
    ("  helmVersion: v2\n", "a release of Helm 2"), ("  unheard: of\n", "'spec.unheard' is not known"),
    ("  valuesFrom: [{externalSourceRef: {url: https://example.com}}]\n", "has no counterpart"),
  ])
  func `what has no counterpart keeps the whole release`(line: String, reason: String) async throws {
    let text = Self.release + line
    let result = try await converted(["r.yaml": text])
    #expect(result.texts["r.yaml"] == text)
    #expect(result.remarks.contains { $0.contains(reason) })
  }

  @Test func `annotations are listed`() async throws {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: a
        annotations: {fluxcd.io/automated: "true", fluxcd.io/ignore: "true"}

      """
    let result = try await converted(["d.yaml": text])
    #expect(result.texts["d.yaml"] == text)
    #expect(result.remarks.count == 2)
  }
}
