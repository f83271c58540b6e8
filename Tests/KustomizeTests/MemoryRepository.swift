import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

@testable import Kustomize

/// A repository in memory, written as one text: a line `=== path` begins a file, `=== path -> target` is a link and
/// `=== path @ submodule` a submodule.
struct MemoryRepository: SourceTree {
  var entries: [TreeEntry]
  var contents: [String: [UInt8]]
  var revision: Revision { .directory }
  var notices: [TreeNotice] { [] }
  var remoteURLs: [String] { [] }

  init(_ text: String) {
    var others: [TreeEntry] = []
    var path: String?
    var lines: [Substring] = []
    func finish(_ path: String?, _ lines: [Substring]) -> (String, [UInt8])? {
      path.map { ($0, Array((lines.joined(separator: "\n") + "\n").utf8)) }
    }
    var files: [(String, [UInt8])] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("=== ") else {
        lines.append(line)
        continue
      }
      if let file = finish(path, lines) { files.append(file) }
      lines = []
      let name = line.dropFirst(4)
      if let arrow = name.firstRange(of: " -> ") {
        others.append(TreeEntry(path: String(name[..<arrow.lowerBound]), mode: .symbolicLink))
        path = nil
      } else if let mark = name.firstRange(of: " @ submodule") {
        others.append(TreeEntry(path: String(name[..<mark.lowerBound]), mode: .submodule))
        path = nil
      } else {
        path = String(name)
      }
    }
    if let file = finish(path, lines) { files.append(file) }
    self.init(files: files, others: others)
  }

  init(files: [(String, [UInt8])], others: [TreeEntry] = []) {
    entries = (others + files.map { TreeEntry(path: $0.0, mode: .regular) }).sorted {
      $0.path.utf8.lexicographicallyPrecedes($1.path.utf8)
    }
    contents = Dictionary(files, uniquingKeysWith: { _, last in last })
  }

  func makeReader() throws(SourceTreeError) -> any TreeReader { Reader(contents: contents) }

  private struct Reader: TreeReader {
    let contents: [String: [UInt8]]

    func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
      guard let bytes = contents[entry.path] else { throw .notFound(path: entry.path) }
      return bytes
    }
  }

  /// All files whose name is that of a YAML file, parsed.
  func sources() -> SourceSet {
    var files: [ManifestFile] = []
    var trees: ContiguousArray<YAMLTree> = []
    for entry in entries where entry.mode == .regular {
      guard entry.path.hasSuffix(".yaml") || entry.path.hasSuffix(".yml") else { continue }
      let id = FileID(files.count)
      files.append(ManifestFile(id: id, path: entry.path, tree: UInt32(trees.count)))
      trees.append(YAMLParser.parse(contents[entry.path] ?? [], file: id, tree: UInt32(trees.count)))
    }
    return SourceSet(
      files: files, trees: trees, tree: self, notices: [], reader: Reader(contents: contents))
  }

  /// Builds a directory as kustomize itself does.
  func build(_ directory: String = "") -> Build {
    Build(self, BuildRequest(directory: directory, generatesKustomization: false))
  }

  /// Builds a directory as kustomize-controller does; `spec` is the Flux Kustomization in `flux.yaml`.
  func buildAsFlux(_ directory: String = "", spec: Bool = false, artifactRoot: String = "") -> Build {
    Build(
      self, BuildRequest(directory: directory, generatesKustomization: true, artifactRoot: artifactRoot),
      specIn: spec ? "flux.yaml" : nil)
  }
}

/// A build that is done, with the tree to look things up in.
struct Build {
  var engine: KustomizeEngine
  var result: BuildResult

  init(_ repository: MemoryRepository, _ request: BuildRequest, specIn path: String? = nil) {
    var request = request
    let sources = repository.sources()
    if let path, let file = sources.file(at: path), let document = sources.documents(of: file).first {
      request.fluxSpec = sources.forest.value(document.root, "spec")
    }
    engine = KustomizeEngine(sources: sources)
    result = engine.build(request)
  }

  var forest: Forest { engine.sources.forest }

  /// Kind, namespace and name of all objects in order.
  var names: [String] {
    result.objects.compactMap { object in
      forest.objectID(ManifestObject(root: object.root)).map { id in
        [id.kind, id.namespace, id.name].compactMap { $0 }.joined(separator: "/")
      }
    }
  }

  var messages: [String] { result.errors.map(\.message) }

  /// `path:line` of a place.
  func place(_ range: SourceRange?) -> String {
    guard let range else { return "nowhere" }
    let bytes = engine.sources.bytes(of: range.file)
    return "\(engine.sources.path(of: range.file)):\(LineIndex(bytes).line(containing: Int(range.lowerBound)) + 1)"
  }

  /// The bytes at a place.
  func text(at range: SourceRange) -> String {
    String(decoding: engine.sources.bytes(of: range.file)[range.bounds], as: UTF8.self)
  }

  /// The value under `path` of an object.
  func node(_ path: String..., of index: Int = 0) -> NodeRef? { node(at: path, of: index) }

  func node(at path: [String], of index: Int = 0) -> NodeRef? {
    guard result.objects.indices.contains(index) else { return nil }
    return path.reduce(result.objects[index].root as NodeRef?) { node, key in
      node.flatMap { node in
        if let number = Int(key), forest.kind(node) == .sequence {
          let items = Array(forest.items(node))
          return items.indices.contains(number) ? items[number] : nil
        }
        return forest.value(node, key: key)
      }
    }
  }

  /// The objects as JSON with sorted keys, one on a line.
  var json: [String] { result.objects.map { forest.json($0.root) } }
}

extension Forest {
  /// A node as JSON with sorted keys, scalars as resource files are read.
  func json(_ ref: NodeRef) -> String {
    switch kind(ref) {
    case .sequence: return "[" + items(ref).map { json($0) }.joined(separator: ",") + "]"
    case .mapping:
      let pairs = pairs(ref).map { (text($0.key), json($0.value)) }.sorted {
        $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
      }
      return "{" + pairs.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    case .scalar, .alias:
      switch scalarValue(ref, dialect: .resource) {
      case .null: return "null"
      case .boolean(let value): return "\(value)"
      case .integer(let value): return "\(value)"
      case .unsigned(let value): return "\(value)"
      case .float(let value): return "\(value)"
      case .string(let value): return value.debugDescription
      }
    }
  }
}
