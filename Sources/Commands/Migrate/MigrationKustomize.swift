import CommandFailures
import Manifests
import Migration
import SourceText
import SourceTrees
import TextEdits

// Deprecated fields of kustomization files. Each rewrite must leave every build that reads the file as it was.
extension MigrationWork {
  private struct Candidate {
    var file: FileID
    var path: String
    var content: [UInt8]
    var rewrites: [Rewrite]
  }

  mutating func planKustomizations(
    isInScope: (String) -> Bool, transaction: FileTransaction
  ) throws(CommandFailure) {
    let files = sources.files.filter { KustomizationFile.isOne($0.path) }
    let directories = files.map { RelativePath.parent(of: $0.path) }
    try planVariables(of: files.filter { isInScope($0.path) }, directories, transaction)
    var candidates: [Candidate] = []
    for file in files where isInScope(file.path) && sources.problems(of: file.id).isEmpty {
      remarks += KustomizationRewrite.leftovers(in: sources.bytes(of: file.id), file: file.id)
      let candidate = rewritten(file, KustomizationRewrite.allCases)
      guard let first = candidate.rewrites.first else { continue }
      if let obstacle = transaction.obstacle(file.path) {
        remarks.append(Remark(.writeFailed, "the file cannot be changed: \(obstacle)", at: first.range))
      } else {
        candidates.append(candidate)
      }
    }
    guard !candidates.isEmpty else { return }
    let before = try builds(of: directories, with: [:])
    let after = try builds(
      of: directories,
      with: Dictionary(candidates.map { ($0.path, $0.content) }, uniquingKeysWith: { first, _ in first }))
    for candidate in candidates {
      let readers = before.filter { $0.value.isBuilt && $0.value.paths.contains(candidate.path) }
      guard !readers.isEmpty else {
        remarks.append(
          Remark(
            .kustomizeLeft, "the file is left alone: no build that reads it works, so nothing can be compared",
            at: candidate.rewrites[0].range, help: "correct what 'fluxlint check' says first"))
        continue
      }
      let isSame = readers.allSatisfy { directory, build in after[directory]?.isSame(as: build) ?? false }
      let isKnown = readers.values.allSatisfy(\.isWhole) || !KustomizationRewrite.hasStagesBetween(candidate.content)
      if isSame, isKnown {
        change(candidate.file, to: candidate.content, candidate.rewrites)
      } else {
        try rewriteOneByOne(candidate, readers)
      }
    }
  }

  /// `vars` made `replacements`, one file at a time: what is put where depends on what the build has.
  private mutating func planVariables(
    of files: [ManifestFile], _ directories: [String], _ transaction: FileTransaction
  ) throws(CommandFailure) {
    for file in files where sources.problems(of: file.id).isEmpty {
      guard let place = KustomizationRewrite.place(ofKey: "vars", in: sources.bytes(of: file.id), file: file.id) else {
        continue
      }
      func left(_ reason: String) -> Remark {
        Remark(
          .kustomizeLeft, "'vars' is left: \(reason)", at: place,
          help: "write 'replacements': they name the fields to set instead of '$(NAME)' in resources")
      }
      if let obstacle = transaction.obstacle(file.path) {
        remarks.append(left(obstacle))
        continue
      }
      let content: [UInt8]?
      do {
        content = try VariableReplacements.apply(to: text(file.id), file: file.id, path: file.path, in: overlay)
      } catch {
        throw .tree(error)
      }
      guard let content else {
        remarks.append(left("not every use of a variable can be said with a replacement"))
        continue
      }
      let before = try builds(of: directories, with: [:]).filter {
        $0.value.isBuilt && $0.value.paths.contains(file.path)
      }
      let after = try builds(of: Array(before.keys), with: [file.path: content])
      if before.isEmpty {
        remarks.append(left("no build that reads it works, so nothing can be compared"))
      } else if before.allSatisfy({ directory, build in after[directory]?.isSame(as: build) ?? false }) {
        let edits =
          text(file.id) == sources.bytes(of: file.id) ? [Edit.difference(from: text(file.id), to: content)] : []
        change(file.id, to: content, [Rewrite("'vars' made 'replacements'", at: place, edits: edits)])
      } else {
        remarks.append(left("a build that reads it would change, or is not known"))
      }
    }
  }

  /// All rewrites that the layout of the file allows.
  private mutating func rewritten(_ file: ManifestFile, _ kinds: [KustomizationRewrite]) -> Candidate {
    var candidate = Candidate(file: file.id, path: file.path, content: text(file.id), rewrites: [])
    for kind in kinds {
      switch kind.apply(to: candidate.content, file: file.id) {
      case .absent: break
      case .done(let content, _):
        candidate.content = content
        candidate.rewrites.append(Self.rewrite(kind, in: sources.bytes(of: file.id), file.id))
      case .notHandled:
        remarks.append(
          Remark(
            .kustomizeLeft, "'\(kind.rawValue)' is deprecated, and the way it is written is not handled",
            at: Self.rewrite(kind, in: sources.bytes(of: file.id), file.id).range, help: "write '\(kind.replacement)'"))
      }
    }
    return candidate
  }

  /// The place is that in the file as it is, whatever was changed before.
  private static func rewrite(_ kind: KustomizationRewrite, in original: [UInt8], _ file: FileID) -> Rewrite {
    let message = "'\(kind.rawValue)' made '\(kind.replacement)'"
    switch kind.apply(to: original, file: file) {
    case .done(let content, let range):
      return Rewrite(message, at: range, edits: [.difference(from: original, to: content)])
    case .notHandled(let range): return Rewrite(message, at: range)
    case .absent: return Rewrite(message, at: SourceRange(file: file, 0..<0))
    }
  }

  /// Finds out which of the rewrites of a file change a build, and leaves those out.
  private mutating func rewriteOneByOne(
    _ candidate: Candidate, _ readers: [String: BuildComparison.Build]
  ) throws(CommandFailure) {
    var content = text(candidate.file)
    var rewrites: [Rewrite] = []
    for kind in KustomizationRewrite.allCases {
      guard case .done(let next, _) = kind.apply(to: content, file: candidate.file) else { continue }
      let rewrite = Self.rewrite(kind, in: sources.bytes(of: candidate.file), candidate.file)
      let after = try builds(of: Array(readers.keys), with: [candidate.path: next])
      let changed = readers.filter { directory, build in !(after[directory]?.isSame(as: build) ?? false) }.keys.min()
      let isKnown =
        kind.keepsStage || readers.values.allSatisfy(\.isWhole) || !KustomizationRewrite.hasStagesBetween(next)
      if changed == nil, isKnown {
        content = next
        rewrites.append(rewrite)
        continue
      }
      let reason =
        changed.map { "the build of '\($0.isEmpty ? "." : $0)' would change" }
        ?? "what a build of it fetches is not known"
      remarks.append(
        Remark(
          .kustomizeLeft, "'\(kind.rawValue)' is left: \(reason)", at: rewrite.range,
          help: "write '\(kind.replacement)' by hand and compare"))
    }
    if !rewrites.isEmpty { change(candidate.file, to: content, rewrites) }
  }

  private func builds(
    of directories: [String], with texts: [String: [UInt8]]
  ) throws(CommandFailure) -> [String: BuildComparison.Build] {
    var comparison = try comparison(with: texts)
    var builds: [String: BuildComparison.Build] = [:]
    for directory in directories where builds[directory] == nil { builds[directory] = comparison.build(directory) }
    return builds
  }
}
