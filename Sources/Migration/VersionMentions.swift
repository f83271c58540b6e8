import FluxModel
import Manifests
package import SourceText
import TextMatching
package import YAMLSyntax

/// A version of a kind, named by something that is no object of that kind.
package struct VersionMention: Sendable {
  package enum Role: Hashable, Sendable {
    /// A mapping with `apiVersion` and `kind` that names an object.
    case reference
    /// A selector with `group`, `version` and `kind`.
    case selector
    /// A whole object inside of another.
    case object
    /// A patch for what a chart makes, which finds its object by this version.
    case patch
  }

  package var role: Role
  /// The field that it stands in, without the `spec` above and the items of lists: `healthChecks`, `patches`.
  package var field: String
  package var group: String
  package var kind: String
  package var version: String
  /// Empty where every name is meant, and where it is an expression.
  package var name: String
  /// The mapping that it is written in.
  package var node: NodeRef
  /// The value of `apiVersion`, or of `version` in a selector.
  package var range: SourceRange
  /// The object inside of the one looked at that has the mention; nil where it is that one itself.
  package var inner: NodeRef?
}

/// Finds the places where an object or a kustomization file mentions versions of others, those that `Migration` changes.
/// Only what is written out is found: no variable, no template, no expression, and of patches in a text only those for
/// what a chart makes.
package struct VersionMentions {
  private let forest: Forest

  package init(_ forest: Forest) { self.forest = forest }

  /// What an object of a Flux group mentions.
  package func of(_ root: NodeRef, group: String, kind: String) -> [VersionMention] {
    var mentions: [VersionMention] = []
    collect(MentionPlace.places(group: group, kind: kind), root, depth: 0, into: &mentions)
    return mentions
  }

  /// What a kustomization file mentions.
  package func ofKustomizationFile(_ root: NodeRef) -> [VersionMention] {
    var mentions: [VersionMention] = []
    collect(MentionPlace.kustomizationFile, root, depth: 0, into: &mentions)
    return mentions
  }

  /// Versions in texts that the Flux Operator makes objects of, of those that it makes in any case.
  package func inTemplates(of root: NodeRef, group: String, kind: String) -> [TemplateText.Version] {
    MentionPlace.places(group: group, kind: kind).flatMap { place -> [TemplateText.Version] in
      guard case .template(let path) = place else { return [] }
      return nodes(root, at: path[...]).filter { forest.kind($0) == .scalar }
        .flatMap { TemplateText($0, in: forest).versions.filter(\.isCertain) }
    }
  }

  private func collect(
    _ places: [MentionPlace], _ root: NodeRef, depth: Int, into mentions: inout [VersionMention]
  ) {
    let start = mentions.count
    defer {
      for index in mentions.indices.dropFirst(start) where depth > 0 && mentions[index].inner == nil {
        mentions[index].inner = root
      }
    }
    for place in places {
      switch place {
      case .reference(let path):
        for node in nodes(root, at: path[...]) { reference(node, Self.field(path), .reference, &mentions) }
      case .selector(let path):
        for node in nodes(root, at: path[...]) { selector(node, Self.field(path), &mentions) }
      case .patches(let path), .jsonPatches(let path):
        for list in nodes(root, at: path[...]) {
          for item in forest.items(list) {
            if let node = forest.value(item, "target") {
              selector(node, Self.field(path), &mentions)
            } else if path.contains("postRenderers") {
              patch(item, Self.field(path), &mentions)
            }
          }
        }
      case .objects(let path):
        for node in nodes(root, at: path[...]) where depth < 20 {
          reference(node, Self.field(path), .object, &mentions)
          let group = forest.groupVersion(ManifestObject(root: node)).group
          let kind = forest.value(node, "kind").map { forest.text($0) } ?? ""
          collect(MentionPlace.places(group: group, kind: kind), node, depth: depth + 1, into: &mentions)
        }
      case .objectPatches, .template, .values: break
      }
    }
  }

  private static func field(_ path: [String]) -> String {
    path.filter { $0 != "*" && $0 != "spec" }.joined(separator: ".")
  }

  private func nodes(_ root: NodeRef, at path: ArraySlice<String>) -> [NodeRef] {
    guard let key = path.first else { return [root] }
    if key == "*" { return forest.items(root).flatMap { nodes($0, at: path.dropFirst()) } }
    return forest.value(root, key: key).map { nodes($0, at: path.dropFirst()) } ?? []
  }

  private func reference(
    _ node: NodeRef, _ field: String, _ role: VersionMention.Role, _ mentions: inout [VersionMention]
  ) {
    guard let place = forest.value(node, "apiVersion"), forest.kind(place) == .scalar,
      let kind = forest.value(node, "kind")
    else { return }
    let (group, version) = APIVersions.parts(forest.groupVersion(ManifestObject(root: node)))
    let name = role == .object ? forest.value(node, "metadata", "name") : forest.value(node, "name")
    add(role, field, group, forest.text(kind), version, name, node, place, &mentions)
  }

  /// A strategic merge patch in a text that has no target.
  private func patch(_ item: NodeRef, _ field: String, _ mentions: inout [VersionMention]) {
    guard let text = forest.value(item, "patch"), forest.kind(text) == .scalar,
      forest.withText(text, { $0.contains(subsequence: "fluxcd.") })
    else { return }
    var inside = forest
    let tree = inside.parseEmbedded(text, tree: inside.nextTreeIndex)
    guard tree.problems.isEmpty else { return }
    let documents = tree.documents
    _ = inside.append(tree)
    for root in documents.map(\.root) {
      // What a chart makes at the version may be taken away by it.
      guard inside.value(root, "$patch") == nil, let place = inside.value(root, "apiVersion"),
        let kind = inside.value(root, "kind")
      else { continue }
      let (group, version) = APIVersions.parts(inside.groupVersion(ManifestObject(root: root)))
      let name = inside.value(root, "metadata", "name").map { inside.text($0) } ?? ""
      guard Self.isWritten(inside.text(kind)), Self.isWritten(version), !group.isEmpty else { continue }
      mentions.append(
        VersionMention(
          role: .patch, field: field, group: group, kind: inside.text(kind), version: version, name: name, node: item,
          range: inside.range(place)))
    }
  }

  private func selector(_ node: NodeRef, _ field: String, _ mentions: inout [VersionMention]) {
    guard let place = forest.value(node, "version"), forest.kind(place) == .scalar,
      let group = forest.value(node, "group"), let kind = forest.value(node, "kind")
    else { return }
    add(
      .selector, field, forest.text(group), forest.text(kind), forest.text(place), forest.value(node, "name"), node,
      place, &mentions)
  }

  private func add(
    _ role: VersionMention.Role, _ field: String, _ group: String, _ kind: String, _ version: String, _ name: NodeRef?,
    _ node: NodeRef, _ place: NodeRef, _ mentions: inout [VersionMention]
  ) {
    // A selector without a version is for all of them.
    guard Self.isWritten(kind), Self.isWritten(version) || version.isEmpty && role != .selector, !group.isEmpty else {
      return
    }
    let name = name.map { forest.text($0) } ?? ""
    mentions.append(
      VersionMention(
        role: role, field: field, group: group, kind: kind, version: version,
        name: name.utf8.allSatisfy(Self.isOfName) ? name : "", node: node, range: forest.range(place)))
  }

  /// Whether a kind or a version is what it says, right or wrong, and no variable, template or expression.
  package static func isWritten(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || 0x30...0x39 ~= $0 || "-_".utf8.contains($0)
      }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || 0x30...0x39 ~= byte || byte == UInt8(ascii: "-")
  }
}
