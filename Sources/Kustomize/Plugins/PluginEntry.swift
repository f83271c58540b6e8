import Manifests
import SourceText
import YAMLSyntax

/// One entry of `transformers`, `generators` or `validators`: the text of objects, or a path to them.
struct PluginEntry: Sendable {
  var node: NodeRef
  var text: SourcedText
}

/// What a field of a kustomization file takes.
enum PluginField: String, Sendable {
  case generators, transformers, validators
}

/// The plugins that are a part of kustomize (api/internal/plugins/builtinhelpers/builtins.go).
enum BuiltinPlugin: String, Sendable {
  case annotations = "AnnotationsTransformer"
  case configMap = "ConfigMapGenerator"
  case hash = "HashTransformer"
  case helmChart = "HelmChartInflationGenerator"
  case iamPolicy = "IAMPolicyGenerator"
  case imageTag = "ImageTagTransformer"
  case label = "LabelTransformer"
  case namespace = "NamespaceTransformer"
  case jsonPatch = "PatchJson6902Transformer"
  case strategicPatch = "PatchStrategicMergeTransformer"
  case patch = "PatchTransformer"
  case prefixAndSuffix = "PrefixSuffixTransformer"
  case prefix = "PrefixTransformer"
  case suffix = "SuffixTransformer"
  case replacement = "ReplacementTransformer"
  case replicaCount = "ReplicaCountTransformer"
  case secret = "SecretGenerator"
  case valueAdd = "ValueAddTransformer"

  var isGenerator: Bool {
    switch self {
    case .configMap, .secret, .iamPolicy, .helmChart: true
    default: false
    }
  }
}

/// An object that configures a plugin.
struct PluginConfiguration: Sendable {
  var plugin: BuiltinPlugin
  var root: NodeRef
  /// Where its kind is written, for messages and provenance.
  var range: SourceRange
  var name: String
  var namespace: String

  var configurator: Configurator {
    Configurator(kind: plugin.rawValue, name: name, namespace: namespace, file: range.file)
  }
}

// Reading the objects that configure plugins (api/internal/target/kusttarget.go, `configureExternalGenerators`).
extension KustomizeEngine {
  /// Built-in plugins in the order they are listed, those with their text in the kustomization file first. What is
  /// another program is never run.
  mutating func plugins(
    of entries: [PluginEntry], _ field: PluginField, in directory: String, _ report: inout BuildReport,
    _ context: inout BuildContext
  ) -> [PluginConfiguration] {
    guard !entries.isEmpty else { return [] }
    var layer = Layer()
    var paths: [SourcedText] = []
    for entry in entries {
      let text = embedded(entry.node)
      // Upstream takes what can be read as objects for them, and no objects can be read from nothing.
      if text.problems.isEmpty, text.documents.allSatisfy({ sources.forest.isNothing($0.root) }) { continue }
      // A path is YAML too, but never a mapping.
      guard text.documents.contains(where: { sources.forest.kind($0.root) == .mapping }) else {
        paths.append(entry.text)
        continue
      }
      let file = ResourceReader(forest: sources.forest).read(text.documents, problems: text.problems)
      for error in file.errors { layer.report.add(error) }
      for resource in file.resources { layer.add(resource, through: entry.text.range) }
    }
    for path in paths { addResource(path, of: directory, to: &layer, &context) }
    report.add(layer.report, through: nil)
    return layer.resources.items.compactMap { configuration($0, field, &report) }
  }

  private func configuration(
    _ resource: Resource, _ field: PluginField, _ report: inout BuildReport
  ) -> PluginConfiguration? {
    let forest = sources.forest
    let range = forest.value(resource.root, "kind").map { forest.range($0) } ?? resource.origin
    let kind = resource.id.kind
    if let annotations = forest.value(resource.root, "metadata", "annotations"),
      forest.value(annotations, "config.kubernetes.io/function") != nil
    {
      report.notBuilt.append(
        NotBuilt(reason: "the function of '\(kind)' is a program, which is not run", range: range, isRefused: true))
      return nil
    }
    guard let apiVersion = forest.value(resource.root, "apiVersion"), forest.hasText(apiVersion, "builtin") else {
      report.notBuilt.append(
        NotBuilt(reason: "the plugin '\(kind)' is a program, which is not run", range: range, isRefused: true))
      return nil
    }
    guard let plugin = BuiltinPlugin(rawValue: kind) else {
      report.addError(.invalidKustomization, "kustomize has no plugin '\(kind)'", at: range)
      return nil
    }
    guard plugin.isGenerator == (field == .generators) else {
      let proper = plugin.isGenerator ? "generators" : "transformers"
      report.addError(
        .invalidKustomization, "'\(kind)' stands in '\(field.rawValue)', it belongs in '\(proper)'", at: range)
      return nil
    }
    // The configuration is printed before it is decoded (api/internal/plugins/loader/loader.go).
    if let error = OutputCheck.firstError(in: resource.root, forest) {
      report.add(error)
      return nil
    }
    return PluginConfiguration(
      plugin: plugin, root: resource.root, range: range, name: resource.id.name,
      namespace: forest.value(resource.root, "metadata", "namespace").map { forest.text($0) } ?? "")
  }
}
