package import SourceText
import YAMLSyntax

/// What became of an entry that is for whatever objects it finds: a patch with a target, an entry of `images`. That it
/// finds none is no error for kustomize (api/internal/builtins/PatchTransformer.go, ImageTagTransformer.go).
///
/// There is none for an entry of a build whose objects are not all known.
package struct EntryEffect: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case patch, image
  }
  package var kind: Kind
  /// The entry.
  package var range: SourceRange
  /// Why it finds nothing; nil when it finds something, changed or not.
  package var miss: Miss?

  /// The condition that no object fulfils.
  package struct Miss: Hashable, Sendable {
    /// The field of the target: `kind`, `group`, `version`, `name`, `namespace` or a selector; `name` of an image.
    package var field: String
    /// As written.
    package var text: String
    package var place: SourceRange
    /// What is wanted, for messages: `HelmRelease 'web'`, `image 'acme/web'`.
    package var wanted: String
    /// Whether one certain object is meant, rather than all of some kind.
    package var isForOne: Bool
    /// What the objects have there that fulfil the conditions before, each once, in order; no more than a few.
    package var found: [String]
    /// Whether one of them has no namespace yet: a namespace is set after the patches.
    package var lacksNamespace = false
    /// Whether the controllers of Flux are among the objects of the build.
    package var isBesideControllers = false
  }
}

/// A part of the files that does not get into the build, without an error.
package struct LeftOut: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A field that kustomize does not know, in the kustomization file that kustomize-controller reads and writes anew
    /// before kustomize sees it (fluxcd/pkg `kustomize/kustomize_generator.go`).
    case field
    /// An object with the annotation `config.kubernetes.io/local-config`.
    case localObject
    /// The content of a file that a generator reads, and for which Git has a pointer to Git LFS.
    case content
  }
  package var kind: Kind
  /// The field, what the object is called, or the path of the file as written.
  package var name: String
  /// The key of the field, the value of the annotation, or the entry that names the file.
  package var range: SourceRange
  /// A field of a similar name.
  package var suggestion: String?
}

extension TargetSelector {
  /// Why a target selects none of some objects: the first condition, from the kind to the annotations, that leaves none.
  func miss(among resources: some Sequence<Resource>, in forest: Forest) -> EntryEffect.Miss? {
    var left = Array(resources)
    let isBesideControllers = left.contains { $0.id.isFluxController }
    for field in Self.order {
      guard let condition = written.first(where: { $0.field == field }) else { continue }
      let fitting = left.filter { fulfils(field, $0, in: forest) }
      guard fitting.isEmpty else {
        left = fitting
        continue
      }
      var found: [String] = []
      for resource in left {
        let text = value(of: field, resource)
        if found.count < 200, !text.isEmpty, !found.contains(text) { found.append(text) }
      }
      return EntryEffect.Miss(
        field: field.rawValue, text: condition.text.text, place: condition.text.range, wanted: wanted,
        isForOne: name != nil, found: found,
        lacksNamespace: field == .namespace && left.contains { forest.value($0.root, "metadata", "namespace") == nil },
        isBesideControllers: isBesideControllers)
    }
    return nil
  }

  private static let order: [TargetField] = [
    .kind, .group, .version, .name, .namespace, .labelSelector, .annotationSelector,
  ]

  private func fulfils(_ field: TargetField, _ resource: Resource, in forest: Forest) -> Bool {
    var one = TargetSelector(range: range)
    switch field {
    case .kind: one.kind = kind
    case .group: one.group = group
    case .version: one.version = version
    case .name: one.name = name
    case .namespace: one.namespace = namespace
    case .labelSelector: one.labels = labels
    case .annotationSelector: one.annotations = annotations
    }
    return one.matches(resource, in: forest)
  }

  private func value(of field: TargetField, _ resource: Resource) -> String {
    switch field {
    case .kind: resource.id.kind
    case .group: resource.id.group
    case .version: resource.id.version
    case .name: resource.id.name
    case .namespace: resource.id.namespace == ResourceID.clusterNamespace ? "" : resource.id.namespace
    case .labelSelector, .annotationSelector: ""
    }
  }

  /// `HelmRelease 'web'`, `object with labels 'app=web'`.
  private var wanted: String {
    func text(_ field: TargetField) -> String? { written.first { $0.field == field }?.text.text }
    var result = text(.kind) ?? "object"
    if let group = text(.group) {
      result += text(.version).map { " of '\(group)/\($0)'" } ?? " of '\(group)'"
    } else if let version = text(.version) {
      result += " of version '\(version)'"
    }
    if let name = text(.name) { result += " '\(name)'" }
    if let namespace = text(.namespace) { result += " in namespace '\(namespace)'" }
    if let labels = text(.labelSelector) { result += " with labels '\(labels)'" }
    if let annotations = text(.annotationSelector) { result += " with annotations '\(annotations)'" }
    return result
  }
}

extension ResourceID {
  /// Whether it is the Deployment of a controller that every Flux has (flux2 `manifests/bases`).
  fileprivate var isFluxController: Bool {
    kind == "Deployment" && (name == "source-controller" || name == "kustomize-controller")
  }
}
