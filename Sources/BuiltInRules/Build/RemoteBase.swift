import RuleEngine

/// A kustomization that fetches something from the network each time it is built.
struct RemoteBase: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var uses: [Base: [Use]] = [:]
    for (number, cluster) in model.graph.clusters.enumerated() {
      for kustomization in cluster.kustomizations {
        let isSuspended = kustomization.isSuspended(in: model.forest)
        for remote in kustomization.remotes where !isSuspended || Self.ban(on: remote, in: cluster) != nil {
          uses[Base(remote), default: []].append(
            Use(cluster: number, kustomization: kustomization.reference, remote: remote))
        }
      }
    }
    for (base, uses) in uses.sorted(by: { $0.key.url < $1.key.url }) { self.report(base, uses, model, &report) }
  }

  /// What is fetched. One base that many kustomizations list is one thing to bring into the repository.
  private struct Base: Hashable {
    var url: String
    var field: String

    init(_ remote: RemoteReference) {
      url = remote.url
      field = remote.field
    }
  }

  private struct Use {
    var cluster: Int
    var kustomization: ObjectReference
    var remote: RemoteReference
  }

  private func report(_ base: Base, _ uses: [Use], _ model: RepositoryModel, _ report: inout FindingSink) {
    let ranges = Set(uses.map(\.remote.range)).sorted()
    guard let first = ranges.first, let remote = uses.first?.remote else { return }
    let isPinned = Self.isPinned(remote)
    var known: Set<ObjectReference> = []
    let builders = uses.map(\.kustomization).filter { known.insert($0).inserted }
    let who = ranges.count == 1 ? "'\(base.field)' fetches" : "\(ranges.count) entries of '\(base.field)' fetch"
    for (number, uses) in Dictionary(grouping: uses, by: \.cluster).sorted(by: { $0.key < $1.key }) {
      let cluster = model.graph.clusters[number]
      let ban = Self.ban(on: remote, in: cluster)
      let places = Set(uses.map(\.remote.range)).sorted().filter { $0 != first }
      report.report(
        "\(who) '\(base.url)' from the network", at: first,
        label: ban == nil ? Self.label(remote) : "the build fails: this cluster allows no remote bases",
        severity: ban != nil ? .error : isPinned ? .note : nil, objects: builders, cluster: cluster,
        related: (ban.map { [RelatedLocation(model.forest.range($0.place), "the ban")] } ?? [])
          + places.map { RelatedLocation($0, "fetched here too") },
        notes: ["what it holds is not known offline; references to its objects are not checked"],
        help:
          "commit a copy of the files, or use a GitRepository or OCIRepository source with a Kustomization of its own",
        data: ["url": .string(base.url), "field": .string(base.field), "pinned": .boolean(isPinned)])
    }
  }

  /// The ban is of the directory that a clone needs; a file over HTTP needs none (kustomize
  /// `api/internal/loader/fileloader.go`).
  private static func ban(on remote: RemoteReference, in cluster: Cluster) -> ControllerFlag? {
    remote.kind == .git ? cluster.settings.remoteBaseBan : nil
  }

  private static func label(_ remote: RemoteReference) -> String {
    switch remote.kind {
    case .http: "downloaded at every reconciliation"
    case .git:
      remote.ref.map {
        isPinned(remote)
          ? "cloned at every reconciliation" : "cloned at every reconciliation, at '\($0)', which may move"
      } ?? "cloned at every reconciliation, at the default branch"
    }
  }

  /// Whether it stays the same for as long as nobody moves a tag: at a commit or at a version.
  private static func isPinned(_ remote: RemoteReference) -> Bool {
    switch remote.kind {
    case .git: return remote.ref.map { isCommit($0) || isVersion($0[...]) } ?? false
    // A file of a tag or of a commit, in the ways in which forges write it; any other address may change what it serves.
    case .http:
      let parts = remote.url.split { $0 == "/" || $0 == "@" || $0 == "?" || $0 == "=" }
      return zip(parts, parts.dropFirst()).contains { before, part in
        let follows =
          part.startIndex > remote.url.startIndex ? remote.url[remote.url.index(before: part.startIndex)] : "/"
        return isCommit(String(part))
          || isVersion(part) && (follows == "@" || ["download", "tags", "raw"].contains(before))
      }
        || remote.url.hasPrefix("https://raw.githubusercontent.com/")
          && parts.dropFirst(4).first.map(isVersion) ?? false
    }
  }

  private static func isCommit(_ ref: String) -> Bool {
    (ref.utf8.count == 40 || ref.utf8.count == 64) && ref.allSatisfy { $0.isHexDigit }
  }

  /// A version with at least two numbers, with any words before and after: `v1.2.3`, `controller-v0.5.1`, `1.9.0-rc.1`.
  /// `release-1.2` and the like are branches.
  private static func isVersion(_ ref: Substring) -> Bool {
    var numbers = ref.drop { !$0.isNumber }
    let words = ref[..<numbers.startIndex]
    guard words.isEmpty || words.last == "v" || words.last == "V" || words.last == "-" else { return false }
    var count = 0
    while let digit = numbers.first, digit.isNumber {
      count += 1
      numbers = numbers.drop { $0.isNumber }
      guard numbers.first == "." else { break }
      numbers = numbers.dropFirst()
    }
    guard numbers.isEmpty || numbers.first == "-" || numbers.first == "+" else { return false }
    return count >= 3 || count == 2 && (words.isEmpty || words.last == "v")
  }
}
