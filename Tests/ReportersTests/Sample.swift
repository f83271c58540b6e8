import Diagnostics
import RuleCatalogue
import RuleFiles
import SourceText

/// Sources to make findings in: places are named by the text that stands there.
struct SampleTree {
  let files: [SourceFile]

  /// The place of `needle`, the first one after the first `anchor`.
  func range(_ path: String, _ needle: String, after anchor: String = "") -> SourceRange {
    guard let index = files.firstIndex(where: { $0.path == path }),
      let anchorEnd = files[index].bytes.firstRange(of: anchor.utf8)?.upperBound,
      let found = files[index].bytes[anchorEnd...].firstRange(of: needle.utf8)
    else { preconditionFailure("no '\(needle)' after '\(anchor)' in '\(path)'") }
    return SourceRange(file: FileID(index), found)
  }

  /// The empty range at the end of a file.
  func end(of path: String) -> SourceRange {
    let range = range(path, "")
    let count = files[Int(range.file.index)].bytes.count
    return SourceRange(file: range.file, count..<count)
  }
}

extension Array<UInt8> {
  fileprivate func firstRange(of needle: String.UTF8View) -> Range<Int>? { self[...].firstRange(of: needle) }
}

extension ArraySlice<UInt8> {
  fileprivate func firstRange(of needle: String.UTF8View) -> Range<Int>? {
    let needle = Array<UInt8>(needle)
    guard count >= needle.count else { return nil }
    for start in startIndex...(endIndex - needle.count) where self[start..<(start + needle.count)].elementsEqual(needle)
    {
      return start..<(start + needle.count)
    }
    return nil
  }
}

/// The reports that the expected files show.
enum Sample {
  static let paths = [
    "apps/my app/hostile #1.yaml", "apps/web/ingress.yaml", "apps/web/release.yaml", "apps/web/settings-1.yaml",
    "apps/web/settings-2.yaml", "apps/web/settings-3.yaml", "apps/web/settings-4.yaml", "apps/web/settings-5.yaml",
    "apps/web/settings-6.yaml", "apps/web/settings-7.yaml", "apps/überwachung/wide.yaml",
    "clusters/production/apps.yaml", "clusters/production/infra.yaml", "infrastructure/kustomization.yaml",
    "infrastructure/namespace.yaml",
  ]

  static func tree() throws -> SampleTree {
    SampleTree(files: try paths.map { SourceFile(path: $0, bytes: try TestData.bytes("repo/" + $0)) })
  }

  static func clean() throws -> Report {
    Report(
      subject: Subject(kind: .commit, revision: "0123456789abcdef0123456789abcdef01234567"), files: try tree().files,
      findings: [], fileCount: 15, objectCount: 12, clusters: ["production"])
  }

  static func fleet() throws -> Report {
    let tree = try tree()
    let findings = findings(tree).sorted(by: Finding.inReportOrder)
    return Report(
      subject: Subject(kind: .workTree), files: tree.files, findings: findings, notChecked: notChecked(tree),
      fileCount: 412, objectCount: 310, clusters: ["development", "production", "production-eu", "staging", "test"],
      suppressedCount: 3)
  }

  private static func notChecked(_ tree: SampleTree) -> [NotChecked] {
    let base = tree.range("infrastructure/kustomization.yaml", "https:")
    return [
      NotChecked(
        reason: "the objects of the remote base are unknown", kind: "remote-base", range: base,
        clusters: ["production", "staging"],
        references: (1...5).map { NotChecked.Reference(range: base, target: "Kustomization flux-system/part-\($0)") }),
      NotChecked(reason: "the content of a submodule is in another repository", path: "vendor/charts", count: 2),
    ] + (1...10).map { NotChecked(reason: "values '${\($0)}' come from a chart") }
  }

  private static func findings(_ tree: SampleTree) -> [Finding] {
    cycle(tree) + substitution(tree) + releaseName(tree) + twice(tree) + hostile(tree) + [
      Finding(
        rule: RuleID("wait-ignores-health-checks"), severity: .warning,
        message: "spec.wait makes spec.healthChecks useless",
        range: tree.range("clusters/production/infra.yaml", "wait: true"), label: "waits for every applied object",
        object: kustomization("infra"), clusters: ["production", "staging"],
        related: [
          RelatedLocation(
            tree.range("clusters/production/infra.yaml", "healthChecks:"), "so this health check is ignored")
        ],
        help: "remove healthChecks, or set wait: false to check only those", data: ["checks": .integer(1)]),
      Finding(
        rule: RuleID("remote-base"), severity: .warning, message: "kustomize base is fetched from the network",
        range: tree.range(
          "infrastructure/kustomization.yaml",
          "https://git.example.com/platform/cert-manager//deploy/manifests/overlays/production-with-a-long-name?ref=main&timeout=90s"
        ), label: "moving branch 'main', not part of this repository",
        notes: ["objects from this base are unknown; 2 references to them were not checked"],
        help: "use a GitRepository or OCIRepository source, or vendor the files",
        data: ["url": .string("https://git.example.com/platform/cert-manager"), "pinned": .boolean(false)]),
      Finding(
        rule: RuleID("object-without-name"), severity: .error, message: "the Namespace has no name",
        range: tree.end(of: "infrastructure/namespace.yaml"), label: "metadata.name is missing",
        related: [RelatedLocation(tree.range("infrastructure/namespace.yaml", "metadata:\n  labels: {}"), "here")]),
    ]
  }

  private static func cycle(_ tree: SampleTree) -> [Finding] {
    let infra = tree.range("clusters/production/apps.yaml", "infra", after: "dependsOn")
    let apps = tree.range("clusters/production/infra.yaml", "apps", after: "dependsOn")
    return [
      Finding(
        rule: RuleID("depends-on-cycle"), severity: .error,
        message: "Kustomization 'flux-system/apps' waits for itself", range: infra, label: "apps waits for infra,",
        object: kustomization("apps"), clusters: ["production"],
        related: [RelatedLocation(apps, "and infra waits for apps")],
        notes: ["cycle: apps -> infra -> apps. Neither will ever become ready"],
        help: "remove one of the two dependsOn entries", data: ["cycle": .strings(["apps", "infra"])])
    ]
  }

  private static func substitution(_ tree: SampleTree) -> [Finding] {
    [
      Finding(
        rule: RuleID("undefined-substitution"), severity: .error,
        message: "variable '${clustr_name}' is not defined for Kustomization 'flux-system/apps'",
        range: tree.range("apps/web/ingress.yaml", "${clustr_name}"),
        label: "becomes an empty string: 'web..example.com'",
        object: ObjectReference(apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "web", name: "web"),
        clusters: ["development", "production", "production-eu", "staging", "test"],
        related: [
          RelatedLocation(
            tree.range("clusters/production/apps.yaml", "cluster_name"), "a similar name is defined here")
        ], help: "did you mean 'cluster_name'?", data: ["variable": .string("clustr_name")]),
      Finding(
        rule: RuleID("undefined-substitution"), severity: .error, message: "variable 'missing' is not defined",
        range: tree.range("apps/überwachung/wide.yaml", "${missing}"), label: "becomes an empty string",
        clusters: ["development", "production", "production-eu", "staging"],
        related: [
          RelatedLocation(tree.range("apps/überwachung/wide.yaml", "東京", after: "name"), "wide"),
          RelatedLocation(tree.range("apps/überwachung/wide.yaml", "data: 1\r\n"), "after a tab"),
          RelatedLocation(tree.range("apps/überwachung/wide.yaml", "déploiement"), "after a byte-order mark"),
        ], data: ["variable": .string("missing")]),
    ]
  }

  private static func releaseName(_ tree: SampleTree) -> [Finding] {
    [
      Finding(
        rule: RuleID("release-name-too-long"), severity: .error,
        message: "Helm release name is too long: 58 characters, the limit is 53",
        range: tree.range("apps/web/release.yaml", "kube-prometheus-stack-with-thanos"),
        object: ObjectReference(
          apiVersion: "helm.toolkit.fluxcd.io/v2beta1", kind: "HelmRelease", namespace: "flux-system",
          name: "kube-prometheus-stack-with-thanos"),
        related: [
          RelatedLocation(
            tree.range("apps/web/release.yaml", "observability-production"), "is put in front of the name")
        ],
        notes: [
          "computed:  observability-production-kube-prometheus-stack-with-thanos",
          "Flux uses: observability-production-kube-prometheus-ff2ffeae2268",
        ], help: "set spec.releaseName; changing it later re-installs the release", data: ["length": .integer(58)]),
      Finding(
        rule: RuleID("deprecated-api-version"), severity: .note,
        message: "'helm.toolkit.fluxcd.io/v2beta1' is deprecated, use 'helm.toolkit.fluxcd.io/v2'",
        range: tree.range("apps/web/release.yaml", "helm.toolkit.fluxcd.io/v2beta1")),
    ]
  }

  private static func twice(_ tree: SampleTree) -> [Finding] {
    [
      Finding(
        rule: RuleID("object-applied-twice"), severity: .warning,
        message: "ConfigMap 'web/settings' is applied 7 times",
        range: tree.range("apps/web/settings-1.yaml", "settings"), label: "first here",
        object: ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "web", name: "settings"),
        clusters: ["production"],
        related: (2...7).map {
          RelatedLocation(tree.range("apps/web/settings-\($0).yaml", "settings"), "again by 'settings-\($0)'")
        }, help: "keep one of them")
    ]
  }

  /// Two findings that have nothing to tell them apart but their places, in a file that tries what it can.
  private static func hostile(_ tree: SampleTree) -> [Finding] {
    let path = "apps/my app/hostile #1.yaml"
    return [
      Finding(
        rule: RuleID("hostile"), severity: .warning, message: "'\u{1B}[31m' is no [text](9) for {0}",
        range: tree.range(path, "\u{1B}[31mred\u{1B}[0m"), label: "with a \u{202E}trick\n::error::here",
        related: [
          RelatedLocation(tree.range(path, "::error"), "a [command] of GitHub"),
          RelatedLocation(tree.range(path, "##vso"), "one of Azure"),
          RelatedLocation(tree.range(path, "byte"), "after bytes that are not text"),
          RelatedLocation(tree.range(path, "return"), "after a carriage return"),
          RelatedLocation(tree.range(path, "b", after: "zero: a"), "after a zero-width space"),
        ], help: "remove it\n::stop-commands::x"),
      Finding(
        rule: RuleID("hostile"), severity: .warning, message: "another", range: tree.range(path, "bad: ")),
    ]
  }

  private static func kustomization(_ name: String) -> ObjectReference {
    ObjectReference(
      apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization", namespace: "flux-system", name: name)
  }

  /// Metadata for most of the rules above: one rule of a finding is unknown, and one known rule finds nothing.
  static let rules = [
    RuleMetadata(
      id: RuleID("depends-on-cycle"), family: "order", severity: .error,
      summary: "Kustomizations wait for each other",
      text: .read(
        RuleProse(
          summary: "Kustomizations wait for each other", why: "None of them ever becomes ready.\nNothing says so.",
          fix: "Remove one of the dependsOn entries.", guards: ["The cycle leads through another repository."],
          references: [
            RuleProse.Reference(title: "Dependencies", source: "https://fluxcd.io/flux/components/kustomize/"),
            RuleProse.Reference(title: "Sorting", source: "fluxcd/pkg runtime/dependency/sort.go"),
          ]))),
    rule("deprecated-api-version", .note, "an API version will be removed"),
    rule("object-applied-twice", .warning, "an object is applied by two owners"),
    rule("object-without-name", .error, "an object has no name"),
    rule("path-missing", .error, "a path leads nowhere"),
    rule("release-name-too-long", .error, "Helm cannot use the name of the release"),
    rule("remote-base", .warning, "a base is fetched from the network"),
    rule("undefined-substitution", .error, "a ${variable} has no value"),
    rule("wait-ignores-health-checks", .warning, "health checks are ignored"),
  ]

  private static func rule(_ name: String, _ severity: Severity, _ summary: String) -> RuleMetadata {
    RuleMetadata(
      id: RuleID(name), family: "order", severity: severity, summary: summary,
      text: .read(RuleProse(summary: summary, why: "Because \(summary).", fix: "Change it")))
  }
}
