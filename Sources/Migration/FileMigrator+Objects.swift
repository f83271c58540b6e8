import FluxModel
import Kustomize
import Manifests
import SourceText
import TextMatching
import YAMLSyntax

// Objects, and all places in them that mention a version.
extension FileMigrator {
  private static let kustomizeConfigGroup = "kustomize.config.k8s.io"

  mutating func visit(_ root: NodeRef, role: RepositoryContext.Role?, depth: Int = 0) {
    guard depth < 20 else { return }
    switch role {
    case .replacements(let reach):
      let items = forest.kind(root) == .sequence ? Array(forest.items(root)) : [root]
      for item in items { visit(item, MentionPlace.replacement, what: "replacement", reach: reach) }
      return
    case .configuration:
      visitSelectors(below: root)
      return
    case .patch(let reach):
      if forest.kind(root) == .sequence { return visitOperations(root, kind: reach.targetKind) }
    case nil: break
    }
    // A list at the top is nothing that Flux applies, nor is a mapping without a kind: values of a chart, most often.
    guard forest.kind(root) == .mapping else { return reportMentions(below: root, as: .inValues, depth: 0) }
    let (group, version) = APIVersions.parts(forest.groupVersion(ManifestObject(root: root)))
    let kind = forest.value(root, "kind").map { forest.text($0) } ?? ""
    if group == Self.kustomizeConfigGroup || (version.isEmpty && KustomizationFile.isOne(path)) {
      visitKustomizationFile(root)
    } else if kind.hasSuffix("List"), let items = forest.value(root, "items") {
      visitListHead(root, group: group, version: version, kind: String(kind.dropLast(4)))
      for item in forest.items(items) { visit(item, role: role, depth: depth + 1) }
    } else if let node = forest.value(root, "apiVersion"), isVariable(node) {
      reportVariable(node)
    } else if let node = forest.value(root, "kind"), APIVersions.isFluxGroup(group), isVariable(node) {
      remark(
        .fromVariable, "a variable decides the kind, and so which version is wanted", at: forest.range(node),
        help: "write the kind out, or change the version by hand")
    } else if APIVersions.isFluxGroup(group) {
      visitFluxObject(root, group: group, version: version, kind: kind, role: role)
    } else if group == FluxKinds.operatorGroup {
      visit(root, MentionPlace.places(group: group, kind: kind), what: kind, depth: depth)
    } else {
      visitForeign(root, kind: kind)
    }
  }

  private mutating func visitKustomizationFile(_ root: NodeRef) {
    let reach = context.reaches[plan.file] ?? RepositoryContext.Reach()
    visit(root, MentionPlace.kustomizationFile, what: "kustomization", reach: reach)
    guard let merges = forest.value(root, "patchesStrategicMerge") else { return }
    for item in forest.items(merges) {
      visitText(of: item) { migrator, patch in migrator.visit(patch, role: .patch(reach)) }
    }
  }

  /// `GitRepositoryList` of a Flux group goes with its items.
  private mutating func visitListHead(_ root: NodeRef, group: String, version: String, kind: String) {
    guard APIVersions.isFluxGroup(group), let node = forest.value(root, "apiVersion"),
      case .outdated(let new) = target.verdict(group: group, kind: kind, version: version)
    else { return }
    replaceVersion(of: node, by: new, "\(kind)List")
  }

  private mutating func visitFluxObject(
    _ root: NodeRef, group: String, version: String, kind: String, role: RepositoryContext.Role?
  ) {
    guard let node = forest.value(root, "apiVersion") else { return }
    let name = forest.value(root, "metadata", "name").map { forest.text($0) } ?? ""
    let what = name.isEmpty ? kind : "\(kind) \(name)"
    var patch: RepositoryContext.Reach?
    if case .patch(let reach) = role { patch = reach }
    let id = RepositoryContext.Written(group: group, version: version, kind: kind, name: name)
    switch target.verdict(group: group, kind: kind, version: version) {
    case .outdated(let new):
      if let patch {
        if let reason = reasonToLeave(group: group, kind: kind, name: name.isEmpty ? nil : name, patch) {
          remark(.selectorLeft, "the patch keeps '\(group)/\(version)': \(reason)", at: forest.range(node))
          break
        }
      } else if context.held.contains(id) {
        remark(
          .selectorLeft,
          "\(what) keeps '\(group)/\(version)': a patch or a selector by it must stay, and would not meet it",
          at: forest.range(node), help: "change both by hand")
        block(id)
        break
      }
      var fields = FieldMigration(self, root: root, id: id, to: new, isPatch: patch != nil)
      fields.run()
      if fields.blockers.isEmpty {
        if patch == nil { plan.moved.insert(id) }
        let object = ObjectName(kind: kind, name: name.isEmpty ? nil : name)
        plan.touched.insert(object)
        if fields.mayNotCommute { risks.insert(object) }
        for change in fields.changes { add(change.edits, change.message, at: change.range) }
        plan.remarks += fields.remarks + fields.conditionRemarks
        replaceVersion(of: node, by: new, what)
      } else {
        plan.remarks += fields.conditionRemarks
        plan.remarks += fields.blockers
        block(fields.id)
        if let patch, !name.isEmpty { held.formUnion(objectsPatched(by: id, patch)) }
      }
    case .current:
      var fields = FieldMigration(self, root: root, id: id, to: version, isPatch: patch != nil)
      fields.run()
      // Fields that its version does not have: left behind by who changed only the version.
      for change in fields.changes { add(change.edits, change.message, at: change.range) }
      plan.remarks += fields.blockers + fields.remarks + fields.conditionRemarks
    case .notFlux:
      reportUnknownKind(root, group: group, kind: kind, version: version)
    case .noCommonVersion:
      report(.noCommonVersion, group: group, kind: kind, version: version, at: node)
      block(id)
    case let verdict: report(verdict, group: group, kind: kind, version: version, at: node)
    }
    if patch == nil { reportWaiting(group: group, kind: kind, version: version, what: what, at: node) }
    visit(
      root, MentionPlace.places(group: group, kind: kind), what: what,
      reach: RepositoryContext.Reach(scope: scope(of: root, kind: kind)))
  }

  /// Where the objects come from that the patches of an object can meet.
  private func scope(of root: NodeRef, kind: String) -> RepositoryContext.Scope {
    guard kind == "Kustomization", let path = forest.value(root, "spec", "path") else { return .unknown }
    return .path(RelativePath.clamped(forest.text(path)))
  }

  // MARK: - Mentions

  private mutating func visit(
    _ root: NodeRef, _ places: [MentionPlace], what: String, reach: RepositoryContext.Reach = .init(), depth: Int = 0
  ) {
    for place in places {
      switch place {
      case .reference(let path):
        for node in nodes(root, at: path) {
          visitReference(node, what: "\(path.last { $0 != "*" } ?? "") of \(what)")
          if path.contains("healthCheckExprs") { reportStatusFields(of: node) }
        }
      case .selector(let path):
        for node in nodes(root, at: path) { visitSelector(node, reach) }
      case .objects(let path):
        for node in nodes(root, at: path) { visit(node, role: nil, depth: depth + 1) }
      case .patches(let path):
        for node in nodes(root, at: path + ["*"]) { visitPatch(node, reach) }
      case .jsonPatches(let path):
        for node in nodes(root, at: path + ["*", "target"]) { visitSelector(node, reach) }
      case .objectPatches(let path):
        for node in nodes(root, at: path + ["*"]) { visit(node, role: .patch(reach), depth: depth + 1) }
      case .template(let path):
        for node in nodes(root, at: path) { reportTemplate(node) }
      case .values(let path):
        for node in nodes(root, at: path) { reportMentions(below: node, as: .inValues, depth: 0) }
      }
    }
  }

  /// A mapping with `apiVersion` and `kind` that names an object.
  private mutating func visitReference(_ reference: NodeRef, what: String) {
    guard let node = forest.value(reference, "apiVersion"), forest.kind(node) == .scalar,
      let kindNode = forest.value(reference, "kind")
    else { return }
    if isVariable(node) { return reportVariable(node) }
    let (group, version) = APIVersions.parts(forest.groupVersion(ManifestObject(root: reference)))
    guard APIVersions.isFluxGroup(group) else { return }
    let kind = forest.text(kindNode)
    switch target.verdict(group: group, kind: kind, version: version) {
    case .outdated(let new): replaceVersion(of: node, by: new, what)
    case let verdict: report(verdict, group: group, kind: kind, version: version, at: node)
    }
  }

  /// A selector: `group`, `version` and `kind`, each of which may be missing.
  mutating func visitSelector(_ selector: NodeRef, _ reach: RepositoryContext.Reach) {
    guard let versionNode = forest.value(selector, "version"), forest.kind(versionNode) == .scalar else { return }
    guard let kindNode = forest.value(selector, "kind"),
      !forest.withText(versionNode, { $0.contains(where: { isPattern($0) || $0 == UInt8(ascii: ".") }) }),
      !forest.withText(kindNode, { $0.contains(where: isPattern) })
    else { return reportPattern(of: selector, versionNode) }
    let version = forest.text(versionNode)
    let kind = forest.text(kindNode)
    let name = forest.value(selector, "name").map { forest.text($0) }
    let group: String
    if let node = forest.value(selector, "group"), !forest.text(node).isEmpty {
      group = forest.text(node)
    } else {
      // Without a group the kind must be one that only Flux has at this version.
      let groups = APIVersions.groups(ofKind: kind).filter {
        APIVersions.lifecycle(group: $0, kind: kind, version: version) != nil
      }
      guard groups.count == 1, let only = groups.first, !context.isForeign(kind: kind, version: version) else { return }
      group = only
    }
    guard case .outdated(let new) = target.verdict(group: group, kind: kind, version: version) else { return }
    let exactName = name.flatMap { $0.isEmpty || $0.contains(where: { ".*+?()[]{}|^$\\".contains($0) }) ? nil : $0 }
    let met = objectsMet(group: group, kind: kind, name: name, reach)
    let other = (met ?? []).filter { $0.version != version && finalVersion(of: $0) == new }.map(\.name).min()
    if let other {
      remark(
        .selectorLeft,
        "the selector keeps version '\(version)' of \(kind): with '\(new)' it would meet '\(other)', which it does not now",
        at: forest.range(versionNode),
        help: "write '\(new)' if that is meant, or delete what selects by it")
      held.formUnion((met ?? []).filter { $0.version == version })
      return
    }
    let stays = met.map { $0.contains { context.blocked.contains($0) } }
    if let reason = reasonToLeave(group: group, kind: kind, name: exactName, reach, stays: stays) {
      remark(
        .selectorLeft, "the selector keeps version '\(version)' of \(kind): \(reason)", at: forest.range(versionNode),
        help: "leave the version out: a selector without one keeps working")
      held.formUnion((met ?? []).filter { $0.version == version })
      return
    }
    plan.touched.insert(ObjectName(kind: kind, name: exactName))
    replace(versionNode, 0..<version.utf8.count, by: new, "selector of \(kind): \(version) to \(new)")
  }

  /// The objects that a selector would meet at some version; nil when it is not known what there is.
  private func objectsMet(
    group: String, kind: String, name: String?, _ reach: RepositoryContext.Reach
  ) -> [RepositoryContext.Written]? {
    let pattern = name.flatMap { $0.isEmpty ? nil : try? LinearRegex($0) }
    return context.objects(in: reach.scope)?.filter { object in
      object.group == group && object.kind == kind && (pattern?.matchesWhole(object.name) ?? true)
    }
  }

  /// The objects that a patch of this version is for.
  private func objectsPatched(
    by id: RepositoryContext.Written, _ reach: RepositoryContext.Reach
  ) -> [RepositoryContext.Written] {
    (context.objects(in: reach.scope) ?? Array(context.written)).filter { $0 == id }
  }

  /// The version that an object of a file has after the migration.
  private func finalVersion(of object: RepositoryContext.Written) -> String {
    guard !context.blocked.contains(object),
      case .outdated(let new) = target.verdict(group: object.group, kind: object.kind, version: object.version)
    else { return object.version }
    return new
  }

  /// Whether a byte makes an expression of a selector's field; a dot does, too, which is in no kind.
  private func isPattern(_ byte: UInt8) -> Bool { "*+?()[]{}|^$\\".utf8.contains(byte) }

  /// A selector by an expression, or of no kind, is left as it is. It is named where it would not meet an object any more.
  private mutating func reportPattern(of selector: NodeRef, _ versionNode: NodeRef) {
    func pattern(_ key: String) -> LinearRegex?? {
      guard let node = forest.value(selector, key: key), !forest.text(node).isEmpty else { return .some(nil) }
      return (try? LinearRegex(forest.text(node))).map { .some($0) }
    }
    guard let group = pattern("group"), let kind = pattern("kind"), let name = pattern("name"),
      let version = pattern("version"), let version
    else { return }
    let lost = context.written.filter { object in
      guard version.matchesWhole(object.version), group?.matchesWhole(object.group) ?? true,
        kind?.matchesWhole(object.kind) ?? true, name?.matchesWhole(object.name) ?? true,
        case .outdated(let new) = target.verdict(group: object.group, kind: object.kind, version: object.version)
      else { return false }
      return !version.matchesWhole(new)
    }
    guard let kindName = lost.map(\.kind).min() else { return }
    risks.formUnion(lost.map { ObjectName(kind: $0.kind, name: $0.name) })
    remark(
      .selectorLeft, "the selector by version '\(forest.text(versionNode))' would not meet \(kindName) any more",
      at: forest.range(versionNode), help: "leave the version out: a selector without one keeps working")
  }

  /// Every selector in a file of transformer configurations.
  private mutating func visitSelectors(below node: NodeRef, depth: Int = 0) {
    guard depth < 20 else { return }
    if forest.kind(node) == .mapping { visitSelector(node, RepositoryContext.Reach()) }
    for pair in forest.writtenPairs(node) { visitSelectors(below: pair.value, depth: depth + 1) }
    for item in forest.items(node) { visitSelectors(below: item, depth: depth + 1) }
  }

  /// Why what patches or selects an object cannot follow it.
  ///
  /// - Parameter stays: whether an object that it meets is one that stays; nil when it is not known which it meets.
  private func reasonToLeave(
    group: String, kind: String, name: String?, _ reach: RepositoryContext.Reach, stays: Bool? = nil
  ) -> String? {
    if stays ?? context.isBlocked(group: group, kind: kind, name: name) {
      return "the object it is for stays at its version"
    }
    if reach.hasRemotes, !context.isWritten(group: group, kind: kind, name: name) {
      return "the object it is for is not in this repository"
    }
    return nil
  }

  // MARK: - What is only reported

  /// The newest version of all, for which Flux must be upgraded first.
  private mutating func reportWaiting(group: String, kind: String, version: String, what: String, at node: NodeRef) {
    guard let (last, release) = target.waiting(group: group, kind: kind), version != last else { return }
    switch target.verdict(group: group, kind: kind, version: version) {
    case .current, .outdated:
      remark(
        .waitsForUpgrade, "\(what) has '\(last)' only after the upgrade to Flux \(release)", at: forest.range(node),
        help: "after the upgrade to \(release), run again")
    default: break
    }
  }

  /// A kind that no release of Flux has, in a group where nobody else has kinds.
  private mutating func reportUnknownKind(_ root: NodeRef, group: String, kind: String, version: String) {
    guard VersionMentions.isWritten(kind), !context.isDefined(group: group, kind: kind),
      case .noKind(let nearest, let otherGroup) = APIVersions.existence(
        group: group, kind: kind, version: version, nearest: { Suggestion.nearest(to: $0, in: $1) }),
      let node = forest.value(root, "kind")
    else { return }
    remark(
      .unknownVersion, "no release of Flux has a kind '\(kind)' in '\(group)'", at: forest.range(node),
      help: nearest.map { "did you mean '\($0)'?" } ?? otherGroup.map { "'\($0)' has one" })
  }

  private mutating func report(
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
      if context.isDefined(group: group, kind: kind, version: version) { return }
      let known = APIVersions.versions(group: group, kind: kind).map { "'\($0.version)'" }.joined(separator: ", ")
      remark(
        .unknownVersion,
        version.isEmpty
          ? "'\(group)' \(kind) names no version; there were \(known)"
          : "\(kind) never had the version '\(version)', only \(known)", at: range)
    case .otherGroup(let replacement):
      let isPreview = !Self.isFluxV1(group: group, version: version)
      remark(
        isPreview ? .removedGroup : .fluxV1,
        "no release of Flux 2 serves '\(apiVersion)' \(kind); its place has '\(replacement)', which is another object",
        at: range, help: isPreview ? nil : "'fluxlint migrate --from-v1' converts what it can")
    case .unknownKind:
      remark(.notServedYet, "Flux \(target) has no \(kind)", at: range)
    case .noCommonVersion:
      remark(
        .waitsForUpgrade, "no version of \(kind) is served by Flux \(target.release) as well as \(target.newest)",
        at: range, help: "after the upgrade of \(target.release), run again")
    }
  }

  static func isFluxV1(group: String, version: String) -> Bool {
    group.hasSuffix("flux.weave.works") || (group == "helm.fluxcd.io" && version == "v1")
  }

  private func isVariable(_ node: NodeRef) -> Bool {
    forest[node].flags.contains(.containsDollar) && forest.withText(node) { $0.contains(subsequence: "${") }
  }

  private mutating func reportVariable(_ node: NodeRef) {
    guard forest.withText(node, { $0.contains(subsequence: "toolkit.fluxcd.io/") }) else { return }
    remark(
      .fromVariable, "a variable decides the version", at: forest.range(node),
      help: "write the version out, or change the value of the variable")
  }

  private mutating func reportTemplate(_ node: NodeRef) {
    let lines = forest.text(node).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var kinds: [(String, String)] = []
    for (index, line) in lines.enumerated() {
      guard let value = Self.value(of: "apiVersion:", in: line) else { continue }
      // The kind is next to it in any usual template.
      let near = lines[max(0, index - 2)..<min(lines.count, index + 3)]
      guard let kind = near.compactMap({ Self.value(of: "kind:", in: $0) }).first else { continue }
      kinds.append((value, kind))
    }
    let outdated = kinds.filter { apiVersion, kind in
      guard let slash = apiVersion.firstIndex(of: "/") else { return false }
      let verdict = target.verdict(
        group: String(apiVersion[..<slash]), kind: kind, version: String(apiVersion[apiVersion.index(after: slash)...]))
      if case .outdated = verdict { return true }
      return false
    }
    guard let first = outdated.first else { return }
    remark(
      .inTemplateText, "the template makes a \(first.1) of '\(first.0)'", at: forest.range(node),
      help: "change the version in the template")
  }

  private static func value(of key: String, in line: Substring) -> String? {
    var line = line.drop { $0 == " " || $0 == "-" }
    guard line.hasPrefix(key) else { return nil }
    line = line.dropFirst(key.count).drop { $0 == " " }
    return String(line.prefix { $0 != " " && $0 != "#" })
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

  private mutating func reportMentions(below node: NodeRef, as kind: Remark.Kind, depth: Int) {
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
      remarkKind, "'\(group)/\(version)' \(kind) is mentioned here, Flux \(target) has '\(new)'",
      at: forest.range(place),
      help: remarkKind == .inValues
        ? "values belong to the chart: change it if the chart makes an object of it"
        : "change it if an object is made of it")
  }
}
