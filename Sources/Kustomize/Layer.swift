import Manifests
import SourceText

/// One kustomization with everything below it, built but not finished: name hashes and references come at the root.
struct Layer: Sendable {
  var resources = ResourceList()
  var report = BuildReport()
  /// Where transformers write: empty until the layer has read its own configuration.
  var config = TransformerConfig()
  /// Variables of this layer and its bases; their names differ.
  var variables: [Variable] = []
  /// The directories of all kustomizations in it. One of them must not hold a directory that refers to this layer.
  var roots: Set<String> = []
  /// How its kustomization wants the objects ordered; nobody asks that of a base.
  var sortOptions: SortOptions?
  /// What its kustomization wants written on the objects; nobody asks that of a base.
  var buildMetadata: Set<BuildMetadata> = []
  /// Whether a strategic merge patch was applied, for which upstream reads the schema of Kubernetes.
  var isMerged = false
  /// Whether what SOPS encrypted was decrypted for it; nil where nothing is encrypted.
  var isDecrypted: Bool?
  /// Whether values of some objects go into others, which may be there for nothing else.
  var isReplacing = false
  /// Whether what it runs on may lack objects: those that are not known offline, said of a component, and those of an
  /// entry that fails.
  var beginsIncomplete = false
  /// A cycle was met, so the layer depends on who refers to it.
  var hasCycle = false

  /// Whether an object that is not here may come from what is not known offline.
  var mayLackObjects: Bool { beginsIncomplete || report.mayLackObjects }

  /// Notes what an entry did; not where some objects are not known.
  mutating func note(_ kind: EntryEffect.Kind, of range: SourceRange, _ miss: EntryEffect.Miss?) {
    guard !mayLackObjects, !report.listsEmptyFile, report.errors.isEmpty else { return }
    report.effects.append(EntryEffect(kind: kind, range: range, miss: miss))
  }

  /// Appends a resource; one with the same id is an error.
  mutating func add(_ resource: Resource, through entry: SourceRange?) {
    var resource = resource
    resource.entry = entry
    guard let first = resources.append(resource) else { return }
    let what = "'\(resource.id.description)' is in the build already"
    guard first.origin == resource.origin else {
      let places = [BuildError.Place(first.origin, "the first of the two")] + Self.listings(of: first, and: resource)
      return report.add(BuildError(kind: .duplicateObject, message: what, range: resource.origin, places: places))
    }
    // The entries that name the file or, where that is one, those that name the directory.
    let isOneListing = first.listing == resource.listing
    let entries = isOneListing ? [first.entry, entry] : [first.listing, resource.listing]
    let named = entries.compactMap(\.self)
    let isFound = named.count < 2
    // What is wrong with an entry is said once, not for each object behind it.
    if let last = report.errors.last, last.kind == .duplicateObject, last.range == named.last { return }
    let message =
      what + (isFound ? ": its file is listed here, and taken with all files of the path too" : ": it is listed twice")
    report.add(
      BuildError(
        kind: .duplicateObject, message: message, range: named.last ?? resource.origin,
        places: isFound
          ? [BuildError.Place(resource.origin, "every file is taken here")]
          : [BuildError.Place(named[0], "listed here first"), BuildError.Place(resource.origin, "the object")]))
  }

  /// Where the files of two objects are listed: one place for two objects of one file.
  private static func listings(of first: Resource, and second: Resource) -> [BuildError.Place] {
    if let one = first.listing, one == second.listing { return [BuildError.Place(one, "both are in this file")] }
    return [first, second].compactMap { resource in
      resource.listing.map { BuildError.Place($0, "'\(resource.id.name)' is listed here") }
    }
  }

  /// Takes over a base.
  mutating func add(_ base: Layer, through entry: SourceRange?) {
    report.add(base.report, through: entry)
    roots.formUnion(base.roots)
    if base.hasCycle { hasCycle = true }
    if base.isMerged { isMerged = true }
    if base.isReplacing { isReplacing = true }
    isDecrypted = isDecrypted ?? base.isDecrypted
    configure(base.config, through: entry)
    add(base.variables, through: entry)
    for resource in base.resources.items { add(resource, through: entry) }
  }

  /// Takes over a configuration.
  mutating func configure(_ other: TransformerConfig, through entry: SourceRange?) {
    do throws(FieldSpecConflict) {
      try config.merge(other)
    } catch {
      report.addError(
        .invalidKustomization, "the configurations do not agree: \(error.message)", at: error.range ?? entry,
        related: error.range == nil ? nil : entry)
    }
  }
}
