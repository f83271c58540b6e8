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
    var path: [String] = []
    /// Where in a text that is a file path the value goes, counted from 1; 0 replaces the whole text.
    var position = 0
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
          let text = string(value, what: "'fieldPath'", in: forest)?.text ?? ""
          target.path = text.split(separator: "/").map(String.init)
        case .filePathPosition: target.position = Int(clamping: integer(value, what: "'filePathPosition'", in: forest))
        }
      }
      return target
    }
  }
}

extension KustomizeEngine {
  mutating func add(_ addition: ValueAddition, at range: SourceRange, from place: PatchPlace, in layer: inout Layer) {
    guard addition.targetFile == nil else {
      layer.report.notBuilt.append(
        NotBuilt(reason: "'targetFilePath' of a ValueAddTransformer is not read", range: range))
      return
    }
    let value = addition.value ?? SourcedText(text: RelativePath.name(of: place.directory), range: range)
    for target in addition.targets where !target.path.isEmpty {
      for index in layer.resources.items.indices {
        let resource = layer.resources.items[index]
        guard target.selector?.matches(resource, in: sources.forest) ?? true else { continue }
        do throws(MergeFailure) {
          let root = try written(value, to: target, target.path[...], in: resource.root)
          guard root != resource.root else { continue }
          layer.resources.update(at: index) {
            $0.root = root
            $0.modifiers.append(ObjectModifier(kind: .replacement, range: range))
          }
          refreshID(of: index, in: &layer)
        } catch {
          layer.report.addError(
            .other, "'\(resource.id.description)' cannot be changed: \(error.message)", at: range,
            related: error.range)
        }
      }
    }
  }

  /// The node with the value at the end of `path`; what is missing on the way is made.
  private mutating func written(
    _ value: SourcedText, to target: ValueAddition.Target, _ path: ArraySlice<String>, in node: NodeRef?
  ) throws(MergeFailure) -> NodeRef {
    let old = node.flatMap { sources.forest.isNull($0) ? nil : $0 }
    guard let key = path.first else { return try scalar(value, target, over: old) }
    let mapping = old ?? writer.mapping([], at: value.range, in: &sources.forest)
    guard sources.forest.kind(mapping) == .mapping else {
      throw MergeFailure(
        message: "'\(key)' is below something that is no mapping", range: sources.forest.range(mapping))
    }
    let child = try written(value, to: target, path.dropFirst(), in: sources.forest.value(mapping, key: key))
    return writer.setting(key, to: child, in: mapping, in: &sources.forest)
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
