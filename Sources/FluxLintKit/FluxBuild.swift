import FluxGraph
import Kustomize
import Manifests
import Printing
import RuleEngine
import SourceText
import YAMLSyntax

/// What Flux would apply in every cluster of a tree.
package struct FluxBuild {
  let graph: FluxGraph
  let sources: SourceSet
  /// What the user ought to know about how it was done, a sentence each.
  package let remarks: [String]

  /// Chooses the tree and follows all its clusters.
  ///
  /// - Throws: when there is nothing to build. What fails to build is part of the result.
  package init(_ request: CheckRequest) async throws(CommandFailure) {
    let checked = try CheckedTree.choose(for: request)
    let options = try LinterOptions(request, checked)
    do {
      let loaded = try await Linter.load(checked.tree, options: options)
      sources = loaded.model.sources
      graph = loaded.model.graph
      remarks = checked.remarks + loaded.remarks
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
    printer.append(raw: #"{"schema":"fluxlint/build/v1","kustomizations":["#.utf8)
    var isFirst = true
    for cluster in graph.groups {
      let objects = Dictionary(grouping: cluster.objects.indices) { cluster.objects[$0].kustomization ?? -1 }
      for (number, kustomization) in cluster.kustomizations.enumerated() where !kustomization.isDirectory {
        printer.append(raw: (isFirst ? "\n" : ",\n").utf8)
        isFirst = false
        let applied = (objects[number] ?? []).map { cluster.objects[$0] }
        if let failure = append(kustomization, of: cluster, applied, places, to: &printer) {
          let place = cluster.name.isEmpty ? "" : " of '\(cluster.name)'"
          failures.append("not built: '\(kustomization.namespace ?? "")/\(kustomization.name)'\(place): \(failure)")
        }
        write(printer.takeBytes())
      }
    }
    printer.append(raw: "\n]}\n".utf8)
    write(printer.takeBytes())
    return failures
  }

  /// - Returns: why it fails; nil when it does not.
  private func append(
    _ kustomization: FluxKustomization, of cluster: Cluster, _ objects: [AppliedObject], _ places: SourcePlaces,
    to printer: inout JSONPrinter
  ) -> String? {
    var failure = kustomization.failure(cluster.settings)
    let start = printer.bytes.count
    if failure == nil {
      for (index, object) in objects.enumerated() {
        if index > 0 { printer.append(raw: ",".utf8) }
        do { try append(object, places, to: &printer) } catch { failure = error.message }
      }
      if failure != nil { printer.truncate(to: start) }
    }
    let list = Array(printer.bytes[start...])
    printer.truncate(to: start)

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
    printer.append(raw: list)
    printer.append(raw: "]}".utf8)
    if case .external = kustomization.status { return nil }
    return failure
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
