import FluxModel
import Manifests
import SourceText
import TextEdits
import YAMLSyntax

/// Whether a built object after a migration is what the object built before becomes when it is migrated by itself.
///
/// An edit of a base, a patch or a selector is right only if it makes no difference whether one migrates and then builds,
/// or builds and then migrates.
package struct ObjectComparison {
  private let target: MigrationTarget
  private let targets: MigrationTargets

  /// - Parameter paths: the files that the object is made of.
  package init(_ targets: MigrationTargets, for paths: Set<String>) {
    target = targets.target(of: paths)
    var own = MigrationTargets(target)
    own.remote = targets.remote
    self.targets = own
  }

  /// - Parameters:
  ///   - before: one object as it is printed, from the repository as it is.
  ///   - after: the object in its place, from the repository as it would be.
  package func agree(_ before: [UInt8], _ after: [UInt8]) -> Bool {
    if before == after { return true }
    guard let migrated = migrated(before) else { return false }
    var forest = Forest(trees: [])
    for (index, bytes) in [before, after, migrated].enumerated() {
      _ = forest.append(YAMLParser.parse(bytes, file: FileID(index), tree: UInt32(index)))
    }
    guard forest.trees.allSatisfy({ $0.problems.isEmpty }) else { return false }
    var views = ObjectViews(forest: forest)
    let roots = forest.trees.map { $0.documents.map(\.root) }
    return views.isSame(roots[0], roots[1], roots[2])
  }

  /// The same where an object of Flux v1 may have become others: one of the objects after must be what it becomes by
  /// itself, but for the name of its source, which several releases share.
  package func agree(_ before: [UInt8], withOneOf after: [[UInt8]]) -> Bool {
    if after.contains(before) { return true }
    let sources = SourceSet(parsing: before, as: "object.yaml")
    let plan = FluxV1.plan(sources, targets: targets, isInScope: { _ in true }).first {
      !$0.rewrites.isEmpty
    }
    guard let plan else { return after.contains { agree(before, $0) } }
    guard let converted = try? Edit.apply(plan.edits, to: before) else { return false }
    for bytes in after {
      var forest = Forest(trees: [])
      for (index, bytes) in [converted, bytes].enumerated() {
        _ = forest.append(YAMLParser.parse(bytes, file: FileID(index), tree: UInt32(index)))
      }
      guard let wanted = forest.trees[0].documents.last?.root, let object = forest.trees[1].documents.first?.root
      else { continue }
      var views = ObjectViews(forest: forest, isSourceNameFree: true)
      if views.isSame([], [object], [wanted]) { return true }
    }
    return false
  }

  /// The object migrated by itself; as it is when it is none of Flux.
  private func migrated(_ object: [UInt8]) -> [UInt8]? {
    let path = "object.yaml"
    let sources = SourceSet(parsing: object, as: path)
    guard let plan = Migration.plan(sources, targets: targets, isInScope: { _ in true }).first else {
      return object
    }
    return try? Migration.text(of: plan, in: sources, target: target)
  }
}

/// One object in three forms: as it was, as it would be, and as it ought to be.
private struct ObjectViews {
  var forest: Forest
  var isSourceNameFree = false

  mutating func isSame(_ before: [NodeRef], _ after: [NodeRef], _ wanted: [NodeRef]) -> Bool {
    guard after.count == wanted.count else { return false }
    for index in after.indices {
      let old = before.count == after.count ? before[index] : nil
      guard isSame(old, after[index], wanted[index], key: "", depth: 0) else { return false }
    }
    return true
  }

  /// - Parameter before: nil where the object had nothing in this place.
  private mutating func isSame(
    _ before: NodeRef?, _ after: NodeRef, _ wanted: NodeRef, key: String, depth: Int
  ) -> Bool {
    guard depth < 200, forest.kind(after) == forest.kind(wanted) else { return false }
    switch forest.kind(after) {
    case .mapping:
      let pairs = forest.pairs(after)
      guard pairs.count == forest.pairs(wanted).count else { return false }
      for pair in pairs {
        let name = forest.text(pair.key)
        guard let other = forest.value(wanted, key: name) else { return false }
        if isSourceNameFree, key == "sourceRef", name == "name" { continue }
        if key == Self.patchKey, name == "apiVersion" { continue }
        let old = before.flatMap { forest.value($0, key: name) }
        guard isSame(old, pair.value, other, key: name, depth: depth + 1) else { return false }
      }
      return true
    case .sequence:
      let items = Array(forest.items(after))
      let others = Array(forest.items(wanted))
      let old = before.map { Array(forest.items($0)) } ?? []
      guard items.count == others.count else { return false }
      for index in items.indices {
        let previous = old.count == items.count ? old[index] : nil
        guard isSame(previous, items[index], others[index], key: key, depth: depth + 1) else { return false }
      }
      return true
    case .scalar, .alias:
      if hasSameValue(after, wanted) { return true }
      // A mention of another object that is left as it was is reported where it is written, and changes no result.
      let isMention = depth > 1 && (key == "apiVersion" || key == "version")
      if isMention, let before, forest.kind(before) == .scalar, hasSameValue(before, after) { return true }
      guard key == "patch" else { return false }
      // So is a patch, and its build is compared as well.
      if let before, forest.kind(before) == .scalar, hasSameValue(before, after) { return true }
      return isSameText(before, after, wanted)
    }
  }

  /// Stands for the key of a patch whose version was looked at.
  private static let patchKey = "(patch)"

  /// Whether a patch that was moved to another list has a version of its kind, if not the one that it would get by itself:
  /// it goes with the objects that it is for.
  private func keepsVersion(_ after: NodeRef, _ wanted: NodeRef) -> Bool {
    let (group, version) = forest.groupVersion(ManifestObject(root: after))
    guard group == forest.groupVersion(ManifestObject(root: wanted)).group,
      let kind = forest.value(after, "kind")
    else { return false }
    return APIVersions.lifecycle(group: group, kind: forest.text(kind), version: version) != nil
  }

  private func hasSameValue(_ lhs: NodeRef, _ rhs: NodeRef) -> Bool {
    forest.hasEqualText(lhs, rhs)
      && forest.scalarValue(lhs, dialect: .resource) == forest.scalarValue(rhs, dialect: .resource)
  }

  /// Whether patches in text say the same, however they are laid out.
  private mutating func isSameText(_ before: NodeRef?, _ after: NodeRef, _ wanted: NodeRef) -> Bool {
    guard let new = roots(ofText: after), let ideal = roots(ofText: wanted) else { return false }
    var old: [NodeRef] = []
    if let before { old = roots(ofText: before) ?? [] }
    return isSame(old, new, ideal)
      || !new.isEmpty && new.count == ideal.count
        && zip(new, ideal).allSatisfy { keepsVersion($0, $1) && isSame(nil, $0, $1, key: Self.patchKey, depth: 0) }
  }

  private mutating func roots(ofText node: NodeRef) -> [NodeRef]? {
    guard forest.kind(node) == .scalar else { return nil }
    let tree = forest.parseEmbedded(node, tree: forest.nextTreeIndex)
    guard tree.problems.isEmpty else { return nil }
    _ = forest.append(tree)
    return tree.documents.map(\.root)
  }
}
