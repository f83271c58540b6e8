import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

/// The objects of one resource file (api/resource/factory.go), and what keeps it from being built.
struct ResourceFile: Sendable {
  var resources: [Resource] = []
  var errors: [BuildError] = []
}

extension KustomizeEngine {
  /// Reads a file once.
  mutating func resourceFile(_ file: FileID) -> ResourceFile {
    if let known = resourceFiles[file] { return known }
    let reader = ResourceReader(forest: sources.forest)
    let result = reader.read(sources.documents(of: file), problems: sources.problems(of: file))
    resourceFiles[file] = result
    return result
  }

  /// The parsed file at `path`, which is read now if it is no YAML file by its name.
  mutating func parsedFile(at path: String) -> Result<FileID, BuildError> {
    do throws(SourceTreeError) {
      let file = try sources.parsedFile(at: path)
      guard let unread = sources.unread[file] else { return .success(file) }
      let place = SourceRange(file: file, 0..<0)
      return .failure(
        BuildError(
          kind: .unread, message: "'\(path)' is not known: \(unread.reason)", range: place, related: place))
    } catch {
      return .failure(BuildError(kind: .other, message: Self.message(for: error), range: nil))
    }
  }

  static func message(for error: SourceTreeError) -> String {
    switch error {
    case .notFound(let path): "'\(path)' does not exist"
    case .tooLarge(let path, let byteCount, let limit):
      "'\(path)' has \(byteCount) bytes, more than the limit of \(limit)"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}

extension BuildError: Error {}

/// Turns documents into resources.
struct ResourceReader {
  let forest: Forest

  func read(_ documents: [YAMLDocument], problems: [YAMLProblem]) -> ResourceFile {
    var result = ResourceFile()
    // Repeated keys are not noticed here upstream, but when the object is printed: a change may have taken one away.
    for problem in problems where problem.kind != .duplicateKey {
      result.errors.append(
        BuildError(
          kind: .invalidResource, message: problem.message, range: problem.range, related: problem.related))
    }
    var listed: [NodeRef] = []
    let roots = documents.map(\.root).filter { !forest.isNothing($0) }
    for root in roots {
      if forest.isObjectList(root) { listed.append(root) } else { add(root, to: &result) }
    }
    // The items of a list come after all other documents of the file.
    for list in listed where roots.count > 1 || !isEmptyList(list) { addItems(of: list, to: &result, depth: 0) }
    return result
  }

  /// A `List` that is alone in its file may have a scalar for its items, and then has none
  /// (kyaml/kio/byteio_reader.go).
  private func isEmptyList(_ list: NodeRef) -> Bool {
    guard let kind = forest.value(list, "kind"), let items = forest.value(list, "items") else { return false }
    return forest.kind(items) == .scalar && (forest.hasText(kind, "List") || forest.hasText(kind, "ResourceList"))
  }

  private func addItems(of list: NodeRef, to result: inout ResourceFile, depth: Int) {
    guard let items = forest.value(list, "items"), !forest.isNull(items) else { return }
    guard forest.kind(items) == .sequence, depth < 8 else {
      result.errors.append(
        BuildError(kind: .invalidResource, message: "'items' must be a list", range: forest.range(items)))
      return
    }
    for item in forest.items(items) {
      if forest.isObjectList(item) {
        addItems(of: item, to: &result, depth: depth + 1)
      } else {
        add(item, to: &result)
      }
    }
  }

  private func add(_ root: NodeRef, to result: inout ResourceFile) {
    if let id = forest.resourceID(root) {
      var resource = Resource(root: root, origin: forest.range(root), id: id)
      if let failure = InternalAnnotations.readState(of: &resource, in: forest) { result.errors.append(failure) }
      result.resources.append(resource)
    } else if let id = namelessList(root) {
      result.resources.append(Resource(root: root, origin: forest.range(root), id: id))
    } else {
      result.errors.append(
        BuildError(kind: .invalidResource, message: forest.reasonForNoObject(root), range: forest.range(root)))
    }
  }

  /// A kind that ends in `List` and has no items is an object that needs no name.
  private func namelessList(_ root: NodeRef) -> ResourceID? {
    guard let kindNode = forest.value(root, "kind") else { return nil }
    let kind = forest.text(kindNode)
    guard kind.hasSuffix("List") else { return nil }
    let (group, version) = forest.groupVersion(ManifestObject(root: root))
    return ResourceID(group: group, version: version, kind: kind, name: "", namespace: "default")
  }
}

extension Forest {
  /// Whether a document stands for the objects in it: any kind that ends in `List` with `items`.
  func isObjectList(_ root: NodeRef) -> Bool {
    guard let kind = value(root, "kind"), value(root, "items") != nil else { return false }
    return text(kind).hasSuffix("List")
  }

  /// The documents with lists expanded: their objects come after all others.
  func expandingLists(_ roots: [NodeRef], depth: Int = 0) -> [NodeRef] {
    guard depth < 8, roots.contains(where: { isObjectList($0) }) else { return roots }
    let listed = roots.filter { isObjectList($0) }.flatMap { list -> [NodeRef] in
      guard let objects = value(list, "items"), !isNull(objects) else { return [] }
      return kind(objects) == .sequence ? expandingLists(Array(items(objects)), depth: depth + 1) : [list]
    }
    return roots.filter { !isObjectList($0) } + listed
  }

  /// Empty documents, nulls, `{}` and `[]` are skipped.
  func isNothing(_ root: NodeRef) -> Bool {
    kind(root) == .scalar ? isNull(root) : count(root) == 0
  }

  /// Why a document is no object.
  func reasonForNoObject(_ root: NodeRef) -> String {
    switch kind(root) {
    case .sequence: return "the document is a list, expected a Kubernetes object"
    case .scalar, .alias: return "the document is a scalar, expected a Kubernetes object"
    case .mapping: break
    }
    guard let kindNode = value(root, "kind"), !isNull(kindNode), !text(kindNode).isEmpty else {
      return "the document is no Kubernetes object: it has no 'kind'"
    }
    let kindText = text(kindNode)
    if let apiVersion = value(root, "apiVersion"),
      text(apiVersion).hasPrefix("kustomize.config.k8s.io/")
    {
      return "a kustomization file cannot be a resource: list its directory instead"
    }
    if value(root, "metadata", "generateName") != nil {
      return "the \(kindText) has 'generateName' but no 'metadata.name', which kustomize needs"
    }
    return "the \(kindText) has no 'metadata.name'"
  }
}
