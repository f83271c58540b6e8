import Diagnostics
package import Manifests
import RuleCatalogue
package import SourceText
import YAMLSyntax

/// The bytes that a report must not show of the files that it quotes: what findings call a credential, the values of
/// Secrets, whichever rule points beside or at them, and passwords in URLs.
package enum SecretPlaces {
  /// - Parameter rules: say which findings point at a credential.
  static func quoted(by report: Report, rules: KnownRules, sources: SourceSet) -> [SourceRange] {
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
    return places
  }

  /// Those that a file has of its own: values of Secrets, and passwords in URLs.
  package static func places(in file: FileID, of sources: SourceSet) -> [SourceRange] {
    var places = URLPasswords.places(in: sources.bytes(of: file)).map { SourceRange(file: file, $0) }
    for document in sources.documents(of: file) { add(document.root, sources.forest, to: &places) }
    return places
  }

  /// The values of a Secret, of the Secrets in a list, and of the literals that make one.
  private static func add(_ root: NodeRef, _ forest: Forest, to places: inout [SourceRange]) {
    guard forest.kind(root) == .mapping else { return }
    if let kind = forest.value(root, "kind"), forest.withText(kind, { $0.elementsEqual("Secret".utf8) }) {
      for field in ["data", "stringData"] as [StaticString] {
        guard let values = forest.value(root, field), forest.kind(values) == .mapping else { continue }
        for pair in forest.pairs(values) where isGiven(pair.value, forest) { places.append(forest.range(pair.value)) }
      }
    }
    for list in ["items", "secretGenerator"] as [StaticString] {
      guard let entries = forest.value(root, list), forest.kind(entries) == .sequence else { continue }
      for entry in forest.items(entries) { add(entry, forest, to: &places) }
    }
    guard let literals = forest.value(root, "literals"), forest.kind(literals) == .sequence else { return }
    for literal in forest.items(literals) where isGiven(literal, forest) {
      let range = forest.range(literal)
      let text = forest.withText(literal) { $0.firstIndex(of: UInt8(ascii: "=")) }
      // Behind the name; in quotes that is a byte early, and hides the sign.
      guard let text, range.bounds.count > text else { continue }
      places.append(SourceRange(file: range.file, range.bounds.lowerBound + text + 1..<range.bounds.upperBound))
    }
  }

  /// Whether a scalar is a value, and no variable or ciphertext.
  private static func isGiven(_ node: NodeRef, _ forest: Forest) -> Bool {
    guard forest.kind(node) == .scalar else { return false }
    return forest.withText(node) { !$0.isEmpty && !$0.starts(with: "${".utf8) && !$0.starts(with: "ENC[".utf8) }
  }
}
