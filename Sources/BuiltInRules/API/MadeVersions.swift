import Migration
import RuleEngine

/// Versions of what ResourceSets make. Where a cluster has all that a set makes, its objects tell; where it has not, the
/// templates do that are carried out in any case.
struct MadeVersions {
  /// A version that is written in a text of many documents.
  struct Written {
    var id: ObjectID
    var range: SourceRange
    var kindRange: SourceRange
    /// The text.
    var template: SourceRange
  }

  private let model: RepositoryModel
  /// By the number of the cluster: where the versions are written that objects of its sets have.
  private var ranges: [Int: Set<SourceRange>] = [:]

  init(_ model: RepositoryModel) { self.model = model }

  /// Whether a cluster may have an object of what is written in a set.
  ///
  /// - Parameter range: the version.
  mutating func mayHave(_ range: SourceRange, in number: Int) -> Bool {
    let cluster = model.graph.clusters[number]
    let sets = Self.sets(around: range, in: cluster)
    guard !sets.isEmpty, sets.allSatisfy({ $0.isKnown && cluster.isWhole($0) }) else { return true }
    if ranges[number] == nil {
      let forest = model.forest
      ranges[number] = cluster.objects.reduce(into: []) { ranges, object in
        guard object.maker != nil, let version = forest.value(object.root, "apiVersion") else { return }
        ranges.insert(forest.range(version))
      }
    }
    return ranges[number]?.contains(range) ?? true
  }

  /// Whether nothing but the text says what a set makes for a cluster.
  func isLeftToText(_ template: SourceRange, in number: Int) -> Bool {
    let cluster = model.graph.clusters[number]
    let sets = Self.sets(around: template, in: cluster)
    return sets.contains { !cluster.isWhole($0) || !$0.isKnown }
  }

  /// The sets that are written around a place.
  private static func sets(around range: SourceRange, in cluster: Cluster) -> [AppliedObject] {
    cluster.index.objects(ofKind: "ResourceSet").lazy.map { cluster.objects[$0] }.filter { $0.origin.contains(range) }
  }

  /// Objects whose version a template says, one for each place and cluster.
  ///
  /// - Parameter templates: the texts of many documents.
  func made(of templates: Set<SourceRange>) -> [(object: AppliedObject, clusters: [Cluster])] {
    struct Place: Hashable {
      var version: SourceRange
      var apiVersion: String
      var kind: String
    }
    var found: [(object: AppliedObject, clusters: [Cluster])] = []
    var byPlace: [Place: Int] = [:]
    let files = Set(templates.map(\.file))
    for cluster in model.graph.clusters where !cluster.index.objects(ofKind: "ResourceSet").isEmpty {
      for object in cluster.objects where object.maker != nil && object.isKnown && !object.isRemote {
        guard APIVersions.isReserved(object.id.group) || APIVersions.isFluxGroup(object.id.group),
          let version = model.forest.value(object.root, "apiVersion").map({ model.forest.range($0) })
        else { continue }
        let isOfText = files.contains(version.file) && templates.contains { $0.contains(version) }
        guard isOfText || isTemplate(version) || isTemplate(object.root, "kind") else { continue }
        let place = Place(version: version, apiVersion: "\(object.id.group)/\(object.id.version)", kind: object.id.kind)
        if let known = byPlace[place] {
          if found[known].clusters.last.map(ClusterKey.init) != ClusterKey(cluster) {
            found[known].clusters.append(cluster)
          }
        } else {
          byPlace[place] = found.count
          found.append((object, [cluster]))
        }
      }
    }
    return found
  }

  private func isTemplate(_ root: NodeRef, _ key: StaticString) -> Bool {
    model.forest.value(root, key).map { isTemplate(model.forest.range($0)) } ?? false
  }

  private func isTemplate(_ range: SourceRange) -> Bool {
    model.sources.bytes(of: range.file)[range.bounds].firstRange(of: "<<".utf8) != nil
  }

  /// What the text of a template makes in any case.
  static func written(in template: NodeRef, _ forest: Forest) -> [Written] {
    TemplateText(template, in: forest).versions.filter(\.isCertain).map { version in
      Written(
        id: ObjectID(
          group: version.group, version: version.version, kind: version.kind, namespace: nil,
          name: version.name.isEmpty ? "..." : version.name),
        range: version.range, kindRange: version.kindRange, template: forest.range(template))
    }
  }
}
