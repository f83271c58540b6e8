import RuleEngine

/// How it comes that several Kustomizations build the same file, and so which line a person edits.
struct OverlapLayout {
  /// The line to edit.
  private(set) var range: SourceRange
  private(set) var label: String
  private(set) var help: String
  private(set) var related: [RelatedLocation] = []
  /// The Kustomization that the line belongs to.
  private(set) var owner: FluxKustomization

  /// - Parameters:
  ///   - copies: one of the objects, once for each Kustomization.
  ///   - owners: the Kustomizations.
  init?(_ copies: [Int], owners: [Int], _ cluster: Cluster, _ model: RepositoryModel) {
    let kustomizations = owners.map { cluster.kustomizations[$0] }
    // The narrowest path is the one that was added to the others; of equal ones, that of a child comes after its parent.
    guard
      let number = owners.max(by: {
        cluster.kustomizations[$0].path.utf8.count <= cluster.kustomizations[$1].path.utf8.count
      })
    else { return nil }
    let narrow = cluster.kustomizations[number]
    let others = kustomizations.filter { $0.displayName != narrow.displayName }
    owner = narrow
    range = model.pathRange(of: narrow)
    label = "built by \(quotedList(others.map(\.displayName))) too"
    help = "let one of them apply these objects"
    let file = cluster.objects[copies[0]].origin.file
    if others.contains(where: { $0.path == narrow.path }) {
      help = "remove one of them, or give it a path of its own"
    } else if let wide = others.first(where: { RelativePath.isPath(narrow.path, inside: $0.path) }) {
      nest(narrow, in: wide, file, model)
    } else {
      set(apart: narrow, number, from: others, copies.map { cluster.objects[$0] }, model)
    }
  }

  /// One folder lies in the other.
  private mutating func nest(
    _ narrow: FluxKustomization, in wide: FluxKustomization, _ file: FileID, _ model: RepositoryModel
  ) {
    guard model.sources.kustomizationFile(in: wide.path) != nil else {
      help = "leave the folder out of one of them: give it a kustomization file that lists the rest"
      return
    }
    guard let entry = Listing(model).entry(leadingTo: file, from: wide.path) else { return }
    related = [RelatedLocation(range, "'\(narrow.displayName)' applies it")]
    owner = wide
    range = entry
    label = "'\(wide.displayName)' builds it through this entry"
    help = "remove it from this list, or remove Kustomization '\(narrow.displayName)'"
  }

  /// Overlays of one base, or lists with a common entry.
  private mutating func set(
    apart narrow: FluxKustomization, _ owner: Int, from others: [FluxKustomization], _ copies: [AppliedObject],
    _ model: RepositoryModel
  ) {
    let namespaces = copies.map { copy in copy.modifiers.last { $0.kind == .namespace }?.range }
    if Set(namespaces).count == copies.count, let number = copies.firstIndex(where: { $0.kustomization == owner }),
      let own = namespaces[number], !namespaces.contains(nil)
    {
      range = own
      label = "the same namespace"
      related = namespaces.indices.filter { $0 != number }.compactMap { namespaces[$0] }
        .map { RelatedLocation($0, "set here too") }
      help = "give them different namespaces"
      return
    }
    let listing = Listing(model)
    guard let file = copies.first?.origin.file, let entry = listing.entry(leadingTo: file, from: narrow.path) else {
      return
    }
    range = entry
    related = others.compactMap { other in
      listing.entry(leadingTo: file, from: other.path).map {
        RelatedLocation($0, "'\(other.displayName)' builds it through this entry")
      }
    }
    help = "list it in one of them only, or give the overlays different namespaces"
  }
}

/// What kustomization files list.
private struct Listing {
  private let model: RepositoryModel

  init(_ model: RepositoryModel) { self.model = model }

  /// The entry of the kustomization file in `directory` through which a file is built, by others or itself.
  func entry(leadingTo file: FileID, from directory: String) -> SourceRange? {
    var seen: Set<String> = []
    return entries(in: directory).first { leads($0.path, to: file, &seen) }?.range
  }

  private func leads(_ path: String, to file: FileID, _ seen: inout Set<String>) -> Bool {
    if model.sources.file(at: path) == file { return true }
    guard model.sources.isDirectory(path), seen.insert(path).inserted else { return false }
    if model.sources.kustomizationFile(in: path) == file { return true }
    return entries(in: path).contains { leads($0.path, to: file, &seen) }
  }

  private func entries(in directory: String) -> [(path: String, range: SourceRange)] {
    guard let file = model.sources.kustomizationFile(in: directory),
      let root = model.sources.documents(of: file).first?.root
    else { return [] }
    let fields: [StaticString] = ["resources", "bases", "components"]
    return fields.flatMap { field -> [(String, SourceRange)] in
      guard let list = model.forest.value(root, field), model.forest.kind(list) == .sequence else { return [] }
      return model.forest.items(list).compactMap { item in
        RelativePath.join(directory, model.forest.text(item)).map { ($0, model.forest.range(item)) }
      }
    }
  }
}
