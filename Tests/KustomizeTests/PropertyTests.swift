import Testing
import YAMLSyntax

@testable import Kustomize

/// What holds of patches whatever the objects are. The seeds are fixed, so a failure can be repeated.
struct PropertyTests {
  @Test func `a tree merged with itself is unchanged`() throws {
    var random = SeededRandom(seed: 21)
    for _ in 0..<300 {
      let text = RandomTree(keys: ["a", "b", "c", "d"], scalars: ["1", "x", "true", "\"\""]).mapping(&random, depth: 4)
      var bench = Bench(text, text)
      let merged = try #require(try bench.merge())
      #expect(bench.forest.json(merged) == bench.forest.json(bench.base), "\(text)")
    }
  }

  @Test func `a merge of any two trees ends, and always in the same way`() {
    var random = SeededRandom(seed: 22)
    let trees = RandomTree(
      keys: ["spec", "containers", "name", "ports", "$patch", "$retainKeys", "$setElementOrder/containers"]
        + ["$deleteFromPrimitiveList/ports", "metadata", "finalizers"],
      scalars: ["null", "a", "delete", "replace", "merge", "drop", "8080", "~"])
    for _ in 0..<500 {
      let head = "apiVersion: v1\nkind: Pod\nspec: "
      let base = head + trees.mapping(&random, depth: 4)
      let patch = "spec: " + trees.mapping(&random, depth: 4)
      #expect(Self.outcome(base, patch) == Self.outcome(base, patch), "\(base)\n\(patch)")
    }
  }

  private static func outcome(_ base: String, _ patch: String) -> String {
    var bench = Bench(base, patch)
    do throws(MergeFailure) {
      return try bench.merge().map { bench.forest.json($0) } ?? "deleted"
    } catch {
      return error.message
    }
  }

  @Test func `a test of what was added holds, and one of another value does not`() throws {
    var random = SeededRandom(seed: 23)
    let values = RandomTree(keys: ["a", "b"], scalars: ["1", "x", "true", "null"])
    for _ in 0..<200 {
      let text = random.pod()
      let value = values.mapping(&random, depth: 3)
      let place = ["", "/metadata", "/spec"].randomElement(using: &random) ?? ""
      let add = "- {op: add, path: \(place)/new, value: \(value)}\n"
      var added = Bench(text, add)
      var tested = Bench(text, add + "- {op: test, path: \(place)/new, value: \(value)}")
      let result = try tested.applyJSONPatch()
      let expected = try added.applyJSONPatch()
      #expect(tested.forest.json(result) == added.forest.json(expected))
      var failing = Bench(text, add + "- {op: test, path: \(place)/new, value: other}")
      #expect(throws: MergeFailure.self) { try failing.applyJSONPatch() }
    }
  }
}

/// Makes flow mappings out of a few keys and scalars.
private struct RandomTree {
  var keys: [String]
  var scalars: [String]

  func mapping(_ random: inout SeededRandom, depth: Int) -> String {
    let chosen = keys.filter { _ in Bool.random(using: &random) }.prefix(4)
    return "{" + chosen.map { "\($0): \(node(&random, depth: depth - 1))" }.joined(separator: ", ") + "}"
  }

  private func node(_ random: inout SeededRandom, depth: Int) -> String {
    guard depth > 0 else { return scalars.randomElement(using: &random) ?? "1" }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return mapping(&random, depth: depth)
    case 1:
      let count = Int.random(in: 0..<3, using: &random)
      return "[" + (0..<count).map { _ in node(&random, depth: depth - 1) }.joined(separator: ", ") + "]"
    default: return scalars.randomElement(using: &random) ?? "1"
    }
  }
}
