import Testing

@testable import Schemas

/// Names of fields are found by their bytes.
struct FieldNamesTests {
  private func number(_ name: String, in names: FieldNames) -> Int? {
    var name = name
    return name.withUTF8 { names.number(of: $0) }
  }

  @Test func `each of many names is found, and no other`() {
    let texts = (0..<300).map { "field\($0)" }
    let names = FieldNames(texts)
    for (index, text) in texts.enumerated() { #expect(number(text, in: names) == index) }
    for other in ["", "field", "field300", "fiel", "Field1", "field1 "] { #expect(number(other, in: names) == nil) }
  }

  @Test func `a schema without fields has none`() {
    #expect(number("a", in: FieldNames([String]())) == nil)
  }

  @Test func `of two fields with one name the first is meant`() {
    #expect(number("a", in: FieldNames(["b", "a", "a"])) == 1)
  }
}
