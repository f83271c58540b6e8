import RuleEngine

/// A ConfigMap or Secret that the API server does not store (kubernetes `pkg/apis/core/validation`, `MaxSecretSize`).
struct ObjectTooLarge: ObjectRule {
  static let kinds = [ObjectKind("ConfigMap", ""), ObjectKind("Secret", "")]

  private static let limit = 1 << 20

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    // Ciphertext is longer than what it stands for.
    guard pass.object.isKnown, !isEncrypted(pass) else { return }
    let isSecret = pass.object.id.kind == "Secret"
    var sizes: [(key: NodeRef, count: Int)] = []
    for pair in fields(pass, "data") { sizes.append((pair.key, size(pair.value, isEncoded: isSecret, pass.forest))) }
    let second: StaticString = isSecret ? "stringData" : "binaryData"
    for pair in fields(pass, second) { sizes.append((pair.key, size(pair.value, isEncoded: !isSecret, pass.forest))) }
    let total = sizes.reduce(0) { $0 + $1.count }
    guard total > Self.limit, let largest = sizes.max(by: { $0.count < $1.count }) else { return }
    report.report(
      "\(pass.reference.displayName) holds \(total) bytes, the limit is \(Self.limit)",
      at: pass.forest.range(largest.key), label: "\(largest.count) bytes", object: pass.reference,
      help: "split it, or let the program fetch the data", data: ["bytes": .integer(total)])
  }

  private func fields(_ pass: ObjectPass, _ field: StaticString) -> [Forest.Pair] {
    pass.forest.value(pass.object.root, field).map { pass.forest.pairs($0) } ?? []
  }

  private func isEncrypted(_ pass: ObjectPass) -> Bool { pass.forest.value(pass.object.root, "sops") != nil }

  /// Of four characters in base64 come three bytes; line breaks are none.
  private func size(_ value: NodeRef, isEncoded: Bool, _ forest: Forest) -> Int {
    forest.withText(value) { text in
      guard isEncoded else { return text.count }
      let count = text.reduce(0) { $1 == 0x0A || $1 == 0x0D || $1 == UInt8(ascii: "=") ? $0 : $0 + 1 }
      return count * 3 / 4
    }
  }
}
