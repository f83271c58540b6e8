import Manifests
import SourceText
import YAMLSyntax

// What happens once, at the root of a build (api/internal/target/kusttarget.go, `makeCustomizedResMap`).
extension KustomizeEngine {
  mutating func finish(_ layer: Layer) -> BuildResult {
    var result = BuildResult()
    var report = layer.report
    var seen: [ResourceID: SourceRange] = [:]
    result.objects.reserveCapacity(layer.resources.count)
    for resource in layer.resources.items where !isLocalConfig(resource.root) {
      if sources.forest.resourceID(resource.root) == nil, !resource.id.name.isEmpty {
        report.addError(
          .patch, "a patch removes kind or name of '\(resource.id.description)'",
          at: resource.modifiers.last { $0.kind == .patch }?.range ?? resource.origin)
      }
      if let first = seen.updateValue(resource.origin, forKey: resource.id) {
        report.addError(
          .duplicateObject, "'\(resource.id.description)' is in the build twice", at: resource.origin, related: first)
      }
      result.objects.append(
        BuiltObject(
          root: resource.root, origin: resource.origin, modifiers: resource.modifiers,
          unknownValues: resource.unknownValues))
    }
    result.errors = report.errors
    result.remotes = report.remotes
    result.notBuilt = report.notBuilt
    result.files = report.files
    return result
  }

  /// Objects for the build only are left out at its end.
  private func isLocalConfig(_ root: NodeRef) -> Bool {
    guard let annotations = sources.forest.value(root, "metadata", "annotations"),
      let value = sources.forest.value(annotations, "config.kubernetes.io/local-config")
    else { return false }
    return !sources.forest.hasText(value, "false" as StaticString)
  }
}
