package import SourceText

/// How bad a finding is; the order is note, warning, error.
package enum Severity: String, Hashable, Comparable, Sendable, CaseIterable {
  case note
  case warning
  case error

  package static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// Which rules run without being asked for.
package enum RuleTier: String, Hashable, Sendable, CaseIterable {
  /// Needs no configuration.
  case `default`
  /// For teams that want more than what certainly hurts.
  case strict
  /// Only when it is named.
  case optIn = "opt-in"
}

/// The kebab-case name of a rule, its only identifier. Constants are generated from `rules/`.
package struct RuleID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let name: String

  package init(_ name: String) { self.name = name }

  package var description: String { name }
  package static func < (lhs: RuleID, rhs: RuleID) -> Bool { lhs.name < rhs.name }
}

/// Which Kubernetes object a finding is about, as it is applied.
package struct ObjectReference: Hashable, Sendable {
  package var apiVersion: String
  package var kind: String
  /// Nil for an object whose namespace nothing in the repository says.
  package var namespace: String?
  package var name: String

  package init(apiVersion: String, kind: String, namespace: String?, name: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// `Kustomization flux-system/apps`, the way messages name an object. What SOPS encrypts is no name.
  package var displayName: String {
    let name = Self.shown(name)
    guard let namespace, !namespace.isEmpty else { return "\(kind) \(name)" }
    return "\(kind) \(Self.shown(namespace))/\(name)"
  }

  /// A name as messages show it: ciphertext says nothing.
  package static func shown(_ name: String) -> String { isCiphertext(name) ? "(encrypted)" : name }

  /// Whether a text is what SOPS writes in the place of a value.
  package static func isCiphertext(_ text: String) -> Bool { text.hasPrefix("ENC[") }
}

/// Another place that explains a finding, with its own message.
package struct RelatedLocation: Hashable, Sendable {
  package var range: SourceRange
  package var message: String

  package init(_ range: SourceRange, _ message: String) {
    self.range = range
    self.message = message
  }
}

/// A change of text that does away with a finding.
package struct Fix: Hashable, Sendable {
  /// What takes the place of a range; an empty range is an insertion.
  package struct Replacement: Hashable, Sendable {
    package var range: SourceRange
    package var bytes: [UInt8]

    package init(_ range: SourceRange, _ bytes: [UInt8]) {
      self.range = range
      self.bytes = bytes
    }
  }

  /// In the order of the text, apart from each other.
  package var replacements: [Replacement]

  package init(_ replacements: [Replacement]) { self.replacements = replacements }
}

extension Finding {
  /// A command of this program that does away with findings.
  package struct Repair: Hashable, Sendable {
    /// Beside `--write`, sorted.
    package var options: [String]

    package static let versions = Repair(options: [])
    package static let fluxV1 = Repair(options: ["--from-v1"])
    package static let kustomizations = Repair(options: ["--kustomize"])

    package var command: String { (["fluxlint migrate"] + options + ["--write"]).joined(separator: " ") }

    /// The one command that does what several do.
    package static func union(_ repairs: some Sequence<Repair>) -> Repair {
      Repair(options: Set(repairs.flatMap(\.options)).sorted())
    }
  }
}

extension Finding {
  /// What makes a finding the same one in another revision, beside its rule and the facts in `data`.
  package enum Identity: Hashable, Sendable {
    /// An object: of several that one place is at fault for, it is enough when one was there before.
    case anyObject
    /// Objects that have the mistake each for itself: one more is a new one.
    case everyObject
    /// Nothing: the facts name the cause. Which objects it is at fault for, and how many, is not part of it.
    case cause
  }

  /// What suppresses a finding.
  package struct Suppression: Hashable, Sendable {
    /// The names are those of reports.
    package enum Kind: String, Hashable, Sendable {
      case comment
      case annotation
      /// An entry of `ignore`.
      case configuration
      case baseline
    }

    package var kind: Kind
    /// As it is given there; empty where none is.
    package var reason: String
    /// Where it is written; nil for the baseline.
    package var range: SourceRange?

    package init(kind: Kind, reason: String = "", range: SourceRange? = nil) {
      self.kind = kind
      self.reason = reason
      self.range = range
    }
  }
}

/// A machine-readable fact of a finding: the variable, the target, the URL.
package enum Fact: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case strings([String])
}

/// One thing that is wrong, where it is wrong, why it matters and what to do.
package struct Finding: Hashable, Sendable {
  package var rule: RuleID
  package var severity: Severity
  /// That of the rule.
  package var tier: RuleTier
  /// One sentence in lower case without a final stop, names in single quotes.
  package var message: String
  /// The bytes a reader must edit; tight, at most one scalar where that is possible.
  package var range: SourceRange
  /// A few words under the carets.
  package var label: String
  package var object: ObjectReference?
  /// All objects that one cause is at fault for; empty where `object` says it all.
  package var objects: [ObjectReference]
  /// What each for itself has to be accepted before the finding is, by its names: what gets another name has two. Empty
  /// where naming one of the objects accepts the cause.
  package var subjects: [[ObjectReference]] = []
  /// By what it is the same one later.
  package var identity: Identity
  /// The names of the clusters it holds for, sorted; empty when it holds for no cluster in particular.
  package var clusters: [String]
  package var related: [RelatedLocation]
  /// Further facts, a line each.
  package var notes: [String]
  /// What to do about it.
  package var help: String?
  package var data: [String: Fact]
  /// What a program can do about it; nil when that takes a person.
  package var fix: Fix?
  /// The command that repairs it; nil when there is none.
  package var repair: Repair?
  /// Whether it was there before; nil where nothing is compared.
  package var age: Age?

  /// The names are those of reports.
  package enum Age: String, Hashable, Sendable {
    case new
    case unchanged
  }
  /// What says that it is known and wanted; nil for one that is reported.
  package var suppression: Suppression?

  package init(
    rule: RuleID, severity: Severity, tier: RuleTier = .default, message: String, range: SourceRange,
    label: String = "",
    object: ObjectReference? = nil, objects: [ObjectReference] = [], identity: Identity = .anyObject,
    clusters: [String] = [], related: [RelatedLocation] = [], notes: [String] = [], help: String? = nil,
    data: [String: Fact] = [:]
  ) {
    self.rule = rule
    self.severity = severity
    self.tier = tier
    self.message = message
    self.range = range
    self.label = label
    self.object = object
    self.objects = objects
    self.identity = identity
    self.clusters = clusters
    self.related = related
    self.notes = notes
    self.help = help
    self.data = data
  }
}

extension Finding {
  /// The order of a report: place, then rule, then message.
  package static func inReportOrder(_ lhs: Finding, _ rhs: Finding) -> Bool {
    if lhs.range != rhs.range { return lhs.range < rhs.range }
    if lhs.rule != rhs.rule { return lhs.rule < rhs.rule }
    return lhs.message < rhs.message
  }
}
