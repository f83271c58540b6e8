import Linting
import RuleFiles
import SourceTrees
import Testing

/// A cluster with two Kustomizations, one of which waits for the other and for one that is not there.
private let fleet = """
  === cluster clusters/production
  === clusters/production/apps.yaml
  apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata: {name: infra, namespace: flux-system}
  spec:
    interval: 10m
    path: ./infra
    prune: true
    wait: true
    sourceRef: {kind: GitRepository, name: flux-system}
  ---
  apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata: {name: apps, namespace: flux-system}
  spec:
    interval: 10m
    path: ./apps
    prune: true
    dependsOn: [{name: infra}, {name: databases}]
    sourceRef: {kind: GitRepository, name: flux-system}
  === infra/web.yaml
  apiVersion: v1
  kind: Namespace
  metadata: {name: web}
  ---
  apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: widgets.example.com}
  spec:
    group: example.com
    scope: Cluster
    names: {kind: Widget, plural: widgets}
    versions: []
  === apps/web.yaml
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings, namespace: web}
  data:
    values.yaml: |
      image: {tag: 1}
      hosts: [a]
  ---
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings, namespace: other}
  data: {x: y}
  ---
  apiVersion: example.com/v1
  kind: Widget
  metadata: {name: round}
  spec: {size: 3, of: [{name: a, token: b}]}

  """

/// The same, and a release.
private let fleetWithChart =
  fleet + """
    ---
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: HelmRepository
    metadata: {name: charts, namespace: web}
    spec: {interval: 1h, url: https://charts.example.com}
    ---
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: web, namespace: web}
    spec:
      interval: 10m
      chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}

    """

/// A cluster that is locked down, by a flag and by the Flux Operator.
private let locked = """
  === clusters/production/flux.yaml
  apiVersion: fluxcd.controlplane.io/v1
  kind: FluxInstance
  metadata: {name: flux, namespace: flux-system}
  spec:
    distribution: {version: 2.9.x, registry: ghcr.io/fluxcd}
    cluster: {multitenant: true, tenantDefaultServiceAccount: flux}
    kustomize:
      patches:
        - target: {kind: Deployment, name: kustomize-controller}
          patch: |
            - op: add
              path: /spec/template/spec/containers/0/args/-
              value: --default-service-account=nobody
    sync: {kind: GitRepository, url: 'https://git.example.com/fleet', ref: refs/heads/main, path: clusters/production}
  === clusters/production/apps.yaml
  apiVersion: v1
  kind: Namespace
  metadata: {name: team}
  ---
  apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: deploy, namespace: team}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
  subjects: [{kind: ServiceAccount, name: deploy}]
  ---
  apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata: {name: web, namespace: team}
  spec:
    interval: 10m
    path: ./web
    prune: true
    dependsOn: [{name: base, namespace: platform}]
    sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}

  """

/// What messages of a rule show that finds each object of a kind, with the place that it is shown at.
private func shown(
  _ template: String, match: String, when: String = "true", at: String = "object", each: String? = nil,
  files: String = fleet
) async throws -> [String] {
  func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
  let rule = """
    name: shown
    summary: A rule that finds everything
    check:
      match: \(match)
      when: \(quoted(when))
      assert: 'false'
      at: \(quoted(at))
      message: \(quoted(template))\(each.map { "\n  each: \(quoted($0))" } ?? "")
    examples:
      - good: fleet
        files: |
    \(files.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
    """
  let file = try RuleFile(path: "shown.yaml", family: nil, bytes: Array(rule.utf8))
  var tree = [".fluxlint/rules/shown.yaml": Array(rule.utf8)]
  for file in file.examples[0].files { tree[file.path] = Array(file.text.utf8) }
  return try await findings(in: InMemoryTree(files: tree)).filter { $0.rule == "shown" || $0.rule == "invalid-rule" }
    .map(\.description)
}

/// The value of an expression as a message of a rule that looks at one object shows it.
private func value(
  of expression: String, match: String, when: String = "true", files: String = fleet
) async throws -> String {
  let lines = try await shown("<{\(expression)}>", match: match, when: when, files: files)
  guard lines.count == 1, let start = lines[0].firstIndex(of: "<"), let end = lines[0].lastIndex(of: ">") else {
    return "\(lines)"
  }
  return String(lines[0][lines[0].index(after: start)..<end])
}

struct RuleEnvironmentTests {
  @Test(arguments: [
    ("objects('ConfigMap').map(o, displayName(o))", "ConfigMap web/settings, ConfigMap other/settings"),
    ("objects('ConfigMap', 'web').map(o, displayName(o))", "ConfigMap web/settings"),
    ("objects('Kustomization.kustomize.config.k8s.io').size()", "0"),
    ("find('ConfigMap', 'web', 'settings').hasValue()", "true"),
    ("find('ConfigMap', 'web', 'other').hasValue()", "false"),
    ("find('Namespace', '', 'web').hasValue()", "true"),
    ("absent('ConfigMap', 'web', 'settings')", "false"),
    ("absent('ConfigMap', 'web', 'other')", "true"),
    ("absent('Namespace', '', 'default')", "false"),
    ("absent('GitRepository', 'flux-system', 'flux-system')", "false"),
    ("mayHaveMore('ConfigMap')", "false"),
    ("displayName(owner(object).value())", "Kustomization flux-system/apps"),
    ("applied(owner(object).value()).size()", "3"),
    ("isBuilt(owner(object).value())", "true"),
    ("isNamespaced(object)", "false"),
    ("isNamespaced(objects('ConfigMap')[0])", "true"),
    ("isNamespaced({'apiVersion': 'example.org/v1', 'kind': 'Thing'}).hasValue()", "false"),
    ("served('kustomize.toolkit.fluxcd.io/v1', 'Kustomization')", "true"),
    ("served('kustomize.toolkit.fluxcd.io/v1beta1', 'Kustomization')", "false"),
    ("appliedBefore(find('Namespace', '', 'web').value(), object)", "true"),
    ("appliedBefore(object, find('Namespace', '', 'web').value())", "false"),
    (
      "appliedBefore(find('Namespace', '', 'web').value(), objects('CustomResourceDefinition')[0])", "false"
    ),
    ("allRun(object, '2.9') && !allRun(object, '2.10')", "true"),
    ("isThisRepository(source(kustomization).value())", "true"),
    ("files('{apps,infra}/*.yaml')", ""),
    ("files('apps')", "apps/web.yaml"),
    ("files('**/apps.yaml')", "clusters/production/apps.yaml"),
    ("fileExists('apps/web.yaml')", "true"),
    ("fileExists('apps')", "false"),
    ("cluster.name", "clusters/production"),
    ("cluster.components", "helm-controller, kustomize-controller, source-controller"),
    ("cluster.arguments['helm-controller'].exists(a, a == '--log-level=info')", "true"),
    ("cluster.isLockedDown || cluster.hasOperator", "false"),
    ("interval('1h30m') == duration('5400s')", "true"),
    ("interval('soon') == null", "true"),
    ("walk(object.spec).map(leaf, leaf.path + '=' + string(leaf.value))", "size=3, of[0].name=a, of[0].token=b"),
    ("walk(object.spec)[2].key", "token"),
    ("overlaps(parseYAML('{a: {b: 1, c: [1]}, d: 1}'), parseYAML('{a: {c: [2], e: 1}, d: {}}'))", "a.c, d"),
    ("parseYAML(find('ConfigMap', 'web', 'settings').value().data['values.yaml']).image.tag", "1"),
    ("parseYAML('a: [') == null", "true"),
    ("refs.size()", "0"),
  ])
  func `expressions look at the cluster of an object`(expression: String, expected: String) async throws {
    #expect(try await value(of: expression, match: "Widget") == expected)
  }

  @Test(arguments: [
    ("refs.dependsOn.map(r, r.name + ' ' + r.status)", "infra found, databases missing"),
    ("refs.dependsOn.map(r, has(r.object))", "true, false"),
    ("refs.dependsOn[0].object.spec.wait", "true"),
    ("refs.sourceRef.map(r, r.kind + ' ' + r.namespace + '/' + r.name)", "GitRepository flux-system/flux-system"),
    ("refs['postBuild.substituteFrom'].size()", "0"),
  ])
  func `refs has every reference by its field`(expression: String, expected: String) async throws {
    #expect(
      try await value(of: expression, match: "Kustomization", when: "object.metadata.name == 'apps'") == expected)
  }

  @Test(arguments: [
    ("refs['chart.spec.sourceRef'][0].object.spec.url", "https://charts.example.com"),
    ("source(object).value().metadata.name", "charts"),
    ("isThisRepository(source(object).value())", "false"),
    ("absent('HelmRepository', 'web', 'other')", "true"),
    ("absent('ConfigMap', 'web', 'other')", "(not known)"),
    ("mayHaveMore('ConfigMap', 'web')", "true"),
  ])
  func `what a chart may make is not absent`(expression: String, expected: String) async throws {
    #expect(try await value(of: expression, match: "HelmRelease", files: fleetWithChart) == expected)
  }

  @Test(arguments: [
    ("cluster.flags['kustomize-controller/default-service-account']", "nobody"),
    ("cluster.flags['helm-controller/default-service-account']", "flux"),
    ("cluster.entryPoint.kind", "FluxInstance"),
    ("cluster.entryPoint.namespace + '/' + cluster.entryPoint.name", "flux-system/flux-system"),
    ("hasRights('team', 'deploy')", "true"),
    ("hasRights('team', 'default')", "false"),
    ("refs.sourceRef.map(r, r.field + ' ' + string(has(r.lock)))", "sourceRef true"),
    ("refs.dependsOn.map(r, r.field + ' ' + string(has(r.lock)))", "dependsOn false"),
  ])
  func `expressions see the lockdown of a cluster`(expression: String, expected: String) async throws {
    #expect(try await value(of: expression, match: "Kustomization", files: locked) == expected)
  }

  @Test(arguments: [
    ("cluster.flagPlaces['kustomize-controller/default-service-account']", "clusters/production/flux.yaml:13:20"),
    ("cluster.flagPlaces['helm-controller/default-service-account']", "clusters/production/flux.yaml:6:26"),
    ("refs.sourceRef[0].lock", "clusters/production/flux.yaml:6:26"),
    ("cluster.flagPlaces['helm-controller/no-remote-bases']", "clusters/production/apps.yaml:13:18"),
  ])
  func `a flag is a place`(place: String, expected: String) async throws {
    #expect(
      try await shown("-", match: "Kustomization", at: place, files: locked) == ["\(expected): warning: shown: -"])
  }

  @Test func `a cluster that nothing begins has no entry point`() async throws {
    let kustomization = """
      === web.yaml
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: web, namespace: team}
      spec: {interval: 10m, path: ./web, prune: true, sourceRef: {kind: GitRepository, name: fleet}}

      """
    #expect(try await value(of: "has(cluster.entryPoint)", match: "Kustomization", files: kustomization) == "false")
    #expect(
      try await value(
        of: "cluster.entryPoint.kind", match: "Kustomization", when: "object.metadata.name == 'apps'", files: fleet)
        == "bootstrap")
  }

  @Test func `a reference and a scalar of a tree are places`() async throws {
    let references = try await shown(
      "{item.name}", match: "Kustomization", when: "object.metadata.name == 'apps'", at: "item.entry.name",
      each: "refs.dependsOn")
    #expect(
      references == [
        "clusters/production/apps.yaml:18:22: warning: shown: infra",
        "clusters/production/apps.yaml:18:37: warning: shown: databases",
      ])
    let scalars = try await shown("{item.path}", match: "Widget", at: "item.node", each: "walk(object.spec)")
    #expect(
      scalars == [
        "apps/web.yaml:17:14: warning: shown: size", "apps/web.yaml:17:29: warning: shown: of[0].name",
        "apps/web.yaml:17:39: warning: shown: of[0].token",
      ])
    let other = try await shown("-", match: "Widget", at: "find('ConfigMap', 'web', 'settings').value()")
    #expect(other == ["apps/web.yaml:3:18: warning: shown: -"])
  }

  @Test(arguments: [
    ("error", "error"), ("'{cluster.isLockedDown ? \"error\" : \"note\"}'", "note"), ("'{object.kind}'", "warning"),
  ])
  func `the severity of a finding may depend on the cluster`(severity: String, expected: String) async throws {
    let rule = """
      name: shown
      summary: A rule that finds everything
      check: {match: Kustomization, assert: 'false', message: found, severity: \(severity)}
      """
    let tree = InMemoryTree(files: [
      ".fluxlint/rules/shown.yaml": Array(rule.utf8),
      "clusters/production/flux-system/gotk-sync.yaml": Array(
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: flux-system, namespace: flux-system}
        spec:
          interval: 10m
          path: ./clusters/production
          prune: true
          sourceRef: {kind: GitRepository, name: flux-system}

        """.utf8),
    ])
    #expect(try await findings(in: tree).filter { $0.rule == "shown" }.map(\.severity) == [expected])
  }
}
