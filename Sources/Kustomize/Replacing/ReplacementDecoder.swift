import SourceText
import YAMLSyntax

enum ReplacementEntryField: String, CaseIterable {
  case path, source, sourceValue, targets
}

enum ReplacementSourceField: String, CaseIterable {
  case group, version, kind, name, namespace, fieldPath, options
}

enum ReplacementTargetField: String, CaseIterable {
  case select, reject, fieldPaths, options
}

enum ReplacementOptionField: String, CaseIterable {
  case delimiter, index, encoding, create
}

// The entries of `replacements`.
extension FieldDecoder {
  mutating func replacements(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [ReplacementEntry]
  {
    items(node, what: what(), in: forest).compactMap { replacementEntry($0, in: forest) }
  }

  /// The replacements of a file, or of the `replacements` of a plugin: one or a list.
  mutating func replacementList(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [Replacement] {
    let list = forest.kind(node) == .sequence ? Array(forest.items(node)) : [node]
    return list.compactMap { item in
      guard forest.kind(item) == .mapping else {
        report("\(what()) must hold replacements: mappings with 'source' and 'targets'", at: forest.range(item))
        return nil
      }
      return replacement(item, in: forest).replacement
    }
  }

  private mutating func replacementEntry(_ node: NodeRef, in forest: Forest) -> ReplacementEntry? {
    let (replacement, path) = replacement(node, in: forest)
    guard let path, !path.text.isEmpty else { return .inline(replacement) }
    if replacement.source != nil || replacement.value != nil || !replacement.targets.isEmpty {
      report("the replacement has both 'path' and fields of its own, expected one", at: path.range)
      return nil
    }
    return .path(path)
  }

  private mutating func replacement(
    _ node: NodeRef, in forest: Forest
  ) -> (replacement: Replacement, path: SourcedText?) {
    var result = Replacement(range: forest.range(node))
    var path: SourcedText?
    let what = "an entry of 'replacements'"
    for (field, value) in fields(of: node, as: ReplacementEntryField.self, what: what, in: forest) {
      switch field {
      case .path: path = string(value, what: "'path' of a replacement", in: forest)
      case .source: result.source = replacementSource(value, in: forest)
      case .sourceValue: result.value = string(value, what: "'sourceValue'", in: forest)
      case .targets:
        result.targets = items(value, what: "'targets'", in: forest).map { replacementTarget($0, in: forest) }
      }
    }
    return (result, path)
  }

  private mutating func replacementSource(_ node: NodeRef, in forest: Forest) -> Replacement.Source {
    let range = forest.range(node)
    var source = Replacement.Source(
      fieldPath: SourcedText(text: Replacement.defaultFieldPath, range: range), range: range)
    for (field, value) in fields(of: node, as: ReplacementSourceField.self, what: "'source'", in: forest) {
      if field == .options {
        source.options = replacementOptions(value, in: forest)
        continue
      }
      guard let text = string(value, what: "'\(field.rawValue)' of 'source'", in: forest), !text.text.isEmpty else {
        continue
      }
      switch field {
      case .group: source.id.group = text.text
      case .version: source.id.version = text.text
      case .kind: source.id.kind = text.text
      case .name: source.id.name = text.text
      case .namespace: source.id.namespace = text.text
      case .fieldPath: source.fieldPath = text
      case .options: break
      }
    }
    return source
  }

  private mutating func replacementTarget(_ node: NodeRef, in forest: Forest) -> Replacement.Target {
    var target = Replacement.Target(range: forest.range(node))
    for (field, value) in fields(of: node, as: ReplacementTargetField.self, what: "an entry of 'targets'", in: forest) {
      switch field {
      case .select: target.select = selector(value, what: "'select'", in: forest)
      case .reject:
        target.rejects = items(value, what: "'reject'", in: forest).filter { !forest.isNull($0) }.map {
          selector($0, what: "an entry of 'reject'", in: forest)
        }
      case .fieldPaths: target.fieldPaths = strings(value, what: "'fieldPaths'", in: forest)
      case .options: target.options = replacementOptions(value, in: forest)
      }
    }
    if target.fieldPaths.isEmpty {
      target.fieldPaths = [SourcedText(text: Replacement.defaultFieldPath, range: target.range)]
    }
    return target
  }

  private mutating func selector(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> TargetSelector
  {
    // The selector of a patch has the same fields.
    var entry = PatchEntry(source: .missing, range: forest.range(node))
    target(node, of: &entry, in: forest)
    return entry.target ?? TargetSelector(range: forest.range(node))
  }

  private mutating func replacementOptions(_ node: NodeRef, in forest: Forest) -> Replacement.Options {
    var options = Replacement.Options()
    let what = "'options' of a replacement"
    for (field, value) in fields(of: node, as: ReplacementOptionField.self, what: what, in: forest) {
      switch field {
      case .delimiter:
        let text = string(value, what: "'delimiter'", in: forest)?.text
        options.delimiter = text.flatMap { $0.isEmpty ? nil : $0 }
      case .index:
        let index = integer(value, what: "'index'", in: forest)
        options.index = Int(clamping: index)
      case .create: options.creates = boolean(value, what: "'create'", in: forest)
      // Accepted and never used upstream.
      case .encoding: _ = string(value, what: "'encoding'", in: forest)
      }
    }
    return options
  }
}
