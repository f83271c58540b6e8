import Testing
import YAMLSyntax

@testable import Kustomize

/// `replacements`: what they copy, where to, and how they fail.
struct ReplacementTests {
  static let objects = #"""
    {kind: Source, metadata: {name: scale, annotations: {a.b/c: dotted}}, text: abc, host: a/b/c, number: 8080, list: [x, y], empty: {}}
    ---
    {kind: Target, metadata: {name: t, labels: {tier: web}}, text: old, number: 5, quoted: "5", path: one/two/three, gone: null, items: [{name: web, v: 1}, {name: web-sidecar, v: 1}, {name: db, v: 1}], json: '{"b":{"c":1},"a":2}', yaml: "a: 1 # why\nb: x\n", bad: hello}
    """#

  static func build(_ entry: String, objects: String = Self.objects) -> Build {
    MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\nreplacements:\n- \(entry)\n=== a.yaml\n\(objects)"
    ).build()
  }

  @Test(arguments: [
    "replacements: [{source: {kind: Lamp, name: far}, targets: [{select: {kind: Lamp}, fieldPaths: [spec.a]}]}]",
    "configMapGenerator: [{name: far, behavior: merge, literals: [a=b]}]",
    "secretGenerator: [{name: far, behavior: replace, literals: [a=b]}]",
  ])
  func `what a base that is fetched may have is not missing`(entry: String) throws {
    let lamp = "=== a.yaml\n{apiVersion: v1, kind: Lamp, metadata: {name: l}, spec: {a: b}}"
    let local = MemoryRepository("=== kustomization.yaml\nresources: [a.yaml]\n\(entry)\n\(lamp)").build()
    #expect(local.result.errors.count == 1)
    let remote = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml, 'https://example.com/base.yaml']\n\(entry)\n\(lamp)"
    ).build()
    #expect(remote.result.errors.isEmpty)
    #expect(remote.result.remotes.count == 1)
    #expect(remote.result.objects.count == 1)
  }

  /// An entry that copies one field to one path of the target.
  static func entry(_ from: String, _ to: String, _ options: String = "{}", _ sourceOptions: String = "{}") -> String {
    "{source: {kind: Source, fieldPath: '\(from)', options: \(sourceOptions)}, targets: [{select: {kind: Target}, fieldPaths: ['\(to)'], options: \(options)}]}"
  }

  @Test(arguments: [
    (entry("text", "text"), #""text":"abc""#),
    (entry("number", "number"), #""number":8080"#),
    (entry("number", "quoted"), #""quoted":"8080""#),
    (entry("number", "text"), #""text":"8080""#),
    (entry("number", "new.deep", "{create: true}"), #""new":{"deep":8080}"#),
    (entry("list", "items"), #""items":["x","y"]"#),
    (entry("metadata.annotations.a\\.b/c", "text"), #""text":"dotted""#),
    (entry("metadata.annotations.[a.b/c]", "text"), #""text":"dotted""#),
    (entry("list.-", "text"), #""text":"y""#),
    (entry("list.[=x]", "text"), #""text":"x""#),
    (entry("host", "text", "{}", "{delimiter: /, index: 1}"), #""text":"b""#),
    (entry("text", "path", "{delimiter: /, index: 1}"), #""path":"one/abc/three""#),
    (entry("text", "path", "{delimiter: /, index: -1}"), #""path":"abc/one/two/three""#),
    (entry("text", "path", "{delimiter: /, index: 9}"), #""path":"one/two/three/abc""#),
    (
      entry("number", "items.[name=web].v"),
      #"{"name":"web","v":8080},{"name":"web-sidecar","v":8080},{"name":"db","v":1}"#
    ),
    (entry("number", "items.*.v"), #"{"name":"db","v":8080}"#),
    (entry("number", "items.1.v"), #"{"name":"web-sidecar","v":8080}"#),
    (entry("number", "items.3.v", "{create: true}"), #"{"name":"db","v":1},{"v":8080}"#),
    (entry("number", "items.[name=new].v", "{create: true}"), #"{"name":"new","v":8080}"#),
    (entry("number", "json.b.c"), #""json":"{\"a\":2,\"b\":{\"c\":8080}}""#),
    (entry("number", "yaml.a"), #""yaml":"a: 8080 # why\nb: x""#),
    ("{sourceValue: static, targets: [{select: {name: 't|u'}, fieldPaths: [text]}]}", #""text":"static""#),
    (
      "{source: {kind: Source, fieldPath: text}, targets: [{select: {name: '.*'}, reject: [{labelSelector: tier=web}], fieldPaths: [text]}]}",
      #""text":"old""#
    ),
  ])
  func `a value is copied`(_ entry: String, _ part: String) {
    let build = Self.build(entry)
    #expect(build.messages == [])
    #expect(build.json.last?.contains(part) == true, "\(build.json)")
  }

  @Test(arguments: [
    ("{targets: [{select: {kind: Target}}]}", "has no 'source'"),
    ("{source: {kind: Source}}", "has no 'targets'"),
    ("{source: {kind: Source}, targets: [{fieldPaths: [text]}]}", "has no 'select'"),
    (
      "{source: {kind: Source}, sourceValue: x, targets: [{select: {kind: Target}}]}", "both 'source' and 'sourceValue'"
    ),
    ("{path: x.yaml, source: {kind: Source}}", "both 'path' and fields of its own"),
    (
      "{source: {kind: Source, name: z}, targets: [{select: {kind: Target}}]}",
      "kind 'Source', name 'z', is not in the build"
    ),
    ("{source: {kind: Source, name: scal}, targets: [{select: {kind: Target}}]}", "did you mean 'scale'?"),
    ("{source: {}, targets: [{select: {kind: Target}}]}", "is 2 objects"),
    (entry("nothing", "text"), "'nothing' is missing or empty"),
    (entry("empty", "text"), "'empty' is missing or empty"),
    (entry("list.*", "text"), "wildcard"),
    (entry("text", "nothing"), "set 'create'"),
    (entry("text", "items.[foo]"), "expected '[key=value]'"),
    (entry("text", "metadata.*"), "expected a list"),
    (entry("text", "items.9.v"), "only 3 elements"),
    (entry("text", "bad.x"), "below a scalar"),
    (entry("text", "items", "{delimiter: /}"), "'delimiter' is for texts"),
    (entry("host", "text", "{}", "{delimiter: /, index: 3}"), "has 3 pieces"),
    (entry("text", "items.[name=(].v"), "no regular expression"),
  ])
  func `what cannot be copied is an error`(_ entry: String, _ part: String) {
    let build = Self.build(entry)
    #expect(build.messages.first?.contains(part) == true, "\(build.messages)")
    #expect(build.place(build.result.errors.first?.range) == "kustomization.yaml:3")
  }

  @Test func `a value has the place of its source, and the object says who wrote it`() throws {
    let build = Self.build(Self.entry("text", "text"))
    let node = try #require(build.node("text", of: 1))
    #expect(build.place(build.forest.range(node)) == "a.yaml:1")
    #expect(build.result.objects[1].modifiers.map(\.kind) == [.replacement])
  }

  @Test func `replacements of a file may be one or a list`() {
    for text in [Self.entry("text", "text"), "- " + Self.entry("text", "text"), "scalar"] {
      let build = MemoryRepository(
        "=== kustomization.yaml\nresources: [a.yaml]\nreplacements: [{path: r.yaml}]\n=== r.yaml\n\(text)\n=== a.yaml\n\(Self.objects)"
      ).build()
      #expect(build.messages.isEmpty == (text != "scalar"))
      #expect(build.json.last?.contains(#""text":"abc""#) == (text != "scalar"))
    }
  }

  @Test func `an earlier name is found, and a name that is written is no reference`() {
    let build = MemoryRepository(
      "=== kustomization.yaml\nnamePrefix: p-\nresources: [a.yaml]\nreplacements: [{source: {name: scale}, targets: [{select: {name: t}, fieldPaths: [text]}]}]\n=== a.yaml\n\(Self.objects)"
    ).build()
    #expect(build.json.last?.contains(#""text":"p-scale""#) == true)
  }

  @Test func `copies of copies come to an end`() {
    let entries = (0..<40).flatMap { _ in
      ["a", "b"].map {
        "- {source: {name: s, fieldPath: x}, targets: [{select: {name: s}, fieldPaths: [w.\($0)], options: {create: true}}]}"
      } + ["- {source: {name: s, fieldPath: w}, targets: [{select: {name: s}, fieldPaths: [x]}]}"]
    }
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\nreplacements:\n\(entries.joined(separator: "\n"))\n=== a.yaml\n{kind: A, metadata: {name: s}, x: {k: v}}"
    ).build()
    #expect(build.messages.first?.contains("too many values") == true)
  }

  // MARK: Order and metadata

  @Test(arguments: [
    ("{order: legacy}", ["Namespace/n", "Apple/a", "Zebra/z"], ""),
    ("{order: fifo}", ["Zebra/z", "Namespace/n", "Apple/a"], ""),
    (
      "{order: legacy, legacySortOptions: {orderFirst: [Zebra], orderLast: [Namespace]}}",
      ["Zebra/z", "Apple/a", "Namespace/n"], ""
    ),
    ("{order: fifo, legacySortOptions: {}}", [], "'legacySortOptions' is given"),
    ("{order: alphabetical}", [], "expected 'fifo' or 'legacy'"),
    ("{}", [], "has no 'order'"),
  ])
  func `sortOptions decide the order`(_ options: String, _ names: [String], _ message: String) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\nsortOptions: \(options)\n=== a.yaml\n{kind: Zebra, metadata: {name: z}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: n}}\n---\n{kind: Apple, metadata: {name: a}}"
    ).build()
    guard message.isEmpty else {
      #expect(build.messages.first?.contains(message) == true, "\(build.messages)")
      return
    }
    #expect(build.messages == [])
    #expect(build.names == names)
  }

  @Test func `the origin is written when asked for, and the sort order of a base is nobody's`() {
    let build = MemoryRepository(
      "=== o/kustomization.yaml\nresources: [../b]\nbuildMetadata: [originAnnotations, managedByLabel, nonsense]\n=== b/kustomization.yaml\nresources: [a.yaml]\nsortOptions: {order: none}\n=== b/a.yaml\n{kind: A, metadata: {name: a}}"
    ).build("o")
    #expect(build.messages == [])
    #expect(
      build.json.first?.contains(#""config.kubernetes.io/origin":"path: ../b/a.yaml\n""#) == true, "\(build.json)")
    #expect(build.json.first?.contains("app.kubernetes.io/managed-by") == true)
  }
}
