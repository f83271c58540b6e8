import Kustomize
package import Manifests
import ScalarFormats
package import SourceText
package import YAMLSyntax

/// Compares parts of objects of two revisions as the API server takes them: what is written, not how. Both are in one
/// forest, so what no commit touched is one node, and costs nothing.
package struct Values: Sendable {
  package let forest: Forest
  private let files: [ManifestFile]
  private let newFiles: [String: FileID]

  /// - Parameters:
  ///   - sources: the set that has the files of both revisions.
  ///   - new: the set of the new one.
  package init(_ sources: SourceSet, new: SourceSet) {
    forest = sources.forest
    files = sources.allFiles
    newFiles = Dictionary(new.files.map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
  }

  /// The file that the new revision has at a path.
  func newFile(at path: String) -> FileID? { newFiles[path] }

  /// Whether the new revision has a file in a directory, or below it.
  package func hasNewFiles(in directory: String) -> Bool {
    newFiles.keys.contains { RelativePath.isPath($0, inside: directory) }
  }

  package func path(of file: FileID) -> String {
    files.indices.contains(Int(file.index)) ? files[Int(file.index)].path : ""
  }

  /// The bytes of a file at a place, as they are written.
  package func written(at range: SourceRange) -> ArraySlice<UInt8> {
    guard files.indices.contains(Int(range.file.index)) else { return [] }
    let source = forest.trees[Int(files[Int(range.file.index)].tree)].source
    return range.bounds.upperBound <= source.count ? source[range.bounds] : []
  }

  /// The first bytes of a file.
  package func head(of file: FileID) -> String {
    guard files.indices.contains(Int(file.index)) else { return "" }
    return String(decoding: forest.trees[Int(files[Int(file.index)].tree)].source.prefix(1_000), as: UTF8.self)
  }

  /// The roots of the documents of a file.
  package func documents(of file: FileID) -> [NodeRef] {
    guard files.indices.contains(Int(file.index)) else { return [] }
    return forest.trees[Int(files[Int(file.index)].tree)].documents.map(\.root)
  }

  /// What differs, and where that is to be seen in the new revision.
  package struct Difference: Sendable {
    /// From where the comparison began: `template`, `spec`, `containers`.
    package var path: [String]
    /// The scalar that was changed, the key that was added, or the nearest key above what is gone.
    package var place: SourceRange
    package var base: NodeRef?
    package var new: NodeRef?
  }

  /// Fields by name that say the same when they are absent as with this value; of Kubernetes, wherever they stand.
  private static let defaults: [String: Set<String>] = [
    "apiGroup": ["rbac.authorization.k8s.io"], "defaultMode": ["420", "0644"], "dnsPolicy": ["ClusterFirst"],
    "enableServiceLinks": ["true"], "failureThreshold": ["3"], "periodSeconds": ["10"],
    "podManagementPolicy": ["OrderedReady"], "preemptionPolicy": ["PreemptLowerPriority"], "protocol": ["TCP"],
    "reclaimPolicy": ["Delete"], "schedulerName": ["default-scheduler"], "scheme": ["HTTP"],
    "serviceAccount": ["default"], "serviceAccountName": ["default"], "successThreshold": ["1"],
    "terminationGracePeriodSeconds": ["30"], "terminationMessagePath": ["/dev/termination-log"],
    "terminationMessagePolicy": ["File"], "timeoutSeconds": ["1"], "type": ["Opaque"],
    "volumeBindingMode": ["Immediate"], "volumeMode": ["Filesystem"], "completionMode": ["NonIndexed"],
    "completions": ["1"], "readOnly": ["false"], "optional": ["false"], "immutable": ["false"],
    "hostNetwork": ["false"], "hostPID": ["false"], "hostIPC": ["false"], "stdin": ["false"], "tty": ["false"],
    "privileged": ["false"], "managedBy": ["kubernetes.io/job-controller"], "initialDelaySeconds": ["0"],
    "stdinOnce": ["false"], "expirationSeconds": ["3600"], "divisor": ["0"],
  ]
  /// The same for fields that have a default only in a field of some name.
  private static let defaultsInside: [String: [String: String]] = [
    "fieldRef": ["apiVersion": "v1"], "httpGet": ["path": "/"],
    // Of `kubeConfig` (fluxcd/pkg `runtime/client`).
    "secretRef": ["key": "value"],
  ]
  /// Mappings whose keys are names that users choose: an empty text is a value there, and a number a text.
  private static let freeMappings: Set<String> = [
    "annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "parameters", "stringData",
    "volumeAttributes",
  ]
  /// Fields that the server fills in by rules of its own when they are absent.
  private static let filledIn: Set<String> = ["imagePullPolicy", "terminationMessagePolicy"]

  /// Whether nothing is there: no node, null, an empty text, mapping or list.
  package func isEmpty(_ node: NodeRef?) -> Bool {
    guard let node else { return true }
    switch forest.kind(node) {
    case .scalar: return forest.isNull(node) || forest.text(node).isEmpty
    case .mapping, .sequence: return forest.count(node) == 0
    case .alias: return false
    }
  }

  /// The value of a field; nil when nothing is there.
  package func field(_ node: NodeRef?, _ path: String...) -> NodeRef? {
    var node = node
    for key in path {
      guard let here = node, forest.kind(here) == .mapping else { return nil }
      node = forest.value(here, key: key)
    }
    return node.flatMap { isEmpty($0) ? nil : $0 }
  }

  package func text(_ node: NodeRef?, _ path: String...) -> String? {
    var node = node
    for key in path {
      guard let here = node, forest.kind(here) == .mapping else { return nil }
      node = forest.value(here, key: key)
    }
    guard let node, forest.kind(node) == .scalar, !isEmpty(node) else { return nil }
    return forest.text(node)
  }

  package func isBoolean(_ node: NodeRef) -> Bool {
    if case .boolean = forest.scalarValue(node, dialect: .resource) { return true }
    return false
  }

  package func areEqual(_ base: NodeRef?, _ new: NodeRef?) -> Bool {
    difference(base, new, at: SourceRange(file: FileID(0), 0..<0)) == nil
  }

  /// The first difference in the order of the new revision; nil when there is none.
  ///
  /// - Parameters:
  ///   - place: the key of the two, or the nearest key above it.
  ///   - key: what the field is called.
  ///   - skipped: keys of the two that are not looked at.
  package func difference(
    _ base: NodeRef?, _ new: NodeRef?, at place: SourceRange, key: String = "", skipping skipped: Set<String> = []
  ) -> Difference? {
    difference(base, new, at: place, Field(name: key, parent: ""), skipping: skipped, depth: 0)
  }

  /// What a value is called, and the nearest field above it.
  private struct Field {
    var name: String
    var parent: String

    var isFree: Bool { Values.freeMappings.contains(parent) }
  }

  private func difference(
    _ base: NodeRef?, _ new: NodeRef?, at place: SourceRange, _ field: Field, skipping skipped: Set<String>, depth: Int
  ) -> Difference? {
    if base == new || depth > 200 { return nil }
    guard let base = saysNothing(base, field) ? nil : base else {
      guard let new = saysNothing(new, field) ? nil : new, !isDefault(new, field) else { return nil }
      let isScalar = forest.kind(new) == .scalar
      return Difference(path: [], place: isScalar ? forest.range(new) : place, base: nil, new: new)
    }
    guard let new = saysNothing(new, field) ? nil : new else {
      return isDefault(base, field) ? nil : Difference(path: [], place: place, base: base, new: nil)
    }
    switch (forest.kind(base), forest.kind(new)) {
    case (.mapping, .mapping):
      return ofMappings(base, new, at: place, in: field.name, skipping: skipped, depth: depth)
    case (.sequence, .sequence):
      let (old, now) = (Array(forest.items(base)), Array(forest.items(new)))
      for index in now.indices {
        guard index < old.count else {
          return Difference(path: ["\(index)"], place: firstPlace(of: now[index]), base: nil, new: now[index])
        }
        let inner = forest.kind(now[index]) == .scalar ? place : firstPlace(of: now[index])
        if var found = difference(old[index], now[index], at: inner, field, skipping: [], depth: depth + 1) {
          found.path.insert("\(index)", at: 0)
          return found
        }
      }
      guard old.count > now.count else { return nil }
      return Difference(path: ["\(now.count)"], place: place, base: old[now.count], new: nil)
    case (.scalar, .scalar):
      return areEqualScalars(base, new, isText: field.isFree)
        ? nil : Difference(path: [], place: forest.range(new), base: base, new: new)
    default:
      return Difference(path: [], place: place, base: base, new: new)
    }
  }

  private func ofMappings(
    _ base: NodeRef, _ new: NodeRef, at place: SourceRange, in parent: String, skipping skipped: Set<String>,
    depth: Int
  ) -> Difference? {
    var names: Set<String> = []
    for pair in forest.pairs(new) {
      let name = forest.text(pair.key)
      guard !skipped.contains(name) else { continue }
      names.insert(name)
      let old = forest.value(base, key: name)
      if var found = difference(
        old, pair.value, at: forest.range(pair.key), Field(name: name, parent: parent), skipping: [], depth: depth + 1)
      {
        found.path.insert(name, at: 0)
        // What is gone inside this field leaves the field as the nearest key.
        return found
      }
    }
    for pair in forest.pairs(base) {
      let name = forest.text(pair.key)
      let field = Field(name: name, parent: parent)
      guard !skipped.contains(name), !names.contains(name), !saysNothing(pair.value, field),
        !isDefault(pair.value, field)
      else { continue }
      return Difference(path: [name], place: place, base: pair.value, new: nil)
    }
    return nil
  }

  /// Whether a value is the same as none: null, an empty text or list, a mapping of such values.
  private func saysNothing(_ node: NodeRef?, _ field: Field, depth: Int = 0) -> Bool {
    guard let node else { return true }
    switch forest.kind(node) {
    case .scalar: return forest.isNull(node) || !field.isFree && forest.text(node).isEmpty
    case .mapping:
      return depth < 200
        && forest.pairs(node).allSatisfy { pair in
          saysNothing(
            pair.value, Field(name: forest.text(pair.key), parent: field.name), depth: depth + 1)
        }
    case .sequence: return forest.count(node) == 0
    case .alias: return false
    }
  }

  private func isDefault(_ node: NodeRef, _ field: Field) -> Bool {
    if field.isFree { return false }
    if Self.filledIn.contains(field.name) { return true }
    guard forest.kind(node) == .scalar else { return false }
    let text = forest.text(node)
    return Self.defaults[field.name]?.contains(text) ?? false
      || Self.defaultsInside[field.parent]?[field.name] == text
  }

  /// Whether SOPS encrypted a value.
  func isCiphertext(_ node: NodeRef) -> Bool { forest.text(node).hasPrefix("ENC[") }

  /// - Parameter isText: whether it is no number, whatever it looks like.
  private func areEqualScalars(_ base: NodeRef, _ new: NodeRef, isText: Bool) -> Bool {
    // What SOPS encrypts is another text each time, and what it was nobody knows.
    if forest.hasEqualText(base, new) || isCiphertext(base) || isCiphertext(new) { return true }
    if isText { return false }
    if case .integer(let old) = forest.scalarValue(base, dialect: .resource),
      case .integer(let now) = forest.scalarValue(new, dialect: .resource)
    {
      return old == now
    }
    let (old, now) = (forest.text(base), forest.text(new))
    if old.utf8.count < 32, now.utf8.count < 32, let one = Quantity(old), let other = Quantity(now) {
      return one.compare(other) == 0
    }
    return false
  }

  /// The first key of a mapping, else the value itself.
  private func firstPlace(of node: NodeRef) -> SourceRange {
    if forest.kind(node) == .mapping, let first = forest.pairs(node).first { return forest.range(first.key) }
    return forest.range(node)
  }
}
