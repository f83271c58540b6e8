import ScalarFormats
import SourceText
import YAMLSyntax

/// What the API server wants of `metadata`, beyond types (k8s.io/apimachinery/pkg/api/validation/objectmeta.go).
extension SchemaValidator {
  private static let annotationLimit = 256 << 10

  /// The `metadata` of the object itself.
  mutating func checkMetadata(_ ref: NodeRef) {
    guard forest.kind(ref) == .mapping else {
      if !isNull(ref, forest[ref]) {
        report(.type, forest.range(ref), node: ref, "'metadata' is \(words(ref)), but a mapping is expected")
      }
      return
    }
    for pair in forest.pairs(ref) where !isUnknown(pair.key, forest[pair.key]) {
      let value = forest[pair.value]
      if isNull(pair.value, value) { continue }
      let name = forest.text(pair.key)
      step(pair.key) { validator in
        switch name {
        case "labels" where value.kind == .mapping: validator.checkLabels(pair.value)
        case "annotations" where value.kind == .mapping: validator.checkAnnotations(pair.value)
        default:
          guard let field = validator.metadata.field(name) else {
            return validator.unknownField(pair, validator.metadata)
          }
          validator.walk(pair.value, field.schema)
          if name == "name" || name == "namespace", value.kind == .scalar { validator.checkName(pair.value, name) }
        }
      }
    }
  }

  /// What a definition wants of the name: of all `metadata` it may say no more.
  mutating func checkNames(_ ref: NodeRef, _ schema: Schema) {
    guard !schema.fields.isEmpty, forest.kind(ref) == .mapping else { return }
    for pair in forest.pairs(ref) where forest.hasText(pair.key, "name") || forest.hasText(pair.key, "generateName") {
      guard let field = schema.field(forest.text(pair.key)), forest.isString(pair.value, dialect: .resource) else {
        continue
      }
      step(pair.key) { $0.walk(pair.value, field.schema) }
    }
  }

  private mutating func step(_ key: NodeRef, _ body: (inout SchemaValidator) -> Void) {
    push(key)
    body(&self)
    pop()
  }

  private mutating func checkName(_ ref: NodeRef, _ field: String) {
    guard !isUnknown(ref, forest[ref]), case .string(let text) = forest.scalarValue(ref, dialect: .resource),
      !text.isEmpty
    else { return }
    let problem: String?
    if field == "namespace" || subject.isBuiltIn && subject.kind == "Namespace" {
      problem = Self.problem(text, .dns1123Label)
    } else if subject.isBuiltIn, Self.freeNames.contains(subject.kind) {
      problem =
        text == "." || text == ".." || text.contains("/") || text.contains("%")
        ? "may not be '.' or '..', nor contain '/' or '%'" : nil
    } else if subject.isBuiltIn, subject.kind == "Service" {
      problem = Self.problem(text, .dns1035Label)
    } else if subject.isBuiltIn, subject.kind == "IPAddress" || subject.kind == "ClusterTrustBundle" {
      problem = nil
    } else {
      problem = Self.problem(text, .dns1123Subdomain)
    }
    guard let problem else { return }
    report(
      .format, forest.range(ref), node: ref, "\(fieldName) is \(shown(ref)), which \(problem)")
  }

  /// Kinds whose names are path segments (`path.ValidatePathSegmentName`).
  private static let freeNames: Set<String> = [
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "FlowSchema", "PriorityLevelConfiguration",
  ]

  private static func problem(_ text: String, _ format: NameFormat) -> String? {
    guard !format.problems(text).isEmpty else { return nil }
    let limit = format == .dns1123Subdomain ? 253 : 63
    if text.utf8.count > limit { return "is longer than \(limit) characters" }
    switch format {
    case .dns1123Subdomain:
      return "is no name: lower case letters, digits, '-' and '.' only, a letter or digit at both ends"
    case .dns1035Label: return "is no name: lower case letters, digits and '-' only, beginning with a letter"
    default: return "is no name: lower case letters, digits and '-' only, a letter or digit at both ends"
    }
  }

  /// `GetLabels` of a map with a value that is no string is nil, so that Flux applies the object without any label
  /// (fluxcd/pkg `ssa/manager.go`).
  private mutating func checkLabels(_ ref: NodeRef) {
    for pair in forest.pairs(ref) where !isUnknown(pair.key, forest[pair.key]) {
      push(pair.key)
      checkKey(pair.key, "label")
      let node = forest[pair.value]
      let isGood =
        forest.isString(pair.value, dialect: .resource) && forest.withText(pair.value, NameFormat.isLabelValue)
      if !isGood, !isUnknown(pair.value, node), subject.losesNullLabels || !isNull(pair.value, node) {
        if case .string(let text) = forest.scalarValue(pair.value, dialect: .resource), node.kind == .scalar {
          if text.utf8.count > 63 {
            report(
              .length, forest.range(pair.value), node: pair.value,
              "\(fieldName) has \(text.utf8.count) characters, but at most 63 are allowed in a label")
          } else if !NameFormat.labelValue.problems(text).isEmpty {
            report(
              .format, forest.range(pair.value), node: pair.value,
              "\(fieldName) is \(shown(pair.value)), but a label takes letters, digits, '-', '_' and '.' only, a letter or digit at both ends"
            )
          }
        } else {
          report(
            .type, forest.range(pair.value), node: pair.value,
            "\(fieldName) is \(words(pair.value)), but a string is expected",
            help: node.kind == .scalar ? quoteHelp(pair.value) : nil,
            outcome: node.kind == .scalar ? .labelsLost : .refused, wantsString: true)
        }
      }
      pop()
    }
  }

  private func quoteHelp(_ ref: NodeRef) -> String {
    if isNull(ref, forest[ref]) { return "write \"\", or leave the label out" }
    return hides(ref) ? "quote it" : "quote it: \"\(forest.text(ref))\""
  }

  /// Numbers and booleans become strings when kustomize builds them; what a variable makes later stays what it is.
  private mutating func checkAnnotations(_ ref: NodeRef) {
    var size = 0
    for pair in forest.pairs(ref) {
      size += Int(forest[pair.key].payloadCount) + Int(forest[pair.value].payloadCount)
      if isUnknown(pair.key, forest[pair.key]) { continue }
      push(pair.key)
      checkKey(pair.key, "annotation")
      let node = forest[pair.value]
      if !isUnknown(pair.value, node), !isNull(pair.value, node) {
        var isString = forest.isString(pair.value, dialect: .resource)
        if !isString, node.kind == .scalar, case .string = forest.scalarValue(pair.value, dialect: .resource) {
          isString = true
        }
        if !isString {
          report(
            .type, forest.range(pair.value), node: pair.value,
            "\(fieldName) is \(words(pair.value)), but a string is expected", wantsString: true,
            isVariableOnly: node.kind == .scalar)
        }
      }
      pop()
    }
    if size > Self.annotationLimit {
      report(
        .length, container, node: ref,
        "'metadata.annotations' has \(size) bytes, but at most \(Self.annotationLimit) are allowed")
    }
  }

  private mutating func checkKey(_ key: NodeRef, _ what: String) {
    // Nearly all are good, and there are very many.
    if forest.withText(key, { NameFormat.isQualifiedName($0, ignoresCase: what == "annotation") }) { return }
    let text = forest.text(key)
    guard !NameFormat.qualifiedName.problems(what == "annotation" ? text.lowercased() : text).isEmpty else { return }
    report(
      .format, forest.range(key), node: key,
      "'\(Self.shortened(shownKey(key)))' is no key of \(what == "label" ? "a label" : "an annotation"): a name of at most 63 letters, digits, '-', '_' and '.', with or without a domain and '/' before it"
    )
  }

  /// An object in an object needs what every object has.
  mutating func checkEmbedded(_ ref: NodeRef) {
    for name in ["apiVersion", "kind"] where forest.value(ref, key: name) == nil { missing(name, ref) }
    if let pair = forest.pair(ref, "metadata") {
      step(pair.key) { $0.checkEmbeddedMetadata(pair.value) }
    }
  }

  private mutating func checkEmbeddedMetadata(_ ref: NodeRef) {
    guard let pair = forest.pair(ref, "name"), forest.kind(pair.value) == .scalar else { return }
    push(pair.key)
    if !isUnknown(pair.value, forest[pair.value]) {
      let text = forest.text(pair.value)
      if let problem = Self.problem(text, .dns1123Subdomain) {
        report(
          .format, forest.range(pair.value), node: pair.value,
          "\(fieldName) is \(shown(pair.value)), which \(problem)")
      }
    }
    pop()
  }
}
