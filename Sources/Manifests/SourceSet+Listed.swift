import SourceText
import SourceTrees
import YAMLSyntax

extension SourceSet {
  /// Parses what kustomization files list as resources and patches and what is not YAML by its name: objects in JSON, most
  /// often. What cannot be read is left to the build that asks for it.
  package func parseListedFiles() {
    var paths: [String] = []
    for file in files where KustomizationFile.isOne(file.path) {
      let directory = RelativePath.parent(of: file.path)
      for document in documents(of: file.id) {
        for key in ["resources", "bases", "patchesStrategicMerge", "patches", "patchesJson6902"] {
          guard let list = forest.value(document.root, key: key) else { continue }
          for item in forest.items(list) {
            let name = forest.kind(item) == .mapping ? forest.value(item, "path") : item
            guard let name, forest.kind(name) == .scalar, forest.withText(name, { !$0.contains(0x0A) }) else {
              continue
            }
            if let path = RelativePath.join(directory, forest.text(name)) { paths.append(path) }
          }
        }
      }
    }
    for path in paths where file(at: path) == nil {
      guard let entry = entry(at: path), entry.mode == .regular || entry.mode == .executable else { continue }
      if let file = try? parsedFile(at: path) { allFilesByPath[path] = file }
    }
  }
}
