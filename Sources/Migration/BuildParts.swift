package import Manifests
import SourceText
import YAMLSyntax

/// What the builds of kustomization files are made of, as far as it is in the repository.
package struct BuildParts: Sendable {
  /// What a kustomization file lists as resources and components, by its directory, as paths.
  private var listed: [String: [String]] = [:]
  /// The directories whose kustomization files list a path.
  private var listers: [String: [String]] = [:]
  /// Directories of components.
  private var components: Set<String> = []
  /// Directories whose kustomization file lists something that is not in the repository.
  private var withRemotes: Set<String> = []

  init() {}

  /// Those of all kustomization files.
  package init(_ sources: SourceSet) {
    for file in sources.files where KustomizationFile.isOne(file.path) {
      for document in sources.documents(of: file.id) {
        add(document.root, in: RelativePath.parent(of: file.path), sources)
      }
    }
  }

  /// Adds what one kustomization file lists.
  mutating func add(_ root: NodeRef, in directory: String, _ sources: SourceSet) {
    let forest = sources.forest
    if let kind = forest.value(root, "kind"), forest.hasText(kind, "Component") { components.insert(directory) }
    for key in ["resources", "bases", "components"] {
      guard let list = forest.value(root, key: key) else { continue }
      for item in forest.items(list) {
        let path = RelativePath.join(directory, forest.text(item))
        let isLocal = path.map { sources.isDirectory($0) || sources.fileInRepository(at: $0) != nil } ?? false
        if !isLocal { withRemotes.insert(directory) }
        guard let path else { continue }
        listed[directory, default: []].append(path)
        listers[path, default: []].append(directory)
      }
    }
  }

  /// Whether a kustomization file in the directory lists something.
  func isBuilt(_ directory: String) -> Bool { listed[directory] != nil }

  /// The files and directories that go into the build of a directory, each once.
  func parts(of directory: String) -> Set<String> {
    var waiting = [directory]
    // A component changes what those have that include it.
    var including: Set<String> = [directory]
    var index = 0
    while index < waiting.count {
      let part = waiting[index]
      index += 1
      guard components.contains(part) else { continue }
      waiting += (listers[part] ?? []).filter { including.insert($0).inserted }
    }
    var parts: Set<String> = []
    while let path = waiting.popLast() {
      guard parts.insert(path).inserted else { continue }
      waiting += listed[path] ?? []
    }
    return parts
  }

  /// Whether something that goes into the build of a directory is not in the repository.
  package func hasRemotes(_ directory: String) -> Bool {
    !withRemotes.isEmpty && !parts(of: directory).isDisjoint(with: withRemotes)
  }
}
