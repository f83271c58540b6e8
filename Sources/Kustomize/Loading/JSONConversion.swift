import SourceText
import YAMLSyntax

/// What sigs.k8s.io/yaml does with YAML on its way to JSON (`convertToJSONableObject`), which comes first with a
/// kustomization file, with the files it names that are no resources, and with a JSON patch that is written as YAML.
struct JSONConversion {
  let forest: Forest
  /// Whether a number that JSON does not know is left to the field: one that takes a string gets its name.
  var allowsNonFinite = false

  /// The first place that cannot become JSON, nil when all can.
  func obstacle(in ref: NodeRef) -> BuildError? {
    let node = forest[ref]
    guard node.flags.contains(.needsOutputCheck) else { return nil }
    switch node.kind {
    case .scalar, .alias: return obstacle(ofScalar: ref)
    case .sequence: return forest.items(ref).lazy.compactMap { obstacle(in: $0) }.first
    case .mapping:
      return forest.writtenPairs(ref).lazy.compactMap { obstacle(ofKey: $0.key) ?? obstacle(in: $0.value) }.first
    }
  }

  private func obstacle(ofScalar ref: NodeRef) -> BuildError? {
    do throws(ScalarError) {
      let value = try forest.decodedScalarValue(ref, dialect: .kustomization)
      guard case .float(let number) = value, !number.isFinite, !allowsNonFinite else { return nil }
      return error("'\(forest.text(ref))' is a number that cannot be written as JSON, quote it", ref)
    } catch {
      return self.error(error.message, ref)
    }
  }

  private func obstacle(ofKey key: NodeRef) -> BuildError? {
    guard forest.kind(key) == .scalar else {
      return error("a \(forest.kind(key) == .mapping ? "mapping" : "list") is the key, expected a string", key)
    }
    do throws(ScalarError) {
      switch try forest.decodedScalarValue(key, dialect: .kustomization) {
      case .null: return error("the key is null, expected a string", key)
      case .unsigned: return error("the key '\(forest.text(key))' is too large a number, put it in quotes", key)
      case .boolean, .integer, .float, .string: return nil
      }
    } catch {
      return self.error(error.message, key)
    }
  }

  private func error(_ message: String, _ ref: NodeRef) -> BuildError {
    BuildError(kind: .invalidKustomization, message: message, range: forest.range(ref))
  }
}
