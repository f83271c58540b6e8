package import CommandFailures
import FluxGraph
import Kustomize
import Linting
import Manifests
import Printing
import RuleEngine
import Sessions
import SourceText
import YAMLSyntax

/// What Flux would apply in every cluster of a tree.
package struct FluxBuild {
  let graph: FluxGraph
  let sources: SourceSet
  /// What the user ought to know about how it was done, a sentence each.
  package let remarks: [String]
  /// What of that is about releases of Flux that this program does not know.
  private let newerReleases: [String]

  /// Chooses the tree and follows all its clusters.
  ///
  /// - Throws: when there is nothing to build. What fails to build is part of the result.
  package init(_ request: CheckRequest) async throws(CommandFailure) {
    let checked = try CheckedTree.choose(for: request.tree)
    let options = try LinterOptions(request, checked)
    do {
      let loaded = try await Linter.load(checked.tree, options: options)
      sources = loaded.model.sources
      graph = loaded.model.graph
      newerReleases = loaded.remarks
      remarks = checked.remarks + newerReleases
    } catch {
      throw CommandFailure(error)
    }
  }

  // MARK: - All of it

  /// All Kustomizations of all clusters as JSON, which `docs/output-build-v1.schema.json` describes, handed on in pieces
  /// so that the whole text is never held.
  ///
  /// - Returns: a sentence for each Kustomization that fails or cannot be built here. One whose
  ///   source is elsewhere does not fail.
  package func writeJSON(_ write: ([UInt8]) -> Void) -> [String] {
    var failures: [String] = []
    let places = SourcePlaces(sources)
    var printer = JSONPrinter(forest: sources.forest)
    printer.append(raw: #"{"schema":"fluxlint/build/v1","newerReleases":["#.utf8)
    for (number, reason) in newerReleases.enumerated() {
      if number > 0 { printer.append(raw: ",".utf8) }
      printer.append(text: reason)
    }
    printer.append(raw: #"],"kustomizations":["#.utf8)
    var isFirst = true
    var bytesLeft = Self.byteLimit
    for cluster in graph.groups {
      let objects = Dictionary(grouping: cluster.objects.indices) { cluster.objects[$0].kustomization ?? -1 }
      for (number, kustomization) in cluster.kustomizations.enumerated() where !kustomization.isDirectory {
        printer.append(raw: (isFirst ? "\n" : ",\n").utf8)
        isFirst = false
        let applied = (objects[number] ?? []).map { cluster.objects[$0] }
        let (list, failure) = list(of: applied, kustomization, of: cluster, places, atMost: bytesLeft)
        bytesLeft -= list.count
        appendHead(kustomization, of: cluster, failure, places, to: &printer)
        write(printer.takeBytes())
        write(list)
        printer.append(raw: "]}".utf8)
        if case .external = kustomization.status { continue }
        if let failure {
          let place = cluster.name.isEmpty ? "" : " of '\(cluster.name)'"
          failures.append("not built: '\(kustomization.namespace ?? "")/\(kustomization.name)'\(place): \(failure)")
        }
      }
    }
    printer.append(raw: "\n]}\n".utf8)
    write(printer.takeBytes())
    return failures
  }

  /// Bytes of all objects. Texts that many places share are written many times.
  private static let byteLimit = 2 << 30

  /// - Returns: the objects, separated by commas, and why it fails; then there are none.
  private func list(
    of objects: [AppliedObject], _ kustomization: FluxKustomization, of cluster: Cluster, _ places: SourcePlaces,
    atMost limit: Int
  ) -> (bytes: [UInt8], failure: String?) {
    if let failure = kustomization.failure(cluster.settings) { return ([], failure) }
    var printer = JSONPrinter(forest: sources.forest, byteLimit: min(limit, 256 << 20))
    for (index, object) in objects.enumerated() {
      if index > 0 { printer.append(raw: ",".utf8) }
      do { try append(object, places, to: &printer) } catch { return ([], error.message) }
    }
    return (printer.takeBytes(), nil)
  }

  /// What stands before the objects.
  private func appendHead(
    _ kustomization: FluxKustomization, of cluster: Cluster, _ failure: String?, _ places: SourcePlaces,
    to printer: inout JSONPrinter
  ) {
    printer.append(raw: "{".utf8)
    member("cluster", cluster.name.isEmpty ? "." : cluster.name, to: &printer)
    printer.append(raw: ",".utf8)
    member("namespace", kustomization.namespace, to: &printer)
    printer.append(raw: ",".utf8)
    member("name", kustomization.name, to: &printer)
    printer.append(raw: ",".utf8)
    member("path", kustomization.path, to: &printer)
    printer.append(raw: ",".utf8)
    place(kustomization.origin, places, to: &printer)
    printer.append(raw: ",".utf8)
    member("status", status(of: kustomization, hasFailed: failure != nil), to: &printer)
    printer.append(raw: ",".utf8)
    member("error", failure, to: &printer)
    printer.append(raw: #","objects":["#.utf8)
  }

  private func append(
    _ object: AppliedObject, _ places: SourcePlaces, to printer: inout JSONPrinter
  ) throws(JSONPrintError) {
    printer.append(raw: #"{"object":"#.utf8)
    if object.isKnown { try printer.append(object.root) } else { printer.append(raw: "null".utf8) }
    if !object.isKnown || object.root != object.built {
      printer.append(raw: #","beforeSubstitution":"#.utf8)
      try printer.append(object.built)
    }
    printer.append(raw: ",".utf8)
    place(object.origin, places, to: &printer)
    printer.append(raw: "}".utf8)
  }

  private func status(of kustomization: FluxKustomization, hasFailed: Bool) -> String {
    switch kustomization.status {
    case .external: "external"
    case .missingPath: "missing-path"
    case .built, .failed: hasFailed ? "failed" : "built"
    }
  }

  private func place(_ range: SourceRange, _ places: SourcePlaces, to printer: inout JSONPrinter) {
    member("file", places.path(of: range), to: &printer)
    printer.append(raw: #","line":\#(places.line(of: range))"#.utf8)
  }

  private func member(_ name: String, _ value: String?, to printer: inout JSONPrinter) {
    printer.append(text: name)
    printer.append(raw: ":".utf8)
    if let value { printer.append(text: value) } else { printer.append(raw: "null".utf8) }
  }
}
