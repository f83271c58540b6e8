import FluxModel
import Manifests
import SourceText
import YAMLSyntax

/// The objects that the Flux Operator makes of a ResourceSet, as far as its own text says it: `spec.resources`, once for
/// each entry of `spec.inputs`, with `<< inputs.NAME >>` replaced (flux-operator `internal/builder/resourceset.go`).
///
/// Templates are in the language of Go; only the names of inputs, with `quote` behind them or not, are carried out.
struct ResourceSetExpansion {
  /// One object, and the entry of `spec.resources` that it is made of.
  struct Made {
    var root: NodeRef
    var origin: SourceRange
  }

  private(set) var made: [Made] = []
  /// Whether it makes more than is in `made`.
  private(set) var isOpen = false
  /// The kinds of what is not in `made`; nil when they are not known, or may apply objects of any kind.
  private(set) var openKinds: Set<String>? = []
  /// What the templates of those call them.
  private(set) var openNames: [String: [TemplateName]] = [:]

  /// More objects than anybody writes: a bound against templates that multiply.
  private static let limit = 10_000

  /// Texts of templates that an input from a Secret is put into, with its name.
  private(set) var secretPlaces: [SourceRange: String] = [:]
  /// The same of the ResourceSet itself.
  private let knownSecretPlaces: [SourceRange: String]
  private let buildTree: UInt32
  private let namespace: String
  private let name: String

  /// - Parameters:
  ///   - secretPlaces: texts that took a value from a Secret, with its name.
  ///   - buildTree: the tree that new nodes go to.
  init(
    _ root: NodeRef, _ id: ObjectID, secretPlaces: [SourceRange: String] = [:], buildTree: UInt32,
    in forest: inout Forest
  ) {
    self.buildTree = buildTree
    knownSecretPlaces = secretPlaces
    namespace = id.namespace ?? ""
    name = id.name
    guard let spec = forest.value(root, "spec") else { return }
    if forest.givenText(spec, "resourcesTemplate") != nil { leaveOpen(nil) }
    let resources = forest.value(spec, "resources").map { Array(forest.items($0)) } ?? []
    let inputs = forest.value(spec, "inputs").map { Array(forest.items($0)) } ?? []
    let providers = forest.value(spec, "inputsFrom").map { forest.count($0) } ?? 0
    let strategy = forest.value(spec, "inputStrategy").flatMap { forest.givenText($0, "name") } ?? "Flatten"
    guard providers == 0, strategy == "Flatten" || inputs.count < 2, resources.count * inputs.count <= Self.limit else {
      for resource in resources { leaveOpen(resource, in: forest) }
      return
    }
    var known: Set<ObjectID> = []
    for resource in resources {
      for input in inputs.isEmpty ? [nil] : inputs.map(Optional.some) {
        guard let object = filled(resource, with: input, in: &forest) else {
          leaveOpen(resource, in: forest)
          break
        }
        guard let id = forest.objectID(ManifestObject(root: object)), !isSwitchedOff(object, in: forest),
          known.insert(id).inserted
        else { continue }
        made.append(Made(root: object, origin: forest.range(resource)))
      }
    }
  }

  // MARK: - What is not known

  private mutating func leaveOpen(_ kind: String?) {
    isOpen = true
    // What a Kustomization applies, or another ResourceSet makes, can be anything.
    if let kind, kind != "Kustomization", kind != "ResourceSet", !kind.contains("<<") {
      openKinds?.insert(kind)
    } else {
      openKinds = nil
    }
  }

  private mutating func leaveOpen(_ resource: NodeRef, in forest: Forest) {
    let kind = forest.givenText(resource, "kind")
    leaveOpen(kind)
    guard let kind, !kind.contains("<<") else { return }
    let name = forest.value(resource, "metadata").flatMap { forest.givenText($0, "name") }
    openNames[kind, default: []].append(TemplateName(name ?? "<< >>"))
  }

  /// `fluxcd.controlplane.io/reconcile: disabled` leaves one of the resources out.
  private func isSwitchedOff(_ object: NodeRef, in forest: Forest) -> Bool {
    forest.value(object, "metadata", "annotations").flatMap {
      forest.value($0, "fluxcd.controlplane.io/reconcile")
    }.map { forest.hasText($0, "disabled") } ?? false
  }

  // MARK: - Filling in

  /// The node with every expression replaced; nil when one is not carried out.
  private mutating func filled(_ ref: NodeRef, with input: NodeRef?, in forest: inout Forest, depth: Int = 0)
    -> NodeRef?
  {
    let target = forest.resolved(ref)
    let node = forest.written(target)
    guard depth < 1_000 else { return nil }
    switch node.kind {
    case .alias: return ref
    case .scalar: return filledScalar(target, node, isKey: false, with: input, in: &forest)
    case .sequence:
      let old = Array(forest.items(target))
      var new: [NodeRef] = []
      for item in old {
        guard let item = filled(item, with: input, in: &forest, depth: depth + 1) else { return nil }
        new.append(item)
      }
      guard new != old else { return ref }
      let flags = forest.flags(ofSequence: new)
      return forest.withTree(buildTree) {
        $0.appendSequence(new, style: node.style, range: node.range, flags: flags, tree: buildTree)
      }
    case .mapping:
      var new: [Forest.Pair] = []
      var isChanged = false
      for pair in forest.pairs(target) {
        guard
          let key = filledScalar(forest.resolved(pair.key), forest[pair.key], isKey: true, with: input, in: &forest),
          let value = filled(pair.value, with: input, in: &forest, depth: depth + 1)
        else { return nil }
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

  /// The operator writes the resource as YAML, fills it in as a text and reads it again: the quotes of the source are
  /// gone, as with post-build substitution.
  private mutating func filledScalar(
    _ ref: NodeRef, _ node: Node, isKey: Bool, with input: NodeRef?, in forest: inout Forest
  ) -> NodeRef? {
    guard node.kind == .scalar, forest.withText(ref, Self.hasTemplate) else { return ref }
    let text = forest.text(ref)
    let written = forest.withText(ref) { WrittenScalar($0, at: isKey ? .key : .value) }
    guard let parts = Self.parts(of: text) else { return nil }
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .input(let path, let isQuoted):
        guard let value = value(path, of: input, in: forest) else { return nil }
        if !knownSecretPlaces.isEmpty, let source = inputNode(path, of: input, in: forest),
          let secret = knownSecretPlaces[forest.range(source)]
        {
          secretPlaces[node.range] = secret
        }
        if isQuoted, parts.count == 1, written.style == .plain {
          return forest.withTree(buildTree) {
            $0.appendScalar(value.utf8, style: .doubleQuoted, tag: .string, range: node.range, tree: buildTree)
          }
        }
        // Quotes within a text, and whatever could end one, are left alone.
        guard !isQuoted, written.style == .plain || !value.utf8.contains(where: { "'\"\\\n".utf8.contains($0) }) else {
          return nil
        }
        result += value
      }
    }
    if written.style == .plain {
      guard result.withUTF8({ WrittenScalar.isPlain($0) }) else { return nil }
      return forest.withTree(buildTree) {
        $0.appendScalar(result.utf8, style: .plain, range: node.range, tree: buildTree)
      }
    }
    return forest.withTree(buildTree) {
      $0.appendScalar(result.utf8, style: .doubleQuoted, tag: .string, range: node.range, tree: buildTree)
    }
  }

  private static func hasTemplate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count > 2 else { return false }
    return (1..<text.count).contains { text[$0] == UInt8(ascii: "<") && text[$0 - 1] == UInt8(ascii: "<") }
  }

  /// The value of an input, as a template prints it.
  private func value(_ path: [Substring], of input: NodeRef?, in forest: Forest) -> String? {
    guard let input else { return nil }
    if path.count == 2, path[0] == "provider", forest.value(input, "provider") == nil {
      // Inputs of the ResourceSet itself name it as their provider.
      switch path[1] {
      case "kind": return "ResourceSet"
      case "apiVersion": return "\(FluxKinds.operatorGroup)/v1"
      case "name": return name
      case "namespace": return namespace
      default: return nil
      }
    }
    guard let node = inputNode(path, of: input, in: forest), forest.kind(node) == .scalar else { return nil }
    switch forest.scalarValue(node, dialect: .resource) {
    case .string(let text): return text
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .unsigned(let value): return String(value)
    // Go prints them in ways of its own.
    case .float, .null: return nil
    }
  }

  private func inputNode(_ path: [Substring], of input: NodeRef?, in forest: Forest) -> NodeRef? {
    path.reduce(input) { node, key in node.flatMap { forest.value($0, key: String(key)) } }
  }

  // MARK: - The language

  private enum Part {
    case text(String)
    case input([Substring], isQuoted: Bool)
  }

  /// Cuts a text at its expressions; nil when one of them is more than the name of an input.
  private static func parts(of text: String) -> [Part]? {
    var parts: [Part] = []
    var rest = text[...]
    while let start = range(of: "<", in: rest) {
      if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
      let inner = rest[start.upperBound...]
      guard let end = range(of: ">", in: inner) else { return nil }
      guard let part = expression(inner[..<end.lowerBound]) else { return nil }
      parts.append(part)
      rest = inner[end.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  /// Where a character stands twice.
  private static func range(of character: Character, in text: Substring) -> Range<Substring.Index>? {
    var index = text.startIndex
    while let first = text[index...].firstIndex(of: character) {
      let next = text.index(after: first)
      if next < text.endIndex, text[next] == character { return first..<text.index(after: next) }
      index = next
    }
    return nil
  }

  private static func expression(_ text: Substring) -> Part? {
    let words = text.split { $0 == " " || $0 == "\t" }
    guard let first = words.first, first.hasPrefix("inputs."),
      words.count == 1 || words.count == 3 && words[1] == "|" && words[2] == "quote"
    else { return nil }
    let path = first.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    let isName = path.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
    return isName ? .input(Array(path), isQuoted: words.count == 3) : nil
  }
}
