import SourceText

extension Forest {
  /// Parses the text of a scalar, such as an inline patch, as YAML of its own.
  ///
  /// Ranges of its nodes, documents and problems are those of the file the scalar is written in. Its `source` is the
  /// decoded text, so a range is never an index into it.
  ///
  /// - Parameters:
  ///   - tree: the index the result will have in the forest.
  ///   - isTrimmed: whether white space at the end of the text is cut off first.
  package func parseEmbedded(
    _ scalar: NodeRef, tree: UInt32, isTrimmed: Bool = false, limits: YAMLLimits = YAMLLimits()
  ) -> YAMLTree {
    let map = contentMap(of: scalar)
    var text = withText(scalar) { Array($0) }
    while isTrimmed, let last = text.last, last == 0x20 || (0x09...0x0D).contains(last) { text.removeLast() }
    return parse(text, at: map, tree: tree, limits: limits)
  }

  /// Parses a text that a program made of the text of a scalar: ranges are those of the parts of the scalar that it was
  /// made of.
  ///
  /// - Parameters:
  ///   - runs: what the parts of `text` are made of, in order and without a hole.
  ///   - tree: the index the result will have in the forest.
  package func parseMade(_ text: [UInt8], runs: [MadeRun], of scalar: NodeRef, tree: UInt32) -> YAMLTree {
    parse(text, at: ContentMap(runs, of: contentMap(of: scalar)), tree: tree, limits: YAMLLimits())
  }

  private func parse(_ text: [UInt8], at map: ContentMap, tree: UInt32, limits: YAMLLimits) -> YAMLTree {
    var result = YAMLParser.parse(text, file: map.file, tree: tree, limits: limits)
    for index in result.nodes.indices { result.nodes[index].range = map.range(of: result.nodes[index].range.bounds) }
    for index in result.documents.indices {
      result.documents[index].range = map.range(of: result.documents[index].range.bounds)
    }
    for index in result.problems.indices {
      result.problems[index].range = map.range(of: result.problems[index].range.bounds)
      result.problems[index].related = result.problems[index].related.map { map.range(of: $0.bounds) }
    }
    result.outer = map
    return result
  }
}
