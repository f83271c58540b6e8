import SourceText
import Testing
import YAMLSyntax

@testable import Printing

/// What holds for any tree, tried on random ones.
@Suite struct PropertyTests {
  /// A generator with a fixed seed: the same trees in every run (splitmix64).
  struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Pieces that make trouble.
  static let pieces = [
    "a", "word", "Z", "0", "12", "007", " ", "  ", "\n", "\n\n", "\t", "\r", ":", ": ", "-", "- ", "#", " #", "'", "\"",
    "\\", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "? ", "=", "~", "null", "true", "yes",
    "on", "n", "1e3", "0x1F", ".inf", ".5", "2001-01-01", "12:30", "---", "...", "+", "_", "é", "日本", "😀", "\u{7}",
    "\u{1B}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "longer-than-the-others-and-without-a-blank",
    "several words with blanks between them that fill a line",
  ]

  static func text(_ random: inout Random) -> String {
    if Int.random(in: 0..<20, using: &random) == 0 { return "" }
    let count = Int.random(in: 1...Int.random(in: 1...12, using: &random), using: &random)
    return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  static func value(_ random: inout Random, depth: Int = 0) -> Value {
    switch Int.random(in: 0..<(depth < 4 ? 12 : 8), using: &random) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: -1_000...1_000, using: &random))
    case 3:
      // A number without a fraction would be an integer once it went through JSON.
      let number = Double.random(in: -1e9...1e9, using: &random) / 7
      return .float(number == number.rounded() ? number + 0.5 : number)
    case 8, 9: return .list((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth + 1) })
    case 10, 11:
      var map: [String: Value] = [:]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let key = text(&random)
        if key != "<<" { map[key] = value(&random, depth: depth + 1) }
      }
      return .map(map)
    default: return .string(text(&random))
    }
  }

  @Test(arguments: 0..<8) func `what is printed reads as the same values`(seed: Int) {
    var random = Random(state: UInt64(seed))
    for _ in 0..<400 {
      let value = Value.map(["k": Self.value(&random), "l": .list([Self.value(&random)])])
      var planter = Planter()
      let root = planter.plant(value)
      var printer = YAMLPrinter(planter.forest)
      printer.add(root)
      let text = String(decoding: printer.bytes, as: UTF8.self)
      let read = forest(text)
      guard let document = read.trees[0].documents.first, read.trees[0].problems.isEmpty else {
        Issue.record("cannot be read: \(text.debugDescription) \(read.trees[0].problems)")
        return
      }
      for dialect in [ScalarDialect.resource, .kustomization] {
        #expect(read.value(of: document.root, dialect) == value, "\(text.debugDescription)")
      }
      #expect(printer.problems.isEmpty)
    }
  }

  @Test(arguments: 0..<4) func `keys are printed in the same order whatever order they come in`(seed: Int) {
    var random = Random(state: UInt64(seed))
    for _ in 0..<200 {
      // Without digits and symbols between letters the order has no cycles.
      let keys = (0..<12).map { _ in ["a", "b", "A", "é", "ab", "aB", "Ba", "b", "abc"].shuffled(using: &random)[0] }
      let sorted = Set(keys).map { Array($0.utf8) }.shuffled(using: &random).sorted(by: KeyOrder.precedes)
      for (left, right) in zip(sorted, sorted.dropFirst()) {
        #expect(KeyOrder.precedes(left, right))
        #expect(!KeyOrder.precedes(right, left))
      }
    }
  }

  @Test func `a text that grows by its aliases is not printed without end`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...5 {
      text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let forest = forest(text)
    guard let root = forest.trees[0].documents.first?.root else {
      #expect(!forest.trees[0].problems.isEmpty)
      return
    }
    var printer = YAMLPrinter(forest)
    printer.nodesLeft = 10_000
    printer.add(root)
    #expect(printer.problems.count == 1)
    var other = YAMLPrinter(forest)
    other.byteLimit = 1_000
    other.add(root)
    #expect(other.problems.count == 1)
    #expect(other.bytes.count < 2_000)
  }
}
