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
      if forest.kind(root) == .sequence { return visitOperations(root, kind: reach.targetKind, reach) }
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
      reportNeverWas(root, group: group, kind: kind, version: version)
      visit(root, MentionPlace.places(group: group, kind: kind), what: kind, depth: depth)
    } else if APIVersions.isReserved(group) {
      reportNeverWas(root, group: group, kind: kind, version: version)
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
    var patch: RepositoryContext.Reach?
    if case .patch(let reach) = role { patch = reach }
    let what = (patch == nil ? "" : "patch of ") + (name.isEmpty ? kind : "\(kind) \(name)")
    let id = RepositoryContext.Written(group: group, version: version, kind: kind, name: name, path: path)
    let met = patch.flatMap { isSettled(id) ? nil : objectsPatched(by: id, $0) }
    let own = target
    if let patch { target = targetToFollow(met, patch) }
    switch target.verdict(group: group, kind: kind, version: version) {
    case .outdated(let new):
      if let patch {
        let reason = reasonToLeave(
          group: group, kind: kind, version: version, name: name.isEmpty ? nil : name, patch, met: met, new: new)
        if let reason {
          remark(reason, "the patch keeps '\(group)/\(version)'", at: node, help: reason.help)
          hold(met, isLater: reason.isLater)
          break
        }
      } else if context.held.contains(id) {
        if context.waiting.contains(id) {
          remark(
            .waitsForUpgrade,
            "\(what) keeps '\(group)/\(version)': a patch or a selector by it cannot have '\(new)' yet",
            at: forest.range(node), help: "after the upgrade of all clusters that read one of them, run again",
            isBound: true)
        } else {
          remark(
            .selectorLeft,
            "\(what) keeps '\(group)/\(version)': a patch or a selector by it must stay, and would not meet it",
            at: forest.range(node), help: "change both by hand")
        }
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
        if let patch, !name.isEmpty {
          held.formUnion(met ?? context.written.filter { patch.scope == .unknown && $0.isSame(as: id) })
        }
      }
    case .current:
      hold(met, isLater: true)
      var fields = FieldMigration(self, root: root, id: id, to: version, isPatch: patch != nil)
      fields.run()
      // Fields that its version does not have: left behind by who changed only the version.
      for change in fields.changes { add(change.edits, change.message, at: change.range) }
      plan.remarks += fields.blockers + fields.remarks + fields.conditionRemarks
    case .notFlux:
      reportNeverWas(root, group: group, kind: kind, version: version)
    case .noCommonVersion:
      report(.noCommonVersion, group: group, kind: kind, version: version, at: node)
      if patch == nil { block(id) } else { hold(met, isLater: true) }
    case let verdict: report(verdict, group: group, kind: kind, version: version, at: node)
    }
    target = own
    if patch == nil { reportWaiting(group: group, kind: kind, version: version, what: what, at: node) }
    visit(
      root, MentionPlace.places(group: group, kind: kind), what: what,
      reach: reach(of: root, kind: kind))
  }

  /// What the patches and selectors of an object can meet.
  private func reach(of root: NodeRef, kind: String) -> RepositoryContext.Reach {
    guard kind == "Kustomization" || kind == "HelmRelease" else { return RepositoryContext.Reach() }
    var reach = RepositoryContext.Reach(
      isRemote: forest.value(root, "spec", "kubeConfig") != nil, isOfChart: kind == "HelmRelease")
    guard kind == "Kustomization" else { return reach }
    reach.isElsewhere = context.isBuiltElsewhere(ObjectPlace(path: path, offset: forest.range(root).lowerBound))
    if !reach.isElsewhere, let path = forest.value(root, "spec", "path") {
      reach.scope = .path(RelativePath.clamped(forest.text(path)))
    }
    return reach
  }

  // MARK: - Mentions

  private mutating func visit(
    _ root: NodeRef, _ places: [MentionPlace], what: String, reach: RepositoryContext.Reach = .init(), depth: Int = 0
  ) {
    for place in places {
      switch place {
      case .reference(let path):
        let own = target
        // What the health of objects is asked by is what their cluster serves.
        if reach.isRemote, path.contains("healthChecks") || path.contains("healthCheckExprs") {
          target = context.targets?.remote ?? target
        }
        let field = path.last { $0 != "*" } ?? ""
        let isRead = isLookedUp(field, root)
        for node in nodes(root, at: path) {
          visitReference(
            node, what: "\(field) of \(what)", isLookedUp: isRead, field == "healthCheckExprs" ? reach : nil)
          if field == "healthCheckExprs" { reportStatusFields(of: node) }
        }
        target = own
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

  /// Whether a controller asks the API server by the version of a reference. Elsewhere it goes by the kind, or by what
  /// its objects have.
  private func isLookedUp(_ field: String, _ root: NodeRef) -> Bool {
    let spec = forest.value(root, "spec")
    func isSet(_ key: String) -> Bool { forest.isTrue(spec.flatMap { forest.value($0, key: key) }) }
    return switch field {
    case "healthChecks": !isSet("suspend") && !isSet("wait")
    case "resources", "dependsOn": !isSet("suspend")
    default: false
    }
  }

  /// A mapping with `apiVersion` and `kind` that names an object.
  ///
  /// - Parameters:
  ///   - isLookedUp: whether something fails by a version that is not served.
  ///   - reach: the objects that it is compared with by their version, if it is.
  private mutating func visitReference(
    _ reference: NodeRef, what: String, isLookedUp: Bool, _ reach: RepositoryContext.Reach?
  ) {
    guard let node = forest.value(reference, "apiVersion"), forest.kind(node) == .scalar,
      let kindNode = forest.value(reference, "kind")
    else { return }
    if isVariable(node) { return reportVariable(node) }
    let (group, version) = APIVersions.parts(forest.groupVersion(ManifestObject(root: reference)))
    guard APIVersions.isFluxGroup(group) else { return }
    let kind = forest.text(kindNode)
    switch target.verdict(group: group, kind: kind, version: version) {
    case .outdated(let new):
      if let reach, let reason = reasonToLeave(ofUnknown: reach, group: group, kind: kind, version: version) {
        remark(reason, "\(what) keeps '\(group)/\(version)'", at: node, help: reason.help)
      } else {
        replaceVersion(of: node, by: new, what)
      }
    case let verdict:
      let start = plan.remarks.count
      report(verdict, group: group, kind: kind, version: version, at: node)
      for index in plan.remarks.indices.dropFirst(start) where !isLookedUp { plan.remarks[index].isUnread = true }
    }
  }
}
