import CLibYAML
import SourceText

// MARK: - What go-yaml refuses and libyaml takes

extension TreeBuilder {
  /// go-yaml knows YAML 1.1 only; libyaml takes 1.2 as well.
  func checkVersion(_ event: UnsafePointer<yaml_event_t>) throws(Stop) {
    guard let version = event.pointee.data.document_start.version_directive, version.pointee.minor != 1 else { return }
    let start = offsets.offset(of: event.pointee.start_mark.index)
    throw stop(.syntax, "found incompatible YAML document, only version 1.1 is read", text.codePoint(at: start))
  }

  /// To go-yaml a comma behind a tag is part of the tag, to libyaml in a flow collection it is not.
  func checkTag(_ properties: ValueBounds.Properties) throws(Stop) {
    guard let comma = properties.commaAfterTag else { return }
    throw stop(.syntax, "found ',' directly after a tag, put a blank before it", comma..<comma + 1)
  }

  /// go-yaml ends a plain scalar in a flow collection at any `?`, and knows no escape `\/`.
  mutating func checkText(of node: Node) throws(Stop) {
    let range = node.range.bounds
    if node.style == .plain, let frame = frames.last, frame.isFlow, !range.isEmpty {
      guard let mark = text[range].dropFirst().firstIndex(of: UInt8(ascii: "?")) else { return }
      let start = Int(tree.nodes[frame.node].range.lowerBound)
      let bracket = text[start] == UInt8(ascii: "{") ? "}" : "]"
      var problem = problem(.syntax, "did not find expected ',' or '\(bracket)', quote the '?'", mark..<mark + 1)
      problem.related = SourceRange(file: file, text.codePoint(at: start))
      throw .problem(problem)
    }
    guard node.style == .doubleQuoted, !node.flags.contains(.textInSource) else { return }
    var rest = text[range]
    while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")), backslash + 1 < rest.endIndex {
      if text[backslash + 1] == UInt8(ascii: "/") {
        throw stop(.syntax, "found unknown escape character", backslash..<backslash + 2)
      }
      rest = rest[(backslash + 2)...]
    }
  }
}

// MARK: - Limits and keys

extension TreeBuilder {
  func checkDepth(_ depth: Int, _ range: Range<Int>) throws(Stop) {
    guard depth > limits.depth else { return }
    throw stop(.limit, "collections are nested more than \(limits.depth) deep", range)
  }

  /// Adds a problem for each key that its mapping has already; returns whether there is one.
  mutating func reportRepeatedKeys(of mapping: Node) -> Bool {
    let links = Int(mapping.payloadStart)..<Int(mapping.payloadStart) + Int(mapping.payloadCount)
    let repeated = tree.nodes.withUnsafeBufferPointer { nodes in
      tree.pool.withUnsafeBufferPointer { pool in
        tree.links.withUnsafeBufferPointer { all in
          RepeatedKeys(nodes: nodes, source: text, pool: pool, links: UnsafeBufferPointer(rebasing: all[links])).find()
        }
      }
    }
    // More than this nobody reads; a file of nothing but one key would have a problem on each line.
    for pair in repeated.prefix(100) {
      let key = tree.nodes[Int(pair.repeated)]
      var problem = problem(.duplicateKey, "mapping key '\(keyText(key))' is already defined", key.range.bounds)
      problem.related = tree.nodes[Int(pair.first)].range
      tree.problems.append(problem)
    }
    return !repeated.isEmpty
  }

  /// Adds a problem for each merge key whose value is neither a mapping nor a list of mappings.
  mutating func reportWrongMerges(of mapping: Node) {
    let links = Int(mapping.payloadStart)..<Int(mapping.payloadStart) + Int(mapping.payloadCount)
    for link in stride(from: links.lowerBound, to: links.upperBound, by: 2) {
      let key = tree.nodes[Int(tree.links[link].node)]
      guard key.kind == .scalar, key.style == .plain, key.payloadCount == 2, keyText(key) == "<<" else { continue }
      let value = tree.nodes[Int(tree.links[link + 1].node)]
      var merged = [value]
      if value.kind == .sequence {
        let items = Int(value.payloadStart)..<Int(value.payloadStart) + Int(value.payloadCount)
        merged = tree.links[items].map { tree.nodes[Int($0.node)] }
      }
      for node in merged {
        let target = node.kind == .alias ? tree.nodes[Int(node.payloadStart)] : node
        guard target.kind != .mapping else { continue }
        tree.problems.append(
          problem(.syntax, "'<<' merges mappings only, expected a mapping or a list of mappings", node.range.bounds))
        break
      }
    }
  }

  private func keyText(_ written: Node) -> String {
    let key = written.kind == .alias ? tree.nodes[Int(written.payloadStart)] : written
    let range = Int(key.payloadStart)..<Int(key.payloadStart) + Int(key.payloadCount)
    return key.flags.contains(.textInSource)
      ? String(decoding: text[range], as: UTF8.self) : String(decoding: tree.pool[range], as: UTF8.self)
  }
}

// MARK: - Making problems

extension TreeBuilder {
  func stop(_ kind: YAMLProblem.Kind, _ message: String, _ range: Range<Int>) -> Stop {
    .problem(problem(kind, message, range))
  }

  func problem(_ kind: YAMLProblem.Kind, _ message: String, _ range: Range<Int>) -> YAMLProblem {
    YAMLProblem(kind: kind, message: message, range: SourceRange(file: file, range), document: documentCount)
  }

  /// The character at `offset`, empty at the end of the piece.
  private func codePoint(at offset: Int, in piece: Range<Int>) -> Range<Int> {
    text.codePoint(at: min(offset, piece.upperBound)).clamped(to: piece)
  }

  /// What libyaml said, at its place in the file. `piece` is what it read.
  func problem(_ error: EventError, in piece: Range<Int>) -> YAMLProblem {
    switch error {
    case .outOfMemory:
      return problem(.limit, "not enough memory to read the document", piece.lowerBound..<piece.lowerBound)
    case .unreadable(let words, let byte):
      let offset = repaired.map { Int($0.origins[min(byte, $0.origins.count - 1)]) } ?? piece.lowerBound + byte
      let place = codePoint(at: offset, in: piece)
      let isControl = words == "control characters are not allowed"
      return problem(isControl ? .syntax : .encoding, isControl ? words : "text is not UTF-8: \(words)", place)
    case .syntax(let words, let mark, let context):
      let place = codePoint(at: offsets.offset(of: mark), in: piece)
      let message = SyntaxMessage(words: words, context: context?.words, at: text[place].first)
      var problem = problem(.syntax, message.text, place)
      if let context {
        problem.related = SourceRange(file: file, text.codePoint(at: offsets.offset(of: context.mark)))
      }
      return problem
    }
  }
}
