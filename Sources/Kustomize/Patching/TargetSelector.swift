import SourceText
import TextMatching
import YAMLSyntax

/// The `target` of a patch (api/resmap/reswrangler.go, `Select`): every condition that is given must hold.
struct TargetSelector: Sendable {
  var group: TextPattern?
  var version: TextPattern?
  var kind: TextPattern?
  var name: TextPattern?
  var namespace: TextPattern?
  var labels: LabelSelector?
  var annotations: LabelSelector?
  /// The conditions as they are written.
  var written: [(field: TargetField, text: SourcedText)] = []
  /// Where `target` is written.
  var range: SourceRange

  func matches(_ resource: Resource, in forest: Forest) -> Bool {
    let id = resource.id
    if let kind, !kind.matches(id.kind) { return false }
    if let group, !group.matches(id.group) { return false }
    if let version, !version.matches(id.version) { return false }
    // Name and namespace are compared on their own, each with the original and the current one.
    let original = resource.original
    if let name, !name.matches(id.name), !name.matches(original.name) { return false }
    if let namespace, !namespace.matches(id.namespace), !namespace.matches(original.namespace) { return false }
    return matchesMetadata(of: resource.root, in: forest)
  }

  /// Whether the labels and annotations of an object fit.
  func matchesMetadata(of root: NodeRef, in forest: Forest) -> Bool {
    if let labels, !labels.matches({ text($0, under: "labels", of: root, in: forest) }) { return false }
    if let annotations, !annotations.matches({ text($0, under: "annotations", of: root, in: forest) }) {
      return false
    }
    return true
  }

  private func text(_ key: String, under field: StaticString, of root: NodeRef, in forest: Forest) -> String? {
    forest.value(root, "metadata", field).flatMap { forest.value($0, key: key) }.map { forest.text($0) }
  }
}

/// A condition on one text: an anchored regular expression, or a plain text where the pattern is nothing else.
enum TextPattern: Sendable {
  case exact(String)
  case expression(LinearRegex)

  init(_ pattern: String) throws(LinearRegex.Failure) {
    let isPlain = pattern.utf8.allSatisfy { !Self.metacharacters.contains($0) }
    self = isPlain ? .exact(pattern) : .expression(try LinearRegex(pattern))
  }

  private static let metacharacters = Array(#"\.+*?()|[]{}^$"#.utf8)

  func matches(_ text: String) -> Bool {
    switch self {
    case .exact(let expected): text == expected
    case .expression(let expression): expression.matchesWhole(text)
    }
  }
}
