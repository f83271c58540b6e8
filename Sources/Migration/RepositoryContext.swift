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
  /// Objects that stay at their version, because a field needs a person.
  var blocked: Set<Written> = []

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
      for document in sources.documents(of: file.id) { addObject(document.root, sources.forest, depth: 0) }
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

  private mutating func addObject(_ root: NodeRef, _ forest: Forest, depth: Int) {
    guard depth < 10, let kindNode = forest.value(root, "kind") else { return }
    let kind = forest.text(kindNode)
    if kind.hasSuffix("List"), let items = forest.value(root, "items") {
      for item in forest.items(items) { addObject(item, forest, depth: depth + 1) }
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
    written.insert(Written(group: id.group, version: id.version, kind: id.kind, name: id.name))
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
    var reach = Reach()
    for key in ["resources", "bases", "components"] {
      for item in forest.value(root, key: key).map({ Array(forest.items($0)) }) ?? [] {
        let text = forest.text(item)
        let path = RelativePath.join(directory, text)
        let isLocal = path.map { sources.isDirectory($0) || sources.fileInRepository(at: $0) != nil } ?? false
        if !isLocal { reach.hasRemotes = true }
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
