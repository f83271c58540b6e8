import Manifests
import SourceText
import SourceTrees

/// What a path in a kustomization file leads to.
enum LocalPath: Hashable {
  case file(String)
  case directory(String)
  /// Nothing that can be read: why.
  case error(BuildError.Kind, String)
  case submodule(String)
}

extension KustomizeEngine {
  /// Resolves a path that is relative to `directory`. Nothing outside the artifact can be reached.
  func resolve(_ text: String, from directory: String, artifactRoot: String) -> LocalPath {
    guard !text.isEmpty else { return .error(.other, "the entry is empty") }
    guard !text.hasPrefix("/") else {
      return .error(.outsideArtifact, "'\(text)' is an absolute path, expected one relative to the kustomization file")
    }
    guard let path = RelativePath.join(directory, text), RelativePath.isPath(path, inside: artifactRoot) else {
      let place = artifactRoot.isEmpty ? "the repository" : "'\(artifactRoot)'"
      return .error(.outsideArtifact, "'\(text)' is outside \(place)")
    }
    if sources.isDirectory(path) { return .directory(path) }
    if let entry = sources.entry(at: path) {
      switch entry.mode {
      case .regular, .executable:
        guard loadRestriction == .artifact || RelativePath.isPath(path, inside: directory) else {
          return .error(
            .outsideArtifact,
            "'\(text)' is outside the directory of its kustomization file, and kustomize reads no files from there"
          )
        }
        return .file(path)
      case .symbolicLink: return .error(.fileMissing, "'\(text)' is a symbolic link, which Flux does not ship")
      case .submodule: return .submodule(path)
      }
    }
    return missing(text, path)
  }

  /// Why there is nothing at `path`: a link or submodule on the way, or else a wrong name.
  private func missing(_ text: String, _ path: String) -> LocalPath {
    var parent = path
    while !parent.isEmpty {
      parent = RelativePath.parent(of: parent)
      switch sources.entry(at: parent)?.mode {
      case .symbolicLink?:
        return .error(
          .fileMissing, "'\(text)' lies behind the symbolic link '\(parent)', which Flux does not ship")
      case .submodule?: return .submodule(parent)
      case .regular?, .executable?: return .error(.fileMissing, "'\(text)' does not exist: '\(parent)' is a file")
      case nil: break
      }
    }
    if sources.fileOfRepository(at: path) != nil {
      return .error(.fileMissing, "'\(text)' is in the repository, but the source leaves it out of the artifact")
    }
    var message = "'\(text)' does not exist"
    let names = sources.names(inDirectory: RelativePath.parent(of: path))
    if let name = Suggestion.nearest(to: RelativePath.name(of: path), in: names) {
      message += ", did you mean '\(name)'?"
    }
    return .error(.fileMissing, message)
  }
}
