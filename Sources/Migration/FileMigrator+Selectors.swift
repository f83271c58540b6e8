import FluxModel
import Kustomize
import SourceText
import TextMatching
import YAMLSyntax

// Selectors by a version, which go with the objects that they meet.
extension FileMigrator {
  /// A selector: `group`, `version` and `kind`, each of which may be missing.
  mutating func visitSelector(_ selector: NodeRef, _ reach: RepositoryContext.Reach) {
    guard let versionNode = forest.value(selector, "version"), forest.kind(versionNode) == .scalar else { return }
    guard let kindNode = forest.value(selector, "kind"),
      !forest.withText(versionNode, { $0.contains(where: { isPattern($0) || $0 == UInt8(ascii: ".") }) }),
      !forest.withText(kindNode, { $0.contains(where: isPattern) })
    else { return reach.isElsewhere ? () : reportPattern(of: selector, versionNode) }
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
    let id = RepositoryContext.Written(group: group, version: version, kind: kind, name: name ?? "", path: path)
    if isSettled(id) { return }
    let exactName = name.flatMap { $0.isEmpty || $0.contains(where: { ".*+?()[]{}|^$\\".contains($0) }) ? nil : $0 }
    let all = objectsMet(group: group, kind: kind, name: name, reach)
    var met = all?.filter { $0.version == version }
    if exactName != nil, met?.isEmpty ?? false {
      met = context.objects(in: reach.scope)?.filter { $0.mayBeRenamed(to: id) }
    }
    let own = target
    target = targetToFollow(met, reach)
    defer { target = own }
    let verdict = target.verdict(group: group, kind: kind, version: version)
    guard case .outdated(let new) = verdict else {
      if verdict == .current || verdict == .noCommonVersion { hold(met, isLater: true) }
      return
    }
    let other = (all ?? []).filter { $0.version != version && finalVersion(of: $0) == new }.map(\.name).min()
    if let other {
      remark(
        .selectorLeft,
        "the selector keeps version '\(version)' of \(kind): with '\(new)' it would meet '\(other)', which it does not now",
        at: forest.range(versionNode),
        help: "write '\(new)' if that is meant, or delete what selects by it")
      hold(met, isLater: false)
      return
    }
    if let reason = reasonToLeave(
      group: group, kind: kind, version: version, name: exactName, reach, met: met, new: new)
    {
      remark(
        reason, "the selector keeps version '\(version)' of \(kind)", at: versionNode,
        help: "leave the version out: a selector without one keeps working")
      hold(met, isLater: reason.isLater)
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
  mutating func visitSelectors(below node: NodeRef, depth: Int = 0) {
    guard depth < 20 else { return }
    if forest.kind(node) == .mapping { visitSelector(node, RepositoryContext.Reach()) }
    for pair in forest.writtenPairs(node) { visitSelectors(below: pair.value, depth: depth + 1) }
    for item in forest.items(node) { visitSelectors(below: item, depth: depth + 1) }
  }
}
