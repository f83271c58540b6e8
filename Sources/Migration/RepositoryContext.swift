import FluxModel
import Manifests
import SourceText
import YAMLSyntax

/// What has to be known of a whole repository before one file of it is changed.
package struct RepositoryContext {
  /// What a file is for, if a kustomization file says so.
  enum Role {
    case patch(Reach)
    case replacements(Reach)
    case configuration
  }

  /// What the patches and selectors of a kustomization file can meet.
  struct Reach {
    /// Whether it builds something that is not in the repository.
    var hasRemotes = false
    /// The kind in the target of a patch file; nil when it has none, or another in another place.
    var targetKind: String?
    /// Where the objects come from.
    var scope = Scope.unknown
  }

  /// Where the objects come from that a patch or a selector can meet.
  enum Scope: Hashable {
    case unknown
    /// The kustomization file of a directory.
    case kustomization(String)
    /// What a Kustomization of Flux applies.
    case path(String)
  }

  struct Written: Hashable {
    var group: String
    var version: String
    var kind: String
    var name: String
  }

  struct SecretName: Hashable {
    var namespace: String
    var name: String
  }

  /// Secrets with keys for TLS that have other names since Flux 2.1, and which.
  private(set) var legacySecrets: [SecretName: [String]] = [:]
  private(set) var roles: [FileID: Role] = [:]
  private(set) var reaches: [FileID: Reach] = [:]
  /// Every object of a kind that Flux has, of any group.
  private(set) var written: Set<Written> = []
  /// Directories with a `Chart.yaml`.
  private let charts: Set<String>
  /// What CustomResourceDefinitions of the repository define, as `GROUP/KIND` and `GROUP/KIND/VERSION`.
  private var defined: Set<String> = []
  /// The same by the path of the file.
  private var writtenByPath: [String: [Written]] = [:]
  /// What kustomization files list as resources and components, by directory, as paths.
  private var listed: [String: [String]] = [:]
  /// Directories of components.
  private var components: Set<String> = []
  /// Objects that stay at their version, because a field needs a person.
  var blocked: Set<Written> = []
  /// Objects that stay because a selector that must stay would lose them.
  var held: Set<Written> = []

  init(_ sources: SourceSet) {
    charts = Set(
      sources.files.filter { RelativePath.name(of: $0.path) == "Chart.yaml" }.map { RelativePath.parent(of: $0.path) })
    for file in sources.files {
      let isKustomization = KustomizationFile.isOne(file.path)
      for document in sources.documents(of: file.id) {
        if isKustomization { addKustomization(document.root, file, sources) }
      }
    }
    for file in sources.files {
      if case .patch = roles[file.id] { continue }
      for document in sources.documents(of: file.id) {
        addObject(document.root, sources.forest, in: file.path, depth: 0)
      }
    }
  }

  /// Whether the file is a template of a Helm chart.
  func isChartTemplate(_ path: String) -> Bool {
    guard !charts.isEmpty else { return false }
    var directory = RelativePath.parent(of: path)
    while !directory.isEmpty {
      if RelativePath.name(of: directory) == "templates", charts.contains(RelativePath.parent(of: directory)) {
        return true
      }
      directory = RelativePath.parent(of: directory)
    }
    return false
  }

  private mutating func addObject(_ root: NodeRef, _ forest: Forest, in path: String, depth: Int) {
    guard depth < 10, let kindNode = forest.value(root, "kind") else { return }
    let kind = forest.text(kindNode)
    if kind.hasSuffix("List"), let items = forest.value(root, "items") {
      for item in forest.items(items) { addObject(item, forest, in: path, depth: depth + 1) }
    }
    if kind == "Secret" { addSecret(root, forest) }
    if kind == "CustomResourceDefinition", let group = forest.value(root, "spec", "group"),
      let name = forest.value(root, "spec", "names", "kind")
    {
      let definition = "\(forest.text(group))/\(forest.text(name))"
      defined.insert(definition)
      for version in forest.value(root, "spec", "versions").map({ Array(forest.items($0)) }) ?? [] {
        if let name = forest.value(version, "name") { defined.insert("\(definition)/\(forest.text(name))") }
      }
    }
    guard !APIVersions.groups(ofKind: kind).isEmpty, let id = forest.objectID(ManifestObject(root: root)) else {
      return
    }
    let object = Written(group: id.group, version: id.version, kind: id.kind, name: id.name)
    written.insert(object)
    writtenByPath[path, default: []].append(object)
  }

  private mutating func addSecret(_ root: NodeRef, _ forest: Forest) {
    let data = [forest.value(root, "stringData"), forest.value(root, "data")].compactMap(\.self)
    let keys = ["caFile", "certFile", "keyFile"].filter { key in
      data.contains { forest.value($0, key: key) != nil }
    }
    guard !keys.isEmpty, let name = forest.value(root, "metadata", "name") else { return }
    let namespace = forest.value(root, "metadata", "namespace").map { forest.text($0) } ?? ""
    legacySecrets[SecretName(namespace: namespace, name: forest.text(name))] = keys
  }

  private mutating func addKustomization(_ root: NodeRef, _ file: ManifestFile, _ sources: SourceSet) {
    let forest = sources.forest
    let directory = RelativePath.parent(of: file.path)
    var reach = Reach(scope: .kustomization(directory))
    if let kind = forest.value(root, "kind"), forest.hasText(kind, "Component") { components.insert(directory) }
    for key in ["resources", "bases", "components"] {
      for item in forest.value(root, key: key).map({ Array(forest.items($0)) }) ?? [] {
        let text = forest.text(item)
        let path = RelativePath.join(directory, text)
        let isLocal = path.map { sources.isDirectory($0) || sources.fileInRepository(at: $0) != nil } ?? false
        if !isLocal { reach.hasRemotes = true }
        if let path { listed[directory, default: []].append(path) }
      }
    }
    reaches[file.id] = reach
    func add(_ node: NodeRef, _ role: Role) {
      guard forest.kind(node) == .scalar, let path = RelativePath.join(directory, forest.text(node)),
        let target = sources.fileInRepository(at: path)
      else { return }
      var role = role
      if case .patch(var known) = roles[target], case .patch(var new) = role {
        if known.targetKind != new.targetKind { (known.targetKind, new.targetKind) = (nil, nil) }
        role = .patch(known.hasRemotes ? new : known)
      }
      roles[target] = role
    }
    func each(_ key: String, _ body: (NodeRef) -> Void) {
      guard let list = forest.value(root, key: key) else { return }
      for item in forest.items(list) { body(item) }
    }
    for key in ["patches", "patchesJson6902"] {
      each(key) { item in
        guard let path = forest.value(item, "path") else { return }
        var patchReach = reach
        patchReach.targetKind = forest.value(item, "target", "kind").map { forest.text($0) }
        add(path, .patch(patchReach))
      }
    }
    each("patchesStrategicMerge") { add($0, .patch(reach)) }
    each("replacements") { item in if let path = forest.value(item, "path") { add(path, .replacements(reach)) } }
    each("configurations") { add($0, .configuration) }
  }

  /// The objects of Flux's kinds that a patch or a selector may meet, as they are written; nil when that is not known.
  func objects(in scope: Scope) -> [Written]? {
    switch scope {
    case .unknown: return nil
    case .kustomization(let directory): return objects(builtFrom: directory)
    case .path(let path):
      if listed[path] != nil { return objects(builtFrom: path) }
      let objects = writtenByPath.filter { RelativePath.isPath($0.key, inside: path) }.flatMap(\.value)
      return objects.isEmpty ? nil : objects
    }
  }

  private func objects(builtFrom directory: String) -> [Written] {
    var waiting = [directory]
    // A component changes what those have that include it.
    var index = 0
    while index < waiting.count {
      let part = waiting[index]
      index += 1
      guard components.contains(part) else { continue }
      waiting += listed.filter { $0.value.contains(part) && !waiting.contains($0.key) }.map(\.key)
    }
    var objects: [Written] = []
    var seen: Set<String> = []
    while let path = waiting.popLast() {
      guard seen.insert(path).inserted else { continue }
      objects += writtenByPath[path] ?? []
      waiting += listed[path] ?? []
    }
    return objects
  }

  /// Whether the selected or patched object is one that stays as it is. `name` nil means any.
  func isBlocked(group: String, kind: String, name: String?) -> Bool {
    blocked.contains { $0.group == group && $0.kind == kind && (name == nil || $0.name == name) }
  }

  /// Whether an object of this kind is in the repository.
  func isWritten(group: String, kind: String, name: String?) -> Bool {
    written.contains { $0.group == group && $0.kind == kind && (name == nil || $0.name == name) }
  }

  /// Whether a CustomResourceDefinition of the repository has the kind, at a version where one is given.
  func isDefined(group: String, kind: String, version: String? = nil) -> Bool {
    defined.contains(version.map { "\(group)/\(kind)/\($0)" } ?? "\(group)/\(kind)")
  }

  /// Whether an object of another group has this kind and version.
  func isForeign(kind: String, version: String) -> Bool {
    written.contains { $0.kind == kind && $0.version == version && !APIVersions.isFluxGroup($0.group) }
  }
}
