import SourceText
import YAMLSyntax

/// A text of a kustomization file (or of a Flux Kustomization) with its place.
struct SourcedText: Hashable, Sendable {
  var text: String
  var range: SourceRange
}

/// A kustomization file as its fields say, deprecated ones folded in (api/types/kustomization.go).
struct Kustomization: Sendable {
  /// The whole file, or nothing for a generated one.
  var range: SourceRange?
  var isComponent = false
  var resources: [SourcedText] = []
  var components: [SourcedText] = []
  var namespace: SourcedText?
  var namePrefix: SourcedText?
  var nameSuffix: SourcedText?
  var patches: [PatchEntry] = []
  var strategicPatches: [PatchEntry] = []
  var jsonPatches: [PatchEntry] = []
  var labels: [LabelsEntry] = []
  var commonLabels: LabelsEntry?
  var commonAnnotations: [TextPair] = []
  var images: [ImageEntry] = []
  var replicas: [ReplicaEntry] = []
  var configMaps: [GeneratorEntry] = []
  var secrets: [GeneratorEntry] = []
  var generatorOptions: GeneratorOptions?
  var configurations: [SourcedText] = []
  var crds: [SourcedText] = []
  /// What `openapi` says.
  var schema: SchemaChoice?
  var variables: [Variable] = []
  var generators: [PluginEntry] = []
  var transformers: [PluginEntry] = []
  var validators: [PluginEntry] = []
  var replacements: [ReplacementEntry] = []
  var sortOptions: SortOptions?
  var buildMetadata: [String] = []
  /// Fields whose content is not carried out.
  var notBuilt: [NotBuilt] = []
  /// Whether any field beside kind and apiVersion is set.
  var isEmpty = true
}

/// The schema that strategic merge patches go by.
enum SchemaChoice: Sendable {
  /// That of Kubernetes which kustomize carries, by its version: there is one.
  case builtIn
  case file(SourcedText)
}

/// A key and a value of a string map.
struct TextPair: Sendable {
  var key: String
  var keyRange: SourceRange
  var value: SourcedText
}

/// One entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`.
struct PatchEntry: Sendable {
  enum Source: Sendable {
    /// A scalar whose text is the patch.
    case inline(NodeRef)
    case path(SourcedText)
    /// `patchesStrategicMerge` tells them apart only by reading them.
    case inlineOrPath(NodeRef)
    /// A patch that is written as YAML (the legacy fields of a Flux Kustomization).
    case node(NodeRef)
    case missing
    /// Both `path` and `patch` are given.
    case ambiguous
  }
  var source: Source
  var target: TargetSelector?
  /// `target` is there but cannot be used; its error is reported already.
  var hasBadTarget = false
  var allowsNameChange = false
  var allowsKindChange = false
  var range: SourceRange
}

struct LabelsEntry: Sendable {
  var pairs: [TextPair]
  var includesSelectors = false
  var includesTemplates = false
  var fields: [FieldSpec] = []
  var range: SourceRange
}

struct ImageEntry: Sendable {
  var name: String
  var nameRange: SourceRange?
  var newName: SourcedText?
  var newTag: SourcedText?
  var tagSuffix: SourcedText?
  var digest: SourcedText?
  var range: SourceRange
}

struct ReplicaEntry: Sendable {
  var name: SourcedText
  /// An omitted count is 0.
  var count: Int64
  var countRange: SourceRange
  var range: SourceRange
}

struct GeneratorOptions: Sendable {
  var labels: [TextPair] = []
  var annotations: [TextPair] = []
  var disablesNameHash = false
  var isImmutable = false
}

struct GeneratorEntry: Sendable {
  var name: SourcedText?
  var namespace: SourcedText?
  var behavior: SourcedText?
  var type: SourcedText?
  var literals: [SourcedText] = []
  var files: [SourcedText] = []
  var envs: [SourcedText] = []
  var options = GeneratorOptions()
  var range: SourceRange
}
