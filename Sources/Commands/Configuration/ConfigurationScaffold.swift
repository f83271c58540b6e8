package import CommandFailures
import Diagnostics
import FluxGraph
import Linting
import Manifests
import RuleEngine
import Sessions
import SourceText
import TextEdits

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What `fluxlint init` does: a configuration to begin with, from what is found in a repository, and a baseline of what it
/// has. Nothing that is there is overwritten.
package enum ConfigurationScaffold {
  /// - Parameter withBaseline: whether findings are written down as accepted.
  /// - Returns: a sentence for each file.
  /// - Throws: `exists` when there is a configuration; when the repository cannot be checked, or a file not be written.
  package static func write(_ request: CheckRequest, withBaseline: Bool) async throws(CommandFailure) -> [String] {
    let checked = try CheckedTree.choose(for: request.tree)
    guard let top = checked.topDirectory else { throw .bareRepository(path: request.tree.path ?? ".") }
    let path = "\(top)/\(Configuration.path)"
    for name in [Configuration.path, Configuration.mistakenPath] where access("\(top)/\(name)", F_OK) == 0 {
      throw .exists(path: "\(top)/\(name)")
    }
    let loaded: Linter.Loaded
    do { loaded = try await Linter.load(checked.tree, options: LinterOptions(request, checked)) } catch {
      throw (error as? CommandFailure) ?? (error as? LinterError).map { CommandFailure($0) }
        ?? .notReadable(path: top, reason: "\(error)")
    }
    let clusters = loaded.model.graph.clusters.filter(\.hasEntryPoint)
    let missing = missingObjects(loaded.model)
    let text =
      header + clusterLines(clusters, loaded.model.sources)
      + externalLines(missing, withBaseline: withBaseline) + footer
    do { try OutputFile.saveInTree(Array(text.utf8), to: path) } catch { throw .output(error) }
    var sentences = ["\(Configuration.path): \(counted(clusters.count, "cluster")) found"]
    if !missing.isEmpty {
      sentences[0] +=
        ", \(counted(missing.count, "Secret or ConfigMap", "Secrets and ConfigMaps")) to declare or to correct"
    }
    sentences += loaded.remarks
    if withBaseline { sentences += try await writeBaseline(loaded, in: top) }
    return sentences
  }

  private static func writeBaseline(_ loaded: Linter.Loaded, in top: String) async throws(CommandFailure) -> [String] {
    guard access("\(top)/\(Baseline.path)", F_OK) != 0 else {
      return ["\(Baseline.path): is there already, left as it is"]
    }
    let report = await Linter.report(on: loaded)
    if let failure = CheckOutcome.incompleteness(of: loaded.model, ruleMistakes: report.ruleMistakeCount) {
      return ["\(Baseline.path): not written; \(failure.message)"]
    }
    return report.findings.isEmpty ? [] : [try BaselineUpdate.save(report, in: top)]
  }

  /// Secrets and ConfigMaps that objects read and nothing in the repository makes.
  private static func missingObjects(_ model: RepositoryModel) -> [ProvidedName] {
    var names: Set<ProvidedName> = []
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      for edge in facts.references.edges where ["Secret", "ConfigMap"].contains(edge.targetKind) && !edge.isOptional {
        switch edge.target {
        case .object, .implicit: continue
        case .missing, .unknown: break
        }
        let name = ProvidedName(kind: edge.targetKind, namespace: edge.targetNamespace ?? "", name: edge.targetName)
        if !name.name.contains("${"), !name.namespace.contains("${") { names.insert(name) }
      }
    }
    return names.sorted()
  }

  private struct ProvidedName: Hashable, Comparable {
    var kind: String
    var namespace: String
    var name: String

    static func < (lhs: ProvidedName, rhs: ProvidedName) -> Bool {
      (lhs.kind, lhs.namespace, lhs.name) < (rhs.kind, rhs.namespace, rhs.name)
    }
  }

  // MARK: - Text

  private static let header = """
    # What fluxlint checks this repository with. 'fluxlint config' prints all that is in effect, 'fluxlint config --schema'
    # has every key. An option on the command line wins over this file.

    # Which rules run: default, strict (more than what certainly hurts) or all. 'fluxlint rules' lists them.
    extends: default

    # From which severity on a check fails: error, warning, note or never.
    failOn: error

    # What one rule does: another severity, off, or on for one that 'extends' leaves out.
    # rules:
    #   missing-service-account: error
    #   remote-base: off

    # Findings that are known and wanted. Next to a single line a comment is better.
    # ignore:
    #   - rule: remote-base
    #     path: infrastructure/vendored
    #     reason: pinned, and reviewed each quarter
    #     until: 2027-03-01

    """

  private static let footer = """

    # Whether each of these, and each comment that suppresses something, must say why.
    # requireReason: true

    """

  private static func clusterLines(_ clusters: [Cluster], _ sources: SourceSet) -> String {
    var text = "\n# Where Flux begins, and which release of it runs there.\n"
    for cluster in clusters { text += "#   \(comment(cluster.name)): \(release(of: cluster, sources))\n" }
    if clusters.isEmpty { text += "# Nothing in this repository says it: without it much is not checked.\n" }
    let unsaid = clusters.filter { $0.settings.versionOrigin == .assumed }.map(\.name)
    text += "# clusters:\n"
    for name in unsaid.isEmpty ? [clusters.first?.name ?? "clusters/production"] : unsaid {
      text += "#   - path: \(comment(name))\n"
      text +=
        "#     fluxVersion: \"\(clusters.first { $0.name == name }?.settings.fluxVersion.description ?? "2.6")\"\n"
    }
    return text
  }

  private static func release(of cluster: Cluster, _ sources: SourceSet) -> String {
    let newer = cluster.settings.newerRelease.map { "\($0), newer than this fluxlint knows, judged by " } ?? ""
    let version = "\(newer)\(cluster.settings.fluxVersion)"
    switch cluster.settings.versionOrigin {
    case .given: return "Flux \(version), as given"
    case .found(let range): return "Flux \(version), as \(comment(sources.path(of: range.file))) says"
    case .assumed where cluster.settings.isOfDefinitions:
      return "nothing says which; the CustomResourceDefinitions are those of Flux \(version)"
    case .assumed: return "nothing says which; Flux \(version) is assumed"
    }
  }

  private static func externalLines(_ objects: [ProvidedName], withBaseline: Bool) -> String {
    if objects.isEmpty { return "" }
    var text = """

      # These are read, and nothing in this repository makes them. What something else makes belongs below 'external';
      # take out the '#' and the others. 'keys' and 'values' of an object let variables be checked.

      """
    if withBaseline { text += "# 'fluxlint baseline prune' then takes what is answered here out of the baseline.\n" }
    text += "# external:\n"
    for object in objects {
      text += "#   - kind: \(object.kind)\n#     name: \(comment(object.name))\n"
      if !object.namespace.isEmpty { text += "#     namespace: \(comment(object.namespace))\n" }
    }
    return text
  }

  /// A text of others in a comment: on one line.
  private static func comment(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  private static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
  }
}
