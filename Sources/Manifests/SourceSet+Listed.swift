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
    parseFluxObjectsInJSON()
  }

  /// Objects of Flux in JSON that nothing lists, as YAML files are read that nothing lists. Most JSON is something else:
  /// only what names a group of Flux is parsed, and only what is an object as well stays.
  private func parseFluxObjectsInJSON() {
    for entry in tree.entries where entry.path.hasSuffix(".json") && allFilesByPath[entry.path] == nil {
      guard entry.mode == .regular || entry.mode == .executable, self.entry(at: entry.path) != nil,
        let bytes = try? contents(at: entry.path), bytes.firstOffset(of: Array("fluxcd.".utf8)) != nil,
        bytes.firstOffset(of: Array("\"apiVersion\"".utf8)) != nil
      else { continue }
      let parsed = Self.parse(
        bytes, at: entry.path, file: FileID(allFiles.count), tree: forest.nextTreeIndex)
      guard parsed.problems.isEmpty, let file = try? parsedFile(at: entry.path) else { continue }
      allFilesByPath[entry.path] = file
    }
  }
}
