import FluxModel
import Manifests
import SourceText
import TextMatching
import YAMLSyntax

// What is only reported.
extension FileMigrator {
  /// The newest version of all, for which Flux must be upgraded first.
  mutating func reportWaiting(group: String, kind: String, version: String, what: String, at node: NodeRef) {
    guard let (last, release) = target.waiting(group: group, kind: kind), version != last else { return }
    switch target.verdict(group: group, kind: kind, version: version) {
    case .current, .outdated:
      remark(
        .waitsForUpgrade, "\(what) has '\(last)' only after the upgrade to Flux \(release)", at: forest.range(node),
        help: "after the upgrade to \(release), run again")
    default: break
    }
  }

  /// A group, a kind or a version that never was, where nobody but Flux has kinds.
  mutating func reportNeverWas(_ root: NodeRef, group: String, kind: String, version: String) {
    guard VersionMentions.isWritten(kind), version.isEmpty || VersionMentions.isWritten(version),
      !context.isDefined(group: group, kind: kind), let node = forest.value(root, "kind"),
      let versionNode = forest.value(root, "apiVersion")
    else { return }
    let existence = APIVersions.existence(
      group: group, kind: kind, version: version, nearest: { Suggestion.nearest(to: $0, in: $1) })
    switch existence {
    case .possible: break
    case .noGroup(let nearest, let otherGroup):
      remark(
        .unknownVersion, "no release of Flux has the group '\(group)'", at: forest.range(versionNode),
        help: nearest.map { "did you mean '\($0)'?" } ?? otherGroup.map { "\(kind) is of the group '\($0)'" })
    case .noKind(let nearest, let otherGroup):
      remark(
        .unknownVersion, "no release of Flux has a kind '\(kind)' in '\(group)'", at: forest.range(node),
        help: nearest.map { "did you mean '\($0)'?" } ?? otherGroup.map { "'\($0)' has one" })
    case .noVersion(let known):
      remark(
        .unknownVersion, Self.message(group: group, kind: kind, version: version, known: known),
        at: forest.range(versionNode))
    }
  }

  private static func message(group: String, kind: String, version: String, known: [String]) -> String {
    (version.isEmpty ? "'\(group)' \(kind) names no version" : "\(kind) never had the version '\(version)'")
      + "; \(APIVersions.listing(known))"
  }

  mutating func report(
    _ verdict: MigrationTarget.Verdict, group: String, kind: String, version: String, at node: NodeRef
  ) {
    let range = forest.range(node)
    let apiVersion = "\(group)/\(version)"
    switch verdict {
    case .current, .outdated, .notFlux: break
    case .tooNew:
      remark(
        .notServedYet, "'\(apiVersion)' \(kind) is not served by Flux \(target)", at: range,
        help: "upgrade Flux first; versions are never lowered")
    case .unknownVersion:
      guard version.isEmpty || VersionMentions.isWritten(version) else { return reportTemplated(version, at: node) }
      // In a group of somebody else there may be more.
      if !APIVersions.isReserved(group) || context.isDefined(group: group, kind: kind, version: version) { return }
      let known = APIVersions.versions(group: group, kind: kind).map(\.version)
      remark(
        .unknownVersion, Self.message(group: group, kind: kind, version: version, known: known), at: range)
    case .otherGroup(let replacement):
      let isPreview = !Self.isFluxV1(group: group, version: version)
      remark(
        isPreview ? .removedGroup : .fluxV1,
        "no release of Flux 2 serves '\(apiVersion)' \(kind); '\(replacement)' took its place, which is another object",
        at: range, help: isPreview ? nil : "'fluxlint migrate --from-v1' converts what it can")
    case .unknownKind:
      remark(.notServedYet, "Flux \(target) has no \(kind)", at: range)
    case .noCommonVersion:
      remark(
        .waitsForUpgrade, "no version of \(kind) is served by Flux \(target.release) as well as \(target.newest)",
        at: range, help: "after the upgrade of \(target.release), run again")
    }
  }

  /// A version that the Flux Operator puts together. Templates of others are not its own.
  private mutating func reportTemplated(_ version: String, at node: NodeRef) {
    guard version.contains("<<") else { return }
    remark(
      .fromVariable, "a template decides the version", at: forest.range(node),
      help: "write the version out, or change what the template is filled with")
  }

  static func isFluxV1(group: String, version: String) -> Bool {
    group.hasSuffix("flux.weave.works") || (group == "helm.fluxcd.io" && version == "v1")
  }

  func isVariable(_ node: NodeRef) -> Bool {
    forest[node].flags.contains(.containsDollar) && forest.withText(node) { $0.contains(subsequence: "${") }
  }

  mutating func reportVariable(_ node: NodeRef) {
    guard forest.withText(node, { $0.contains(subsequence: "toolkit.fluxcd.io/") }) else { return }
    remark(
      .fromVariable, "a variable decides the version", at: forest.range(node),
      help: "write the version out, or change the value of the variable")
  }

  mutating func reportTemplate(_ node: NodeRef) {
    for version in TemplateText(node, in: forest).versions {
      guard case .outdated = target.verdict(group: version.group, kind: version.kind, version: version.version) else {
        continue
      }
      remark(
        .inTemplateText, "the template makes '\(version.group)/\(version.version)' \(version.kind)",
        at: version.range, help: "change the version in the template")
    }
  }

  /// Where a file that is a template says an old version of a kind.
  func oldVersion(inTemplate bytes: [UInt8]) -> SourceRange? {
    let text = String(decoding: bytes, as: UTF8.self)
    return oldVersion(inTemplate: text).map { old in
      let start = text.utf8.distance(from: text.startIndex, to: old.apiVersion.startIndex)
      return SourceRange(file: plan.file, start..<start + old.apiVersion.utf8.count)
    }
  }

  /// The first old version of a kind that the lines of a template say.
  private func oldVersion(inTemplate text: String) -> (apiVersion: Substring, kind: Substring)? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      guard let value = Self.value(of: "apiVersion:", in: line), let slash = value.firstIndex(of: "/") else { continue }
      // The kind is next to it in any usual template.
      let near = lines[max(0, index - 2)..<min(lines.count, index + 3)]
      guard let kind = near.compactMap({ Self.value(of: "kind:", in: $0) }).first else { continue }
      let verdict = target.verdict(
        group: String(value[..<slash]), kind: String(kind), version: String(value[value.index(after: slash)...]))
      if case .outdated = verdict { return (value, kind) }
    }
    return nil
  }

  private static func value(of key: String, in line: Substring) -> Substring? {
    var line = line.drop { $0 == " " || $0 == "-" }
    guard line.hasPrefix(key) else { return nil }
    line = line.dropFirst(key.count).drop { $0 == " " }
    return line.prefix { $0 != " " && $0 != "#" }
  }

  /// Objects of other groups: an object of Flux inside of one is named, since nobody knows what it is there for.
  mutating func visitForeign(_ root: NodeRef, kind: String) {
    guard !["ConfigMap", "Secret", "CustomResourceDefinition"].contains(kind),
      text.bytes.contains(subsequence: "toolkit.fluxcd.io/")
    else { return }
    let isObject = !kind.isEmpty && forest.value(root, "apiVersion") != nil
    for pair in forest.pairs(root) where !forest.hasText(pair.key, "metadata") {
      reportMentions(below: pair.value, as: isObject ? .embedded : .inValues, depth: 0)
    }
  }

  mutating func reportMentions(below node: NodeRef, as kind: Remark.Kind, depth: Int) {
    guard depth < 60 else { return }
    if forest.kind(node) == .mapping { reportMention(node, as: kind) }
    // Aliases are not followed: what they stand for is looked at where it is written.
    guard forest.written(node).kind != .alias else { return }
    for pair in forest.writtenPairs(node) { reportMentions(below: pair.value, as: kind, depth: depth + 1) }
    for item in forest.items(node) { reportMentions(below: item, as: kind, depth: depth + 1) }
  }

  private mutating func reportMention(_ node: NodeRef, as remarkKind: Remark.Kind) {
    guard let kindNode = forest.value(node, "kind") else { return }
    var (group, version) = forest.groupVersion(ManifestObject(root: node))
    var place = forest.value(node, "apiVersion")
    if place == nil, let groupNode = forest.value(node, "group"), let versionNode = forest.value(node, "version") {
      (group, version) = (forest.text(groupNode), forest.text(versionNode))
      place = versionNode
    }
    let kind = forest.text(kindNode)
    guard let place, case .outdated(let new) = target.verdict(group: group, kind: kind, version: version) else {
      return
    }
    remark(
      remarkKind, "'\(group)/\(version)' \(kind) is mentioned here; Flux \(target) has '\(new)'",
      at: forest.range(place),
      help: remarkKind == .inValues
        ? "values belong to the chart: change it if the chart makes an object of it"
        : "change it if an object is made of it")
  }
}
