import FluxModel
import SourceText
import TextEdits
import YAMLSyntax

/// What one object needs beside its version: fields that the new version does not have, or wants to be otherwise.
///
/// Derived from the CRDs of the controller releases and from their changelogs. An object moves as a whole or not at all:
/// with one blocker its version stays, because the API server refuses fields that a version does not have.
struct FieldMigration {
  struct Change {
    var edits: [Edit]
    var message: String
    var range: SourceRange
  }

  let forest: Forest
  /// Nil where the layout cannot be changed: then every change of a field is a blocker.
  let text: FileText?
  let target: MigrationTarget
  let root: NodeRef
  let id: RepositoryContext.Written
  /// The version it gets, or has.
  let version: String
  /// A patch need not have what an object must have.
  let isPatch: Bool

  private(set) var changes: [Change] = []
  private(set) var blockers: [Remark] = []
  /// Fields that stay and do not hold up the version.
  var remarks: [Remark] = []
  /// What holds for the target release, whether the version moves or not.
  private(set) var conditionRemarks: [Remark] = []
  let legacySecrets: [RepositoryContext.SecretName: [String]]
  /// Whether a list of a patch gets items, and takes the place of the one that its object has.
  private(set) var mayNotCommute = false

  init(_ migrator: FileMigrator, root: NodeRef, id: RepositoryContext.Written, to version: String, isPatch: Bool) {
    forest = migrator.forest
    text = migrator.editableText
    target = migrator.target
    self.root = root
    self.id = id
    self.version = version
    self.isPatch = isPatch
    legacySecrets = migrator.context.legacySecrets
  }

  /// Whether the version changes from `old`, or from one before it.
  func moves(across old: String) -> Bool {
    let versions = APIVersions.versions(group: id.group, kind: id.kind).map(\.version)
    guard id.version != version, let own = versions.firstIndex(of: id.version) else { return false }
    // The alphas of a kind without this beta are older than it all the same.
    return versions.firstIndex(of: old).map { own <= $0 } ?? id.version.contains("alpha")
  }

  mutating func run() {
    switch id.kind {
    case "Kustomization": kustomization()
    case "HelmRelease": helmRelease()
    case "GitRepository", "Bucket", "HelmChart", "HelmRepository", "OCIRepository": source()
    case "ImageRepository":
      sourceDurations()
      exclusions()
    case "ImageUpdateAutomation": imageUpdateAutomation()
    case "Alert", "Provider", "Receiver": notification()
    default: break
    }
    conditions()
  }

  // MARK: - Kinds

  private mutating func kustomization() {
    guard let spec = forest.value(root, "spec") else { return }
    if id.version == "v1alpha1" { dependsOnStrings(spec) }
    if moves(across: "v1beta1") { durations(spec, ["interval", "retryInterval", "timeout"]) }
    guard version == "v1" else {
      if forest.value(spec, "validation") != nil, target.release >= FluxVersion(major: 0, minor: 18) {
        note(.deprecatedField, "validation", spec, "is ignored since Flux 0.18")
      }
      return
    }
    remove("validation", from: spec, "spec")
    serviceAccount(spec)
    if let reason = stageConflict(spec), let pair = forest.pair(spec, "patchesJson6902") {
      block("'spec.patchesJson6902' cannot become 'patches': \(reason)", at: pair.key)
    } else {
      mergePatches(of: spec, "spec")
    }
  }

  private mutating func helmRelease() {
    guard let spec = forest.value(root, "spec") else { return }
    if id.version == "v2alpha1" { dependsOnStrings(spec) }
    if moves(across: "v2beta1") {
      durations(spec, ["interval", "timeout"])
      if target.isAtLeast(3), !isPatch, let reference = pair(spec, "chartRef"), pair(spec, "chart") != nil {
        block("'spec.chart' and 'spec.chartRef' exclude each other", at: reference.key, help: "keep one of them")
      }
    }
    if let install = forest.value(spec, "install"), forest.value(install, "skipCRDs") != nil, target.isAtLeast(2) {
      let isOff = forest.value(install, "skipCRDs").map {
        forest.scalarValue($0, dialect: .resource) == .boolean(false)
      }
      note(
        .ignoredField, "skipCRDs", install, "is ignored since Flux 2.2: CRDs are installed",
        help: isOff ?? false ? "drop it" : "write 'crds: Skip' to keep them out")
    }
    let chart = forest.value(spec, "chart", "spec")
    guard version == "v2" else {
      if let chart, forest.value(chart, "valuesFile") != nil {
        note(.deprecatedField, "valuesFile", chart, "is gone in v2")
      }
      return
    }
    if let chart { foldValuesFile(chart, "spec.chart.spec") }
    let renderers = forest.value(spec, "postRenderers").map { Array(forest.items($0)) } ?? []
    for renderer in renderers {
      if let kustomize = forest.value(renderer, "kustomize") {
        mergePatches(of: kustomize, "spec.postRenderers.kustomize")
      }
    }
  }

  private mutating func source() {
    guard let spec = forest.value(root, "spec") else { return }
    sourceDurations()
    if id.kind == "HelmRepository", moves(across: "v1beta1"), target.isAtLeast(2),
      let url = forest.value(spec, "url"), let scheme = scheme(of: url), !["http", "https", "oci"].contains(scheme)
    {
      block("a URL of scheme '\(scheme)' is refused by '\(version)'", at: url)
    }
    guard version == "v1" else { return }
    if id.kind == "GitRepository" {
      remove("gitImplementation", from: spec, "spec")
      if let verify = forest.pair(spec, "verify"), forest.value(verify.value, "secretRef") == nil, !isPatch {
        block(
          "'spec.verify' needs a 'secretRef' in '\(version)'", at: verify.key,
          help: "name the Secret with the public keys")
      }
    }
    if ["GitRepository", "Bucket", "HelmChart"].contains(id.kind) { remove("accessFrom", from: spec, "spec") }
    if id.kind == "HelmChart" { foldValuesFile(spec, "spec") }
  }

  private mutating func sourceDurations() {
    guard moves(across: "v1beta1"), let spec = forest.value(root, "spec") else { return }
    durations(spec, ["interval"])
    guard let timeout = forest.value(spec, "timeout"), isText(timeout) else { return }
    if !isDuration(timeout, units: ["ms", "s", "m"]) {
      block(
        "'spec.timeout' of '\(forest.text(timeout))' is refused by '\(version)', which takes ms, s and m", at: timeout,
        help: "1h is 60m; it was probably a mistake")
    }
  }

  private mutating func exclusions() {
    guard moves(across: "v1beta1"), let list = forest.value(root, "spec", "exclusionList"), forest.count(list) > 25
    else { return }
    block("'spec.exclusionList' has \(forest.count(list)) items, '\(version)' takes 25", at: list)
  }

  private mutating func imageUpdateAutomation() {
    guard let spec = forest.value(root, "spec") else { return }
    if moves(across: "v1alpha2") { durations(spec, ["interval"]) }
    if id.version == "v1alpha1", version != id.version {
      for key in ["checkout", "commit", "push"] {
        guard let pair = pair(spec, key) else { continue }
        block(
          "'spec.\(key)' moved: write 'spec.sourceRef' and 'spec.git' with 'checkout.ref', 'commit.author' and 'push'",
          at: pair.key)
      }
    }
    guard target.isAtLeast(3), version == "v1beta2" || version == "v1",
      let template = forest.value(spec, "git", "commit", "messageTemplate")
    else { return }
    commitTemplate(template)
  }

  private mutating func notification() {
    guard let spec = forest.value(root, "spec") else { return }
    switch id.kind {
    case "Receiver":
      guard version == "v1", id.version != version, !isPatch, forest.value(spec, "secretRef") == nil,
        let pair = forest.pair(root, "spec")
      else { return }
      block("a Receiver needs 'spec.secretRef' in '\(version)'", at: pair.key, help: "name the Secret with the token")
    case "Provider":
      if version == "v1", let proxy = pair(spec, "proxy") {
        block(
          "'spec.proxy' is gone in 'v1', and the key 'proxy' of its Secret is not read", at: proxy.key,
          help: "name a Secret with 'address', 'username' and 'password' in 'proxySecretRef'", isUncertain: true)
      }
      if version == "v1beta3" || version == "v1", forest.value(spec, "interval") != nil {
        // 2.2.0 alone refuses it. Which patch release is installed is not known, and no release misses it.
        if target.release == FluxVersion(major: 2, minor: 2), target.patch == 0 || target.isInstalled {
          remove("interval", from: spec, "spec")
        } else if id.version != version {
          note(.ignoredField, "interval", spec, "has no effect in '\(version)'")
        }
      }
      if moves(across: "v1beta1") { limit(spec, ["address", "channel", "username", "proxy"], to: 2048) }
    default:
      if moves(across: "v1beta1") { limit(spec, ["summary"], to: 255) }
    }
  }

  // MARK: - Changes

  private mutating func remove(_ key: String, from mapping: NodeRef, _ path: String) {
    guard let pair = pair(mapping, key) else { return }
    let edits = text?.remove(key, from: mapping)
    noteComment(behind: pair, edits)
    change("'\(path).\(key)' removed, which has no effect", at: pair.key, edits)
  }

  private mutating func foldValuesFile(_ mapping: NodeRef, _ path: String) {
    guard let pair = pair(mapping, "valuesFile") else { return }
    mayNotCommute = isPatch
    if forest.kind(pair.value) == .scalar, forest.scalarValue(pair.value, dialect: .resource) == .null {
      // In a patch it takes away what the base has.
      let edits = isPatch ? nil : text?.remove("valuesFile", from: mapping)
      noteComment(behind: pair, edits)
      return change("'\(path).valuesFile' removed, which is not set", at: pair.key, edits)
    }
    // The old field is merged before the list (source-controller api/v1beta2 GetValuesFiles).
    let edits = text?.fold("valuesFile", into: "valuesFiles", of: mapping, atStart: true)
    if self.pair(mapping, "valuesFiles") != nil { noteComment(behind: pair, edits) }
    change("'\(path).valuesFile' put into 'valuesFiles'", at: pair.key, edits)
  }

  /// Says so when what somebody wrote behind a line goes with it.
  private mutating func noteComment(behind pair: Forest.Pair, _ edits: [Edit]?) {
    guard let text, edits != nil, forest.written(pair.value).style != .flow else { return }
    let end = max(text.bounds(pair.key).upperBound, text.bounds(pair.value).upperBound)
    let rest = text.bytes[end..<text.layout.lineEnd(end)]
    guard let mark = rest.firstIndex(of: UInt8(ascii: "#")) else { return }
    let words = String(decoding: rest[(mark + 1)...], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { return }
    remarks.append(
      Remark(
        .ignoredField, "the comment '\(words.joined(separator: " "))' goes with '\(forest.text(pair.key))'",
        at: SourceRange(file: forest.range(pair.key).file, mark..<mark + 1)))
  }

  private mutating func mergePatches(of mapping: NodeRef, _ path: String) {
    let keys = ["patchesStrategicMerge", "patchesJson6902"].filter { pair(mapping, $0) != nil }
    guard let first = keys.first.flatMap({ pair(mapping, $0) }) else { return }
    mayNotCommute = isPatch
    let edits = text.flatMap { text in
      PatchLists(text: text).merge(
        [
          ("patchesStrategicMerge", true, PatchLists.objectAsPatch),
          ("patchesJson6902", false, PatchLists.operationsAsText),
        ], into: "patches", of: mapping)
    }
    change(
      "\(keys.map { "'\(path).\($0)'" }.joined(separator: " and ")) put into 'patches'", at: first.key, edits)
  }

  /// Why JSON patches may not run before the namespace, the prefix and the suffix are set, as `patches` do.
  private func stageConflict(_ spec: NodeRef) -> String? {
    guard let list = forest.value(spec, "patchesJson6902") else { return nil }
    let stages = ["targetNamespace", "namePrefix", "nameSuffix", "commonMetadata"].filter { pair(spec, $0) != nil }
    guard let stage = stages.first else { return nil }
    for item in forest.items(list) {
      if forest.value(item, "target", "namespace") != nil || forest.value(item, "target", "labelSelector") != nil
        || forest.value(item, "target", "annotationSelector") != nil
      {
        return "its target may name what '\(stage)' sets"
      }
      guard let operations = forest.value(item, "patch") else { continue }
      let touchesMetadata = forest.items(operations).contains { operation in
        ["path", "from"].contains { key in
          forest.value(operation, key: key).map { forest.text($0).hasPrefix("/metadata") } ?? false
        }
      }
      if touchesMetadata || forest.kind(operations) == .scalar {
        return "it ran after '\(stage)', 'patches' run before"
      }
    }
    return nil
  }

  private mutating func dependsOnStrings(_ spec: NodeRef) {
    guard let list = forest.pair(spec, "dependsOn") else { return }
    var edits: [Edit]? = text?.isSelfContained(list.value) == true ? [] : nil
    var isNeeded = false
    for item in forest.items(list.value) where forest.kind(item) == .scalar {
      isNeeded = true
      // With a namespace in front the quotes would have to be split too.
      guard let text, let raw = text.flowScalar(item),
        forest.written(item).style == .plain || !raw.contains(UInt8(ascii: "/"))
      else {
        edits = nil
        continue
      }
      let parts = raw.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
      let isFlow = forest[list.value].style == .flow
      var new = Array("name: ".utf8) + (parts.last ?? [])
      if parts.count == 2 {
        let separator = isFlow ? [] : text.layout.lineBreak(at: text.bounds(item).lowerBound)
        let indentation = isFlow ? [] : text.layout.blanks(text.layout.column(text.bounds(item).lowerBound))
        new = Array("namespace: ".utf8) + parts[0] + (isFlow ? Array(", ".utf8) : separator + indentation) + new
      }
      if isFlow { new = Array("{".utf8) + new + Array("}".utf8) }
      edits?.append(Edit(text.bounds(item), new))
    }
    if isNeeded { change("names in 'spec.dependsOn' made objects", at: list.key, edits) }
  }

  private mutating func serviceAccount(_ spec: NodeRef) {
    guard let pair = pair(spec, "serviceAccount") else { return }
    let namespace = forest.value(pair.value, "namespace").map { forest.text($0) }
    let own = forest.value(root, "metadata", "namespace").map { forest.text($0) }
    guard let text, namespace == nil || namespace == own, let name = forest.value(pair.value, "name"),
      let raw = text.rawScalar(name), text.isSelfContained(pair.value),
      let key = text.rename(pair, to: "serviceAccountName"),
      let colon = text.afterColon(pair), text.layout.endsLine(text.bounds(pair.value).upperBound),
      forest[pair.value].style == .flow || text.linesOf(pair) != nil
    else {
      block(
        "'spec.serviceAccount' is gone: write 'serviceAccountName'; the account is looked up in the namespace of the object",
        at: pair.key)
      return
    }
    change(
      "'spec.serviceAccount' made 'serviceAccountName'", at: pair.key,
      key + [Edit(colon..<text.bounds(pair.value).upperBound, [0x20] + raw)])
  }

  // MARK: - Results

  func pair(_ mapping: NodeRef, _ key: String) -> Forest.Pair? {
    forest.pairs(mapping).first { forest.text($0.key) == key }
  }

  /// - Parameter place: what is shown of it; nil for all of the node.
  mutating func change(_ message: String, at node: NodeRef, showing place: SourceRange? = nil, _ edits: [Edit]?) {
    guard let edits else {
      block("\(message): the way it is written is not handled", at: node, help: "change it by hand")
      return
    }
    let what = id.name.isEmpty ? id.kind : "\(id.kind) \(id.name)"
    changes.append(Change(edits: edits, message: "\(what): \(message)", range: place ?? forest.range(node)))
  }

  mutating func block(_ message: String, at node: NodeRef, help: String? = nil, isUncertain: Bool = false) {
    // An object that has the version already stays nowhere.
    let stays = id.version == version ? "" : " stays at '\(id.version)'"
    var remark = Remark(
      .fieldNeedsPerson, "\(id.kind) '\(id.name)'\(stays): \(message)", at: forest.range(node), help: help)
    remark.isUncertain = isUncertain && id.version == version
    blockers.append(remark)
  }

  mutating func condition(_ kind: Remark.Kind, _ message: String, at node: NodeRef, help: String?) {
    let range = forest.range(node)
    // Something long is named by its first byte.
    let place =
      forest.kind(node) == .scalar
      ? range
      : SourceRange(file: range.file, Int(range.lowerBound)..<min(Int(range.upperBound), Int(range.lowerBound) + 1))
    conditionRemarks.append(Remark(kind, "\(id.kind) '\(id.name)': \(message)", at: place, help: help))
  }

  private mutating func note(
    _ kind: Remark.Kind, _ key: String, _ mapping: NodeRef, _ what: String, help: String? = nil
  ) {
    guard let pair = pair(mapping, key) else { return }
    remarks.append(Remark(kind, "'\(key)' \(what)", at: forest.range(pair.key), help: help))
  }
}
