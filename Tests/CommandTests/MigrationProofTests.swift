import Foundation
import Testing

/// Migrating and building must commute; where they do not, nothing is written and somebody is asked.
@Suite struct `proof of a migration` {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var files: [String: String]
    var options: [String] = []
    /// What the text of a finding has in it.
    var says = "proof-failed"
  }

  private static func release(_ version: String = "v2beta2", _ chart: String = "") -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/\(version)
    kind: HelmRelease
    metadata:
      name: web
    spec:
      interval: 5m
      chart:
        spec:
          chart: web
          sourceRef: {kind: HelmRepository, name: web}
    \(chart)

    """
  }

  private static func patch(_ chart: String) -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/v2beta2
    kind: HelmRelease
    metadata:
      name: web
    spec:
      chart:
        spec:
          \(chart)

    """
  }

  private static func kustomization(target: String, operation: String = "{op: add, path: /spec/suspend, value: true}")
    -> String
  {
    """
    resources: [release.yaml]
    patches:
    - target: {\(target)}
      patch: |
        - \(operation)

    """
  }

  private static let operatorRelease = """
    apiVersion: helm.fluxcd.io/v1
    kind: HelmRelease
    metadata:
      name: web
      namespace: shop
    spec:
      chart:
        repository: https://charts.example.com
        name: web
        version: 1.0.0
      timeout: "300"

    """

  static let refused: [Case] = [
    Case(
      testDescription: "a selector by an expression for the version",
      files: ["release.yaml": release(), "kustomization.yaml": kustomization(target: "version: v2beta.")]),
    Case(
      testDescription: "a selector that matched nothing and would match",
      files: [
        "release.yaml": release("v2"),
        "kustomization.yaml": kustomization(target: "kind: HelmRelease, version: v2beta1"),
      ], says: "with 'v2' it would meet 'web', which it does not now"),
    Case(
      testDescription: "a selector that would meet one object more",
      files: [
        "release.yaml": release("v2"),
        "other.yaml": release().replacingOccurrences(of: "name: web", with: "name: other"),
        "kustomization.yaml": kustomization(target: "kind: HelmRelease, version: v2beta2")
          .replacingOccurrences(of: "[release.yaml]", with: "[release.yaml, other.yaml]"),
      ], says: "with 'v2' it would meet 'web', which it does not now"),
    Case(
      testDescription: "a selector in a component, which would meet an object of who includes it",
      files: [
        "release.yaml": release("v2"), "kustomization.yaml": "resources: [release.yaml]\ncomponents: [part]\n",
        "part/kustomization.yaml": "kind: Component\n"
          + kustomization(target: "kind: HelmRelease, version: v2beta2")
          .replacingOccurrences(of: "resources: [release.yaml]\n", with: ""),
      ], says: "with 'v2' it would meet 'web', which it does not now"),
    Case(
      testDescription: "a selector of an object that is encrypted",
      files: [
        "release.yaml": release() + "sops:\n  mac: x\n",
        "kustomization.yaml": kustomization(target: "kind: HelmRelease, version: v2beta2"),
      ], says: "the object it is for stays at its version"),
    Case(
      testDescription: "a JSON patch that sets a removed field",
      files: [
        "release.yaml": release(),
        "kustomization.yaml": kustomization(
          target: "kind: HelmRelease", operation: "{op: add, path: /spec/chart/spec/valuesFile, value: a.yaml}"),
      ]),
    Case(
      testDescription: "a patch whose new list takes the place of the list of its base",
      files: [
        "release.yaml": release("v2beta2", "      valuesFiles: [base.yaml]"),
        "patch.yaml": patch("valuesFile: prod.yaml"),
        "kustomization.yaml": "resources: [release.yaml]\npatches: [{path: patch.yaml}]\n",
      ]),
    Case(
      testDescription: "a patch that takes a removed field away",
      files: [
        "release.yaml": release("v2beta2", "      valuesFile: base.yaml"), "patch.yaml": patch("valuesFile: null"),
        "kustomization.yaml": "resources: [release.yaml]\npatches: [{path: patch.yaml}]\n",
      ], says: "a patch or a selector by it must stay"),
    Case(
      testDescription: "a release of the Helm Operator that a kustomization renames",
      files: [
        "release.yaml": operatorRelease, "kustomization.yaml": "namePrefix: p-\nresources: [release.yaml]\n",
      ], options: ["--from-v1"], says: "flux-v1-work"),
    Case(
      testDescription: "a release of the Helm Operator with an inline patch",
      files: [
        "release.yaml": operatorRelease,
        "kustomization.yaml": kustomization(
          target: "kind: HelmRelease", operation: "{op: replace, path: /spec/chart/version, value: 2.0.0}"),
      ], options: ["--from-v1"], says: "flux-v1-work"),
    Case(
      testDescription: "a release of the Helm Operator that is encrypted",
      files: ["release.yaml": operatorRelease + "sops:\n  mac: x\n"], options: ["--from-v1"], says: "sops-mac"),
    Case(
      testDescription: "an object of the first operator, which had Helm 2",
      files: [
        "release.yaml": operatorRelease.replacingOccurrences(of: "helm.fluxcd.io/v1", with: "flux.weave.works/v1beta1")
      ], options: ["--from-v1"], says: "flux-v1-api"),
  ]

  @Test(arguments: refused)
  func `nothing is written`(example: Case) throws {
    let fleet = try Fleet(isRepository: false)
    for (path, text) in example.files { try fleet.write("extra/\(path)", text) }
    let result = try Subprocess.run(Fluxlint.binary, ["migrate", "--write"] + example.options + ["."], in: fleet.url)
    #expect(result.status == 1)
    #expect((result.output + result.talk).contains(example.says))
    for (path, text) in example.files {
      #expect(try String(contentsOf: fleet.url.appending(path: "extra/\(path)"), encoding: .utf8) == text)
    }
  }

  static let written: [Case] = [
    Case(
      testDescription: "a patch that was left behind, so that its build fails",
      files: [
        "release.yaml": release("v2"), "patch.yaml": patch("version: 1.0.0"),
        "kustomization.yaml": "resources: [release.yaml]\npatches: [{path: patch.yaml}]\n",
      ]),
    Case(
      testDescription: "a selector in one build and a newer object in another",
      files: [
        "release.yaml": release(), "kustomization.yaml": kustomization(target: "kind: HelmRelease, version: v2beta2"),
        "more/release.yaml": release("v2"), "more/kustomization.yaml": "resources: [release.yaml]\n",
      ]),
    Case(
      testDescription: "a JSON patch that sets the version",
      files: [
        "release.yaml": release(),
        "kustomization.yaml": kustomization(
          target: "kind: HelmRelease",
          operation: "{op: replace, path: /apiVersion, value: helm.toolkit.fluxcd.io/v2beta2}"),
      ]),
    Case(
      testDescription: "names in 'dependsOn' become references",
      files: [
        "a.yaml": """
        apiVersion: kustomize.toolkit.fluxcd.io/v1alpha1
        kind: Kustomization
        metadata: {name: a, namespace: flux-system}
        spec:
          interval: 5m
          prune: true
          path: ./apps
          sourceRef: {kind: GitRepository, name: flux-system}
          dependsOn:
          - gone

        """
      ]),
    Case(
      testDescription: "a release of the Helm Operator that is built as it is, its time-out in quotes",
      files: ["release.yaml": operatorRelease, "kustomization.yaml": "resources: [release.yaml]\n"],
      options: ["--from-v1"]),
    Case(
      testDescription: "a release of the Helm Operator in a file with another old object",
      files: ["release.yaml": release().replacingOccurrences(of: "web", with: "other") + "---\n" + operatorRelease],
      options: ["--from-v1"]),
    Case(
      testDescription: "a preview release as the target",
      files: [
        "a.yaml": """
        apiVersion: source.toolkit.fluxcd.io/v1alpha1
        kind: GitRepository
        metadata: {name: a, namespace: flux-system}
        spec: {interval: 5m, url: "https://example.com/a"}

        """
      ], options: ["--to", "0.41"]),
    Case(
      testDescription: "fields that the new version marks as deprecated",
      files: [
        "alert.yaml": """
        apiVersion: notification.toolkit.fluxcd.io/v1beta1
        kind: Alert
        metadata: {name: a, namespace: flux-system}
        spec:
          summary: hello
          providerRef: {name: p}
          eventSources: [{kind: Kustomization, name: "*"}]
        ---
        apiVersion: notification.toolkit.fluxcd.io/v1beta2
        kind: Provider
        metadata: {name: p, namespace: flux-system}
        spec: {type: slack, channel: x, address: "https://example.com"}

        """
      ]),
    Case(
      testDescription: "a field that is not set",
      files: ["release.yaml": release("v2beta2", "      valuesFile: ~")]),
  ]

  @Test(arguments: written)
  func `all is written, and a second run finds nothing`(example: Case) throws {
    let fleet = try Fleet(isRepository: false)
    for (path, text) in example.files { try fleet.write("extra/\(path)", text) }
    let arguments = ["migrate", "--write"] + example.options + ["extra"]
    let first = try Subprocess.run(Fluxlint.binary, arguments, in: fleet.url)
    #expect(first.status == 0)
    #expect(first.talk.contains("written"))
    let second = try Subprocess.run(Fluxlint.binary, arguments, in: fleet.url)
    #expect(second.status == 0)
    #expect(second.talk.contains("nothing to change"))
    for path in example.files.keys {
      let text = try String(contentsOf: fleet.url.appending(path: "extra/\(path)"), encoding: .utf8)
      for old in ["v2beta", "v1alpha", "helm.fluxcd.io", "valuesFile: "] { #expect(!text.contains(old)) }
    }
  }

  // MARK: - What 'check' promises

  /// In a cluster: the extra files are what Flux applies.
  private static func promise(_ example: Case) throws -> (repairs: Bool, writes: Bool, talk: String) {
    let fleet = try Fleet(isRepository: false)
    for (path, text) in example.files { try fleet.write("apps/\(path)", text) }
    let check = try Subprocess.run(Fluxlint.binary, ["check", "--format", "json", "."], in: fleet.url)
    let migrate = try Subprocess.run(Fluxlint.binary, ["migrate", "--write", "."], in: fleet.url)
    return (
      check.output.contains("\"repair\": \"fluxlint migrate --write\""), migrate.talk.contains(", written"),
      migrate.talk
    )
  }

  @Test(arguments: refused.filter { $0.options.isEmpty })
  func `what is refused is not promised`(example: Case) throws {
    let result = try Self.promise(example)
    #expect(!result.writes && !result.repairs, "\(result.talk)")
  }

  @Test(arguments: written.filter { $0.options.isEmpty })
  func `what is written is promised`(example: Case) throws {
    let result = try Self.promise(example)
    #expect(result.writes && result.repairs, "\(result.talk)")
  }

  // MARK: - Repositories in testdata/migration-proof

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "testdata/migration-proof")

  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasSuffix(".md") }.sorted()

  static func texts(in directory: URL) throws -> [String: String] {
    var texts: [String: String] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: directory.path) ?? .init()
    where path.hasSuffix(".yaml") {
      texts[path] = try String(contentsOf: directory.appending(path: path), encoding: .utf8)
    }
    return texts
  }

  @Test func `has examples`() { #expect(!Self.names.isEmpty) }

  @Test(arguments: names)
  func `leaves alone what would be built otherwise`(name: String) throws {
    let manager = FileManager.default
    let url = manager.temporaryDirectory.appending(path: "migration-proof-\(UUID().uuidString)")
    try manager.copyItem(at: Self.folder.appending(path: "\(name)/repo"), to: url)
    defer { try? manager.removeItem(at: url) }
    for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "init"]] {
      _ = try Subprocess.run(URL(filePath: "/usr/bin/env"), ["git"] + arguments, in: url)
    }
    let before = try Self.texts(in: url)
    let arguments = try? String(contentsOf: Self.folder.appending(path: "\(name)/arguments.txt"), encoding: .utf8)
    let words = (arguments ?? ".").split(whereSeparator: \.isWhitespace).map(String.init)
    let result = try Fluxlint.run(["migrate", "--write"] + words, in: url)
    #expect(result.status == 1)
    #expect(!before.isEmpty)
    #expect(try Self.texts(in: url) == before)
  }
}
