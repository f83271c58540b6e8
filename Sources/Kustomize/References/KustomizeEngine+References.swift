import Manifests
import SourceText
import YAMLSyntax

// Once, at the root of a build: names of objects that were renamed are changed wherever another object has them
// (api/internal/accumulator/namereferencetransformer.go, api/filters/nameref/nameref.go).
extension KustomizeEngine {
  mutating func fixReferences(in layer: inout Layer) {
    let items = layer.resources.items
    var extent = ReferenceFixer.Extent.nothing
    for item in items where !item.previous.isEmpty {
      extent = .namespaces
      if item.previous.contains(where: { $0.name != item.id.name }) {
        extent = .names
        break
      }
    }
    let isStandard = layer.config.isStandard || layer.config.references.isEmpty
    var table = isStandard ? referenceTable : ReferenceTable(layer.config.references)
    var candidates: ReferenceCandidates?
    for index in items.indices {
      guard let tree = table.tree(for: items[index].originalType) else { continue }
      do throws(MergeFailure) {
        var fixer = ReferenceFixer(
          resource: items[index], references: table.references, writer: writer, extent: extent,
          candidates: candidates)
        let root = try fixer.fix(items, along: tree, in: &sources.forest)
        candidates = fixer.candidates
        guard root != items[index].root else { continue }
        let modifiers = fixer.modifiers
        layer.resources.update(at: index) {
          $0.root = root
          $0.modifiers += modifiers
        }
        if !isStandard { refreshID(of: index, in: &layer) }
      } catch {
        let what = items[index].id.description
        layer.report.addError(
          .other, "the names in '\(what)' cannot be followed: \(error.message)", at: error.range ?? items[index].origin)
      }
    }
    if isStandard { referenceTable = table }
  }
}

/// Follows the names in one object.
private struct ReferenceFixer {
  let resource: Resource
  let references: [NameReference]
  let writer: NodeWriter
  let extent: Extent
  /// Made when the first name is looked up.
  var candidates: ReferenceCandidates?
  private(set) var modifiers: [ObjectModifier] = []
  private var referrer: Referrer?

  /// What can change in the objects of a build.
  enum Extent {
    /// No object has an earlier id. The names are looked at all the same, for errors.
    case nothing
    /// No object has another name than before: only a namespace can change, where one belongs beside a name.
    case namespaces
    case names
  }

  init(
    resource: Resource, references: [NameReference], writer: NodeWriter, extent: Extent,
    candidates: ReferenceCandidates?
  ) {
    self.resource = resource
    self.references = references
    self.writer = writer
    self.extent = extent
    self.candidates = candidates
  }

  mutating func fix(
    _ items: [Resource], along tree: PathTree, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    // A subject without a proper namespace is an error even if nothing is looked up.
    if resource.id.kind == "RoleBinding" { referrer = try makeReferrer(forest) }
    var walk = PathWalk(tree, writer)
    return try walk.update(resource.root, in: &forest) { (node, place, forest) throws(MergeFailure) in
      var node = node
      for target in place.targets {
        node = try self.follow(node, as: self.references[target], place, items, &forest)
      }
      return node
    }
  }

  /// What is at a place: a name, a mapping with a name and perhaps a namespace, or a list of these.
  private mutating func follow(
    _ node: NodeRef, as target: NameReference, _ place: PathTree.Place, _ items: [Resource], _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard forest.kind(node) == .sequence else { return try followOne(node, target, place, items, &forest) }
    var elements = Array(forest.items(node))
    var isChanged = false
    for index in elements.indices {
      guard forest.kind(elements[index]) != .sequence else {
        throw MergeFailure(
          message: "an entry of '\(place.pathText)' is a list, expected a name", range: forest.range(elements[index]))
      }
      let element = try followOne(elements[index], target, place, items, &forest)
      if element != elements[index] { isChanged = true }
      elements[index] = element
    }
    return isChanged ? writer.sequence(elements, like: node, in: &forest) : node
  }

  private mutating func followOne(
    _ node: NodeRef, _ target: NameReference, _ place: PathTree.Place, _ items: [Resource], _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    if forest.isNull(node) { return node }
    if forest.kind(node) == .mapping { return try followMapping(node, target, place, items, &forest) }
    guard extent == .names, let meant = try find(node, beside: (nil, false), target, place, items, forest) else {
      return node
    }
    return name(meant, insteadOf: node, &forest)
  }

  private mutating func followMapping(
    _ node: NodeRef, _ target: NameReference, _ place: PathTree.Place, _ items: [Resource], _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard let nameNode = forest.value(node, "name") else {
      throw MergeFailure(message: "'\(place.pathText)' has no 'name'", range: forest.range(node))
    }
    let namespaceNode = forest.value(node, "namespace")
    guard extent != .nothing,
      let meant = try find(nameNode, beside: (namespaceNode, true), target, place, items, forest)
    else { return node }
    var result = node
    let name = name(meant, insteadOf: nameNode, &forest)
    if name != nameNode { result = writer.setting("name", to: name, in: result, in: &forest) }
    guard let namespace = forest.writtenNamespace(of: meant.root) else { return result }
    let text = forest.text(namespace)
    if let namespaceNode {
      if forest.hasText(namespaceNode, text) { return result }
      let plain = writer.plain(text, at: forest.range(namespaceNode), in: &forest)
      let value = writer.overwriting(namespaceNode, with: plain, in: &forest)
      note(meant)
      return writer.setting("namespace", to: value, in: result, in: &forest)
    }
    note(meant)
    let value = writer.plain(text, at: forest.range(namespace), in: &forest)
    return writer.setting("namespace", to: value, in: result, in: &forest)
  }

  /// The current name of an object in the place of an earlier one.
  private mutating func name(_ meant: Resource, insteadOf node: NodeRef, _ forest: inout Forest) -> NodeRef {
    guard !forest.hasText(node, meant.id.name) else { return node }
    note(meant)
    let plain = writer.plain(meant.id.name, at: forest.range(node), in: &forest)
    return writer.overwriting(node, with: plain, in: &forest)
  }

  /// Records what renamed the object that is meant.
  private mutating func note(_ meant: Resource) {
    let renaming: Set<ObjectModifier.Kind> = [.namePrefix, .nameSuffix, .namespace, .generator, .patch]
    guard let cause = meant.modifiers.last(where: { renaming.contains($0.kind) }) else { return }
    let modifier = ObjectModifier(kind: .reference, range: cause.range)
    if !modifiers.contains(modifier) { modifiers.append(modifier) }
  }

  /// The object that a name means; `beside` is the namespace there, and whether one belongs there.
  private mutating func find(
    _ node: NodeRef, beside namespace: (node: NodeRef?, belongs: Bool), _ target: NameReference,
    _ place: PathTree.Place, _ items: [Resource], _ forest: Forest
  ) throws(MergeFailure) -> Resource? {
    let candidates = self.candidates ?? ReferenceCandidates(items, in: forest)
    self.candidates = candidates
    let referrer: Referrer
    if let known = self.referrer { referrer = known } else { referrer = try makeReferrer(forest) }
    self.referrer = referrer
    let choice = candidates.choose(
      forest.text(node), writtenNamespace: namespace.node.map { forest.text($0) }, target: target, for: referrer,
      roleReference: place.isRoleReference ? forest.roleReference(of: resource.root) : nil,
      withNamespace: namespace.belongs)
    switch choice {
    case .none: return nil
    case .object(let index): return items[index]
    case .ambiguous(let found):
      let names = found.prefix(3).map { "'\(items[$0].id.description)'" }.joined(separator: ", ")
      throw MergeFailure(
        message: "'\(forest.text(node))' may mean \(names)\(found.count > 3 ? " and others" : ""): "
          + "rename one of them, or set the name in the layer of the one that is meant",
        range: forest.range(node))
    }
  }

  private func makeReferrer(_ forest: Forest) throws(MergeFailure) -> Referrer {
    var namespaces: [String] = []
    if resource.id.kind == "RoleBinding", let subjects = forest.value(resource.root, "subjects") {
      for subject in forest.items(subjects) {
        guard let namespace = forest.value(subject, "namespace"), let kind = forest.value(subject, "kind"),
          forest.hasText(kind, "ServiceAccount" as StaticString)
        else { continue }
        guard case .string(let text) = forest.scalarValue(namespace, dialect: .resource) else {
          throw MergeFailure(
            message: "the namespace of a subject is no string: leave it out or put it in quotes",
            range: forest.range(namespace))
        }
        if !namespaces.contains(text) { namespaces.append(text) }
      }
    }
    return Referrer(resource: resource, subjectNamespaces: namespaces)
  }
}

extension Forest {
  /// The type that the `roleRef` of a role binding says; nil when it does not say both group and kind.
  fileprivate func roleReference(of root: NodeRef) -> NameReference? {
    guard let group = value(root, "roleRef", "apiGroup"), let kind = value(root, "roleRef", "kind") else { return nil }
    return NameReference(group: text(group), kind: text(kind), fields: [])
  }
}
