import RuleEngine

/// What SOPS encrypted and is plain now is in the history of the repository for good.
struct EncryptionRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    let values = comparison.values
    for file in comparison.changedFiles {
      let (old, now) = (values.documents(of: file.base), values.documents(of: file.new))
      for (number, base) in old.enumerated() where number < now.count {
        var plain: [NodeRef] = []
        Self.collect(base, now[number], values, into: &plain)
        guard let first = plain.first else { continue }
        let isWhole = values.field(base, "sops") != nil && values.field(now[number], "sops") == nil
        let object = values.forest.objectID(ManifestObject(root: now[number])).map { ObjectReference($0) }
        let path = values.path(of: file.new)
        report.report(
          isWhole
            ? "'\(path)' was encrypted with SOPS and is plain now"
            : "\(plain.count == 1 ? "a value" : "\(plain.count) values") of '\(path)' that SOPS had encrypted "
              + "\(plain.count == 1 ? "is" : "are") plain now",
          at: values.forest.range(first), label: "readable for everybody who can read the repository", object: object,
          notes: ["once it is pushed it stays in the history, whatever later commits do"],
          help: "encrypt it again before it is committed; if it is pushed already, change the secret itself",
          data: ["change": .string(report.rule.name)])
      }
    }
  }

  /// Values of the new document that were ciphertext.
  private static func collect(
    _ base: NodeRef, _ new: NodeRef, _ values: Values, depth: Int = 0, into plain: inout [NodeRef]
  ) {
    let forest = values.forest
    guard base != new, depth < 200, forest.kind(base) == forest.kind(new) else { return }
    switch forest.kind(new) {
    case .mapping:
      for pair in forest.pairs(new) {
        // What SOPS notes of itself is no secret.
        if depth == 0, forest.hasText(pair.key, "sops") { continue }
        if let old = forest.value(base, key: forest.text(pair.key)) {
          collect(old, pair.value, values, depth: depth + 1, into: &plain)
        }
      }
    case .sequence:
      for (old, now) in zip(forest.items(base), forest.items(new)) {
        collect(old, now, values, depth: depth + 1, into: &plain)
      }
    case .scalar:
      let text = forest.text(new)
      // A variable, and nothing at all, are no secrets.
      if forest.text(base).hasPrefix("ENC["), !text.hasPrefix("ENC["), !text.isEmpty, !text.hasPrefix("${") {
        plain.append(new)
      }
    case .alias: break
    }
  }
}
