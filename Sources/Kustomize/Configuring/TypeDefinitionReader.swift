import SourceText
import YAMLSyntax

/// Reads a file of `crds`: definitions of types in OpenAPI form, whose extensions say which fields hold names, labels
/// and annotations (api/internal/accumulator/loadconfigfromcrds.go). It is not the manifest of a
/// CustomResourceDefinition.
struct TypeDefinitionReader {
  let forest: Forest
  private(set) var errors: [BuildError] = []
  private var specs: [TransformerConfig.Field: [FieldSpec]] = [:]
  private var references: [NameReference] = []
  private var specCount = 0
  /// The definitions by the name of their type.
  private var types: [String: NodeRef] = [:]

  /// A type whose fields lead this deep refers to itself; kustomize would not come to an end.
  private static let depthLimit = 40

  init(forest: Forest) { self.forest = forest }

  mutating func read(_ root: NodeRef) -> TransformerConfig {
    guard forest.kind(root) == .mapping else {
      if !forest.isNull(root) { report("the file must be a mapping of type names to definitions", at: root) }
      return TransformerConfig()
    }
    let definitions = forest.pairs(root)
    for pair in definitions {
      guard forest.kind(pair.value) == .mapping || forest.isNull(pair.value) else {
        let hint =
          forest.value(root, "kind").map { forest.hasText($0, "CustomResourceDefinition" as StaticString) } == true
          ? ": list a CustomResourceDefinition in 'resources'" : ""
        report("'\(forest.text(pair.key))' is no OpenAPI definition of a type\(hint)", at: pair.value)
        return TransformerConfig()
      }
      types[forest.text(pair.key)] = pair.value
    }
    for pair in definitions {
      guard let properties = properties(of: pair.value), isObject(properties) else { continue }
      let name = forest.text(pair.key)
      let kind = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? name
      add(properties, path: [], of: kind)
    }
    return TransformerConfig(specs: specs, references: references)
  }

  private mutating func report(_ message: String, at node: NodeRef) {
    errors.append(BuildError(kind: .invalidKustomization, message: message, range: forest.range(node)))
  }

  private func properties(of definition: NodeRef) -> NodeRef? {
    let schema = forest.value(definition, "Schema") ?? forest.value(definition, "schema")
    return schema.flatMap { forest.value($0, "properties") }
  }

  private func isObject(_ properties: NodeRef) -> Bool {
    forest.value(properties, "kind") != nil && forest.value(properties, "apiVersion") != nil
      && forest.value(properties, "metadata") != nil
  }

  /// Adds what the properties of a type say, at `path` in objects of a kind.
  private mutating func add(_ properties: NodeRef, path: [FieldSpec.Part], of kind: String) {
    for pair in forest.pairs(properties) {
      guard errors.isEmpty else { return }
      let property = pair.value
      let path = path + [FieldSpec.Part(name: forest.text(pair.key), isList: false)]
      let spec = FieldSpec(path: path, kind: kind, range: forest.range(pair.key))
      if text("x-kubernetes-annotation", of: property) != nil { append(spec, to: .commonAnnotations) }
      if text("x-kubernetes-label-selector", of: property) != nil { append(spec, to: .commonLabels) }
      if text("x-kubernetes-identity", of: property) != nil { append(spec, to: .namePrefix) }
      if let version = text("x-kubernetes-object-ref-api-version", of: property),
        let target = text("x-kubernetes-object-ref-kind", of: property)
      {
        var field = spec
        field.path.append(
          FieldSpec.Part(name: text("x-kubernetes-object-ref-name-key", of: property) ?? "name", isList: false))
        append(field, toKind: target, version: version)
      }
      guard let type = text("$ref", of: property), let inner = types[type].flatMap({ self.properties(of: $0) }) else {
        continue
      }
      guard path.count < Self.depthLimit, specCount < TransformerConfig.specLimit else {
        report("the type '\(type)' refers to itself, or the types are too large", at: pair.key)
        return
      }
      specCount += 1
      add(inner, path: path, of: kind)
    }
  }

  private func text(_ key: StaticString, of property: NodeRef) -> String? {
    guard let value = forest.value(property, key), forest.kind(value) == .scalar,
      case .string(let text) = forest.scalarValue(value, dialect: .resource)
    else { return nil }
    return text
  }

  private mutating func append(_ spec: FieldSpec, to field: TransformerConfig.Field) {
    specCount += 1
    specs[field, default: []].append(spec)
  }

  private mutating func append(_ spec: FieldSpec, toKind kind: String, version: String) {
    specCount += 1
    if let index = references.firstIndex(where: { $0.kind == kind && $0.version == version }) {
      references[index].fields.append(spec)
    } else {
      references.append(NameReference(version: version, kind: kind, fields: [spec]))
    }
  }
}
