package import Diagnostics
package import SourceText
package import TextEdits

/// Something a person must know: what was left as it is, and why.
package struct Remark: Hashable, Sendable {
  /// The raw value is its name in machine-readable output.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case ambiguousAlias = "ambiguous-alias"
    case cannotRewrite = "cannot-rewrite"
    case unknownVersion = "unknown-api-version"
    case notServedYet = "api-not-served-yet"
    case waitsForUpgrade = "waits-for-upgrade"
    case removedGroup = "removed-api"
    case fluxV1 = "flux-v1-api"
    case fluxV1Work = "flux-v1-work"
    case fieldNeedsPerson = "field-needs-human"
    case ignoredField = "ignored-field"
    case deprecatedField = "deprecated-field"
    case behaviorChange = "behavior-change"
    case removedTemplateField = "removed-template-field"
    case templateSkipped = "template-skipped"
    case encrypted = "sops-mac"
    case invalidYAML = "invalid-yaml"
    case encoding = "unsupported-encoding"
    case versionDirective = "yaml-directive-rejected"
    case inValues = "api-in-values"
    case embedded = "api-embedded-unknown"
    case inTemplateText = "api-in-template-text"
    case fromVariable = "api-from-variable"
    case selectorLeft = "selector-left"
    case kustomizeLeft = "kustomize-left"
    case proofFailed = "proof-failed"
    case writeFailed = "write-failed"
  }

  package var kind: Kind
  /// One sentence in lower case without a final stop, names in single quotes.
  package var message: String
  package var range: SourceRange
  /// What to do about it.
  package var help: String?
  /// Whether a version stays because of what else has it, so that changing it alone would break something.
  package var isBound = false
  /// Whether it rests on what was announced, not on a schema that was seen, or a release newer than known may have
  /// changed it.
  package var isUncertain = false
  /// Whether no controller reads what it is about, so that there is nothing to do.
  package var isUnread = false

  package init(_ kind: Kind, _ message: String, at range: SourceRange, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.range = range
    self.help = help
  }

  /// What a remark means for the exit status.
  package enum Consequence: Int, Comparable, Sendable {
    /// Nothing is left to do.
    case none
    /// Nothing can be done before Flux is upgraded.
    case later
    /// A person must do the rest.
    case workLeft
    /// The file could not be dealt with.
    case failed

    package static func < (lhs: Consequence, rhs: Consequence) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  package var consequence: Consequence {
    if isUnread { return .none }
    return switch kind {
    case .ignoredField, .deprecatedField, .behaviorChange, .inValues: .none
    case .waitsForUpgrade: .later
    case .invalidYAML, .writeFailed: .failed
    default: .workLeft
    }
  }

  package var severity: Severity {
    if isUnread { return .note }
    if isUncertain { return .warning }
    return switch kind {
    case .ignoredField, .deprecatedField, .behaviorChange, .inValues, .waitsForUpgrade: .note
    case .unknownVersion, .notServedYet, .removedGroup, .fluxV1, .fieldNeedsPerson, .removedTemplateField,
      .invalidYAML, .proofFailed, .writeFailed:
      .error
    default: .warning
    }
  }
}

extension Remark {
  /// What it is in a report on a repository as it is: nothing is to be changed there, so only what may be an object of an
  /// old version is as grave as for a migration.
  package var severityUnasked: Severity {
    if isUnread { return .note }
    if isUncertain { return .warning }
    return switch kind {
    case .embedded, .inTemplateText: severity
    default: .note
    }
  }
}

/// One change that is made, as people read it.
package struct Rewrite: Hashable, Sendable {
  /// What is replaced, or the key of what is moved or removed.
  package var range: SourceRange
  /// `Kustomization: v1beta2 to v1`, `'spec.validation' removed`.
  package var message: String
  /// What does it, in the text as it is; empty where it takes more than edits of this one text.
  package var edits: [Edit]
  /// The version that is written; nil where it is about a field.
  package var version: String?

  package init(_ message: String, at range: SourceRange, edits: [Edit] = [], version: String? = nil) {
    self.range = range
    self.message = message
    self.edits = edits
    self.version = version
  }
}
