import Facts
package import FluxGraph
import Kustomize
import Manifests
package import SourceText
package import YAMLSyntax

/// Where names of objects come from, and which object of the new revision is one of the base under another name.
package struct ObjectNames: Sendable {
  let base: ClusterSide
  let new: ClusterSide
  let values: Values

  package init(base: ClusterSide, new: ClusterSide, _ values: Values) {
    (self.base, self.new, self.values) = (base, new, values)
  }

  // MARK: - Which is which

  /// Whether two objects are one of a generator, whose name ends with a hash of what is in it, in one of the two at least.
  func differByHash(_ old: Int, _ now: Int) -> Bool {
    let (old, now) = (base.object(old), new.object(now))
    guard old.id.namespace == now.id.namespace, let name = Self.generatedName(old) else { return false }
    return name == Self.generatedName(now)
  }

  /// What a generator calls an object, without the hash; nil for one that no generator makes.
  static func generatedName(_ object: AppliedObject) -> Substring? {
    guard object.id.group.isEmpty, ["ConfigMap", "Secret"].contains(object.id.kind) else { return nil }
    if let name = withoutHash(object.id.name) { return name }
    return object.modifiers.contains { $0.kind == .generator } ? object.id.name[...] : nil
  }

  /// A name without the hash of kustomize, ten letters and digits behind a dash; nil when it has none.
  package static func withoutHash(_ name: String) -> Substring? {
    let bytes = Array(name.utf8)
    guard bytes.count > 11, bytes[bytes.count - 11] == UInt8(ascii: "-") else { return nil }
    let isHash = bytes.suffix(10).allSatisfy { "bcdfghkmt2456789".utf8.contains($0) }
    return isHash ? name.dropLast(11) : nil
  }

  /// Whether the texts differ that two objects have their names from, whatever is filled in.
  func areWrittenDifferently(_ old: Int, _ now: Int) -> Bool {
    ["name", "namespace"].contains { field in
      guard let before = values.field(base.object(old).root, "metadata", field),
        let after = values.field(new.object(now).root, "metadata", field)
      else { return false }
      return areWrittenDifferently(before, after)
    }
  }

  private func areWrittenDifferently(_ before: NodeRef, _ after: NodeRef) -> Bool {
    !values.written(at: values.forest.range(before)).elementsEqual(values.written(at: values.forest.range(after)))
  }

  /// What an object is but for its own name and namespace.
  func content(_ number: Int, of side: ClusterSide) -> String {
    var text = ""
    write(side.object(number).root, "", depth: 0, into: &text)
    return text
  }

  private func write(_ node: NodeRef, _ key: String, depth: Int, into text: inout String) {
    let forest = values.forest
    guard depth < 200 else { return }
    switch forest.kind(node) {
    case .mapping:
      text += "{"
      for (name, value) in pairs(node, key, depth) {
        text += "\(name.utf8.count):\(name)="
        write(value, name, depth: depth + 1, into: &text)
      }
      text += "}"
    case .sequence:
      text += "["
      for item in forest.items(node) {
        write(item, key, depth: depth + 1, into: &text)
        text += ","
      }
      text += "]"
    case .scalar:
      let value = forest.text(node)
      text += "\(value.utf8.count):\(value)"
    case .alias: break
    }
  }

  /// The pairs of a part of an object in the order of their keys, but for its version, what it is called, and what is
  /// said to this program.
  private func pairs(_ node: NodeRef, _ key: String, _ depth: Int) -> [(name: String, value: NodeRef)] {
    let forest = values.forest
    let pairs = forest.pairs(node).filter { pair in
      switch (depth, key, forest.text(pair.key)) {
      case (0, _, "apiVersion"), (1, "metadata", "name"), (1, "metadata", "namespace"): false
      case (1, "metadata", "annotations"): !isSuppression(pair.value)
      case (2, "annotations", _): !forest.hasText(pair.key, ManifestObject.suppressionAnnotation)
      default: true
      }
    }
    return pairs.map { (name: forest.text($0.key), value: $0.value) }.sorted { $0.name < $1.name }
  }

  /// Whether annotations say nothing but what is known of findings.
  private func isSuppression(_ annotations: NodeRef) -> Bool {
    let forest = values.forest
    return forest.kind(annotations) == .mapping
      && forest.pairs(annotations).allSatisfy { forest.hasText($0.key, ManifestObject.suppressionAnnotation) }
  }

  /// Whether two objects are one when the old name gives way to the new one, wherever other fields have it.
  func isSameRenamed(_ old: Int, _ now: Int) -> Bool {
    let (old, now) = (base.object(old), new.object(now))
    return isSame(old.root, now.root, "", (old.id, now.id), depth: 0)
  }

  private func isSame(
    _ old: NodeRef, _ now: NodeRef, _ key: String, _ ids: (old: ObjectID, now: ObjectID), depth: Int
  ) -> Bool {
    let forest = values.forest
    guard depth < 200, forest.kind(old) == forest.kind(now) else { return false }
    switch forest.kind(now) {
    case .mapping:
      let (before, after) = (pairs(old, key, depth), pairs(now, key, depth))
      return before.count == after.count
        && zip(before, after).allSatisfy {
          $0.name == $1.name && isSame($0.value, $1.value, $0.name, ids, depth: depth + 1)
        }
    case .sequence:
      return forest.count(old) == forest.count(now)
        && zip(forest.items(old), forest.items(now)).allSatisfy { isSame($0, $1, key, ids, depth: depth + 1) }
    case .scalar:
      let (before, after) = (forest.text(old), forest.text(now))
      return before == after || before == ids.old.namespace && after == ids.now.namespace
        || Self.replacing(ids.old.name, by: ids.now.name, in: before) == after
    case .alias: return true
    }
  }

  /// The text with every `name` in it that is a word of its own replaced, dashes and dots being between words.
  private static func replacing(_ name: String, by other: String, in text: String) -> String {
    guard text.contains(name) else { return text }
    let isWord = { (character: Character?) in character.map { $0.isLetter || $0.isNumber } ?? false }
    var result = ""
    var rest = text[...]
    while let found = rest.firstRange(of: name) {
      let before = rest[..<found.lowerBound].last ?? result.last
      let isWhole = !isWord(before) && !isWord(rest[found.upperBound...].first)
      result += rest[..<found.lowerBound]
      result += isWhole ? other : name
      rest = rest[found.upperBound...]
    }
    return result + rest
  }

  // MARK: - What moved a name

  /// What gave an object another name or namespace.
  package struct Cause: Sendable {
    package var place: SourceRange
    /// Whether the object's own manifest says it; else one cause may move many.
    package var isOwn: Bool
    /// What it is, for messages: `'namePrefix'`, `the variable 'ENV'`.
    package var text: String
  }

  package func cause(of pair: ObjectChanges.Pair) -> Cause {
    let (old, now) = (base.object(pair.base), new.object(pair.new))
    if now.maker != nil { return causeInTemplate(old, now, pair.owner) }
    if old.id.name != now.id.name, let cause = causeOfName(old, now, pair.owner) { return cause }
    if old.id.namespace != now.id.namespace, let cause = causeOfNamespace(old, now, pair.owner) { return cause }
    return Cause(place: place(of: pair.owner), isOwn: false, text: "its path")
  }

  /// What gave an object of a ResourceSet another name: its template or, where that is as it was, an input.
  private func causeInTemplate(_ old: AppliedObject, _ now: AppliedObject, _ owner: ObjectChanges.Owner) -> Cause {
    for field in ["name", "namespace"] {
      guard let before = values.field(old.root, "metadata", field),
        let after = values.field(now.root, "metadata", field),
        !values.forest.hasEqualText(before, after), areWrittenDifferently(before, after)
      else { continue }
      return Cause(place: values.forest.range(after), isOwn: true, text: "its \(field)")
    }
    return Cause(place: place(of: owner), isOwn: false, text: "what its ResourceSet fills in")
  }

  private func causeOfName(_ old: AppliedObject, _ now: AppliedObject, _ owner: ObjectChanges.Owner) -> Cause? {
    guard let before = values.forest.value(old.root, "metadata", "name"),
      let after = values.forest.value(now.root, "metadata", "name")
    else { return nil }
    let place = values.forest.range(after)
    if areWrittenDifferently(before, after) {
      let isOwn = now.origin.contains(place)
      if !isOwn, let entry = addedReplacement(old, now) {
        return Cause(place: entry, isOwn: false, text: "a replacement of the kustomization")
      }
      return Cause(place: place, isOwn: isOwn, text: isOwn ? "its name" : writer(of: now, at: place, owner))
    }
    for field in ["namePrefix", "nameSuffix"] {
      if let found = values.difference(
        values.field(base.spec(owner.base), field), values.field(new.spec(owner.new), field), at: specKey(owner))
      {
        return Cause(place: found.place, isOwn: false, text: "'spec.\(field)'")
      }
    }
    if let cause = causeInKustomization([.namePrefix, .nameSuffix], old, now) { return cause }
    return causeInVariable(after, owner)
  }

  /// The first entry of `replacements` that an object went through and did not before. What it copies stands where nobody
  /// changed anything.
  private func addedReplacement(_ old: AppliedObject, _ now: AppliedObject) -> SourceRange? {
    func entries(_ object: AppliedObject) -> [SourceRange] {
      object.modifiers.filter { $0.kind == .replacement }.map(\.range)
    }
    let before = Set(entries(old).map { Array(values.written(at: $0)) })
    return entries(now).first { !before.contains(Array(values.written(at: $0))) }
  }

  /// What wrote a value of an object that does not stand in its own manifest.
  private func writer(of object: AppliedObject, at place: SourceRange, _ owner: ObjectChanges.Owner) -> String {
    if let target = values.field(new.spec(owner.new), "targetNamespace"), values.forest.range(target).contains(place) {
      return "'spec.targetNamespace'"
    }
    // Of several the last one; a patch may stand in a file of its own.
    let modifier = object.modifiers.last { $0.range.contains(place) || place.contains($0.range) }
    switch modifier?.kind {
    case nil where isOfObject(place): return "the source of a replacement"
    case nil, .patch: return "a patch"
    case .replacement: return "a replacement"
    case .variable: return "a variable of the kustomization"
    case .generator: return "a generator"
    case .reference: return "the name of what it refers to"
    case .namespace, .namePrefix, .nameSuffix, .labels, .annotations, .images, .replicas:
      return "'\(modifier?.kind.rawValue ?? "")' of the kustomization"
    }
  }

  /// Whether a place is in an object that is applied, so that a replacement may copy from it.
  private func isOfObject(_ place: SourceRange) -> Bool {
    new.facts.objects(in: place.file).contains { new.object($0).origin.contains(place) }
  }

  private func causeOfNamespace(_ old: AppliedObject, _ now: AppliedObject, _ owner: ObjectChanges.Owner) -> Cause? {
    if let found = values.difference(
      values.field(base.spec(owner.base), "targetNamespace"), values.field(new.spec(owner.new), "targetNamespace"),
      at: specKey(owner))
    {
      return Cause(place: found.place, isOwn: false, text: "'spec.targetNamespace'")
    }
    let before = values.forest.value(old.root, "metadata", "namespace")
    let wasOwn = before.map { old.origin.contains(values.forest.range($0)) } ?? true
    guard wasOwn else { return causeInKustomization([.namespace], old, now) }
    guard let after = values.forest.value(now.root, "metadata", "namespace") else {
      guard let metadata = values.forest.pair(now.root, "metadata") else { return nil }
      return Cause(place: values.forest.range(metadata.key), isOwn: true, text: "its namespace")
    }
    let place = values.forest.range(after)
    if now.origin.contains(place) {
      return causeInVariable(after, owner) ?? Cause(place: place, isOwn: true, text: "its namespace")
    }
    return Cause(place: place, isOwn: false, text: "'namespace' of the kustomization")
  }

  /// A prefix or suffix of a kustomization file that one of the two revisions has.
  private func causeInKustomization(
    _ kinds: Set<ObjectModifier.Kind>, _ old: AppliedObject, _ now: AppliedObject
  ) -> Cause? {
    func entries(_ object: AppliedObject) -> [(kind: ObjectModifier.Kind, range: SourceRange, text: [UInt8])] {
      object.modifiers.filter { kinds.contains($0.kind) }
        .map { ($0.kind, $0.range, Array(values.written(at: $0.range))) }
    }
    let (before, after) = (entries(old), entries(now))
    if let entry = after.first(where: { entry in !before.contains { $0.kind == entry.kind && $0.text == entry.text } })
    {
      return Cause(place: entry.range, isOwn: false, text: "'\(entry.kind.rawValue)' of the kustomization")
    }
    guard
      let gone = before.first(where: { entry in !after.contains { $0.kind == entry.kind && $0.text == entry.text } })
    else { return nil }
    let text = "'\(gone.kind.rawValue)' of the kustomization, which is gone"
    // The first key of the file where it was, if that is left; else where the object is written.
    let file = values.newFile(at: values.path(of: gone.range.file))
    let key = file.flatMap { values.documents(of: $0).first }.flatMap { values.forest.pairs($0).first?.key }
    return Cause(place: key.map { values.forest.range($0) } ?? now.origin.start, isOwn: false, text: text)
  }

  /// A variable in a text that has another value now.
  package func causeInVariable(_ node: NodeRef, _ owner: ObjectChanges.Owner) -> Cause? {
    let text = String(decoding: values.written(at: values.forest.range(node)), as: UTF8.self)
    guard text.contains("$") else { return nil }
    let before = base.kustomization(owner.base).substitution
    let after = new.kustomization(owner.new).substitution
    for name in Self.variables(in: text) where before.values[name] != after.values[name] {
      guard let place = after.definitions[name] else { continue }
      return Cause(place: place, isOwn: false, text: "the variable '\(name)'")
    }
    return nil
  }

  /// Whether a Secret gives a part of a value.
  package static func holdsSecret(_ node: NodeRef, _ kustomization: FluxKustomization, _ values: Values) -> Bool {
    let secret = kustomization.substitution.secrets
    guard !secret.isEmpty else { return false }
    let text = String(decoding: values.written(at: values.forest.range(node)), as: UTF8.self)
    return variables(in: text).contains { secret[$0] != nil }
  }

  /// The names behind `${` and `$`.
  private static func variables(in text: String) -> [String] {
    text.split(separator: "$", omittingEmptySubsequences: false).dropFirst().map { part in
      let name = part.hasPrefix("{") ? part.dropFirst() : part
      return String(name.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
  }

  private func specKey(_ owner: ObjectChanges.Owner) -> SourceRange { new.specKey(owner.new) }
  private func place(of owner: ObjectChanges.Owner) -> SourceRange {
    owner.set.map { place(of: $0) } ?? new.pathPlace(owner.new)
  }
}

extension SourceRange {
  var start: SourceRange { SourceRange(file: file, Int(lowerBound)..<Int(lowerBound)) }
}

extension ClusterSide {
  /// The key of `spec`, else where the Kustomization is defined.
  package func specKey(_ number: Int) -> SourceRange {
    let kustomization = kustomization(number)
    return kustomization.root.flatMap { values.forest.pair($0, "spec") }.map { values.forest.range($0.key) }
      ?? kustomization.origin
  }

  /// Where the path of a Kustomization is written, else where its name is.
  package func pathPlace(_ number: Int) -> SourceRange {
    let kustomization = kustomization(number)
    if let path = kustomization.pathRange(in: values.forest) { return path }
    return values.field(kustomization.root, "metadata", "name").map { values.forest.range($0) } ?? kustomization.origin
  }

  /// The FluxInstance that the cluster begins with.
  package var instance: AppliedObject? { entryObject(ofKind: "FluxInstance") }

  /// What the Flux Operator has the cluster's Flux from, where the cluster applies it itself: the FluxInstance, or the
  /// HelmRelease of its chart.
  package var entryObject: AppliedObject? { instance ?? entryObject(ofKind: "HelmRelease") }

  private func entryObject(ofKind kind: String) -> AppliedObject? {
    guard cluster.entry.kind == .fluxInstance else { return nil }
    return cluster.index.objects(ofKind: kind).map(object).first { object in
      cluster.entry.range.map { object.origin.contains($0) || $0.contains(object.origin) } ?? false
    }
  }

  /// Where the name of an object is written.
  package func namePlace(_ object: AppliedObject) -> SourceRange {
    values.forest.value(object.root, "metadata", "name").map { values.forest.range($0) } ?? object.origin
  }
}
