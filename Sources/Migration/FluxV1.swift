import FluxModel
import Kustomize
package import Manifests
import SourceText
package import SourceTrees
import TextEdits
import TextMatching
import YAMLSyntax

/// Converts objects of Flux v1 and its Helm Operator where the result is certain, and lists the rest.
package enum FluxV1 {
  /// The plans of files with something of Flux v1 in them, in path order.
  ///
  /// - Parameter changedByBuild: objects that builds make different from what their files say.
  package static func plan(
    _ sources: SourceSet, targets: MigrationTargets, changedByBuild: Set<BuiltName> = [], isInScope: (String) -> Bool
  ) -> [FilePlan] {
    let context = RepositoryContext(sources)
    var names = SourceNames(sources)
    var plans: [FilePlan] = []
    let patched = patchedReleases(sources, context)
    for file in sources.files where isInScope(file.path) && sources.problems(of: file.id).isEmpty {
      let bytes = sources.bytes(of: file.id)
      guard bytes.contains(subsequence: "fluxcd.io/") || bytes.contains(subsequence: "flux.weave.works") else {
        continue
      }
      if context.isChartTemplate(file.path) { continue }
      let reasonToLeave = Migration.reasonToLeave(file, sources, context)
      var plan = FilePlan(file: file.id, path: file.path)
      let documents = sources.documents(of: file.id)
      let text = FileText(
        forest: sources.forest, layout: Layout(bytes: bytes),
        views: AliasViews(documents, tree: file.tree, in: sources.forest))
      var isPatch = false
      if case .patch = context.roles[file.id] { isPatch = true }
      for document in documents {
        addAnnotations(document.root, text, to: &plan)
        let (group, version) = sources.forest.groupVersion(ManifestObject(root: document.root))
        // The operator of 'flux.weave.works' knew only Helm 2.
        guard group == "helm.fluxcd.io", version == "v1",
          sources.forest.value(document.root, "kind").map({ sources.forest.text($0) }) == "HelmRelease"
        else { continue }
        plan.handled.append(sources.forest.range(document.root))
        let release = FluxV1Release(text: text, root: document.root, target: targets.target(of: file.path))
        if let (kind, message, help) = reasonToLeave {
          plan.remarks.append(
            Remark(kind, message, at: sources.forest.range(document.root).firstByte, help: help))
        } else if isPatch || patched.contains(release.name)
          || changedByBuild.contains(BuiltName(path: file.path, name: release.name))
        {
          plan.remarks.append(
            Remark(
              .fluxV1Work, "HelmRelease '\(release.name)' is left: builds make another object of it",
              at: sources.forest.range(document.root).firstByte,
              help: "build it, and convert what comes out"))
        } else {
          convert(release, &names, sources, &plan)
        }
      }
      if !plan.edits.isEmpty, let reason = Migration.reasonToLeave(file, sources, context) {
        Migration.leave(&plan, reason, sources)
      }
      if !plan.edits.isEmpty || !plan.remarks.isEmpty { plans.append(plan) }
    }
    return plans
  }

  /// An object by the file and the name that it is written with.
  package struct BuiltName: Hashable, Sendable {
    var path: String
    var name: String
  }

  /// Releases of the Helm Operator that some kustomization patches, renames or moves to another namespace: their names
  /// would be part of what is written, and the patches are for fields that the new object does not have.
  package static func changedByBuild(in tree: any SourceTree) throws(SourceTreeError) -> Set<BuiltName> {
    let sources = try SourceSet(readingOnDemand: tree)
    var engine = KustomizeEngine(sources: sources)
    var changed: Set<BuiltName> = []
    for entry in tree.entries where KustomizationFile.isOne(entry.path) {
      let directory = RelativePath.parent(of: entry.path)
      let result = engine.build(BuildRequest(directory: directory, generatesKustomization: false))
      for object in result.objects where !object.modifiers.isEmpty {
        let forest = engine.sources.forest
        guard let id = forest.objectID(ManifestObject(root: object.root)), id.kind == "HelmRelease",
          FileMigrator.isFluxV1(group: id.group, version: id.version)
        else { continue }
        // Its name may be another by now: that of the document says which it was.
        let written = engine.sources.documents(of: object.origin.file).first {
          forest.range($0.root) == object.origin
        }
        let name = written.flatMap { forest.value($0.root, "metadata", "name") }.map { forest.text($0) } ?? id.name
        changed.insert(BuiltName(path: engine.sources.path(of: object.origin.file), name: name))
      }
    }
    return changed
  }

  /// Names of releases that some patch file changes.
  private static func patchedReleases(_ sources: SourceSet, _ context: RepositoryContext) -> Set<String> {
    var names: Set<String> = []
    for (file, role) in context.roles {
      guard case .patch = role else { continue }
      for document in sources.documents(of: file) {
        guard let id = sources.forest.objectID(ManifestObject(root: document.root)) else { continue }
        if FileMigrator.isFluxV1(group: id.group, version: id.version) { names.insert(id.name) }
      }
    }
    return names
  }

  private static func convert(
    _ release: FluxV1Release, _ names: inout SourceNames, _ sources: SourceSet, _ plan: inout FilePlan
  ) {
    let text = release.text
    guard release.blockers.isEmpty, let source = release.source,
      let releaseVersion = release.target.newestVersion(group: FluxKinds.helmGroup, kind: "HelmRelease"),
      let sourceVersion = release.target.newestVersion(group: FluxKinds.sourceGroup, kind: source.kind)
    else {
      plan.remarks += release.blockers
      return
    }
    let (name, isNew) = names.name(of: source, wanted: release.sourceName, in: plan.path)
    let range = text.bounds(release.root)
    guard var lines = release.manifest(sourceName: name, version: releaseVersion.apiVersion),
      text.layout.column(range.lowerBound) == 0, text.layout.endsLine(range.upperBound)
    else {
      plan.remarks.append(
        Remark(
          .fluxV1Work, "HelmRelease '\(release.name)' is left: the way it is written is not handled",
          at: text.forest.range(release.root).firstByte, help: "convert it by hand"))
      return
    }
    lines = lostComments(release, sources) + lines
    if isNew {
      lines = FluxV1Release.manifest(of: source, name: name, version: sourceVersion.apiVersion) + ["---"] + lines
    }
    let lineBreak = text.layout.lineBreak(at: range.lowerBound)
    let bytes = Array(lines.map { Array($0.utf8) }.joined(separator: lineBreak))
    let end = text.layout.lineEnd(range.upperBound)
    let edit = Edit(range.lowerBound..<end, bytes)
    plan.edits.append(edit)
    plan.rewrites.append(
      Rewrite(
        "HelmRelease \(release.name) of the Helm Operator made '\(releaseVersion.apiVersion)'",
        at: text.forest.range(release.root).firstByte, edits: [edit]))
  }

  /// Comments of the old object outside of what is taken over as it is written.
  private static func lostComments(_ release: FluxV1Release, _ sources: SourceSet) -> [String] {
    let text = release.text
    let kept = [
      text.writtenPair(release.root, "metadata"),
      text.forest.value(release.root, "spec").flatMap { text.writtenPair($0, "values") },
    ].compactMap { $0.flatMap { text.linesOf($0.pair) } }
    let whole = text.bounds(release.root)
    let end = text.layout.lineEnd(whole.upperBound)
    return text.forest.trees[Int(release.root.tree)].comments(file: text.forest.range(release.root).file).filter {
      comment in
      let start = Int(comment.range.lowerBound)
      return start >= whole.lowerBound && start < end && !kept.contains { $0.contains(start) }
    }.map { "# \($0.text)" }
  }

  private static let annotationPrefixes = [
    "fluxcd.io/", "filter.fluxcd.io/", "registry.fluxcd.io/", "repository.fluxcd.io/", "tag.fluxcd.io/",
    "helm.fluxcd.io/", "flux.weave.works/",
  ]

  private static func addAnnotations(_ root: NodeRef, _ text: FileText, to plan: inout FilePlan) {
    guard let annotations = text.forest.value(root, "metadata", "annotations") else { return }
    for pair in text.forest.pairs(annotations) {
      let key = text.forest.text(pair.key)
      guard annotationPrefixes.contains(where: { key.hasPrefix($0) }) else { continue }
      let help =
        key.hasSuffix("/ignore")
        ? "Flux 2 does apply the object; write 'kustomize.toolkit.fluxcd.io/reconcile: disabled'"
        : policy(key, text.forest.text(pair.value))
      plan.remarks.append(
        Remark(.fluxV1Work, "Flux 2 does not know '\(key)'", at: text.forest.range(pair.key), help: help))
    }
  }

  /// How an image policy says what an annotation said. Semantic versions are the only order that both have.
  private static func policy(_ key: String, _ value: String) -> String {
    let prefix = ["filter.fluxcd.io/", "fluxcd.io/tag.", "flux.weave.works/tag."].first { key.hasPrefix($0) }
    guard let prefix else { return "make an ImageRepository, an ImagePolicy and a marker behind the image" }
    let image = "a marker behind the image of '\(key.dropFirst(prefix.count))'"
    let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
    func trimmed(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
    switch (parts.first, parts.count) {
    case ("semver", 2):
      return "make an ImageRepository, an ImagePolicy with 'semver.range: \(trimmed(parts[1]))' and \(image)"
    case ("regex", 2), ("regexp", 2): return ordered("filterTags.pattern: \(parts[1])", image)
    default:
      let glob = parts.first == "glob" && parts.count == 2 ? parts[1] : value
      let pieces = glob.split(separator: "*", omittingEmptySubsequences: false).map { piece in
        piece.map { ".+()[]{}|^$\\".contains($0) ? "\\\($0)" : $0 == "?" ? "." : String($0) }.joined()
      }
      return ordered("filterTags.pattern: ^\(pieces.joined(separator: ".*"))$", image)
    }
  }

  private static func ordered(_ filter: String, _ image: String) -> String {
    "make an ImageRepository, an ImagePolicy with '\(filter)' and an order, and \(image);"
      + " Flux 2 does not know when an image was built"
  }

  /// One source object for each source of a namespace and directory: what lies in different directories may be for
  /// different clusters. Names are different all over the repository, since two directories may be for one.
  private struct SourceNames {
    private struct Key: Hashable {
      var directory: String
      var source: FluxV1Release.Source
    }

    private var names: [Key: String] = [:]
    /// `kind/namespace/name` of every source, old or new.
    private var taken: Set<String> = []

    /// Knows the sources that the repository has already.
    init(_ sources: SourceSet) {
      let forest = sources.forest
      for file in sources.files where sources.bytes(of: file.id).contains(subsequence: "source.toolkit.fluxcd.io") {
        for document in sources.documents(of: file.id) {
          guard let id = forest.objectID(ManifestObject(root: document.root)), id.group == FluxKinds.sourceGroup,
            let namespace = id.namespace
          else { continue }
          taken.insert("\(id.kind)/\(namespace)/\(id.name)")
          if id.kind == "HelmRepository", let url = forest.value(document.root, "spec", "url") {
            let source = FluxV1Release.Source(kind: id.kind, namespace: namespace, url: forest.text(url))
            names[Key(directory: RelativePath.parent(of: file.path), source: source)] = id.name
          }
        }
      }
    }

    mutating func name(
      of source: FluxV1Release.Source, wanted: String, in path: String
    ) -> (name: String, isNew: Bool) {
      let key = Key(directory: RelativePath.parent(of: path), source: source)
      if let name = names[key] { return (name, false) }
      var name = wanted
      var number = 2
      while !taken.insert("\(source.kind)/\(source.namespace)/\(name)").inserted {
        name = "\(wanted)-\(number)"
        number += 1
      }
      names[key] = name
      return (name, true)
    }
  }
}

extension SourceRange {
  /// For a place that stands for something long.
  fileprivate var firstByte: SourceRange {
    SourceRange(file: file, Int(lowerBound)..<min(Int(upperBound), Int(lowerBound) + 1))
  }
}
