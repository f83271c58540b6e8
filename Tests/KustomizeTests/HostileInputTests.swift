import SourceText
import Testing
import YAMLSyntax

@testable import Kustomize

/// Input that is made to crash a reader, or to keep it busy.
struct HostileInputTests {
  static let bomb: String = {
    var lines = ["a0: &a0 {containers: [{image: x}], k:}"]
    for level in 1...16 { lines.append("a\(level): &a\(level) {x: *a\(level - 1), y: *a\(level - 1)}") }
    return lines.joined(separator: "\n")
  }()

  @Test func `aliases of aliases are walked once each`() throws {
    let head = "apiVersion: x/v1\nkind: Y\nmetadata: {name: bomb}\n"
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [bomb.yaml]
      images: [{name: x, newTag: "1"}, {name: z, newTag: "1"}]
      patches:
      \((0..<50).map { "- patch: '{apiVersion: x/v1, kind: Y, metadata: {name: bomb}, p: \($0)}'" }.joined(separator: "\n"))
      === bomb.yaml
      \(head)\(Self.bomb)
      """
    ).build()
    #expect(build.messages == [])
    let turns = Array(repeating: ["x", "y"], count: 8).flatMap { $0 }
    let image = try #require(build.node(at: ["a16"] + turns + ["containers", "0", "image"]))
    #expect(build.forest.text(image) == "x:1")
    #expect(build.forest.trees[Int(build.engine.buildTree)].nodes.count < 20_000)
  }

  @Test func `deep nesting is patched and labelled`() {
    let deep = String(repeating: "{a: ", count: 450) + "1" + String(repeating: "}", count: 450)
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [deep.yaml]
      images: [{name: x, newTag: "1"}]
      patches: [{path: patch.yaml}]
      === deep.yaml
      {apiVersion: x/v1, kind: Y, metadata: {name: d}, deep: \(deep)}
      === patch.yaml
      {apiVersion: x/v1, kind: Y, metadata: {name: d}, deep: \(deep.replacing("1", with: "2"))}
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json.first?.contains("{\"a\":2}") == true)
  }

  @Test func `a chain of many directories ends with an error`() {
    let chain = (0..<300).map { "=== d\($0)/kustomization.yaml\nresources: [../d\($0 + 1)]" }
    let build = MemoryRepository(chain.joined(separator: "\n")).build("d0")
    #expect(build.messages == ["more than 100 kustomizations refer to each other in a row"])
  }

  @Test func `a component that is listed again and again ends with an error`() {
    let levels = (0..<20).map { level in
      """
      === c\(level)/kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      components: [../c\(level + 1), ../c\(level + 1)]
      """
    }
    let build = MemoryRepository(
      levels.joined(separator: "\n") + "\n=== c20/kustomization.yaml\nkind: Component\nnamePrefix: x"
    ).build("c0")
    #expect(build.messages.contains("the build has too many kustomizations"))
  }

  @Test func `very many patches on very many objects end with an error`() {
    let objects = (0..<2_100).map { "---\n{kind: X, metadata: {name: n\($0)}}" }.joined(separator: "\n")
    let patches = Array(repeating: "- {target: {kind: Z}, patch: '[]'}", count: 2_000).joined(separator: "\n")
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\npatches:\n\(patches)\n=== a.yaml\n\(objects)"
    ).build()
    #expect(build.messages == ["the build has too many objects and patches"])
    #expect(build.names.count == 2_100)
  }

  @Test func `bases that double the objects at each step come to an end`() {
    var files = ["=== kustomization.yaml\nresources: [a0]"]
    for level in 0..<40 {
      for name in ["a", "b"] {
        files.append(
          """
          === \(name)\(level)/kustomization.yaml
          namePrefix: \(name)
          resources: [../a\(level + 1), ../b\(level + 1)]
          """)
      }
    }
    for name in ["a40", "b40"] {
      files.append("=== \(name)/kustomization.yaml\nresources: [x.yaml]\n=== \(name)/x.yaml")
      files.append("{apiVersion: x/v1, kind: Y, metadata: {name: in-\(name)}}")
    }
    let build = MemoryRepository(files.joined(separator: "\n")).build()
    #expect(Set(build.messages) == ["the build has more than 65536 objects"])
  }

  @Test(arguments: [1, 60]) func `copies that double what is there come to an end`(patchCount: Int) {
    let copies = (0..<60).map { #"{"op": "copy", "from": "/data", "path": "/data/k\#($0)"}"# }
    let patches = patchCount == 1 ? [copies.joined(separator: ", ")] : copies
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      patches:
      \(patches.map { "- {target: {kind: X}, patch: '[\($0)]'}" }.joined(separator: "\n"))
      === a.yaml
      {apiVersion: v1, kind: X, metadata: {name: a}, data: {a: b}}
      """
    ).build()
    #expect(build.messages.contains { $0.hasSuffix("the copies of patches have too many nodes") })
  }

  @Test func `names that grow and grow end with an error`() {
    let prefix = String(repeating: "x", count: 4 << 20)
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      components: [\(Array(repeating: "c", count: 50).joined(separator: ", "))]
      === c/kustomization.yaml
      {apiVersion: kustomize.config.k8s.io/v1alpha1, kind: Component, namePrefix: \(prefix)}
      === a.yaml
      {apiVersion: v1, kind: X, metadata: {name: a}}
      """
    ).build()
    #expect(build.messages == ["the build has too much text: more than 128 MiB"])
  }

  @Test func `a generator with far more than an object may hold is an error`() {
    let build = MemoryRepository(files: [
      ("kustomization.yaml", Array("configMapGenerator: [{name: a, files: [b, c=b]}]".utf8)),
      ("b", Array(repeating: UInt8(ascii: "x"), count: 9 << 20)),
    ]).build()
    #expect(build.messages == ["the generator has more than 16 MiB of data, and a ConfigMap holds 1 MiB at most"])
  }

  @Test func `what all builds of a run cost together is bounded, and what is not built is said`() throws {
    let sources = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      {apiVersion: v1, kind: X, metadata: {name: a}}
      ---
      {apiVersion: v1, kind: X, metadata: {name: b}}
      """
    ).sources()
    var limit = BuildBudget.ofRun
    limit.objects = 5
    var engine = KustomizeEngine(sources: sources, budget: BuildBudget(ofRun: limit))
    var worker = engine.forked(for: sources)
    #expect((0..<2).map { _ in engine.build(BuildRequest(directory: "")).objects.count } == [2, 2])
    let third = engine.build(BuildRequest(directory: ""))
    #expect(third.objects.isEmpty && third.errors.isEmpty)
    #expect(
      third.notBuilt.map(\.reason) == [
        "the builds of the repository have more objects, patches or text than are read at once"
      ])
    #expect(worker.build(BuildRequest(directory: "")).objects.count == 2, "a worker counts from where it began")
  }

  @Test(arguments: [
    "{", "\u{0}", "- - -", "resources: {a: b}", "patches: [1, [2], {}]", "images: [x]", "configMapGenerator: [[]]",
    "? [a]: b", "namespace: {}", "generatorOptions: 5", "labels: [{pairs: [a]}]", "commonLabels: {a: [b]}",
    "replicas: [{count: x}]", "<<: [1, 2]", "resources: &a [*a]",
  ])
  func `a senseless kustomization file is an error`(_ text: String) {
    let build = MemoryRepository("=== kustomization.yaml\n\(text)").build()
    #expect(!build.result.errors.isEmpty)
  }

  @Test func `random bytes in any file never crash`() {
    var random = SeededRandom(seed: 3)
    let pieces = [
      "resources:", " [a.yaml]", "\n", "- ", "{", "}", "kind: X", "metadata: {name: a}", "&a ", "*a", "$patch: delete",
      "patches:", "path: a.yaml", "---\n", ": ", "\"", "\u{FEFF}", "\t", "<<: *a", "é",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0..<30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let other = (0..<Int.random(in: 0..<30, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let build = MemoryRepository("=== kustomization.yaml\nresources: [a.yaml]\n\(text)\n=== a.yaml\n\(other)")
        .buildAsFlux()
      #expect(build.result.objects.count < 100)
    }
  }
}
