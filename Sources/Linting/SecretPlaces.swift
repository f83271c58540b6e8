import Diagnostics
import FluxGraph
package import Manifests
import RuleCatalogue
package import RuleEngine
package import SourceText
import YAMLSyntax

/// The bytes that a report must not show of the files that it quotes: what findings call a credential, the values of
/// Secrets, whichever rule points beside or at them, and passwords in URLs.
package enum SecretPlaces {
  /// - Parameters:
  ///   - rules: say which findings point at a credential.
  ///   - clusters: have Secrets that no document is: a patch makes them.
  static func quoted(
    by report: Report, rules: KnownRules, clusters: [Cluster], sources: SourceSet
  ) -> [SourceRange] {
    let pointingAtSecrets = Set(rules.all.lazy.filter(\.pointsAtSecrets).map(\.id))
    var places: [SourceRange] = []
    var files: Set<FileID> = []
    for finding in report.findings + report.suppressed {
      if pointingAtSecrets.contains(finding.rule) { places.append(finding.range) }
      files.insert(finding.range.file)
      for related in finding.related { files.insert(related.range.file) }
    }
    for file in files.sorted() where Int(file.index) < sources.allFiles.count {
      places += Self.places(in: file, of: sources)
    }
    for cluster in clusters {
      for number in cluster.index.objects(ofKind: "Secret") {
        SecretValues.forEach(ofSecret: cluster.objects[number].built, sources.forest) { node in
          let range = sources.forest.range(node)
          guard files.contains(range.file), isWritten(node, in: sources.bytes(of: range.file), sources.forest) else {
            return
          }
          places.append(range)
        }
      }
    }
    return places
  }

  /// Those that a file has of its own: values of Secrets, and passwords in URLs.
  package static func places(in file: FileID, of sources: SourceSet) -> [SourceRange] {
    var places = URLPasswords.places(in: sources.bytes(of: file)).map { SourceRange(file: file, $0) }
    for document in sources.documents(of: file) { add(document.root, sources.forest, to: &places) }
    return places
  }

  /// What objects are called and call each other, their namespaces, and paths, where a variable put a value of a Secret
  /// there.
  package static func names(in model: RepositoryModel) -> Set<String> {
    var names: Set<String> = []
    for cluster in model.graph.clusters where !cluster.secretPlaces.isEmpty {
      for object in cluster.objects {
        for field in ["name", "namespace"] as [StaticString] {
          guard let node = model.forest.value(object.root, "metadata", field),
            cluster.secretPlaces[model.forest.range(node)] != nil
          else { continue }
          names.insert(model.forest.text(node))
        }
      }
      for kustomization in cluster.kustomizations where !kustomization.path.isEmpty {
        let path = kustomization.root.flatMap { model.forest.value($0, "spec", "path") }
        if path.map({ cluster.secretPlaces[model.forest.range($0)] != nil }) ?? false {
          names.insert(kustomization.path)
        }
      }
      for edge in cluster.edges where cluster.secretPlaces[model.forest.range(edge.location)] != nil {
        names.insert(edge.targetName)
      }
    }
    return names
  }

  /// Whether a value stands in a file as it is: what a generator makes has the place of its entry.
  private static func isWritten(_ node: NodeRef, in bytes: [UInt8], _ forest: Forest) -> Bool {
    let bounds = forest.range(node).bounds
    guard bounds.upperBound <= bytes.count else { return false }
    return forest.withText(node) { text in
      let line = text.prefix { $0 != 0x0A }
      return bytes[bounds].firstRange(of: line) != nil
    }
  }

  /// The values of a Secret, of the Secrets in a list, and of the literals that make one.
  private static func add(_ root: NodeRef, _ forest: Forest, to places: inout [SourceRange]) {
    guard forest.kind(root) == .mapping else { return }
    if let kind = forest.value(root, "kind"), forest.withText(kind, { $0.elementsEqual("Secret".utf8) }) {
      SecretValues.forEach(ofSecret: root, forest) { places.append(forest.range($0)) }
    }
    for list in ["items", "secretGenerator"] as [StaticString] {
      guard let entries = forest.value(root, list), forest.kind(entries) == .sequence else { continue }
      for entry in forest.items(entries) { add(entry, forest, to: &places) }
    }
    guard let literals = forest.value(root, "literals"), forest.kind(literals) == .sequence else { return }
    for literal in forest.items(literals) where SecretValues.isGiven(literal, forest) {
      let range = forest.range(literal)
      let text = forest.withText(literal) { $0.firstIndex(of: UInt8(ascii: "=")) }
      // Behind the name; in quotes that is a byte early, and hides the sign.
      guard let text, range.bounds.count > text else { continue }
      places.append(SourceRange(file: range.file, range.bounds.lowerBound + text + 1..<range.bounds.upperBound))
    }
  }
}
