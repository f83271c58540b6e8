/// Which kinds live outside namespaces. The API server ignores a namespace that such an object has, as the `namespace` of
/// a kustomization gives it to every custom kind.
package enum KindScope {
  /// Whether a kind is known to be cluster-scoped: one of Kubernetes itself, or of a widely used operator.
  package static func isClusterScoped(group: String, kind: String) -> Bool {
    kinds[group]?.contains(kind) ?? false
  }

  private static let kinds: [String: Set<String>] = [
    "": ["Namespace", "Node", "PersistentVolume", "ComponentStatus"],
    "admissionregistration.k8s.io": [
      "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
    ],
    "apiextensions.k8s.io": ["CustomResourceDefinition"],
    "apiregistration.k8s.io": ["APIService"],
    "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
    "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
    "networking.k8s.io": ["IngressClass", "IPAddress", "ServiceCIDR"],
    "node.k8s.io": ["RuntimeClass"],
    "policy": ["PodSecurityPolicy"],
    "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
    "resource.k8s.io": ["DeviceClass", "ResourceSlice"],
    "scheduling.k8s.io": ["PriorityClass"],
    "snapshot.storage.k8s.io": ["VolumeSnapshotClass", "VolumeSnapshotContent"],
    "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],

    "cert-manager.io": ["ClusterIssuer"],
    "trust.cert-manager.io": ["Bundle"],
    "cilium.io": [
      "CiliumClusterwideNetworkPolicy", "CiliumClusterwideEnvoyConfig", "CiliumLoadBalancerIPPool",
      "CiliumL2AnnouncementPolicy", "CiliumBGPClusterConfig", "CiliumBGPPeerConfig", "CiliumBGPAdvertisement",
      "CiliumBGPPeeringPolicy", "CiliumEgressGatewayPolicy", "CiliumExternalWorkload",
    ],
    "crd.projectcalico.org": ["GlobalNetworkPolicy", "IPPool", "BGPConfiguration", "FelixConfiguration"],
    "external-secrets.io": ["ClusterSecretStore", "ClusterExternalSecret", "ClusterPushSecret"],
    "gateway.networking.k8s.io": ["GatewayClass"],
    "generators.external-secrets.io": ["ClusterGenerator"],
    "karpenter.sh": ["NodePool", "NodeClaim"],
    "karpenter.k8s.aws": ["EC2NodeClass"],
    "keda.sh": ["ClusterTriggerAuthentication"],
    "kyverno.io": ["ClusterPolicy", "ClusterCleanupPolicy"],
    "nfd.k8s-sigs.io": ["NodeFeatureRule"],
    "nvidia.com": ["ClusterPolicy"],
    "postgresql.cnpg.io": ["ClusterImageCatalog"],
    "templates.gatekeeper.sh": ["ConstraintTemplate"],
  ]
}
