import RuleEngine

/// What a ResourceSet reads of its inputs, and what these have (flux-operator `internal/builder/resourceset.go`, where a
/// key that is missing ends the run).
struct ResourceSetTemplates {
  /// `<< inputs.NAME >>`, or a longer expression with it.
  struct Use {
    var name: String
    var place: NodeRef
    /// Whether it is asked for whatever branch is taken, and nothing stands in for it.
    var isRequired: Bool
  }
  /// The inputs of one run of the templates.
  struct Inputs {
    var keys: Set<String>
    /// The entry, or the defaults of a provider.
    var place: SourceRange
  }

  private(set) var uses: [Use] = []
  /// The runs whose keys are known.
  private(set) var inputs: [Inputs] = []
  /// Whether the inputs are read as a whole, so that any of them may be used.
  private(set) var readsAll = false
  /// Whether there are runs with inputs that are not known.
  private(set) var hasUnknownInputs = false
  /// Whether inputs are called by the provider that they come from.
  let isPermuted: Bool

  private let forest: Forest

  init(_ root: NodeRef, namespace: String?, in cluster: Cluster, _ forest: Forest) {
    self.forest = forest
    guard let spec = forest.value(root, "spec") else {
      isPermuted = false
      return
    }
    isPermuted = forest.value(spec, "inputStrategy").flatMap { forest.givenText($0, "name") } == "Permute"
    for entry in forest.value(spec, "inputs").map({ Array(forest.items($0)) }) ?? [] {
      inputs.append(Inputs(keys: keys(of: entry), place: forest.range(entry)))
    }
    for entry in forest.value(spec, "inputsFrom").map({ Array(forest.items($0)) }) ?? [] {
      let providers = Self.providers(of: entry, namespace, in: cluster, forest)
      if providers.isEmpty { hasUnknownInputs = true }
      for provider in providers { add(provider) }
    }
    for field in ["resources", "resourcesTemplate", "steps"] as [StaticString] {
      if let value = forest.value(spec, field) { addUses(below: value) }
    }
  }

  /// The providers that an entry of `inputsFrom` names or selects, as far as the cluster has them.
  static func providers(
    of entry: NodeRef, _ namespace: String?, in cluster: Cluster, _ forest: Forest
  ) -> [NodeRef] {
    let all = cluster.index.objects(ofKind: "ResourceSetInputProvider", namespace: namespace).map {
      cluster.objects[$0]
    }
    if let name = forest.givenText(entry, "name") { return all.filter { $0.id.name == name }.map(\.root) }
    guard let labels = forest.value(entry, "selector", "matchLabels"),
      forest.value(entry, "selector", "matchExpressions") == nil
    else { return [] }
    return all.map(\.root).filter { root in
      forest.pairs(labels).allSatisfy { wanted in
        forest.value(root, "metadata", "labels").flatMap { forest.value($0, key: forest.text(wanted.key)) }
          .map { forest.text($0) == forest.text(wanted.value) } ?? false
      }
    }
  }

  /// Only of a static provider all inputs are written down.
  private mutating func add(_ provider: NodeRef) {
    guard let spec = forest.value(provider, "spec"), forest.givenText(spec, "type") == "Static",
      let defaults = forest.value(spec, "defaultValues")
    else {
      hasUnknownInputs = true
      return
    }
    inputs.append(Inputs(keys: keys(of: defaults), place: forest.range(defaults)))
  }

  /// Every run has an identity and says which object its inputs come from.
  private func keys(of entry: NodeRef) -> Set<String> {
    Set(forest.pairs(entry).map { forest.text($0.key) }).union(["id", "provider"])
  }

  private mutating func addUses(below node: NodeRef) {
    switch forest.kind(node) {
    case .alias: return
    case .sequence: for item in forest.items(node) { addUses(below: item) }
    case .mapping:
      for pair in forest.pairs(node) {
        addUses(in: pair.key)
        addUses(below: pair.value)
      }
    case .scalar: addUses(in: node)
    }
  }

  private mutating func addUses(in scalar: NodeRef) {
    let text = forest.text(scalar)
    guard text.utf8.contains(UInt8(ascii: "<")) else { return }
    let blocks = TemplateBlock.all(in: text)
    let isStraight = !blocks.contains { $0.controlsFlow }
    for block in blocks {
      if block.readsAllInputs { readsAll = true }
      for name in block.inputs {
        uses.append(Use(name: name, place: scalar, isRequired: isStraight && !block.hasFallback))
      }
    }
  }
}

/// What is between `<<` and `>>`.
struct TemplateBlock {
  private let words: [Substring]

  static func all(in text: String) -> [TemplateBlock] {
    var blocks: [TemplateBlock] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "<<") {
      rest = rest[start.upperBound...]
      guard let end = rest.firstRange(of: ">>") else { break }
      blocks.append(TemplateBlock(rest[..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return blocks
  }

  private init(_ text: Substring) {
    words = text.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "\"" || $0 == "$") }
  }

  /// Whether it decides what of the rest is carried out, or names something for the rest.
  var controlsFlow: Bool { words.contains { ["if", "else", "with", "range", "define", "end"].contains($0) } }

  /// Whether it has something in place of a missing input.
  var hasFallback: Bool {
    words.contains { ["default", "get", "hasKey", "dig", "coalesce", "index", "or", "and"].contains($0) }
  }

  /// Whether it takes the inputs as one value.
  var readsAllInputs: Bool { words.contains { $0 == "inputs" || $0 == "$.inputs" || $0 == "." || $0 == "$" } }

  /// The first names behind `inputs.`.
  var inputs: [String] {
    words.compactMap { word in
      guard word.hasPrefix("inputs.") else { return nil }
      let name = word.dropFirst("inputs.".count).prefix { $0 != "." }
      return name.isEmpty ? nil : String(name)
    }
  }
}
