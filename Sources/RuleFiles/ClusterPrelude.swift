/// The files that `flux bootstrap` writes, as far as a rule can care: every example with a cluster has them.
enum ClusterPrelude {
  /// - Parameter fluxVersion: `2.9.4` or `2.9`; the newest that examples were written for when nil.
  static func files(in directory: String, fluxVersion: String?) -> [ExampleFile] {
    let folder = "\(directory)/flux-system"
    return [
      ExampleFile(path: "\(folder)/gotk-components.yaml", text: components(fluxVersion ?? "2.9.4")),
      ExampleFile(path: "\(folder)/gotk-sync.yaml", text: sync(directory)),
      ExampleFile(path: "\(folder)/kustomization.yaml", text: kustomization),
    ]
  }

  private static func components(_ version: String) -> String {
    let release = "v\(version)"
    // Flux 2.N ships kustomize-controller 1.N and helm-controller 1.(N-3), before 2.3 0.(33+N) (flux2 `manifests/bases`).
    let minor = version.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 9
    let kustomizeController = "v1.\(minor).0"
    let helmController = minor >= 3 ? "v1.\(minor - 3).0" : "v0.\(35 + minor).0"
    return """
      # Flux Version: \(release)
      # Components: source-controller,kustomize-controller,helm-controller
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: flux-system
        labels:
          app.kubernetes.io/part-of: flux
          app.kubernetes.io/version: \(release)
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: kustomize-controller
        namespace: flux-system
        labels:
          app.kubernetes.io/part-of: flux
          app.kubernetes.io/version: \(release)
      spec:
        replicas: 1
        selector:
          matchLabels:
            app: kustomize-controller
        template:
          metadata:
            labels:
              app: kustomize-controller
          spec:
            serviceAccountName: kustomize-controller
            containers:
              - name: manager
                image: fluxcd/kustomize-controller:\(kustomizeController)
                args:
                  - --watch-all-namespaces=true
                  - --log-level=info
                  - --enable-leader-election
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: helm-controller
        namespace: flux-system
        labels:
          app.kubernetes.io/part-of: flux
          app.kubernetes.io/version: \(release)
      spec:
        replicas: 1
        selector:
          matchLabels:
            app: helm-controller
        template:
          metadata:
            labels:
              app: helm-controller
          spec:
            serviceAccountName: helm-controller
            containers:
              - name: manager
                image: fluxcd/helm-controller:\(helmController)
                args:
                  - --watch-all-namespaces=true
                  - --log-level=info
                  - --enable-leader-election

      """
  }

  private static func sync(_ directory: String) -> String {
    """
    ---
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata:
      name: flux-system
      namespace: flux-system
    spec:
      interval: 1m0s
      ref:
        branch: main
      secretRef:
        name: flux-system
      url: ssh://git@git.example.com/acme/fleet
    ---
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata:
      name: flux-system
      namespace: flux-system
    spec:
      interval: 10m0s
      path: ./\(directory)
      prune: true
      sourceRef:
        kind: GitRepository
        name: flux-system

    """
  }

  private static let kustomization = """
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - gotk-components.yaml
      - gotk-sync.yaml

    """
}
