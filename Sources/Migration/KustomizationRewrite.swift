package import SourceText
import TextEdits
import YAMLSyntax

/// Replaces one deprecated field of a kustomization file by what took its place
/// (kustomize `api/types/kustomization.go`, FixKustomization), so that the build stays the same.
package enum KustomizationRewrite: String, CaseIterable, Sendable {
  // In the order in which they are tried.
  case bases
  case imageTags
  case env
  case patchesStrategicMerge
  case patchesJson6902
  case commonLabels

  /// What takes its place.
  package var replacement: String {
    switch self {
    case .bases: "resources"
    case .imageTags: "images"
    case .env: "envs"
    case .patchesStrategicMerge, .patchesJson6902: "patches"
    case .commonLabels: "labels"
    }
  }

  /// Whether the new form does the same by what kustomize is, at the same stage and in the same order. JSON patches did
  /// run after names, namespaces and labels were set.
  package var keepsStage: Bool { self != .patchesJson6902 }

  /// What became of one field of a file.
  package enum Outcome: Sendable {
    case absent
    /// The new text, and where the field stood in the old one.
    case done([UInt8], at: SourceRange)
    /// The file is laid out in a way that is not handled.
    case notHandled(at: SourceRange)
  }

  package func apply(to bytes: [UInt8], file: FileID) -> Outcome {
    guard let original = FileText(parsing: bytes, file: file), let root = original.root,
      let place = place(in: root, original.forest)
    else { return .absent }
    guard let spelled = respelled(bytes, root, original), let text = FileText(parsing: spelled, file: file),
      let root = text.root, let edits = edits(of: root, text), let result = try? Edit.apply(edits, to: spelled),
      result != bytes, YAMLParser.parse(result, file: file, tree: 0).problems.isEmpty
    else { return .notHandled(at: place) }
    return .done(result, at: place)
  }

  /// The text with the keys in question as they are usually written: kustomize reads them in any case (encoding/json).
  private func respelled(_ bytes: [UInt8], _ root: NodeRef, _ text: FileText) -> [UInt8]? {
    var edits: [Edit] = []
    for key in [rawValue, replacement] where text.forest.value(root, key: key) == nil {
      guard let pair = text.forest.pair(root, anyCase: key) else { continue }
      guard let rename = text.rename(pair, to: key) else { return nil }
      edits += rename
    }
    return try? Edit.apply(edits, to: bytes)
  }

  /// Fields that no rewrite is known for, which keeps the build, with what to do.
  package static func leftovers(in bytes: [UInt8], file: FileID) -> [Remark] {
    guard let text = FileText(parsing: bytes, file: file), let root = text.root else { return [] }
    let fields = [
      ("helmChartInflationGenerator", "make a HelmRelease: Flux builds without Helm")
    ]
    return fields.compactMap { key, help in
      text.forest.pair(root, anyCase: key).map {
        Remark(.kustomizeLeft, "'\(key)' is deprecated", at: text.forest.range($0.key), help: help)
      }
    }
  }

  /// Where a field of the file stands.
  package static func place(ofKey key: String, in bytes: [UInt8], file: FileID) -> SourceRange? {
    guard let text = FileText(parsing: bytes, file: file), let root = text.root else { return nil }
    return text.forest.pair(root, anyCase: key).map { text.forest.range($0.key) }
  }

  /// Whether JSON patches of the file may see what other transformers set first.
  package static func hasStagesBetween(_ bytes: [UInt8]) -> Bool {
    guard let text = FileText(parsing: bytes, file: FileID(0)), let root = text.root else { return true }
    return ["namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "commonAnnotations"].contains {
      text.forest.pair(root, anyCase: $0) != nil
    }
  }

  /// Where the field is first used.
  private func place(in root: NodeRef, _ forest: Forest) -> SourceRange? {
    guard self == .env else { return forest.pair(root, anyCase: rawValue).map { forest.range($0.key) } }
    return Self.generators(root, forest).compactMap { forest.pair($0, key: "env") }.first.map { forest.range($0.key) }
  }

  private static func generators(_ root: NodeRef, _ forest: Forest) -> [NodeRef] {
    ["configMapGenerator", "secretGenerator"].flatMap { key in
      forest.value(root, key: key).map { Array(forest.items($0)) } ?? []
    }
  }

  private func edits(of root: NodeRef, _ text: FileText) -> [Edit]? {
    let lists = PatchLists(text: text)
    switch self {
    case .bases, .imageTags, .patchesJson6902:
      return lists.merge([(rawValue, false, { _, _ in [] })], into: replacement, of: root)
    case .patchesStrategicMerge:
      return lists.merge([(rawValue, true, Self.mergeAsPatch)], into: replacement, of: root)
    case .commonLabels: return CommonLabels(text: text).edits(of: root)
    case .env:
      var edits: [Edit] = []
      for generator in Self.generators(root, text.forest) where text.forest.value(generator, "env") != nil {
        guard let some = text.fold("env", into: "envs", of: generator, atStart: false) else { return nil }
        edits += some
      }
      return edits
    }
  }

  /// A path becomes `path: x`, an inline patch `patch: |`. What has a line break is text, else it is a path
  /// (`edit fix` asks whether the file is there, and makes a patch of a wrong name).
  private static func mergeAsPatch(_ item: NodeRef, _ text: FileText) -> [Edit]? {
    let node = text.forest.written(item)
    guard node.kind == .scalar else { return nil }
    let range = node.range.bounds
    switch node.style {
    case .literal, .folded:
      let header = text.layout.lineEnd(range.lowerBound)
      let body = text.layout.nextLine(header)..<max(text.layout.nextLine(header), range.upperBound)
      guard let shifts = text.layout.shift(linesIn: body, by: 2) else { return nil }
      return [.insertion(Array("patch: ".utf8), at: range.lowerBound)] + shifts
    case .plain, .singleQuoted, .doubleQuoted:
      let isText = text.forest.withText(item) { $0.contains(0x0A) || $0.first == UInt8(ascii: "{") }
      guard text.rawScalar(item) != nil else { return nil }
      return [.insertion(Array((isText ? "patch: " : "path: ").utf8), at: range.lowerBound)]
    default: return nil
    }
  }
}

extension FileText {
  /// The text of a file with one document; nil when it does not parse.
  init?(parsing bytes: [UInt8], file: FileID) {
    let tree = YAMLParser.parse(bytes, file: file, tree: 0)
    guard tree.problems.isEmpty, tree.documents.count == 1 else { return nil }
    let documents = tree.documents
    forest = Forest(trees: [tree])
    layout = Layout(bytes: bytes)
    views = AliasViews(documents, tree: 0, in: forest)
    root = documents.first?.root
  }
}

extension Forest {
  /// The pair of a key that is known only at run time.
  func pair(_ mapping: NodeRef, key: String) -> Pair? { pairs(mapping).first { text($0.key) == key } }

  /// The same in any case of its letters; the exact key first.
  func pair(_ mapping: NodeRef, anyCase key: String) -> Pair? {
    pair(mapping, key: key) ?? pairs(mapping).first { text($0.key).lowercased() == key.lowercased() }
  }
}
