import SourceText
import Testing

/// The fast search against one that tries every length.
@Suite struct `globs` {
  private static func tryingAll(_ pattern: [UInt8], _ text: [UInt8], fromEnd: Bool, longest: Bool) -> Int? {
    let lengths = (0...text.count).filter { length in
      Glob.matches(pattern[...], fromEnd ? text.suffix(length) : text.prefix(length))
    }
    return longest ? lengths.last : lengths.first
  }

  @Test func `the length that fits is that which trying all of them finds`() throws {
    let pieces = ["a", "b", "*", "**", "?", "ab", "aab", "[ab]", "[^a]", "\\*", "c"].map { Array($0.utf8) }
    var state: UInt64 = 7
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<3_000 {
      let pattern = (0..<next(6)).flatMap { _ in pieces[next(pieces.count)] }
      let text = (0..<next(12)).map { _ in Array("abc*".utf8)[next(4)] }
      for (fromEnd, longest) in [(false, false), (false, true), (true, false), (true, true)] {
        var steps = 1_000_000
        let found = try Glob.fittingLength(of: pattern, in: text, fromEnd: fromEnd, longest: longest, steps: &steps)
        let expected = Self.tryingAll(pattern, text, fromEnd: fromEnd, longest: longest)
        #expect(
          found == expected,
          "\(String(decoding: pattern, as: UTF8.self)) in \(String(decoding: text, as: UTF8.self)) \(fromEnd) \(longest)"
        )
      }
    }
  }

  @Test func `a pattern of many stars on a long text takes few steps`() throws {
    let text = Array(repeating: UInt8(ascii: "y"), count: 200_000)
    let pattern = Array((String(repeating: "*y", count: 20_000) + "z").utf8)
    var steps = 1_000_000
    #expect(try Glob.fittingLength(of: pattern, in: text, fromEnd: false, longest: true, steps: &steps) == nil)
  }

  @Test func `a pattern that takes too long is given up`() {
    let text = Array(repeating: UInt8(ascii: "y"), count: 20_000)
    let pattern = Array(("*" + String(repeating: "?", count: 10_000) + "z").utf8)
    var steps = 1_000_000
    #expect(throws: Glob.OutOfSteps.self) {
      try Glob.fittingLength(of: pattern, in: text, fromEnd: false, longest: false, steps: &steps)
    }
  }

  @Test(
    arguments: [
      ("aab", "aaaab", 2), ("abab", "abaabab", 3), ("x", "aaa", nil), ("", "abc", 0), ("abc", "ab", nil),
    ] as [(String, String, Int?)])
  func `bytes are found where they stand first`(needle: String, text: String, place: Int?) {
    #expect(Needle(Array(needle.utf8)).firstPlace(in: Array(text.utf8), from: 0) == place)
  }
}
