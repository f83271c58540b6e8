import Testing

@testable import Kustomize

/// Finding and decoding kustomization files, and what their entries lead to.
struct LoadingTests {
  static let configMap = """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
    """

  @Test(arguments: ["kustomization.yaml", "kustomization.yml", "Kustomization"])
  func `each name of a kustomization file is found`(_ name: String) {
    let build = MemoryRepository(
      """
      === \(name)
      resources: [a.yaml]
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == [])
    #expect(build.result.files.count == 2)
  }

  @Test func `a directory without kustomization file fails outside Flux`() {
    let build = MemoryRepository(
      """
      === app/a.yaml
      \(Self.configMap)
      """
    ).build("app")
    #expect(build.messages == ["directory 'app' has no kustomization file"])
  }

  @Test func `two kustomization files are an error, and the first is built`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === kustomization.yml
      resources: []
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(
      build.messages == [
        "'kustomization.yml' stands beside 'kustomization.yaml': a directory must have one kustomization file"
      ])
  }

  struct Decoding: Sendable, CustomTestStringConvertible {
    var text: String
    var messages: [String]
    var testDescription: String { text }
  }

  @Test(arguments: [
    Decoding(
      text: "resource: [a.yaml]",
      messages: ["the kustomization file has an unknown field 'resource', did you mean 'resources'?"]),
    Decoding(text: "RESOURCES: [a.yaml]", messages: []),
    Decoding(
      text: "resources: [a.yaml]\nkind: Deployment",
      messages: ["the kind is 'Deployment', expected 'Kustomization' or 'Component'"]),
    Decoding(
      text: "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: []",
      messages: [
        "the apiVersion of the Kustomization is 'kustomize.toolkit.fluxcd.io/v1', expected "
          + "'kustomize.config.k8s.io/v1beta1': this is a Flux object, give the file another name and list it in 'resources'"
      ]),
    Decoding(text: "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: []", messages: []),
    Decoding(
      text: "kind: Component\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: []",
      messages: [
        "the apiVersion of the Component is 'kustomize.config.k8s.io/v1beta1', expected 'kustomize.config.k8s.io/v1alpha1'"
      ]),
    Decoding(text: "# nothing", messages: ["the kustomization file is empty"]),
    Decoding(text: "resources:", messages: ["the kustomization file is empty"]),
    Decoding(text: "resources: []", messages: []),
    Decoding(text: "metadata: {name: x}", messages: []),
    Decoding(
      text: "namePrefix: 5\nresources: []", messages: ["'namePrefix' is a number, expected a string: put '5' in quotes"]
    ),
    Decoding(
      text: "namespace: n\nresources: []", messages: ["'namespace' is a boolean, expected a string: put 'n' in quotes"]),
    Decoding(text: "resources: a.yaml", messages: ["'resources' must be a list"]),
    Decoding(text: "resources: [a.yaml]\nresources: []", messages: []),
    Decoding(text: "resources: []\n---\nnonsense: true", messages: []),
    Decoding(
      text: "patches: [{target: {apiVersion: v1}, patch: \"[]\"}]",
      messages: ["'target' has an unknown field 'apiVersion', did you mean 'version'?"]),
  ])
  func `a kustomization file is decoded strictly`(_ example: Decoding) {
    let build = MemoryRepository("=== kustomization.yaml\n\(example.text)\n=== a.yaml\n\(Self.configMap)").build()
    #expect(build.messages == example.messages)
  }

  @Test func `the file at the root of a Flux path is decoded leniently, a nested one is not`() {
    let repository = MemoryRepository(
      """
      === kustomization.yaml
      resource: [a.yaml]
      namePrefix: 5
      resources: [base]
      === base/kustomization.yaml
      patch: []
      resources: [../a.yaml]
      === a.yaml
      \(Self.configMap)
      """)
    let build = repository.buildAsFlux()
    #expect(build.names == ["ConfigMap/5a"])
    #expect(build.messages == ["the kustomization file has an unknown field 'patch', did you mean 'patches'?"])
    #expect(build.result.errors.map { build.place($0.range) } == ["base/kustomization.yaml:1"])
    #expect(build.result.errors.map { $0.chain.map { build.place($0) } } == [["kustomization.yaml:3"]])
  }

  @Test func `of two spellings of a field the later in byte order wins`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      nameprefix: low-
      namePrefix: camel-
      resources: [a.yaml]
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/low-a"])
  }

  @Test func `a path of Flux without kustomization file gets one`() {
    let build = MemoryRepository(
      """
      === app/z.yaml
      \(Self.configMap)
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
      \(Self.configMap)
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
    let repository = MemoryRepository("=== app/a.yaml\n\(Self.configMap)\n=== link -> app")
    #expect(repository.buildAsFlux("apps").messages == ["directory 'apps' does not exist"])
    #expect(repository.buildAsFlux("app/a.yaml").messages == ["'app/a.yaml' is a file, expected a directory"])
    #expect(repository.buildAsFlux("link").messages == ["'link' is a symbolic link, which Flux does not ship"])
    #expect(repository.buildAsFlux("../../app").names == ["ConfigMap/a"])
  }

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
      \(Self.configMap)
      === app/link -> a.yaml
      === app/linked -> ../other
      === app/plain/x.yaml
      \(Self.configMap)
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
      \(Self.configMap)
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
      \(Self.configMap)
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
      \(Self.configMap)
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
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.result.errors.map(\.kind) == [.duplicateObject])
    #expect(build.place(build.result.errors.first?.range) == "kustomization.yaml:1")
    #expect(build.place(build.result.errors.first?.related) == "base/a.yaml:1")
  }

  @Test func `two documents with one id name both places`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml, b.yaml]
      === a.yaml
      \(Self.configMap)
      === b.yaml
      # the same again
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, namespace: default}
      """
    ).build()
    #expect(build.messages == ["'ConfigMap/a' is in the build already"])
    #expect(build.place(build.result.errors.first?.range) == "b.yaml:2")
    #expect(build.place(build.result.errors.first?.related) == "a.yaml:1")
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
      \(Self.configMap)
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

  @Test func `helm is named as not built`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      helmCharts: [{name: x}]
      vars: []
      openapi: {path: o.json}
      """
    ).build()
    #expect(
      build.result.notBuilt.map(\.reason) == [
        "'helmCharts' is not built: kustomize-controller has no helm"
      ])
  }
}
