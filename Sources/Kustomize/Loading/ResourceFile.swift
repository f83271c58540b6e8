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
      return .success(try sources.parsedFile(at: path))
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
    for problem in problems {
      result.errors.append(
        BuildError(
          kind: .invalidResource, message: problem.message, range: problem.range, related: problem.related))
    }
    var listed: [NodeRef] = []
    let roots = documents.map(\.root).filter { !forest.isNothing($0) }
    for root in roots {
      if isList(root) { listed.append(root) } else { add(root, to: &result) }
    }
    // The items of a list come after all other documents of the file.
    for list in listed { addItems(of: list, to: &result, depth: 0) }
    return result
  }

  /// Any kind that ends in `List` is expanded when it has `items`.
  private func isList(_ root: NodeRef) -> Bool {
    guard let kind = forest.value(root, "kind"), forest.value(root, "items") != nil else { return false }
    return forest.text(kind).hasSuffix("List")
  }

  private func addItems(of list: NodeRef, to result: inout ResourceFile, depth: Int) {
    guard let items = forest.value(list, "items"), !forest.isNull(items) else { return }
    guard forest.kind(items) == .sequence, depth < 8 else {
      result.errors.append(
        BuildError(kind: .invalidResource, message: "'items' must be a list", range: forest.range(items)))
      return
    }
    for item in forest.items(items) {
      if isList(item) {
        addItems(of: item, to: &result, depth: depth + 1)
      } else {
        add(item, to: &result)
      }
    }
  }

  private func add(_ root: NodeRef, to result: inout ResourceFile) {
    if let id = forest.resourceID(root) {
      result.resources.append(Resource(root: root, origin: forest.range(root), id: id))
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
