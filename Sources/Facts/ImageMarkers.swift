package import Manifests
package import SourceText
package import YAMLSyntax

/// A comment that tells image-automation-controller what to write into the value before it:
/// `# {"$imagepolicy": "namespace:policy:tag"}`.
package struct ImageMarker: Sendable {
  /// Which part of the chosen image is written.
  package enum Part: String, Sendable {
    case image = ""
    case tag, name, digest
  }

  /// Why the controller never looks at it.
  package enum Problem: Hashable, Sendable {
    case notAnObject, textBehind
    /// It does not say `namespace:policy`, or has more to say.
    case notAName
    case unknownSuffix(String)
    /// It stands on a line of its own, above what it means.
    case alone
    /// It follows a key or a list rather than a single value.
    case noValue
    /// It is no comment of the file but part of a text, such as a file in a ConfigMap.
    case inText
  }

  /// From the `#` to the end of the line.
  package let range: SourceRange
  /// What is written in it, without quotes; the whole comment where that cannot be read.
  package let referenceRange: SourceRange
  package fileprivate(set) var namespace = ""
  package fileprivate(set) var policy = ""
  package fileprivate(set) var part = Part.image
  /// The value that it stands behind, and the key of that value.
  package fileprivate(set) var value: NodeRef?
  package fileprivate(set) var field: NodeRef?
  package fileprivate(set) var problem: Problem?

  package var file: FileID { range.file }
}

/// All markers in the YAML files of a repository, in the order of the files.
package struct ImageMarkers: Sendable {
  package private(set) var markers: [ImageMarker] = []
  /// Files in which markers cannot be told from text, because they do not parse: image-automation-controller passes over
  /// them, too. With the place of the first one.
  package private(set) var unparsed: [SourceRange] = []

  /// Looks at the comments of those files only that say `$imagepolicy`.
  package init(_ sources: SourceSet) {
    let key = Array(MarkerText.key.utf8)
    for file in sources.files where sources.isOwn(file.id) {
      let bytes = sources.bytes(of: file.id)
      guard let first = bytes.firstOffset(of: key) else { continue }
      if sources.problems(of: file.id).contains(where: { $0.kind != .duplicateKey }) {
        if Self.isRead(file.path) { unparsed.append(SourceRange(file: file.id, first..<first + key.count)) }
        continue
      }
      let comments = sources.comments(of: file.id).filter { $0.text.contains(MarkerText.key) }
      let others = Self.lookalikes(in: bytes, of: file.id, from: first, besides: comments)
      guard !comments.isEmpty || !others.isEmpty else { continue }
      let leaves = MarkerLeaves(of: sources.documents(of: file.id), sources.forest, bytes)
      markers += comments.compactMap { Self.marker($0, bytes, leaves) }
      markers += others.compactMap { comment in
        guard let text = leaves.text(around: comment), var marker = Self.marker(comment, bytes, leaves),
          marker.problem == nil
        else { return nil }
        (marker.problem, marker.value, marker.field) = (.inText, text.value, text.field)
        return marker
      }
    }
  }

  /// What has the form of a marker behind a value and is no comment of the file.
  ///
  /// - Parameter start: where the first key of a marker is.
  private static func lookalikes(
    in bytes: [UInt8], of file: FileID, from start: Int, besides comments: [Comment]
  ) -> [Comment] {
    let key = Array("\"\(MarkerText.key)\"".utf8)
    var found: [Comment] = []
    var comments = comments[...]
    var offset = start > 0 ? start - 1 : 0
    while let place = bytes.firstOffset(of: key, from: offset) {
      let end = bytes[place...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
      offset = end
      let line = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      comments = comments.drop { $0.range.bounds.upperBound <= place }
      guard !(comments.first.map { $0.range.bounds.lowerBound < place } ?? false),
        let mark = bytes[line..<place].lastIndex(of: UInt8(ascii: "#")),
        bytes[line..<mark].contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: "#") })
      else { continue }
      found.append(Comment(range: SourceRange(file: file, mark..<end), text: "", isAlone: false))
    }
    return found
  }

  /// Whether the controller reads a file of this name (image-automation-controller `internal/update/filereader.go`).
  private static func isRead(_ path: String) -> Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml") || RelativePath.name(of: path) == "Kustomization"
  }

  /// Endings of files of text in which somebody may think that a marker works.
  private static let otherEndings = [
    ".json", ".tpl", ".tmpl", ".gotmpl", ".env", ".toml", ".tf", ".tfvars", ".properties", ".conf", ".ini", ".txt",
    ".cue",
    ".jsonnet", ".j2",
  ]

  /// The lines with a marker in files that the controller does not read because of their names; the first of each file.
  /// Done before rules run, because the files become part of the set.
  package static func inOtherFiles(of sources: SourceSet, below directories: [String]) -> [SourceRange] {
    guard !directories.isEmpty else { return [] }
    let key = Array("\"\(MarkerText.key)\"".utf8)
    return sources.filesOfTree.compactMap { file in
      guard otherEndings.contains(where: file.path.hasSuffix),
        directories.contains(where: { RelativePath.isPath(file.path, inside: $0) }),
        let bytes = try? sources.contents(at: file.path), let offset = bytes.firstOffset(of: key)
      else { return nil }
      return sources.place(ofLine: bytes[..<offset].count { $0 == 0x0A }, in: file.path)
    }
  }

  private static func marker(_ comment: Comment, _ bytes: [UInt8], _ leaves: MarkerLeaves) -> ImageMarker? {
    let text: MarkerText
    let place = leaves.place(of: comment)
    do throws(MarkerText.Failure) {
      text = try MarkerText(bytes[comment.range.bounds])
    } catch {
      // Whole lines that are commented out, and prose, are no markers.
      if comment.isAlone { return nil }
      return ImageMarker(
        range: comment.range, referenceRange: comment.range, value: place.value, field: place.field,
        problem: error == .textBehind ? .textBehind : .notAnObject)
    }
    let start = Int(comment.range.lowerBound)
    var marker = ImageMarker(
      range: comment.range,
      referenceRange: SourceRange(
        file: comment.range.file, start + text.bounds.lowerBound..<start + text.bounds.upperBound),
      value: place.value, field: place.field, problem: place.problem)
    let parts = text.reference.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), !parts[0].isEmpty, !parts[1].isEmpty else {
      marker.problem = .notAName
      return marker
    }
    (marker.namespace, marker.policy) = (parts[0], parts[1])
    if parts.count == 3 {
      if let part = ImageMarker.Part(rawValue: parts[2]), part != .image {
        marker.part = part
      } else {
        marker.problem = .unknownSuffix(parts[2])
      }
    }
    return marker
  }
}

/// The scalars of a file in the order of the text, and which of them a comment belongs to.
struct MarkerLeaves {
  private struct Leaf {
    var range: Range<Int>
    var node: NodeRef
    var key: NodeRef?
    var isKey = false
    var isAlias = false
    var isItem = false
  }

  private let bytes: [UInt8]
  private var leaves: [Leaf] = []

  init(of documents: [YAMLDocument], _ forest: Forest, _ bytes: [UInt8]) {
    self.bytes = bytes
    var waiting: [(node: NodeRef, key: NodeRef?, isItem: Bool)] = documents.map { ($0.root, nil, false) }
    while let (node, key, isItem) = waiting.popLast() {
      let written = forest.written(node)
      switch written.kind {
      case .mapping:
        for pair in forest.writtenPairs(node) {
          leaves.append(Leaf(range: forest.range(pair.key).bounds, node: pair.key, isKey: true))
          waiting.append((pair.value, pair.key, false))
        }
      case .sequence:
        for item in forest.items(node) { waiting.append((item, key, true)) }
      case .scalar, .alias:
        guard !written.flags.contains(.omitted) else { continue }
        leaves.append(
          Leaf(
            range: written.range.bounds, node: node, key: key, isAlias: written.kind == .alias, isItem: isItem))
      }
    }
    leaves.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The value that a comment stands behind, on its line; or, where that is what the controller takes, below it.
  func place(of comment: Comment) -> (value: NodeRef?, field: NodeRef?, problem: ImageMarker.Problem?) {
    let start = comment.range.bounds.lowerBound
    let next = leaves.partitioningIndex { $0.range.lowerBound >= start }
    if comment.isAlone {
      // A comment above an item of a list is one of the item.
      guard next < leaves.count, leaves[next].isItem, !leaves[next].isAlias,
        isOnlyBlank(comment.range.bounds.upperBound..<leaves[next].range.lowerBound, and: "-#", lines: 1)
      else { return (nil, nil, .alone) }
      return (leaves[next].node, leaves[next].key, nil)
    }
    guard next > 0 else { return (nil, nil, .noValue) }
    let leaf = leaves[next - 1]
    // A comment behind the indicator of a block, `|`, lies inside the value.
    if leaf.range.upperBound > start { return (leaf.node, leaf.key, nil) }
    guard isOnlyBlank(leaf.range.upperBound..<start, and: leaf.isKey ? ":" : ",", lines: 0) else {
      return (nil, nil, .noValue)
    }
    if !leaf.isKey { return leaf.isAlias ? (nil, leaf.key, .noValue) : (leaf.node, leaf.key, nil) }
    // The value may be empty, or stand on the next line.
    let hasValueBelow =
      next < leaves.count && !leaves[next].isKey && leaves[next].key == leaf.node && !leaves[next].isItem
    let hasAny = next < leaves.count && leaves[next].range.lowerBound > start && isInside(leaves[next], leaf)
    return hasValueBelow
      ? (leaves[next].node, leaf.node, nil) : hasAny ? (nil, leaf.node, .noValue) : (nil, leaf.node, nil)
  }

  /// The text of several lines that a comment lies in, which is none then.
  func text(around comment: Comment) -> (value: NodeRef, field: NodeRef?)? {
    let place = comment.range.bounds
    let next = leaves.partitioningIndex { $0.range.lowerBound >= place.lowerBound }
    guard next > 0, !leaves[next - 1].isKey, !leaves[next - 1].isAlias,
      leaves[next - 1].range.upperBound >= place.upperBound,
      bytes[leaves[next - 1].range.lowerBound..<place.lowerBound].contains(0x0A)
    else { return nil }
    return (leaves[next - 1].node, leaves[next - 1].key)
  }

  /// Whether a leaf is written further to the right than a key, and so below it.
  private func isInside(_ leaf: Leaf, _ key: Leaf) -> Bool {
    column(leaf.range.lowerBound) > column(key.range.lowerBound) || leaf.isItem
  }

  private func column(_ offset: Int) -> Int { offset - (bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) }

  private func isOnlyBlank(_ range: Range<Int>, and marks: String, lines: Int) -> Bool {
    guard range.lowerBound <= range.upperBound else { return false }
    let text = bytes[range]
    return text.allSatisfy { [0x20, 0x09, 0x0D, 0x0A].contains($0) || marks.utf8.contains($0) }
      && text.count { $0 == 0x0A } <= lines
  }
}

extension Array {
  /// The index of the first element that satisfies a condition which all behind it satisfy, too.
  fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
