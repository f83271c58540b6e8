import Testing
import YAMLSyntax

@testable import Printing

@Suite struct ContentDigestTests {
  private func digest(_ text: String) -> [Int] {
    let forest = forest(text)
    var digest = ContentDigest(forest)
    return forest.trees[0].documents.map { digest.digest(of: $0.root) }
  }

  @Test(arguments: [
    ("a: 1\nb: [x, y]\n", "# why\nb:\n- 'x'\n- \"y\"\na: 1 # one\n"),
    ("a: &x {k: v}\nb: *x\n", "a: {k: v}\nb: {k: v}\n"),
    ("a: 0x10\n", "a: 16\n"),
    ("a: |\n  text\n", "a: \"text\\n\"\n"),
    ("a: ~\n", "a: null\n"),
    ("a: {k: }\n", "a: {k: \"\"}\n"),
  ])
  func `layout makes no difference`(first: String, second: String) {
    #expect(printed(first) == printed(second))
    #expect(digest(first) == digest(second))
  }

  @Test(arguments: [
    ("a: 1\n", "a: \"1\"\n"), ("a: true\n", "a: \"true\"\n"), ("a: ~\n", "a: \"\"\n"), ("a: []\n", "a: {}\n"),
    ("a: [x, y]\n", "a: [y, x]\n"), ("a: x\nb: y\n", "a: y\nb: x\n"), ("a: {b: x}\n", "a: {}\nb: x\n"),
    ("a: [[x], y]\n", "a: [x, [y]]\n"), ("a: ab\n", "a: a\n"), ("a: {}\n", "a: [{}]\n"),
  ])
  func `another value, type, place or order of items does`(first: String, second: String) {
    #expect(printed(first) != printed(second))
    #expect(digest(first) != digest(second))
  }

  @Test func `examples that print the same, and only those, have one digest`() {
    let texts = Example.all.map { ($0.input, printed($0.input), digest($0.input)) }
    var equalCount = 0
    for first in texts {
      #expect(digest(first.1) == digest(first.1))
      for second in texts where first.0 != second.0 {
        #expect((first.1 == second.1) == (first.2 == second.2), "\(first.0) and \(second.0)")
      }
      equalCount += 1
    }
    #expect(equalCount >= 35)
  }

  @Test func `a small text that aliases make large ends`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      text += "a\(level): &a\(level) [" + String(repeating: "*a\(level - 1), ", count: 9).dropLast(2) + "]\n"
    }
    #expect(digest(text) == digest(text))
  }
}
