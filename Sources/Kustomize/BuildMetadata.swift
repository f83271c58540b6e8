import Manifests
import SourceText
import YAMLSyntax

/// A word of `buildMetadata`; others are ignored (api/types/kustomization.go).
enum BuildMetadata: String, Sendable {
  case originAnnotations, transformerAnnotations, managedByLabel
}

// kustomize-controller asks for origins too: at the root of a kustomization file without resources, so that kustomize
// does not take it for empty (fluxcd/pkg `kustomize/kustomize_generator.go`).
extension KustomizeEngine {
  private static let originKey = "config.kubernetes.io/origin"
  private static let managedByKey = "app.kubernetes.io/managed-by"
  /// What a build of kustomize without a version of its own calls itself.
  private static let managedByValue = "kustomize-(devel)"

  /// The object with what the root of a build wants written on it.
  mutating func withMetadata(
    _ words: Set<BuildMetadata>, _ root: NodeRef, of resource: Resource, in directory: String
  ) -> NodeRef {
    var root = root
    if words.contains(.originAnnotations) {
      root = set(Self.originKey, of: "annotations", to: origin(of: resource, from: directory), root, resource.origin)
    }
    if words.contains(.managedByLabel) {
      root = set(Self.managedByKey, of: "labels", to: Self.managedByValue, root, resource.origin)
    }
    return root
  }

  private mutating func set(
    _ key: String, of field: String, to text: String, _ root: NodeRef, _ range: SourceRange
  ) -> NodeRef {
    let value = writer.string(text, at: range, in: &sources.forest)
    return writer.setting(["metadata", field, key], to: value, in: root, in: &sources.forest)
  }

  /// Where an object comes from, as YAML (api/resource/origin.go).
  private func origin(of resource: Resource, from directory: String) -> String {
    let path = Self.relative(sources.path(of: resource.origin.file), to: directory)
    guard resource.generation != nil else { return "path: \(path)\n" }
    return """
      configuredIn: \(path)
      configuredBy:
        apiVersion: builtin
        kind: \(resource.id.kind)Generator

      """
  }

  /// `path` as seen from `directory`, both relative to the top of the tree.
  private static func relative(_ path: String, to directory: String) -> String {
    let from = directory.split(separator: "/")
    let to = path.split(separator: "/")
    let common = zip(from, to).prefix { $0 == $1 }.count
    return ([Substring](repeating: "..", count: from.count - common) + to[common...]).joined(separator: "/")
  }
}
