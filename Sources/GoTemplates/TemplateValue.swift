/// A value that a template works with: those of JSON, as Kubernetes decodes it (whole numbers stay whole).
package indirect enum TemplateValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  case string(String)
  case list([TemplateValue])
  case map([String: TemplateValue])
  /// There is a value, and only the cluster knows it; why.
  case unknown(String)

  /// Whether a condition takes it for true (text/template `IsTrue`); nil for one that is not known.
  var truth: Bool? {
    switch self {
    case .null: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let items): !items.isEmpty
    case .map(let entries): !entries.isEmpty
    case .unknown: nil
    }
  }

  func isTrue() throws(TemplateStop) -> Bool {
    if let truth { return truth }
    throw notKnown
  }

  /// Takes its size, in bytes and parts, as far as something is left.
  func take(from left: inout Int) {
    guard left > 0 else { return }
    left -= 1
    switch self {
    case .string(let text): left -= text.utf8.count
    case .list(let items):
      for item in items where left > 0 { item.take(from: &left) }
    case .map(let entries):
      for (key, value) in entries where left > 0 {
        left -= key.utf8.count
        value.take(from: &left)
      }
    case .null, .boolean, .integer, .float, .unknown: break
    }
  }

  /// What `print` makes of it.
  func printed() throws(TemplateStop) -> String {
    switch self {
    case .string(let text): return text
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .float(let value):
      // Go takes the shortest digits as well, and an exponent for others than these.
      guard abs(value) >= 1e-4, abs(value) < 1e15 else { break }
      let text = String(value)
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    case .unknown: throw notKnown
    case .null, .list, .map: break
    }
    throw TemplateStop("what \(kindName) is printed as is not carried out")
  }

  /// For messages.
  var kindName: String {
    switch self {
    case .null: "nil"
    case .boolean: "a boolean"
    case .integer: "a number"
    case .float: "a floating point number"
    case .string: "a string"
    case .list: "a list"
    case .map: "a mapping"
    case .unknown: "a value that is not known"
    }
  }

  private var notKnown: TemplateStop {
    if case .unknown(let reason) = self { return TemplateStop(reason) }
    return TemplateStop("a value is not known")
  }
}

/// Why it is not known what a template prints: it fails, or does something that is not carried out here.
package struct TemplateStop: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}
