/// Makes inputs out of others. The same seed makes the same inputs everywhere.
struct Mutator {
  private var state: UInt64
  private let corpus: [[UInt8]]

  /// Pieces of which the grammars are made, and values that are at the edge of something.
  private static let tokens =
    [
      "\n", "  ", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "<<: ", "|", ">-", "\"", "'", "#", "? ", "---\n",
      "...\n",
      "%YAML 1.1\n", "!!str ", "\u{0}", "\u{FEFF}", "\u{202E}", "\u{85}", "\u{1B}[31m", "\t", "${", "$$", "${a:-", "}",
      "/", "\\", "*", "**", "resources: ", "patches: ", "op: copy", "path: ", "from: ", "kind: ", "apiVersion: ",
      "metadata: ", "name: ", "-1", "9223372036854775808", "1e999", "null", "~", "true", "<<", "$patch: delete",
      "object", "self", "item", ".?", "[?", "(", ")", "&&", "||", "!", "==", "in ", ".map(x, ", ".exists(x, ",
      ".orValue(", "size(", "matches('(a*)*')", "walk(", "0x7fffffffffffffff", "1u", "b'\\xff'", "'''",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xF0, 0x9F], [0xED, 0xA0, 0x80]]

  /// - Parameter corpus: what to begin with; not empty.
  init(seed: UInt64, corpus: [[UInt8]]) {
    state = seed &+ 0x9E37_79B9_7F4A_7C15
    self.corpus = corpus
  }

  mutating func next() -> [UInt8] {
    var input = pick(corpus)
    for _ in 0...below(8) { mutate(&input) }
    return Array(input.prefix(1 << 16))
  }

  private mutating func mutate(_ input: inout [UInt8]) {
    let place = below(input.count + 1)
    let end = min(input.count, place + 1 + below(32))
    switch below(7) {
    case 0: input.insert(contentsOf: pick(Self.tokens), at: place)
    case 1: if place < input.count { input[place] = UInt8(below(256)) }
    case 2: input.removeSubrange(place..<end)
    case 3: input.insert(contentsOf: input[place..<end], at: place)
    case 4:
      let piece = Array(input[place..<end])
      for _ in 0..<below(64) { input.insert(contentsOf: piece, at: place) }
    case 5: input.replaceSubrange(place..<end, with: pick(Self.tokens))
    default:
      let other = pick(corpus)
      input = Array(input[..<place]) + other.dropFirst(below(other.count + 1))
    }
  }

  private mutating func pick(_ choices: [[UInt8]]) -> [UInt8] { choices[below(choices.count)] }

  private mutating func below(_ limit: Int) -> Int {
    // SplitMix64
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return limit <= 1 ? 0 : Int((z ^ (z >> 31)) % UInt64(limit))
  }
}
