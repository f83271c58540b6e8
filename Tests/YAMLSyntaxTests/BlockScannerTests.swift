import Foundation
import Testing
import YAMLSyntax

/// Whatever `BlockScanner` takes, libyaml takes too, and the trees are the same in every field.
@Suite struct BlockScannerTests {
  static let scanned: [String] = [
    "", "\n", "# c\n", "a: 1\n", "a: 1", "  a: 1\n  b: 2\n", "---\na: 1\n", "# c\n--- # d\na: 1\n---\nb: 2\n",
    "\u{FEFF}a: 1\n", "a:\n", "a:", "a:  # c\nb:\n", "a :  b  \n", "a: b#c #d\n", "a:b: c\n", "-a: -b\n", "a: b :c?\n",
    "a:\n  b:\n    c:\nd:\n", "a:\n - b\n - c\n", "a:\n- b\n- c:\n  - d\n  e: f\n-\ng: h\n", "-\n-\n",
    "- - a\n  - b\n- - - c\n",
    "- a: b\n  c: d\n-   e: f\n    g:\n    - h\n", "-\n  a: b\n-\n\n  - c\n", "a:\n\n  # c\n\n  b\n#\n", "- a\n  b\n",
    "a: b\n  c\n\n\n  d # e\nf: g\n", "a:\n  b\n c\nd: -e\n", "a: b\n  - c\n  # d\n", "a: b\n  \n \n",
    "a: ''\nb: \"\"\n'c': 'it''s'\n\"d\": \"e # f\" # g\n", "a: \"\\\"\\\\\\n\\t\\r\\ \"\n", "a: 'b\\'\n",
    "a: \"b \n\n  c \\\n   d\\t\n  e\"\nf: 'g\n\n\n h' # i\n", "- \"a\n  \"\n", "a: \"\tb\"\n",
    "a: |\n  b\n   c\n\n  d\n\n\ne: |-\n    f\n\ng: |+ # h\n i\n\n \n\nj: k\n", "a: |\n\n \n  b\n", "- |\n  a\n   \t\n",
    "a: |\n  b",
    "a: |+\n  b\n ", "a: |\n  b\n    \n", "a: |\n  b\n  \tc\n", "- - |\n   a\n", "a:\n  |\n   b\n  # c\nd: e\n",
    "a:\n- |\n b\n",
    "a: >\n  b\n  c\n\n  d\n\n\n   e\n   f\n  g\n\n", "a: >-\n\n\n  b\n  \n  c", "a: >+\n   b\n\nc: d\n",
    "a: []\nb: {}\nc: [d, 'e', \"f\" ]\ng: { h: i, \"j\": k,}\n",
    "a: [b, [c, {d: [e]}], f,\n\n   # g\n   h #i\n]\nj: k\n",
    "[a, http://b:1, -1, c:d]\n", "{a: b c}\n", "- [a]\n- {b: c} # d\n", "a: {\n  b: c,\nd: e\n  }\n",
    "é: ü # ö\n日本: '語'\n😀: |\n  é\n", "a: ${b}\nc: '$$'\nd: |\n  $${e}\n", "<<: {a: b}\n", "<<: [a, {b: c}]\n",
    "<<: a\n",
    "a: 1\nb: 2\na: 3\n'b': 4\n", "1: a\nnull: b\n~: c\ntrue: d\n", "a: .inf\nb: 12345678901234567890\nc: -.nan\n",
    "a: 1\n---\n\n---\nb: 2\n", "a: \"b\" \n", "a:\n  'b'\nc:\n  [d]\n",
  ]

  @Test(arguments: scanned) func `what manifests are made of is scanned, to the same tree`(text: String) {
    #expect(TwoReaders.isScanned(Array(text.utf8)))
    #expect(TwoReaders.difference(Array(text.utf8)) == nil)
  }

  static let declined: [String] = [
    "a: &b c\n", "a: *b\n", "a: !!str b\n", "? a\n: b\n", "? a\n", "%YAML 1.1\n---\na: b\n", "a: b\n...\n", "---\n",
    "--- a\n",
    "a\n", "'a'\n", "|\n  a\n", "a: b: c\n", "a: - b\n", "a: b\n c: d\n", "a:\n  b: c\n d: e\n", "a: b\n  c: d\n",
    "a\nb: c\n",
    "a: b\n- c\n", "- a\nb: c\n", "- a\n - b: c\n", "-\na\n", "a:\nb\n", "a: 'b\n", "a: \"b\" c\n", "a: \"\\x41\"\n",
    "a: \"\\/\"\n",
    "a: 'b'c: d\n", "a: @b\n", "a: `b\n", "a: %b\n", "a:\tb\n", "\ta: b\n", "-\ta\n", "a: b\tc\n", "a: b\r\nc: d\r\n",
    "a: b\u{85}",
    "a: b\u{2028}\n", "a: \u{FEFF}\n", "a: \u{7F}\n", "a: \u{0}\n", "a: |2\n   b\n", "a: |#\n  b\n", "a: |\n\nb: c\n",
    "a: |\n   \n  b\n",
    "a: |\n \tb\n", "- |\n  a\n\t\n", "a: ?b\n", "a: |\n", "a: [b\n", "a: [,]\n", "a: {b}\n", "a: {b: }\n",
    "a: [b: c]\n", "a: [b] c\n", "[a]: b\n",
    "a: [b?]\n",
    "a: [b:]\n", "a: [b\n  c]\n", "a: {\"b\":c}\n", "a: [- b]\n", "{a: b}\nc: d\n", "a: 'b\n\nc'\n", "\"a\n b\": c\n",
    String(repeating: "a", count: 1_024) + ": b\n",
    "a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
  ]

  @Test(arguments: declined) func `anything else is left to libyaml`(text: String) {
    #expect(!TwoReaders.isScanned(Array(text.utf8)))
    #expect(TwoReaders.difference(Array(text.utf8)) == nil)
  }

  @Test func `limits are those of libyaml's reader`() {
    var limits = YAMLLimits()
    limits.depth = 3
    limits.expandedNodes = 12
    for text in Self.scanned { #expect(TwoReaders.difference(Array(text.utf8), limits: limits) == nil, "\(text)") }
  }

  @Test func `bytes that are no text are declined`() {
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ] {
      let text = Array("a: b".utf8) + bytes + [0x0A]
      #expect(!TwoReaders.isScanned(text))
      #expect(TwoReaders.difference(text) == nil)
    }
  }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The texts of rule files are manifests themselves.
  @Test(arguments: ["testdata", "rules", "facts"])
  func `files of the repository have the same tree`(directory: String) {
    let files = TwoReaders.files(below: Self.repository.appending(path: directory))
    var scannedCount = 0
    for (path, text) in files {
      let difference = TwoReaders.difference(text)
      #expect(difference == nil, "\(path)")
      if TwoReaders.isScanned(text) { scannedCount += 1 }
      for inner in Self.blocks(in: text) {
        let difference = TwoReaders.difference(inner)
        #expect(difference == nil, "in \(path): \(String(decoding: inner, as: UTF8.self))")
      }
    }
    #expect(files.count > 1)
    // A scanner that declines everything would pass all of this.
    #expect(scannedCount * 10 > files.count * 9, "\(scannedCount) of \(files.count)")
  }

  /// The texts of all literal scalars of a file.
  private static func blocks(in text: [UInt8]) -> [[UInt8]] {
    let forest = forest(text)
    return forest.allNodes.filter { forest.written($0).style == .literal }.map { ref in
      forest.withText(ref) { Array($0) }
    }
  }

  @Test(.enabled(if: SharedCases.arePresent), arguments: ["../shared/cases", "../shared/corpus"])
  func `files beside the repository have the same tree`(directory: String) {
    for (path, text) in TwoReaders.files(below: Self.repository.appending(path: directory).standardizedFileURL) {
      let difference = TwoReaders.difference(text)
      #expect(difference == nil, "\(path)")
    }
  }

  @Test(
    .enabled(if: SharedCases.arePresent),
    arguments: ["decode.json", "differences.json", "emit.json", "positions.json", "substitution.json"])
  func `recorded texts have the same tree`(name: String) throws {
    for text in Self.strings(of: .array(try SharedCases.read(name))) {
      let difference = TwoReaders.difference(Array(text.utf8))
      #expect(difference == nil, "\(text.debugDescription)")
    }
  }

  private static func strings(of value: JSON) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap { strings(of: $0) }
    case .object(let fields): fields.values.flatMap { strings(of: $0) }
    default: []
    }
  }

  @Test(arguments: 0..<8) func `changed texts have the same tree`(seed: Int) {
    var random = PropertyTests.Random(state: UInt64(seed))
    let texts = Self.scanned + PropertyTests.samples
    for _ in 0..<1_500 {
      let text = TwoReaders.changed(Array((texts.randomElement(using: &random) ?? "").utf8), &random)
      let difference = TwoReaders.difference(text)
      #expect(difference == nil, "\(String(decoding: text, as: UTF8.self).debugDescription)")
      if difference != nil { return }
    }
  }
}
