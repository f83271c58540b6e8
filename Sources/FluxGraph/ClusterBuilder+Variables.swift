import Manifests
import SourceText
import YAMLSyntax

// The variables of `spec.postBuild` (fluxcd/pkg `kustomize/kustomize_varsub.go`).
extension ClusterBuilder {
  mutating func variables(of number: Int) -> SubstitutionScope {
    let kustomization = cluster.kustomizations[number]
    var scope = SubstitutionScope()
    guard let root = kustomization.root, let postBuild = forest.value(root, "spec", "postBuild") else { return scope }
    if let list = forest.value(postBuild, "substituteFrom") {
      for reference in forest.items(list) {
        guard let kindNode = forest.value(reference, "kind"), let nameNode = forest.value(reference, "name") else {
          continue
        }
        let kind = forest.text(kindNode)
        let name = forest.text(nameNode)
        let key = ObjectKey(kind: kind, namespace: kustomization.namespace, name: name)
        guard let source = index[key].map({ cluster.objects[$0].root }) else {
          scope.openSources.append(
            SubstitutionScope.OpenSource(
              reason: "the \(kind) '\(name)' is not in this repository", range: forest.range(nameNode)))
          continue
        }
        for variable in variables(of: source, kind: kind) {
          scope.values[variable.name] = variable.value
          scope.definitions[variable.name] = variable.range
        }
      }
    }
    if let inline = forest.value(postBuild, "substitute") {
      for pair in forest.pairs(inline) {
        let name = forest.text(pair.key)
        scope.values[name] = value(of: pair.value)
        scope.definitions[name] = forest.range(pair.key)
      }
    }
    let isAlways = forest.value(postBuild, "substituteStrategy").map { forest.hasText($0, "Always") } ?? false
    scope.isActive = !scope.values.isEmpty || isAlways || !scope.openSources.isEmpty
    return scope
  }

  /// All keys of `data` are variables; `binaryData` is not read.
  private mutating func variables(of source: NodeRef, kind: String) -> [Variable] {
    if let known = variableSources[source] { return known }
    var variables: [Variable] = []
    let isEncrypted = forest.value(source, "sops") != nil
    for field in [forest.value(source, "data"), forest.value(source, "stringData")] {
      guard let field else { continue }
      for pair in forest.pairs(field) {
        let name = forest.text(pair.key)
        // A Secret's values are base64 or encrypted; only their names are needed to know what is defined.
        let value = kind == "Secret" || isEncrypted ? VariableValue.unknown : value(of: pair.value)
        variables.append(Variable(name: name, value: value, range: forest.range(pair.key)))
      }
    }
    variableSources[source] = variables
    return variables
  }

  struct Variable {
    var name: String
    var value: VariableValue
    var range: SourceRange
  }

  /// Line feeds are deleted from values (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  private func value(of node: NodeRef) -> VariableValue {
    let text = forest.text(node)
    // A variable in the value that the parent did not replace: its value is not known here.
    if Envsubst.hasExpression(text) { return .unknown }
    return .known(text.utf8.contains(0x0A) ? String(text.filter { $0 != "\n" }) : text)
  }
}
