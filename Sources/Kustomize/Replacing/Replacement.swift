import SourceText
import YAMLSyntax

/// One entry of `replacements`: a value and the fields it is copied to (api/types/replacement.go).
struct Replacement: Sendable {
  /// The field the value is taken from.
  var source: Source?
  /// The value itself, instead of `source`.
  var value: SourcedText?
  var targets: [Target] = []
  /// Where the entry is written: in the kustomization file, or in the file that it names.
  var range: SourceRange

  struct Source: Sendable {
    /// An empty text fits anything; all are compared exactly.
    var id = ResourceID(group: "", version: "", kind: "", name: "", namespace: "")
    var fieldPath: SourcedText
    var options = Options()
    var range: SourceRange
  }

  struct Target: Sendable {
    var select: TargetSelector?
    var rejects: [TargetSelector] = []
    var fieldPaths: [SourcedText] = []
    var options = Options()
    var range: SourceRange
  }

  struct Options: Sendable {
    /// What separates the pieces of a text of which one is meant; nil for the whole text.
    var delimiter: String?
    var index = 0
    var creates = false
  }

  static let defaultFieldPath = "metadata.name"
}

/// An entry of `replacements` as written: a replacement, or the path of a file with some.
enum ReplacementEntry: Sendable {
  case inline(Replacement)
  case path(SourcedText)
}

extension ResourceID {
  /// Whether an id is what a source asks for. No namespace and `default` are the same (kyaml/resid/resid.go,
  /// `IsSelectedBy`).
  func isSelected(by source: ResourceID) -> Bool {
    (source.kind.isEmpty || source.kind == kind) && (source.name.isEmpty || source.name == name)
      && (source.group.isEmpty || source.group == group) && (source.version.isEmpty || source.version == version)
      && (source.namespace.isEmpty || source.namespace == namespace)
  }
}

extension Resource {
  /// All ids: the earlier ones, oldest first, then the current one.
  var allIDs: [ResourceID] {
    previous.map { old in
      var result = id
      (result.kind, result.name, result.namespace) = (old.kind, old.name, old.namespace)
      return result
    } + [id]
  }
}

extension TargetSelector {
  /// Whether it says anything about the id of an object.
  var hasIDCondition: Bool { group != nil || version != nil || kind != nil || name != nil || namespace != nil }

  /// Whether it says anything about labels or annotations.
  var hasMetadataCondition: Bool { labels != nil || annotations != nil }

  /// Whether one id fits as a whole, as `replacements` compare them (api/types/targetselectorregex.go).
  func matches(_ id: ResourceID) -> Bool {
    kind?.matches(id.kind) ?? true && name?.matches(id.name) ?? true && group?.matches(id.group) ?? true
      && version?.matches(id.version) ?? true && namespace?.matches(id.namespace) ?? true
  }
}
