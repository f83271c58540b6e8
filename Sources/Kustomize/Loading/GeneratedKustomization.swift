import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

/// An entry of the kustomization file that kustomize-controller writes into a directory without one.
enum GeneratedEntry: Hashable, Sendable {
  case file(String)
  case directory(String)
}

extension KustomizeEngine {
  /// Lists what is below a directory as the controller does (fluxcd/pkg `kustomize/kustomize_generator.go`): every
  /// `.yaml` and `.yml` file, and a directory with a kustomization file as one entry. Nothing found is no error: the
  /// build has no objects then.
  func generateKustomization(in directory: String) -> LoadedKustomization {
    var loaded = LoadedKustomization(kustomization: Kustomization())
    collect(directory, into: &loaded.generatedResources, depth: 0)
    return loaded
  }

  private func collect(_ directory: String, into entries: inout [GeneratedEntry], depth: Int) {
    // No real tree is as deep as this; the limit only bounds recursion.
    guard depth < 500 else { return }
    let names = sources.names(inDirectory: directory).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names {
      let path = directory.isEmpty ? name : "\(directory)/\(name)"
      if sources.isDirectory(path) {
        if kustomizationPaths(in: path).isEmpty {
          collect(path, into: &entries, depth: depth + 1)
        } else {
          entries.append(.directory(path))
        }
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml"), let entry = sources.entry(at: path) {
        // Links and submodules are not in the artifact.
        if entry.mode == .regular || entry.mode == .executable { entries.append(.file(path)) }
      }
    }
  }
}
