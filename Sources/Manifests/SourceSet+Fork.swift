import SourceText
package import SourceTrees
import YAMLSyntax

// Two workers build from the same parsed files, each with a set of its own: what one adds the other does not see, and in
// the end the additions of one are brought over to the other.
extension SourceSet {
  /// A second set of the same files. Nothing is parsed or copied until one of the two adds to its own.
  package func fork() throws(SourceTreeError) -> SourceSet {
    let fork = SourceSet(copying: self, reader: try tree.makeReader())
    for index in fork.checkouts.indices { fork.checkouts[index].reader = try fork.checkouts[index].tree.makeReader() }
    return fork
  }

  /// Takes over what `fork` got since it was made from this set.
  ///
  /// - Returns: from which tree on the nodes of the fork are found how many trees further; nil when the fork parsed files
  ///   of its own, whose ids mean other files here: then nothing is taken over.
  package func adopt(_ fork: SourceSet) -> (first: UInt32, offset: UInt32)? {
    guard fork.allFiles.count == fork.inherited.files else { return nil }
    let first = UInt32(fork.inherited.trees)
    let offset = forest.nextTreeIndex - first
    var moved = fork.forest.removeTrees(from: first)
    for index in moved.indices {
      moved[index].moveLinks(from: first, by: offset)
      _ = forest.append(moved[index])
    }
    return (first, offset)
  }
}
