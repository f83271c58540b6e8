import CEL
import Foundation
import Testing

/// Random and mutated expressions: whatever comes, it ends with a value or an error.
struct FuzzTests {
  /// A generator of numbers that gives the same ones each time (splitmix64).
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  /// `FUZZ_ROUNDS=1000` goes on for longer, by hand.
  private static let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1

  private static let pieces = [
    "object", "object.spec", ".a", ".?b", "[0]", "[?1]", "[", "]", "(", ")", "{", "}", "'x'", "\"", "'", "b'\\xff'",
    "r'\\'",
    "1", "-1", "1u", "1.5e300", "0x7fffffffffffffff", "-9223372036854775808", "null", "true", "false", " + ", " - ",
    " * ", " / ", " % ", " == ", " != ", " < ", " >= ", " && ", " || ", " in ", " ? ", " : ", "!", ",", ".", "?",
    "`a-b`",
    ".all(x, ", ".exists(k, v, ", ".map(x, x.y, ", ".filter(x, x", "has(", "size(", "type(", "int(", "string(", "dyn(",
    "timestamp(", "duration('1h')", ".matches('(a*)*b'", ".format(['%s %.3f %d'", "math.least(", "optional.of(",
    ".orValue(", ".sortBy(x, ", ".flatten()", "lists.range(9)", "sets.contains(", "cel.bind(v, ", "ip('::1')", "é", "日",
    "\u{0}", "\n", "// c\n", "\\u00", "quantity('1Gi')", "semver('1.0.0')", "url('https://a/b?c=d')",
    ".getHours('UTC')",
  ]

  private static let seeds = [
    "object.spec.dependsOn.all(d, d.name != object.metadata.name && has(d.namespace))",
    "object.spec.?suspend.orValue(false) ? 'a' : string(duration(object.spec.interval))",
    "[1, 2, 3].map(x, x > 1, x * 2).exists(y, y == 4) || {'a': [1u, 2.5]}['a'][0] == 1u",
    "'%s-%d'.format(['a', 1]).split('-').join('/').matches('^a/[0-9]+$')",
    "timestamp('2021-01-01T00:00:00Z') + duration('36h') > timestamp(0)",
    "{'a': 1, 'b': 2}.transformMap(k, v, v + 1).all(k, v, v > 0)",
  ]

  private let manifest = Document([
    "metadata": ["name": "apps"], "spec": ["interval": "30m", "dependsOn": [["name": "infra"]], "x": .unknown("why")],
  ])

  private static let environments: [Environment] = {
    var newest = Document.environment
    newest.addMath()
    newest.add([.sets, .encoders, .regex, .ip, .cidr, .quantity, .semver, .url])
    var unchecked = newest
    unchecked.checking = .none
    return [newest, unchecked, .fluxHealthCheck, .fluxReadiness, .kubernetes(minor: 35)]
  }()

  private func evaluate(_ text: String) -> Bool {
    for environment in Self.environments {
      do throws(CELError) {
        let program = try Program(text, in: environment)
        let bindings = program.variables.map { _ in Value.mapRef(manifest.root) }
        _ = program.run(manifest.source, bindings, steps: 2_000)
        _ = program.decidingNode(manifest.source, bindings, steps: 2_000)
      } catch {
        guard error.range.lowerBound >= 0, error.range.upperBound <= text.utf8.count else { return false }
      }
    }
    return true
  }

  @Test func `expressions of random pieces end`() {
    var numbers = Numbers(state: 1)
    for _ in 0..<1_500 * Self.rounds {
      let count = Int.random(in: 1...14, using: &numbers)
      let text = (0..<count).compactMap { _ in Self.pieces.randomElement(using: &numbers) }.joined()
      #expect(evaluate(text), "\(text)")
    }
  }

  @Test func `expressions that are cut and mixed end`() {
    var numbers = Numbers(state: 2)
    for _ in 0..<1_500 * Self.rounds {
      var bytes = Array((Self.seeds.randomElement(using: &numbers) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...127, using: &numbers)
        case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &numbers) ?? "").utf8, at: place)
        default: bytes.removeSubrange(place..<min(place + 5, bytes.count))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(evaluate(text), "\(text)")
    }
  }
}
