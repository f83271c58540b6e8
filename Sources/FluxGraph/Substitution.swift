package import SourceText
import YAMLSyntax

/// The variables of one Kustomization (`spec.postBuild`).
package struct SubstitutionScope: Sendable {
  /// Whether anything is substituted at all: with no variable nothing is, unless the strategy is Always
  /// (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  package var isActive = false
  package var values: [String: VariableValue] = [:]
  /// Where each variable is defined: the key in `substitute`, or in the ConfigMap or Secret.
  package var definitions: [String: SourceRange] = [:]
  /// Sources of variables that cannot be looked into, each with its reason: other variables may be defined there.
  package var openSources: [OpenSource] = []

  package struct OpenSource: Hashable, Sendable {
    package var reason: String
    package var range: SourceRange
  }
}

/// One use of a variable in an object.
package struct VariableUse: Hashable, Sendable {
  package var name: String
  /// The `${...}` in its file.
  package var range: SourceRange
  /// Index into the cluster's objects.
  package var object: Int
}

/// Why substitution fails.
package struct SubstitutionError: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange
}

/// Substitutes the scalars of one object.
struct ObjectSubstitution {
  let scope: SubstitutionScope
  /// Index of the object, for uses.
  let object: Int
  /// The tree that new nodes go to.
  let buildTree: UInt32
  var undefined: [VariableUse] = []
  var undecided: [VariableUse] = []
  var errors: [SubstitutionError] = []

  init(scope: SubstitutionScope, object: Int, buildTree: UInt32) {
    self.scope = scope
    self.object = object
    self.buildTree = buildTree
  }

  /// The node after substitution: itself when nothing changes, else a copy of the path to what changed.
  mutating func substituted(_ ref: NodeRef, in forest: inout Forest, depth: Int = 0) -> NodeRef {
    let target = forest.resolved(ref)
    let node = forest.written(target)
    guard node.flags.contains(.containsDollar), depth < 1_000 else { return ref }
    switch node.kind {
    case .alias: return ref
    case .scalar: return substitutedScalar(target, node, in: &forest)
    case .sequence:
      let old = Array(forest.items(target))
      var new: [NodeRef] = []
      for item in old { new.append(substituted(item, in: &forest, depth: depth + 1)) }
      guard new != old else { return ref }
      return forest.withTree(buildTree) {
        $0.appendSequence(
          new, style: node.style, range: node.range, flags: node.flags.intersection(.containsDollar), tree: buildTree)
      }
    case .mapping:
      let old = forest.pairs(target)
      var new: [Forest.Pair] = []
      var isChanged = false
      for pair in old {
        let key = substituted(pair.key, in: &forest, depth: depth + 1)
        let value = substituted(pair.value, in: &forest, depth: depth + 1)
        isChanged = isChanged || key != pair.key || value != pair.value
        new.append(Forest.Pair(key: key, value: value))
      }
      guard isChanged else { return ref }
      return forest.withTree(buildTree) {
        $0.appendMapping(
          new, style: node.style, range: node.range, flags: node.flags.intersection(.containsDollar), tree: buildTree)
      }
    }
  }

  private mutating func substitutedScalar(_ ref: NodeRef, _ node: Node, in forest: inout Forest) -> NodeRef {
    let parts: [Envsubst.Part]
    do {
      parts = try forest.withText(ref) { bytes throws(Envsubst.SyntaxError) in try Envsubst.parse(bytes) }
    } catch let error as Envsubst.SyntaxError {
      let range = forest.sourceRange(of: ref, decoded: error.range)
      errors.append(SubstitutionError(message: Self.message(for: error, of: ref, in: forest), range: range))
      return ref
    } catch {
      return ref
    }
    let result = Envsubst.evaluate(parts, values: scope.values, isOpen: !scope.openSources.isEmpty)
    for use in result.undefined { undefined.append(self.use(use, of: ref, in: forest)) }
    for use in result.undecided { undecided.append(self.use(use, of: ref, in: forest)) }
    guard let text = result.text else { return ref }
    return forest.withTree(buildTree) {
      $0.appendScalar(text.utf8, style: node.style, tag: node.tag, range: node.range, tree: buildTree)
    }
  }

  private func use(_ expression: Envsubst.Expression, of ref: NodeRef, in forest: Forest) -> VariableUse {
    VariableUse(
      name: expression.name, range: forest.sourceRange(of: ref, decoded: expression.range), object: object)
  }

  private static func message(for error: Envsubst.SyntaxError, of ref: NodeRef, in forest: Forest) -> String {
    let text = forest.withText(ref) { bytes in
      String(decoding: bytes[error.range.clamped(to: 0..<bytes.count)].prefix(40), as: UTF8.self)
    }
    switch error.reason {
    case .noVariableName:
      return
        "'\(text)' is no variable: envsubst fails with 'unable to parse variable name'; write '$${' for a literal '${'"
    case .missingClosingBrace:
      return
        "'\(text)' is no expression of envsubst, which fails with 'missing closing brace'; write '$${' for a literal '${'"
    }
  }
}
