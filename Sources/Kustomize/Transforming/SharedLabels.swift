import Manifests
import YAMLSyntax

/// Labels that a transformer added at several places of one object. Upstream puts one node there, so what is written over
/// one of them later is written over all (kyaml/yaml/fns.go, `FieldSetter`). A JSON patch, which makes a new object, ends
/// that. Places in lists are left out.
struct SharedLabels: Sendable {
  /// The object when its places were last compared.
  var root: NodeRef
  var groups: [Group] = []

  struct Group: Sendable {
    var key: String
    /// The paths of the mappings with the key.
    var places: [[String]]
    /// What is there.
    var value: NodeRef
  }
}

extension KustomizeEngine {
  /// Notes the labels that an object did not have at two or more of the places where it has them now.
  mutating func share(
    _ labels: [Forest.Pair], at specs: [FieldSpec], of index: Int, before: NodeRef, in layer: inout Layer
  ) {
    settleSharedLabels(of: index, in: &layer)
    let forest = sources.forest
    let root = layer.resources.items[index].root
    let places = specs.map { spec in
      let path = spec.path.map(\.name)
      return (path: path, old: forest.value(before, path), new: forest.value(root, path))
    }
    var shared = layer.resources.items[index].sharedLabels ?? SharedLabels(root: root)
    for label in labels {
      let key = forest.text(label.key)
      let added = places.filter { place in
        place.old.flatMap { forest.value($0, key: key) } == nil
          && place.new.flatMap { forest.value($0, key: key) } == label.value
      }
      guard added.count > 1 else { continue }
      shared.groups.append(SharedLabels.Group(key: key, places: added.map(\.path), value: label.value))
    }
    guard !shared.groups.isEmpty else { return }
    shared.root = root
    layer.resources.update(at: index) { $0.sharedLabels = shared }
  }

  /// Writes what was written over one of several shared labels over the others.
  mutating func settleSharedLabels(in layer: inout Layer) {
    for index in layer.resources.items.indices { settleSharedLabels(of: index, in: &layer) }
  }

  /// The label in a mapping that is still the one it was: a changed copy keeps its range. Nil where it is gone, or where
  /// another mapping has taken the place.
  private func value(of key: String, at path: [String], in root: NodeRef, before: NodeRef) -> NodeRef? {
    guard let new = sources.forest.value(root, path), let old = sources.forest.value(before, path),
      sources.forest.range(new) == sources.forest.range(old)
    else { return nil }
    return sources.forest.value(new, key: key)
  }

  private mutating func settleSharedLabels(of index: Int, in layer: inout Layer) {
    // Nearly always there are none, or nothing has changed.
    guard let known = layer.resources.items[index].sharedLabels?.root, known != layer.resources.items[index].root,
      var shared = layer.resources.items[index].sharedLabels
    else { return }
    var root = layer.resources.items[index].root
    for number in shared.groups.indices {
      let group = shared.groups[number]
      let values = group.places.map { value(of: group.key, at: $0, in: root, before: known) }
      shared.groups[number].places = zip(group.places, values).filter { $0.1 != nil }.map(\.0)
      guard let written = values.last(where: { $0 != nil && $0 != group.value }) ?? nil,
        sources.forest.kind(written) == .scalar
      else { continue }
      for (path, value) in zip(group.places, values) where value != nil && value != written {
        root = writer.setting(path + [group.key], to: written, in: root, in: &sources.forest)
      }
      shared.groups[number].value = written
    }
    shared.root = root
    layer.resources.update(at: index) {
      $0.root = root
      $0.sharedLabels = shared
    }
  }
}
