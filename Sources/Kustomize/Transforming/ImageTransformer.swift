import Manifests
import SourceText
import YAMLSyntax

// `images` (api/filters/imagetag, api/internal/image).
extension KustomizeEngine {
  /// Two passes, one after the other: every list called `containers` or `initContainers` anywhere, then the field
  /// specs. A suffix is therefore added twice to ordinary workloads, as upstream does.
  mutating func setImage(_ entry: ImageEntry, in layer: inout Layer) {
    guard !entry.name.isEmpty else { return }
    let change: ImageChange
    do throws(LinearRegex.Failure) {
      change = try ImageChange(entry, writer: writer)
    } catch {
      layer.report.addError(
        .other, "the image name '\(entry.name)' is no regular expression: \(error.reason)", at: entry.range)
      return
    }
    for index in layer.resources.items.indices {
      let resource = layer.resources.items[index]
      if resource.id.kind == "CustomResourceDefinition" { continue }
      let root = change.updateContainers(resource.root, in: &sources.forest, depth: 0)
      if root != resource.root { layer.resources.update(at: index) { $0.root = root } }
      write(to: Self.imageSpecs, of: index, in: &layer, making: nil, at: entry.range) { old, forest in
        // Nothing is made, so there is always an old value.
        old.map { change.update($0, in: &forest) } ?? change.missing(in: &forest)
      }
      if layer.resources.items[index].root != resource.root { note(.images, entry.range, on: index, in: &layer) }
    }
  }

  private static let imageSpecs = ["spec", "spec/template/spec"].flatMap { pod in
    ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map { FieldSpec("\(pod)/\($0)") }
  }
}

/// What one entry of `images` does to an image.
private struct ImageChange {
  let entry: ImageEntry
  let writer: NodeWriter
  private let pattern: LinearRegex

  init(_ entry: ImageEntry, writer: NodeWriter) throws(LinearRegex.Failure) {
    self.entry = entry
    self.writer = writer
    // The name goes into the pattern as it is.
    pattern = try LinearRegex(entry.name + "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?")
  }

  /// Every list of containers below a node.
  func updateContainers(_ node: NodeRef, in forest: inout Forest, depth: Int) -> NodeRef {
    guard depth < 1_000 else { return node }
    switch forest.kind(node) {
    case .scalar, .alias: return node
    case .sequence:
      let items = Array(forest.items(node))
      let changed = items.map { updateContainers($0, in: &forest, depth: depth + 1) }
      return changed == items ? node : writer.sequence(changed, at: forest.range(node), in: &forest)
    case .mapping:
      let pairs = forest.pairs(node)
      var isChanged = false
      let changed = pairs.map { pair in
        var value = updateContainers(pair.value, in: &forest, depth: depth + 1)
        if forest.hasText(pair.key, "containers" as StaticString)
          || forest.hasText(pair.key, "initContainers" as StaticString)
        {
          value = updateList(value, in: &forest)
        }
        if value != pair.value { isChanged = true }
        return Forest.Pair(key: pair.key, value: value)
      }
      return isChanged ? writer.mapping(changed, at: forest.range(node), in: &forest) : node
    }
  }

  private func updateList(_ list: NodeRef, in forest: inout Forest) -> NodeRef {
    guard forest.kind(list) == .sequence else { return list }
    let items = Array(forest.items(list))
    let changed = items.map { item in
      guard let image = forest.value(item, "image") else { return item }
      return writer.setting("image", to: update(image, in: &forest), in: item, in: &forest)
    }
    return changed == items ? list : writer.sequence(changed, at: forest.range(list), in: &forest)
  }

  func missing(in forest: inout Forest) -> NodeRef {
    writer.scalar("null", style: .plain, tag: .null, at: entry.range, in: &forest)
  }

  func update(_ node: NodeRef, in forest: inout Forest) -> NodeRef {
    guard forest.kind(node) == .scalar, !forest.isNull(node) else { return node }
    let image = forest.text(node)
    guard pattern.matchesWhole(image) else { return node }
    let new = renamed(image)
    guard new != image else { return node }
    let place = entry.newTag ?? entry.digest ?? entry.newName ?? entry.tagSuffix
    let value = writer.plain(new, at: place?.range ?? entry.range, in: &forest)
    return writer.overwriting(node, with: value, in: &forest)
  }

  private func renamed(_ image: String) -> String {
    var (name, tag, digest) = Self.split(image)
    if let newName = entry.newName { name = newName.text }
    switch (entry.newTag, entry.digest) {
    case (let newTag?, let newDigest?): (tag, digest) = (newTag.text, newDigest.text)
    case (let newTag?, nil): (tag, digest) = (newTag.text, "")
    case (nil, let newDigest?): (tag, digest) = ("", newDigest.text)
    case (nil, nil): if let suffix = entry.tagSuffix { (tag, digest) = (tag + suffix.text, "") }
    }
    return name + (tag.isEmpty ? "" : ":" + tag) + (digest.isEmpty ? "" : "@" + digest)
  }

  /// The name ends at the first `:` or `@` behind the first `/`.
  private static func split(_ image: String) -> (name: String, tag: String, digest: String) {
    let slash = image.firstIndex(of: "/").flatMap { $0 > image.startIndex ? $0 : nil }
    let rest = image[(slash ?? image.startIndex)...]
    guard let end = rest.firstIndex(where: { $0 == ":" || $0 == "@" }) else { return (image, "", "") }
    let after = image[image.index(after: end)...]
    if image[end] == "@" { return (String(image[..<end]), "", String(after)) }
    let at = after.firstIndex(of: "@")
    let digest = at.map { String(after[after.index(after: $0)...]) } ?? ""
    return (String(image[..<end]), String(after[..<(at ?? after.endIndex)]), digest)
  }
}
