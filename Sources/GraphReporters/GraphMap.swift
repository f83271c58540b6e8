package import Diagnostics
import Manifests
package import SourceText

/// What pictures of a repository show: the Flux objects of each cluster and how they refer to each other.
package struct GraphMap: Sendable {
  package var clusters: [ClusterMap]
}

/// One cluster: an entry point and the Flux objects that come from it.
package struct ClusterMap: Sendable {
  package enum Entry: String, Sendable {
    case bootstrap
    case fluxInstance = "FluxInstance"
    case selfManaged = "self-managed"
    /// No entry point of this repository reaches these objects.
    case none
  }
  /// Empty for what no entry point reaches.
  package var name: String
  package var entry: Entry
  package var entryRange: SourceRange?
  package var fluxVersion: String
  /// Whether the release is assumed because nothing says it.
  package var isVersionAssumed: Bool
  /// The same in words, where it is newer than this program knows.
  package var newerRelease: String?
  /// The same, or the release that stands for it.
  package var judgedBy: String
  /// Kustomizations first, as the graph met them, then other objects as they are applied, then what is referred to only.
  package var nodes: [GraphNode] = []
  package var links: [GraphLink] = []
  /// Objects that wait for each other: node indices in the order in which each waits for the next.
  package var cycles: [[Int]] = []
  /// All objects that the cluster gets, by kind.
  package var kinds: [String: Int] = [:]
  package var gaps: [GraphGap] = []

  package var displayName: String { name.isEmpty ? "no entry point" : name }

  /// The release in words, as far as one can tell.
  var release: String {
    if let newerRelease { return "Flux \(newerRelease), newer than this fluxlint knows, judged by \(judgedBy)" }
    return "Flux \(fluxVersion)" + (isVersionAssumed ? " assumed" : "")
  }

  /// The id of each node; where several have one name, they are numbered.
  package var ids: [String] {
    var counts: [String: Int] = [:]
    return nodes.map { node in
      let count = counts[node.id, default: 0] + 1
      counts[node.id] = count
      return count == 1 ? node.id : "\(node.id)#\(count)"
    }
  }

  /// How many nodes of the cluster itself there are of these kinds.
  package func count(_ isCounted: (GraphNode) -> Bool) -> Int { nodes.count { $0.state == .found && isCounted($0) } }

  /// How many objects of this repository the cluster gets.
  package var objectCount: Int { kinds.values.reduce(0, +) }
}

extension ClusterMap {
  /// Removes nodes by their index, and what they were linked with.
  mutating func removeNodes(_ isRemoved: (Int) -> Bool) {
    var kept: [Int?] = []
    var count = 0
    for number in nodes.indices {
      kept.append(isRemoved(number) ? nil : count)
      if !isRemoved(number) { count += 1 }
    }
    guard count < nodes.count else { return }
    links = links.compactMap { link in
      guard let from = kept[link.from], let to = kept[link.to] else { return nil }
      var link = link
      link.from = from
      link.to = to
      return link
    }
    cycles = cycles.compactMap { cycle in
      let numbers = cycle.compactMap { kept[$0] }
      return numbers.count == cycle.count ? numbers : nil
    }
    nodes = nodes.enumerated().filter { kept[$0.offset] != nil }.map(\.element)
    for number in nodes.indices { nodes[number].parent = nodes[number].parent.flatMap { kept[$0] } }
  }
}

extension GraphMap {
  /// Puts stars for words that a value of a Secret made.
  package mutating func hide(_ words: SecretWords) {
    if words.isEmpty { return }
    for number in clusters.indices { clusters[number].rewrite(words.hidden(in:)) }
  }
}

extension ClusterMap {
  fileprivate mutating func rewrite(_ hidden: (String) -> String) {
    for number in nodes.indices {
      nodes[number].name = hidden(nodes[number].name)
      nodes[number].namespace = nodes[number].namespace.map(hidden)
      if let reason = nodes[number].build?.reason { nodes[number].build?.reason = hidden(reason) }
    }
    for number in links.indices { links[number].reason = links[number].reason.map(hidden) }
    for number in gaps.indices { gaps[number].reason = hidden(gaps[number].reason) }
  }
}

/// Something that may add objects out of our sight.
package struct GraphGap: Hashable, Sendable {
  package var reason: String
  package var range: SourceRange?
}

/// A Flux object, or something that one refers to.
package struct GraphNode: Sendable {
  package enum State: String, Sendable {
    case found
    /// Something refers to it, and nothing makes it.
    case missing
    /// Something refers to it, and whether anything makes it is not decided.
    case unknown
    /// Bootstrap, the Flux Operator or a generator makes it; no manifest has it.
    case implicit
  }

  /// What is known of a Kustomization beside its name.
  package struct Build: Sendable {
    package enum Status: String, Sendable {
      case built, failed, external
      case missingPath = "missing-path"
    }
    package var path: String
    package var status: Status
    /// Why it is not built.
    package var reason: String?
    package var objectCount: Int
    package var isSuspended: Bool
    /// Whether it applies to another cluster, with `spec.kubeConfig`.
    package var isRemote: Bool
  }

  package var kind: String
  package var apiVersion: String
  package var namespace: String?
  package var name: String
  package var state: State
  /// Where it is defined.
  package var range: SourceRange?
  /// Index of the Kustomization that applies it.
  package var parent: Int?
  package var build: Build?
  /// Of Kustomizations and HelmReleases: 1 for what comes first; each one comes after those it waits for and the one
  /// that applies it. Nil in a cycle.
  package var order: Int?
  /// `podinfo 6.x` for a HelmRelease, the URL for a source.
  package var detail: String?
  /// Whether the view that is wanted leaves it out, and how many objects below it.
  package var isHidden = false
  package var hiddenBelow = 0
  /// The version of the chart, or the branch, tag or commit of a source.
  package var version: String?

  /// `flux-system/apps`.
  package var displayName: String { qualifiedName(namespace, name) }
  /// `Kustomization/flux-system/apps`: the same for each run, unique within a cluster with an entry point.
  package var id: String { "\(kind)/\(displayName)" }

  /// Whether it is of a kind that is often made outside Git, so that its absence says little.
  package var isOftenElsewhere: Bool { ["ConfigMap", "Secret", "ServiceAccount", "Namespace"].contains(kind) }

  package var isSource: Bool { GraphKinds.sources.contains(kind) }
}

/// A reference between two nodes.
package struct GraphLink: Hashable, Sendable {
  /// The field that holds it: `dependsOn`, `sourceRef`, ...
  package var kind: String
  package var from: Int
  package var to: Int
  package var state: GraphNode.State
  /// Why it is not decided.
  package var reason: String?
  /// Whether the controller refuses it, because it leads into another namespace under lockdown.
  package var isForbidden: Bool
  package var range: SourceRange
}

/// Which kinds are shown as what.
package enum GraphKinds {
  package static let sources: Set<String> = [
    "GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart", "ExternalArtifact", "ArtifactGenerator",
  ]
}
