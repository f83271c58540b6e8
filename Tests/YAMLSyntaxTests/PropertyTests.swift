import SourceText
import Testing
import YAMLSyntax

/// What holds for any text, tried on random small changes of sample texts.
@Suite struct PropertyTests {
  static let samples: [String] = [
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x # comment\n  labels: {a: b, \"c\": 'd'}\ndata:\n  k: |\n    é ${V}\n     more\n\n  l: >-\n    folded\n    text\n---\n# only a comment\n---\nkind: T\nlist:\n- a\n- - b\n  - c: &x [1, 2]\n- *x\n- <<: {k: v}\n",
    "a: \"\\u00e9 \\\n   x\\ty\\/\"\nb: 'it''s\n\n   two'\nc: plain\n  text\nd: !!str 5\ne: &a\n  k: v\n? complex\n: value\n? [k]\n",
    "{a: [b, c?, {d: e}], f: , g, h:, \"i\":j, ? k : l}\n...\nignored\n",
    "\u{FEFF}k: |2+\r\n   x\r\n\r\n\r\nl: 日本\r\nm: 😀 # c\r\n\u{FEFF}n: \"\u{85}\u{2028}\"\r\n--- bad\r\no: |\r\n    \r\n",
    "%YAML 1.1\n---\n- |\n  a\n - b\n-\n  - >\n\n   x\n   \ty\n\n- \"\\'\"\n- [a:,b:]\n- !<tag:x,y> z\n- ! |1\n  x\n",
  ]

  /// Pieces that make trouble.
  static let insertions: [String] = [
    "\n", "\r\n", "\r", " ", "  ", "\t", "#", "# c\n", ":", ": ", "- ", "-", "---\n", "\n---\n", "...\n", "\"", "'",
    "\\", "|\n",
    ">\n", "|+\n", "[", "]", "{", "}", ",", "?", "&x ", "*x", "!!str ", "!", "<<: ", "${", "$$", "é", "😀", "\u{FEFF}",
    "\u{85}", "\u{2028}", "\0", "\u{7}", "@", "%", "a", "1", "~",
  ]

  /// A generator with a fixed seed: the same texts in every run (splitmix64).
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

  static func changed(_ text: [UInt8], _ random: inout Random) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let offset = Int.random(in: 0...text.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text.removeSubrange(offset..<min(text.count, offset + Int.random(in: 1...6, using: &random)))
      case 1 where offset < text.count: text[offset] = UInt8.random(in: 0...255, using: &random)
      default: text.insert(contentsOf: (insertions.randomElement(using: &random) ?? "").utf8, at: offset)
      }
    }
    return text
  }

  @Test(arguments: samples.indices) func `no text breaks the tree`(sample: Int) {
    var random = Random(state: UInt64(sample))
    for _ in 0..<1_500 {
      let text = Self.changed(Array(Self.samples[sample].utf8), &random)
      let violations = Self.violations(of: text)
      #expect(violations == [], "\(String(decoding: text, as: UTF8.self).debugDescription)")
      if !violations.isEmpty { return }
    }
  }

  /// What is wrong with the tree of `text`.
  static func violations(of text: [UInt8]) -> [String] {
    let forest = forest(text)
    let tree = forest.trees[0]
    var result: [String] = []
    func check(_ condition: Bool, _ words: @autoclosure () -> String) { if !condition { result.append(words()) } }
    let ranges =
      tree.nodes.map(\.range) + tree.documents.map(\.range) + tree.problems.map(\.range)
      + tree.problems.compactMap(\.related) + tree.comments(file: FileID(0)).map(\.range)
    for range in ranges {
      check(range.lowerBound <= range.upperBound && range.bounds.upperBound <= text.count, "range \(range.bounds)")
    }
    for ref in forest.allNodes {
      let node = forest.written(ref)
      switch node.kind {
      case .alias: check(forest.kind(ref) != .alias, "alias of an alias")
      case .sequence, .mapping:
        let children = forest.items(ref) + forest.writtenPairs(ref).flatMap { [$0.key, $0.value] }
        let inherited = children.reduce(into: Node.Flags()) { $0.formUnion(forest.written($1).flags) }
        let expected = inherited.intersection([.containsAlias, .containsDollar])
        check(node.flags.intersection([.containsAlias, .containsDollar]) == expected, "flags of \(node.range.bounds)")
        for child in children where !forest.range(child).isEmpty {
          let inner = forest.range(child).bounds
          let outer = node.range.bounds
          check(
            outer.lowerBound <= inner.lowerBound && inner.upperBound <= outer.upperBound, "\(inner) not in \(outer)")
        }
      case .scalar:
        let hasDollar =
          forest.text(ref).utf8.firstRange(of: "${".utf8) ?? forest.text(ref).utf8.firstRange(of: "$$".utf8)
        check(node.flags.contains(.containsDollar) == (hasDollar != nil), "dollar at \(node.range.bounds)")
        let map = forest.contentMap(of: ref)
        check(map.count == Int(node.payloadCount), "map of \(node.range.bounds)")
        // One character may come from one escape; in a longer text only one without a map has a single place.
        if node.payloadCount > 4 {
          let offsets = map.offsets
          check(offsets.first != offsets.last, "no map for \(node.style) at \(node.range.bounds)")
          check(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "map of \(node.range.bounds) goes back")
        }
        if node.flags.contains(.textInSource) {
          let slice = text[Int(node.payloadStart)..<Int(node.payloadStart) + Int(node.payloadCount)]
          check(node.range.bounds.contains(slice.startIndex) || slice.isEmpty, "text outside of its node")
          check(rereads(Array(text[node.range.bounds]), as: Array(slice)), "\(node.range.bounds) reads otherwise alone")
        }
        let embedded = forest.parseEmbedded(ref, tree: forest.nextTreeIndex)
        for node in embedded.nodes {
          check(node.range.bounds.upperBound <= text.count, "embedded \(node.range.bounds)")
        }
      }
    }
    return result
  }

  /// Whether a scalar alone in a file has the same text.
  private static func rereads(_ scalar: [UInt8], as text: [UInt8]) -> Bool {
    if scalar.isEmpty { return text.isEmpty }
    // At the start of a file it would be a mark.
    if scalar.starts(with: "\u{FEFF}".utf8) { return true }
    // Where it stands decides what a text is: `a:` is one in a flow collection, `?` as a key.
    let files = [scalar, Array("- ".utf8) + scalar, Array("[".utf8) + scalar + [0x5D], scalar + Array(": x".utf8)]
    for file in files {
      let alone = forest(file)
      guard alone.problems.isEmpty, let root = alone.trees[0].documents.first?.root else { continue }
      let first = alone.items(root).first ?? alone.writtenPairs(root).first?.key ?? root
      if alone.kind(first) == .scalar, alone.withText(first, { $0.elementsEqual(text) }) { return true }
    }
    return false
  }
}
