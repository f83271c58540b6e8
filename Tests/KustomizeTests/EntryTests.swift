import Testing

@testable import Kustomize

/// What the entries of a kustomization file lead to.
struct EntryTests {
  struct Entry: Sendable, CustomTestStringConvertible {
    var entry: String
    var kind: BuildError.Kind
    var message: String
    var testDescription: String { entry }
  }

  @Test(arguments: [
    Entry(entry: "missing.yaml", kind: .fileMissing, message: "'missing.yaml' does not exist"),
    Entry(entry: "a.yml", kind: .fileMissing, message: "'a.yml' does not exist, did you mean 'a.yaml'?"),
    Entry(entry: "../../x", kind: .outsideArtifact, message: "'../../x' is outside the repository"),
    Entry(
      entry: "/etc/passwd", kind: .outsideArtifact,
      message: "'/etc/passwd' is an absolute path, expected one relative to the kustomization file"),
    Entry(entry: "link", kind: .fileMissing, message: "'link' is a symbolic link, which Flux does not ship"),
    Entry(
      entry: "linked/x.yaml", kind: .fileMissing,
      message: "'linked/x.yaml' lies behind the symbolic link 'app/linked', which Flux does not ship"),
    Entry(entry: "\"\"", kind: .other, message: "the entry is empty"),
    Entry(entry: ".", kind: .cycle, message: "the kustomizations form a cycle: 'app' -> 'app'"),
    Entry(entry: "..", kind: .cycle, message: "the kustomizations form a cycle: '.' -> 'app' -> '.'"),
    Entry(entry: "plain", kind: .fileMissing, message: "directory 'app/plain' has no kustomization file"),
    Entry(
      entry: "component", kind: .componentAsResource,
      message: "'app/component' is a Component, list it in 'components' instead of 'resources'"),
    Entry(entry: "a.yaml/b", kind: .fileMissing, message: "'a.yaml/b' does not exist: 'app/a.yaml' is a file"),
  ])
  func `an entry that cannot be built is skipped and reported`(_ example: Entry) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [app]
      === app/kustomization.yaml
      resources:
        - \(example.entry)
        - a.yaml
      === app/a.yaml
      \(LoadingTests.configMap)
      === app/link -> a.yaml
      === app/linked -> ../other
      === app/plain/x.yaml
      \(LoadingTests.configMap)
      === app/component/kustomization.yaml
      kind: Component
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == [example.message])
    #expect(build.result.errors.first?.kind == example.kind)
    #expect(build.place(build.result.errors.first?.range) == "app/kustomization.yaml:2")
    #expect(build.result.errors.first?.chain.map { build.place($0) } == ["kustomization.yaml:1"])
  }

  @Test func `a submodule and a remote base are left out with the reason`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [sub/base, "https://github.com/org/repo//deploy?ref=v1.2.0", a.yaml]
      === sub @ submodule
      === a.yaml
      \(LoadingTests.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == [])
    #expect(
      build.result.notBuilt.map(\.reason) == ["'sub' is a Git submodule, whose content is not in this repository"])
    #expect(build.result.remotes.map(\.ref) == ["v1.2.0"])
    #expect(build.result.remotes.map(\.field) == ["resources"])
    #expect(!build.result.isComplete)
  }

  @Test func `an artifact below the top of the repository confines its paths`() {
    let repository = MemoryRepository(
      """
      === deploy/app/kustomization.yaml
      resources: [../base, ../../secret]
      === deploy/base/kustomization.yaml
      resources: [a.yaml]
      === deploy/base/a.yaml
      \(LoadingTests.configMap)
      === secret/kustomization.yaml
      resources: []
      """)
    let build = repository.buildAsFlux("deploy/app", artifactRoot: "deploy")
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == ["'../../secret' is outside 'deploy'"])
    #expect(repository.buildAsFlux("deploy/app").messages == [])
  }

  @Test func `a cycle over several directories ends and names them`() {
    let repository = MemoryRepository(
      """
      === a/kustomization.yaml
      resources: [../b]
      === b/kustomization.yaml
      resources: [../c]
      === c/kustomization.yaml
      resources: [../a, x.yaml]
      === c/x.yaml
      \(LoadingTests.configMap)
      """)
    let build = repository.build("a")
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == ["the kustomizations form a cycle: 'a' -> 'b' -> 'c' -> 'a'"])
    #expect(build.result.errors.first?.chain.count == 2)
    #expect(repository.build("c").messages == ["the kustomizations form a cycle: 'c' -> 'a' -> 'b' -> 'c'"])
  }

  @Test func `a web of directories that all refer to each other ends soon`() {
    let names = (0..<30).map { "d\($0)" }
    let text = names.map { name in
      "=== \(name)/kustomization.yaml\nresources: [\(names.map { "../\($0)" }.joined(separator: ", "))]"
    }
    let build = MemoryRepository(text.joined(separator: "\n")).build("d0")
    #expect(build.result.errors.contains { $0.kind == .cycle })
  }

  @Test func `a base that two overlays share is no cycle, but its objects collide`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [one, two]
      === one/kustomization.yaml
      resources: [../base]
      === two/kustomization.yaml
      resources: [../base]
      === base/kustomization.yaml
      resources: [a.yaml]
      === base/a.yaml
      \(LoadingTests.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.result.errors.map(\.kind) == [.duplicateObject])
    #expect(build.place(build.result.errors.first?.range) == "kustomization.yaml:1")
    // First the entry that listed it before, then the object.
    #expect(
      build.result.errors.first?.places.map { build.place($0.range) } == ["kustomization.yaml:1", "base/a.yaml:1"])
  }

  @Test func `two documents with one id name both places`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml, b.yaml]
      === a.yaml
      \(LoadingTests.configMap)
      === b.yaml
      # the same again
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, namespace: default}
      """
    ).build()
    #expect(build.messages == ["'ConfigMap/a' is in the build already"])
    #expect(build.place(build.result.errors.first?.range) == "b.yaml:2")
    #expect(
      build.result.errors.first?.places.map { build.place($0.range) }
        == ["a.yaml:1", "kustomization.yaml:1", "kustomization.yaml:1"])
  }

  @Test func `two documents of one file with one id are listed once`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      \(LoadingTests.configMap)
      ---
      \(LoadingTests.configMap)
      """
    ).build()
    #expect(build.result.errors.map { build.place($0.range) } == ["a.yaml:6"])
    #expect(
      build.result.errors.first?.places.map { "\(build.place($0.range)) \($0.label)" }
        == ["a.yaml:1 the first of the two", "kustomization.yaml:1 both are in this file"])
  }

  @Test func `lists are expanded behind the other documents of their file`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      apiVersion: v1
      kind: ConfigMapList
      items:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: first}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: second}}
      ---
      # nothing here
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}
      """
    ).build()
    #expect(build.names == ["ConfigMap/plain", "ConfigMap/first", "ConfigMap/second"])
    #expect(build.place(build.result.objects.last?.origin) == "a.yaml:5")
  }

  @Test func `components run on what their parent gathered`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      components: [component, plain]
      namePrefix: p-
      === a.yaml
      \(LoadingTests.configMap)
      === component/kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      resources: [b.yaml]
      namespace: team
      === component/b.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
      === plain/kustomization.yaml
      resources: []
      """
    ).build()
    #expect(build.names == ["ConfigMap/team/p-a", "ConfigMap/team/p-b"])
    #expect(build.messages == ["'plain' is a Kustomization, list it in 'resources' instead of 'components'"])
  }
}
