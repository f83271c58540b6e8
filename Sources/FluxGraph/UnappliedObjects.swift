package import Manifests
import SourceText
import YAMLSyntax

/// Secrets and ConfigMaps in files that no cluster reads, and objects there that would make some.
package struct UnappliedObjects: Sendable {
  private var objects: [AppliedObject] = []
  private var numbers: [ObjectKey: Int] = [:]
  private var products = ProducedObjects()

  package init(_ graph: FluxGraph, _ sources: SourceSet) {
    let forest = sources.forest
    for file in sources.files where sources.isOwn(file.id) && !graph.reachedFiles.contains(file.id) {
      for document in sources.documents(of: file.id) {
        guard let id = forest.objectID(ManifestObject(root: document.root)) else { continue }
        let isContent = id.group.isEmpty && (id.kind == "Secret" || id.kind == "ConfigMap")
        guard isContent || !ObjectProducer.rows(of: id).isEmpty else { continue }
        let object = AppliedObject(
          root: document.root, built: document.root, isKnown: false, id: id, origin: document.range, modifiers: [],
          kustomization: nil, isRemote: false)
        let key = ObjectKey(kind: id.kind, namespace: id.namespace, name: id.name)
        if isContent, numbers[key] == nil { numbers[key] = objects.count }
        products.add(object, objects.count, in: forest)
        objects.append(object)
      }
    }
  }

  /// What would be or make a Secret or ConfigMap. A manifest without a namespace may get any.
  package func maker(ofKind kind: String, namespace: String, name: String) -> AppliedObject? {
    let key = ObjectKey(kind: kind, namespace: namespace, name: name)
    let number = numbers[key] ?? numbers[ObjectKey(kind: kind, namespace: nil, name: name)] ?? products.maker(of: key)
    return number.map { objects[$0] }
  }
}
