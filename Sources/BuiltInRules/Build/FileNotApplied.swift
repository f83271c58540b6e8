import RuleEngine

/// A manifest, or a folder of them, beside others that are applied, which the kustomization file does not list.
struct FileNotApplied: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var search = UnlistedFiles(model)
    for file in model.graph.reachedFiles.sorted() where KustomizationFile.isOne(model.sources.path(of: file)) {
      for unlisted in search.unlisted(by: file) {
        for cluster in model.graph.clusters where cluster.files.contains(file) {
          report.report(
            "nothing applies '\(unlisted.path)'", at: unlisted.range, label: unlisted.label, object: unlisted.object,
            cluster: cluster, related: unlisted.list.map { [RelatedLocation($0, "not in this list")] } ?? [],
            help: "list it, delete it, or name it in a comment there if it is switched off on purpose",
            data: ["path": .string(unlisted.path), "kustomization": .string(model.sources.path(of: file))])
        }
      }
    }
  }
}

/// Finds what lies beside the files that a kustomization file lists and is used by nothing.
private struct UnlistedFiles {
  struct Unlisted {
    var path: String
    var range: SourceRange
    var label: String
    var object: ObjectReference?
    /// The list that leaves it out.
    var list: SourceRange?
    /// What a comment would call it that says why it is not listed.
    var nameInList: String

    init(path: String, range: SourceRange, label: String, object: ObjectReference? = nil, nameInList: String? = nil) {
      self.path = path
      self.range = range
      self.label = label
      self.object = object
      self.nameInList = nameInList ?? RelativePath.name(of: path)
    }
  }

  private let model: RepositoryModel
  /// Folders with something that a build reads, at any depth.
  private let reachedFolders: Set<String>
  /// Paths that some kustomization file or Flux Kustomization names, of a cluster or not; made when first asked for.
  private var named: Set<String>?
  /// What kustomization files list that is not there.
  private var missing: [FileID: Set<String>] = [:]

  init(_ model: RepositoryModel) {
    self.model = model
    var folders: Set<String> = []
    for file in model.graph.reachedFiles {
      var folder = RelativePath.parent(of: model.sources.path(of: file))
      while folders.insert(folder).inserted, !folder.isEmpty { folder = RelativePath.parent(of: folder) }
    }
    reachedFolders = folders
    for error in model.graph.clusters.flatMap(\.kustomizations).flatMap(\.errors) where error.kind == .fileMissing {
      guard let range = error.range, range.bounds.upperBound <= model.sources.bytes(of: range.file).count else {
        continue
      }
      let entry = String(decoding: model.sources.bytes(of: range.file)[range.bounds], as: UTF8.self)
      missing[range.file, default: []].insert(entry)
    }
  }

  /// What lies in the folder of kustomization file `file` and nothing uses.
  mutating func unlisted(by file: FileID) -> [Unlisted] {
    let sources = model.sources
    let folder = RelativePath.parent(of: sources.path(of: file))
    guard let root = sources.documents(of: file).first?.root, sources.problems(of: file).isEmpty else { return [] }
    let list = model.forest.pair(root, "resources")
    let listsFolders = list.map { pair in
      model.forest.items(pair.value).contains { item in
        RelativePath.join(folder, model.forest.text(item)).map {
          RelativePath.parent(of: $0) == folder && sources.isDirectory($0)
        } ?? false
      }
    }
    let listed = childFiles(list?.value, in: folder)
    var found: [Unlisted] = []
    for (group, names) in listed.sorted(by: { $0.key < $1.key }) where group != folder {
      for name in sources.names(inDirectory: group) where !Self.isTemplate(name) {
        let path = "\(group)/\(name)"
        if sources.isDirectory(path), let unlisted = unlistedChild(path, names) { found.append(unlisted) }
      }
    }
    let childFiles = listed[folder] ?? []
    for name in sources.names(inDirectory: folder) where name.utf8.first != UInt8(ascii: ".") {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if sources.isDirectory(path) {
        // What the Kustomization in it would build may well be read, as a Kustomization that nothing applies.
        if !childFiles.isEmpty, !Self.isTemplate(name), let unlisted = unlistedChild(path, childFiles) {
          found.append(unlisted)
          continue
        }
        guard listsFolders == true, !reachedFolders.contains(path), !Self.isTemplate(name),
          let unlisted = unlistedFolder(path)
        else { continue }
        found.append(unlisted)
      } else if let id = sources.file(at: path), !model.graph.reachedFiles.contains(id), !KustomizationFile.isOne(path),
        !Self.isTemplate(name), let unlisted = unlistedFile(path, id)
      {
        found.append(unlisted)
      }
    }
    guard !found.isEmpty else { return [] }
    let comments = sources.comments(of: file).map(\.text)
    return found.filter { unlisted in
      // It is what an entry means that names nothing, which is told.
      let isMeant = (missing[file] ?? []).contains { Suggestion.nearest(to: $0, in: [unlisted.nameInList]) != nil }
      if isMeant { return false }
      return !comments.contains { $0.contains(unlisted.nameInList) } && !isNamed(unlisted.path)
    }.map { unlisted in
      var unlisted = unlisted
      unlisted.list = list.map { model.forest.range($0.key) }
      return unlisted
    }
  }

  /// A file with objects for a cluster: not the values of a chart, not the configuration of a tool.
  private func unlistedFile(_ path: String, _ file: FileID) -> Unlisted? {
    let forest = model.forest
    guard model.sources.problems(of: file).isEmpty else { return nil }
    var first: (ObjectID, SourceRange)?
    for document in model.sources.documents(of: file) {
      let root = document.root
      if forest.kind(root) == .scalar, forest.text(root).isEmpty { continue }
      guard let id = forest.objectID(ManifestObject(root: root)), !id.version.isEmpty, !Self.isToolGroup(id.group),
        // Encrypted files beside the list are usually applied by hand, before Flux is there.
        forest.value(root, "sops") == nil, let name = forest.value(root, "metadata", "name")
      else { return nil }
      if first == nil { first = (id, forest.range(name)) }
    }
    return first.map { id, range in
      Unlisted(path: path, range: range, label: "no kustomization file lists this file", object: ObjectReference(id))
    }
  }

  /// The names of files that a list takes out of folders below it, by the folder that those are in: `ks.yaml` of
  /// `- ./web/ks.yaml`, and of `- ./media/plex/ks.yaml` where `media` has no list of its own.
  private func childFiles(_ list: NodeRef?, in folder: String) -> [String: Set<String>] {
    guard let list, model.forest.kind(list) == .sequence else { return [:] }
    var names: [String: Set<String>] = [:]
    for item in model.forest.items(list) {
      guard let path = RelativePath.join(folder, model.forest.text(item)), model.sources.file(at: path) != nil,
        case let child = RelativePath.parent(of: path), child != folder,
        case let group = RelativePath.parent(of: child),
        group == folder
          || RelativePath.isPath(group, inside: folder) && model.sources.kustomizationFile(in: group) == nil
      else { continue }
      names[group, default: []].insert(RelativePath.name(of: path))
    }
    return names
  }

  /// A folder of which such a list takes nothing, though it has a file of that name, with a Flux Kustomization.
  private func unlistedChild(_ folder: String, _ names: Set<String>) -> Unlisted? {
    for name in names.sorted() {
      let path = "\(folder)/\(name)"
      guard let file = model.sources.file(at: path), !model.graph.reachedFiles.contains(file),
        var unlisted = unlistedFile(path, file),
        let root = model.sources.documents(of: file).map(\.root).first(where: { isKustomization($0) }),
        let kind = model.forest.value(root, "kind")
      else { continue }
      unlisted.range = model.forest.range(kind)
      unlisted.nameInList = RelativePath.name(of: folder)
      return unlisted
    }
    return nil
  }

  private func isKustomization(_ root: NodeRef) -> Bool {
    model.forest.objectID(ManifestObject(root: root)).map {
      $0.kind == "Kustomization" && $0.group == FluxKinds.kustomizeGroup
    } ?? false
  }

  /// A folder with a kustomization file, one of several that could be listed.
  private func unlistedFolder(_ path: String) -> Unlisted? {
    guard let file = model.sources.kustomizationFile(in: path), model.sources.problems(of: file).isEmpty,
      let root = model.sources.documents(of: file).first?.root,
      let list = model.forest.pair(root, "resources"), model.forest.count(list.value) > 0
    else { return nil }
    return Unlisted(path: path, range: model.forest.range(list.key), label: "no kustomization file lists this folder")
  }

  // MARK: - Other uses

  /// Whether some kustomization file or Flux Kustomization of the repository names the path, even if no cluster reads it.
  private mutating func isNamed(_ path: String) -> Bool {
    if named == nil { named = allNamedPaths() }
    return named?.contains(path) ?? false
  }

  private func allNamedPaths() -> Set<String> {
    var paths: Set<String> = []
    for file in model.sources.files where KustomizationFile.isOne(file.path) {
      let folder = RelativePath.parent(of: file.path)
      for document in model.sources.documents(of: file.id) { addNames(in: document.root, from: folder, to: &paths) }
    }
    for object in model.graph.written where object.group == FluxKinds.kustomizeGroup {
      guard let spec = model.forest.value(object.root, "spec") else { continue }
      let path = model.forest.value(spec, "path").map { RelativePath.clamped(model.forest.text($0)) } ?? ""
      paths.insert(path)
      if let components = model.forest.value(spec, "components") { addNames(in: components, from: path, to: &paths) }
    }
    return paths
  }

  /// Adds every scalar that may be a path, `key=path` of generators too.
  private func addNames(in node: NodeRef, from folder: String, to paths: inout Set<String>, depth: Int = 0) {
    let forest = model.forest
    guard depth < 20 else { return }
    switch forest.written(node).kind {
    case .scalar:
      let text = forest.text(node)
      guard text.utf8.count < 500, !text.contains("\n") else { return }
      let value = text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
      for part in [text, value] where !part.isEmpty {
        if let path = RelativePath.join(folder, part) { paths.insert(path) }
      }
    case .sequence:
      for item in forest.items(node) { addNames(in: item, from: folder, to: &paths, depth: depth + 1) }
    case .mapping:
      for pair in forest.pairs(node) { addNames(in: pair.value, from: folder, to: &paths, depth: depth + 1) }
    // What an alias stands for is looked at where it is written.
    case .alias: break
    }
  }

  private static let marks = ["example", "template", "sample", ".tmpl", ".disabled"].map { Array($0.utf8) }

  /// Names of files that are meant to be copied, not applied.
  private static func isTemplate(_ name: String) -> Bool {
    let name = Array(name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    return marks.contains { mark in
      name.indices.contains { name[$0] == mark[0] && name[$0...].starts(with: mark) }
    }
  }

  /// Groups in the form of Kubernetes objects that configure tools, not clusters.
  private static func isToolGroup(_ group: String) -> Bool {
    [
      "backstage.io", "skaffold", "k3d.io", "eksctl.io", "kind.x-k8s.io", "k0sctl.k0sproject.io",
      "kustomize.config.k8s.io",
    ]
    .contains(group)
  }
}
