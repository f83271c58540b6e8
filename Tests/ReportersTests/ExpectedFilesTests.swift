import Diagnostics
import Reporters
import Testing

struct ExpectedFilesTests {
  @Test func `text without colours is as expected`() throws {
    let style = TextStyle(color: false, width: nil)
    try TestData.expect(TextReporter.render(try Sample.fleet(), style: style).text, matches: "text/fleet.txt")
    try TestData.expect(TextReporter.render(try Sample.clean(), style: style).text, matches: "text/clean.txt")
  }

  @Test func `text for a narrow terminal with colours is as expected`() throws {
    let text = TextReporter.render(try Sample.fleet(), style: TextStyle(color: true, width: 72)).text
    try TestData.expect(text, matches: "text/fleet-72-colour.txt")
  }

  @Test func `JSON is as expected`() throws {
    let fleet = JSONReporter.render(try Sample.fleet(), rules: Sample.rules, version: "1.2.3")
    try TestData.expect(fleet, matches: "json/fleet.json")
    let clean = JSONReporter.render(try Sample.clean(), rules: Sample.rules, version: "1.2.3")
    try TestData.expect(clean, matches: "json/clean.json")
  }

  @Test func `SARIF is as expected`() throws {
    let fleet = SARIFReporter.render(try Sample.fleet(), rules: Sample.rules, version: "1.2.3")
    try TestData.expect(fleet, matches: "sarif/fleet.sarif")
    let clean = SARIFReporter.render(try Sample.clean(), rules: Sample.rules, version: "1.2.3")
    try TestData.expect(clean, matches: "sarif/clean.sarif")
  }
}
