import SourceText
import Testing
import YAMLSyntax

@Suite struct PositionTests {
  struct Case: Decodable {
    var yaml: String
    var path: [Step]
    var start: Int?
    var end: Int?
    var text: String?
    var content_offset: Int?
    var byte: Int?
  }

  @Test(.enabled(if: SharedCases.arePresent))
  func `ranges of values are those of the recorded cases`() throws {
    let cases: [Case] = try SharedCases.read("positions.json").filter { $0.start != nil }
    #expect(cases.count >= 156)
    for item in cases {
      let forest = forest(item.yaml)
      let messages = forest.messages
      #expect(messages == [], "\(item.yaml)")
      let found = forest.node(at: item.path)
      let node = try #require(found, "\(item.path) of \(item.yaml)")
      let range = forest.range(node).bounds
      #expect(range.lowerBound == item.start && range.upperBound == item.end, "\(item.path) of \(item.yaml)")
      let source = forest.source(node)
      #expect(source == item.text)
    }
  }

  @Test(.enabled(if: SharedCases.arePresent))
  func `bytes of decoded text lie where the recorded cases have them`() throws {
    let cases: [Case] = try SharedCases.read("positions.json").filter { $0.content_offset != nil }
    #expect(cases.count >= 176)
    for item in cases {
      let forest = forest(item.yaml)
      let found = forest.node(at: item.path)
      let node = try #require(found, "\(item.path) of \(item.yaml)")
      let offset = try #require(item.content_offset)
      let byte = try #require(item.byte)
      let offsets = forest.sourceOffsets(of: node)
      let text = forest.text(node)
      #expect(Int(offsets[offset]) == byte, "\(offset) of '\(text)' at \(item.path) of \(item.yaml)")
    }
  }
}
