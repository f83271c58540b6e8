import YAMLSyntax

/// A path into an object as `fieldref` writes it: `spec.ports[0].name`, with `\.` for a dot in a name and
/// `[metadata.name]` for a part with dots (kyaml/utils/pathsplitter.go, kyaml/yaml/rfns.go `GetFieldValue`).
struct FieldPath {
  private let parts: [String]

  init(_ text: String) {
    var parts: [String] = []
    for part in Self.split(text) {
      guard part.last == "]", let open = part.lastIndex(of: "["),
        part[part.index(after: open)...].dropLast().allSatisfy(\.isNumber),
        part.distance(from: open, to: part.endIndex) > 2
      else {
        parts.append(part)
        continue
      }
      if open > part.startIndex { parts.append(String(part[..<open])) }
      parts.append(String(part[part.index(after: open)...].dropLast()))
    }
    self.parts = parts
  }

  private static func split(_ text: String) -> [String] {
    var result: [String] = []
    var current = ""
    var isBracketed = false
    var isEscaped = false
    for character in text {
      switch character {
      case "\\" where !isEscaped:
        isEscaped = true
        continue
      case "." where !isBracketed && !isEscaped:
        result.append(current)
        current = ""
      case "[" where !isBracketed && current.isEmpty: isBracketed = true
      case "]" where isBracketed: isBracketed = false
      default:
        if isEscaped, character != "." { current.append("\\") }
        current.append(character)
      }
      isEscaped = false
    }
    result.append(current)
    return result
  }

  /// The node it leads to; nil where something is missing.
  func find(in root: NodeRef, _ forest: Forest) -> NodeRef? {
    var node = root
    for part in parts {
      switch forest.kind(node) {
      case .mapping:
        guard let child = forest.value(node, key: part) else { return nil }
        node = child
      case .sequence:
        let items = forest.items(node)
        if part == "-" {
          guard let last = items.last else { return nil }
          node = last
        } else if let index = Int(part) {
          guard items.indices.contains(index) else { return nil }
          node = items[index]
        } else if let item = items.first(where: { Self.isElement($0, part, forest) }) {
          node = item
        } else {
          return nil
        }
      case .scalar, .alias: return nil
      }
    }
    return node
  }

  /// Whether an element of a list is the one that `key=value` means.
  private static func isElement(_ item: NodeRef, _ part: String, _ forest: Forest) -> Bool {
    guard let equals = part.firstIndex(of: "=") else { return false }
    let key = String(part[..<equals])
    let node = key.isEmpty ? item : forest.value(item, key: key)
    return node.map { forest.hasText($0, String(part[part.index(after: equals)...])) } ?? false
  }
}
