import Kustomize
import Manifests
package import SourceText
package import SourceTrees
import TextEdits
import YAMLSyntax

/// Makes `replacements` of the `vars` of a kustomization file: the places are where a build without the variables still
/// has `$(NAME)`. The resources keep their text, since a replacement writes over it.
///
/// Only what a replacement can say is converted: a whole value, or a piece of it between two equal delimiters.
package struct VariableReplacements {
  /// The new text of the file; nil when a use of a variable cannot be said with a replacement.
  ///
  /// - Parameter tree: the tree with the file as it is in `bytes`.
  package static func apply(
    to bytes: [UInt8], file: FileID, path: String, in tree: any SourceTree
  ) throws(SourceTreeError) -> [UInt8]? {
    guard let text = FileText(parsing: bytes, file: file), let root = text.root,
      text.isSelfContained(root), text.forest[root].style == .block,
      let (_, pair) = text.writtenPair(root, "vars"), let lines = text.linesOf(pair),
      let without = try? Edit.apply([text.layout.deletion(ofLines: lines)], to: bytes)
    else { return nil }
    let sources = try SourceSet(readingOnDemand: OverlayTree(tree, changed: [path: without]))
    var engine = KustomizeEngine(sources: sources)
    let build = engine.build(
      BuildRequest(directory: RelativePath.parent(of: path), generatesKustomization: false))
    guard build.errors.isEmpty else { return nil }
    let objects = build.objects.map(\.root)
    var entries: [String] = []
    for variable in text.forest.items(pair.value) {
      guard let entry = entry(variable, text.forest, objects, engine.sources.forest) else { return nil }
      entries += entry
    }
    return insert(entries, root, lines, text)
  }

  // MARK: - One variable

  /// The lines of one replacement, empty for a variable that nothing uses; nil where it cannot be converted.
  private static func entry(
    _ variable: NodeRef, _ forest: Forest, _ objects: [NodeRef], _ built: Forest
  ) -> [String]? {
    guard let nameNode = forest.value(variable, "name"), let object = forest.value(variable, "objref"),
      let kind = forest.value(object, "kind"), let objectName = forest.value(object, "name")
    else { return nil }
    var targets: [String] = []
    for root in objects {
      var finder = UseFinder(name: forest.text(nameNode), forest: built)
      finder.visit(root, path: [])
      guard finder.isConvertible else { return nil }
      for use in finder.uses {
        guard let select = select(root, built) else { return nil }
        targets += ["  - select:"] + select.map { "      \($0)" }
        targets += ["    fieldPaths:", "    - \(quoted(use.path))"]
        if let (delimiter, index) = use.piece {
          targets += [
            "    options:", "      delimiter: \(quoted(String(delimiter)))", "      index: \(index)",
          ]
        }
      }
    }
    guard !targets.isEmpty else { return [] }
    let (group, version) = forest.groupVersion(ManifestObject(root: object))
    var source = ["- source:"]
    if !group.isEmpty { source.append("    group: \(quoted(group))") }
    if !version.isEmpty { source.append("    version: \(quoted(version))") }
    source.append("    kind: \(quoted(forest.text(kind)))")
    source.append("    name: \(quoted(forest.text(objectName)))")
    if let namespace = forest.value(object, "namespace") {
      source.append("    namespace: \(quoted(forest.text(namespace)))")
    }
    let field = forest.value(variable, "fieldref").flatMap { reference in
      forest.pairs(reference).first { forest.text($0.key).lowercased() == "fieldpath" }
    }
    source.append("    fieldPath: \(quoted(field.map { forest.text($0.value) } ?? "metadata.name"))")
    return source + ["  targets:"] + targets
  }

  private static func select(_ root: NodeRef, _ forest: Forest) -> [String]? {
    guard let id = forest.objectID(ManifestObject(root: root)) else { return nil }
    var lines: [String] = []
    if !id.group.isEmpty { lines.append("group: \(quoted(id.group))") }
    lines += ["version: \(quoted(id.version))", "kind: \(quoted(id.kind))", "name: \(quoted(id.name))"]
    if let namespace = id.namespace { lines.append("namespace: \(quoted(namespace))") }
    return lines
  }

  /// A string as YAML: plain where nothing can take it for something else.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true
      && text.unicodeScalars.allSatisfy {
        "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || "-._/".unicodeScalars.contains($0)
      }
      && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased())
    return isPlain
      ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Where an object has `$(NAME)`.
  private struct UseFinder {
    struct Use {
      var path: String
      /// The delimiter and which piece it is, when the variable is only a part of the value.
      var piece: (delimiter: Character, index: Int)?
    }

    let reference: String
    let forest: Forest
    var uses: [Use] = []
    var isConvertible = true

    init(name: String, forest: Forest) {
      reference = "$(\(name))"
      self.forest = forest
    }

    mutating func visit(_ node: NodeRef, path: [String]) {
      guard isConvertible, path.count < 60 else { return }
      switch forest.kind(node) {
      case .mapping:
        for pair in forest.pairs(node) {
          let key = forest.text(pair.key)
          if key.contains(reference) { isConvertible = false }
          let escaped = key.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
          visit(pair.value, path: path + [escaped])
        }
      case .sequence:
        for (index, item) in forest.items(node).enumerated() { visit(item, path: path + [String(index)]) }
      case .scalar, .alias: visit(text: forest.text(node), path: path.joined(separator: "."))
      }
    }

    private mutating func visit(text: String, path: String) {
      guard text.contains(reference) else { return }
      if text == reference { return uses.append(Use(path: path)) }
      // What stands on either side may be the delimiter, if it leaves nothing but the variable between.
      for delimiter in text where !delimiter.isLetter && !delimiter.isNumber && !"$()".contains(delimiter) {
        let pieces = text.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
        let indices = pieces.indices.filter { pieces[$0] == reference }
        guard let index = indices.first, pieces.count(where: { $0.contains(reference) }) == indices.count else {
          continue
        }
        guard indices.count == 1 else { continue }
        return uses.append(Use(path: path, piece: (delimiter, index)))
      }
      isConvertible = false
    }
  }

  // MARK: - The file

  private static func insert(_ entries: [String], _ root: NodeRef, _ lines: Range<Int>, _ text: FileText) -> [UInt8]? {
    let lineBreak = text.layout.lineBreak(at: lines.lowerBound)
    func bytes(_ entries: [String], column: Int) -> [UInt8] {
      let blanks = text.layout.blanks(column)
      return Array(entries.map { blanks + Array($0.utf8) }.joined(separator: lineBreak))
    }
    let edits: [Edit]
    if entries.isEmpty {
      guard text.forest.writtenPairs(root).count > 1 else { return nil }
      edits = [text.layout.deletion(ofLines: lines)]
    } else if let (_, list) = text.writtenPair(root, "replacements") {
      guard let target = text.linesOf(list.value) else { return nil }
      edits =
        [text.layout.deletion(ofLines: lines)]
        + text.insert(bytes(entries, column: target.column), into: target, atStart: false)
    } else {
      let hasBreak = text.layout.lineEnd(lines.upperBound - 1) < lines.upperBound
      let block = bytes(["replacements:"] + entries, column: text.layout.column(lines.lowerBound))
      edits = [Edit(lines, block + (hasBreak ? lineBreak : []))]
    }
    guard let result = try? Edit.apply(edits, to: text.bytes),
      YAMLParser.parse(result, file: FileID(0), tree: 0).problems.isEmpty
    else { return nil }
    return result
  }
}
