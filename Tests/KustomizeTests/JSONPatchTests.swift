import Testing

@testable import Kustomize

/// JSON 6902 operations, with upstream's deviations from the standard.
struct JSONPatchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var operation: String
    /// JSON with sorted keys; nil when it fails.
    var result: String?
    var testDescription: String { operation }

    init(_ operation: String, _ result: String?) {
      self.operation = operation
      self.result = result
    }
  }

  static let base = "a: {b: 1, c/d: 2, e~f: 3}\nl: [x, y]"

  @Test(arguments: [
    Case("{op: add, path: /a/n, value: 5}", #"{"a":{"b":1,"c/d":2,"e~f":3,"n":5},"l":["x","y"]}"#),
    Case("{op: add, path: /a/b, value: 5}", #"{"a":{"b":5,"c/d":2,"e~f":3},"l":["x","y"]}"#),
    Case("{op: add, path: /a/n}", #"{"a":{"b":1,"c/d":2,"e~f":3,"n":null},"l":["x","y"]}"#),
    Case("{op: add, path: /l/0, value: z}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["z","x","y"]}"#),
    Case("{op: add, path: /l/2, value: z}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y","z"]}"#),
    Case("{op: add, path: /l/-, value: z}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y","z"]}"#),
    Case("{op: add, path: /l/3, value: z}", nil),
    Case("{op: add, path: /x/y, value: z}", nil),
    Case("{op: add, path: /a/b/c, value: z}", nil),
    Case("{op: add, path: \"\", value: z}", nil),
    Case("{op: replace, path: /a/n, value: 5}", #"{"a":{"b":1,"c/d":2,"e~f":3,"n":5},"l":["x","y"]}"#),
    Case("{op: replace, path: /l/1, value: z}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","z"]}"#),
    Case("{op: replace, path: /l/-1, value: z}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","z"]}"#),
    Case("{op: replace, path: /l/2, value: z}", nil),
    Case("{op: replace, path: \"\", value: {q: 1}}", #"{"q":1}"#),
    Case("{op: replace, path: spec/n, value: 5}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y"],"n":5}"#),
    Case("{op: remove, path: /a/c~1d}", #"{"a":{"b":1,"e~f":3},"l":["x","y"]}"#),
    Case("{op: remove, path: /a/e~0f}", #"{"a":{"b":1,"c/d":2},"l":["x","y"]}"#),
    Case("{op: remove, path: /l/0}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["y"]}"#),
    Case("{op: remove, path: /nothing}", nil),
    Case("{op: remove, path: /l/x}", nil),
    Case("{op: move, from: /a/b, path: /m}", #"{"a":{"c/d":2,"e~f":3},"l":["x","y"],"m":1}"#),
    Case("{op: copy, from: /l, path: /a/b}", #"{"a":{"b":["x","y"],"c/d":2,"e~f":3},"l":["x","y"]}"#),
    Case("{op: copy, from: /none, path: /m}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y"],"m":null}"#),
    Case("{op: test, path: /l, value: [x, y]}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y"]}"#),
    Case("{op: test, path: /none, value: null}", #"{"a":{"b":1,"c/d":2,"e~f":3},"l":["x","y"]}"#),
    Case("{op: test, path: /l/0, value: y}", nil),
    Case("{op: drop, path: /l}", nil),
    Case("{path: /l}", nil),
    Case("{op: remove}", nil),
  ])
  func `one operation`(_ example: Case) {
    var bench = Bench(Self.base, "- \(example.operation)")
    let result = Result { () throws(MergeFailure) in try bench.applyJSONPatch() }
    switch (result, example.result) {
    case (.success(let root), let expected): #expect(bench.forest.json(root) == expected)
    case (.failure, let expected): #expect(expected == nil)
    }
  }

  @Test func `what was added and removed again leaves the object as it was`() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<200 {
      let text = random.pod()
      let key = "k\(random.next() % 100)"
      let place = ["", "/metadata", "/metadata/labels", "/spec"].randomElement(using: &random) ?? ""
      var bench = Bench(
        text, "- {op: add, path: \(place)/\(key), value: {a: [1, 2]}}\n- {op: remove, path: \(place)/\(key)}")
      let result = try bench.applyJSONPatch()
      #expect(bench.forest.json(result) == bench.forest.json(bench.base))
    }
  }

  @Test func `a path that does not exist says what may be meant`() {
    var bench = Bench("spec: {replicas: 1}", "- {op: remove, path: /spec/replica}")
    let failure = #expect(throws: MergeFailure.self) { try bench.applyJSONPatch() }
    #expect(failure?.message == "'/spec/replica' does not exist in the object, did you mean 'replicas'?")
  }
}
