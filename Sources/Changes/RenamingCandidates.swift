import FluxGraph
import Manifests
import SourceText
import YAMLSyntax

/// New objects, by what may make one of them the same as one that is gone: of one kind and owner, and from the same
/// document or with the same content. Looked up, so that a prefix for a thousand objects costs a thousand look-ups.
struct RenamingCandidates {
  private let names: ObjectNames
  private var byDocument: [Document: [Int]] = [:]
  private var byContent: [Content: [Int]] = [:]
  private var byRelease: [Release: [Int]] = [:]
  private var bySlot: [Slot: [Int]] = [:]
  private var taken: Set<Int> = []
  /// Each is with each other of its kind, so there is an end to it.
  private var comparisonsLeft = 20_000

  private struct Slot: Hashable {
    var owner: ObjectChanges.Owner
    var group: String
    var kind: String
  }

  /// A document by its file and by what it calls its object.
  private struct Document: Hashable {
    var slot: Slot
    var path: String
    var name: [UInt8]
  }

  private struct Content: Hashable {
    var slot: Slot
    var text: String
  }

  /// The chart of a HelmRelease: with another name its spec may say more, to keep the release.
  private struct Release: Hashable {
    var slot: Slot
    var chart: String
  }

  init(_ added: [(object: Int, owner: ObjectChanges.Owner)], _ names: ObjectNames) {
    self.names = names
    for (number, owner) in added {
      let slot = Self.slot(of: names.new.object(number), owner)
      byDocument[document(number, of: names.new, slot), default: []].append(number)
      if let generated = generated(number, of: names.new, slot) { byDocument[generated, default: []].append(number) }
      byContent[Content(slot: slot, text: names.content(number, of: names.new)), default: []].append(number)
      bySlot[slot, default: []].append(number)
      if let release = release(number, of: names.new, slot) { byRelease[release, default: []].append(number) }
    }
  }

  /// The object that is `number` of the base under another name; it is given once.
  mutating func take(for number: Int, of owner: ObjectChanges.Owner) -> Int? {
    let slot = Self.slot(of: names.base.object(number), owner)
    var lists = [byDocument[document(number, of: names.base, slot)] ?? []]
    if let generated = generated(number, of: names.base, slot) { lists.insert(byDocument[generated] ?? [], at: 0) }
    lists.append(byContent[Content(slot: slot, text: names.content(number, of: names.base))] ?? [])
    if let release = release(number, of: names.base, slot) { lists.append(byRelease[release] ?? []) }
    let found = lists.lazy.flatMap(\.self).first { !taken.contains($0) } ?? similar(number, slot)
    if let found { taken.insert(found) }
    return found
  }

  /// One that is the same when the old name in it is replaced.
  private mutating func similar(_ number: Int, _ slot: Slot) -> Int? {
    let others = (bySlot[slot] ?? []).filter { !taken.contains($0) }
    guard comparisonsLeft >= others.count else { return nil }
    comparisonsLeft -= others.count
    return others.first { names.isSameRenamed(number, $0) }
  }

  private static func slot(of object: AppliedObject, _ owner: ObjectChanges.Owner) -> Slot {
    Slot(owner: owner, group: object.id.group, kind: object.id.kind)
  }

  private func document(_ number: Int, of side: ClusterSide, _ slot: Slot) -> Document {
    let object = side.object(number)
    let name = names.values.forest.value(object.root, "metadata", "name")
    let written = name.map { Array(names.values.written(at: names.values.forest.range($0))) } ?? []
    return Document(slot: slot, path: names.values.path(of: object.origin.file), name: written)
  }

  /// What a generator makes, by its name without the hash.
  private func generated(_ number: Int, of side: ClusterSide, _ slot: Slot) -> Document? {
    guard let name = ObjectNames.generatedName(side.object(number)) else { return nil }
    return Document(slot: slot, path: "", name: Array(name.utf8))
  }

  private func release(_ number: Int, of side: ClusterSide, _ slot: Slot) -> Release? {
    let object = side.object(number)
    guard object.id.isHelmRelease, let target = ReleaseTarget(object, side),
      // Where nobody knows what a chart is called, where it is tells charts apart.
      let chart = target.chart?.name ?? names.values.text(object.root, "spec", "chart", "spec", "chart")
    else { return nil }
    return Release(slot: slot, chart: chart)
  }
}
