import Manifests
import SourceText
import YAMLSyntax

/// A word of `buildMetadata`; others are ignored (api/types/kustomization.go).
enum BuildMetadata: String, Sendable {
  case originAnnotations, transformerAnnotations, managedByLabel
}

/// A transformer or generator and the file that configures it (api/resource/origin.go).
struct Configurator: Hashable, Sendable {
  var kind: String
  /// Only plugins have a name.
  var name = ""
  var namespace = ""
  var file: FileID

  /// As YAML; `path` is the file as seen from the root of the build.
  func text(path: String) -> String {
    var text = "configuredIn: \(path)\nconfiguredBy:\n  apiVersion: builtin\n  kind: \(kind)\n"
    if !name.isEmpty { text += "  name: \(Self.scalar(name))\n" }
    if !namespace.isEmpty { text += "  namespace: \(Self.scalar(namespace))\n" }
    return text
  }

  /// go-yaml puts a string in quotes that either version of YAML reads as something else.
  private static func scalar(_ text: String) -> String {
    var copy = text
    let isPlain = copy.withUTF8 {
      PlainText.isString($0, dialect: .resource) && PlainText.isString($0, dialect: .kustomization)
    }
    return isPlain ? text : "\"\(text)\""
  }
}

// kustomize-controller asks for origins too: at the root of a kustomization file without resources, so that kustomize
// does not take it for empty (fluxcd/pkg `kustomize/kustomize_generator.go`).
extension KustomizeEngine {
  private static let originKey = "config.kubernetes.io/origin"
  private static let transformationsKey = "alpha.config.kubernetes.io/transformations"
  private static let managedByKey = "app.kubernetes.io/managed-by"
  /// What a build of kustomize without a version of its own calls itself. What the controller writes there depends on how it
  /// was built, which nothing says.
  package static let managedByValue = "kustomize-(devel)"

  /// The object with what the root of a build wants written on it.
  mutating func withMetadata(
    _ words: Set<BuildMetadata>, _ root: NodeRef, of resource: Resource, in directory: String
  ) -> NodeRef {
    var root = root
    if words.contains(.originAnnotations) {
      root = set(Self.originKey, of: "annotations", to: origin(of: resource, from: directory), root, resource.origin)
    }
    if words.contains(.transformerAnnotations), !resource.transformers.isEmpty {
      let text = resource.transformers.map { item($0, from: directory) }.joined()
      root = set(Self.transformationsKey, of: "annotations", to: text, root, resource.origin)
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

  /// A transformer as an item of a list.
  private func item(_ transformer: Configurator, from directory: String) -> String {
    let path = Self.relative(sources.path(of: transformer.file), to: directory)
    let lines = transformer.text(path: path).split(separator: "\n")
    return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 + "\n" }.joined()
  }

  /// Notes on every object of a layer that a transformer ran, whether it changed the object or not.
  func noteTransformer(
    _ kind: String, name: String = "", namespace: String = "", in file: FileID?, _ layer: inout Layer
  ) {
    guard notesTransformers, let file else { return }
    let transformer = Configurator(kind: kind, name: name, namespace: namespace, file: file)
    for index in layer.resources.items.indices {
      layer.resources.update(at: index) { $0.transformers.append(transformer) }
    }
  }

  /// Where an object comes from, as YAML (api/resource/origin.go).
  private func origin(of resource: Resource, from directory: String) -> String {
    let path = Self.relative(sources.path(of: resource.origin.file), to: directory)
    return resource.generator?.text(path: path) ?? "path: \(path)\n"
  }

  /// `path` as seen from `directory`, both relative to the top of the tree.
  private static func relative(_ path: String, to directory: String) -> String {
    let from = directory.split(separator: "/")
    let to = path.split(separator: "/")
    let common = zip(from, to).prefix { $0 == $1 }.count
    return ([Substring](repeating: "..", count: from.count - common) + to[common...]).joined(separator: "/")
  }
}
