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
}
