import RuleEngine

/// A value that a variable turns into another type: one that a schema refuses, or one of Helm values that the templates of
/// a chart put where only texts are taken.
struct VariableChangesType: SchemaRule {
  func check(_ verdicts: SchemaVerdicts, _ model: RepositoryModel, _ report: inout FindingSink) {
    SchemaMistakes().check(verdicts, model, &report)
    let forest = model.forest
    for cluster in model.graph.clusters {
      for number in cluster.activeReleases(in: forest) {
        let object = cluster.objects[number]
        guard object.built != object.root, let written = forest.value(object.built, "spec", "values"),
          let applied = forest.value(object.root, "spec", "values")
        else { continue }
        var search = TextValues(forest: forest)
        search.visit(written, applied, ["values"], .values)
        for lost in search.lost {
          report.report(
            "'spec.\(lost.path.joined(separator: "."))' is \(lost.isNumber ? "the number" : "the boolean") "
              + "'\(forest.text(lost.value))', but \(lost.purpose) is a string",
            at: forest.range(lost.value), label: "a string before substitution", severity: .warning,
            object: ObjectReference(object.id), cluster: cluster,
            help:
              "write ${quote}\(forest.text(lost.written))${quote}, with a variable 'quote' that holds a double quote",
            data: ["field": .string(lost.path.joined(separator: "."))])
        }
      }
    }
  }
}

/// The Helm values that are certainly meant as texts, and that substitution made numbers or booleans.
private struct TextValues {
  struct Lost {
    var path: [String]
    var written: NodeRef
    var value: NodeRef
    var isNumber: Bool
    var purpose: String
  }

  /// What the names above a value say of it.
  enum Place {
    case values
    /// In a mapping of annotations or labels.
    case metadata
    /// In a list of environment variables.
    case environment
  }

  let forest: Forest
  var lost: [Lost] = []

  /// - Parameters:
  ///   - written: the values as they are built.
  ///   - applied: the same after substitution.
  mutating func visit(_ written: NodeRef, _ applied: NodeRef, _ path: [String], _ place: Place) {
    guard written != applied, path.count < 60, forest.kind(written) == forest.kind(applied) else { return }
    switch forest.kind(applied) {
    case .mapping:
      for (old, new) in zip(forest.pairs(written), forest.pairs(applied)) where old.value != new.value {
        let key = forest.text(new.key)
        visit(old.value, new.value, path + [key], Self.place(of: key, in: place))
      }
    case .sequence:
      for (index, (old, new)) in zip(forest.items(written), forest.items(applied)).enumerated() {
        var path = path
        path[path.count - 1] += "[\(index)]"
        visit(old, new, path, place)
      }
    case .scalar: visitScalar(written, applied, path, place)
    case .alias: break
    }
  }

  private static func place(of key: String, in place: Place) -> Place {
    let name = key.lowercased()
    if name.hasSuffix("annotations") || name.hasSuffix("labels") { return .metadata }
    if name.hasSuffix("env") || name.hasSuffix("envvars") { return .environment }
    return place
  }

  private mutating func visitScalar(_ written: NodeRef, _ value: NodeRef, _ path: [String], _ place: Place) {
    let isNumber: Bool
    switch forest.scalarValue(value, dialect: .resource) {
    case .boolean: isNumber = false
    case .integer, .unsigned, .float: isNumber = true
    case .null, .string: return
    }
    guard let key = path.last, let purpose = purpose(of: key, value, place) else { return }
    lost.append(Lost(path: path, written: written, value: value, isNumber: isNumber, purpose: purpose))
  }

  /// What is certainly a text; nil for what may be anything.
  private func purpose(of key: String, _ value: NodeRef, _ place: Place) -> String? {
    switch place {
    case .metadata: return "an annotation or label"
    // Charts that take a mapping put the quotes there themselves.
    case .environment: return key == "value" ? "an environment variable" : nil
    case .values:
      guard key == "tag" || key.hasSuffix("Tag"), !isPrintedAsWritten(value) else { return nil }
      return "a tag"
    }
  }

  /// Whether templates print what is written: all numbers are floating-point to Helm, and large ones get an exponent.
  private func isPrintedAsWritten(_ value: NodeRef) -> Bool {
    let text = forest.text(value)
    switch forest.scalarValue(value, dialect: .resource) {
    case .integer(let number): return number.magnitude < 1_000_000 && text == "\(number)"
    case .float(let number):
      return number.magnitude < 1_000_000 && number != number.rounded() && text == "\(number)"
    case .boolean(let flag): return text == "\(flag)"
    case .unsigned, .null, .string: return false
    }
  }
}
