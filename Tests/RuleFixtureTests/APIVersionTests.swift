import Diagnostics
import FluxModel
import Linting
import RuleCatalogue
import SourceText
import SourceTrees
import Testing

/// What `check` says of API versions, by the release that `gotk-components.yaml` names.
@Suite struct `API versions` {
  /// A cluster of some release that applies `objects`.
  static func tree(_ release: String, _ objects: String) -> InMemoryTree {
    InMemoryTree(files: files(release, objects))
  }

  static func files(_ release: String, _ objects: String) -> [String: [UInt8]] {
    let version = FluxVersion(release).map { $0.isRelease && $0.major == 0 } ?? false ? "v1beta1" : "v1"
    return [
      "c/flux-system/gotk-components.yaml": Array(
        """
        # Flux Version: v\(release).0
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kustomize-controller, namespace: flux-system}

        """.utf8),
      "c/flux-system/gotk-sync.yaml": Array(
        """
        apiVersion: source.toolkit.fluxcd.io/\(version)
        kind: GitRepository
        metadata: {name: flux-system, namespace: flux-system}
        spec: {url: 'https://example.com/x.git', interval: 1m}
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/\(version)
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec: {path: ./c, interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}

        """.utf8),
      "c/objects.yaml": Array(objects.utf8),
    ]
  }

  private static let releases: [FluxVersion] =
    (8...APIVersions.lastPreview.minor).map { FluxVersion(major: 0, minor: $0) }
    + (0...APIVersions.newestRelease.minor).map { FluxVersion(major: 2, minor: $0) }

  /// All groups of the toolkit: those before it and of Flux v1 are a matter of other rules.
  private static let versions = APIVersions.all.filter { APIVersions.isReserved($0.group) }

  @Test(arguments: releases)
  func `each version of each kind is judged as the release serves it`(release: FluxVersion) async throws {
    let documents = Self.versions.enumerated().map { number, version in
      "apiVersion: \(version.apiVersion)\nkind: \(version.kind)\nmetadata: {name: n\(number), namespace: a}\n"
    }
    let report = try await Linter.check(Self.tree(release.description, documents.joined(separator: "---\n")))
    var verdicts: [String: [String]] = [:]
    for finding in report.findings where report.files[Int(finding.range.file.index)].path == "c/objects.yaml" {
      guard [.removedAPIVersion, .deprecatedAPIVersion].contains(finding.rule), let object = finding.object else {
        continue
      }
      verdicts[object.name, default: []].append("\(finding.severity.rawValue) \(finding.rule.name)")
    }
    for (number, version) in Self.versions.enumerated() {
      let expected =
        !version.isServed(by: release)
        ? ["error removed-api-version"]
        : version.isDeprecated(in: release) ? ["warning deprecated-api-version"] : []
      #expect(verdicts["n\(number)"] ?? [] == expected, "\(version.kind) \(version.apiVersion) on \(release)")
    }
    let entries = report.findings.filter { report.files[Int($0.range.file.index)].path != "c/objects.yaml" }
    #expect(!entries.contains { $0.rule == .removedAPIVersion })
  }

  @Test func `a development build is no release`() async throws {
    let objects = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: a}\n"
    let report = try await Linter.check(Self.tree("0.0.0-dev", objects))
    #expect(!report.findings.contains { $0.rule == .removedAPIVersion })
  }

  @Test func `a release that is newer than known is named as not checked`() async throws {
    let report = try await Linter.check(Self.tree("2.99", ""))
    #expect(report.notChecked.contains { $0.reason.hasPrefix("Flux 2.99 is newer than this fluxlint knows") })
  }

  @Test(arguments: [("2.10", Severity.error), ("2.99", .warning)])
  func `what never was is certain only for a release that is known`(release: String, severity: Severity) async throws {
    let objects = "apiVersion: image.toolkit.fluxcd.io/v9\nkind: ImagePolicy\nmetadata: {name: a, namespace: a}\n"
    let report = try await Linter.check(Self.tree(release, objects))
    let finding = try #require(report.findings.first { $0.rule == .removedAPIVersion })
    #expect(finding.severity == severity)
    #expect(finding.notes.contains { $0.contains("the cluster runs 2.99") } == (severity == .warning))
  }

  @Test func `directories that nothing applies are told apart`() async throws {
    var files: [String: [UInt8]] = [:]
    for (directory, names) in [("a", ["one", "two", "three"]), ("b", ["four"])] {
      let objects = names.map {
        "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: \($0), namespace: a}\n"
      }
      files["\(directory)/kustomization.yaml"] = Array("resources: [all.yaml]\n".utf8)
      files["\(directory)/all.yaml"] = Array(objects.joined(separator: "---\n").utf8)
    }
    let report = try await Linter.check(InMemoryTree(files: files))
    let found = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(found.compactMap(\.object?.name).sorted() == ["four", "one", "three", "two"])
    // What one of them defines says nothing of the other.
    files["a/kustomization.yaml"] = Array("resources: [all.yaml, definition.yaml]\n".utf8)
    files["a/definition.yaml"] = Array(
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: helmreleases.helm.toolkit.fluxcd.io}
      spec: {group: helm.toolkit.fluxcd.io, names: {kind: HelmRelease}, versions: [{name: v2beta1, served: true}]}

      """.utf8)
    let defined = try await Linter.check(InMemoryTree(files: files)).findings.filter { $0.rule == .removedAPIVersion }
    #expect(defined.compactMap(\.object?.name) == ["four"])
  }

  @Test func `a release that is newer than known is called by its name in a finding`() async throws {
    let objects = "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: a, namespace: a}\n"
    let report = try await Linter.check(Self.tree("2.99", objects))
    let finding = try #require(report.findings.first { $0.rule == .removedAPIVersion })
    #expect(finding.data["fluxVersion"] == .string("2.99"))
    #expect(finding.data["judgedByFluxVersion"] == .string(APIVersions.newestRelease.description))
    #expect(finding.related.map(\.message) == ["this cluster runs Flux 2.99, which is newer than this fluxlint knows"])
  }

  @Test(arguments: [
    ("source.toolkit.fluxcd.io/", "HelmRepository", "use 'source.toolkit.fluxcd.io/v1'"),
    ("source.toolkit.fluxcd.io", "HelmRepository", "use 'source.toolkit.fluxcd.io/v1'"),
    ("foo.toolkit.fluxcd.io/v1", "Kustomization", "Kustomization is of the group 'kustomize.toolkit.fluxcd.io'"),
    ("sources.toolkit.fluxcd.io/v1", "Thing", "did you mean 'source.toolkit.fluxcd.io'?"),
    ("foo.toolkit.fluxcd.io/v1", "Thing", nil),
    ("fluxcd.controlplane.io/v1beta1", "ResourceSet", "use 'fluxcd.controlplane.io/v1'"),
    ("source.toolkit.fluxcd.io/v1", "GitRepo", "did you mean 'GitRepository'?"),
    ("source.toolkit.fluxcd.io/v1", "Helm", nil),
    ("source.toolkit.fluxcd.io/v1-beta1", "HelmRepository", "use 'source.toolkit.fluxcd.io/v1'"),
    ("source.toolkit.fluxcd.io/v1", "Helm-Repository", "did you mean 'HelmRepository'?"),
  ])
  func `what never was is an error, and the help is to the point`(
    apiVersion: String, kind: String, help: String?
  ) async throws {
    let objects = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: a, namespace: a}\n"
    let report = try await Linter.check(Self.tree("2.9", objects))
    let findings = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(findings.map(\.severity) == [.error])
    #expect(findings.first?.help == help)
  }

  @Test func `a definition that the cluster applies wins over the table`() async throws {
    let objects = """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: helmreleases.helm.toolkit.fluxcd.io}
      spec:
        group: helm.toolkit.fluxcd.io
        names: {kind: HelmRelease}
        versions: [{name: v2beta1, served: SERVED}]
      ---
      apiVersion: helm.toolkit.fluxcd.io/v2beta1
      kind: HelmRelease
      metadata: {name: a, namespace: a}

      """
    for (served, isError) in [("true", false), ("false", true)] {
      let report = try await Linter.check(Self.tree("2.9", objects.replacing("SERVED", with: served)))
      #expect(report.findings.contains { $0.rule == .removedAPIVersion } == isError)
    }
  }

  @Test func `a kind that the repository defines is none of Flux, whatever its versions`() async throws {
    let objects = """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: mirrors.source.toolkit.fluxcd.io}
      spec:
        group: source.toolkit.fluxcd.io
        names: {kind: Mirror}
        versions: [{name: v1, served: true}, {name: v0, served: false}]
      ---
      apiVersion: source.toolkit.fluxcd.io/v0
      kind: Mirror
      metadata: {name: a, namespace: a}

      """
    let report = try await Linter.check(Self.tree("2.9", objects))
    #expect(!report.findings.contains { $0.rule == .removedAPIVersion })
  }

  @Test(arguments: [
    // What the file says fails, what the patch makes of it does not.
    ("v1beta2", "v1", []), ("v1", "v1beta2", ["c/kustomization.yaml"]), ("v1", "v1", []),
    ("v1beta1", "v1beta2", ["c/kustomization.yaml"]),
  ])
  func `a version that a JSON patch gives is the one that counts`(
    written: String, patched: String, places: [String]
  ) async throws {
    var files = Self.files(
      "2.8",
      """
      apiVersion: source.toolkit.fluxcd.io/\(written)
      kind: HelmRepository
      metadata: {name: a, namespace: flux-system}
      spec: {interval: 1m, url: "https://example.com"}

      """)
    files["c/kustomization.yaml"] = Array(
      """
      resources: [objects.yaml, flux-system/gotk-components.yaml, flux-system/gotk-sync.yaml]
      patches:
      - target: {kind: HelmRepository}
        patch: |
          - {op: replace, path: /apiVersion, value: source.toolkit.fluxcd.io/\(patched)}

      """.utf8)
    let report = try await Linter.check(InMemoryTree(files: files))
    let found = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(found.map { report.files[Int($0.range.file.index)].path } == places)
  }

  @Test func `a version that only one of two clusters patches counts in the other as it is written`() async throws {
    var files = Self.files("2.8", "")
    files["c/objects.yaml"] = nil
    let object =
      "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: HelmRepository\nmetadata: {name: a, namespace: x}\n"
    files["base/kustomization.yaml"] = Array("resources: [repository.yaml]\n".utf8)
    files["c/patch.yaml"] = Array("- {op: replace, path: /apiVersion, value: source.toolkit.fluxcd.io/v1}\n".utf8)
    files["base/repository.yaml"] = Array(object.utf8)
    for (name, patches) in [
      (
        "c",
        "patches: [{target: {kind: HelmRepository}, path: patch.yaml}]\n"
      ),
      ("d", ""),
    ] {
      for file in ["flux-system/gotk-components.yaml", "flux-system/gotk-sync.yaml"] where name != "c" {
        files["\(name)/\(file)"] = Array(
          String(decoding: files["c/\(file)"] ?? [], as: UTF8.self).replacing("path: ./c", with: "path: ./\(name)").utf8
        )
      }
      files["\(name)/kustomization.yaml"] = Array(
        ("resources: [../base, flux-system/gotk-components.yaml, flux-system/gotk-sync.yaml]\n" + patches).utf8)
    }
    let report = try await Linter.check(InMemoryTree(files: files))
    let found = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(found.map { report.files[Int($0.range.file.index)].path } == ["base/repository.yaml"])
    #expect(found.first?.clusters == ["d"])
  }

  @Test func `a template that a patch replaces is a note`() async throws {
    var files = Self.files(
      "2.8",
      """
      apiVersion: image.toolkit.fluxcd.io/v1
      kind: ImageUpdateAutomation
      metadata: {name: a, namespace: flux-system}
      spec:
        interval: 1m
        sourceRef: {kind: GitRepository, name: flux-system}
        git: {commit: {author: {email: a@example.com}, messageTemplate: "{{ range .Updated.Images }}{{ . }}{{ end }}"}}

      """)
    func severities() async throws -> [Severity] {
      try await Linter.check(InMemoryTree(files: files)).findings.filter {
        [.removedCommitTemplate, .migrationPending].contains($0.rule)
      }.map(\.severity)
    }
    #expect(try await severities() == [.error])
    files["c/kustomization.yaml"] = Array(
      """
      resources: [objects.yaml, flux-system/gotk-components.yaml, flux-system/gotk-sync.yaml]
      patches:
      - target: {kind: ImageUpdateAutomation}
        patch: |
          - {op: replace, path: /spec/git/commit/messageTemplate, value: ok}

      """.utf8)
    #expect(try await severities() == [.note])
  }

  @Test func `a version that a variable decides is judged by its value`() async throws {
    let objects = """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec:
        path: ./apps
        interval: 1m
        prune: true
        sourceRef: {kind: GitRepository, name: flux-system}
        postBuild: {substitute: {V: VERSION}}

      """
    for (version, isError) in [("v2beta1", true), ("v2", false)] {
      var files = Self.files("2.9", objects.replacing("VERSION", with: version))
      files["apps/x.yaml"] = Array(
        "apiVersion: helm.toolkit.fluxcd.io/${V}\nkind: HelmRelease\nmetadata: {name: a, namespace: a}\n".utf8)
      let report = try await Linter.check(InMemoryTree(files: files))
      #expect(report.findings.contains { $0.rule == .removedAPIVersion && $0.severity == .error } == isError)
    }
  }

  @Test func `an object inside a ResourceSet counts as one`() async throws {
    let objects = """
      apiVersion: fluxcd.controlplane.io/v1
      kind: ResourceSet
      metadata: {name: apps, namespace: flux-system}
      spec:
        inputs: [{name: a}]
        resources:
          - apiVersion: helm.toolkit.fluxcd.io/v2beta1
            kind: HelmRelease
            metadata: {name: << inputs.name >>, namespace: a}

      """
    let report = try await Linter.check(Self.tree("2.9", objects))
    #expect(report.findings.count { $0.rule == .removedAPIVersion } == 1)
  }

  @Test func `clusters that all refuse a version are one finding`() async throws {
    var files: [String: [UInt8]] = [:]
    for (name, release) in [("a", "2.8"), ("b", "2.9")] {
      let sync = """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec: {path: ./\(name), interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}

        """
      files["\(name)/flux-system/gotk-sync.yaml"] = Array(sync.utf8)
      files["\(name)/flux-system/gotk-components.yaml"] = Array(
        "# Flux Version: v\(release).0\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kustomize-controller}\n"
          .utf8)
      files["\(name)/kustomization.yaml"] = Array(
        "resources: [flux-system/gotk-sync.yaml, flux-system/gotk-components.yaml, ../base]\n".utf8)
    }
    files["base/kustomization.yaml"] = Array("resources: [x.json]\n".utf8)
    files["base/x.json"] = Array(
      #"{"apiVersion": "helm.toolkit.fluxcd.io/v2beta1", "kind": "HelmRelease", "metadata": {"name": "x", "namespace": "x"}}"#
        .utf8)
    let report = try await Linter.check(InMemoryTree(files: files))
    let removed = report.findings.filter { $0.rule == .removedAPIVersion }
    #expect(removed.map(\.clusters) == [["a", "b"]])
    #expect(removed.first?.message.hasSuffix("which Flux 2.8 and 2.9 do not serve") == true)
    #expect(removed.first.map { report.files[Int($0.range.file.index)].path } == "base/x.json")
  }

  // MARK: - Definitions in files

  /// The CustomResourceDefinitions that a release installs, as far as they say what is served.
  private static func definitions(_ release: FluxVersion) -> String {
    let served = Dictionary(
      grouping: Self.versions.filter { $0.isServed(by: release) }, by: { "\($0.group) \($0.kind)" })
    return served.sorted { $0.key < $1.key }.map { _, versions in
      """
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: \(versions[0].kind.lowercased())s.\(versions[0].group)}
      spec:
        group: \(versions[0].group)
        names: {kind: \(versions[0].kind)}
        versions: [\(versions.map { "{name: \($0.version), served: true}" }.joined(separator: ", "))]

      """
    }.joined()
  }

  private static func object(_ version: APIVersionLifecycle) -> String {
    "apiVersion: \(version.apiVersion)\nkind: \(version.kind)\nmetadata: {name: n, namespace: a}\n"
  }

  @Test(arguments: releases.filter { $0.major == 2 || $0.minor % 8 == 1 })
  func `without a release the definitions decide`(release: FluxVersion) async throws {
    for label in ["v0.0.0-dev.0", "latest"] {
      for version in Self.versions.filter({ ["HelmRelease", "Alert", "GitRepository"].contains($0.kind) }) {
        var files = Self.files("2.9", Self.object(version))
        files["c/flux-system/gotk-components.yaml"] = Array(
          ("# Flux Version: \(label)\n" + Self.definitions(release)).utf8)
        let report = try await Linter.check(InMemoryTree(files: files))
        let findings = report.findings.filter { finding in
          finding.rule == .removedAPIVersion && report.files[Int(finding.range.file.index)].path == "c/objects.yaml"
        }
        #expect(
          findings.map(\.severity) == (version.isServed(by: release) ? [] : [.error]),
          "\(version.kind) \(version.apiVersion) with the definitions of \(release)")
        #expect(findings.allSatisfy { $0.notes.contains { $0.hasPrefix("the Flux release is not known: its Custom") } })
      }
    }
  }

  @Test(arguments: [("2.6", "2.7"), ("2.7", "2.8"), ("2.6", "2.9"), ("2.9", "2.6")])
  func `the release that the user says wins over definitions in files`(installed: String, given: String) async throws {
    let (installed, given) = (try #require(FluxVersion(installed)), try #require(FluxVersion(given)))
    for version in Self.versions.filter({ ["HelmRelease", "HelmRepository", "OCIRepository"].contains($0.kind) }) {
      for isOption in [true, false] {
        var files = Self.files(installed.description, Self.object(version))
        files["c/flux-system/gotk-components.yaml"]! += Array(Self.definitions(installed).utf8)
        if !isOption { files[".fluxlint.yaml"] = Array("fluxVersion: \"\(given)\"\n".utf8) }
        let report = try await Linter.check(
          InMemoryTree(files: files), options: LinterOptions(fluxVersion: isOption ? given : nil))
        let isRefused = report.findings.contains { finding in
          finding.rule == .removedAPIVersion && report.files[Int(finding.range.file.index)].path == "c/objects.yaml"
        }
        #expect(isRefused == !version.isServed(by: given), "\(version.kind) \(version.apiVersion)")
      }
    }
  }

  // MARK: - What migrate lists

  @Test(arguments: [
    // The template is taken away by a patch.
    (
      """
      apiVersion: image.toolkit.fluxcd.io/v1
      kind: ImageUpdateAutomation
      metadata: {name: a, namespace: a}
      spec: {git: {commit: {messageTemplate: '{{ range .Updated.Images }}{{ . }}{{ end }}'}}}

      """, "the commit message uses '.Updated', which is gone since Flux 2.7"
    ),
    (
      "apiVersion: source.toolkit.fluxcd.io/${V:=v1}\nkind: GitRepository\nmetadata: {name: a, namespace: a}\n",
      "a variable decides the version"
    ),
    (
      """
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata: {name: a, namespace: a}
      spec: {postRenderers: [{kustomize: {images: [{name: a, newTag: b}]}}]}

      """, "HelmRelease 'a': post-renderers see the hooks of a chart, too, since Flux 2.9"
    ),
  ])
  func `what migrate lists is a finding, whatever the version`(object: String, message: String) async throws {
    var files = Self.files("2.9", "")
    files["c/objects.yaml"] = nil
    files["c/kustomization.yaml"] = Array(
      """
      resources: [flux-system/gotk-sync.yaml, flux-system/gotk-components.yaml, object.yaml]
      patches:
      - target: {kind: ImageUpdateAutomation}
        patch: '[{"op": "replace", "path": "/spec/git/commit/messageTemplate", "value": "ok"}]'

      """.utf8)
    files["c/object.yaml"] = Array(object.utf8)
    let report = try await Linter.check(InMemoryTree(files: files))
    let found = report.findings.filter { $0.rule == .migrationPending }
    #expect(found.map(\.message) == [message])
    #expect(found.allSatisfy { $0.severity == .note })
  }

  @Test func `a field of before is called one`() async throws {
    let objects = """
      apiVersion: helm.toolkit.fluxcd.io/v2beta2
      kind: HelmRelease
      metadata: {name: a, namespace: a}
      spec: {chart: {spec: {chart: a, valuesFile: a.yaml, sourceRef: {kind: HelmRepository, name: a}}}}

      """
    let report = try await Linter.check(Self.tree("2.7", objects))
    #expect(
      report.findings.filter { $0.rule == .migrationPending }.map(\.message)
        == ["a field of an earlier version: HelmRelease a: 'spec.chart.spec.valuesFile' put into 'valuesFiles'"])
  }
}
