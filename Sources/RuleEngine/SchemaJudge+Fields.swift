import Diagnostics
import FluxGraph
import FluxModel
import RuleCatalogue
import Schemas

/// Fields that a kind does not have, and what to write instead.
extension SchemaJudge {
  mutating func unknownField(
    _ verdict: inout Verdict, _ object: AppliedObject, _ choice: SchemaChoice, _ cluster: Cluster
  ) -> RuleID {
    let violation = verdict.violation
    guard let name = violation.field.last else { return .unknownField }
    let parent = Array(violation.field.dropLast())
    if case .flux(let minor, _) = choice.origin {
      if let minor, let first = firstMinor(with: violation.field, after: minor, object) {
        verdict.violation.message =
          "'\(violation.field.fieldText)' of \(object.id.kind) exists from Flux 2.\(first) on only"
        verdict.violation.help = "upgrade Flux, or remove the field"
        if case .found(let range) = cluster.settings.versionOrigin {
          verdict.related.append(RelatedLocation(range, cluster.settings.runningRelation))
        }
        verdict.data["since"] = .string("2.\(first)")
        return .fieldNewerThanCluster
      }
      if let hint = hint(onOtherVersionsWith: name, in: parent, object, minor, isSlip: violation.isSlip) {
        verdict.violation.help = hint
        return .unknownField
      }
    }
    if object.id.group == FluxKinds.kustomizeGroup, parent.count == 1, Self.nativeFields.contains(name) {
      verdict.violation.help = "'\(name)' is a field of kustomization.yaml, the file at 'spec.path'"
    } else if !violation.isSlip, let owners = choice.schemas.first?.owners(of: name, near: parent), !owners.isEmpty {
      verdict.violation.help = "'\(name)' is a field of \(owners.wordsOfFields)"
    }
    return .unknownField
  }

  /// The first minor after one in which the version of the object has the field.
  private mutating func firstMinor(with field: [String], after minor: Int, _ object: AppliedObject) -> Int? {
    let kind = catalogue.table.kind(group: object.id.group, version: object.id.version, kind: object.id.kind)
    return kind?.releases.first { $0.since > minor && has(field, in: $0) }?.since
  }

  /// What to do about a field of Flux that another version of the kind has.
  private mutating func hint(
    onOtherVersionsWith name: String, in parent: [String], _ object: AppliedObject, _ minor: Int?, isSlip: Bool
  ) -> String? {
    let others = catalogue.table.kinds.filter {
      $0.group == object.id.group && $0.kind == object.id.kind && $0.version != object.id.version
    }
    if let hint = FieldHints.removed[name] {
      for release in others.flatMap(\.releases) {
        if has(parent + [name], in: release) { return hint }
        let owners = catalogue.schema(release).owners(of: name, near: parent)
        if !owners.isEmpty { return "\(hint); the place is \(owners.wordsOfFields)" }
      }
    }
    if isSlip { return nil }
    let served = others.last { other in
      other.releases.contains { release in
        minor.map { release.since <= $0 && $0 <= release.until } ?? (release.until >= SchemaTable.newestMinor)
          && has(parent + [name], in: release)
      }
    }
    return served.map { "'\(name)' is a field of '\($0.apiVersion)'" }
  }

  private mutating func has(_ field: [String], in release: SchemaTable.Release) -> Bool {
    var schema = catalogue.schema(release)
    for name in field {
      guard let next = schema.member(name) else { return false }
      schema = next
    }
    return true
  }

  private static let nativeFields: Set<String> = [
    "resources", "bases", "namespace", "configMapGenerator", "secretGenerator", "generators", "transformers",
    "replacements", "replicas", "commonLabels", "commonAnnotations", "labels", "vars", "crds", "helmCharts",
  ]
}

extension Schema {
  /// What names another object is a field of so many that it says nothing.
  private static let identity: Set<String> = ["apiVersion", "kind", "namespace", "name"]
  /// Nobody is helped by a longer list.
  private static let ownerLimit = 4

  /// Where a field belongs that stands in `parent` and is not known there: the nearest places that have it below, else
  /// above, else beside. Elsewhere the same name is another thing.
  fileprivate func owners(of name: String, near parent: [String]) -> [[String]] {
    guard !Self.identity.contains(name) else { return [] }
    let all = places(of: name)
    func isBelow(_ upper: [String], _ lower: [String]) -> Bool {
      lower.count > upper.count && lower.starts(with: upper)
    }
    let below = all.filter { isBelow(parent, $0) }
    let above = all.filter { isBelow($0, parent) }
    let container = parent.lastIndex { $0 != "[]" }.map { Array(parent[..<$0]) }
    let beside = all.filter { place in
      place != parent && place.lastIndex { $0 != "[]" }.map { Array(place[..<$0]) } == container
    }
    // A place below that is not in a list is meant rather than one in it.
    let nearest = below.map(\.count).min().map { depth in below.filter { $0.count == depth } }
    let found = nearest ?? above.last.map { [$0] } ?? beside
    return found.count > Self.ownerLimit ? [] : found
  }

  /// The paths of the mappings that have a field of a name, the shortest first. Of an object itself nobody asks.
  private func places(of name: String) -> [[String]] {
    var found: [[String]] = []
    var level: [(schema: Schema, path: [String])] = [(self, [])]
    // Deeper than any mistake is from its place; schemas may hold themselves.
    for depth in 0..<7 where level.count < 20_000 {
      if depth > 0 { found += level.filter { $0.schema.field(name) != nil }.map(\.path) }
      level = level.flatMap { schema, path in
        let fields = schema.fields.filter { depth > 0 || $0.name != "metadata" && $0.name != "status" }
        return fields.map { ($0.schema, path + [$0.name]) } + (schema.items.map { [($0, path + ["[]"])] } ?? [])
      }
    }
    return found
  }
}

extension [[String]] {
  /// `'spec.install', 'spec.rollback' and 'spec.upgrade'`.
  fileprivate var wordsOfFields: String {
    let names = map { "'\($0.fieldText)'" }
    return names.count > 1 ? names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "") : names[0]
  }
}
