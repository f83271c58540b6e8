package import CEL

extension Schema {
  /// What expressions find in objects that the cluster has: mappings with the fields that are declared and no others, for
  /// the API server prunes what is not. `dyn` stands for whatever may be anything.
  ///
  /// - Parameter metadata: The fields that `metadata` has in every kind.
  package func shape(metadata: Schema) -> CELType {
    let schema = target
    if schema.isNullable || schema.reference != nil { return .dyn }
    switch schema.kind {
    case .any, .intOrString, .quantity: return .dyn
    case .string: return .string
    case .integer, .number: return .double
    case .boolean: return .bool
    case .array: return .list(schema.items?.shape(metadata: metadata) ?? .dyn)
    case .metadata: return metadata.objectShape(metadata)
    case .object:
      if schema.isOpen || schema.isEmbeddedObject { return .dyn }
      guard let values = schema.values else { return schema.fields.isEmpty ? .dyn : schema.objectShape(metadata) }
      return schema.fields.isEmpty ? .map(.string, values.shape(metadata: metadata)) : .dyn
    }
  }

  private func objectShape(_ metadata: Schema) -> CELType {
    .object(
      ObjectType(name: "\(ObjectIdentifier(self))") { [self] name in
        field(name).map { ObjectType.Field(key: name, type: $0.schema.shape(metadata: metadata)) }
      })
  }
}
