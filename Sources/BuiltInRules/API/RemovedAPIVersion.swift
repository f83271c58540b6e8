import RuleEngine

/// An API version that the Flux release in force does not serve, or that no release ever did: "no matches for kind" at
/// apply.
struct RemovedAPIVersion: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var definitions = DefinedVersions(model)
    model.forEachAPIVersionUse { use, id in
      if use.isFluxV1 { return }
      let refusals = Refusals(of: use, model, &definitions)
      guard !refusals.isEmpty else { return }
      for refusal in refusals.all {
        let settings = refusal.inForce.settings
        report.report(
          "\(id.kind) '\(id.name)' \(use.message(refusals.sentence))", at: use.place, label: refusal.fact,
          severity: refusals.severity(isTimeless: use.lifecycle == nil), object: ObjectReference(id),
          cluster: refusal.inForce.cluster,
          related: use.patchPlaces + (use.lifecycle == nil ? [] : settings.versionPlace),
          notes: refusal.inForce.notes(needsRelease: use.lifecycle != nil),
          help: refusal.repair, data: refusal.inForce.data(use.written, refusal.replacement))
      }
    }
  }
}

/// The releases in force that do not serve a use.
struct Refusals {
  struct Refusal {
    var inForce: ReleaseInForce
    /// Why, in a few words.
    var fact: String
    /// Whether a definition says so that the cluster applies.
    var isDefined = false
    /// The version to write instead, and all that there is to do.
    var replacement: APIVersionLifecycle?
    var repair: String?
  }

  private(set) var all: [Refusal] = []
  /// `Flux 2.8 and 2.9 do not serve`.
  private(set) var sentence = ""

  init(of use: APIVersionUse, _ model: RepositoryModel, _ definitions: inout DefinedVersions) {
    var repairs: [FluxVersion: (replacement: APIVersionLifecycle?, repair: String?)] = [:]
    for inForce in model.releases(for: use) {
      let defined = definitions.inCluster(use, inForce)
      // What a definition leaves out counts where no release says what else there is.
      let isLeftOut = defined == false && inForce.isAssumed
      guard defined != true,
        let fact = use.refusal(by: inForce.release)
          ?? (isLeftOut ? "the definition that the cluster applies does not serve it" : nil)
      else { continue }
      if repairs[inForce.release] == nil {
        let newest = use.newestServed(besides: inForce.release)
        repairs[inForce.release] = (newest, use.repair(for: inForce.release, newest))
      }
      let (replacement, repair) = repairs[inForce.release] ?? (nil, nil)
      all.append(
        Refusal(inForce: inForce, fact: fact, isDefined: isLeftOut, replacement: replacement, repair: repair))
    }
    if !all.isEmpty { sentence = Self.sentence(Set(all.map(\.inForce.release)).sorted().map(\.description)) }
  }

  var isEmpty: Bool { all.isEmpty }

  private static func sentence(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return "Flux \(names.first ?? "") does not serve" }
    return "Flux " + names.dropLast().joined(separator: ", ") + " and \(last) do not serve"
  }

  /// An error is only what is certain to fail: in a file that some cluster applies, for a release that is known.
  ///
  /// - Parameter isTimeless: whether it fails whatever the release.
  func severity(isTimeless: Bool) -> Severity? {
    if all.allSatisfy({ $0.inForce.cluster == nil }) { return .note }
    if all.allSatisfy({ $0.inForce.openReason != nil }) { return .warning }
    // A release that came out later may have what was never there before.
    if isTimeless, all.allSatisfy({ $0.inForce.settings.newerRelease != nil }) { return .warning }
    return isTimeless || !all.allSatisfy { $0.inForce.isAssumed && !$0.isDefined } ? nil : .warning
  }
}

extension APIVersionUse {
  /// Where patches of the object say the version again: it is one cause.
  var patchPlaces: [RelatedLocation] {
    patches.map { RelatedLocation($0, "a patch of it has the version, too") }
  }

  /// As it stands there, as far as that is known.
  var written: String { version.isEmpty ? group : apiVersion }

  /// What is to be edited.
  var place: SourceRange {
    if case .noKind = existence { return kindRange }
    return range
  }

  /// What is wrong with it, behind the name of what has it.
  func message(_ refusal: String) -> String {
    switch existence {
    case .possible: "has apiVersion '\(apiVersion)', which \(refusal)"
    case .noGroup: "has apiVersion '\(apiVersion)', a group that Flux never had"
    case .noKind: "is of a kind that '\(group)' never had"
    case .noVersion(let known):
      "has apiVersion '\(written)', "
        + (version.isEmpty ? "which names no version" : "a version that never was") + "; "
        + APIVersions.listing(known)
    }
  }
}

extension ClusterSettings {
  /// Where the release is written, for a related place.
  var versionPlace: [RelatedLocation] {
    if case .found(let range) = versionOrigin {
      return [RelatedLocation(range, runningRelation)]
    }
    return []
  }

  /// What a reader must know about where the release comes from.
  func versionNotes(isReached: Bool, needsRelease: Bool = true) -> [String] {
    var notes: [String] = []
    if !isReached {
      notes.append("no cluster of this repository reads this file")
    } else if versionOrigin == .assumed, needsRelease {
      let what =
        isOfDefinitions ? "its CustomResourceDefinitions are those of \(fluxVersion)" : "\(fluxVersion) is assumed"
      notes.append("the Flux release is not known: \(what); set 'fluxVersion' in .fluxlint.yaml")
    }
    return notes
  }
}
