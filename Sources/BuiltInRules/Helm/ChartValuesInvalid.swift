import RuleEngine

/// Inline values that do not fit `values.schema.json` of a chart that is here: Helm refuses to install or upgrade.
///
/// What is compared is what inline values decide alone, since they win: types, allowed values, patterns, ranges, and fields
/// that the schema does not have. What must be there may come from the chart.
struct ChartValuesInvalid: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var schemas: [[UInt8]: ChartSchema] = [:]
    let caches = ValidatorCaches()
    for (number, cluster) in model.graph.clusters.enumerated() {
      for use in cluster.charts where !use.valuesSchema.isEmpty {
        let object = cluster.objects[use.user]
        guard let spec = spec(of: object, model.forest), !isSkipped(object, spec, model.forest) else { continue }
        let schema = schemas[use.valuesSchema] ?? ChartSchema(use.valuesSchema)
        schemas[use.valuesSchema] = schema
        guard let root = schema.root else { continue }
        var validator = SchemaValidator(
          model.forest,
          SchemaValidator.Subject(kind: object.id.kind, isBuiltIn: false, secrets: cluster.secretPlaces),
          metadata: .any, caches: caches)
        for violation in validator.check(spec, root) where schema.decides(violation) {
          guard !(violation.node.map { isUnknown($0, object, model.forest) } ?? false) else { continue }
          report.report(
            "\(violation.message) (schema of chart '\(use.path)')", at: violation.range,
            label: violation.label.isEmpty ? "Helm refuses this" : violation.label,
            object: ObjectReference(object.id), cluster: cluster,
            help: violation.help ?? "see 'values.schema.json' of the chart",
            data: ["path": .string(violation.path), "chart": .string(use.path)])
        }
        for unchecked in validator.unchecked {
          report.leaveOpen(
            Undecided(
              rule: report.rule, cause: .unfinished, reason: unchecked.reason, range: unchecked.range,
              object: ObjectReference(object.id), cluster: number, kustomization: object.kustomization))
        }
      }
    }
  }

  /// The `spec` of a HelmRelease with values.
  private func spec(of object: AppliedObject, _ forest: Forest) -> NodeRef? {
    guard object.id.group == FluxKinds.helmGroup, let spec = forest.value(object.root, "spec"),
      forest.value(spec, "values") != nil
    else { return nil }
    return spec
  }

  private func isSkipped(_ object: AppliedObject, _ spec: NodeRef, _ forest: Forest) -> Bool {
    if FluxObject(object.root, in: forest).isSuspended { return true }
    if ["install", "upgrade"].contains(where: { action in
      forest.value(spec, key: action).map { forest.isTrue(forest.value($0, "disableSchemaValidation")) } ?? false
    }) {
      return true
    }
    // An entry with a path may replace an inline value.
    guard let entries = forest.value(spec, "valuesFrom"), forest.kind(entries) == .sequence else { return false }
    return forest.items(entries).contains { forest.value($0, "targetPath") != nil }
  }

  private func isUnknown(_ node: NodeRef, _ object: AppliedObject, _ forest: Forest) -> Bool {
    !object.isKnown && forest.kind(node) == .scalar && Envsubst.hasExpression(forest.text(node))
  }
}

/// A `values.schema.json`.
private struct ChartSchema {
  /// The schema of a `spec` with the values in it; nil for what cannot be read.
  private(set) var root: Schema?
  /// Whether it says all fields in a way that is understood here.
  private var listsFields: Bool

  init(_ text: [UInt8]) {
    listsFields = ["patternProperties", "$ref"].allSatisfy { text.firstRange(of: Array($0.utf8)) == nil }
    let tree = YAMLParser.parseFirst(text, file: FileID(0), tree: 0)
    guard tree.problems.isEmpty, let node = tree.documents.first?.root else { return }
    var reader = DefinitionReader(Forest(trees: [tree]), isJSONSchema: true)
    guard let values = reader.part(node) else { return }
    var draft = Schema.Draft()
    draft.kind = .object
    draft.isOpen = true
    draft.fields = [Schema.Field(name: "values", schema: values, isRequired: false)]
    root = Schema(draft)
  }

  /// Whether inline values alone decide it.
  func decides(_ violation: Violation) -> Bool {
    switch violation.kind {
    case .type, .allowed, .pattern, .range, .length: true
    case .unknownField: listsFields
    case .required, .format, .cel, .choice, .duplicate: false
    }
  }
}
