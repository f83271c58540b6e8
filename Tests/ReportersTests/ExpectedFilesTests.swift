import Diagnostics
import Reporters
import Testing

struct ExpectedFilesTests {
  @Test func `text without colours is as expected`() throws {
    let style = TextStyle(color: false, width: nil)
    try TestData.expect(TextReporter(style: style).text(of: try Sample.fleet()), matches: "text/fleet.txt")
    try TestData.expect(TextReporter(style: style).text(of: try Sample.clean()), matches: "text/clean.txt")
  }

  @Test func `text for a narrow terminal with colours is as expected`() throws {
    let text = TextReporter(style: TextStyle(color: true, width: 72)).text(of: try Sample.fleet())
    try TestData.expect(text, matches: "text/fleet-72-colour.txt")
  }

  @Test func `JSON is as expected`() throws {
    let fleet = JSONReporter(rules: Sample.rules, version: "1.2.3").text(of: try Sample.fleet())
    try TestData.expect(fleet, matches: "json/fleet.json")
    let clean = JSONReporter(rules: Sample.rules, version: "1.2.3").text(of: try Sample.clean())
    try TestData.expect(clean, matches: "json/clean.json")
  }

  @Test func `SARIF is as expected`() throws {
    let fleet = SARIFReporter(rules: Sample.rules, version: "1.2.3").text(of: try Sample.fleet())
    try TestData.expect(fleet, matches: "sarif/fleet.sarif")
    let clean = SARIFReporter(rules: Sample.rules, version: "1.2.3").text(of: try Sample.clean())
    try TestData.expect(clean, matches: "sarif/clean.sarif")
  }
}
