import Manifests
import SourceText
import YAMLSyntax

/// The path of an entry point that is a template: `${CLUSTER_PATH}`, which each cluster's own settings say.
enum EntryPath {
  struct Value {
    var path: String
    /// The files that give the variables so; empty for a path without any. A cluster reads one of its own.
    var definitions: Set<FileID> = []
  }

  /// A path without variables as it is; else with each set of variables that the repository has and that makes it a
  /// directory. Empty when there is none.
  static func values(of text: String, in sources: SourceSet) -> [Value] {
    guard Envsubst.hasExpression(text) else { return [Value(path: text)] }
    var bytes = text
    guard let parts = bytes.withUTF8({ try? Envsubst.parse($0) }) else { return [] }
    var names: Set<String> = []
    for case .expression(let expression) in parts { names.insert(expression.name) }
    var found: [Value] = []
    for file in sources.files where sources.isOwn(file.id) {
      for document in sources.documents(of: file.id) {
        let variables = variables(of: document.root, in: sources.forest)
        guard !names.isDisjoint(with: variables.keys) else { continue }
        let result = Envsubst.evaluate(parts, values: variables, isOpen: false)
        guard let path = result.text.map(RelativePath.clamped), result.undefined.isEmpty, !path.isEmpty,
          sources.isDirectory(path)
        else { continue }
        if let number = found.firstIndex(where: { $0.path == path }) {
          found[number].definitions.insert(file.id)
        } else {
          found.append(Value(path: path, definitions: [file.id]))
        }
      }
    }
    if found.isEmpty {
      let fallback = Envsubst.evaluate(parts, values: [:], isOpen: false)
      if let path = fallback.text, fallback.undefined.isEmpty { found = [Value(path: path)] }
    }
    return found
  }

  /// What a document gives as variables: the data of a ConfigMap, those of a Kustomization, the literals of a generator.
  private static func variables(of root: NodeRef, in forest: Forest) -> [String: VariableValue] {
    var variables: [String: VariableValue] = [:]
    func add(_ pairs: NodeRef?) {
      guard let pairs, forest.kind(pairs) == .mapping else { return }
      for pair in forest.pairs(pairs) where forest.kind(pair.value) == .scalar {
        variables[forest.text(pair.key)] = .known(forest.text(pair.value))
      }
    }
    guard forest.kind(root) == .mapping else { return [:] }
    if let kind = forest.value(root, "kind"), forest.hasText(kind, "ConfigMap") { add(forest.value(root, "data")) }
    add(forest.value(root, "spec", "postBuild", "substitute"))
    for generator in forest.value(root, "configMapGenerator").map({ Array(forest.items($0)) }) ?? [] {
      for literal in forest.value(generator, "literals").map({ Array(forest.items($0)) }) ?? [] {
        let parts = forest.text(literal).split(separator: "=", maxSplits: 1)
        if parts.count == 2 { variables[String(parts[0])] = .known(String(parts[1])) }
      }
    }
    return variables
  }
}
