import Testing

@testable import Kustomize

/// What becomes of entries that are for whatever objects they find, and of what is left out.
struct EntryEffectTests {
  private static let web =
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {template: {spec: {containers: [{name: web, image: 'acme/web:1'}]}}}}"

  private static func build(_ fields: String, _ more: String = "") -> Build {
    MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      \(fields)
      === a.yaml
      \(web)
      \(more)
      """
    ).build()
  }

  @Test(
    "The first condition that no object fulfils is why a patch finds nothing",
    arguments: [
      ("kind: Job, name: web", "kind", "Job 'web'", ["Deployment"]),
      ("group: batch, kind: Deployment", "group", "Deployment of 'batch'", ["apps"]),
      ("version: v2, kind: Deployment", "version", "Deployment of version 'v2'", ["v1"]),
      ("kind: Deployment, name: wep", "name", "Deployment 'wep'", ["web"]),
      ("name: web, namespace: other", "namespace", "object 'web' in namespace 'other'", ["shop"]),
      ("kind: Deployment, labelSelector: app=other", "labelSelector", "Deployment with labels 'app=other'", []),
    ])
  func misses(target: String, field: String, wanted: String, found: [String]) throws {
    let patch = "patches: [{target: {\(target)}, patch: '[{op: add, path: /metadata/x, value: 1}]'}]"
    let effect = try #require(Self.build(patch).result.effects.first)
    #expect(effect.kind == .patch)
    let miss = try #require(effect.miss)
    #expect(miss.field == field)
    #expect(miss.wanted == wanted)
    #expect(miss.found == found)
  }

  @Test(
    "An entry that finds something has no miss, whether or not it changes it",
    arguments: [
      "patches: [{target: {kind: Dep.*}, patch: '[{op: test, path: /kind, value: Deployment}]'}]",
      "images: [{name: acme/web, newTag: '1'}]", "images: [{name: acme/web, newTag: '2'}]",
    ])
  func finds(entry: String) {
    #expect(Self.build(entry).result.effects.map(\.miss) == [nil])
  }

  @Test func imagesThatNothingHasSayWhatThereIs() {
    let effects = Self.build("images: [{name: web, newTag: '2'}]").result.effects
    #expect(effects.map { $0.miss?.found } == [["acme/web:1"]])
  }

  @Test("Where objects are not known, nothing is said to be idle")
  func incomplete() {
    let patch = "patches: [{target: {name: other}, patch: '[{op: add, path: /metadata/x, value: 1}]'}]"
    let remote = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml, 'https://github.com/acme/web//deploy?ref=v1']
      components: [part]
      \(patch)
      === part/kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      \(patch)
      === a.yaml
      \(Self.web)
      """
    ).build()
    #expect(remote.result.effects.isEmpty)
  }

  @Test func aComponentDoesNotFailForWhatARemoteBaseMayBring() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: ['https://github.com/acme/web//deploy?ref=v1']
      components: [part]
      === part/kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}'}]
      """
    ).build()
    #expect(build.result.errors.isEmpty)
  }

  @Test func objectsForTheBuildOnlyAreLeftOut() {
    let local =
      "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: {config.kubernetes.io/local-config: 'true'}}}"
    let result = Self.build("", local).result
    #expect(result.leftOut.map(\.kind) == [.localObject])
    #expect(result.objects.count == 1)
    #expect(
      Self.build("replacements: [{source: {kind: ConfigMap, name: c}, targets: []}]", local).result.leftOut.isEmpty)
  }
}
