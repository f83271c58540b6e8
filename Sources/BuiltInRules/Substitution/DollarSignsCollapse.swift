import RuleEngine

/// `$$` that is no escape, such as the process id of a shell or the quotes of an SQL body: envsubst makes one `$` of it
/// wherever it stands.
struct DollarSignsCollapse: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for substitution in model.activeSubstitutions {
      for text in substitution.texts {
        let places = forest.withText(text.scalar) { Self.places(in: $0, outside: text.expressions) }
        guard let first = places.first else { continue }
        let object = ObjectReference(substitution.object(of: text).id)
        report.report(
          "'$$' in \(object.displayName) becomes '$'", at: text.range(of: first, in: forest),
          label: places.count == 1
            ? "one '$' once Flux has substituted" : "one '$' here and in \(places.count - 1) more places",
          object: object, cluster: substitution.cluster, related: [model.applier(substitution)],
          help:
            "write '$$$$', or add the annotation 'kustomize.toolkit.fluxcd.io/substitute: disabled' to the object",
          data: [
            "kustomization": .string(substitution.kustomization.displayName), "places": .integer(places.count),
          ])
      }
    }
  }

  /// The pairs that are no escape.
  private static func places(
    in text: UnsafeBufferPointer<UInt8>, outside expressions: [Envsubst.Expression]
  ) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    var next = expressions.map(\.range).makeIterator()
    var expression = next.next()
    while index + 1 < text.count {
      while let known = expression, known.upperBound <= index { expression = next.next() }
      if let known = expression, known.contains(index) {
        index = known.upperBound
      } else if text[index] == dollar, text[index + 1] == dollar {
        if !isEscape(text, at: index) { places.append(index..<index + 2) }
        index += 2
      } else {
        index += 1
      }
    }
    return places
  }

  private static let dollar = UInt8(ascii: "$")

  /// Whether somebody who knows of the escape may have written it: before what a shell or a template reads as a variable,
  /// as `$` at the end of a regular expression, or before another pair.
  private static func isEscape(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let next = index + 2 < text.count ? text[index + 2] : 0x0A
    let previous = index > 0 ? text[index - 1] : 0x0A
    switch next {
    case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "_"), dollar, UInt8(ascii: "|"),
      UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "!"):
      return true
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
    default: break
    }
    switch previous {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"),
      UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "\\"), dollar:
      return true
    // `foo$$` ends a pattern as well as a file name; with a `^` before it in the line it is a pattern.
    default:
      var start = index
      while start > 0, text[start - 1] != 0x0A {
        start -= 1
        if text[start] == UInt8(ascii: "^") { return true }
      }
      return false
    }
  }
}
