import Manifests
import SourceText
import YAMLSyntax

// `labels`, `commonLabels` and `commonAnnotations` (api/filters/labels, api/filters/annotations).
extension KustomizeEngine {
  mutating func setLabels(_ entry: LabelsEntry, in layer: inout Layer) {
    guard !entry.pairs.isEmpty else { return }
    let specs: [FieldSpec]
    do throws(FieldSpecConflict) {
      specs = try places(of: entry, in: layer.config)
    } catch {
      layer.report.addError(
        .invalidKustomization, "the fields of the labels do not agree: \(error.message)",
        at: error.range ?? entry.range)
      return
    }
    set(entry.pairs, at: specs, kind: .labels, range: entry.range, in: &layer)
  }

  /// `commonLabels`: the field specs of `labels` in a configuration are not for it.
  mutating func setCommonLabels(_ entry: LabelsEntry, in layer: inout Layer) {
    guard !entry.pairs.isEmpty else { return }
    set(entry.pairs, at: layer.config[.commonLabels], kind: .labels, range: entry.range, in: &layer)
  }

  /// Where an entry writes: its own fields come first, so a narrow one replaces what is built in.
  private func places(of entry: LabelsEntry, in config: TransformerConfig) throws(FieldSpecConflict) -> [FieldSpec] {
    if config.isStandard, entry.fields.isEmpty {
      if entry.includesSelectors { return config[.commonLabels] }
      return entry.includesTemplates ? config[.templateLabels] : Self.metadataLabels
    }
    let specs = try entry.fields.merging(config[.labels])
    if entry.includesSelectors { return try specs.merging(config[.commonLabels]) }
    let withTemplates = entry.includesTemplates ? try specs.merging(config[.templateLabels]) : specs
    return try withTemplates.merging(Self.metadataLabels)
  }

  private static let metadataLabels = [FieldSpec("metadata/labels", creates: true)]

  mutating func setAnnotations(_ pairs: [TextPair], in layer: inout Layer) {
    guard let first = pairs.first else { return }
    set(pairs, at: layer.config[.commonAnnotations], kind: .annotations, range: first.keyRange, in: &layer)
  }

  mutating func set(
    _ pairs: [TextPair], at specs: [FieldSpec], kind: ObjectModifier.Kind, range: SourceRange, in layer: inout Layer
  ) {
    let writer = writer
    let nodes = pairs.map { pair in
      Forest.Pair(
        key: writer.string(pair.key, at: pair.keyRange, in: &sources.forest),
        // A string without quotes: what is written over it may be a number.
        value: writer.scalar(
          pair.value.text, style: .plain, tag: .string, at: pair.value.range, in: &sources.forest))
    }
    if kind == .labels { settleSharedLabels(in: &layer) }
    for index in layer.resources.items.indices {
      let before = layer.resources.items[index].root
      let isChanged = write(to: specs, of: index, in: &layer, making: .mapping, at: range) {
        (old, forest) throws(MergeFailure) in
        try LabelPlaces.merge(nodes, into: old, at: range, writer, &forest)
      }
      guard isChanged else { continue }
      note(kind, range, on: index, in: &layer)
      guard kind == .labels, specs.count > 1 else { continue }
      let id = layer.resources.items[index].id
      let places = specs.filter { spec in spec.fits(id) && !spec.path.contains { $0.isList } }
      if places.count > 1 { share(nodes, at: places, of: index, before: before, in: &layer) }
    }
  }
}

/// Writes labels and annotations.
private enum LabelPlaces {
  static func merge(
    _ pairs: [Forest.Pair], into old: NodeRef?, at range: SourceRange, _ writer: NodeWriter, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard let old, !forest.isNull(old) else { return writer.mapping(pairs, at: range, in: &forest) }
    guard forest.kind(old) == .mapping else {
      throw MergeFailure(message: "the field is no mapping", range: forest.range(old))
    }
    var result = forest.expandedPairs(old)
    var isChanged = false
    for pair in pairs {
      if let index = result.firstIndex(where: { forest.hasEqualText($0.key, pair.key) }) {
        result[index].value = writer.overwriting(result[index].value, with: pair.value, in: &forest)
      } else {
        result.append(pair)
      }
      isChanged = true
    }
    return isChanged ? writer.mapping(result, like: old, in: &forest) : old
  }
}
