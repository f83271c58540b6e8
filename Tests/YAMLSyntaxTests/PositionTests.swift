import Foundation
import SourceText
import Testing
import YAMLSyntax

@Suite struct PositionTests {
  @Test(.enabled(if: SharedCases.arePresent))
  func `ranges of values are those of the recorded cases`() throws {
    let cases = try SharedCases.read("positions.json").filter { $0["start"] != nil }
    #expect(cases.count >= 156)
    for item in cases {
      let yaml = try #require(item["yaml"] as? String)
      let path = try #require(item["path"] as? [Any])
      let forest = forest(yaml)
      let messages = forest.messages
      #expect(messages == [], "\(yaml)")
      let found = forest.node(at: path, from: forest.root())
      let node = try #require(found, "\(path) of \(yaml)")
      let start = try #require(item["start"] as? Int)
      let end = try #require(item["end"] as? Int)
      let range = forest.range(node).bounds
      #expect(range == start..<end, "\(path) of \(yaml)")
      let source = forest.source(node)
      #expect(source == item["text"] as? String)
    }
  }
}
