import RuleEngine

/// A `targetPath`, read as Helm reads the left side of `--set` (helm `pkg/strvals/parser.go`).
struct TargetPath {
  enum Step: Equatable {
    case key(String)
    case index(Int)
  }
  private(set) var steps: [Step] = []

  /// Nil for what Helm does not take.
  init?(_ text: String) {
    var rest = Substring(text)
    while true {
      var key = ""
      var end: Character?
      while let next = rest.popFirst() {
        if next == "." || next == "[" {
          end = next
          break
        }
        if next == "\\" {
          guard let escaped = rest.popFirst() else { return nil }
          key.append(escaped)
        } else {
          key.append(next)
        }
      }
      if !key.isEmpty { steps.append(.key(key)) }
      while end == "[" {
        let number = rest.prefix { $0 != "]" }
        guard let index = Int(number), rest.count > number.count else { return nil }
        steps.append(.index(index))
        rest = rest.dropFirst(number.count + 1)
        end = rest.popFirst()
        if let end, end != "[", end != "." { return nil }
      }
      guard end == nil else { continue }
      if steps.isEmpty { return nil }
      return
    }
  }

  /// What a tree of values has at the path, or the part of it that comes nearest.
  func nearest(in values: NodeRef, _ forest: Forest) -> NodeRef {
    var node = values
    for step in steps {
      switch (step, forest.kind(node)) {
      case (.key(let key), .mapping):
        guard let value = forest.value(node, key: key) else { return node }
        node = value
      case (.index(let index), .sequence):
        guard index >= 0, index < forest.count(node) else { return node }
        node = forest.item(node, index)
      default: return node
      }
    }
    return node
  }

  /// What a tree of values sets at the path, above or below it; nil where it sets nothing there.
  func overlap(with values: NodeRef, in forest: Forest) -> NodeRef? {
    var node = values
    for step in steps {
      switch (step, forest.kind(node)) {
      case (.key(let key), .mapping):
        guard let value = forest.value(node, key: key) else { return nil }
        node = value
      // A list of the values replaces the one that the path adds to, and a scalar the mapping.
      default: return node
      }
    }
    return forest.kind(node) == .mapping && forest.count(node) == 0 ? nil : node
  }
}
