package import FluxGraph
package import SourceText
package import YAMLSyntax

/// A text with a `${` or `$$` in it, as kustomize builds it: what substitution reads, or would read.
package struct DollarText: Sendable {
  /// Index into the cluster's objects.
  package var object: Int
  package var scalar: NodeRef
  /// The keys that lead to it; those of lists are not among them.
  package var path: [String]
  /// The expressions of the text, those in defaults of others too, in order. Empty for what is no text of envsubst.
  package var expressions: [Envsubst.Expression]

  /// Where some bytes of the text are written.
  package func range(of bytes: Range<Int>, in forest: Forest) -> SourceRange {
    forest.sourceRange(of: scalar, decoded: bytes)
  }

  /// The operator of an expression as it is written: `:?`, `:-`, `=`; empty for a plain `${name}`.
  package func operation(of expression: Envsubst.Expression, in forest: Forest) -> String {
    forest.withText(scalar) { bytes in
      if case .length = expression.operation { return "#" }
      let start = expression.range.lowerBound + 2 + expression.name.utf8.count
      guard start + 1 < bytes.count else { return "" }
      switch bytes[start] {
      case UInt8(ascii: ":"): return String(decoding: bytes[start..<start + 2], as: UTF8.self)
      case UInt8(ascii: "}"): return ""
      default: return String(decoding: bytes[start..<start + 1], as: UTF8.self)
      }
    }
  }
}

extension ClusterFacts {
  /// The texts of what a Kustomization applies in which substitution finds something, or would; without those of objects
  /// that are left out of it.
  package func dollarTexts(of kustomization: Int) -> [DollarText] {
    texts { makeDollarTexts() }[kustomization] ?? []
  }

  private func makeDollarTexts() -> [Int: [DollarText]] {
    var collector = DollarTextCollector(forest: forest)
    for (number, object) in cluster.objects.enumerated() {
      guard let owner = object.kustomization, forest[object.built].flags.contains(.containsDollar),
        !forest.isSubstitutionDisabled(object.built)
      else { continue }
      collector.collect(object.built, object: number, owner: owner, path: [])
    }
    return collector.texts
  }
}

private struct DollarTextCollector {
  let forest: Forest
  var texts: [Int: [DollarText]] = [:]

  mutating func collect(_ ref: NodeRef, object: Int, owner: Int, path: [String]) {
    let target = forest.resolved(ref)
    guard forest.written(target).flags.contains(.containsDollar), path.count < 200 else { return }
    switch forest.written(target).kind {
    case .alias: return
    case .scalar:
      let parts = forest.withText(target) { try? Envsubst.parse($0) } ?? []
      let text = DollarText(object: object, scalar: target, path: path, expressions: Self.expressions(in: parts))
      texts[owner, default: []].append(text)
    case .sequence: for item in forest.items(target) { collect(item, object: object, owner: owner, path: path) }
    case .mapping:
      for pair in forest.pairs(target) {
        let path = path + [forest.text(pair.key)]
        collect(pair.key, object: object, owner: owner, path: path)
        collect(pair.value, object: object, owner: owner, path: path)
      }
    }
  }

  private static func expressions(in parts: [Envsubst.Part]) -> [Envsubst.Expression] {
    parts.flatMap { part -> [Envsubst.Expression] in
      guard case .expression(let expression) = part else { return [] }
      guard case .fallback(let inner) = expression.operation else { return [expression] }
      return [expression] + expressions(in: inner)
    }
  }
}
