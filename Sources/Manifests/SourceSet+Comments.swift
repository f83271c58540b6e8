package import SourceText
package import YAMLSyntax

extension SourceSet {
  /// The comments of a file, found anew at each call.
  package func comments(of file: FileID) -> [Comment] {
    forest.trees[Int(allFiles[Int(file.index)].tree)].comments(file: file)
  }
}
