import RuleEngine

/// A key of `values` with nothing behind it: Helm takes that for null, and removes what the chart has there.
struct NullValueRemovesDefault: ObjectRule {
  static let kinds = [ObjectKind("HelmRelease", FluxKinds.helmGroup)]

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    let forest = pass.forest
    guard let values = pass.spec.flatMap({ forest.value($0, "values") }) else { return }
    var waiting: [(node: NodeRef, path: String)] = [(values, "")]
    while let (node, path) = waiting.popLast() {
      switch forest.kind(node) {
      case .mapping:
        for pair in forest.pairs(node) {
          let path = path.isEmpty ? forest.text(pair.key) : "\(path).\(forest.text(pair.key))"
          // Whoever writes 'null' means it.
          if forest.isNull(pair.value), forest.text(pair.value).isEmpty {
            report.report(
              "'\(path)' of the values has no content", at: forest.range(pair.key),
              label: "removes the default of the chart", object: pass.reference,
              help: "remove the key, or write 'null' if that is meant", data: ["path": .string(path)])
          } else {
            waiting.append((pair.value, path))
          }
        }
      case .sequence: waiting += forest.items(node).map { ($0, path + "[]") }
      case .scalar, .alias: break
      }
    }
  }
}
