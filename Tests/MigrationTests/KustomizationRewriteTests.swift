import SourceText
import SourceTrees
import Testing
import YAMLSyntax

@testable import Migration

@Suite struct `kustomization files` {
  private func rewritten(_ text: String, _ kinds: [KustomizationRewrite] = KustomizationRewrite.allCases) -> String {
    var bytes = Array(text.utf8)
    for kind in kinds {
      if case .done(let next, _) = kind.apply(to: bytes, file: FileID(0)) { bytes = next }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("bases: [../b] # c\n", "resources: [../b] # c\n"),
    ("bases:\n- ../b\nresources:\n  - a.yaml\n", "resources:\n  - a.yaml\n  - ../b\n"),
    ("resources: [a.yaml]\nbases: [../b]\n", "resources: [a.yaml, ../b]\n"),
    ("Bases:\n- ../b\nRESOURCES:\n- a.yaml\n", "resources:\n- a.yaml\n- ../b\n"),
    ("images: []\nimageTags:\n- name: a\n", "images:\n- name: a\n"),
    ("images: [{name: b}]\nimageTags: [{name: a}]\n", "images: [{name: b}, {name: a}]\n"),
    ("labels: []\ncommonLabels: {a: b}\n", "labels:\n- pairs: {a: b}\n  includeSelectors: true\n"),
    ("configMapGenerator:\n- name: c\n  env: a.env\n", "configMapGenerator:\n- name: c\n  envs: [a.env]\n"),
    (
      "configMapGenerator:\n- name: c\n  envs:\n  - b.env\n  env: a.env\n",
      "configMapGenerator:\n- name: c\n  envs:\n  - b.env\n  - a.env\n"
    ),
    (
      "patches:\n- path: p.yaml\npatchesJson6902:\n- path: j.yaml\n  target: {kind: A}\npatchesStrategicMerge:\n- sm.yaml",
      "patches:\n- path: sm.yaml\n- path: p.yaml\n- path: j.yaml\n  target: {kind: A}"
    ),
    (
      "patchesStrategicMerge:\n  - |-\n    kind: A\n\n    x: y\n  - b.yaml # last\n",
      "patches:\n  - patch: |-\n      kind: A\n\n      x: y\n  - path: b.yaml # last\n"
    ),
    (
      "resources:\n  - a.yaml\ncommonLabels:\n  team: \"y\" # quoted\n",
      "resources:\n  - a.yaml\nlabels:\n  - pairs:\n      team: \"y\"\n    includeSelectors: true # quoted\n"
    ),
    (
      "labels:\n- pairs: {a: b}\ncommonLabels: {c: d}\n",
      "labels:\n- pairs: {a: b}\n- pairs: {c: d}\n  includeSelectors: true\n"
    ),
  ])
  func `deprecated fields become what took their place`(before: String, after: String) {
    #expect(rewritten(before) == after)
    #expect(rewritten(after) == after)
  }

  @Test(arguments: ["bases: &b [../b]\nresources: *b\n", "{bases: [../b]}\n", "a: [\n"])
  func `what is not understood stays`(text: String) { #expect(rewritten(text) == text) }

  @Test func `a JSON patch that must see a later stage changes the build`() throws {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    let before = """
      resources: [d.yaml]
      namespace: prod
      patchesJson6902:
      - target: {group: apps, version: v1, kind: Deployment, name: web}
        patch: |
          - {op: replace, path: /metadata/namespace, value: special}

      """
    func build(_ text: String) throws -> BuildComparison.Build {
      let tree = InMemoryTree(files: ["d.yaml": Array(deployment.utf8), "kustomization.yaml": Array(text.utf8)])
      var comparison = try BuildComparison(tree)
      return comparison.build("")
    }
    let after = rewritten(before)
    #expect(after != before)
    #expect(try build(before).isSame(as: build(before)))
    #expect(try !build(before).isSame(as: build(after)))
    #expect(!KustomizationRewrite.patchesJson6902.keepsStage)
    #expect(KustomizationRewrite.hasStagesBetween(Array(before.utf8)))
  }

  @Test func `variables become replacements of the places that a build without them still has`() throws {
    let before = """
      resources: [web.yaml]
      vars:
      - name: HOST
        objref: {apiVersion: v1, kind: Service, name: web}
      - name: UNUSED
        objref: {apiVersion: v1, kind: Service, name: web}
      namePrefix: x-

      """
    let resources = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec: {template: {spec: {containers: [{name: a, args: [$(HOST), "http://$(HOST)/x"]}]}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}

      """
    func apply(_ resources: String) throws -> String? {
      let tree = InMemoryTree(files: ["web.yaml": Array(resources.utf8), "kustomization.yaml": Array(before.utf8)])
      return try VariableReplacements.apply(
        to: Array(before.utf8), file: FileID(0), path: "kustomization.yaml", in: tree
      ).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(
      try apply(resources) == """
        resources: [web.yaml]
        replacements:
        - source:
            version: v1
            kind: Service
            name: web
            fieldPath: metadata.name
          targets:
          - select:
              group: apps
              version: v1
              kind: Deployment
              name: x-web
            fieldPaths:
            - spec.template.spec.containers.0.args.0
          - select:
              group: apps
              version: v1
              kind: Deployment
              name: x-web
            fieldPaths:
            - spec.template.spec.containers.0.args.1
            options:
              delimiter: '/'
              index: 2
        namePrefix: x-

        """)
    // No delimiter stands on both sides.
    #expect(try apply(resources.split(separator: "http://").joined(separator: "a")) == nil)
  }
}
