import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// The variables of `spec.postBuild` (fluxcd/pkg `kustomize/kustomize_varsub.go`).
extension ClusterBuilder {
  /// - Parameter own: what the Kustomization builds: its variables may be among that.
  mutating func variables(of number: Int, building own: [BuiltObject]) -> SubstitutionScope {
    let kustomization = cluster.kustomizations[number]
    var scope = SubstitutionScope()
    var isEachOptional = true
    guard let root = kustomization.root, let postBuild = forest.value(root, "spec", "postBuild") else { return scope }
    if let list = forest.value(postBuild, "substituteFrom") {
      for reference in forest.items(list) {
        guard let kindNode = forest.value(reference, "kind"), let nameNode = forest.value(reference, "name") else {
          continue
        }
        let key = ObjectKey(
          kind: forest.text(kindNode), namespace: kustomization.namespace, name: forest.text(nameNode))
        let stray = looseValues(kind: key.kind, name: key.name, of: kustomization)
        let found =
          variables(named: key, of: number, among: own) ?? stray.found.map { (variables(of: $0, kind: key.kind), nil) }
        for variable in found?.variables ?? [] {
          scope.values[variable.name] = variable.value
          scope.definitions[variable.name] = variable.range
          scope.secrets[variable.name] = nil
          if case .known = variable.value {
            scope.secrets[variable.name] = key.kind == "Secret" ? key.displayName : variable.secret
          }
        }
        if let found, found.open == nil { continue }
        isEachOptional = isEachOptional && forest.isTrue(forest.value(reference, "optional"))
        scope.openSources.append(
          SubstitutionScope.OpenSource(
            reason: found?.open.map { "the keys of \(key.displayName) are not known, as \($0)" }
              ?? (stray.isAmbiguous
                ? "the \(key.displayName) is one of several in this repository"
                : "the \(key.displayName) is not in this repository"),
            range: forest.range(nameNode)))
      }
    }
    if let inline = forest.value(postBuild, "substitute") {
      let isFinal = cluster.isFinal(kustomization)
      for pair in forest.pairs(inline) {
        let name = forest.text(pair.key)
        scope.values[name] = value(of: pair.value, isFinal: isFinal)
        scope.definitions[name] = forest.range(pair.key)
        scope.secrets[name] = secret(of: pair.value)
      }
    }
    let isAlways = forest.value(postBuild, "substituteStrategy").map { forest.hasText($0, "Always") } ?? false
    scope.invalidNames = scope.values.keys.filter { !Self.isVariableName($0) }.sorted()
    scope.isActive = !scope.values.isEmpty || isAlways || !scope.openSources.isEmpty
    scope.mayBeEmpty = scope.values.isEmpty && !isAlways && isEachOptional && !scope.openSources.isEmpty
    return scope
  }

  /// What a ConfigMap or Secret gives, and why it may give more; nil when nothing here makes it.
  private mutating func variables(
    named key: ObjectKey, of number: Int, among own: [BuiltObject]
  ) -> (variables: [Variable], open: String?)? {
    let declared = cluster.provided.first {
      $0.isNamed(kind: key.kind, namespace: key.namespace, name: key.name) && $0.values != nil
    }.map { provided in
      (provided.values ?? [:]).map { Variable(name: $0.key, value: $0.value, range: provided.range) }
    }
    if let contents = cluster.products.contents(of: key, manifest: { cluster.index[$0] }) {
      var variables: [Variable] = []
      var open = contents.open.first
      for number in contents.manifests {
        if let source = content(of: cluster.objects[number], kind: key.kind) {
          variables += self.variables(of: source, kind: key.kind)
        } else {
          open = open ?? "it is copied from an object that is not in this repository"
        }
      }
      if contents.isShared { for index in variables.indices { variables[index].value = .unknown } }
      variables += contents.keys.map { Variable(name: $0.name, value: .unknown, range: $0.range) }
      // What the configuration says makes up for what is not known.
      return open != nil && declared != nil ? (variables + (declared ?? []), nil) : (variables, open)
    }
    if let declared { return (declared, nil) }
    return ownSource(key, of: number, among: own).map { (variables(of: $0, kind: key.kind), nil) }
  }

  /// Takes back what was said of undefined variables where more turned up later that makes their sources.
  mutating func settleVariables() {
    for number in cluster.kustomizations.indices where !cluster.kustomizations[number].undefinedVariables.isEmpty {
      let known = cluster.kustomizations[number].substitution
      let scope = variables(of: number, building: [])
      guard scope.openSources.count > known.openSources.count || scope.values.count > known.values.count else {
        continue
      }
      let uses = cluster.kustomizations[number].undefinedVariables
      let isOpen = !scope.openSources.isEmpty
      cluster.kustomizations[number].substitution = scope
      cluster.kustomizations[number].undefinedVariables = uses.filter { !isOpen && scope.values[$0.name] == nil }
      cluster.kustomizations[number].undecidedVariables += uses.filter { isOpen && scope.values[$0.name] == nil }
      for use in uses { if let object = use.object { cluster.objects[object].isKnown = false } }
      // What the variables are that took their names is not known.
      if isOpen { cluster.kustomizations[number].lostObjects.removeAll() }
    }
  }

  /// `^[_[:alpha:]][_[:alpha:][:digit:]]*$`: one other key fails the whole Kustomization.
  private static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first < 0x30 || first > 0x39 else { return false }
    return name.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
  }

  /// All keys of `data` are variables; `binaryData` is not read.
  private mutating func variables(of object: AppliedObject, kind: String) -> [Variable] {
    let source = object.root
    if let known = variableSources[source] { return known }
    var variables: [Variable] = []
    let isEncrypted = forest.value(source, "sops") != nil
    func add(_ field: NodeRef?, _ value: (NodeRef) -> VariableValue) {
      guard let field else { return }
      for pair in forest.pairs(field) {
        variables.append(
          Variable(
            name: forest.text(pair.key), value: isEncrypted ? .unknown : value(pair.value),
            range: forest.range(pair.key), secret: secret(of: pair.value)))
      }
    }
    let isFinal = object.isKnown && (object.kustomization != nil || cluster.hasEntryPoint)
    if kind == "Secret" {
      add(forest.value(source, "data"), decodedValue)
      // The API server writes it over `data`.
      add(forest.value(source, "stringData")) { value(of: $0, isFinal: isFinal) }
    } else {
      add(forest.value(source, "data")) { value(of: $0, isFinal: isFinal) }
    }
    variableSources[source] = variables
    return variables
  }

  /// Whether an expression in `spec.path` may be replaced out of our sight. One that is still there after a parent was
  /// applied is literal, unless that parent has variables which are not known. Without an entry point a parent elsewhere
  /// may substitute.
  func mayBeReplaced(in kustomization: FluxKustomization) -> Bool {
    guard cluster.hasEntryPoint, let parent = kustomization.parent else { return true }
    let isLiteral = !cluster.kustomizations[parent].substitution.isActive || cluster.isFinal(kustomization)
    return !isLiteral
  }

  /// A ConfigMap or Secret that a Kustomization reads its variables from and applies itself: it is there from the second
  /// time on. What has variables in it is not known yet.
  private func ownSource(_ key: ObjectKey, of number: Int, among own: [BuiltObject]) -> AppliedObject? {
    for object in own {
      guard let id = forest.objectID(ManifestObject(root: object.root)), id.kind == key.kind, id.name == key.name,
        id.namespace == key.namespace
      else { continue }
      return AppliedObject(
        root: object.root, built: object.root, isKnown: false, id: id, origin: object.origin, modifiers: [],
        kustomization: number, isRemote: false)
    }
    return nil
  }

  /// The object that has the data of one: itself, or what the Flux Operator copies it from; nil when that is not here
  /// (flux-operator, annotation `fluxcd.controlplane.io/copyFrom` of objects of a ResourceSet).
  private func content(of object: AppliedObject, kind: String) -> AppliedObject? {
    guard object.maker != nil,
      let annotations = forest.value(object.root, "metadata", "annotations"),
      let original = forest.givenText(annotations, "fluxcd.controlplane.io/copyFrom")
    else { return object }
    let parts = original.split(separator: "/").map(String.init)
    guard parts.count == 2 else { return nil }
    return cluster.index[ObjectKey(kind: kind, namespace: parts[0], name: parts[1])].map { cluster.objects[$0] }
  }

  struct Variable {
    var name: String
    var value: VariableValue
    var range: SourceRange
    /// The Secret that its value comes from by way of another variable.
    var secret: String?
  }

  private func secret(of value: NodeRef) -> String? {
    cluster.secretPlaces.isEmpty ? nil : cluster.secretPlaces[forest.range(value)]
  }

  /// The value of a Secret's key, which is base64.
  private func decodedValue(of node: NodeRef) -> VariableValue {
    guard let bytes = Base64.decode(forest.withText(node) { Array($0) }) else { return .unknown }
    return .known(String(decoding: bytes.filter { $0 != 0x0A }, as: UTF8.self))
  }

  /// Line feeds are deleted from values (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  ///
  /// - Parameter isFinal: whether an expression in the value is one that its own parent left there, not one that it could
  ///   not be seen to replace. Values are put in as they are: there is one pass.
  private func value(of node: NodeRef, isFinal: Bool) -> VariableValue {
    let text = forest.text(node)
    if !isFinal, Envsubst.hasExpression(text) { return .unknown }
    return .known(text.utf8.contains(0x0A) ? String(text.filter { $0 != "\n" }) : text)
  }
}
