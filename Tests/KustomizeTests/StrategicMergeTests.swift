import SourceText
import Testing
import YAMLSyntax

@testable import Kustomize

/// Strategic merge of one object with one patch, both written as YAML.
struct StrategicMergeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var base: String
    var patch: String
    /// JSON with sorted keys; nil when the object is deleted.
    var result: String?
    var testDescription: String { name }

    init(_ name: String, _ base: String, _ patch: String, _ result: String?) {
      self.name = name
      self.base = base
      self.patch = patch
      self.result = result
    }
  }

  static let mappings = [
    Case("a scalar is replaced", "a: 1\nb: 2", "a: 3", #"{"a":3,"b":2}"#),
    Case("a key is added", "a: 1", "b: {c: 2}", #"{"a":1,"b":{"c":2}}"#),
    Case("null deletes", "a: 1\nb: 2", "a: null", #"{"b":2}"#),
    Case("null in a new mapping is pruned", "a: 1", "foo: {a: null, b: {c: null}}", #"{"a":1,"foo":{"b":{}}}"#),
    Case("null in a replaced list stays", "l: [1]", "l: [null, 2]", #"{"l":[null,2]}"#),
    Case("a list without key is replaced", "l: [1, 2]", "l: [3]", #"{"l":[3]}"#),
    Case("an empty list empties it", "l: [1, 2]", "l: []", #"{"l":[]}"#),
    Case("an empty mapping changes nothing", "m: {a: 1}", "m: {}", #"{"m":{"a":1}}"#),
    Case(
      "an omitted value goes, a spelled null stays", "a:\nb: null\nc: ~\nd: 1", "d: 2", #"{"b":null,"c":null,"d":2}"#),
    Case("replace in a mapping", "m: {a: 1, b: 2}", "m: {$patch: replace, c: 3}", #"{"m":{"c":3}}"#),
    Case("delete in a mapping", "m: {a: 1}\nn: 1", "m: {$patch: delete}", #"{"n":1}"#),
    Case("merge in a mapping", "m: {a: 1}", "m: {$patch: merge, b: 2}", #"{"m":{"a":1,"b":2}}"#),
    Case("delete at the root", "a: 1", "$patch: delete", nil),
    Case("a quoted scalar stays a string", "a: \"1\"\nb: 1", "a: 2\nb: \"2\"", #"{"a":"2","b":"2"}"#),
    Case("a mapping over a null", "a: null", "a: {b: 1}", #"{"a":{"b":1}}"#),
    Case(
      "merge keys are carried out", "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}", "y: {a: 4}",
      #"{"x":{"a":1,"b":2},"y":{"a":4,"b":3}}"#),
    Case("an alias is changed at one place only", "x: &x {a: 1}\ny: *x", "y: {a: 2}", #"{"x":{"a":1},"y":{"a":2}}"#),
  ]

  static let pod = "apiVersion: v1\nkind: Pod\n"

  static let lists = [
    Case(
      "elements are matched by key, those of the patch first", pod + "spec: {containers: [{name: a, x: 1}, {name: b}]}",
      "spec: {containers: [{name: c}, {name: b, y: 2}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c"},{"name":"b","y":2},{"name":"a","x":1}]}}"#),
    Case(
      "delete in an element", pod + "spec: {containers: [{name: a}, {name: b}]}",
      "spec: {containers: [{name: a, $patch: delete}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"b"}]}}"#),
    Case(
      "the last element deleted leaves an empty list", pod + "spec: {containers: [{name: a}]}",
      "spec: {containers: [{name: a, $patch: delete}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[]}}"#),
    Case(
      "replace beside others replaces the list", pod + "spec: {volumes: [{name: a}, {name: b}]}",
      "spec: {volumes: [{$patch: replace}, {name: c}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"volumes":[{"name":"c"}]}}"#),
    Case(
      "replace in an element only moves it", pod + "spec: {volumes: [{name: a, x: 1}, {name: b, y: 1}]}",
      "spec: {volumes: [{name: b, $patch: replace, z: 1}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"volumes":[{"name":"b","y":1},{"name":"a","x":1}]}}"#),
    Case(
      "a list delete removes the list", pod + "spec: {volumes: [{name: a}], x: 1}",
      "spec: {volumes: [{$patch: delete}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"x":1}}"#),
    Case(
      "an empty list on a keyed one changes nothing", pod + "spec: {containers: [{name: a}]}", "spec: {containers: []}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a"}]}}"#),
    Case(
      "finalizers are united", pod + "metadata: {finalizers: [a, b]}", "metadata: {finalizers: [c, a]}",
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"finalizers":["c","a","b"]}}"#),
    Case(
      "env with a null value", pod + "spec: {containers: [{name: a, env: [{name: A, value: x}]}]}",
      "spec: {containers: [{name: a, env: [{name: A, value: null, valueFrom: {x: y}}]}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"env":[{"name":"A","valueFrom":{"x":"y"}}],"name":"a"}]}}"#
    ),
    Case(
      "equal keys leave the last at the first place",
      pod + "spec: {containers: [{name: a, env: [{name: A, value: x}, {name: B}, {name: A, value: y}]}]}",
      "metadata: {labels: {x: y}}",
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"x":"y"}},"spec":{"containers":[{"env":[{"name":"A","value":"y"},{"name":"B"}],"name":"a"}]}}"#
    ),
    Case(
      "an element without key in the patch deletes the others",
      pod + "spec: {containers: [{name: c, x: 1}, {name: d}]}",
      "spec: {containers: [{name: c, y: 2}, {image: x}, {name: new}]}",
      #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","x":1,"y":2},{"name":"new"}]}}"#),
    Case(
      "a custom resource's list is replaced whole",
      "apiVersion: x/v1\nkind: Y\nspec: {containers: [{name: a}, {name: b}]}",
      "spec: {containers: [{name: c, $patch: keep}]}",
      #"{"apiVersion":"x/v1","kind":"Y","spec":{"containers":[{"$patch":"keep","name":"c"}]}}"#),
    Case(
      "an object inside a custom resource merges by its own type",
      "apiVersion: x/v1\nkind: Y\npod: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}",
      "pod: {spec: {containers: [{name: b}]}}",
      #"{"apiVersion":"x/v1","kind":"Y","pod":{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"b"},{"name":"a"}]}}}"#
    ),
  ]

  static let service = "apiVersion: v1\nkind: Service\n"

  static let ports = [
    Case(
      "ports with protocols", service + "spec: {ports: [{port: 80, protocol: TCP}, {port: 80, protocol: UDP}]}",
      "spec: {ports: [{port: 80, protocol: UDP, name: dns}]}",
      #"{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80,"protocol":"TCP"},{"name":"dns","port":80,"protocol":"UDP"}]}}"#
    ),
    Case(
      "a protocol on one side only loses the patch", service + "spec: {ports: [{port: 443}]}",
      "spec: {ports: [{port: 443, protocol: TCP, name: https}]}",
      #"{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":443}]}}"#),
    Case(
      "ports without any protocol merge by number", service + "spec: {ports: [{port: 80}, {port: 81}]}",
      "spec: {ports: [{port: 81, name: x}]}",
      #"{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"name":"x","port":81},{"port":80}]}}"#),
    Case(
      "a new port with protocol goes first", service + "spec: {ports: [{port: 80, protocol: TCP}]}",
      "spec: {ports: [{port: 81, protocol: TCP}]}",
      #"{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":81,"protocol":"TCP"},{"port":80,"protocol":"TCP"}]}}"#
    ),
  ]

  @Test(arguments: mappings + lists + ports)
  func `a patch is merged`(_ example: Case) throws {
    var bench = Bench(example.base, example.patch)
    let result = try bench.merge()
    #expect(result.map { bench.forest.json($0) } == example.result)
  }

  @Test func `kinds that do not fit and unknown directives are errors`() {
    var bench = Bench("a: {b: 1}", "a: [1]")
    #expect(throws: MergeFailure.self) { try bench.merge() }
    bench = Bench("a: {b: 1}", "a: {$patch: drop}")
    #expect(throws: MergeFailure.self) { try bench.merge() }
  }

  @Test func `a patch that changes nothing gives the same node`() throws {
    var bench = Bench(Self.pod + "spec: {containers: [{name: a, env: [{name: A}]}]}", "metadata: null")
    #expect(try bench.merge() == bench.base)
  }

  @Test func `an object merged with itself is unchanged`() throws {
    for example in Self.mappings + Self.lists + Self.ports {
      // A merge takes nulls out, and of equal keys it keeps one.
      if example.base.contains("null") || example.name.hasPrefix("equal keys") { continue }
      var bench = Bench(example.base, example.base)
      let merged = try #require(try bench.merge())
      let once = bench.forest.json(merged)
      var again = Bench(example.base, example.base)
      again.base = try #require(try again.merge())
      let twice = try #require(try again.merge())
      #expect(again.forest.json(twice) == once, "\(example.name)")
    }
  }

  @Test func `random objects merged with themselves are unchanged`() throws {
    var random = SeededRandom(seed: 7)
    for _ in 0..<200 {
      let text = random.pod()
      var bench = Bench(text, text)
      let merged = try #require(try bench.merge())
      #expect(bench.forest.json(merged) == bench.forest.json(bench.base))
    }
  }

  @Test func `a very long list of repeated keys is refused instead of being slow`() {
    let containers = (0..<3_000).map { "{name: a, image: i\($0)}" }.joined(separator: ", ")
    var bench = Bench(Self.pod + "spec: {containers: [\(containers)]}", "spec: {containers: [{name: b}]}")
    #expect(throws: MergeFailure.self) { try bench.merge() }
  }
}

/// Two documents and a tree for results.
struct Bench {
  var forest: Forest
  var base: NodeRef
  var patch: NodeRef
  let writer: NodeWriter

  init(_ base: String, _ patch: String) {
    let trees = [base, patch].enumerated().map { index, text in
      YAMLParser.parse(Array(text.utf8), file: FileID(index), tree: UInt32(index))
    }
    forest = Forest(trees: ContiguousArray(trees))
    self.base = trees[0].documents[0].root
    self.patch = trees[1].documents[0].root
    writer = NodeWriter(tree: forest.append(YAMLTree()))
  }

  mutating func merge() throws(MergeFailure) -> NodeRef? {
    var merge = StrategicMerge(writer: writer)
    return try merge.merge(base, with: patch, in: &forest)
  }

  mutating func applyJSONPatch() throws(MergeFailure) -> NodeRef {
    var copiesLeft = 1_000
    return try JSONPatch(patch, in: forest).apply(to: base, writer: writer, copiesLeft: &copiesLeft, in: &forest)
  }
}

/// A generator with a fixed start, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A Pod with random lists whose keys differ.
  mutating func pod() -> String {
    let containers = (0..<Int.random(in: 0..<4, using: &self)).map { index in
      let env = (0..<Int.random(in: 0..<3, using: &self)).map { "{name: E\($0), value: v\(next() % 9)}" }
      let ports = (0..<Int.random(in: 0..<3, using: &self)).map { "{containerPort: \(80 + $0), protocol: TCP}" }
      return "{name: c\(index), env: [\(env.joined(separator: ", "))], ports: [\(ports.joined(separator: ", "))]}"
    }
    let labels = (0..<Int.random(in: 0..<3, using: &self)).map { "l\($0): \"\(next() % 5)\"" }
    return """
      apiVersion: v1
      kind: Pod
      metadata: {name: p, labels: {\(labels.joined(separator: ", "))}}
      spec: {containers: [\(containers.joined(separator: ", "))], args: [a, b]}
      """
  }
}
