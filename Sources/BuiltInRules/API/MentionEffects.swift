import Migration
import RuleEngine

/// What becomes of references by a version that is not served.
struct MentionEffects {
  enum Effect: Hashable {
    /// What reads it fails.
    case fails
    /// What reads it fails, whatever a chart makes.
    case failsEitherWay
    /// It selects nothing, for no object has the version, and would select something otherwise.
    case loses
    /// It goes with objects of the same version, which have findings of their own.
    case follows
    /// The field is not read.
    case ignored
    /// What reads it is suspended.
    case suspended
    /// It is about another cluster, whose Flux is not known.
    case elsewhere
    /// It is for objects of another repository or a chart, whose versions are not known.
    case foreign

    /// Nil for the rule's own.
    var severity: Severity? {
      switch self {
      case .fails, .failsEitherWay, .loses: nil
      case .follows, .ignored, .suspended, .elsewhere, .foreign: .note
      }
    }

    var note: String? {
      switch self {
      case .fails, .elsewhere: nil
      case .failsEitherWay:
        "the patch fails where the chart makes no such object of this version, and one that it makes is refused"
      case .loses: "it selects no object of this repository, for those of the kind have another version"
      case .follows: "change it together with the objects that it selects"
      case .ignored: "no controller reads the version here"
      case .suspended: "nothing reads it as long as the object is suspended"
      case .foreign: "it may be for objects that are not in this repository, whose versions are not known"
      }
    }
  }

  private struct Name: Hashable {
    var group: String
    var kind: String
    /// Empty for all of the kind.
    var name: String
  }

  private let model: RepositoryModel
  private var forest: Forest { model.forest }
  /// The versions that objects of the repository have.
  private lazy var versions: [Name: Set<String>] = {
    var versions: [Name: Set<String>] = [:]
    for object in model.graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)) else { continue }
      for name in [id.name, ""] {
        versions[Name(group: id.group, kind: id.kind, name: name), default: []].insert(id.version)
      }
    }
    return versions
  }()
  /// Kustomizations that apply another repository.
  private lazy var builtElsewhere = Set(model.graph.builtElsewhere.map { ObjectPlace($0, model.sources) })
  private lazy var buildParts = BuildParts(model.sources)

  init(_ model: RepositoryModel) { self.model = model }

  /// Whether there are objects that a mention may mean, and none has the version.
  mutating func isLeftBehind(_ mention: VersionMention) -> Bool {
    let key = Name(group: mention.group, kind: mention.kind, name: mention.name)
    return versions[key].map { !$0.contains(mention.version) } ?? false
  }

  /// - Parameter cluster: nil where none gets the holder.
  mutating func effect(of mention: VersionMention, in holder: VersionHolder, for cluster: Cluster?) -> Effect {
    if mention.role == .selector {
      guard isLeftBehind(mention) else { return .follows }
      if mayMeetForeign(in: holder) { return .foreign }
      return misses(mention) ? .loses : .follows
    }
    let spec = forest.value(holder.root(in: cluster), "spec")
    if mention.role == .patch {
      if spec.map({ forest.value($0, "kubeConfig") != nil }) ?? false { return .elsewhere }
      return isSuspended(spec) ? .suspended : .failsEitherWay
    }
    switch (holder.id?.kind, mention.field) {
    case ("Kustomization", "healthChecks"): return healthCheck(in: spec)
    case (_, "healthCheckExprs"): return .follows
    // notification-controller internal/server/receiver_handlers.go asks the API server for this version; the operator
    // does for 'dependsOn' of a ResourceSet.
    case ("Receiver", "resources"), ("ResourceSet", "dependsOn"): return isSuspended(spec) ? .suspended : .fails
    default: return .ignored
    }
  }

  /// Whether it is for its version that a selector meets nothing; true where no build says what it meets.
  private func misses(_ mention: VersionMention) -> Bool {
    let effects = model.graph.groups.lazy.flatMap(\.kustomizations).flatMap(\.effects).filter {
      $0.kind == .patch && $0.range.contains(mention.range)
    }
    let missing = effects.compactMap(\.miss)
    guard missing.count == effects.count else { return false }
    return missing.isEmpty || missing.contains { $0.field == "version" && $0.place == mention.range }
  }

  /// Whether a selector may be for objects of another repository or a chart.
  private mutating func mayMeetForeign(in holder: VersionHolder) -> Bool {
    let range = forest.range(holder.root)
    // Post-renderers get what a chart makes.
    if holder.id?.kind == "HelmRelease" { return true }
    guard holder.id == nil else { return builtElsewhere.contains(ObjectPlace(range, model.sources)) }
    return buildParts.hasRemotes(RelativePath.parent(of: model.sources.path(of: range.file)))
  }

  /// With 'wait' the list is not read (kustomize-controller `kustomization_controller.go`, checkHealth), and with a
  /// 'kubeConfig' it is about another cluster.
  private func healthCheck(in spec: NodeRef?) -> Effect {
    guard let spec else { return .fails }
    if forest.value(spec, "kubeConfig") != nil { return .elsewhere }
    if isSuspended(spec) { return .suspended }
    return forest.isTrue(forest.value(spec, "wait")) ? .ignored : .fails
  }

  private func isSuspended(_ spec: NodeRef?) -> Bool {
    spec.map { forest.isTrue(forest.value($0, "suspend")) } ?? false
  }
}

extension VersionMention {
  /// `'healthChecks' of Kustomization 'apps'`, `'patches'`.
  func subject(of holder: VersionHolder) -> String {
    guard let id = holder.id else { return "'\(field)'" }
    return "'\(field)' of \(id.kind) '\(id.name)'"
  }
}
