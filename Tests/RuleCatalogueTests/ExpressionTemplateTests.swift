import RuleFiles
import Testing

private let texts: [(String, [ExpressionTemplate.Part])] = [
  ("plain", [.text("plain")]),
  ("{a}", [.expression("a", offset: 1)]),
  ("'{a.b}' of {c}", [.text("'"), .expression("a.b", offset: 2), .text("' of "), .expression("c", offset: 12)]),
  ("{{a}}", [.text("{a}")]),
  ("{ {'a': '}'}['a'] }", [.expression(" {'a': '}'}['a'] ", offset: 1)]),
  ("", []),
]

struct ExpressionTemplateTests {
  @Test(arguments: texts)
  func `a text has its expressions in braces`(text: String, parts: [ExpressionTemplate.Part]) throws {
    #expect(try ExpressionTemplate(text).parts == parts)
  }

  @Test(arguments: [("a { b", 2), ("a } b", 2), ("{'}", 0), ("{{}", 2)])
  func `a brace that is alone is a mistake`(text: String, offset: Int) {
    do {
      _ = try ExpressionTemplate(text)
      Issue.record("'\(text)' is read")
    } catch {
      #expect(error.offset == offset)
    }
  }
}
