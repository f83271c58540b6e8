package import SourceText
package import YAMLSyntax

/// What the API server wants of a value: a structural schema, wherever it was read from.
///
/// A class, for one schema is part of many others, and a check asks for the same ones all the time. It is never changed.
package final class Schema: Sendable {
  package enum Kind: UInt8, Sendable {
    case any, object, array, string, integer, number, boolean
    /// `x-kubernetes-int-or-string`.
    case intOrString
    /// A string in every schema that the API server publishes, which takes numbers too.
    case quantity
    /// The `metadata` of an object.
    case metadata
  }

  package struct Field: Sendable {
    package var name: String
    package var schema: Schema
    package var isRequired: Bool

    package init(name: String, schema: Schema, isRequired: Bool) {
      (self.name, self.schema, self.isRequired) = (name, schema, isRequired)
    }
  }

  /// How entries of a list are told apart.
  package enum ListKind: UInt8, Sendable { case atomic, set, map }

  /// A rule of `x-kubernetes-validations`.
  package struct Rule: Hashable, Sendable {
    package var expression: String
    package var message: String
    package var messageExpression: String
    package var fieldPath: String
    /// `FieldValueForbidden` and the like; empty for the usual one.
    package var reason = ""
    package var isOldOptional = false
  }

  /// A schema that stands elsewhere in the same text. It is read once, however often it is meant, and may hold itself.
  package final class Reference: @unchecked Sendable {
    /// As it is written: `#/definitions/port`.
    package let text: String
    /// Where it is written, in a definition: the API server takes none there.
    package let place: SourceRange?
    /// Nil where it leads nowhere. Set once, by the reader, before anybody else has the schema.
    package internal(set) var schema: Schema?

    init(_ text: String, place: SourceRange?) {
      self.text = text
      self.place = place
    }
  }

  package let kind: Kind
  package let isNullable: Bool
  /// Whether an object takes fields that are not declared.
  package let isOpen: Bool
  /// Whether it holds a whole object with apiVersion, kind and metadata.
  package let isEmbeddedObject: Bool
  package let fields: [Field]
  /// Of the values of a map.
  package let values: Schema?
  package let items: Schema?
  package let limits: Limits
  package let list: ListKind?
  package let keys: [String]
  package let rules: [Rule]
  package let oneOf: [Schema]
  package let anyOf: [Schema]
  package let allOf: [Schema]
  package let not: Schema?
  /// Says everything there is to say, where there is one.
  package let reference: Reference?
  /// Whether there is a validation rule in it, at any depth.
  package let hasRules: Bool
  /// The numbers of the fields that have to be there.
  let required: [Int]
  private let names: FieldNames

  /// What a scalar, list or map may be, beyond its type.
  package struct Limits: Sendable {
    package var allowed: [ScalarValue] = []
    /// As JSON.
    package var defaultText: String?
    package var pattern: String?
    /// Where the pattern is written in a definition.
    package var patternPlace: SourceRange?
    package var format: String?
    package var minimum: Double?
    package var maximum: Double?
    package var isMinimumExcluded = false
    package var isMaximumExcluded = false
    package var minLength: Int?
    package var maxLength: Int?
    package var minItems: Int?
    package var maxItems: Int?
    package var minProperties: Int?
    package var maxProperties: Int?
    package var multipleOf: Double?

    package init() {}
  }

  /// The parts of a schema while it is read.
  package struct Draft {
    package var kind = Kind.any
    package var isNullable = false
    package var isOpen = false
    package var isEmbeddedObject = false
    package var fields: [Field] = []
    package var values: Schema?
    package var items: Schema?
    package var limits = Limits()
    package var list: ListKind?
    package var keys: [String] = []
    package var rules: [Rule] = []
    package var oneOf: [Schema] = []
    package var anyOf: [Schema] = []
    package var allOf: [Schema] = []
    package var not: Schema?
    package var reference: Reference?

    package init() {}
  }

  package init(_ draft: Draft) {
    kind = draft.kind
    isNullable = draft.isNullable
    isOpen = draft.isOpen
    isEmbeddedObject = draft.isEmbeddedObject
    fields = draft.fields
    values = draft.values
    items = draft.items
    limits = draft.limits
    list = draft.list
    keys = draft.keys
    rules = draft.rules
    oneOf = draft.oneOf
    anyOf = draft.anyOf
    allOf = draft.allOf
    not = draft.not
    reference = draft.reference
    required = draft.fields.indices.filter { draft.fields[$0].isRequired }
    names = FieldNames(draft.fields.lazy.map(\.name))
    hasRules =
      !draft.rules.isEmpty || draft.fields.contains { $0.schema.hasRules } || draft.values?.hasRules == true
      || draft.items?.hasRules == true
  }

  package static let any = Schema(Draft())

  package func field(_ name: String) -> Field? {
    var name = name
    return name.withUTF8 { number(ofField: $0) }.map { fields[$0] }
  }

  /// The number of the field with a name.
  func number(ofField name: UnsafeBufferPointer<UInt8>) -> Int? { names.number(of: name) }

  /// What it refers to, or itself.
  var target: Schema {
    var schema = self
    for _ in 0..<Self.referenceLimit {
      guard let next = schema.reference?.schema else { return schema }
      schema = next
    }
    return schema
  }

  /// Whether the API server fills it in where it is missing.
  var hasDefault: Bool { target.limits.defaultText.map { $0 != "null" } ?? false }

  /// Whether something is said of the fields of a mapping, without a type.
  var looksAtFields: Bool {
    !fields.isEmpty || values != nil || limits.minProperties != nil || limits.maxProperties != nil
  }

  /// How many references may lead from one to the next.
  static let referenceLimit = 20

  /// The schema of the values at a path of field names; `[]` stands for the entries of a list.
  package func member(_ name: some StringProtocol) -> Schema? {
    name == "[]" ? items : field(String(name))?.schema ?? values
  }
}

extension Schema.Limits {
  /// Whether a scalar has to be looked at beyond its type.
  var isEmpty: Bool {
    allowed.isEmpty && pattern == nil && format == nil && minimum == nil && maximum == nil && minLength == nil
      && maxLength == nil && multipleOf == nil
  }
}
