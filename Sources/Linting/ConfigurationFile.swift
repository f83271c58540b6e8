import Manifests
import RuleEngine
import SourceTrees

/// Whether the configuration of a tree is a file that can be read. One that is passed over in silence would let settings
/// count for nothing.
enum ConfigurationFile {
  static func problem(in tree: any SourceTree, _ sources: SourceSet) -> LinterError? {
    if tree.entries.contains(where: { RelativePath.isPath($0.path, inside: Configuration.mistakenPath) }) {
      return .configuration(
        message: "this is not read; the configuration is called '\(Configuration.path)'",
        place: Configuration.mistakenPath)
    }
    guard sources.fileInRepository(at: Configuration.path) == nil,
      let entry = tree.entries.first(where: { RelativePath.isPath($0.path, inside: Configuration.path) })
    else { return nil }
    let message =
      if entry.path != Configuration.path || entry.mode == .submodule {
        "a directory; the configuration must be a file"
      } else if entry.mode == .symbolicLink {
        "a symbolic link, which is not followed; the configuration must be a file"
      } else {
        sources.notices.first { $0.path == entry.path }?.reason ?? "the file cannot be read"
      }
    return .configuration(message: message, place: Configuration.path)
  }
}
