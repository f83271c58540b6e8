import Manifests
import SourceText
import YAMLSyntax

// `vars` (api/internal/accumulator/resaccumulator.go, api/filters/refvar).
extension KustomizeEngine {
  /// Notes which objects the variables of a layer mean. An object that is not there yet may be one that comes later
  /// under the same name only through another layer's variable: upstream does not look again either.
  mutating func bind(_ variables: [Variable], in layer: inout Layer) {
    guard !variables.isEmpty else { return }
    var byName: [String: [Int]] = [:]
    for (index, resource) in layer.resources.items.enumerated() {
      for name in Set(resource.previous.map(\.name) + [resource.id.name]) { byName[name, default: []].append(index) }
    }
    for variable in variables {
      let matches = (byName[variable.objectName] ?? []).filter { variable.names(layer.resources.items[$0]) }
      if matches.count > 1 {
        let items = layer.resources.items
        layer.report.addError(
          .other,
          "var '\(variable.name.text)' is of '\(variable.objectDescription)', which \(matches.count) objects of the build "
            + "are or were called: add a 'namespace' to 'objref'", at: variable.range,
          related: items[matches[0]].origin)
      } else if let index = matches.first {
        layer.resources.update(at: index) { $0.variables.append(variable.name.text) }
      }
    }
    layer.add(variables, through: nil)
  }

  /// Writes the values of all variables where they are used, once at the root of a build.
  mutating func resolveVariables(in layer: inout Layer) {
    guard !layer.variables.isEmpty, let values = values(of: layer.variables, in: &layer) else { return }
    let ranges = Dictionary(layer.variables.map { ($0.name.text, $0.range) }, uniquingKeysWith: { first, _ in first })
    var trees: [ResourceType: PathTree] = [:]
    var writing = VariableWriting(expansion: VariableExpansion(values: values), writer: writer)
    let specs = layer.config[.varReference]
    for index in layer.resources.items.indices {
      let resource = layer.resources.items[index]
      let type = ResourceType(group: resource.id.group, version: resource.id.version, kind: resource.id.kind)
      let tree = trees[type] ?? Self.tree(of: specs, for: resource.id)
      trees[type] = tree
      if tree.isEmpty { continue }
      do throws(MergeFailure) {
        var walk = PathWalk(tree, writer)
        writing.used = []
        let root = try walk.update(resource.root, in: &sources.forest) { (node, end, forest) throws(MergeFailure) in
          var node = node
          for _ in tree.ends[end].targets { node = try writing.write(to: node, tree.ends[end], &forest) }
          return node
        }
        guard root != resource.root else { continue }
        let modifiers = writing.used.compactMap { ranges[$0] }.sorted { $0.lowerBound < $1.lowerBound }
        layer.resources.update(at: index) {
          $0.root = root
          $0.modifiers += modifiers.map { ObjectModifier(kind: .variable, range: $0) }
        }
      } catch {
        layer.report.addError(
          .other, "the vars in '\(resource.id.description)' cannot be resolved: \(error.message)",
          at: error.range ?? resource.origin)
      }
    }
  }

  private struct ResourceType: Hashable {
    var group: String
    var version: String
    var kind: String
  }

  private static func tree(of specs: [FieldSpec], for id: ResourceID) -> PathTree {
    var tree = PathTree()
    for spec in specs where spec.fits(id) { tree.add(spec, target: 0) }
    return tree
  }

  // MARK: Values

  /// The values of all variables; nil when one of them has none, which is an error.
  private func values(of variables: [Variable], in layer: inout Layer) -> [String: VariableValue]? {
    var owners: [String: Int] = [:]
    for (index, resource) in layer.resources.items.enumerated() {
      for name in resource.variables where owners[name] == nil { owners[name] = index }
    }
    var values: [String: VariableValue] = [:]
    var isComplete = true
    let mayBeElsewhere = !layer.report.errors.isEmpty || layer.report.mayLackObjects
    for variable in variables {
      guard let owner = owners[variable.name.text] else {
        isComplete = false
        if !mayBeElsewhere { reportUnbound(variable, in: &layer) }
        continue
      }
      let resource = layer.resources.items[owner]
      let path = variable.fieldPath?.text ?? ""
      let node = FieldPath(path.isEmpty ? "metadata.name" : path).find(in: resource.root, sources.forest)
      guard let node, let value = sources.forest.variableValue(node) else {
        isComplete = false
        let what = node == nil ? "which that object does not have" : "which is no number that can be read"
        layer.report.addError(
          .other, "var '\(variable.name.text)' is the field '\(path)' of '\(resource.id.description)', \(what)",
          at: variable.fieldPath?.range ?? variable.range, related: resource.origin)
        continue
      }
      values[variable.name.text] = value
    }
    return isComplete ? values : nil
  }

  private func reportUnbound(_ variable: Variable, in layer: inout Layer) {
    var message =
      "var '\(variable.name.text)' cannot be mapped to a field: '\(variable.objectDescription)' is not in the build"
    let same = layer.resources.items.first { $0.id.name == variable.objectName && $0.id.kind == variable.kind }
    if let same {
      let apiVersion = same.id.group.isEmpty ? same.id.version : "\(same.id.group)/\(same.id.version)"
      if same.id.group != variable.group || same.id.version != variable.version {
        message += " with that apiVersion: set 'apiVersion: \(apiVersion)' in 'objref'"
      } else {
        message += " where the var is defined"
      }
    } else {
      let names = layer.resources.items.lazy.filter { $0.id.kind == variable.kind }.map(\.original.name)
      if let name = Suggestion.nearest(to: variable.objectName, in: Array(names)) {
        message += ", did you mean '\(name)'?"
      }
    }
    layer.report.addError(.other, message, at: variable.range)
  }
}

/// Writes values into one object after the other.
private struct VariableWriting {
  var expansion: VariableExpansion
  let writer: NodeWriter
  /// The variables that were written to the current object.
  var used: Set<String> = []

  /// A text, the texts of a mapping, or a list of texts.
  mutating func write(
    to node: NodeRef, _ place: PathTree.End, _ forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    if forest.isNull(node) { return node }
    switch forest.kind(node) {
    case .scalar, .alias: return forest.isText(node) ? try expanded(node, &forest) : node
    case .mapping:
      var pairs = forest.expandedPairs(node)
      var isChanged = false
      for index in pairs.indices {
        guard forest.isText(pairs[index].key) else {
          throw MergeFailure(
            message: "the key '\(forest.text(pairs[index].key))' is no string: put it in quotes",
            range: forest.range(pairs[index].key))
        }
        guard forest.isText(pairs[index].value) else { continue }
        let value = try expanded(pairs[index].value, &forest)
        if value != pairs[index].value { isChanged = true }
        pairs[index].value = value
      }
      return isChanged ? writer.mapping(pairs, like: node, in: &forest) : node
    case .sequence:
      var items = Array(forest.items(node))
      var isChanged = false
      for index in items.indices {
        guard forest.isText(items[index]) else {
          throw MergeFailure(
            message: "an entry of '\(place.pathText)' is no string: put it in quotes", range: forest.range(items[index])
          )
        }
        let item = try expanded(items[index], &forest)
        if item != items[index] { isChanged = true }
        items[index] = item
      }
      return isChanged ? writer.sequence(items, like: node, in: &forest) : node
    }
  }

  private mutating func expanded(_ node: NodeRef, _ forest: inout Forest) throws(MergeFailure) -> NodeRef {
    let text = forest.withText(node) { Array($0) }
    let range = forest.range(node)
    switch expansion.expand(text, used: &used) {
    case .unchanged: return node
    case .text(let text), .value(.string(let text)): return writer.string(text, at: range, in: &forest)
    case .value(let value):
      return writer.scalar(value.formatted ?? "", style: .plain, tag: value.tag, at: range, in: &forest)
    case .tooLong:
      throw MergeFailure(message: "the values of the vars make the build too large", range: range)
    }
  }
}

extension VariableValue {
  fileprivate var tag: Node.Tag {
    switch self {
    case .string, .collection: .string
    case .integer: .integer
    case .float: .float
    case .boolean: .boolean
    }
  }
}

extension Forest {
  /// Whether a node is a scalar that kustomize takes for a string.
  fileprivate func isText(_ ref: NodeRef) -> Bool {
    let node = self[ref]
    guard node.kind == .scalar else { return false }
    if node.tag == .string || node.tag.isAbsent && node.style != .plain { return true }
    guard node.tag.isAbsent, !isNull(ref), case .string(let text) = scalarValue(ref, dialect: .resource) else {
      return false
    }
    // A date reads as a string too, but as another one.
    return hasText(ref, text)
  }

  /// The value of a field as a variable has it; nil for a number that cannot be read.
  fileprivate func variableValue(_ ref: NodeRef) -> VariableValue? {
    guard kind(ref) == .scalar else { return .collection }
    let text = text(ref)
    switch scalarValue(ref, dialect: .resource) {
    case .integer, .unsigned: return Int(text).map { .integer($0) }
    case .float: return Double(text).map { .float($0) }
    case .boolean(let truth): return .boolean(truth)
    case .null, .string: return .string(text)
    }
  }
}
