import Manifests
import SourceText
import YAMLSyntax

// kustomize-controller asks for origins at the root of a kustomization file without resources, so that kustomize does
// not take it for empty (fluxcd/pkg `kustomize/kustomize_generator.go`): the objects of its components and generators
// then carry an annotation (kustomize `api/resource/origin.go`).
extension KustomizeEngine {
  /// Writes `config.kubernetes.io/origin` into each object of a build.
  mutating func addOrigins(to layer: inout Layer, below root: String) {
    for index in layer.resources.items.indices {
      let resource = layer.resources.items[index]
      let path = Self.relativePath(from: root, to: sources.path(of: resource.origin.file))
      let text =
        resource.generation == nil
        ? "path: \(path)\n"
        : "configuredIn: \(path)\nconfiguredBy:\n  apiVersion: builtin\n  kind: \(resource.id.kind)Generator\n"
      let value = writer.string(text, at: resource.origin, in: &sources.forest)
      let object = writer.setting(
        ["metadata", "annotations", "config.kubernetes.io/origin"], to: value, in: resource.root, in: &sources.forest)
      layer.resources.update(at: index) { $0.root = object }
    }
  }

  /// `path` as seen from `directory`, both relative to the top of the tree.
  private static func relativePath(from directory: String, to path: String) -> String {
    let from = directory.split(separator: "/")
    let to = path.split(separator: "/")
    let common = zip(from, to).prefix { $0 == $1 }.count
    return ([Substring](repeating: "..", count: from.count - common) + to[common...]).joined(separator: "/")
  }
}
