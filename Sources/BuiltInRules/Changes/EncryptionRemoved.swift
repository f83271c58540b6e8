import RuleEngine
import ScalarFormats

/// What SOPS encrypted and is plain now is in the history of the repository for good.
struct EncryptionRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    let values = comparison.values
    // The places that are told as values of a file.
    var told = Told()
    for file in comparison.changedFiles {
      for (base, new) in Documents(of: file, values).pairs {
        var plain: [NodeRef] = []
        Self.collect(base, new, values, into: &plain)
        guard let first = plain.first else { continue }
        told.places.formUnion(plain.map { values.forest.range($0) })
        told.files.insert(values.path(of: file.new))
        let isWhole = values.field(base, "sops") != nil && values.field(new, "sops") == nil
        let object = values.forest.objectID(ManifestObject(root: new)).map { ObjectReference($0) }
        let path = values.path(of: file.new)
        report.report(
          isWhole
            ? "'\(path)' was encrypted with SOPS and is plain now"
            : "\(Self.counted(plain)) of '\(path)' that SOPS had encrypted \(plain.count == 1 ? "is" : "are") plain now",
          at: values.forest.range(first), label: Self.label, object: object, notes: [Self.note], help: Self.help,
          data: ["change": .string(report.rule.name)])
      }
    }
    for change in comparison.clusters { check(change, told, &report) }
  }

  private struct Told {
    var places: Set<SourceRange> = []
    var files: Set<String> = []

    /// Whether a value stands at such a place, or is what a generator makes of such a file.
    func contains(_ range: SourceRange, _ values: Values) -> Bool {
      if places.contains(range) { return true }
      guard !files.isEmpty else { return false }
      let entry = String(decoding: values.written(at: range), as: UTF8.self)
      guard let name = entry.split(separator: "=").last else { return false }
      let directory = RelativePath.parent(of: values.path(of: range.file))
      let file = name.filter { $0 != "\"" && $0 != "'" }
      return RelativePath.join(directory, file).map { files.contains($0) } ?? false
    }
  }

  private static let label = "readable for everybody who can read the repository"
  private static let note = "once it is pushed it stays in the history, whatever later commits do"
  private static let help =
    "encrypt it again before it is committed; if it is pushed already, change the secret itself"

  private static func counted(_ nodes: [NodeRef]) -> String { nodes.count == 1 ? "a value" : "\(nodes.count) values" }

  // MARK: - Files

  /// Values of the new document that were ciphertext.
  private static func collect(
    _ base: NodeRef, _ new: NodeRef, _ values: Values, depth: Int = 0, into plain: inout [NodeRef]
  ) {
    let forest = values.forest
    guard base != new, depth < 200, forest.kind(base) == forest.kind(new) else { return }
    switch forest.kind(new) {
    case .mapping:
      for pair in forest.pairs(new) {
        // What SOPS notes of itself is no secret.
        if depth == 0, forest.hasText(pair.key, "sops") { continue }
        let key = forest.text(pair.key)
        if depth == 0, Payload.fields.contains(key), forest.kind(pair.value) == .mapping {
          // From 'stringData' to 'data' it is the same value.
          let before = Payload(of: base, values)
          for entry in forest.pairs(pair.value) {
            guard let old = before[forest.text(entry.key)] else { continue }
            collect(old, entry.value, values, depth: depth + 2, into: &plain)
          }
        } else if let old = forest.value(base, key: key) {
          collect(old, pair.value, values, depth: depth + 1, into: &plain)
        }
      }
    case .sequence:
      for (old, now) in zip(forest.items(base), forest.items(new)) {
        collect(old, now, values, depth: depth + 1, into: &plain)
      }
    case .scalar:
      if ObjectReference.isCiphertext(forest.text(base)), Payload.isPlain(forest.text(new)) { plain.append(new) }
    case .alias: break
    }
  }

  // MARK: - Objects

  /// Secrets that are made another way now, by a generator, as a ConfigMap, in another file, and what generators make of
  /// files that are plain now.
  private func check(_ change: ClusterChange, _ told: Told, _ report: inout FindingSink) {
    let values = change.values
    let encrypted = ["Secret", "ConfigMap"].flatMap { kind in
      change.base.cluster.index.objects(ofKind: kind).map(change.base.object).filter { object in
        let same = change.new.cluster.index.objects(ofKind: kind, namespace: object.id.namespace, name: object.id.name)
        return !same.contains { change.new.object($0).root == object.root }
          && Payload(of: object.root, values).contains {
            Payload.hasCiphertext(Payload.content($0.value, of: kind, values))
          }
      }
    }
    guard !encrypted.isEmpty else { return }
    let after = Successors(change)
    for old in encrypted {
      let payload = Payload(of: old.root, values)
      let successors = after.successors(of: old)
      if successors.contains(where: { $0.root == old.root }) { continue }
      for now in successors {
        // What could be read all along is no news.
        let twin = change.base.cluster.index
          .objects(ofKind: now.id.kind, namespace: now.id.namespace, name: now.id.name).first
          .map { Payload(of: change.base.object($0).root, values) }
        let plain = Payload(of: now.root, values).filter { entry in
          guard let node = payload[entry.key] else { return false }
          let before = Payload.content(node, of: old.id.kind, values)
          let after = Payload.content(entry.value, of: now.id.kind, values)
          return Payload.isPlain(after)
            && (ObjectReference.isCiphertext(before) || EncryptedText(before)?.isReadable(in: after) == true)
            && twin?[entry.key].map { values.forest.hasEqualText($0, entry.value) } != true
        }.map(\.value).sorted { values.forest.range($0) < values.forest.range($1) }
        guard let first = plain.first, !plain.contains(where: { told.contains(values.forest.range($0), values) }) else {
          continue
        }
        report.report(
          "\(Self.counted(plain)) of \(old.id.shown) that SOPS had encrypted \(plain.count == 1 ? "is" : "are") plain now"
            + (now.id.kind == old.id.kind ? "" : ", in \(now.id.shown)"),
          at: values.forest.range(first), label: Self.label, objects: [now.id], in: change,
          gone: [change.base.namePlace(old)], notes: [Self.note], help: Self.help)
      }
    }
  }
}

extension Payload {
  /// Whether a value can be read. A variable, nothing at all, and a file that SOPS encrypted, which generators put into
  /// Secrets as it is, cannot.
  static func isPlain(_ text: String) -> Bool {
    if text.isEmpty || text.hasPrefix("${") || hasCiphertext(text) { return false }
    guard let bytes = Base64.decode(text) else { return true }
    return !hasCiphertext(String(decoding: bytes, as: UTF8.self))
  }

  static func hasCiphertext(_ text: String) -> Bool { text.contains("ENC[AES256_GCM,") || text.hasPrefix("ENC[") }

  /// What a value is once the API server has it: the `data` of a Secret is base64.
  static func content(_ node: NodeRef, of kind: String, _ values: Values) -> String {
    let text = values.forest.text(node)
    guard kind == "Secret", let bytes = Base64.decode(text) else { return text }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The documents of a file before and after, by what they are called.
private struct Documents {
  private(set) var pairs: [(base: NodeRef, new: NodeRef)] = []

  init(of file: Comparison.ChangedFile, _ values: Values) {
    func names(_ file: FileID) -> [(root: NodeRef, id: ObjectID?)] {
      values.documents(of: file).map { ($0, values.forest.objectID(ManifestObject(root: $0))) }
    }
    let (old, now) = (names(file.base), names(file.new))
    func isSame(_ one: ObjectID?, _ other: ObjectID?, ofOneKind: Bool) -> Bool {
      guard let one, let other else { return one == nil && other == nil && ofOneKind }
      return one.name == other.name && one.namespace == other.namespace && (!ofOneKind || one.kind == other.kind)
    }
    // What was there before under its own name is not what another one became.
    let free = now.indices.filter { index in !old.contains { isSame($0.id, now[index].id, ofOneKind: true) } }
    for (number, base) in old.enumerated() {
      let sameName = base.id.flatMap { id in free.first { isSame(id, now[$0].id, ofOneKind: false) } }
      let partner =
        if base.id != nil, let same = now.firstIndex(where: { isSame(base.id, $0.id, ofOneKind: true) }) {
          same
        } else if let sameName {
          sameName
        } else if number < now.count, now[number].id == nil || free.contains(number) {
          // What has no name, or another one now, is where it was.
          number
        } else {
          Int?.none
        }
      if let partner { pairs.append((base.root, now[partner].root)) }
    }
  }
}

/// The Secrets and ConfigMaps of the new revision, by what they are called without the hash of a generator.
private struct Successors {
  private struct Name: Hashable {
    var namespace: String?
    var name: String
  }
  private var objects: [Name: [AppliedObject]] = [:]

  init(_ change: ClusterChange) {
    for kind in ["Secret", "ConfigMap"] {
      for object in change.new.cluster.index.objects(ofKind: kind).map(change.new.object) {
        objects[Self.name(of: object), default: []].append(object)
      }
    }
  }

  func successors(of object: AppliedObject) -> [AppliedObject] { objects[Self.name(of: object)] ?? [] }

  private static func name(of object: AppliedObject) -> Name {
    Name(
      namespace: object.id.namespace,
      name: ObjectNames.withoutHash(object.id.name).map(String.init) ?? object.id.name)
  }
}
