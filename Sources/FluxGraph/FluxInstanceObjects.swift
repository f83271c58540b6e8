import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// What the Flux Operator makes of a FluxInstance, as far as `spec.kustomize.patches` can change what other objects mean
/// (flux-operator `internal/builder/templates.go`).
struct FluxInstanceObjects {
  /// The Deployments of the controllers, with the arguments that the patches give them.
  private(set) var controllers: [NodeRef] = []
  /// The Kustomization of `spec.sync`.
  private(set) var sync: NodeRef?
  /// The GitRepository of `spec.sync`; nil for a source of another kind.
  private(set) var source: NodeRef?

  /// Nil when the instance has no patches: then nothing but its own fields counts.
  init?(
    instance: NodeRef, sync identity: (kind: String, namespace: String, name: String, path: String),
    at range: SourceRange,
    with engine: inout KustomizeEngine
  ) {
    guard let settings = engine.sources.forest.value(instance, "kustomize"),
      let patches = engine.sources.forest.value(settings, "patches"), engine.sources.forest.count(patches) > 0
    else { return nil }
    var documents = ControllerSettings.controllers.sorted().map { controller in
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(controller), namespace: \(Self.quoted(identity.namespace))}
      spec:
        template:
          spec:
            containers:
            - name: manager
              args: [--events-addr=, --watch-all-namespaces=true, --log-level=info, --log-encoding=json, --enable-leader-election]
      """
    }
    documents.append(
      """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: \(Self.quoted(identity.name)), namespace: \(Self.quoted(identity.namespace))}
      spec:
        interval: 10m
        path: \(Self.quoted(identity.path))
        prune: true
        sourceRef: {kind: \(Self.quoted(identity.kind)), name: \(Self.quoted(identity.name))}
      """)
    if identity.kind == "GitRepository", let sync = engine.sources.forest.value(instance, "sync") {
      let forest = engine.sources.forest
      documents.append(
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: \(Self.quoted(identity.name)), namespace: \(Self.quoted(identity.namespace))}
        spec:
          interval: 1m
          url: \(Self.quoted(forest.givenText(sync, "url") ?? ""))
          ref: {name: \(Self.quoted(forest.givenText(sync, "ref") ?? ""))}
        """)
    }
    let text = documents.joined(separator: "\n---\n")
    for object in engine.makeObjects(text, patchedBy: settings, at: range) {
      guard let kind = engine.sources.forest.givenText(object, "kind") else { continue }
      switch kind {
      case "Deployment": controllers.append(object)
      case "GitRepository": source = object
      default: sync = object
      }
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
