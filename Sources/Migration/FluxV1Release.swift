import Manifests
import SourceText
import TextEdits
import YAMLSyntax

/// A HelmRelease of the Helm Operator as text for helm-controller.
///
/// Fields are mapped after the types of both (helm-operator `pkg/apis/helm.fluxcd.io/v1/types_helmrelease.go`,
/// helm-controller `api/v2/helmrelease_types.go`), with the defaults of the old controller written out where those of the
/// new one differ. What cannot be said in the new form is a blocker; then nothing of the object is changed.
struct FluxV1Release {
  /// What a chart comes from: one source object serves all releases of a namespace that use it.
  struct Source: Hashable {
    var kind: String
    var namespace: String
    var url: String
    var ref: [String] = []
    var secret: String?
  }

  let text: FileText
  let root: NodeRef
  let target: MigrationTarget
  private(set) var blockers: [Remark] = []
  private(set) var source: Source?
  let name: String
  let namespace: String
  /// What the source is called if it has to be made.
  private(set) var sourceName = ""

  private var forest: Forest { text.forest }
  private var spec: NodeRef? { forest.value(root, "spec") }

  init(text: FileText, root: NodeRef, target: MigrationTarget) {
    self.text = text
    self.root = root
    self.target = target
    name = text.forest.value(root, "metadata", "name").map { text.forest.text($0) } ?? ""
    namespace = text.forest.value(root, "metadata", "namespace").map { text.forest.text($0) } ?? ""
    check()
    readChart()
  }

  // MARK: - What is in the way

  private static let fields: Set<String> = [
    "chart", "releaseName", "targetNamespace", "maxHistory", "timeout", "wait", "forceUpgrade", "resetValues",
    "skipCRDs",
    "disableOpenAPIValidation", "rollback", "test", "values", "valueFileSecrets", "valuesFrom", "helmVersion",
  ]

  /// A status is what the operator wrote, and goes with it.
  private static let topFields: Set<String> = ["apiVersion", "kind", "metadata", "spec", "status"]

  private mutating func block(_ message: String, at node: NodeRef) {
    blockers.append(
      Remark(
        .fluxV1Work, "HelmRelease '\(name)' is left: \(message)", at: forest.range(node), help: "convert it by hand"))
  }

  private mutating func check() {
    guard let spec, forest.kind(spec) == .mapping else { return block("it has no 'spec'", at: root) }
    if !text.isSelfContained(root) { block("it has anchors or aliases", at: root) }
    if forest[root].style == .flow || forest[spec].style == .flow { block("it is written in flow style", at: root) }
    if namespace.isEmpty { block("its namespace, a part of the name of the release, is not written in it", at: root) }
    for pair in forest.pairs(root) where !Self.topFields.contains(forest.text(pair.key)) {
      block("'\(forest.text(pair.key))' is not known", at: pair.key)
    }
    for pair in forest.pairs(spec) where !Self.fields.contains(forest.text(pair.key)) {
      block("'spec.\(forest.text(pair.key))' is not known", at: pair.key)
    }
    for (mapping, path) in [
      (spec, "spec"), (forest.value(spec, "rollback"), "spec.rollback"), (forest.value(spec, "test"), "spec.test"),
    ] {
      guard let mapping, let timeout = forest.value(mapping, "timeout") else { continue }
      if forest.text(timeout).isEmpty || !forest.text(timeout).allSatisfy({ $0.isASCII && $0.isNumber }) {
        block("'\(path).timeout' is no number of seconds", at: timeout)
      }
    }
    if let version = forest.value(spec, "helmVersion"), forest.text(version) != "v3" {
      block("a release of Helm 2 has to be converted in the cluster first", at: version)
    }
    checkValues(spec)
  }

  private mutating func checkValues(_ spec: NodeRef) {
    var hasOthers = forest.value(spec, "valueFileSecrets").map { forest.count($0) > 0 } ?? false
    for item in items("valuesFrom", of: spec) {
      for pair in forest.pairs(item) {
        let reference = pair.value
        switch forest.text(pair.key) {
        case "configMapKeyRef", "secretKeyRef":
          hasOthers = true
          if let other = forest.value(reference, "namespace"), forest.text(other) != namespace {
            block("its values are in another namespace", at: other)
          }
        case "chartFileRef":
          if hasOthers { block("a file of the chart comes behind other values, which win now", at: pair.key) }
          if isTrue(reference, "optional") { block("a file of the chart is optional", at: pair.key) }
        default: block("'\(forest.text(pair.key))' has no counterpart", at: pair.key)
        }
      }
    }
  }

  private mutating func readChart() {
    guard let spec, let chart = forest.value(spec, "chart") else { return block("it has no 'spec.chart'", at: root) }
    if let repository = forest.value(chart, "repository") {
      let url = forest.text(repository)
      if !url.hasPrefix("https://"), !url.hasPrefix("http://") {
        block("'\(url)' needs a plugin of Helm", at: repository)
      }
      if forest.value(chart, "name") == nil || forest.value(chart, "version") == nil {
        block("'spec.chart' needs a name and a version; without one the newest is taken from then on", at: repository)
      }
      source = Source(kind: "HelmRepository", namespace: namespace, url: url)
      sourceName = name
    } else if let git = forest.value(chart, "git") {
      readGit(git, chart)
    } else {
      block("its chart is neither from a repository nor from Git", at: chart)
    }
  }

  private mutating func readGit(_ git: NodeRef, _ chart: NodeRef) {
    let url = forest.text(git)
    let isTransport = ["https://", "http://", "ssh://"].contains { url.hasPrefix($0) }
    if !isTransport {
      block("write the URL as 'ssh://', and make a Secret with the SSH key that the operator had mounted", at: git)
    } else if url.hasPrefix("ssh://"), forest.value(chart, "secretRef") == nil {
      block("make a Secret with the SSH key that the operator had mounted", at: git)
    }
    if forest.value(chart, "path") == nil { block("'spec.chart' has no 'path'", at: chart) }
    if isTrue(chart, "skipDepUpdate"), let node = forest.value(chart, "skipDepUpdate") {
      block("'skipDepUpdate' has no counterpart", at: node)
    }
    if let other = forest.value(chart, "secretRef", "namespace"), forest.text(other) != namespace {
      block("its Secret is in another namespace", at: other)
    }
    var ref: [String] = []
    if let node = forest.value(chart, "ref") {
      let value = forest.text(node)
      if value.utf8.count == 40, value.utf8.allSatisfy({ Self.isHexadecimal($0) }) {
        ref = ["commit: \(value)"]
      } else if value.hasPrefix("refs/tags/") {
        ref = ["tag: \(value.dropFirst("refs/tags/".count))"]
      } else if value.hasPrefix("refs/heads/") {
        ref = ["branch: \(value.dropFirst("refs/heads/".count))"]
      } else {
        block("'\(value)' may be a branch or a tag; write 'refs/heads/…' or 'refs/tags/…' and run again", at: node)
      }
    } else {
      block("'spec.chart' has no 'ref': the operator took what it was started with", at: chart)
    }
    source = Source(
      kind: "GitRepository", namespace: namespace, url: url, ref: ref,
      secret: forest.value(chart, "secretRef", "name").map { forest.text($0) })
    let last = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? name
    sourceName = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }

  // MARK: - Reading

  private func items(_ key: String, of mapping: NodeRef) -> [NodeRef] {
    forest.value(mapping, key: key).map { Array(forest.items($0)) } ?? []
  }

  private func isTrue(_ mapping: NodeRef, _ key: String) -> Bool {
    forest.isTrue(forest.value(mapping, key: key))
  }

  /// A scalar as it is written, quotes included.
  private func raw(_ mapping: NodeRef, _ keys: String...) -> String? {
    var node = mapping
    for key in keys {
      guard let next = forest.value(node, key: key) else { return nil }
      node = next
    }
    return text.rawScalar(node).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A time-out, which the operator counts in seconds, quotes left out.
  private func seconds(_ mapping: NodeRef) -> String? {
    forest.value(mapping, "timeout").flatMap { forest.kind($0) == .scalar ? "\(forest.text($0))s" : nil }
  }

  // MARK: - Writing

  /// The object that the chart comes from.
  static func manifest(of source: Source, name: String, version: String) -> [String] {
    var lines = [
      "apiVersion: \(version)", "kind: \(source.kind)", "metadata:", "  name: \(name)",
      "  namespace: \(source.namespace)", "spec:", "  interval: \(source.kind == "GitRepository" ? "5m" : "10m")",
      "  url: \(source.url)",
    ]
    if !source.ref.isEmpty { lines += ["  ref:"] + source.ref.map { "    \($0)" } }
    if let secret = source.secret { lines += ["  secretRef:", "    name: \(secret)"] }
    return lines
  }

  /// The lines of the new object; nil when a part of the old one cannot be taken over as it is written.
  func manifest(sourceName: String, version: String) -> [String]? {
    guard let spec, let chart = forest.value(spec, "chart"), let metadata = block("metadata", of: root, column: 0)
    else {
      return nil
    }
    var lines = ["apiVersion: \(version)", "kind: HelmRelease"] + metadata + ["spec:", "  interval: 5m"]
    lines.append("  releaseName: \(raw(spec, "releaseName") ?? defaultReleaseName(spec))")
    if let targetNamespace = raw(spec, "targetNamespace") {
      lines += ["  targetNamespace: \(targetNamespace)", "  storageNamespace: \(targetNamespace)"]
    }
    if let timeout = seconds(spec) { lines.append("  timeout: \(timeout)") }
    lines.append("  maxHistory: \(raw(spec, "maxHistory") ?? "10")")
    lines += chartLines(chart, spec, sourceName: sourceName)
    lines += actionLines(spec)
    lines += valuesFromLines(spec)
    if forest.value(spec, "values") != nil {
      guard let values = block("values", of: spec, column: 2) else { return nil }
      lines += values
    }
    return lines
  }

  /// Helm Operator `GetReleaseName`.
  private func defaultReleaseName(_ spec: NodeRef) -> String {
    let targetNamespace = forest.value(spec, "targetNamespace").map { forest.text($0) } ?? namespace
    return targetNamespace == namespace ? "\(namespace)-\(name)" : "\(namespace)-\(targetNamespace)-\(name)"
  }

  private func chartLines(_ chart: NodeRef, _ spec: NodeRef, sourceName: String) -> [String] {
    let isGit = source?.kind == "GitRepository"
    var lines = ["  chart:", "    spec:"]
    if isGit {
      lines += ["      chart: \(raw(chart, "path") ?? "")", "      reconcileStrategy: Revision"]
    } else {
      lines += ["      chart: \(raw(chart, "name") ?? "")", "      version: \(raw(chart, "version") ?? "")"]
    }
    let files = items("valuesFrom", of: spec).compactMap { forest.value($0, "chartFileRef", "path") }.map(forest.text)
    if !files.isEmpty {
      // Given files take the place of the chart's own, and paths in Git are from the top of the repository.
      let path = forest.value(chart, "path").map { forest.text($0) } ?? ""
      let directory = !isGit ? "" : path.hasSuffix("/") ? path : path + "/"
      lines.append("      valuesFiles:")
      lines += (["values.yaml"] + files).map { "        - \(directory)\($0)" }
    }
    return lines + [
      "      sourceRef:", "        kind: \(source?.kind ?? "")", "        name: \(sourceName)",
    ]
  }

  private func actionLines(_ spec: NodeRef) -> [String] {
    let rollback = forest.value(spec, "rollback").flatMap { isTrue($0, "enable") ? $0 : nil }
    let test = forest.value(spec, "test").flatMap { isTrue($0, "enable") ? $0 : nil }
    // The operator waits when it is told to, and where rollback or test need it.
    let waits = isTrue(spec, "wait") || rollback != nil || test != nil
    var install: [String] = []
    var upgrade: [String] = []
    if !waits {
      install.append("disableWait: true")
      upgrade.append("disableWait: true")
    }
    if isTrue(spec, "skipCRDs") { install.append("crds: Skip") }
    if isTrue(spec, "forceUpgrade") { upgrade.append("force: true") }
    if forest.value(spec, "resetValues").map({ forest.text($0) == "false" }) ?? false {
      upgrade.append("preserveValues: true")
    }
    if isTrue(spec, "disableOpenAPIValidation") {
      install.append("disableOpenAPIValidation: true")
      upgrade.append("disableOpenAPIValidation: true")
    }
    var result: [String] = []
    if let rollback {
      let retries = isTrue(rollback, "retry")
      upgrade += ["remediation:", "  retries: \(retries ? raw(rollback, "maxRetries") ?? "5" : "0")"]
      upgrade.append(retries ? "  strategy: rollback" : "  remediateLastFailure: true")
    }
    result += section("install", install) + section("upgrade", upgrade)
    if let rollback {
      var lines = ["force", "disableHooks"].filter { isTrue(rollback, $0) }.map { "\($0): true" }
      if isTrue(rollback, "recreate"), !target.isAtLeast(8) { lines.append("recreate: true") }
      if !isTrue(rollback, "wait") { lines.append("disableWait: true") }
      if let timeout = seconds(rollback) { lines.append("timeout: \(timeout)") }
      result += section("rollback", lines)
    }
    if let test {
      var lines = ["enable: true"]
      if isTrue(test, "ignoreFailures") { lines.append("ignoreFailures: true") }
      if let timeout = seconds(test) { lines.append("timeout: \(timeout)") }
      result += section("test", lines)
    }
    return result
  }

  private func section(_ name: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["  \(name):"] + lines.map { "    \($0)" }
  }

  private func valuesFromLines(_ spec: NodeRef) -> [String] {
    var lines: [String] = []
    for secret in items("valueFileSecrets", of: spec) {
      lines += ["    - kind: Secret", "      name: \(raw(secret, "name") ?? "")"]
    }
    for item in items("valuesFrom", of: spec) {
      for (key, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
        guard let reference = forest.value(item, key: key) else { continue }
        lines += ["    - kind: \(kind)", "      name: \(raw(reference, "name") ?? "")"]
        if let valuesKey = raw(reference, "key") { lines.append("      valuesKey: \(valuesKey)") }
        if isTrue(reference, "optional") { lines.append("      optional: true") }
      }
    }
    return lines.isEmpty ? [] : ["  valuesFrom:"] + lines
  }

  /// The lines of a pair as they are written, moved to a column.
  private func block(_ key: String, of mapping: NodeRef, column: Int) -> [String]? {
    guard let (_, pair) = text.writtenPair(mapping, key), let range = text.linesOf(pair),
      let shifts = text.layout.shift(
        linesIn: range, by: column - text.layout.column(text.bounds(pair.key).lowerBound))
    else { return nil }
    let local = shifts.map {
      Edit($0.range.lowerBound - range.lowerBound..<$0.range.upperBound - range.lowerBound, $0.replacement)
    }
    guard let bytes = try? Edit.apply(local, to: Array(text.bytes[range])) else { return nil }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
