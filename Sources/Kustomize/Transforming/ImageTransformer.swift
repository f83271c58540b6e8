import Manifests
import SourceText
import TextMatching
import YAMLSyntax

// `images` (api/filters/imagetag, api/internal/image).
extension KustomizeEngine {
  /// Two passes, one after the other: every list called `containers` or `initContainers` anywhere, then the field
  /// specs. A suffix is therefore added twice to ordinary workloads, as upstream does.
  mutating func setImage(_ entry: ImageEntry, at specs: [FieldSpec], in layer: inout Layer) {
    let change: ImageChange
    do throws(LinearRegex.Failure) {
      change = try ImageChange(entry, writer: writer)
    } catch {
      layer.report.addError(
        .other, "the image name '\(entry.name)' is no regular expression: \(error.reason)", at: entry.range)
      return
    }
    // Nothing is made, so there is always an old value.
    let write: FieldWalk.Change = { (old, forest) throws(MergeFailure) in
      guard let old else { return change.missing(in: &forest) }
      return try change.update(old, in: &forest)
    }
    let ownSpecs = specs.filter { $0.range != nil }
    var isFound = false
    for index in layer.resources.items.indices where layer.resources.items[index].id.kind != "CustomResourceDefinition"
    {
      let before = layer.resources.items[index].root
      let id = layer.resources.items[index].id
      guard mayHaveImages(before) || ownSpecs.contains(where: { $0.fits(id) }) else { continue }
      var walked: [NodeRef: NodeRef]? = sources.forest.mayShareNodes(before) ? [:] : nil
      let root: NodeRef
      do throws(MergeFailure) {
        root = try change.updateContainers(before, in: &sources.forest, &walked)
      } catch {
        layer.report.addError(
          .other, "'\(id.description)' cannot be changed: \(error.message)", at: entry.range, related: error.range)
        continue
      }
      if root != before {
        isFound = true
        layer.resources.update(at: index) { $0.root = root }
      }
      self.write(to: specs, of: index, in: &layer, making: nil, at: entry.range, write)
      if layer.resources.items[index].root != before {
        isFound = true
        note(.images, entry.range, on: index, in: &layer)
      }
    }
    // Fields of its own may be those of objects that come with another overlay.
    guard isFound || ownSpecs.isEmpty, !entry.name.isEmpty else { return }
    layer.note(.image, of: entry.range, isFound ? nil : miss(of: change, in: layer))
  }

  /// Why an entry that changed nothing did so; nil when some image is as it says already.
  private func miss(of change: ImageChange, in layer: Layer) -> EntryEffect.Miss? {
    var images: [String] = []
    for resource in layer.resources.items where resource.id.kind != "CustomResourceDefinition" {
      sources.forest.addImages(below: resource.root, to: &images)
    }
    guard !images.contains(where: change.finds) else { return nil }
    return EntryEffect.Miss(
      field: ImageField.name.rawValue, text: change.entry.name,
      place: change.entry.nameRange ?? change.entry.range, wanted: "image '\(change.entry.name)'", isForOne: true,
      found: images)
  }

  /// Whether an image can be anywhere in an object. Most objects have none, and every overlay asks again: what was found
  /// of a part is kept, for parts are shared until they are changed.
  private mutating func mayHaveImages(_ root: NodeRef) -> Bool {
    let forest = sources.forest
    guard !forest.mayShareNodes(root) else { return true }
    for pair in forest.writtenPairs(root) where forest.kind(pair.value) != .scalar {
      let found = imageParts[pair.value] ?? forest.hasImagePlace(pair.key, pair.value)
      imageParts[pair.value] = found
      if found { return true }
    }
    return false
  }
}

extension Forest {
  /// Adds the images of containers and volumes, each once; no more than a few hundred.
  fileprivate func addImages(below node: NodeRef, to images: inout [String]) {
    switch kind(node) {
    case .scalar, .alias: return
    case .sequence: for item in items(node) { addImages(below: item, to: &images) }
    case .mapping:
      for pair in writtenPairs(node) where kind(pair.value) != .scalar {
        let isContainers = hasText(pair.key, "containers") || hasText(pair.key, "initContainers")
        for item in isContainers || hasText(pair.key, "volumes") ? Array(items(pair.value)) : [] {
          let image = isContainers ? value(item, "image") : value(item, "image", "reference")
          guard let image, kind(image) == .scalar, images.count < 500 else { continue }
          let text = text(image)
          if !images.contains(text) { images.append(text) }
        }
        addImages(below: pair.value, to: &images)
      }
    }
  }

  /// Whether a key, or one below its value, is one of those that `images` looks under.
  fileprivate func hasImagePlace(_ key: NodeRef, _ value: NodeRef) -> Bool {
    switch kind(value) {
    case .scalar, .alias:
      // An empty list of containers that is written as null becomes a list.
      return isNull(value)
        && (hasText(key, "containers") || hasText(key, "initContainers") || hasText(key, "volumes"))
    case .sequence:
      if hasText(key, "containers") || hasText(key, "initContainers") || hasText(key, "volumes") { return true }
      return items(value).contains { hasImagePlace(key, $0) }
    case .mapping:
      return writtenPairs(value).contains { hasImagePlace($0.key, $0.value) }
    }
  }
}

/// What one entry of `images` does to an image.
private struct ImageChange {
  let entry: ImageEntry
  let writer: NodeWriter
  private let name: ImageName

  init(_ entry: ImageEntry, writer: NodeWriter) throws(LinearRegex.Failure) {
    self.entry = entry
    self.writer = writer
    name = try ImageName(entry.name)
  }

  /// Every list of containers below a node. `walked` has what came of each node of an object with aliases, so that each
  /// is walked once; nil for any other object.
  func updateContainers(
    _ node: NodeRef, in forest: inout Forest, _ walked: inout [NodeRef: NodeRef]?
  ) throws(MergeFailure) -> NodeRef {
    let target = forest.resolved(node)
    if let known = walked?[target] { return known == target ? node : known }
    let result = try updateContainers(at: target, in: &forest, &walked)
    walked?[target] = result
    return result == target ? node : result
  }

  private func updateContainers(
    at node: NodeRef, in forest: inout Forest, _ walked: inout [NodeRef: NodeRef]?
  ) throws(MergeFailure) -> NodeRef {
    switch forest.kind(node) {
    case .scalar, .alias: return node
    case .sequence:
      var items = Array(forest.items(node))
      var isChanged = false
      for index in items.indices where forest.kind(items[index]) != .scalar {
        let item = try updateContainers(items[index], in: &forest, &walked)
        if item != items[index] { isChanged = true }
        items[index] = item
      }
      return isChanged ? writer.sequence(items, like: node, in: &forest) : node
    case .mapping:
      let pairs = forest.expandedPairs(node)
      var changed = pairs
      var isChanged = false
      for (index, pair) in pairs.enumerated() where forest.kind(pair.value) != .scalar {
        var value = try updateContainers(pair.value, in: &forest, &walked)
        if forest.hasText(pair.key, "containers" as StaticString)
          || forest.hasText(pair.key, "initContainers" as StaticString)
        {
          value = try updateList(value, in: &forest)
        }
        if value == pair.value { continue }
        changed[index].value = value
        isChanged = true
      }
      return isChanged ? writer.mapping(changed, like: node, in: &forest) : node
    }
  }

  private func updateList(_ list: NodeRef, in forest: inout Forest) throws(MergeFailure) -> NodeRef {
    guard forest.kind(list) == .sequence else { return list }
    var items = Array(forest.items(list))
    var isChanged = false
    for index in items.indices {
      guard let image = forest.value(items[index], "image") else { continue }
      let value = try update(image, in: &forest)
      if value == image { continue }
      items[index] = writer.setting("image", to: value, in: items[index], in: &forest)
      isChanged = true
    }
    return isChanged ? writer.sequence(items, like: list, in: &forest) : list
  }

  func finds(_ image: String) -> Bool { name.matches(image) }

  func missing(in forest: inout Forest) -> NodeRef {
    writer.scalar("null", style: .plain, tag: .null, at: entry.range, in: &forest)
  }

  func update(_ node: NodeRef, in forest: inout Forest) throws(MergeFailure) -> NodeRef {
    guard forest.kind(node) == .scalar else {
      throw MergeFailure(message: "the image must be a scalar", range: forest.range(node))
    }
    if forest.isNull(node) { return node }
    let image = forest.text(node)
    guard name.matches(image) else { return node }
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

/// The `name` of an entry: it is put unescaped between `^` and an optional tag and digest, and what comes of that is looked
/// for in the image (api/internal/image/image.go, `IsImageMatched`). So `*` is any image, and an alternative may match a
/// part of one.
private enum ImageName {
  /// Nothing in it is special but dots, which stand for any character.
  case literal([UInt8])
  case expression(LinearRegex)

  init(_ name: String) throws(LinearRegex.Failure) {
    if name.utf8.allSatisfy({ !#"\+*?()|[]{}^$"#.utf8.contains($0) && $0 < 0x80 }) {
      self = .literal(Array(name.utf8))
    } else {
      // What is wrong with the name alone is said of that.
      if !Self.repetitions.contains(where: { name.hasPrefix($0) }) { _ = try LinearRegex(name) }
      self = .expression(try LinearRegex("^\(name)(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$"))
    }
  }

  /// What repeats the start of the text, which stands before the name.
  private static let repetitions = ["*", "+", "?", "{"]

  func matches(_ image: String) -> Bool {
    switch self {
    case .expression(let expression): return expression.matchesPart(image)
    case .literal(let name):
      var rest = Array(image.utf8)[...]
      for byte in name {
        guard let other = rest.popFirst(), byte == other || byte == UInt8(ascii: ".") else { return false }
      }
      if rest.first == UInt8(ascii: ":") { rest = rest.dropFirst().drop(while: Self.isTagByte) }
      if rest.starts(with: "@sha256:".utf8) { rest = rest.dropFirst(8).drop(while: Self.isTagByte) }
      return rest.isEmpty
    }
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
