import Linting
import SourceTrees
import Testing

@testable import RuleFiles

/// What is said of repositories that are laid out in another way than most.
@Suite struct `repository layouts` {
  /// The findings of one rule, as `severity path:line`.
  private static func told(_ rule: String, _ text: String) async throws -> [String] {
    let files = try ExampleText.revisions(of: text).files
    let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, Array($0.text.utf8)) })
    let report = try await Linter.check(InMemoryTree(files: contents))
    return lines(of: report).filter { $0.rule == rule }.map { "\($0.severity) \($0.path):\($0.line)" }
  }

  private static func kustomization(_ name: String, _ path: String, source: String = "flux-system") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec:
      interval: 10m
      path: \(path)
      prune: true
      sourceRef: {kind: GitRepository, name: \(source)}
    """
  }

  private static func configMap(_ name: String) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: default}"
  }

  private static func instance(path: String = "clusters/a", patch: String = "") -> String {
    """
    apiVersion: fluxcd.controlplane.io/v1
    kind: FluxInstance
    metadata: {name: flux, namespace: flux-system}
    spec:
      distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}
      sync:
        kind: GitRepository
        url: https://git.example.com/acme/fleet
        ref: refs/heads/main
        path: \(path)
    \(patch)
    """
  }

  private static let ignore = """
      kustomize:
        patches:
          - target: {kind: GitRepository}
            patch: |
              - op: add
                path: /spec/ignore
                value: |
                  /*
                  !/clusters
                  !/apps
    """

  @Test(arguments: [
    (ignore, "./apps", []), (ignore, "./extra", ["error clusters/a/all.yaml:6"]), ("", "./extra", []),
    ("", "./none", ["error clusters/a/all.yaml:6"]),
  ])
  func `a patch of a FluxInstance may leave directories out of its source`(
    patch: String, path: String, expected: [String]
  ) async throws {
    let found = try await Self.told(
      "path-missing",
      """
      === clusters/a/flux.yaml
      \(Self.instance(patch: patch))
      === clusters/a/all.yaml
      \(Self.kustomization("all", path))
      === apps/web.yaml
      \(Self.configMap("web"))
      === extra/web.yaml
      \(Self.configMap("extra"))
      """)
    #expect(found == expected)
  }

  @Test(arguments: [("clusters/a", []), ("clusters/b", ["error clusters/a/flux.yaml:10"])])
  func `the path of a FluxInstance is shown where it is written`(path: String, expected: [String]) async throws {
    let found = try await Self.told(
      "path-missing",
      """
      === clusters/a/flux.yaml
      \(Self.instance(path: path))
      === clusters/a/web.yaml
      \(Self.configMap("web"))
      """)
    #expect(found == expected)
  }

  private static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 12345
    """

  @Test(arguments: [
    ("configMapGenerator: [{name: a, files: [data.json]}]", pointer, ["error apps/kustomization.yaml:2"]),
    ("secretGenerator: [{name: a, envs: [data.json]}]", pointer, ["error apps/kustomization.yaml:2"]),
    ("configMapGenerator: [{name: a, files: [data.json]}]", "{}", []), ("resources: []", pointer, []),
  ])
  func `a generator that reads a Git LFS pointer is told`(
    entry: String, content: String, expected: [String]
  ) async throws {
    let found = try await Self.told(
      "lfs-pointer-in-build",
      """
      === cluster clusters/a 2.8.0
      === clusters/a/apps.yaml
      \(Self.kustomization("apps", "./apps"))
      === apps/kustomization.yaml
      kind: Kustomization
      \(entry)
      === apps/data.json
      \(content)
      """)
    #expect(found == expected)
  }

  @Test(arguments: [
    (["plex"], ["note apps/media/radarr/ks.yaml:2"]), (["plex", "radarr"], []), ([], []),
  ])
  func `a child of a folder of children is told when the group does not list it`(
    listed: [String], expected: [String]
  ) async throws {
    let children = ["plex", "radarr"].map { name in
      """
      === apps/media/\(name)/ks.yaml
      \(Self.kustomization(name, "./apps/media/\(name)/app"))
      === apps/media/\(name)/app/all.yaml
      \(Self.configMap(name))
      """
    }
    let found = try await Self.told(
      "file-not-applied",
      """
      === cluster clusters/a 2.8.0
      === clusters/a/apps.yaml
      \(Self.kustomization("apps", "./apps"))
      === apps/kustomization.yaml
      kind: Kustomization
      resources:
      - all.yaml
      \(listed.map { "- media/\($0)/ks.yaml" }.joined(separator: "\n"))
      === apps/all.yaml
      \(Self.configMap("all"))
      \(children.joined(separator: "\n"))
      """)
    #expect(found == expected)
  }

  @Test(arguments: [
    ("argo/app", "resources: [gone.yaml]", ["error"]), ("examples/app", "resources: [gone.yaml]", ["note"]),
    ("tests/app", "resources: [gone.yaml]", ["note"]), ("templates/app", "resources: ['{{ .name }}.yaml']", ["note"]),
    ("app", "resources: ['{{ .name }}.yaml']", ["note"]), ("app", "resources: [web.yaml]", []),
    ("app", "helmCharts: [{name: web, repo: https://charts.example.com}]", ["note"]),
  ])
  func `a directory that nothing applies and nobody means to is no error`(
    directory: String, text: String, expected: [String]
  ) async throws {
    let found = try await Self.told(
      "build-failed",
      """
      === flux/web.yaml
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: web, namespace: web}
      spec: {interval: 1m, url: https://git.example.com/acme/web}
      === \(directory)/kustomization.yaml
      kind: Kustomization
      \(text)
      === \(directory)/web.yaml
      \(Self.configMap("web"))
      """)
    #expect(found.map { String($0.prefix { $0 != " " }) } == expected)
  }

  @Test(arguments: [
    (["dev.yaml", "prod.yaml"], []), (["all.yaml", "all.yaml"], ["error"]),
  ])
  func `loose Kustomizations in files of their own may be of two clusters`(
    files: [String], expected: [String]
  ) async throws {
    let documents = zip(files, ["one", "two"]).map { ($0, Self.kustomization($1, "./web")) }
    let byFile = Dictionary(grouping: documents) { $0.0 }.sorted { $0.key < $1.key }
    let text = byFile.map { file, documents in
      "=== clusters/\(file)\n" + documents.map(\.1).joined(separator: "\n---\n")
    }
    let found = try await Self.told(
      "object-applied-twice",
      """
      \(text.joined(separator: "\n"))
      === web/web.yaml
      \(Self.configMap("web"))
      """)
    #expect(found.map { String($0.prefix { $0 != " " }) } == expected)
  }
}
