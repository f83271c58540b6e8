import FluxModel
import Manifests
import SourceText
import YAMLSyntax

/// What has to be known of a whole repository before one file of it is changed.
package struct RepositoryContext: Sendable {
  /// What a file is for, if a kustomization file says so.
  enum Role: Sendable {
    case patch(Reach)
    case replacements(Reach)
    case configuration
  }

  /// What the patches and selectors of a kustomization file can meet.
  struct Reach: Sendable {
    /// Whether all objects come from another repository.
    var isElsewhere = false
    /// Whether the objects go to another cluster (`spec.kubeConfig`).
    var isRemote = false
    /// Whether a chart makes the objects, of which nothing is known.
    var isOfChart = false
    /// The kind in the target of a patch file; nil when it has none, or another in another place.
    var targetKind: String?
    /// Where the objects come from.
    var scope = Scope.unknown
  }

  /// Where the objects come from that a patch or a selector can meet.
  indirect enum Scope: Hashable, Sendable {
    case unknown
    /// The kustomization file of a directory.
    case kustomization(String)
    /// What a Kustomization of Flux applies.
    case path(String)
    /// Where a patch file is listed more than once.
    case several([Scope])

    func union(_ other: Scope) -> Scope {
      if self == other { return self }
      if case .several(let scopes) = self { return .several(scopes.contains(other) ? scopes : scopes + [other]) }
      return .several([self, other])
    }
  }

  struct Written: Hashable, Sendable {
    var group: String
    var version: String
    var kind: String
    var name: String
    /// The file that it stands in.
    var path: String

    /// Whether a merge patch with the identity of `other` is for it.
    func isSame(as other: Written) -> Bool {
      group == other.group && version == other.version && kind == other.kind && name == other.name
    }

    /// Whether it may have the name of `other` by a prefix and a suffix that a kustomization file adds.
    func mayBeRenamed(to other: Written) -> Bool {
      group == other.group && version == other.version && kind == other.kind && name != other.name && !name.isEmpty
        && other.name.contains(name)
    }
  }

  struct SecretName: Hashable, Sendable {
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
  /// What kustomization files build from.
  private var parts = BuildParts()
  /// Objects that stay at their version, because a field needs a person.
  var blocked: Set<Written> = []
  /// Kustomizations of Flux that apply what is in another repository.
  private var builtElsewhere: Set<ObjectPlace>
  /// Objects that stay because a selector that must stay would lose them.
  var held: Set<Written> = []
  /// Those of them that can move once Flux is upgraded.
  var waiting: Set<Written> = []
  /// Which target each file has; nil where there is one file with one target.
  var targets: MigrationTargets?

  init(_ sources: SourceSet, builtElsewhere: Set<ObjectPlace> = []) {
    self.builtElsewhere = builtElsewhere
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
    let object = Written(group: id.group, version: id.version, kind: id.kind, name: id.name, path: path)
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
    let reach = Reach(scope: .kustomization(directory))
    parts.add(root, in: directory, sources)
    reaches[file.id] = reach
    func add(_ node: NodeRef, _ role: Role) {
      guard forest.kind(node) == .scalar, let path = RelativePath.join(directory, forest.text(node)),
        let target = sources.fileInRepository(at: path)
      else { return }
      var role = role
      if case .patch(var known) = roles[target], case .patch(let new) = role {
        if known.targetKind != new.targetKind { known.targetKind = nil }
        known.scope = known.scope.union(new.scope)
        role = .patch(known)
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
    case .several(let scopes):
      let all = scopes.compactMap { objects(in: $0) }
      return all.count == scopes.count ? Array(Set(all.joined())) : nil
    case .kustomization(let directory): return objects(builtFrom: directory)
    case .path(let path):
      if parts.isBuilt(path) { return objects(builtFrom: path) }
      let objects = writtenByPath.filter { RelativePath.isPath($0.key, inside: path) }.flatMap(\.value)
      return objects.isEmpty ? nil : objects
    }
  }

  private func objects(builtFrom directory: String) -> [Written] {
    parts.parts(of: directory).flatMap { writtenByPath[$0] ?? [] }
  }

  /// Whether some of the objects are not in the repository.
  func hasRemotes(_ scope: Scope) -> Bool {
    switch scope {
    case .unknown: false
    case .kustomization(let directory), .path(let directory): parts.hasRemotes(directory)
    case .several(let scopes): scopes.contains(where: hasRemotes)
    }
  }

  /// The same for a file whose text has changed and is looked at by itself, with as many documents as before.
  func following(_ file: ManifestFile, _ sources: SourceSet, into changed: SourceSet) -> RepositoryContext {
    var context = self
    let own = FileID(0)
    context.roles = roles[file.id].map { [own: $0] } ?? [:]
    context.reaches = reaches[file.id].map { [own: $0] } ?? [:]
    let places = zip(sources.documents(of: file.id), changed.documents(of: own)).filter { before, _ in
      builtElsewhere.contains(ObjectPlace(path: file.path, offset: sources.forest.range(before.root).lowerBound))
    }
    context.builtElsewhere = Set(
      places.map { ObjectPlace(path: file.path, offset: changed.forest.range($0.1.root).lowerBound) })
    return context
  }

  /// Whether a Kustomization of Flux applies what is in another repository.
  func isBuiltElsewhere(_ place: ObjectPlace) -> Bool { builtElsewhere.contains(place) }

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
