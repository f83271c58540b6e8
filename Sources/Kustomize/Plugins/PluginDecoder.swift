import SourceText
import YAMLSyntax

/// The fields of all built-in plugins that transform; each reads its own. Unknown ones are ignored, as upstream does.
enum TransformerPluginField: String, CaseIterable {
  case annotations, labels, metadata, unsetOnly, setRoleBindingSubjects, paths, patches, patch, path, jsonOp, target
  case options, imageTag, replica, prefix, suffix, fieldSpecs, replacements
}

enum IAMPolicyField: String, CaseIterable {
  case cloud, kubernetesService, serviceAccount
}

enum IAMPolicyServiceField: String, CaseIterable {
  case namespace, name
}

enum IAMPolicyAccountField: String, CaseIterable {
  case name, projectId
}

/// What a plugin that transforms is told to do.
struct TransformerPlugin {
  var pairs: [TextPair] = []
  var namespace: SourcedText?
  var setsUnsetOnly = false
  var subjects: SourcedText?
  var patchPaths: [SourcedText] = []
  /// The scalar whose text is the patch.
  var patchText: NodeRef?
  /// An entry of `patches` as the plugin says it.
  var patch: PatchEntry
  var image: ImageEntry?
  var replica: ReplicaEntry?
  var prefix: SourcedText?
  var suffix: SourcedText?
  /// Nil when it has no `fieldSpecs`.
  var fieldSpecs: [FieldSpec]?
  var specs: [FieldSpec] { fieldSpecs ?? [] }
  var replacements: [ReplacementEntry] = []
}

extension FieldDecoder {
  mutating func plugins(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [PluginEntry] {
    items(node, what: what(), in: forest).compactMap { item in
      string(item, what: "an entry of \(what())", in: forest).map { PluginEntry(node: item, text: $0) }
    }
  }

  /// Reads a plugin that transforms (the structs of api/internal/builtins).
  mutating func transformerPlugin(_ plugin: PluginConfiguration, in forest: Forest) -> TransformerPlugin {
    var result = TransformerPlugin(patch: PatchEntry(source: .missing, range: plugin.range))
    let kind = plugin.plugin.rawValue
    for (field, value) in fields(of: plugin.root, as: TransformerPluginField.self, what: "the \(kind)", in: forest) {
      let what = "'\(field.rawValue)' of the \(kind)"
      switch (field, plugin.plugin) {
      case (.annotations, .annotations), (.labels, .label): result.pairs = textPairs(value, what: what, in: forest)
      case (.metadata, .namespace):
        result.namespace = forest.value(value, "namespace").flatMap { string($0, what: what, in: forest) }
      case (.unsetOnly, .namespace): result.setsUnsetOnly = boolean(value, what: what, in: forest)
      case (.setRoleBindingSubjects, .namespace): result.subjects = string(value, what: what, in: forest)
      case (.paths, .strategicPatch): result.patchPaths = strings(value, what: what, in: forest)
      case (.patches, .strategicPatch), (.patch, .patch), (.jsonOp, .jsonPatch):
        if string(value, what: what, in: forest) != nil, !forest.isBlank(value) { result.patchText = value }
      case (.path, .patch), (.path, .jsonPatch):
        if let path = string(value, what: what, in: forest), !path.text.isEmpty { result.patchPaths = [path] }
      case (.target, .patch), (.target, .jsonPatch): target(value, of: &result.patch, in: forest)
      case (.options, .patch): options(value, of: &result.patch, in: forest)
      case (.imageTag, .imageTag): result.image = image(value, what: what, in: forest)
      case (.replica, .replicaCount): result.replica = replica(value, what: what, in: forest)
      case (.prefix, .prefix), (.prefix, .prefixAndSuffix): result.prefix = string(value, what: what, in: forest)
      case (.suffix, .suffix), (.suffix, .prefixAndSuffix): result.suffix = string(value, what: what, in: forest)
      case (.replacements, .replacement): result.replacements = replacements(value, what: what, in: forest)
      case (.fieldSpecs, _):
        result.fieldSpecs = items(value, what: what, in: forest).compactMap { fieldSpec($0, in: forest) }
      default: break
      }
    }
    return result
  }

  /// Reads a generator of ConfigMaps or Secrets; its name and namespace may be those of the plugin.
  mutating func generatorPlugin(_ plugin: PluginConfiguration, in forest: Forest) -> GeneratorEntry? {
    var entry = plugin.plugin == .secret ? secret(plugin.root, in: forest) : configMap(plugin.root, in: forest)
    entry?.range = plugin.range
    // A resource's own name is a text, whatever it looks like (kyaml/yaml/rnode.go, `GetName`).
    let isStrict = !convertsScalars
    convertsScalars = true
    defer { convertsScalars = !isStrict }
    for (key, path) in [("name", \GeneratorEntry.name), ("namespace", \GeneratorEntry.namespace)] {
      guard entry?[keyPath: path]?.text.isEmpty ?? true, let node = forest.value(plugin.root, ["metadata", key]) else {
        continue
      }
      entry?[keyPath: path] = string(node, what: "'\(key)' of the \(plugin.plugin.rawValue)", in: forest)
    }
    return entry
  }
}

/// What an IAMPolicyGenerator is told.
struct IAMPolicy {
  var name = ""
  var namespace = ""
  /// Name and project of the account in the cloud, `name@project`.
  var account = ""
}

extension FieldDecoder {
  mutating func iamPolicy(_ plugin: PluginConfiguration, in forest: Forest) -> IAMPolicy {
    var result = IAMPolicy()
    var cloud = ""
    var name = ""
    var project = ""
    for (field, value) in fields(of: plugin.root, as: IAMPolicyField.self, what: "the IAMPolicyGenerator", in: forest) {
      let what = "'\(field.rawValue)'"
      switch field {
      case .cloud:
        cloud = string(value, what: what, in: forest)?.text ?? ""
      case .kubernetesService:
        for (field, value) in fields(of: value, as: IAMPolicyServiceField.self, what: what, in: forest) {
          let text = string(value, what: "'\(field.rawValue)'", in: forest)?.text ?? ""
          switch field {
          case .name: result.name = text
          case .namespace: result.namespace = text
          }
        }
      case .serviceAccount:
        for (field, value) in fields(of: value, as: IAMPolicyAccountField.self, what: what, in: forest) {
          let text = string(value, what: "'\(field.rawValue)'", in: forest)?.text ?? ""
          switch field {
          case .name: name = text
          case .projectId: project = text
          }
        }
      }
    }
    if cloud != "gke" { report("the cloud is '\(cloud)', expected 'gke'", at: plugin.range) }
    if result.name.isEmpty { report("the IAMPolicyGenerator has no 'kubernetesService.name'", at: plugin.range) }
    if name.isEmpty { report("the IAMPolicyGenerator has no 'serviceAccount.name'", at: plugin.range) }
    result.account = "\(name)@\(project)"
    return result
  }
}
