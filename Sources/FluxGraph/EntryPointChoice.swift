import FluxModel
import Manifests
import SourceText
import YAMLSyntax

/// Which of the entry points that were followed are clusters of their own: one cluster may have several, and what
/// nothing applies may be a template, or not in use.
struct EntryPointChoice {
  /// The numbers of the clusters, in order.
  private(set) var clusters: [Int] = []
  /// Why others are none, where that is not that they are part of one.
  private(set) var notFollowed: [Gap] = []
  /// The files of those that are none.
  private(set) var otherFiles: Set<FileID> = []
  /// Those of them that are part of a cluster.
  private(set) var partFiles: Set<FileID> = []

  private let followed: [FollowedStart]
  private let sources: SourceSet
  private var isKept: [Bool]
  /// The entry points that each cluster applies, its own among them.
  private var applied: [Set<Int>]

  init(_ followed: [FollowedStart], sources: SourceSet) {
    self.followed = followed
    self.sources = sources
    isKept = followed.map { _ in true }
    applied = []
    if followed.count > 1 {
      applied = Self.appliedEntries(followed, sources.forest)
      dropEqual()
      dropApplied()
      partFiles = droppedFiles
      dropNotInUse()
      dropTemplates()
    }
    clusters = isKept.indices.filter { isKept[$0] }
    otherFiles = droppedFiles
  }

  private var droppedFiles: Set<FileID> {
    Set(isKept.indices.filter { !isKept[$0] }.compactMap { followed[$0].cluster.entry.range?.file })
  }

  private static func appliedEntries(_ followed: [FollowedStart], _ forest: Forest) -> [Set<Int>] {
    var entries: [FileID: [(number: Int, range: SourceRange)]] = [:]
    for (number, item) in followed.enumerated() {
      guard let range = item.cluster.entry.range else { continue }
      entries[range.file, default: []].append((number, range))
    }
    return followed.enumerated().map { own, item in
      var applied: Set<Int> = []
      for object in item.cluster.objects where !object.isRemote {
        guard let found = entries[object.origin.file], isEntryKind(object.id) else { continue }
        for entry in found where overlap(entry.range, object.origin) {
          if entry.number == own, item.cluster.isEntryByHand { continue }
          let start = followed[entry.number].start
          guard !start.isShared || path(of: object, forest).map({ start.begins(at: $0) }) ?? false else { continue }
          applied.insert(entry.number)
        }
      }
      // Values of the chart: the generator that reads them makes a ConfigMap of them.
      for (number, other) in followed.enumerated() where other.start.isOfValuesFile {
        if let range = other.cluster.entry.range, item.start.isOfValuesFile ? item.builds(range) : item.reads(range) {
          applied.insert(number)
        }
      }
      return applied
    }
  }

  private static func path(of entry: AppliedObject, _ forest: Forest) -> String? {
    (forest.value(entry.root, "spec", "path") ?? forest.value(entry.root, "spec", "sync", "path")).map {
      forest.text($0)
    }
  }

  private static func isEntryKind(_ id: ObjectID) -> Bool {
    switch id.group {
    case FluxKinds.kustomizeGroup: id.kind == "Kustomization"
    case FluxKinds.operatorGroup: id.kind == "FluxInstance"
    case FluxKinds.helmGroup: id.kind == "HelmRelease"
    default: false
    }
  }

  private static func overlap(_ left: SourceRange, _ right: SourceRange) -> Bool {
    left.file == right.file && left.lowerBound < right.upperBound && right.lowerBound < left.upperBound
  }

  // MARK: - Part of another

  /// Of equal entry points, the one that applies itself is the cluster.
  private mutating func dropEqual() {
    let keys = followed.map(\.start.identity)
    for (number, key) in keys.enumerated() {
      guard let key, let first = keys[..<number].firstIndex(of: key), !followed[number].start.isConfigured else {
        continue
      }
      let current = isKept[first] ? first : keys[..<number].indices.last { keys[$0] == key && isKept[$0] } ?? first
      let loser = applied[number].contains(number) && !applied[current].contains(current) ? current : number
      isKept[loser] = false
    }
  }

  /// What another cluster applies is part of that cluster, if it reads all of it.
  private mutating func dropApplied() {
    for number in followed.indices where isKept[number] && !followed[number].start.isConfigured {
      isKept[number] = !followed.indices.contains { other in
        other != number && isKept[other] && applied[other].contains(number)
          && (!applied[number].contains(other) || other < number)
          && isRead(number, by: followed[other].cluster.files)
      }
    }
  }

  /// What nothing applies, while clusters that something applies read every file of it, or its directory as part of
  /// theirs.
  private mutating func dropNotInUse() {
    let isApplied = applied.reduce(into: Set<Int>()) { $0.formUnion($1) }
    let firm = followed.indices.filter { isKept[$0] && isApplied.contains($0) }
    let others = followed.indices.filter {
      isKept[$0] && !isApplied.contains($0) && !followed[$0].start.isMeant
    }
    guard !firm.isEmpty, !others.isEmpty else { return }
    let files = firm.reduce(into: Set<FileID>()) { $0.formUnion(followed[$1].cluster.files) }
    for number in others {
      isKept[number] = !isRead(number, by: files) && !firm.contains { isInside(number, $0) }
    }
  }

  private func isRead(_ number: Int, by files: Set<FileID>) -> Bool {
    let entry = followed[number].cluster.entry.range?.file
    return followed[number].cluster.files.allSatisfy { $0 == entry || files.contains($0) }
  }

  /// Whether an entry point begins in the directory of another one, which reads it.
  private func isInside(_ number: Int, _ other: Int) -> Bool {
    let entry = followed[number].cluster.entry.range?.file
    let paths = followed[other].start.firstPaths
    return followed[number].start.firstPaths.allSatisfy { path in
      paths.contains { !$0.isEmpty && RelativePath.isPath(path, inside: $0) }
    } && followed[number].cluster.files.contains { $0 != entry && followed[other].cluster.files.contains($0) }
  }

  /// A sync file whose path is not there and that nothing applies is one to copy, as long as there are others.
  private mutating func dropTemplates() {
    let isTemplate = followed.indices.map { number in
      isKept[number] && followed[number].cluster.entry.kind == .bootstrap && !followed[number].start.isMeant
        && !applied.contains { $0.contains(number) }
        && followed[number].start.firstPaths.allSatisfy { !sources.isDirectory($0) }
    }
    guard followed.indices.contains(where: { isKept[$0] && !isTemplate[$0] }) else { return }
    for number in followed.indices where isTemplate[number] {
      isKept[number] = false
      let path = followed[number].start.firstPaths.first ?? ""
      notFollowed.append(
        Gap(
          .notFollowed, "nothing applies this entry point, and its path '\(path)' is no directory of this repository",
          range: followed[number].cluster.entry.range))
    }
  }
}

extension ClusterStart {
  /// Whether somebody wrote down that this path is a cluster's.
  fileprivate var isMeant: Bool { isConfigured || isPathPatched }

  /// Whether a path is the one that it begins with.
  fileprivate func begins(at path: String) -> Bool {
    firstPaths.contains(RelativePath.clamped(artifactRoot.isEmpty ? path : artifactRoot + "/" + path))
  }
}

extension FollowedStart {
  /// Whether a build of it reads the file of a range.
  fileprivate func reads(_ range: SourceRange) -> Bool { cluster.files.contains(range.file) }

  /// The same, but for its own entry, which is always among the files.
  fileprivate func builds(_ range: SourceRange) -> Bool {
    cluster.entry.range?.file == range.file ? cluster.objects.contains { $0.origin.file == range.file } : reads(range)
  }
}
