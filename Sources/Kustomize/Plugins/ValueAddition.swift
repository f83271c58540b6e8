import Manifests
import SourceText
import YAMLSyntax

/// What a ValueAddTransformer writes, and where (api/internal/builtins/ValueAddTransformer.go, api/filters/valueadd).
struct ValueAddition {
  /// Nil for the name of the directory of the build.
  var value: SourcedText?
  var targets: [Target] = []
  /// A file with more targets.
  var targetFile: SourcedText?

  struct Target {
    /// Nil for every object.
    var selector: TargetSelector?
    /// Empty where none is given.
    var path: [ReplacementPath.Part] = []
    /// Where in a text that is a file path the value goes, counted from 1; 0 replaces the whole text.
    var position = 0
    /// Whether it is the namespace, which is set as `namespace` of a kustomization sets it.
    private(set) var isNamespace = false

    /// Parts are split at slashes, of which `\/` is none; empty ones do not count.
    mutating func setPath(_ text: String) {
      isNamespace = text == "metadata/namespace"
      var parts: [String] = []
      for part in text.split(separator: "/", omittingEmptySubsequences: false) {
        if let last = parts.last, last.hasSuffix("\\") {
          parts[parts.count - 1] = last.dropLast() + "/" + part
        } else {
          parts.append(String(part))
        }
      }
      path = parts.map(\.trimmed).filter { !$0.isEmpty }.map(ReplacementPath.part)
    }
  }

  /// What is wrong with it as a whole.
  var problem: String? {
    if targets.isEmpty { return "the ValueAddTransformer has no 'targets'" }
    if targets.contains(where: { $0.path.isEmpty }) { return "a target of the ValueAddTransformer has no 'fieldPath'" }
    let isNegative = targets.contains { $0.position < 0 }
    return isNegative ? "'filePathPosition' of the ValueAddTransformer is negative, expected 1 or more" : nil
  }
}

enum ValueAdditionField: String, CaseIterable {
  case value, targets, targetFilePath
}

enum ValueTargetField: String, CaseIterable {
  case selector, fieldPath, filePathPosition
}

extension FieldDecoder {
  mutating func valueAddition(_ root: NodeRef, in forest: Forest) -> ValueAddition {
    var result = ValueAddition()
    for (field, value) in fields(of: root, as: ValueAdditionField.self, what: "the ValueAddTransformer", in: forest) {
      switch field {
      case .value: result.value = string(value, what: "'value'", in: forest)
      case .targets: result.targets = valueTargets(value, in: forest)
      case .targetFilePath: result.targetFile = string(value, what: "'targetFilePath'", in: forest)
      }
    }
    return result
  }

  private mutating func valueTargets(_ node: NodeRef, in forest: Forest) -> [ValueAddition.Target] {
    items(node, what: "'targets'", in: forest).map { item in
      var target = ValueAddition.Target()
      for (field, value) in fields(of: item, as: ValueTargetField.self, what: "an entry of 'targets'", in: forest) {
        switch field {
        case .selector:
          var entry = PatchEntry(source: .missing, range: forest.range(value))
          self.target(value, of: &entry, in: forest)
          target.selector = entry.target
        case .fieldPath:
          target.setPath(string(value, what: "'fieldPath'", in: forest)?.text ?? "")
        case .filePathPosition: target.position = Int(clamping: integer(value, what: "'filePathPosition'", in: forest))
        }
      }
      return target
    }
  }
}

extension KustomizeEngine {
  mutating func add(
    _ written: ValueAddition, at range: SourceRange, from place: PatchPlace, in layer: inout Layer
  ) {
    var addition = written
    if let file = written.targetFile, !file.text.isEmpty {
      addition.targets += targets(in: file, place, &layer.report)
    }
    if let problem = addition.problem { return layer.report.addError(.invalidKustomization, problem, at: range) }
    var value = addition.value ?? SourcedText(text: "", range: range)
    value.text = value.text.trimmed
    if value.text.isEmpty { value.text = RelativePath.name(of: place.directory) }
    guard !value.text.isEmpty else {
      layer.report.notBuilt.append(
        NotBuilt(
          reason: "the value of the ValueAddTransformer is the name of a directory that is not known", range: range))
      return
    }
    for target in addition.targets {
      for index in layer.resources.items.indices
      where target.selector?.matches(layer.resources.items[index], in: sources.forest) ?? true {
        add(value, to: target, of: index, at: range, in: &layer)
      }
    }
  }

  /// The targets of a file: its other fields do not count.
  private mutating func targets(
    in entry: SourcedText, _ place: PatchPlace, _ report: inout BuildReport
  ) -> [ValueAddition.Target] {
    guard let file = namedFile(entry, "targetFilePath", place, &report),
      let root = decodedRoot(of: file, entry, &report)
    else { return [] }
    // Unknown fields are ignored, as in the plugin itself, but numbers are no texts here.
    var decoder = FieldDecoder(isLenient: true)
    decoder.convertsScalars = false
    let result = decoder.valueAddition(root, in: sources.forest)
    for var error in decoder.errors {
      error.related = entry.range
      report.add(error)
    }
    return result.targets
  }

  private mutating func add(
    _ value: SourcedText, to target: ValueAddition.Target, of index: Int, at range: SourceRange, in layer: inout Layer
  ) {
    let resource = layer.resources.items[index]
    if target.isNamespace {
      setNamespace(NamespaceChange(namespace: value, specs: []), of: index, in: &layer)
    } else {
      do throws(MergeFailure) {
        let root = try written(value, to: target, target.path[...], in: resource.root)
        layer.resources.update(at: index) { $0.root = root }
        refreshID(of: index, in: &layer)
      } catch {
        layer.report.addError(
          .other, "'\(resource.id.description)' cannot be changed: \(error.message)", at: range, related: error.range)
      }
    }
    guard layer.resources.items[index].root != resource.root else { return }
    layer.resources.update(at: index) { $0.modifiers.append(ObjectModifier(kind: .replacement, range: range)) }
  }

  /// The node with the value at the end of `path`; fields and elements that are missing on the way are made, but no
  /// element of a list by its number (kyaml/yaml/fns.go, `LookupCreate`).
  private mutating func written(
    _ value: SourcedText, to target: ValueAddition.Target, _ path: ArraySlice<ReplacementPath.Part>, in node: NodeRef?
  ) throws(MergeFailure) -> NodeRef {
    let old = node.flatMap { sources.forest.isNull($0) ? nil : $0 }
    guard let part = path.first else { return try scalar(value, target, over: old) }
    let rest = path.dropFirst()
    switch part {
    case .every, .invalid:
      throw MergeFailure(message: "a path of a ValueAddTransformer names one field", range: nil)
    case .key(let key) where key != "-":
      let mapping = old ?? writer.mapping([], at: value.range, in: &sources.forest)
      try expect(.mapping, mapping, "'\(key)'")
      let child = try written(value, to: target, rest, in: sources.forest.value(mapping, key: key))
      return writer.setting(key, to: child, in: mapping, in: &sources.forest)
    case .key, .index:
      if old == nil, case .key = part {
        throw MergeFailure(message: "there is no list whose last element '-' can be", range: nil)
      }
      let list = old ?? writer.sequence([], at: value.range, in: &sources.forest)
      try expect(.sequence, list, "an element")
      var items = Array(sources.forest.items(list))
      var index = items.count - 1
      if case .index(let number, _) = part { index = number }
      guard items.indices.contains(index) else { return list }
      items[index] = try written(value, to: target, rest, in: items[index])
      return writer.sequence(items, like: list, in: &sources.forest)
    case .element(let key, let text):
      let list = old ?? writer.sequence([], at: value.range, in: &sources.forest)
      try expect(.sequence, list, "'[\(key)=\(text)]'")
      var items = Array(sources.forest.items(list))
      let found = items.firstIndex { item in
        let field = key.isEmpty ? item : sources.forest.value(item, key: key)
        return field.map { sources.forest.kind($0) == .scalar && sources.forest.hasText($0, text) } ?? false
      }
      let scalar = writer.plain(text, at: value.range, in: &sources.forest)
      let made =
        key.isEmpty
        ? scalar
        : writer.setting(
          key, to: scalar, in: writer.mapping([], at: value.range, in: &sources.forest), in: &sources.forest)
      if found == nil { items.append(made) }
      let index = found ?? items.count - 1
      items[index] = try written(value, to: target, rest, in: items[index])
      return writer.sequence(items, like: list, in: &sources.forest)
    }
  }

  private func expect(_ kind: Node.Kind, _ node: NodeRef, _ what: String) throws(MergeFailure) {
    guard sources.forest.kind(node) != kind else { return }
    throw MergeFailure(
      message: "\(what) is below something that is no \(kind == .mapping ? "mapping" : "list")",
      range: sources.forest.range(node))
  }

  private mutating func scalar(
    _ value: SourcedText, _ target: ValueAddition.Target, over old: NodeRef?
  ) throws(MergeFailure) -> NodeRef {
    if let old, sources.forest.kind(old) != .scalar {
      throw MergeFailure(message: "the field is no scalar", range: sources.forest.range(old))
    }
    var text = value.text
    if target.position > 0, let old {
      var parts = sources.forest.text(old).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      parts.insert(text, at: min(target.position - 1, parts.count))
      text = parts.joined(separator: "/")
    }
    let new = writer.plain(text, at: value.range, in: &sources.forest)
    return old.map { writer.overwriting($0, with: new, in: &sources.forest) } ?? new
  }
}
