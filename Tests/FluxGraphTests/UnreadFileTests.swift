import FluxGraph
import Kustomize
import Testing

/// Files that Git LFS or git-crypt put a stand-in for: their content is not known, and not nothing either.
@Suite struct `A file that is not read` {
  private static let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"

  private func fleet(_ replaced: String) async throws -> GraphRepository {
    var files = [
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps"),
      "apps/kustomization.yaml": """
      resources: [cm.yaml, ../base, ../plain.yaml]
      patches: [{path: patch.yaml}]
      replacements: [{path: replacement.yaml}]
      configurations: [config.yaml]
      """,
      "apps/cm.yaml": GraphRepository.configMap("x"),
      "apps/patch.yaml": GraphRepository.configMap("x", "c: d"),
      "apps/replacement.yaml": """
      source: {kind: ConfigMap, name: x, fieldPath: data.a}
      targets: [{select: {kind: ConfigMap, name: web}, fieldPaths: [data.a]}]
      """,
      "apps/config.yaml": "nameReference: []\n",
      "base/kustomization.yaml": "resources: [cm.yaml]\n",
      "base/cm.yaml": GraphRepository.configMap("y"),
      "plain.yaml": GraphRepository.configMap("z"),
    ]
    #expect(files[replaced] != nil)
    files[replaced] = Self.pointer
    return try await GraphRepository(files)
  }

  @Test(arguments: [
    "apps/kustomization.yaml", "apps/cm.yaml", "apps/patch.yaml", "apps/replacement.yaml", "apps/config.yaml",
    "base/kustomization.yaml", "base/cm.yaml", "plain.yaml",
  ])
  func `leaves a build incomplete, and is not taken for an empty one`(path: String) async throws {
    let repository = try await fleet(path)
    let apps = try #require(repository.kustomization("apps"))
    // The object that a strategic merge patch is for may be in the file.
    #expect(apps.errors.filter { $0.kind != .patch }.isEmpty, "\(apps.errors.map(\.message))")
    let reasons = repository.graph.clusters.flatMap(\.gaps).map(\.reason)
    #expect(reasons.contains { $0.hasPrefix("'\(path)' is not known: the file is a Git LFS pointer") }, "\(reasons)")
  }

  @Test func `of a directory without a kustomization file is not taken for an empty one either`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": Self.pointer,
    ])
    let entry = try #require(repository.kustomization("flux-system"))
    #expect(entry.errors.isEmpty)
    #expect(entry.notBuilt.count == 1)
  }
}
