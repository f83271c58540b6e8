import RuleEngine

/// A value for `targetPath` that Helm takes apart: it goes through the parser of `helm --set` (fluxcd/pkg
/// `chartutil/values.go`, helm `pkg/strvals/parser.go`).
struct TargetPathValueSyntax: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    SetValue.forEach(in: model) { target in
      guard let effect = target.value.effect else { return }
      target.report(
        "has \(effect.cause)", label: effect.result,
        help: target.knowsLiterals
          ? "add 'literal: true'" : "put the value into a whole YAML document, without targetPath", to: &report)
    }
  }
}

extension SetValue {
  /// A value that an entry of `valuesFrom` sets at a path, as Helm parses it.
  struct Target {
    var value: SetValue
    var entry: ValuesFromEntry
    var node: NodeRef
    var release: Int
    var cluster: Cluster
    var forest: Forest

    /// Whether the release knows `literal: true`.
    var knowsLiterals: Bool { cluster.settings.fluxVersion >= FluxVersion(major: 2, minor: 9) }

    func report(_ what: String, label: String, help: String, to report: inout FindingSink) {
      report.report(
        "the value for targetPath '\(forest.text(node))' \(what)", at: forest.range(node), label: label,
        object: ObjectReference(cluster.objects[release].id), cluster: cluster, related: entry.places(in: forest),
        help: help, data: ["targetPath": .string(forest.text(node))])
    }
  }

  static func forEach(in model: RepositoryModel, _ body: (Target) -> Void) {
    for facts in model.clusters {
      for release in facts.cluster.activeReleases(in: model.forest) {
        for entry in ValuesFromEntry.all(of: release, facts) where !entry.isLiteral {
          guard let node = entry.targetPath, let text = entry.text else { continue }
          body(
            Target(
              value: SetValue(text), entry: entry, node: node, release: release, cluster: facts.cluster,
              forest: model.forest))
        }
      }
    }
  }
}

/// The right side of `helm --set`.
struct SetValue {
  private var bytes: [UInt8]
  /// Whether quotes around it, which Flux takes off, keep it a text.
  private var isQuoted = false

  init(_ text: String) {
    bytes = Array(text.utf8)
    for quote in [UInt8(ascii: "'"), UInt8(ascii: "\"")] where bytes.first == quote && bytes.last == quote {
      isQuoted = true
    }
    guard isQuoted else { return }
    let isQuote = { (byte: UInt8) in byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }
    bytes = Array(bytes.drop(while: isQuote))
    while let last = bytes.last, isQuote(last) { bytes.removeLast() }
  }

  /// What makes it something else than the text that it is; nil when it stays.
  var effect: (cause: String, result: String)? {
    if bytes.first == UInt8(ascii: "{") { return ("a brace in front", "Helm reads a list") }
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        // The backslash is there for the parser.
        if byte != UInt8(ascii: ","), byte != UInt8(ascii: "\\") { return Self.backslash }
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: ",") {
        return ("a comma", "Helm splits it there, and reads what follows as KEY=VALUE")
      }
    }
    return isEscaped ? Self.backslash : nil
  }

  private static let backslash = (cause: "a backslash", result: "Helm drops it")

  /// What else than a text it becomes as a whole; nil when it stays one.
  var typeName: String? {
    guard !isQuoted else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    switch text.lowercased() {
    case "true", "false": return "a boolean"
    case "null": return "null, which removes the value of the chart"
    case "0": return "a number"
    default: break
    }
    guard let first = bytes.first, first != UInt8(ascii: "0"), Int64(text) != nil else { return nil }
    return "a number"
  }
}
