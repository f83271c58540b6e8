/// A name with parts that a template or a variable gives: `app-<< inputs.id >>`.
package struct TemplateName: Hashable, Sendable {
  private var beginning: Substring
  private var end: Substring
  private var isWhole: Bool

  init(_ text: String) {
    let first = [text.firstRange(of: "<<"), text.firstRange(of: "${")].compactMap { $0?.lowerBound }.min()
    let last = text.lastIndex { $0 == ">" || $0 == "}" }
    isWhole = first == nil
    beginning = text[..<(first ?? text.endIndex)]
    end = isWhole ? "" : last.map { text[text.index(after: $0)...] } ?? ""
  }

  /// Whether it may become a name.
  func mayBecome(_ name: String) -> Bool {
    isWhole ? name == beginning : name.hasPrefix(beginning) && name.hasSuffix(end)
  }
}
