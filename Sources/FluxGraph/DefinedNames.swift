import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// What the documents of this repository call their objects: all that a build which fails could make once it is mended.
struct DefinedNames: Sendable {
  /// Files that the objects of a gap must be written in.
  struct Scope: Sendable {
    /// The directory that is built; "" for all of the repository, nil for none.
    var directory: String?
    /// Files that the build read besides.
    var files: Set<FileID> = []
    /// Whether a file that no build of the cluster reads may be meant: a path or an entry names nothing.
    var hasUnreadFiles = false
    /// Whether a prefix or a suffix may be put to names.
    var hasAffixes = false
    /// Whether it applies Kustomizations that are not followed, which may make anything.
    var isOpen = false
  }

  private struct File: Sendable {
    var id: FileID
    var path: String
    var isRead: Bool
  }

  private struct Definition: Sendable {
    var name: String
    /// Index into `files`.
    var file: Int
  }

  private var files: [File] = []
  private var definitions: [String: [Definition]] = [:]
  /// Files that are not valid YAML: any text in them may be a name.
  private var damaged: [(file: Int, bytes: [UInt8])] = []
  /// Files with a ResourceSet that makes objects from a text: of any kind and name.
  private var openFiles: [Int] = []

  /// - Parameter read: the files that builds of the cluster read.
  init(_ sources: SourceSet, read: Set<FileID>) {
    let forest = sources.forest
    for file in sources.files {
      let number = files.count
      files.append(File(id: file.id, path: file.path, isRead: read.contains(file.id)))
      if sources.problems(of: file.id).contains(where: { $0.kind != .duplicateKey }) {
        damaged.append((number, sources.bytes(of: file.id)))
      }
      for document in sources.documents(of: file.id) { collect(document.root, in: forest, file: number, depth: 0) }
    }
  }

  /// Lists and what a ResourceSet makes are looked into.
  private mutating func collect(_ root: NodeRef, in forest: Forest, file: Int, depth: Int) {
    guard depth < 4, forest.kind(root) == .mapping, let kind = forest.givenText(root, "kind") else { return }
    var lists = [forest.value(root, "items"), forest.value(root, "spec", "resources")]
    if kind == "ResourceSet", let spec = forest.value(root, "spec") {
      let steps = forest.value(spec, "steps").map { Array(forest.items($0)) } ?? []
      lists += steps.map { forest.value($0, "resources") }
      if ([spec] + steps).contains(where: { forest.value($0, "resourcesTemplate") != nil }) { openFiles.append(file) }
    }
    for case let list? in lists where forest.kind(list) == .sequence {
      for item in forest.items(list) { collect(item, in: forest, file: file, depth: depth + 1) }
    }
    guard let name = forest.value(root, "metadata", "name"), forest.kind(name) == .scalar else { return }
    if kind == "Kustomization", let version = forest.givenText(root, "apiVersion"),
      !version.hasPrefix(FluxKinds.kustomizeGroup + "/")
    {
      return
    }
    definitions[kind, default: []].append(Definition(name: forest.text(name), file: file))
  }

  /// Kinds that objects of other kinds and names stand for.
  private static let madeKinds: Set<String> = ["Secret", "ConfigMap", "ExternalArtifact", "HelmChart"]

  /// Whether an object of that name may come of the files.
  func mayMake(kind: String, name: String, _ scope: Scope) -> Bool {
    if scope.isOpen || Self.madeKinds.contains(kind) { return true }
    if openFiles.contains(where: { isIn($0, scope) }) { return true }
    let text = Array(name.utf8)
    if damaged.contains(where: { isIn($0.file, scope) && Self.contains($0.bytes, text) }) { return true }
    return (definitions[kind] ?? []).contains { definition in
      guard isIn(definition.file, scope) else { return false }
      if definition.name == name || scope.hasAffixes && name.contains(definition.name) { return true }
      // A variable or a template may become anything, also a part of the name that it stands in.
      return Envsubst.hasExpression(definition.name) || definition.name.contains("<<")
    }
  }

  /// Whether the files have a Flux Kustomization that is none of `known`.
  func hasKustomization(otherThan known: Set<String>, in scope: Scope) -> Bool {
    var scope = scope
    scope.hasUnreadFiles = false
    if openFiles.contains(where: { isIn($0, scope) }) { return true }
    return (definitions["Kustomization"] ?? []).contains { !known.contains($0.name) && isIn($0.file, scope) }
  }

  private static func contains(_ bytes: [UInt8], _ text: [UInt8]) -> Bool {
    guard let first = text.first else { return true }
    return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: text) }
  }

  private func isIn(_ number: Int, _ scope: Scope) -> Bool {
    let file = files[number]
    return scope.hasUnreadFiles && !file.isRead
      || scope.directory.map { RelativePath.isPath(file.path, inside: $0) } ?? false || scope.files.contains(file.id)
  }
}
