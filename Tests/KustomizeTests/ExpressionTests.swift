import Testing

@testable import Kustomize

/// Label selectors of targets.
struct ExpressionTests {
  struct Selection: Sendable, CustomTestStringConvertible {
    var selector: String
    var isMatch: Bool
    var testDescription: String { selector }
  }

  @Test(arguments: [
    Selection(selector: "", isMatch: true), Selection(selector: "app", isMatch: true),
    Selection(selector: "!app", isMatch: false), Selection(selector: "!none", isMatch: true),
    Selection(selector: "app=web", isMatch: true), Selection(selector: "app == web", isMatch: true),
    Selection(selector: "app=db", isMatch: false), Selection(selector: "app!=db", isMatch: true),
    Selection(selector: "none!=db", isMatch: true), Selection(selector: "app in (db, web)", isMatch: true),
    Selection(selector: "app notin (db,web)", isMatch: false), Selection(selector: "none notin (x)", isMatch: true),
    Selection(selector: "app=web,tier in (1)", isMatch: true), Selection(selector: "app=web,tier=2", isMatch: false),
    Selection(selector: "tier>0", isMatch: true), Selection(selector: "tier<1", isMatch: false),
    Selection(selector: "example.com/part=x", isMatch: false),
  ])
  func `a label selector selects`(_ example: Selection) throws {
    let selector = try LabelSelector(example.selector)
    let labels = ["app": "web", "tier": "1"]
    #expect(selector.matches { labels[$0] } == example.isMatch)
  }

  @Test(arguments: ["a=b,", "a=b/c", "=b", "a in b", "a in (b", "a ~ b", "a=https://x", "a>x", "a b"])
  func `a selector that is none is refused`(_ text: String) {
    #expect(throws: LabelSelector.Failure.self) { try LabelSelector(text) }
  }
}
