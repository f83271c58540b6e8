/// What a scalar is once the Kubernetes toolchain has read it.
package enum ScalarValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case float(Double)
  case string(String)
}

/// Which reader: they disagree on `yes`, dates and more.
package enum ScalarDialect: Sendable {
  /// Resource files and patches (kyaml on go-yaml v3): `yes` is a string.
  case resource
  /// kustomization.yaml and text after substitution (sigs.k8s.io/yaml on go-yaml v2): `yes` is true.
  case kustomization
}

/// A scalar that cannot be what it says it is; kustomize and the controllers refuse the document.
package struct ScalarError: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
}

extension Forest {
  /// What the scalar `ref` is, aliases followed. A text that does not fit its tag is a string; a collection is null.
  package func scalarValue(_ ref: NodeRef, dialect: ScalarDialect) -> ScalarValue {
    let node = self[ref]
    guard node.kind == .scalar else { return .null }
    if let value = frequentValue(ref, node) { return value }
    let scalar = PlainScalar(text: text(ref), dialect: dialect)
    do throws(ScalarError) { return try scalar.value(tag: node.tag, isPlain: node.style == .plain) } catch {
      return .string(scalar.text)
    }
  }

  private func frequentValue(_ ref: NodeRef, _ node: Node) -> ScalarValue? {
    guard node.style == .plain, node.tag == .none else { return nil }
    return withText(ref) { PlainText.frequentValue($0) }
  }

  /// Whether there is a value in an object and it is true.
  package func isTrue(_ ref: NodeRef?) -> Bool {
    ref.map { scalarValue($0, dialect: .resource) == .boolean(true) } ?? false
  }

  /// What the scalar `ref` is before it passes through JSON, which makes an integer of `1e3`; a collection is null.
  ///
  /// - Throws: `ScalarError` if the text does not fit its tag (`!!int x`).
  package func decodedScalarValue(_ ref: NodeRef, dialect: ScalarDialect) throws(ScalarError) -> ScalarValue {
    let node = self[ref]
    guard node.kind == .scalar else { return .null }
    if let value = frequentValue(ref, node) { return value }
    let scalar = PlainScalar(text: text(ref), dialect: dialect)
    return try scalar.decoded(tag: node.tag, isPlain: node.style == .plain)
  }

  /// What the scalar `ref` is, aliases followed; a collection is null.
  ///
  /// - Throws: `ScalarError` if the text does not fit its tag (`!!int x`), or is a number that JSON does not know
  ///   (`.inf`, `.nan`).
  package func checkedScalarValue(_ ref: NodeRef, dialect: ScalarDialect) throws(ScalarError) -> ScalarValue {
    let node = self[ref]
    guard node.kind == .scalar else { return .null }
    if let value = frequentValue(ref, node) { return value }
    let scalar = PlainScalar(text: text(ref), dialect: dialect)
    let value = try scalar.value(tag: node.tag, isPlain: node.style == .plain)
    if case .float(let number) = value, !number.isFinite {
      throw ScalarError(message: "'\(scalar.text)' is a number that cannot be written as JSON, quote it")
    }
    return value
  }
}
