import Testing
import YAMLSyntax

@testable import Kustomize

/// Names that follow the objects they mean.
struct ReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    /// Fields of the kustomization file.
    var fields: String
    /// The documents of the only resource file.
    var objects: [String]
    /// The index of the object to look at, and a part of it as JSON with sorted keys.
    var index: Int
    var part: String
    var testDescription: String { name }

    init(_ name: String, _ fields: String, _ objects: [String], _ index: Int, _ part: String) {
      self.name = name
      self.fields = fields
      self.objects = objects
      self.index = index
      self.part = part
    }
  }

  static func object(_ apiVersion: String, _ kind: String, _ name: String, _ rest: String = "") -> String {
    "{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: \(name)}\(rest.isEmpty ? "" : ", ")\(rest)}"
  }

  static let configMap = object("v1", "ConfigMap", "cm")
  static let secret = object("v1", "Secret", "s")
  static let service = object("v1", "Service", "svc")
  static let account = object("v1", "ServiceAccount", "sa")
  static let rbac = "rbac.authorization.k8s.io"

  static func workload(_ kind: String, _ pod: String) -> String {
    switch kind {
    case "Pod": object("v1", kind, "w", "spec: \(pod)")
    case "PodTemplate": object("v1", kind, "w", "template: {spec: \(pod)}")
    case "CronJob": object("batch/v1", kind, "w", "spec: {jobTemplate: {spec: {template: {spec: \(pod)}}}}")
    default: object("apps/v1", kind, "w", "spec: {template: {spec: \(pod)}}")
    }
  }

  @Test(arguments: [
    "Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob",
  ])
  func `a pod has its ConfigMaps and Secrets in many places`(_ kind: String) {
    let container = """
      [{env: [{valueFrom: {configMapKeyRef: {name: cm}}}, {valueFrom: {secretKeyRef: {name: s}}}, {name: X, value: cm}],
      envFrom: [{configMapRef: {name: cm}}, {secretRef: {name: s}}]}]
      """
    let pod = """
      {containers: \(container), initContainers: \(container), imagePullSecrets: [{name: s}],
      volumes: [{configMap: {name: cm}}, {secret: {secretName: s}},
      {projected: {sources: [{configMap: {name: cm}}, {secret: {name: s}}]}}, {emptyDir: }, {configMap: {name: other}}]}
      """
    let build = Self.build("namePrefix: p-", [Self.configMap, Self.secret, Self.workload(kind, pod)])
    #expect(build.messages == [])
    let json = build.json.last ?? ""
    #expect(json.ranges(of: #":"p-cm""#).count == 6)
    #expect(json.ranges(of: #":"p-s""#).count == 7)
    #expect(json.ranges(of: #""value":"cm""#).count == 2)
    #expect(json.ranges(of: #"":"s""#).isEmpty)
  }

  @Test(arguments: [
    Case(
      "the account and priority of a pod", "nameSuffix: -x",
      [
        account, object("scheduling.k8s.io/v1", "PriorityClass", "high"),
        workload("DaemonSet", "{serviceAccountName: sa, priorityClassName: high}"),
      ], 2, #""spec":{"priorityClassName":"high-x","serviceAccountName":"sa-x"}"#),
    Case(
      "a claim of a pod", "namePrefix: p-",
      [
        object("v1", "PersistentVolumeClaim", "c"),
        workload("Deployment", "{volumes: [{persistentVolumeClaim: {claimName: c}}]}"),
      ], 1, #""claimName":"p-c""#),
    Case(
      "the volume and class of a claim", "namePrefix: p-",
      [
        object("v1", "PersistentVolume", "pv", "spec: {storageClassName: sc}"),
        object("storage.k8s.io/v1", "StorageClass", "sc"),
        object("v1", "PersistentVolumeClaim", "c", "spec: {volumeName: pv, storageClassName: sc}"),
      ], 2, #""spec":{"storageClassName":"p-sc","volumeName":"p-pv"}"#),
    Case(
      "the service and claims of a StatefulSet", "namePrefix: p-",
      [
        service, object("storage.k8s.io/v1", "StorageClass", "sc"),
        object(
          "apps/v1", "StatefulSet", "w",
          "spec: {serviceName: svc, volumeClaimTemplates: [{spec: {storageClassName: sc}}]}"),
      ], 2, #""spec":{"serviceName":"p-svc","volumeClaimTemplates":[{"spec":{"storageClassName":"p-sc"}}]}"#),
    Case(
      "the workload of an autoscaler, of whichever kind", "namePrefix: p-",
      [
        object("apps/v1", "StatefulSet", "w"),
        object(
          "autoscaling/v2", "HorizontalPodAutoscaler", "h", "spec: {scaleTargetRef: {kind: StatefulSet, name: w}}"),
      ], 1, #""scaleTargetRef":{"kind":"StatefulSet","name":"p-w"}"#),
    Case(
      "the services and secrets of an Ingress", "namePrefix: p-",
      [
        service, secret,
        object(
          "networking.k8s.io/v1", "Ingress", "i",
          "spec: {defaultBackend: {service: {name: svc}}, tls: [{secretName: s}], rules: [{http: {paths: [{backend: {service: {name: svc}}}]}}]}"
        ),
      ], 2,
      #""spec":{"defaultBackend":{"service":{"name":"p-svc"}},"rules":[{"http":{"paths":[{"backend":{"service":{"name":"p-svc"}}}]}}],"tls":[{"secretName":"p-s"}]}"#
    ),
    Case(
      "an annotation with a slash", "namePrefix: p-",
      [
        secret,
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, annotations: {nginx.ingress.kubernetes.io/auth-secret: s}}}",
      ], 1, #""annotations":{"nginx.ingress.kubernetes.io/auth-secret":"p-s"}"#),
    Case(
      "a list of names", "namePrefix: p-",
      [
        configMap, secret,
        object("\(rbac)/v1", "Role", "r", "rules: [{resources: [secrets], resourceNames: [cm, s, other]}]"),
      ], 2, #""resourceNames":["p-cm","p-s","other"]"#),
    Case(
      "the secrets of an account", "namePrefix: p-",
      [secret, object("v1", "ServiceAccount", "sa", "imagePullSecrets: [{name: s}]")], 1, #"[{"name":"p-s"}]"#),
    Case(
      "a policy that is bound", "namePrefix: p-",
      [
        object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "v"),
        object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "b", "spec: {policyName: v}"),
      ], 1, #""policyName":"p-v""#),
    Case(
      "the class of an Ingress, which upstream misspells", "namePrefix: p-",
      [
        object("networking.k8s.io/v1", "IngressClass", "ic"),
        object("networking.k8s.io/v1", "Ingress", "i", "spec: {ingressClassName: ic}"),
      ], 1, #""ingressClassName":"ic""#),
    Case(
      "a custom resource is not looked at", "namePrefix: p-",
      [configMap, object("x/v1", "Thing", "t", "spec: {configMap: {name: cm}}")], 1, #""name":"cm""#),
    Case(
      "a role by its group and kind", "namePrefix: p-",
      [
        object("\(rbac)/v1", "ClusterRole", "r"), object("\(rbac)/v1", "Role", "r"),
        object(
          "\(rbac)/v1", "RoleBinding", "b", "roleRef: {apiGroup: \(rbac), kind: Role, name: r}, subjects: []"),
      ], 2, #""name":"p-r"}"#),
    Case(
      "a quoted number stays a string", "namePrefix: \"1\"",
      [
        object("v1", "ConfigMap", "\"0\""),
        workload("Pod", "{containers: [{envFrom: [{configMapRef: {name: \"0\"}}]}]}"),
      ], 1, #""name":"10""#),
  ])
  func `a name follows the object`(_ example: Case) {
    let build = Self.build(example.fields, example.objects)
    #expect(build.messages == [])
    #expect(build.json[example.index].contains(example.part), "\(build.json)")
  }

  @Test func `a generated name follows with its hash`() throws {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [pod.yaml]
      configMapGenerator: [{name: cm, literals: [x=1]}]
      === pod.yaml
      \(Self.workload("Pod", "{containers: [{envFrom: [{configMapRef: {name: cm}}]}]}"))
      """
    ).build()
    #expect(build.messages == [])
    let node = try #require(build.node("spec", "containers", "0", "envFrom", "0", "configMapRef", "name"))
    #expect(build.forest.text(node) == "cm-hmg6f82fh6")
    // The place is that of the reference, and what renamed it is known.
    #expect(build.place(build.forest.range(node)) == "pod.yaml:1")
    #expect(build.text(at: build.forest.range(node)) == "cm")
    let modifier = try #require(build.result.objects[0].modifiers.last)
    #expect(modifier.kind == .reference)
    #expect(build.place(modifier.range) == "kustomization.yaml:2")
  }

  // MARK: Namespaces

  @Test(arguments: [
    Case(
      "a subject follows the account and its namespace", "namespace: ns",
      [account, binding("[{kind: ServiceAccount, name: sa}]")], 1,
      #""subjects":[{"kind":"ServiceAccount","name":"sa","namespace":"ns"}]"#),
    Case(
      "a subject with the namespace of the account", "namespace: ns\nnamePrefix: p-",
      [
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: old}}",
        binding("[{kind: ServiceAccount, name: sa, namespace: old}]"),
      ], 1, #"{"kind":"ServiceAccount","name":"p-sa","namespace":"ns"}"#),
    Case(
      "a subject with another namespace means another account", "namespace: ns\nnamePrefix: p-",
      [account, binding("[{kind: ServiceAccount, name: sa, namespace: other}]")], 1,
      #"{"kind":"ServiceAccount","name":"sa","namespace":"other"}"#),
    Case(
      "a subject of another kind follows too", "namespace: ns",
      [account, binding("[{kind: User, name: sa}]")], 1, #"{"kind":"User","name":"sa","namespace":"ns"}"#),
    Case(
      "an account in the namespace that the subject names", "namePrefix: p-",
      [
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: a}}",
        "{apiVersion: \(rbac)/v1, kind: RoleBinding, metadata: {name: b, namespace: b}, subjects: [{kind: ServiceAccount, name: sa, namespace: a}]}",
      ], 1, #"{"kind":"ServiceAccount","name":"p-sa","namespace":"a"}"#),
    Case(
      "an account without namespace is not in one called default", "namePrefix: p-",
      [
        account,
        "{apiVersion: \(rbac)/v1, kind: RoleBinding, metadata: {name: b, namespace: b}, subjects: [{kind: ServiceAccount, name: sa, namespace: default}]}",
      ], 1, #"{"kind":"ServiceAccount","name":"sa","namespace":"default"}"#),
    Case(
      "a ClusterRoleBinding sees every namespace", "namePrefix: p-",
      [
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: a}}",
        object(
          "\(rbac)/v1", "ClusterRoleBinding", "b", "subjects: [{kind: ServiceAccount, name: sa, namespace: a}]"),
      ], 1, #"{"kind":"ServiceAccount","name":"p-sa","namespace":"a"}"#),
    Case(
      "the service of a webhook gets a namespace", "namespace: ns",
      [
        service,
        object(
          "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "w",
          "webhooks: [{clientConfig: {service: {name: svc}}}, {clientConfig: {url: x}}]"),
      ], 1, #""service":{"name":"svc","namespace":"ns"}"#),
    Case(
      "a name in another namespace is another object", "namePrefix: p-",
      [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: cm, namespace: a}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: w, namespace: b}, spec: {volumes: [{configMap: {name: cm}}]}}",
      ], 1, #""configMap":{"name":"cm"}"#),
    Case(
      "no namespace is the namespace default", "namePrefix: p-",
      [
        configMap,
        "{apiVersion: v1, kind: Pod, metadata: {name: w, namespace: default}, spec: {volumes: [{configMap: {name: cm}}]}}",
      ], 1, #""configMap":{"name":"p-cm"}"#),
  ])
  func `a name keeps to its namespace`(_ example: Case) {
    let build = Self.build(example.fields, example.objects)
    #expect(build.messages == [])
    #expect(build.json[example.index].contains(example.part), "\(build.json)")
  }

  static func binding(_ subjects: String) -> String {
    object("\(rbac)/v1", "RoleBinding", "b", "subjects: \(subjects)")
  }

  // MARK: Several candidates

  static let diamond = """
    === a/kustomization.yaml
    namePrefix: a-
    resources: [../map.yaml, pod.yaml]
    === a/pod.yaml
    \(workload("Pod", "{volumes: [{configMap: {name: x}}]}"))
    === b/kustomization.yaml
    namePrefix: b-
    resources: [../map.yaml]
    === map.yaml
    {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}

    """

  @Test func `the prefixes of the referrer say which object is meant`() {
    let build = MemoryRepository(Self.diamond + "=== o/kustomization.yaml\nnamePrefix: o-\nresources: [../a, ../b]")
      .build("o")
    #expect(build.messages == [])
    #expect(build.json[1].contains(#""configMap":{"name":"o-a-x"}"#))
  }

  @Test(arguments: [
    ("x", "namePrefix: o-", nil), ("x", "", "x"), ("a-x", "namePrefix: o-", "o-a-x"), ("b-x", "", "b-x"),
  ])
  func `a name in the overlay may be of either base`(_ name: String, _ fields: String, _ expected: String?) {
    let build = MemoryRepository(
      Self.diamond + """
        === o/kustomization.yaml
        resources: [../a, ../b, pod.yaml]
        \(fields)
        === o/pod.yaml
        {apiVersion: v1, kind: Pod, metadata: {name: mine}, spec: {volumes: [{configMap: {name: \(name)}}]}}
        """
    ).build("o")
    if let expected {
      #expect(build.messages == [])
      #expect(build.json.last?.contains(#""configMap":{"name":"\#(expected)"}"#) == true, "\(build.json)")
    } else {
      #expect(
        build.messages == [
          "the names in 'Pod/o-mine' cannot be followed: 'x' may mean 'ConfigMap/o-a-x', 'ConfigMap/o-b-x': rename one of "
            + "them, or set the name in the layer of the one that is meant"
        ])
      #expect(build.place(build.result.errors.first?.range) == "o/pod.yaml:1")
      #expect(build.names.count == 4)
    }
  }

  @Test func `an object that was never renamed is no candidate`() {
    let build = MemoryRepository(
      Self.diamond + """
        === o/kustomization.yaml
        resources: [../a, ../map.yaml, pod.yaml]
        === o/pod.yaml
        {apiVersion: v1, kind: Pod, metadata: {name: mine}, spec: {volumes: [{configMap: {name: x}}]}}
        """
    ).build("o")
    #expect(build.messages == [])
    #expect(build.json.last?.contains(#""configMap":{"name":"a-x"}"#) == true)
  }

  @Test(arguments: [
    (
      "patches: [{target: {kind: ConfigMap}, patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"new\"}]'}]",
      "new"
    ),
    (
      "patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: cm}, patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"new\"}]'}]",
      "cm"
    ),
    (
      "patches: [{target: {name: cm}, options: {allowNameChange: true}, patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}'}]",
      "new"
    ),
  ])
  func `a rename by a patch is followed as upstream does`(_ fields: String, _ expected: String) {
    let build = Self.build(fields, [Self.configMap, Self.workload("Pod", "{volumes: [{configMap: {name: cm}}]}")])
    #expect(build.messages == [])
    #expect(build.names.first == "ConfigMap/new")
    #expect(build.json[1].contains(#""configMap":{"name":"\#(expected)"}"#))
  }

  // MARK: Errors

  @Test(arguments: [
    (
      "",
      "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: w}, webhooks: [{clientConfig: {service: {}}}]}",
      "the names in 'MutatingWebhookConfiguration/w' cannot be followed: 'webhooks/clientConfig/service' has no 'name'"
    ),
    (
      "",
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b}, subjects: [{kind: ServiceAccount, name: x, namespace: }]}",
      "the names in 'RoleBinding/b' cannot be followed: the namespace of a subject is no string: leave it out or put it in "
        + "quotes"
    ),
    (
      "",
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {volumes: \"${volumes}\"}}}}",
      "the names in 'Deployment/d' cannot be followed: kustomize looks for 'configMap' below a scalar, expected a mapping "
        + "or a list"
    ),
    (
      "namePrefix: p-",
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{resourceNames: [[a]]}]}",
      "the names in 'Role/p-r' cannot be followed: an entry of 'rules/resourceNames' is a list, expected a name"
    ),
  ])
  func `a place that cannot hold a name is an error`(_ fields: String, _ object: String, _ message: String) {
    let build = Self.build(fields, [object])
    #expect(build.messages == [message])
    #expect(build.place(build.result.errors.first?.range) == "a.yaml:1")
    #expect(build.names.count == 1)
  }

  static func build(_ fields: String, _ objects: [String]) -> Build {
    MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\n\(fields)\n=== a.yaml\n\(objects.joined(separator: "\n---\n"))"
    ).build()
  }
}
