import ScalarFormats
import Testing

/// The quick look at keys and values of labels agrees with the one that has words for what is wrong.
struct QualifiedNameTests {
  private static let texts = [
    "", "a", "A", "app", "app.kubernetes.io/name", "App.Kubernetes.io/name", "/name", "a/", "a/b/c", "-a", "a-",
    "a_b.c-d",
    "a b", "\u{E4}", "example..com/a", "example-.com/a", "example.com./a", ".example.com/a", "1/2", "a/-", "x/y_",
    String(repeating: "a", count: 63), String(repeating: "a", count: 64),
    String(repeating: "a", count: 253) + "/b", String(repeating: "a", count: 254) + "/b",
  ]

  @Test(arguments: texts)
  func `keys are judged alike`(_ text: String) {
    var copy = text
    let isName = copy.withUTF8 { NameFormat.isQualifiedName($0) }
    #expect(isName == NameFormat.qualifiedName.problems(text).isEmpty)
    var lower = text
    let isAnnotation = lower.withUTF8 { NameFormat.isQualifiedName($0, ignoresCase: true) }
    #expect(isAnnotation == NameFormat.qualifiedName.problems(text.lowercased()).isEmpty)
  }

  @Test(arguments: texts)
  func `values of labels are judged alike`(_ text: String) {
    var copy = text
    #expect(copy.withUTF8 { NameFormat.isLabelValue($0) } == NameFormat.labelValue.problems(text).isEmpty)
  }
}
