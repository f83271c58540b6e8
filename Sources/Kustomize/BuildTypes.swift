import Manifests
package import SourceText
package import YAMLSyntax

/// What to build: a directory of the tree, and what the Flux Kustomization that applies it adds to its kustomization
/// file (fluxcd/pkg `kustomize/kustomize_generator.go`).
package struct BuildRequest: Hashable, Sendable {
  /// Relative to the top of the tree.
  package var directory: String
  /// Whether a directory without a kustomization file gets a generated one, as the controller makes it.
  package var generatesKustomization: Bool
  /// The `spec` of the Flux Kustomization: targetNamespace, namePrefix, nameSuffix, patches, components, images,
  /// ignoreMissingComponents and the legacy patchesStrategicMerge and patchesJson6902 are taken from it.
  package var fluxSpec: NodeRef?
  /// Files and directories below it are the artifact; nothing outside is read. "" is the whole tree.
  package var artifactRoot: String
  package var loadRestriction: LoadRestriction
  package var order: ObjectOrder
  /// Whether files that SOPS encrypted may be decrypted, where `fluxSpec` does not say so. Then their values are unknown.
  package var mayDecrypt: Bool

  package init(
    directory: String, generatesKustomization: Bool = true, fluxSpec: NodeRef? = nil, artifactRoot: String = "",
    loadRestriction: LoadRestriction = .artifact, order: ObjectOrder = .accumulated, mayDecrypt: Bool = true
  ) {
    self.directory = directory
    self.generatesKustomization = generatesKustomization
    self.fluxSpec = fluxSpec
    self.artifactRoot = artifactRoot
    self.loadRestriction = loadRestriction
    self.order = order
    self.mayDecrypt = mayDecrypt
  }

  /// What a kustomization may read; directories of other kustomizations are never restricted further than the artifact
  /// (api/internal/loader/loadrestrictions.go).
  package enum LoadRestriction: Hashable, Sendable {
    /// Every file of the artifact, as kustomize-controller allows.
    case artifact
    /// Files in or below the directory of its own kustomization file, as the command line allows.
    case kustomizationRoot
  }

  /// In which order the objects come out.
  package enum ObjectOrder: Hashable, Sendable {
    /// As they were gathered, unless the kustomization file has 'sortOptions': what kustomize-controller does.
    case accumulated
    /// By kind, unless the kustomization file has 'sortOptions': the default of the command line.
    case legacy
  }
}

/// One object that a build produces.
package struct BuiltObject: Sendable {
  /// The finished object. Nodes that nothing changed are those of the source files, with their places.
  package var root: NodeRef
  /// The document (or generator entry) where it was first written.
  package var origin: SourceRange
  /// Patches and transformers that changed it, oldest first.
  package var modifiers: [ObjectModifier]
  /// Whether values are unknown because the generator's input or a patch is encrypted. The keys are right.
  package var unknownValues: Bool

  package init(root: NodeRef, origin: SourceRange, modifiers: [ObjectModifier] = [], unknownValues: Bool = false) {
    self.root = root
    self.origin = origin
    self.modifiers = modifiers
    self.unknownValues = unknownValues
  }
}

/// One thing that changed an object.
package struct ObjectModifier: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case patch, namespace, namePrefix, nameSuffix, labels, annotations, images, replicas, generator, replacement
    /// A name in it follows an object that was renamed; the range is the entry that renamed that one.
    case reference
    /// An entry of `vars`.
    case variable
  }
  package var kind: Kind
  /// The entry in the kustomization file (or in the Flux Kustomization).
  package var range: SourceRange

  package init(kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// What came out of one build.
package struct BuildResult: Sendable {
  /// In kustomize's order of accumulation.
  package var objects: [BuiltObject] = []
  /// What makes kustomize fail. With at least one error Flux applies nothing of this build.
  package var errors: [BuildError] = []
  /// URLs and git references the build would fetch; their content is unknown.
  package var remotes: [RemoteReference] = []
  /// Parts that are not built offline, with the reason (helmCharts, plugins, encrypted generator input).
  package var notBuilt: [NotBuilt] = []
  /// Files that SOPS encrypted and that the build does not decrypt, but puts into objects as they are.
  package var encrypted: [EncryptedInput] = []
  /// Whether some file was decrypted for the build.
  package var isDecrypted = false
  /// What entries did that are for whatever objects they find.
  package var effects: [EntryEffect] = []
  /// What is written and does not get into the build, without an error.
  package var leftOut: [LeftOut] = []
  /// Every parsed file the build reads: kustomization files, resources, patches.
  package var files: Set<FileID> = []

  package init() {}

  /// Whether every object is known: no error, nothing remote, nothing left out.
  package var isComplete: Bool { errors.isEmpty && remotes.isEmpty && notBuilt.isEmpty }
}

/// Why a build fails.
package struct BuildError: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The directory of the request is not in the tree.
    case pathMissing
    /// An entry names a file or directory that is not in the tree.
    case fileMissing
    /// YAML that does not parse, or a document that is no Kubernetes object.
    case invalidResource
    case invalidKustomization
    case cycle
    case duplicateObject
    case patch
    case outsideArtifact
    case componentAsResource
    /// A file whose content is not known here. Flux may well read it: a report has it under `notBuilt`.
    case unread
    case other
  }
  package var kind: Kind
  /// One sentence in lower case without a final stop, names in single quotes.
  package var message: String
  /// The entry or line at fault; nil only for `pathMissing`.
  package var range: SourceRange?
  /// Other places that belong to it, the nearest first: the first of two equal objects, the entry that names a failing
  /// patch file.
  package var places: [Place]
  /// The entries of the overlays that led there, outermost first.
  package var chain: [SourceRange]

  package init(
    kind: Kind, message: String, range: SourceRange?, related: SourceRange? = nil, chain: [SourceRange] = []
  ) {
    self.init(kind: kind, message: message, range: range, places: related.map { [Place($0)] } ?? [])
    self.chain = chain
  }

  init(kind: Kind, message: String, range: SourceRange?, places: [Place]) {
    self.kind = kind
    self.message = message
    self.range = range
    self.places = places
    chain = []
  }

  /// A place that belongs to an error, and what is there in a few words.
  package struct Place: Hashable, Sendable {
    package var range: SourceRange
    package var label: String

    init(_ range: SourceRange, _ label: String = "see also") {
      self.range = range
      self.label = label
    }
  }

  /// The first of the other places.
  package var related: SourceRange? {
    get { places.first?.range }
    set { places = newValue.map { [Place($0)] } ?? [] }
  }
}

/// Something the build would fetch over the network.
package struct RemoteReference: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// A file over HTTP.
    case http
    /// A clone.
    case git
  }
  package var kind: Kind
  /// As written.
  package var url: String
  /// The `ref` (or `version`) of a git reference.
  package var ref: String?
  /// The field of the kustomization file: resources, components, patches, ...
  package var field: String
  package var range: SourceRange

  package init(kind: Kind, url: String, ref: String?, field: String, range: SourceRange) {
    self.kind = kind
    self.url = url
    self.ref = ref
    self.field = field
    self.range = range
  }
}

/// A file that SOPS encrypted and that a generator reads.
package struct EncryptedInput: Hashable, Sendable {
  /// As written.
  package var path: String
  /// The kind of the object that it goes into.
  package var kind: String
  /// Whether kustomize-controller decrypts it for a Kustomization that says so.
  package var isDecryptable: Bool
  /// The entry that names it.
  package var range: SourceRange
}

/// A part of a build that this engine does not carry out.
package struct NotBuilt: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var reason: String
  package var range: SourceRange
  /// Whether kustomize-controller does not carry it out either: then its build fails.
  package var isRefused: Bool
  /// The file whose content is not known, if that is the reason.
  package var unread: FileID?

  package init(reason: String, range: SourceRange, isRefused: Bool = false, unread: FileID? = nil) {
    self.reason = reason
    self.range = range
    self.isRefused = isRefused
    self.unread = unread
  }

  /// - Parameter submodule: The path of the submodule that a build reads from.
  init(submodule: String, range: SourceRange) {
    self.init(
      reason: "'\(submodule)' is a Git submodule, whose content is not in this repository", range: range)
  }
}
