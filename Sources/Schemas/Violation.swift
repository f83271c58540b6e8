package import SourceText
package import YAMLSyntax

/// One way in which an object does not fit its schema.
package struct Violation: Hashable, Sendable {
  /// What `data.schemaError` says.
  package enum Kind: String, Hashable, Sendable {
    case unknownField = "unknown-field"
    case type, required
    case allowed = "enum"
    case pattern, range, length, format, cel
    case choice = "one-of"
    case duplicate
  }

  /// What becomes of the object.
  package enum Outcome: Hashable, Sendable {
    /// The dry run fails, and the whole Kustomization with it.
    case refused
    /// Applied without the field.
    case dropped
    /// Applied without any label of its own.
    case labelsLost
  }

  package var kind: Kind
  package var outcome = Outcome.refused
  /// A JSON Pointer into the object; empty for the whole object.
  package var path: String
  /// The names on the way, `[]` for an entry of a list: what is the same for objects that share a mistake.
  package var field: [String]
  package var range: SourceRange
  /// The value that is wrong; nil for something that is missing.
  package var node: NodeRef?
  package var message: String
  package var label = ""
  package var help: String?
  package var notes: [String] = []
  /// Whether the schema wants a string there.
  package var wantsString = false
  /// Whether the value would do as a string.
  package var isMendedByQuotes = true
  /// Whether it is wrong only if a variable made the value: kustomize mends what is written so.
  package var needsVariable = false
  /// Whether the name or value is a slip away from one that is known.
  package var isSlip = false
  /// The variable that made the value.
  package var variable: String?
  /// Whether the definition of the kind is at fault, at `range`.
  package var isOfDefinition = false
  /// The rule of `x-kubernetes-validations`.
  package var expression: String?
}

/// Something of an object that could not be held against its schema.
package struct Unchecked: Hashable, Sendable {
  /// A sentence without an end.
  package var reason: String
  package var range: SourceRange
  /// Whether it is about a rule of `x-kubernetes-validations`.
  package var isRule = false
}

extension [String] {
  /// `spec.valuesFrom[].name`.
  package var fieldText: String {
    reduce("") { text, part in part == "[]" ? text + part : text.isEmpty ? part : text + "." + part }
  }
}
