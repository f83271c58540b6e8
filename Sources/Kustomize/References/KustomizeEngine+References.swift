import Manifests
import SourceText
import YAMLSyntax

// Once, at the root of a build: names of objects that were renamed are changed wherever another object has them
// (api/internal/accumulator/namereferencetransformer.go, api/filters/nameref/nameref.go).
extension KustomizeEngine {
  mutating func fixReferences(in layer: inout Layer) {
    let items = layer.resources.items
    let isStandard = layer.config.isStandard || layer.config.references.isEmpty
    var table = isStandard ? referenceTable : ReferenceTable(layer.config.references)
    var fixer = ReferenceFixer(items: items, references: table.references, writer: writer)
    for index in items.indices {
      guard let places = table.places(in: items[index]) else { continue }
      if isStandard, hasNothingToFix(items[index].root, places, fixer.extent) { continue }
      do throws(MergeFailure) {
        let root = try fixer.fix(index, along: places.tree, in: &sources.forest)
        guard root != items[index].root else {
          if isStandard { remember(fixer.found, in: root, places) }
          continue
        }
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

  /// A field of an object, below which a tree of places continues.
  struct ReferencePart: Hashable {
    var value: NodeRef
    var place: Int
    var tree: Int
  }

  /// Whether an object was looked at before, in this build or another one, and has nothing that can change. Most objects
  /// of a base are the same in all its overlays.
  private func hasNothingToFix(
    _ root: NodeRef, _ places: ReferenceTable.Places, _ extent: ReferenceFixer.Extent
  ) -> Bool {
    places.tree.children(of: 0).allSatisfy { child in
      guard let value = sources.forest.value(root, key: places.tree.places[child].key) else { return true }
      switch referenceParts[ReferencePart(value: value, place: child, tree: places.number)] {
      case .nothing: return true
      case .names: return extent != .names
      case .mappings, nil: return false
      }
    }
  }

  private mutating func remember(
    _ found: ReferenceFixer.Found, in root: NodeRef, _ places: ReferenceTable.Places
  ) {
    guard found != .mappings else { return }
    for child in places.tree.children(of: 0) {
      guard let value = sources.forest.value(root, key: places.tree.places[child].key) else { continue }
      referenceParts[ReferencePart(value: value, place: child, tree: places.number)] = found
    }
  }
}

/// Follows the names in one object after the other.
struct ReferenceFixer {
  private let items: [Resource]
  private let references: [NameReference]
  private let writer: NodeWriter
  let extent: Extent
  /// Names that an object had and has no more.
  private var formerNames: Set<String> = []
  /// What is at the places of the last object.
  private(set) var found = Found.nothing
  /// What renamed the objects that the last object has names of.
  private(set) var modifiers: [ObjectModifier] = []
  private var index = 0
  private var referrer: Referrer?
  /// Made when the first name is looked up.
  private var candidates: ReferenceCandidates?

  /// What can change in the objects of a build.
  enum Extent {
    /// No object has an earlier id. The names are looked at all the same, for errors.
    case nothing
    /// No object has another name than before: only a namespace can change, where one belongs beside a name.
    case namespaces
    case names
  }

  /// What an object has.
  enum Found {
    case nothing
    /// Names alone.
    case names
    /// Mappings with a name in them.
    case mappings
  }

  init(items: [Resource], references: [NameReference], writer: NodeWriter) {
    self.items = items
    self.references = references
    self.writer = writer
    var extent = Extent.nothing
    for item in items where !item.previous.isEmpty {
      if extent == .nothing { extent = .namespaces }
      guard item.previous.contains(where: { $0.name != item.id.name }), references.contains(where: item.isNamed)
      else { continue }
      extent = .names
      for previous in item.previous where previous.name != item.id.name { formerNames.insert(previous.name) }
    }
    self.extent = extent
  }

  /// The object at `index` with the names in it followed.
  mutating func fix(
    _ index: Int, along tree: PathTree, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    self.index = index
    found = .nothing
    modifiers = []
    referrer = nil
    // A subject without a proper namespace is an error even if nothing is looked up.
    if items[index].id.kind == "RoleBinding" { referrer = try makeReferrer(forest) }
    var walk = PathWalk(tree, writer)
    return try walk.update(items[index].root, in: &forest) { (node, end, forest) throws(MergeFailure) in
      if self.extent != .names, forest.kind(node) == .scalar {
        if self.found == .nothing { self.found = .names }
        return node
      }
      var node = node
      for target in tree.ends[end].targets { node = try self.follow(node, as: target, tree.ends[end], &forest) }
      return node
    }
  }

  /// What is at a place: a name, a mapping with a name and perhaps a namespace, or a list of these.
  private mutating func follow(
    _ node: NodeRef, as target: Int, _ place: PathTree.End, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard forest.kind(node) == .sequence else { return try followOne(node, target, place, &forest) }
    var elements = Array(forest.items(node))
    var isChanged = false
    for index in elements.indices {
      guard forest.kind(elements[index]) != .sequence else {
        throw MergeFailure(
          message: "an entry of '\(place.pathText)' is a list, expected a name", range: forest.range(elements[index]))
      }
      let element = try followOne(elements[index], target, place, &forest)
      if element != elements[index] { isChanged = true }
      elements[index] = element
    }
    return isChanged ? writer.sequence(elements, like: node, in: &forest) : node
  }

  private mutating func followOne(
    _ node: NodeRef, _ target: Int, _ place: PathTree.End, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    if forest.isNull(node) { return node }
    if found == .nothing { found = .names }
    if forest.kind(node) == .mapping { return try followMapping(node, target, place, &forest) }
    // Any other name stays what it is, whichever object it means.
    guard extent == .names, formerNames.contains(forest.text(node)),
      let meant = try find(node, beside: (nil, false), target, place, forest)
    else {
      return node
    }
    return name(meant, insteadOf: node, &forest)
  }

  private mutating func followMapping(
    _ node: NodeRef, _ target: Int, _ place: PathTree.End, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    found = .mappings
    guard let nameNode = forest.value(node, "name") else {
      throw MergeFailure(message: "'\(place.pathText)' has no 'name'", range: forest.range(node))
    }
    let namespaceNode = forest.value(node, "namespace")
    guard extent != .nothing,
      let meant = try find(nameNode, beside: (namespaceNode, true), target, place, forest)
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
    _ node: NodeRef, beside namespace: (node: NodeRef?, belongs: Bool), _ target: Int, _ place: PathTree.End,
    _ forest: Forest
  ) throws(MergeFailure) -> Resource? {
    var candidates = self.candidates ?? ReferenceCandidates(items)
    guard candidates.visitsLeft > 0 else {
      throw MergeFailure(
        message: "the build has too many objects with the name '\(forest.text(node))'", range: forest.range(node))
    }
    let referrer: Referrer
    if let known = self.referrer { referrer = known } else { referrer = try makeReferrer(forest) }
    self.referrer = referrer
    let choice = candidates.choose(
      forest.text(node), writtenNamespace: namespace.node.map { forest.text($0) }, target: references[target],
      for: referrer, roleReference: place.isRoleReference ? forest.roleReference(of: items[index].root) : nil,
      withNamespace: namespace.belongs, in: forest)
    self.candidates = candidates
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
    let resource = items[index]
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
