package import CommandFailures
import Diagnostics
import GitTrees
import Kustomize
import Manifests
import Printing
import Reporters
import RuleCatalogue
import Sessions
import SourceText
import SourceTrees
import YAMLSyntax

/// Builds one directory as `kustomize build` does.
package struct DirectoryBuild: Sendable {
  /// The objects as text; empty when the build fails.
  package private(set) var bytes: [UInt8] = []
  /// What makes the build fail, for people, with the lines of the files; nil when nothing does.
  package private(set) var failures: Document?
  /// What is not built offline, a sentence each with its place.
  package private(set) var gaps: [String] = []
  /// Whether `bytes` is what was asked for.
  package private(set) var isBuilt = false

  /// Chooses the tree and builds.
  ///
  /// - Parameters:
  ///   - color: whether `failures` have colours.
  ///   - width: columns of the terminal that they are for; nil when they go elsewhere.
  /// - Throws: when there is nothing to build.
  package init(_ request: DirectoryBuildRequest, color: Bool = false, width: Int? = nil) throws(CommandFailure) {
    let chosen = try BuildTree.choose(for: request)
    let sources: SourceSet
    do { sources = try SourceSet(readingOnDemand: chosen.tree) } catch { throw .tree(error) }
    if sources.isDirectory(chosen.directory), !Self.hasKustomizationFile(chosen.directory, sources) {
      throw .noKustomizationFile(path: request.path)
    }
    var engine = KustomizeEngine(sources: sources)
    let result = engine.build(
      BuildRequest(
        directory: chosen.directory, generatesKustomization: false,
        loadRestriction: request.loadRestrictor.engineValue, order: request.order.engineValue,
        mayDecrypt: false))
    if let error = result.errors.first(where: { $0.kind == .pathMissing }) {
      let reason = chosen.isOnDisk ? "no file there belongs to the tree" : error.message
      throw .nothingToBuild(path: request.path, reason: reason)
    }

    let places = SourcePlaces(sources)
    let isWhole = result.remotes.isEmpty && result.notBuilt.isEmpty
    // A patch may be for an object that would be fetched.
    let errors = result.errors.filter { isWhole || $0.kind != .patch }
    gaps = Self.gaps(of: result, isWhole: isWhole, places)
    var failing = errors.map { Self.finding(for: $0, in: sources) }
    if errors.isEmpty, isWhole || request.allowsIncomplete {
      let document = BuildDocument(
        objects: result.objects, forest: sources.forest, places: places, withProvenance: request.withProvenance)
      let (bytes, problems) = request.format == .yaml ? document.yaml() : document.json()
      failing = Self.findings(for: problems, in: sources)
      if failing.isEmpty {
        self.bytes = bytes
        isBuilt = true
      }
    }
    failures = Self.text(of: failing, in: sources, TextStyle(color: color, width: width))
  }

  private static func hasKustomizationFile(_ directory: String, _ sources: SourceSet) -> Bool {
    KustomizationFile.paths(in: directory).contains { sources.entry(at: $0) != nil }
  }

  private static func gaps(of result: BuildResult, isWhole: Bool, _ places: SourcePlaces) -> [String] {
    result.remotes.map { "'\($0.field)' fetches '\($0.url)' from the network (\(places.position(of: $0.range)))" }
      + result.notBuilt.map { "\($0.reason) (\(places.position(of: $0.range)))" }
      + result.errors.filter { !isWhole && $0.kind == .patch }.map { error in
        let place = error.range.map { " (\(places.position(of: $0)))" } ?? ""
        return "\(error.message), unless it is in what is not built\(place)"
      }
  }

  // MARK: Failures

  /// An error without a place of its own is shown at the innermost entry that led to it.
  private static func finding(for error: BuildError, in sources: SourceSet) -> Finding {
    let chain = error.range == nil ? error.chain.dropLast() : error.chain[...]
    return Finding(
      rule: .buildFailed, severity: .error, message: error.message, range: error.range ?? error.chain.last ?? .nowhere,
      related: error.places.map { RelatedLocation($0.range, $0.label) }
        + chain.reversed().map { RelatedLocation($0, "included here") })
  }

  private static func findings(for problems: [PrintProblem], in sources: SourceSet) -> [Finding] {
    problems.map { problem in
      Finding(
        rule: .buildFailed, severity: .error, message: problem.message, range: sources.forest.range(problem.node))
    }
  }

  private static func text(of findings: [Finding], in sources: SourceSet, _ style: TextStyle) -> Document? {
    guard !findings.isEmpty else { return nil }
    var lines = ShownLines()
    for finding in findings where finding.range == .nowhere {
      lines.append(ShownLine("error[\(finding.rule.name)]: \(finding.message)"))
    }
    let placed = findings.filter { $0.range != .nowhere }
    if placed.isEmpty { return Document(lines) }
    let report = Report(
      subject: Subject(kind: .directory),
      files: sources.files.map { SourceFile(path: $0.path, bytes: sources.bytes(of: $0.id)) }, findings: placed)
    return Document(report, by: TextReporter(style: style, hasSummary: false), after: lines)
  }
}

extension SourceRange {
  /// The place of what has none: no file has this id.
  fileprivate static let nowhere = SourceRange(file: FileID(Int(UInt32.max)), 0..<0)
}

/// The tree of a build and the directory in it.
private struct BuildTree {
  var tree: any SourceTree
  /// Relative to the top of the tree.
  var directory: String
  /// Whether the directory exists, whatever the tree says.
  var isOnDisk = true

  static func choose(for request: DirectoryBuildRequest) throws(CommandFailure) -> BuildTree {
    if request.snapshot == .directory { return try reachable(from: directory(request.path)) }
    let found = try CheckedTree.place(request.path, in: request.snapshot)
    guard found.place.isDirectory || !found.rest.isEmpty else { throw .notADirectoryToBuild(path: request.path) }
    guard let repository = try CheckedTree.repository(around: found.place, environment: request.environment) else {
      if !found.rest.isEmpty { throw .noSuchPath(request.path) }
      switch request.snapshot {
      case .staged: throw .noRepository(path: request.path, option: "--staged")
      case .revision: throw .noRepository(path: request.path, option: "--rev")
      case .files, .directory: return try reachable(from: found.place)
      }
    }
    let tree = try CheckedTree.tree(of: repository, request.snapshot, path: request.path)
    guard let directory = found.relative(to: repository) else { throw .outsideRepository(path: request.path) }
    return BuildTree(tree: tree, directory: directory, isOnDisk: found.rest.isEmpty)
  }

  private static func directory(_ path: String) throws(CommandFailure) -> Place {
    let place = try Place(path)
    guard place.isDirectory else { throw .notADirectoryToBuild(path: path) }
    return place
  }

  private static func reachable(from place: Place) throws(CommandFailure) -> BuildTree {
    do {
      let tree = try ReachableTree(directory: place.real, workingDirectory: realPath(of: "."))
      return BuildTree(tree: tree, directory: tree.start)
    } catch {
      throw .tree(error)
    }
  }
}
