import GraphReporters
import Testing

struct PictureTests {
  @Test(arguments: Example.all)
  func `an example is drawn as the file beside it says`(example: Example) async throws {
    let drawn = try await Drawn(try example.files())
    try example.expect(drawn.tree, is: "tree.txt")
    try example.expect(drawn.inventory, is: "inventory.txt")
    try example.expect(DOTWriter.text(of: drawn.map), is: "graph.dot")
    try example.expect(MermaidWriter.text(of: drawn.map), is: "graph.md")
  }

  /// Whatever names a repository has, a line of a diagram is a node, an edge or a style, and nothing else.
  @Test(arguments: Example.all)
  func `no name gets out of its label`(example: Example) async throws {
    let drawn = try await Drawn(try example.files())
    let mermaid = MermaidWriter.text(of: drawn.map)
    let diagrams = mermaid.split(separator: "```mermaid\n").dropFirst().compactMap {
      $0.split(separator: "\n```").first
    }
    #expect(diagrams.count == drawn.map.clusters.count)
    for line in diagrams.flatMap({ $0.split(separator: "\n") }) {
      let isKnown =
        line.wholeMatch(of: #/flowchart LR/#) != nil
        || line.wholeMatch(of: #/  n\d+(\[|\(|\[\()"[A-Za-z0-9_./: #;-]+<br/>[A-Za-z0-9_./: #;-]+"(\]|\)|\)\])/#) != nil
        || line.wholeMatch(of: #/  n\d+ (-->|==>\|after\||-\.->) n\d+/#) != nil
        || line.wholeMatch(of: #/  (classDef|class|linkStyle) [a-z0-9,:# -]+/#) != nil
      #expect(isKnown, "\(line)")
    }
    let dot = DOTWriter.text(of: drawn.map)
    for line in dot.split(separator: "\n") where line.contains("label=") {
      // After what is escaped, quotes come in pairs.
      let bare = line.replacing("\\\\", with: "").replacing("\\\"", with: "")
      #expect(bare.count(where: { $0 == "\"" }) % 2 == 0, "\(line)")
    }
  }

  @Test func `a large cluster has several diagrams, each of a size that GitHub draws`() async throws {
    var files = Fleet.files
    files["apps/releases.yaml"] = Array(
      (0..<1_500).map { Fleet.release("release-with-a-rather-long-name-\($0)") }.joined(separator: "---\n").utf8)
    let drawn = try await Drawn(files)
    let mermaid = MermaidWriter.text(of: drawn.map)
    let diagrams = mermaid.split(separator: "```mermaid\n").dropFirst().compactMap {
      $0.split(separator: "\n```").first
    }
    #expect(diagrams.count > 1)
    for diagram in diagrams {
      #expect(diagram.utf8.count < MermaidWriter.characterLimit)
      #expect(
        diagram.split(separator: "\n").count { $0.contains(">") && !$0.contains("<br/>") } < MermaidWriter.edgeLimit)
    }
    let names = Set(diagrams.flatMap { $0.matches(of: /name-(\d+)"/).map(\.output.1) })
    #expect(names.count == 1_500)
  }

  @Test func `Kustomizations may apply each other to any depth`() async throws {
    var files = Fleet.files
    for level in 0..<150 {
      files["level/\(level)/next.yaml"] = Array(Fleet.kustomization("level-\(level + 1)", "./level/\(level + 1)").utf8)
    }
    files["clusters/production/levels.yaml"] = Array(Fleet.kustomization("level-0", "./level/0").utf8)
    files["level/150/end.yaml"] = Array(Fleet.release("end").utf8)
    let drawn = try await Drawn(files)
    #expect(drawn.tree.contains("level-150"))
    let last = drawn.map.clusters[0].nodes.first { $0.name == "level-150" }
    #expect(last?.order == 152)
  }

  @Test func `a Kustomization comes after what it waits for, wherever that is applied`() async throws {
    let drawn = try await Drawn(try Example(name: "two-clusters").files())
    for cluster in drawn.map.clusters {
      for link in cluster.links where link.kind == "dependsOn" {
        let (from, to) = (cluster.nodes[link.from].order, cluster.nodes[link.to].order)
        #expect((to ?? 0) < (from ?? 0))
      }
    }
  }
}

/// A repository with one cluster that applies the folder `apps`.
private enum Fleet {
  static let files: [String: [UInt8]] = [
    "clusters/production/flux-system/gotk-sync.yaml": Array(kustomization("flux-system", "./clusters/production").utf8),
    "clusters/production/apps.yaml": Array(kustomization("apps", "./apps").utf8),
    "apps/releases.yaml": Array(release("web").utf8),
  ]

  static func kustomization(_ name: String, _ path: String) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata:
      name: \(name)
      namespace: flux-system
    spec:
      interval: 10m
      path: \(path)
      prune: true
      sourceRef:
        kind: GitRepository
        name: flux-system

    """
  }

  static func release(_ name: String) -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata:
      name: \(name)
      namespace: web
    spec:
      interval: 1h
      chart:
        spec:
          chart: web
          sourceRef:
            kind: HelmRepository
            name: charts

    """
  }
}
