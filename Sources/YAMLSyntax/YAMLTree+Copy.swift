package import SourceText

extension YAMLTree {
  /// The tree of another file with the same bytes.
  ///
  /// - Parameters:
  ///   - file: the other file; all ranges are in it.
  ///   - index: the index the copy will have in its forest.
  package func copied(to file: FileID, tree index: UInt32) -> YAMLTree {
    var copy = self
    for position in copy.nodes.indices { copy.nodes[position].range.file = file }
    for position in copy.links.indices { copy.links[position].tree = index }
    copy.documents = documents.map { document in
      YAMLDocument(
        root: NodeRef(tree: index, node: document.root.node), range: SourceRange(file: file, document.range.bounds))
    }
    copy.problems = problems.map { problem in
      var problem = problem
      problem.range.file = file
      problem.related?.file = file
      return problem
    }
    return copy
  }
}
