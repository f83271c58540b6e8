import SourceText

/// Where transformers write, and where names of objects and variables are looked for
/// (api/internal/plugins/builtinconfig/transformerconfig.go).
///
/// Every layer has one: what its bases bring, the standard and the files of `configurations` and `crds` merged. So what
/// a base adds holds for every overlay above it, and never for another base.
struct TransformerConfig: Sendable {
  /// The lists of field specs, called as in a configuration file.
  enum Field: String, CaseIterable, Sendable {
    case namePrefix, nameSuffix, namespace, commonLabels, labels, templateLabels, commonAnnotations, images, replicas
    case varReference
  }

  private var specs: [Field: [FieldSpec]] = [:]
  private(set) var references: [NameReference] = []
  /// Whether nothing was added to what kustomize has built in.
  private(set) var isStandard = false

  /// More than this a configuration file has only to keep its reader busy.
  static let specLimit = 4_000

  init() {}

  init(specs: [Field: [FieldSpec]], references: [NameReference] = []) {
    self.specs = specs.mapValues(Self.sorted)
    self.references = Self.sorted(references)
  }

  static let standard: TransformerConfig = {
    var result = TransformerConfig(specs: StandardFields.specs, references: StandardReferences.all)
    result.isStandard = true
    return result
  }()

  subscript(field: Field) -> [FieldSpec] { specs[field] ?? [] }

  private var isEmpty: Bool { specs.isEmpty && references.isEmpty }

  private var specCount: Int {
    specs.values.reduce(0) { $0 + $1.count } + references.reduce(0) { $0 + $1.fields.count }
  }

  /// Adds what `other` has. Lists are sorted after each merge, which decides what a later merge drops.
  mutating func merge(_ other: TransformerConfig) throws(FieldSpecConflict) {
    if other.isStandard, isEmpty || isStandard {
      self = other
      return
    }
    guard !other.isEmpty else { return }
    guard specCount + other.specCount <= 2 * Self.specLimit else {
      throw FieldSpecConflict(
        message: "the configuration has more than \(Self.specLimit) field specs",
        range: other.specs.values.lazy.compactMap { $0.first?.range }.first)
    }
    var result = TransformerConfig()
    for field in Field.allCases {
      guard other.specs[field] != nil || specs[field] != nil else { continue }
      result.specs[field] = Self.sorted(try self[field].merging(other[field]))
    }
    result.references = references
    for reference in other.references {
      if let index = result.references.firstIndex(where: { $0.hasTarget(of: reference) }) {
        let fields = try result.references[index].fields.merging(reference.fields)
        result.references[index].fields = fields
      } else {
        result.references.append(reference)
      }
    }
    result.references = Self.sorted(result.references)
    self = result
  }

  private static func sorted(_ specs: [FieldSpec]) -> [FieldSpec] {
    sorted(specs) { KindOrder.Key(group: $0.group, version: $0.version, kind: $0.kind) }
  }

  private static func sorted(_ references: [NameReference]) -> [NameReference] {
    sorted(references) { KindOrder.Key(group: $0.group, version: $0.version, kind: $0.kind) }
  }

  private static func sorted<Element>(_ elements: [Element], by key: (Element) -> KindOrder.Key) -> [Element] {
    elements.map { (key: key($0), element: $0) }.sorted { KindOrder.Key.isLess($0.key, $1.key) }.map(\.element)
  }
}

/// Fields that hold the name of an object of some kind (api/types/fix.go and namebackreferences.go).
struct NameReference: Sendable {
  /// The objects that are named; "" fits any group, version or kind.
  var group = ""
  var version = ""
  var kind = ""
  /// Where the name is, for each kind of referrer.
  var fields: [FieldSpec]

  func hasTarget(of other: NameReference) -> Bool {
    kind == other.kind && group == other.group && version == other.version
  }
}

/// Two field specs for one place that do not agree, or too many of them.
struct FieldSpecConflict: Error {
  var message: String
  /// The field spec that came later, if it stands in a file.
  var range: SourceRange?
}

extension [FieldSpec] {
  /// The list with the field specs of another one (api/types/fieldspec.go, `MergeAll`). One is left out when its path is
  /// there already for a kind that it would fit too: a broader one counts as known.
  func merging(_ others: [FieldSpec]) throws(FieldSpecConflict) -> [FieldSpec] {
    guard !others.isEmpty else { return self }
    var result = self
    var byPath: [[FieldSpec.Part]: [Int]] = [:]
    for (index, spec) in enumerated() { byPath[spec.path, default: []].append(index) }
    for spec in others {
      let known = byPath[spec.path]?.first { result[$0].isSelected(by: spec) }
      guard let known else {
        byPath[spec.path, default: []].append(result.count)
        result.append(spec)
        continue
      }
      guard result[known].creates == spec.creates else {
        throw FieldSpecConflict(
          message:
            "'create' is \(spec.creates) for the path '\(spec.pathText)', which is there with \(!spec.creates) already",
          range: spec.range ?? result[known].range)
      }
    }
    return result
  }
}
