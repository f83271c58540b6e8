import Facts
package import FluxGraph
import Manifests
package import SourceText
import YAMLSyntax

/// What a cluster is synchronised by, a Kustomization or what the Flux Operator has it from, which is gone from the
/// repository, while the directory that its Flux goes on building is there: it builds all but that, and deletes it.
package struct LostEntry: Sendable {
  /// The cluster as it was, on both sides.
  package let change: ClusterChange
  package let object: AppliedObject
  /// The Kustomization that deletes it, by its number.
  package let owner: Int
  /// Where the new revision shows it.
  package let place: SourceRange
  /// Whether the object is a FluxInstance that is still there, and only does not synchronise anything any more.
  package let isSyncOnly: Bool

  /// Nil for a cluster that loses nothing.
  ///
  /// - Parameter isBuilt: whether a directory of the new revision builds an object; nil when it does not build.
  init?(
    _ facts: ClusterFacts, _ sources: SourceSet, _ values: Values, isBuilt: (ObjectID, _ directory: String) -> Bool?
  ) {
    let change = ClusterChange(base: facts, new: facts, values)
    let side = change.base
    guard side.cluster.hasEntryPoint, let entry = side.cluster.kustomizations.first, entry.parent == nil,
      // Of an artifact that somebody pushes nobody knows what is in it now.
      side.cluster.sourceKind(of: entry, in: values.forest) == "GitRepository",
      let object = side.entryObject ?? side.itself, let owner = object.kustomization, !side.isKept(object),
      !side.isSwitchedOff(object), side.isSettled(owner), !side.isSuspended(owner), side.prunes(owner),
      side.number(of: object).map({ side.finalization($0) == .deletes }) ?? true
    else { return nil }
    var place: SourceRange?
    if owner != 0 {
      // One that is built, and changed by nothing.
      let kustomization = side.kustomization(owner)
      guard kustomization.parent == 0, !side.isSuspended(0), let applied = side.object(of: owner),
        values.newFile(at: values.path(of: kustomization.origin.file)) == kustomization.origin.file,
        isBuilt(applied.id, entry.path) == true
      else { return nil }
      place = side.pathPlace(owner)
    }
    let directory = side.kustomization(owner).path
    guard sources.isDirectory(directory), let isThere = isBuilt(object.id, directory) else { return nil }
    let found = isThere ? Self.placeOfLostSync(of: object, side) : place ?? Self.place(in: directory, sources)
    guard let found else { return nil }
    (self.change, self.object, self.owner, self.place, isSyncOnly) = (change, object, owner, found, isThere)
  }

  /// The beginning of a directory: of its kustomization file, else of the first file in it or near it.
  private static func place(in directory: String, _ sources: SourceSet) -> SourceRange? {
    var directory = directory
    while true {
      let files = sources.files.filter { directory.isEmpty || RelativePath.isPath($0.path, inside: directory) }
      if let file = sources.kustomizationFile(in: directory) ?? files.min(by: { $0.path < $1.path })?.id {
        let document = sources.documents(of: file).first?.root
        let key = document.flatMap { root in
          sources.forest.kind(root) == .mapping ? sources.forest.pairs(root).first?.key : nil
        }
        return key.map { sources.forest.range($0) } ?? SourceRange(file: file, 0..<0)
      }
      if directory.isEmpty { return nil }
      directory = RelativePath.parent(of: directory)
    }
  }
}

extension ClusterSide {
  /// The entry point, if it applies itself.
  fileprivate var itself: AppliedObject? { object(of: 0).flatMap { $0.kustomization == 0 ? $0 : nil } }

  /// The object that a Kustomization is.
  fileprivate func object(of number: Int) -> AppliedObject? {
    let kustomization = kustomization(number)
    return cluster.index.objects(ofKind: "Kustomization", namespace: kustomization.namespace, name: kustomization.name)
      .lazy.map(object).first { $0.id.isKustomization }
  }
}
