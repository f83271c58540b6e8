import GoTemplates
import Manifests
import SourceText
import YAMLSyntax

/// Carries out the templates of a ResourceSet, and makes nodes of what they print.
struct TemplateFilling {
  /// Texts of templates that an input from a Secret is put into, with its name.
  private(set) var secretPlaces: [SourceRange: String] = [:]
  /// The same of the ResourceSet itself.
  private let knownSecretPlaces: [SourceRange: String]
  private let buildTree: UInt32

  init(buildTree: UInt32, knownSecretPlaces: [SourceRange: String]) {
    self.buildTree = buildTree
    self.knownSecretPlaces = knownSecretPlaces
  }

  // MARK: - Documents

  /// The objects that a text of many documents makes, for all inputs, with the places of the template.
  mutating func documents(
    of template: NodeRef, _ inputs: [ResourceSetInput], in forest: inout Forest
  ) throws(TemplateStop) -> [NodeRef] {
    guard knownSecretPlaces[forest.range(template)] == nil else {
      throw TemplateStop("a value of a Secret is in the template")
    }
    let program = try TemplateProgram(forest.withText(template) { Array($0) }, delimiters: .angles)
    var roots: [NodeRef] = []
    for input in inputs {
      let output = try program.output(inputs: input.value)
      let runs = output.runs.map { MadeRun(output: $0.output, source: $0.source, isCopy: $0.isText) }
      let tree = forest.parseMade(output.bytes, runs: runs, of: template, tree: forest.nextTreeIndex)
      guard tree.problems.isEmpty else { throw TemplateStop("what the template prints is no valid YAML") }
      if let secret = Self.secret(program, input) { hide(tree, runs, of: template, secret, in: forest) }
      let documents = tree.documents.map(\.root)
      _ = forest.append(tree)
      for root in documents { roots += try objects(root, in: forest) }
    }
    return roots
  }

  /// What is no mapping ends the run, and of what has items each is an object (fluxcd/pkg `ssa/utils`, `ReadObjects`).
  private func objects(_ root: NodeRef, in forest: Forest) throws(TemplateStop) -> [NodeRef] {
    switch forest.kind(root) {
    case .mapping: break
    case .scalar where forest.scalarValue(root, dialect: .resource) == .null: return []
    case .scalar, .sequence, .alias: throw TemplateStop("the template prints a document that is no object")
    }
    guard let items = forest.value(root, "items"), forest.kind(items) == .sequence else { return [root] }
    return Array(forest.items(items))
  }

  /// Keeps what a value of a Secret became out of reports.
  private mutating func hide(
    _ tree: YAMLTree, _ runs: [MadeRun], of template: NodeRef, _ secret: String, in forest: Forest
  ) {
    let map = forest.contentMap(of: template)
    let actions = Set(runs.lazy.filter { !$0.isCopy }.map { map.range(of: $0.source) })
    for node in tree.nodes where node.kind == .scalar {
      if actions.contains(where: { node.range.contains($0) || $0.contains(node.range) }) {
        secretPlaces[node.range] = secret
      }
    }
  }

  /// The Secret whose values a template may print.
  private static func secret(_ program: TemplateProgram, _ input: ResourceSetInput) -> String? {
    guard let names = program.inputNames else { return input.secrets.values.min() }
    return input.secrets.lazy.filter { names.contains($0.key) }.map(\.value).min()
  }

  // MARK: - Resources

  /// The node with every template in it carried out.
  mutating func filled(
    _ ref: NodeRef, with input: ResourceSetInput, in forest: inout Forest, depth: Int = 0
  ) throws(TemplateStop) -> NodeRef {
    let target = forest.resolved(ref)
    let node = forest.written(target)
    guard depth < 1_000 else { throw TemplateStop("it is nested too deep") }
    switch node.kind {
    case .alias: return ref
    case .scalar: return try filledScalar(target, node, isKey: false, with: input, in: &forest)
    case .sequence:
      let old = Array(forest.items(target))
      var new: [NodeRef] = []
      for item in old { new.append(try filled(item, with: input, in: &forest, depth: depth + 1)) }
      guard new != old else { return ref }
      let flags = forest.flags(ofSequence: new)
      return forest.withTree(buildTree) {
        $0.appendSequence(new, style: node.style, range: node.range, flags: flags, tree: buildTree)
      }
    case .mapping:
      var new: [Forest.Pair] = []
      var isChanged = false
      for pair in forest.pairs(target) {
        let key = try filledScalar(forest.resolved(pair.key), forest[pair.key], isKey: true, with: input, in: &forest)
        let value = try filled(pair.value, with: input, in: &forest, depth: depth + 1)
        isChanged = isChanged || key != forest.resolved(pair.key) || value != pair.value
        new.append(Forest.Pair(key: key, value: value))
      }
      guard isChanged else { return ref }
      let flags = forest.flags(ofMapping: new)
      return forest.withTree(buildTree) {
        $0.appendMapping(new, style: node.style, range: node.range, flags: flags, tree: buildTree)
      }
    }
  }

  /// The operator writes the resource as YAML, carries it out as one template and reads it again: the quotes of the source
  /// are gone, as with post-build substitution. Here each scalar is a template by itself.
  private mutating func filledScalar(
    _ ref: NodeRef, _ node: Node, isKey: Bool, with input: ResourceSetInput, in forest: inout Forest
  ) throws(TemplateStop) -> NodeRef {
    guard node.kind == .scalar, forest.withText(ref, Self.hasTemplate) else { return ref }
    let written = forest.withText(ref) { WrittenScalar($0, at: isKey ? .key : .value) }
    let program = try TemplateProgram(forest.withText(ref) { Array($0) }, delimiters: .angles)
    let output = try program.output(inputs: input.value)
    if let secret = Self.secret(program, input) { secretPlaces[node.range] = secret }
    if written.style == .plain {
      if output.bytes.withUnsafeBufferPointer({ WrittenScalar.isPlain($0) }) {
        return forest.withTree(buildTree) {
          $0.appendScalar(output.bytes, style: .plain, range: node.range, tree: buildTree)
        }
      }
      guard let text = Self.unquoted(output.bytes) else {
        throw TemplateStop("what becomes of '\(forest.text(ref))' is not known")
      }
      return forest.withTree(buildTree) {
        $0.appendScalar(text, style: .doubleQuoted, tag: .string, range: node.range, tree: buildTree)
      }
    }
    // Quotes are escaped within a text, and whatever could end it is left alone.
    guard !program.hasQuotes, !output.printedByActions.contains(where: { "'\"\\\n".utf8.contains($0) }) else {
      throw TemplateStop("what becomes of a text with quotes in it is not known")
    }
    return forest.withTree(buildTree) {
      $0.appendScalar(output.bytes, style: .doubleQuoted, tag: .string, range: node.range, tree: buildTree)
    }
  }

  private static func hasTemplate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count > 2 else { return false }
    return (1..<text.count).contains { text[$0] == UInt8(ascii: "<") && text[$0 - 1] == UInt8(ascii: "<") }
  }

  /// The text of a string with nothing in it that its quotes would have to escape; nil for others.
  private static func unquoted(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    guard bytes.count > 1, let quote = bytes.first, quote == bytes.last, "'\"".utf8.contains(quote) else { return nil }
    let text = bytes[1..<bytes.count - 1]
    return text.contains { $0 == quote || $0 == UInt8(ascii: "\\") || $0 < 0x20 } ? nil : text
  }
}
