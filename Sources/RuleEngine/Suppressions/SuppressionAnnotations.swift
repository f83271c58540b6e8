import Manifests
import RuleCatalogue
import SourceText
import YAMLSyntax

/// Reads the annotation `fluxlint.dev/ignore: "rule reason"` of the objects in one file; each line of it is one.
struct SuppressionAnnotations {
  typealias Directive = (
    terms: SuppressionTerms, object: Suppression.WrittenObject, document: SourceRange, value: SourceRange
  )

  private(set) var directives: [Directive] = []
  private(set) var malformed: [Suppressions.Malformed] = []

  init(_ documents: [YAMLDocument], _ forest: Forest, _ rules: KnownRules) {
    for document in documents {
      if forest.text(document.root, "kind").hasSuffix("List"), let items = forest.value(document.root, "items") {
        for item in forest.items(items) { add(item, range: forest.range(item), forest, rules) }
      } else {
        add(document.root, range: document.range, forest, rules)
      }
    }
  }

  private mutating func add(_ root: NodeRef, range: SourceRange, _ forest: Forest, _ rules: KnownRules) {
    guard let value = forest.value(root, "metadata", "annotations", ManifestObject.suppressionAnnotation) else {
      return
    }
    let apiVersion = forest.text(root, "apiVersion")
    let namespace = forest.text(root, "metadata", "namespace")
    let object = Suppression.WrittenObject(
      group: apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : "",
      kind: forest.text(root, "kind"), namespace: namespace.isEmpty ? nil : namespace,
      name: forest.text(root, "metadata", "name"))
    let lines = forest.text(value).split(separator: "\n")
    for line in lines.isEmpty ? [""] : lines {
      let text = line.trimmed
      let names = text.prefix { $0 != " " && $0 != "\t" }
      let bare = names.hasPrefix("[") && names.hasSuffix("]") ? names.dropFirst().dropLast() : names
      let terms = SuppressionTerms(names: bare, rest: text.dropFirst(names.count), rules)
      for mistake in terms.mistakes {
        malformed.append(
          .init(
            message: mistake.message, range: forest.range(value), label: "suppresses nothing", help: mistake.help))
      }
      if !terms.rules.isEmpty { directives.append((terms, object, range, forest.range(value))) }
    }
  }
}

extension Forest {
  /// The text at a path; empty where there is none.
  fileprivate func text(_ root: NodeRef, _ keys: String...) -> String {
    var node = root
    for key in keys {
      guard let next = value(node, key: key) else { return "" }
      node = next
    }
    return kind(node) == .scalar ? text(node) : ""
  }
}
