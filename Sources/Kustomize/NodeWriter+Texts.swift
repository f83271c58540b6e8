import YAMLSyntax

extension NodeWriter {
  /// The pairs as a map of strings has them; nil when they are strings already.
  ///
  /// Labels, annotations and data go through such maps here and there: a number becomes its text, so does a null unless
  /// `nullsAreEmpty`, and what is no scalar is lost (kyaml/yaml/rnode.go, `GetLabels`, `GetDataMap`).
  /// A folded text loses its style, and so gains no line feeds when it is printed.
  func withTexts(_ pairs: [Forest.Pair], nullsAreEmpty: Bool = false, in forest: inout Forest) -> [Forest.Pair]? {
    guard pairs.contains(where: { !isText($0.value, in: forest) }) else { return nil }
    var result = pairs
    for index in pairs.indices {
      let value = pairs[index].value
      if isText(value, in: forest) { continue }
      let text = nullsAreEmpty && forest.isNull(value) ? "" : forest.text(value)
      // What has several lines is written as a block, whatever it was before.
      let style: Node.Style = text.utf8.contains(UInt8(ascii: "\n")) ? .literal : .doubleQuoted
      result[index].value = scalar(text, style: style, tag: .string, at: forest.range(value), in: &forest)
    }
    return result
  }

  private func isText(_ value: NodeRef, in forest: Forest) -> Bool {
    forest[value].style != .folded && forest.isString(value, dialect: .resource)
  }
}
