import Testing
import YAMLSyntax

/// Where libyaml and go-yaml v3 do not agree, documents are accepted and refused as go-yaml does.
@Suite struct DifferenceTests {
  struct Case: Decodable {
    struct Outcome: Decodable {
      /// Nil for "same", which means as libyaml.
      var isAccepted: Bool?

      private struct Error: Decodable { var error: String? }

      init(from decoder: any Decoder) throws {
        let isSame = (try? decoder.singleValueContainer().decode(String.self)) != nil
        isAccepted = isSame ? nil : try Error(from: decoder).error == nil
      }
    }
    var yaml: String
    var libyaml: Outcome
    var v3: Outcome
  }

  /// Inputs on which the verdict is another one, and why.
  static let exceptions: [String: String] = [
    "%YAML 1.1\n---\na: 1\n": "kustomize cuts the directive off",
    "a: 1\n%YAML 1.2\n---\nb: 2\n": "the second document of a piece is not read",
    "--- a\n--- b\n": "kustomize refuses text on a separator line",
    "a\n...\nb\n": "the second document of a piece is not read",
    "&a *b\n": "the second document of a piece is not read",
    "- !!str, x\n": "a tag that ends in a comma is refused", "!, x\n": "a tag that ends in a comma is refused",
    "[!!str, x]\n": "a tag that ends in a comma is refused", "[!, x]\n": "a tag that ends in a comma is refused",
    "[!t,a b]\n": "a tag with a comma is refused", "!a[b] c\n": "a tag with a bracket is refused",
    "?\t# c\n": "libyaml and go-yaml v2 refuse it",
  ]

  @Test(.enabled(if: SharedCases.arePresent))
  func `documents are accepted and refused as recorded`() throws {
    let cases: [Case] = try SharedCases.read("differences.json")
    #expect(cases.count >= 118)
    var disagreements = 0
    for item in cases {
      let problems = forest(item.yaml).problems
      let isAccepted = problems.allSatisfy { $0.kind == .duplicateKey }
      guard isAccepted != item.v3.isAccepted ?? item.libyaml.isAccepted else { continue }
      disagreements += 1
      #expect(Self.exceptions[item.yaml] != nil, "\(item.yaml.debugDescription) \(problems.first?.message ?? "")")
    }
    #expect(disagreements == Self.exceptions.count)
  }

  /// YAML that libyaml reads otherwise than go-yaml, and what go-yaml makes of it.
  static let readings: [(text: String, items: [String])] = [
    ("[a:,b]", ["a:", "b"]),
    ("[ it's a:, 'b:']", ["it's a:", "b:"]),
    ("[é:,\n ü:,ö]", ["é:", "ü:", "ö"]),
    ("[\"it\\'s\", \"\\\\'\"]", ["it's", "\\'"]),
    ("- é\n- a\u{FEFF}b\n- x\n\u{FEFF}y: z\n", []),
  ]

  @Test(arguments: readings) func `text is read as go-yaml reads it`(text: String, items: [String]) {
    let forest = forest(text)
    guard !items.isEmpty else {
      #expect(forest.problems.count == 1)
      return
    }
    let messages = forest.messages
    #expect(messages == [])
    let found = forest.items(forest.root())
    let texts = found.map { forest.text($0) }
    #expect(texts == items)
    for item in found {
      let node = forest.written(item)
      let source = forest.source(item)
      #expect(node.style == .plain ? source == forest.text(item) : source.hasPrefix("\"") || source.hasPrefix("'"))
    }
  }

  @Test func `a byte-order mark at the start of a line is text`() throws {
    let forest = forest("a: 1\n\u{FEFF}b: \u{FEFF}2\nc: \"\\n\n  \u{FEFF}\"\n")
    #expect(forest.problems.isEmpty)
    let keys = forest.writtenPairs(forest.root()).map { forest.text($0.key) }
    #expect(keys == ["a", "\u{FEFF}b", "c"])
    let values = forest.writtenPairs(forest.root()).map { forest.source($0.value) }
    #expect(values == ["1", "\u{FEFF}2", "\"\\n\n  \u{FEFF}\""])
  }

  @Test func `many differences in one document end in a problem`() {
    let forest = forest("[" + String(repeating: "a:,", count: 500) + "b]")
    let messages = forest.messages
    #expect(messages == ["found unexpected ':' while scanning a plain scalar"])
  }
}
