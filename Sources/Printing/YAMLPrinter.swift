package import YAMLSyntax

/// Why an object cannot be printed; kustomize fails at the same place.
package struct PrintProblem: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  /// The key or value at fault.
  package var node: NodeRef

  package init(message: String, node: NodeRef) {
    self.message = message
    self.node = node
  }
}

/// Prints objects as `kustomize build` does, byte for byte.
///
/// kustomize turns each object into JSON and that into YAML by go-yaml v2 (`sigs.k8s.io/yaml`), so nothing of the
/// source's style, comments, anchors and order of keys is left: lists are not indented below their key, keys are sorted,
/// and strings have quotes only where another type would be read without them.
package struct YAMLPrinter {
  let forest: Forest
  /// What to say behind a scalar or an empty collection of the current object, nil for nothing.
  var note: ((NodeRef) -> String?)?
  var writer = YAMLWriter()
  /// What keeps the text from being what kustomize prints, in the order met. With a problem `bytes` are of no use.
  package internal(set) var problems: [PrintProblem] = []
  private var isFirst = true
  /// Nodes that may still be printed: aliases make a small text a large one.
  var nodesLeft = 20_000_000
  /// Bytes that may be printed; aliases of a long text are few nodes.
  var byteLimit = 512 << 20

  package init(_ forest: Forest) { self.forest = forest }

  /// The text so far.
  package var bytes: [UInt8] { writer.bytes }

  /// Prints one object as a document.
  ///
  /// - Parameters:
  ///   - heading: comments that stand above it, a line each.
  ///   - note: gives the comment that stands behind a scalar or an empty collection.
  package mutating func add(_ root: NodeRef, heading: [String] = [], note: ((NodeRef) -> String?)? = nil) {
    self.note = note
    if !isFirst { writer.appendRaw("---\n".utf8) }
    isFirst = false
    for line in heading {
      writer.appendRaw("# ".utf8)
      writer.appendRaw(Self.comment(line))
      writer.appendRaw("\n".utf8)
    }
    writer.beginDocument()
    print(root, parent: -1, place: .value, isInFlow: false)
    writer.indent(to: 0)
  }

  /// A text that stays on its line.
  static func comment(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: result.append(UInt8(ascii: "?"))
      default: result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return result
  }
}
