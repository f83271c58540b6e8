import Kustomize
package import Manifests
import YAMLSyntax

extension GraphBuilder {
  /// Whether a directory of this revision builds an object, in whatever namespace; nil when it does not build, or not all
  /// of it is here: then nothing is deleted, or nobody knows.
  package mutating func builds(_ id: ObjectID, in directory: String) -> Bool? {
    let result = engine.build(BuildRequest(directory: directory))
    guard result.errors.isEmpty, result.remotes.isEmpty, result.notBuilt.isEmpty else { return nil }
    return result.objects.contains { object in
      guard let built = engine.sources.forest.objectID(ManifestObject(root: object.root)) else { return false }
      return built.kind == id.kind && built.group == id.group && built.name == id.name
    }
  }
}
