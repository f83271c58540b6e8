import Foundation

/// A throw-away directory of manifests, a Git repository unless told otherwise.
struct Fleet {
  let scratch: Scratch
  var url: URL { scratch.url.appending(path: "fleet") }

  /// A fleet without findings: one source and the Kustomizations 'base' and 'apps'.
  init(isRepository: Bool = true, commit: Bool = true) throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try write("clusters/prod/source.yaml", Self.source)
    try write("clusters/prod/base.yaml", Self.kustomization("base", path: "none"))
    try write("clusters/prod/apps.yaml", Self.kustomization("apps", path: "apps"))
    try write("none/config.yaml", Self.configMap("none"))
    try write("apps/config.yaml", Self.configMap("apps"))
    guard isRepository else { return }
    try git("init", "-q", "-b", "main")
    try git("add", "-A")
    if commit { try git("commit", "-q", "-m", "init") }
  }

  func write(_ path: String, _ text: String) throws {
    let file = url.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
  }

  /// Adds a file with one finding: a Kustomization that waits for one that does not exist; its name is nearly that of one
  /// that does, for no entry point says that all of the cluster is here.
  func addFinding(at path: String = "clusters/prod/broken.yaml") throws {
    try write(path, Self.kustomization("broken", path: "broken", dependsOn: "bases"))
    try write("broken/config.yaml", Self.configMap("broken"))
  }

  func git(_ arguments: String...) throws {
    let result = try Subprocess.run(URL(filePath: "/usr/bin/env"), ["git"] + arguments, in: url)
    guard result.status == 0 else { throw GitFailure(arguments: arguments, talk: result.talk) }
  }

  /// A bare clone beside the fleet.
  func bareClone() throws -> URL {
    let bare = scratch.url.appending(path: "bare.git")
    try git("clone", "-q", "--bare", url.path, bare.path)
    return bare
  }

  struct GitFailure: Error {
    var arguments: [String]
    var talk: String
  }

  static let source = """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata:
      name: flux-system
      namespace: flux-system
    spec:
      interval: 10m
      url: https://example.com/fleet.git
      ref:
        branch: main

    """

  static func kustomization(_ name: String, path: String, dependsOn: String? = nil) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata:
      name: \(name)
      namespace: flux-system
    spec:
      interval: 10m
      path: ./\(path)
      prune: true
      sourceRef:
        kind: GitRepository
        name: flux-system

    """ + (dependsOn.map { "  dependsOn:\n    - name: \($0)\n" } ?? "")
  }

  static func configMap(_ name: String) -> String {
    """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: \(name)
      namespace: default
    data:
      key: value

    """
  }
}
