import Kustomize
import ScalarFormats
import SourceText
package import YAMLSyntax

/// The values of a Secret or ConfigMap by key, wherever they stand. Of a Secret, what `stringData` has wins over `data`, as
/// the API server merges them.
package struct Payload: Sequence, Sendable {
  package static let fields = ["data", "stringData"]

  private var entries: [String: NodeRef] = [:]
  /// The keys of `stringData`, whose values are text and not base64.
  private var written: Set<String> = []

  package init(of root: NodeRef, _ values: Values) {
    for field in Self.fields {
      guard let map = values.field(root, field), values.forest.kind(map) == .mapping else { continue }
      for pair in values.forest.pairs(map)
      where values.forest.kind(pair.value) == .scalar && !values.forest.isNull(pair.value) {
        let key = values.forest.text(pair.key)
        entries[key] = pair.value
        if field == "stringData" { written.insert(key) }
      }
    }
  }

  package subscript(key: String) -> NodeRef? { entries[key] }

  package func makeIterator() -> Dictionary<String, NodeRef>.Iterator { entries.makeIterator() }

  func field(of key: String) -> String { written.contains(key) ? "stringData" : "data" }

  /// The bytes that a Secret has under a key; nil when they are not known: there are none, or they are no base64.
  fileprivate func bytes(_ key: String, _ forest: Forest) -> [UInt8]? {
    guard let value = entries[key] else { return nil }
    return written.contains(key) ? Array(forest.text(value).utf8) : Base64.decode(forest.text(value))
  }
}

extension Values {
  /// The first value of a Secret that the API server keeps otherwise, whether it is written as text or as base64. What SOPS
  /// encrypted is not compared.
  package func payloadDifference(_ base: NodeRef, _ new: NodeRef) -> Difference? {
    let (before, after) = (Payload(of: base, self), Payload(of: new, self))
    let changed = after.filter { key, value in
      guard let old = before[key] else { return true }
      if old == value || isCiphertext(old) || isCiphertext(value) { return false }
      guard let earlier = before.bytes(key, forest), let later = after.bytes(key, forest) else {
        return !forest.hasEqualText(old, value)
      }
      return earlier != later
    }
    if let (key, value) = changed.min(by: { forest.range($0.value) < forest.range($1.value) }) {
      return Difference(
        path: [after.field(of: key), key], place: forest.range(value), base: before[key], new: value)
    }
    guard let key = before.map(\.key).filter({ after[$0] == nil }).min() else { return nil }
    let left = (["data", "stringData"].lazy.compactMap { forest.pair(new, $0) }.first ?? forest.pairs(new).first)?.key
    return Difference(
      path: [before.field(of: key), key], place: forest.range(left ?? new), base: before[key], new: nil)
  }
}
