import Testing

@testable import Kustomize

/// The path of a Flux Kustomization, which needs no kustomization file.
struct FluxPathTests {
  @Test func `a path of Flux without kustomization file gets one`() {
    let build = MemoryRepository(
      """
      === app/z.yaml
      \(LoadingTests.configMap)
      === app/b/kustomization.yaml
      resources: [x.yaml]
      === app/b/x.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
      === app/b/not-listed.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: not-listed}}
      === app/c/.hidden/y.yml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: y}}
      === app/c/values.json
      not read
      === other/o.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: o}}
      """
    ).buildAsFlux("app")
    #expect(build.names == ["ConfigMap/x", "ConfigMap/y", "ConfigMap/a"])
    #expect(build.messages == [])
  }

  @Test func `a generated kustomization fails on what is no object`() {
    let build = MemoryRepository(
      """
      === app/values.yaml
      replicas: 3
      === app/a.yaml
      \(LoadingTests.configMap)
      === app/bad.yaml
      a: [
      === app/component/kustomization.yaml
      kind: Component
      """
    ).buildAsFlux("app")
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.result.errors.map(\.kind) == [.invalidResource, .componentAsResource, .invalidResource])
    #expect(
      build.result.errors.map { build.place($0.range).split(separator: ":").first } == [
        "app/bad.yaml", "app/component/kustomization.yaml", "app/values.yaml",
      ])
    #expect(build.messages.last == "the document is no Kubernetes object: it has no 'kind'")
  }

  @Test func `an empty path of Flux builds nothing and is no error`() {
    let build = MemoryRepository("=== app/readme.md\nhello").buildAsFlux("app")
    #expect(build.result.isComplete)
    #expect(build.result.objects.isEmpty)
  }

  @Test func `a path that does not exist is reported`() {
    let repository = MemoryRepository("=== app/a.yaml\n\(LoadingTests.configMap)\n=== link -> app")
    #expect(repository.buildAsFlux("apps").messages == ["directory 'apps' does not exist"])
    #expect(repository.buildAsFlux("app/a.yaml").messages == ["'app/a.yaml' is a file, expected a directory"])
    #expect(repository.buildAsFlux("link").messages == ["'link' is a symbolic link, which Flux does not ship"])
    #expect(repository.buildAsFlux("../../app").names == ["ConfigMap/a"])
  }
}
