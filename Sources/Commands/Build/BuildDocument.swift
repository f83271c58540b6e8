import Kustomize
import Printing
import SourceText
import YAMLSyntax

/// How built objects are written.
package enum BuildFormat: String, Sendable, CaseIterable {
  case yaml
  case json
}

/// Writes the objects of a build.
struct BuildDocument {
  let objects: [BuiltObject]
  let forest: Forest
  let places: SourcePlaces
  let withProvenance: Bool

  /// The objects as kustomize prints them, with comments if their places are wanted.
  func yaml() -> (bytes: [UInt8], problems: [PrintProblem]) {
    var printer = YAMLPrinter(forest)
    for object in objects {
      guard withProvenance else {
        printer.add(object.root)
        continue
      }
      let provenance = Provenance(of: object, in: forest, places)
      printer.add(object.root, heading: provenance.heading, note: provenance.note)
    }
    return (printer.bytes, printer.problems)
  }

  /// The objects as a `List` that kubectl takes; if their places are wanted, each in an object that says them.
  func json() -> (bytes: [UInt8], problems: [PrintProblem]) {
    // What kustomize makes of an object by printing it must be in both forms, so one is made from the other.
    var printer = YAMLPrinter(forest)
    for object in objects { printer.add(object.root) }
    guard printer.problems.isEmpty else { return ([], printer.problems) }
    let text = YAMLParser.parse(printer.bytes, file: FileID(0), tree: 0, limits: Self.limits)
    guard text.documents.count == objects.count, text.problems.isEmpty else {
      let node = objects.first?.root ?? NodeRef(tree: 0, node: 0)
      return ([], [PrintProblem(message: "the objects are too large to be written as JSON", node: node)])
    }
    let roots = text.documents.map(\.root)
    var maker = NodeMaker(Forest(trees: [text]))
    let root = withProvenance ? describe(roots, with: &maker) : list(roots, with: &maker)
    var json = JSONPrinter(forest: maker.forest, layout: .indented, dialect: .resource, nodeLimit: .max)
    do throws(JSONPrintError) { try json.append(root) } catch {
      return ([], [PrintProblem(message: error.message, node: objects.first?.root ?? NodeRef(tree: 0, node: 0))])
    }
    return (json.bytes + Array("\n".utf8), [])
  }

  /// The text is our own, so only its offsets bound it.
  private static var limits: YAMLLimits {
    var limits = YAMLLimits()
    limits.bytes = 1 << 30
    limits.depth = 2_000
    limits.expandedNodes = 40_000_000
    return limits
  }

  private func list(_ roots: [NodeRef], with maker: inout NodeMaker) -> NodeRef {
    let fields = [
      ("apiVersion", maker.string("v1")), ("kind", maker.string("List")), ("items", maker.list(roots)),
    ]
    return maker.map(fields)
  }

  private func describe(_ roots: [NodeRef], with maker: inout NodeMaker) -> NodeRef {
    var described: [NodeRef] = []
    for (object, root) in zip(objects, roots) {
      let provenance = Provenance(of: object, in: forest, places)
      let modifiers = object.modifiers.map { modifier in
        maker.map([("kind", maker.string(modifier.kind.rawValue))] + place(modifier.range, with: &maker))
      }
      let fields = provenance.fields().map { field in
        maker.map([("path", maker.string(field.path))] + place(field.range, with: &maker))
      }
      described.append(
        maker.map(
          [("object", root)] + place(object.origin, with: &maker) + [
            ("modifiers", maker.list(modifiers)), ("fields", maker.list(fields)),
          ]))
    }
    return maker.map([("objects", maker.list(described))])
  }

  private func place(_ range: SourceRange, with maker: inout NodeMaker) -> [(String, NodeRef)] {
    [("file", maker.string(places.path(of: range))), ("line", maker.number(places.line(of: range)))]
  }
}

/// Makes nodes around others.
private struct NodeMaker {
  private(set) var forest: Forest
  private let tree: UInt32
  private let range = SourceRange(file: FileID(0), 0..<0)

  init(_ forest: Forest) {
    self.forest = forest
    tree = self.forest.append(YAMLTree())
  }

  mutating func string(_ text: String) -> NodeRef { scalar(text, .doubleQuoted) }

  mutating func number(_ value: Int) -> NodeRef { scalar(String(value), .plain) }

  mutating func list(_ items: [NodeRef]) -> NodeRef {
    let flags = forest.flags(ofSequence: items)
    return forest.withTree(tree) { $0.appendSequence(items, range: range, flags: flags, tree: tree) }
  }

  mutating func map(_ fields: [(String, NodeRef)]) -> NodeRef {
    let pairs = fields.map { Forest.Pair(key: string($0.0), value: $0.1) }
    let flags = forest.flags(ofMapping: pairs)
    return forest.withTree(tree) { $0.appendMapping(pairs, range: range, flags: flags, tree: tree) }
  }

  private mutating func scalar(_ text: String, _ style: Node.Style) -> NodeRef {
    forest.withTree(tree) { $0.appendScalar(text.utf8, style: style, range: range, tree: tree) }
  }
}
