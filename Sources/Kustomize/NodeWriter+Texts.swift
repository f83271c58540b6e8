import YAMLSyntax

extension NodeWriter {
  /// The pairs as a map of strings has them; nil when they are strings already.
  ///
  /// Labels, annotations and data go through such maps here and there: a number becomes its text, so does a null unless
  /// `nullsAreEmpty`, and what is no scalar is lost (kyaml/yaml/rnode.go, `GetLabels`, `GetDataMap`).
  func withTexts(_ pairs: [Forest.Pair], nullsAreEmpty: Bool = false, in forest: inout Forest) -> [Forest.Pair]? {
    guard pairs.contains(where: { !forest.isString($0.value, dialect: .resource) }) else { return nil }
    var result = pairs
    for index in pairs.indices {
      let value = pairs[index].value
      if forest.isString(value, dialect: .resource) { continue }
      let text = nullsAreEmpty && forest.isNull(value) ? "" : forest.text(value)
      result[index].value = string(text, at: forest.range(value), in: &forest)
    }
    return result
  }
}
