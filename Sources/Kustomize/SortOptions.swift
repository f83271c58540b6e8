import Manifests
import SourceText
import YAMLSyntax

/// The `sortOptions` of a kustomization (api/types/sortoptions.go).
struct SortOptions: Sendable {
  var order: SourcedText?
  /// `legacySortOptions`: the kinds that come first and last.
  var legacy: Legacy?
  var range: SourceRange

  struct Legacy: Sendable {
    var first: [String] = []
    var last: [String] = []
    var range: SourceRange
  }

  /// Why the options cannot be used (api/internal/builtins/SortOrderTransformer.go).
  var failure: BuildError? {
    switch order?.text {
    case "legacy": return nil
    case "fifo":
      guard let legacy else { return nil }
      return BuildError(
        kind: .invalidKustomization,
        message: "'legacySortOptions' is given, but 'order' is 'fifo': remove it or set 'order' to 'legacy'",
        range: legacy.range)
    case nil, "":
      return BuildError(
        kind: .invalidKustomization, message: "'sortOptions' has no 'order': set it to 'fifo' or 'legacy'",
        range: order?.range ?? range)
    case let other?:
      return BuildError(
        kind: .invalidKustomization, message: "'order' of 'sortOptions' is '\(other)', expected 'fifo' or 'legacy'",
        range: order?.range ?? range)
    }
  }

  /// Nil for the order in which objects were gathered.
  var legacyOrder: LegacyOrder? {
    guard order?.text == "legacy" else { return nil }
    return legacy.map { LegacyOrder(first: $0.first, last: $0.last) } ?? LegacyOrder()
  }
}

enum SortOptionsField: String, CaseIterable {
  case order, legacySortOptions
}

enum LegacySortOptionsField: String, CaseIterable {
  case orderFirst, orderLast
}

extension FieldDecoder {
  mutating func sortOptions(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> SortOptions {
    var result = SortOptions(range: forest.range(node))
    for (field, value) in fields(of: node, as: SortOptionsField.self, what: what(), in: forest) {
      switch field {
      case .order: result.order = string(value, what: "'order' of \(what())", in: forest)
      case .legacySortOptions:
        var legacy = SortOptions.Legacy(range: forest.range(value))
        let fields = fields(of: value, as: LegacySortOptionsField.self, what: "'legacySortOptions'", in: forest)
        for (field, value) in fields {
          let kinds = strings(value, what: "'\(field.rawValue)'", in: forest).map(\.text)
          if field == .orderFirst { legacy.first = kinds } else { legacy.last = kinds }
        }
        result.legacy = legacy
      }
    }
    return result
  }
}

extension KustomizeEngine {
  /// The resources of a build in the order that its kustomization file asks for, or else in `order`.
  func sorted(_ layer: Layer, order: BuildRequest.ObjectOrder, _ report: inout BuildReport) -> [Resource] {
    var legacy = order == .legacy ? LegacyOrder() : nil
    if let options = layer.sortOptions {
      if let failure = options.failure { report.add(failure) }
      legacy = options.legacyOrder
    }
    return legacy?.sorted(layer.resources.items, in: sources.forest) ?? layer.resources.items
  }
}
