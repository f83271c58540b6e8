/// Which Flux release serves which version of its kinds.
///
/// Flux drops versions release by release and has no conversion webhooks: a version that is not in the CRD is "no matches
/// for kind" at apply. Every version is served by a run of releases without holes. The table is `facts/api-versions.yaml`,
/// with its sources.
package struct APIVersionLifecycle: Hashable, Sendable {
  package var group: String
  package var kind: String
  package var version: String
  /// The first release that serves it; nil: none since `APIVersions.firstRelease` did.
  package var introduced: FluxVersion?
  /// The first release whose CRD marks it deprecated.
  package var deprecated: FluxVersion?
  /// The first release that does not serve it any more.
  package var removed: FluxVersion?
  /// The `apiVersion` that the newest release serves in its place, nil when it is this one.
  package var replacement: String?

  package var apiVersion: String { "\(group)/\(version)" }

  /// Whether the CRDs of a release have it.
  package func isServed(by release: FluxVersion) -> Bool {
    guard let introduced else { return false }
    return introduced <= release && removed.map { release < $0 } ?? true
  }

  /// Whether a release serves it and says that it will go.
  package func isDeprecated(in release: FluxVersion) -> Bool {
    isServed(by: release) && deprecated.map { $0 <= release } ?? false
  }
}

package enum APIVersions {
  /// The API groups of Flux, those of Flux v1 and of the early previews included.
  package static func isFluxGroup(_ group: String) -> Bool { groups.contains(group) }

  /// The lifecycle of one version of a kind; nil for kinds that are not Flux's and versions it never had.
  package static func lifecycle(group: String, kind: String, version: String) -> APIVersionLifecycle? {
    index[Key(group: group, kind: kind, version: version)]
  }

  /// Every version of a kind, oldest first; empty for a kind that is not Flux's.
  package static func versions(group: String, kind: String) -> [APIVersionLifecycle] {
    byKind[Key(group: group, kind: kind, version: "")] ?? []
  }

  /// The groups that have a kind of this name, sorted.
  package static func groups(ofKind kind: String) -> [String] {
    groupsByKind[kind] ?? []
  }

  private static let groupsByKind = Dictionary(grouping: all, by: \.kind).mapValues { Set($0.map(\.group)).sorted() }

  /// Whether any version of the kind is known.
  package static func knowsKind(group: String, kind: String) -> Bool {
    byKind[Key(group: group, kind: kind, version: "")] != nil
  }

  /// The minor releases that are known, oldest first.
  package static let releases: [FluxVersion] =
    (firstRelease.minor...lastPreview.minor).map { FluxVersion(major: lastPreview.major, minor: $0) }
    + (0...newestRelease.minor).map { FluxVersion(major: newestRelease.major, minor: $0) }

  /// The whole table, by group, kind and age.
  package static let all: [APIVersionLifecycle] = lifecycles(of: rows)

  private struct Key: Hashable {
    var group: String
    var kind: String
    var version: String
  }

  private static let index = Dictionary(
    all.map { (Key(group: $0.group, kind: $0.kind, version: $0.version), $0) }, uniquingKeysWith: { first, _ in first })
  private static let byKind = Dictionary(grouping: all) { Key(group: $0.group, kind: $0.kind, version: "") }
  private static let groups = Set(all.map(\.group))

  // MARK: - What never was

  /// Whether Flux or its operator has made a kind at a version.
  package enum Existence: Hashable, Sendable {
    /// Some release had it, or the group is nobody's that is known here.
    case possible
    /// The group of a similar name, or the one that has a kind of this name.
    case noGroup(nearest: String?, otherGroup: String?)
    /// The group has no such kind: the kind of a similar name, or the group that has one of this name.
    case noKind(nearest: String?, otherGroup: String?)
    case noVersion(known: [String])
  }

  /// Judged are the groups `*.toolkit.fluxcd.io`, `source.extensions.fluxcd.io` and that of the Flux Operator, which are
  /// Flux's alone; a kind in another group may be anybody's.
  ///
  /// - Parameter nearest: finds the name of a list that was probably meant.
  package static func existence(
    group: String, kind: String, version: String, nearest: (_ name: String, _ names: [String]) -> String?
  ) -> Existence {
    guard isReserved(group) else { return .possible }
    guard let kinds = reserved[group] else {
      let other = reserved.filter { $0.value[kind] != nil }.keys.min()
      return .noGroup(nearest: other == nil ? nearestGroup(to: group, nearest) : nil, otherGroup: other)
    }
    guard let versions = kinds[kind] else {
      let other = reserved.filter { $0.value[kind] != nil }.keys.min()
      let meant = other == nil ? nearest(kind, kinds.keys.sorted()) ?? abbreviated(kind, kinds.keys) : nil
      return .noKind(nearest: meant, otherGroup: other)
    }
    return versions.contains(version) ? .possible : .noVersion(known: versions)
  }

  /// The end of a sentence about a version that never was: `there were 'v1beta1', 'v1'`.
  package static func listing(_ known: [String]) -> String {
    (known.count == 1 ? "there is only " : "there were ") + known.map { "'\($0)'" }.joined(separator: ", ")
  }

  /// The only kind that begins like a name: `GitRepo` of GitRepository.
  private static func abbreviated(_ name: String, _ kinds: some Sequence<String>) -> String? {
    let name = name.lowercased()
    let found = kinds.filter { $0.lowercased().hasPrefix(name) }
    return name.utf8.count > 3 && found.count == 1 ? found.first : nil
  }

  /// All these groups end alike, so the beginning tells.
  private static func nearestGroup(
    to group: String, _ nearest: (_ name: String, _ names: [String]) -> String?
  ) -> String? {
    let end = ".toolkit.fluxcd.io"
    guard group.hasSuffix(end) else { return nil }
    let names = reserved.keys.filter { $0.hasSuffix(end) }.map { String($0.dropLast(end.count)) }.sorted()
    return nearest(String(group.dropLast(end.count)), names).map { $0 + end }
  }

  /// The group and the version of an `apiVersion`, of which a group of Flux may be all that is written.
  package static func parts(_ written: (group: String, version: String)) -> (group: String, version: String) {
    written.group.isEmpty && isReserved(written.version) ? (written.version, "") : written
  }

  /// Whether nobody but Flux has kinds in a group.
  package static func isReserved(_ group: String) -> Bool {
    group.hasSuffix(".toolkit.fluxcd.io") || reserved[group] != nil
  }

  /// The kinds of the groups that are Flux's alone, with their versions.
  private static let reserved: [String: [String: [String]]] = {
    var reserved: [String: [String: [String]]] = [:]
    let own = all.filter { $0.group.hasSuffix(".toolkit.fluxcd.io") || $0.group == "source.extensions.fluxcd.io" }
    for version in own + lifecycles(of: otherRows) {
      reserved[version.group, default: [:]][version.kind, default: []].append(version.version)
    }
    return reserved
  }()

  // MARK: - The table as it is generated

  struct Version {
    var name: String
    var introduced: FluxVersion?
    var deprecated: FluxVersion?
    var removed: FluxVersion?

    init(_ name: String, _ introduced: FluxVersion?, _ deprecated: FluxVersion?, _ removed: FluxVersion?) {
      self.name = name
      self.introduced = introduced
      self.deprecated = deprecated
      self.removed = removed
    }
  }

  struct Row {
    var group: String
    var kinds: [String]
    var successor: String?
    var versions: [Version]

    init(_ group: String, _ kinds: [String], successor: String?, _ versions: [Version]) {
      self.group = group
      self.kinds = kinds
      self.successor = successor
      self.versions = versions
    }
  }

  private static func lifecycles(of rows: [Row]) -> [APIVersionLifecycle] {
    rows.flatMap { row in
      let current = row.successor ?? "\(row.group)/\(row.versions.last?.name ?? "")"
      return row.kinds.flatMap { kind in
        row.versions.map { version in
          APIVersionLifecycle(
            group: row.group, kind: kind, version: version.name, introduced: version.introduced,
            deprecated: version.deprecated, removed: version.removed,
            replacement: "\(row.group)/\(version.name)" == current ? nil : current)
        }
      }
    }
  }
}
