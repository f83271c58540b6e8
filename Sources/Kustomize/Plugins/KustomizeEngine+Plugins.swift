import Manifests
import SourceText
import YAMLSyntax

// Plugins that are a part of kustomize, run by what carries out the ordinary fields (api/internal/builtins). Their field
// specs are their own: without any, most have nowhere to write.
extension KustomizeEngine {
  // MARK: Generators

  mutating func generate(
    plugins entries: [PluginEntry], in directory: String, into layer: inout Layer, _ context: inout BuildContext
  ) {
    for plugin in plugins(of: entries, .generators, in: directory, &layer.report, &context) {
      var decoder = FieldDecoder(isLenient: true, dialect: .resource)
      decoder.convertsScalars = false
      switch plugin.plugin {
      case .configMap, .secret:
        if let entry = decoder.generatorPlugin(plugin, in: sources.forest), decoder.errors.isEmpty {
          let kind: GeneratedKind = plugin.plugin == .secret ? .secret : .configMap
          generate(kind, entry, by: plugin.configurator, in: directory, into: &layer, context)
        }
      case .iamPolicy:
        let policy = decoder.iamPolicy(plugin, in: sources.forest)
        if decoder.errors.isEmpty { layer.add(serviceAccount(policy, of: plugin), through: plugin.range) }
      default:
        layer.report.notBuilt.append(
          NotBuilt(
            reason: "'\(plugin.plugin.rawValue)' is not built: it needs helm", range: plugin.range, isRefused: true))
      }
      for error in decoder.errors { layer.report.add(error) }
    }
  }

  /// The account that stands for one of Google Cloud (api/internal/generators via `IAMPolicyGenerator.go`).
  private mutating func serviceAccount(_ policy: IAMPolicy, of plugin: PluginConfiguration) -> Resource {
    func text(_ text: String) -> NodeRef { writer.string(text, at: plugin.range, in: &sources.forest) }
    func mapping(_ pairs: [(String, NodeRef)]) -> NodeRef {
      writer.mapping(pairs.map { Forest.Pair(key: text($0.0), value: $0.1) }, at: plugin.range, in: &sources.forest)
    }
    let account = "\(policy.account).iam.gserviceaccount.com"
    var metadata = [("annotations", mapping([("iam.gke.io/gcp-service-account", text(account))]))]
    metadata.append(("name", text(policy.name)))
    if !policy.namespace.isEmpty { metadata.append(("namespace", text(policy.namespace))) }
    let root = mapping([
      ("apiVersion", text("v1")), ("kind", text("ServiceAccount")), ("metadata", mapping(metadata)),
    ])
    let id = ResourceID(
      group: "", version: "v1", kind: "ServiceAccount", name: policy.name,
      namespace: policy.namespace.isEmpty ? "default" : policy.namespace)
    var resource = Resource(root: root, origin: plugin.range, id: id)
    resource.modifiers = [ObjectModifier(kind: .generator, range: plugin.range)]
    resource.generator = plugin.configurator
    return resource
  }

  // MARK: Transformers

  mutating func transform(
    plugins entries: [PluginEntry], in directory: String, _ layer: inout Layer, _ context: inout BuildContext
  ) {
    let place = PatchPlace(directory: directory, artifactRoot: context.artifactRoot)
    for plugin in plugins(of: entries, .transformers, in: directory, &layer.report, &context) {
      guard canAfford(&layer) else { return }
      run(plugin, at: place, &layer)
      noteTransformer(
        plugin.plugin.rawValue, name: plugin.name, namespace: plugin.namespace, in: plugin.range.file, &layer)
    }
  }

  /// A validator is a transformer that must leave everything as it is.
  mutating func validate(
    plugins entries: [PluginEntry], in directory: String, _ layer: inout Layer, _ context: inout BuildContext
  ) {
    let place = PatchPlace(directory: directory, artifactRoot: context.artifactRoot)
    for plugin in plugins(of: entries, .validators, in: directory, &layer.report, &context) {
      guard canAfford(&layer) else { return }
      let before = layer.resources.items.map(\.root)
      var copy = layer
      run(plugin, at: place, &copy)
      layer.report = copy.report
      let after = copy.resources.items.map(\.root)
      guard after != before else { continue }
      let isSame = after.count == before.count && zip(before, after).allSatisfy { isValidated($0, $1) }
      if isSame {
        layer.resources = copy.resources
      } else {
        layer.report.addError(
          .invalidKustomization, "the validator '\(plugin.plugin.rawValue)' changes objects, which it must not",
          at: plugin.range)
      }
    }
  }

  /// Whether an object is as it was but for the label by which a validator may say that it saw it.
  private mutating func isValidated(_ before: NodeRef, _ after: NodeRef) -> Bool {
    if before == after { return true }
    guard let labels = sources.forest.value(after, "metadata", "labels") else { return false }
    var rest = writer.removing("validated-by", from: labels, in: &sources.forest)
    if sources.forest.count(rest) > 0 {
      rest = writer.setting(["metadata", "labels"], to: rest, in: after, in: &sources.forest)
    } else if let metadata = sources.forest.value(after, "metadata") {
      let bare = writer.removing("labels", from: metadata, in: &sources.forest)
      rest = writer.setting("metadata", to: bare, in: after, in: &sources.forest)
    }
    var budget = 1_000_000
    return sources.forest.isEqual(before, rest, asWritten: false, budget: &budget)
  }

  private mutating func run(_ configuration: PluginConfiguration, at place: PatchPlace, _ layer: inout Layer) {
    var decoder = FieldDecoder(isLenient: true, dialect: .resource)
    let plugin = decoder.transformerPlugin(configuration, in: sources.forest)
    for error in decoder.errors { layer.report.add(error) }
    guard decoder.errors.isEmpty else { return }
    let range = configuration.range
    switch configuration.plugin {
    case .annotations: set(plugin.pairs, at: plugin.specs, kind: .annotations, range: range, in: &layer)
    case .label: set(plugin.pairs, at: plugin.specs, kind: .labels, range: range, in: &layer)
    case .namespace: setNamespace(plugin, at: range, in: &layer)
    case .patch, .strategicPatch, .jsonPatch: patch(plugin, configuration, at: place, &layer)
    case .prefix, .suffix, .prefixAndSuffix:
      if plugin.fieldSpecs == nil {
        layer.report.addError(
          .invalidKustomization, "the \(configuration.plugin.rawValue) has no 'fieldSpecs': say where it writes",
          at: range)
      }
      // An empty text still goes through all places, and fails where one cannot be written to.
      let empty = SourcedText(text: "", range: range)
      if configuration.plugin != .suffix { rename(.prefix, plugin.prefix ?? empty, at: plugin.specs, in: &layer) }
      if configuration.plugin != .prefix { rename(.suffix, plugin.suffix ?? empty, at: plugin.specs, in: &layer) }
    case .hash: addHashes(to: &layer)
    case .imageTag: setImage(plugin.image ?? ImageEntry(name: "", range: range), at: plugin.specs, in: &layer)
    case .replicaCount: if let replica = plugin.replica { setReplicas(replica, at: plugin.specs, in: &layer) }
    case .replacement: replace(replacements(of: plugin.replacements, place, &layer.report), in: &layer)
    case .valueAdd:
      let addition = decoder.valueAddition(configuration.root, in: sources.forest)
      for error in decoder.errors { layer.report.add(error) }
      if decoder.errors.isEmpty { add(addition, at: range, from: place, in: &layer) }
    case .configMap, .secret, .iamPolicy, .helmChart: break
    }
  }

  private mutating func setNamespace(_ plugin: TransformerPlugin, at range: SourceRange, in layer: inout Layer) {
    guard let namespace = plugin.namespace, !namespace.text.isEmpty else { return }
    var change = NamespaceChange(namespace: namespace, specs: plugin.specs)
    change.setsUnsetOnly = plugin.setsUnsetOnly
    if let subjects = plugin.subjects, !subjects.text.isEmpty {
      guard let known = NamespaceChange.Subjects(rawValue: subjects.text) else {
        let names = NamespaceChange.Subjects.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        layer.report.addError(
          .invalidKustomization, "'setRoleBindingSubjects' is '\(subjects.text)', expected one of \(names)",
          at: subjects.range)
        return
      }
      change.subjects = known
    }
    setNamespace(change, in: &layer)
  }

  private mutating func patch(
    _ plugin: TransformerPlugin, _ configuration: PluginConfiguration, at place: PatchPlace, _ layer: inout Layer
  ) {
    var sources = plugin.patchPaths.map { PatchEntry.Source.path($0) }
    if let text = plugin.patchText { sources.append(.inline(text)) }
    let takesMany = configuration.plugin == .strategicPatch
    guard !sources.isEmpty, takesMany || sources.count == 1 else {
      let name = configuration.plugin.rawValue
      layer.report.addError(
        .patch, sources.isEmpty ? "the \(name) has no patch" : "the \(name) has a path and a patch, expected one",
        at: configuration.range)
      return
    }
    let field: PatchField =
      switch configuration.plugin {
      case .strategicPatch: .strategic
      case .jsonPatch: .json
      default: .any
      }
    var patches: [LoadedPatch] = []
    for source in sources {
      var entry = plugin.patch
      entry.source = source
      if let patch = readPatch(entry, place, configuration.plugin.rawValue, &layer.report) { patches.append(patch) }
    }
    for patch in takesMany ? Self.withoutNothing(patches) : patches { apply(patch, field, to: &layer) }
  }
}
