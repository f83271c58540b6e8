import Kustomize
import Manifests
package import SourceText
import YAMLSyntax

/// Why a directory of the repository is not in the artifact of a source.
package struct PathExclusion: Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// `spec.ignore` of the source.
    case spec
    /// A `.sourceignore` file.
    case file(String)
    /// What source-controller leaves out where nothing says otherwise.
    case defaults
    /// `spec.sparseCheckout` of the source.
    case sparseCheckout
    /// It is not there, and what the source ships is not simply this repository: another one, or parts of this one.
    case absent
  }
  package var cause: Cause
  /// The source, as messages name it.
  package var source: String
  /// The pattern that leaves the directory out, as written; empty where there is none.
  package var pattern: String
  /// Where that is written; nil for the defaults.
  package var range: SourceRange?
  /// Whether a file has the source: else `flux bootstrap` or the Flux Operator makes it.
  package var isSourceWritten = true
}

extension ClusterBuilder {
  /// What keeps the directory of a Kustomization out of the artifact at `root`; nil when the source ships this repository,
  /// and the repository has no such directory.
  mutating func exclusion(of kustomization: FluxKustomization, in root: String) -> PathExclusion? {
    let sources = engine.sources
    let spec = kustomization.root.flatMap { forest.value($0, "spec") }
    let identity = identity(ofSourceOf: kustomization, spec: spec)
    let name = identity.map { "\($0.kind) '\($0.name)'" } ?? "the source"
    let isPart = sources.artifactRoots.values.contains(root)
    if sources.isCheckout(root) || isPart && identity?.kind != "GitRepository" {
      return PathExclusion(cause: .absent, source: name, pattern: "")
    }
    let directory = isPart ? kustomization.path : join(root, kustomization.path)
    guard let file = sources.fileOfRepository(at: directory), file != directory else { return nil }
    let source = identity.flatMap { sourceObject($0) }.flatMap { forest.value($0, "spec") }
    let isWritten = identity.map { $0 != ownSource || instance == nil } ?? false && source != nil
    let ignore = source.flatMap { forest.value($0, "ignore") }
    if let line = sources.ignoreLine(leavingOut: file, spec: ignore.map { forest.text($0) } ?? "") {
      switch line.origin {
      case .spec:
        return PathExclusion(
          cause: .spec, source: name, pattern: line.text, range: ignore.map { range(of: line.text, in: $0) },
          isSourceWritten: isWritten)
      case .file(let path):
        return PathExclusion(
          cause: .file(path), source: name, pattern: line.text, range: sources.place(ofLine: line.number, in: path),
          isSourceWritten: isWritten)
      case .defaults:
        return PathExclusion(cause: .defaults, source: name, pattern: line.text, isSourceWritten: isWritten)
      }
    }
    guard let sparse = source.flatMap({ forest.value($0, "sparseCheckout") }) else { return nil }
    return PathExclusion(cause: .sparseCheckout, source: name, pattern: "", range: forest.range(sparse))
  }

  /// The line of a scalar that is `text`, else all of the scalar.
  private func range(of text: String, in node: NodeRef) -> SourceRange {
    let whole = forest.range(node)
    let bytes = engine.sources.bytes(of: whole.file)
    let wanted = Array(text.utf8)
    var start = Int(whole.lowerBound)
    let end = min(Int(whole.upperBound), bytes.count)
    while start < end {
      let lineEnd = bytes[start..<end].firstIndex(of: 0x0A) ?? end
      let line = bytes[start..<lineEnd]
      let first = line.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? lineEnd
      let last = line.lastIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D } ?? first
      if first < lineEnd, bytes[first...last].elementsEqual(wanted) {
        return SourceRange(file: whole.file, first..<(last + 1))
      }
      start = lineEnd + 1
    }
    return whole
  }

  private func join(_ directory: String, _ path: String) -> String {
    directory.isEmpty ? path : path.isEmpty ? directory : "\(directory)/\(path)"
  }
}
