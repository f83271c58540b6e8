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
  func written(at range: SourceRange) -> ArraySlice<UInt8> {
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
    "privileged": ["false"], "managedBy": ["kubernetes.io/job-controller"],
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
    difference(base, new, at: place, key: key, skipping: skipped, depth: 0)
  }

  private func difference(
    _ base: NodeRef?, _ new: NodeRef?, at place: SourceRange, key: String, skipping skipped: Set<String>, depth: Int
  ) -> Difference? {
    if base == new || depth > 200 { return nil }
    guard let base = isEmpty(base) ? nil : base else {
      guard let new = isEmpty(new) ? nil : new, !isDefault(new, key) else { return nil }
      let isScalar = forest.kind(new) == .scalar
      return Difference(path: [], place: isScalar ? forest.range(new) : place, base: nil, new: new)
    }
    guard let new = isEmpty(new) ? nil : new else {
      return isDefault(base, key) ? nil : Difference(path: [], place: place, base: base, new: nil)
    }
    switch (forest.kind(base), forest.kind(new)) {
    case (.mapping, .mapping):
      return ofMappings(base, new, at: place, skipping: skipped, depth: depth)
    case (.sequence, .sequence):
      let (old, now) = (Array(forest.items(base)), Array(forest.items(new)))
      for index in now.indices {
        guard index < old.count else {
          return Difference(path: ["\(index)"], place: firstPlace(of: now[index]), base: nil, new: now[index])
        }
        let inner = forest.kind(now[index]) == .scalar ? place : firstPlace(of: now[index])
        if var found = difference(old[index], now[index], at: inner, key: key, skipping: [], depth: depth + 1) {
          found.path.insert("\(index)", at: 0)
          return found
        }
      }
      guard old.count > now.count else { return nil }
      return Difference(path: ["\(now.count)"], place: place, base: old[now.count], new: nil)
    case (.scalar, .scalar):
      return areEqualScalars(base, new)
        ? nil : Difference(path: [], place: forest.range(new), base: base, new: new)
    default:
      return Difference(path: [], place: place, base: base, new: new)
    }
  }

  private func ofMappings(
    _ base: NodeRef, _ new: NodeRef, at place: SourceRange, skipping skipped: Set<String>, depth: Int
  ) -> Difference? {
    var names: Set<String> = []
    for pair in forest.pairs(new) {
      let name = forest.text(pair.key)
      guard !skipped.contains(name) else { continue }
      names.insert(name)
      let old = forest.value(base, key: name)
      if var found = difference(old, pair.value, at: forest.range(pair.key), key: name, skipping: [], depth: depth + 1)
      {
        found.path.insert(name, at: 0)
        // What is gone inside this field leaves the field as the nearest key.
        return found
      }
    }
    for pair in forest.pairs(base) {
      let name = forest.text(pair.key)
      guard !skipped.contains(name), !names.contains(name), !isEmpty(pair.value), !isDefault(pair.value, name) else {
        continue
      }
      return Difference(path: [name], place: place, base: pair.value, new: nil)
    }
    return nil
  }

  private func isDefault(_ node: NodeRef, _ key: String) -> Bool {
    if Self.filledIn.contains(key) { return true }
    guard forest.kind(node) == .scalar else { return false }
    return Self.defaults[key]?.contains(forest.text(node)) ?? false
  }

  private func areEqualScalars(_ base: NodeRef, _ new: NodeRef) -> Bool {
    if forest.hasEqualText(base, new) { return true }
    let (old, now) = (forest.text(base), forest.text(new))
    if old.utf8.count < 32, now.utf8.count < 32, let one = Quantity(old), let other = Quantity(now) {
      return one.compare(other) == 0
    }
    // What SOPS encrypts is another text each time.
    return old.hasPrefix("ENC[") && now.hasPrefix("ENC[")
  }

  /// The first key of a mapping, else the value itself.
  private func firstPlace(of node: NodeRef) -> SourceRange {
    if forest.kind(node) == .mapping, let first = forest.pairs(node).first { return forest.range(first.key) }
    return forest.range(node)
  }
}
