import Foundation
import Testing

/// A rule that finds every Kustomization without a label.
private func rule(_ name: String, assert: String = "object.metadata.?labels.?team.hasValue()") -> String {
  """
  name: \(name)
  summary: A Kustomization says no team
  options:
    exempt: {default: [base], about: Names of Kustomizations that need no team.}
  check:
    match: Kustomization.kustomize.toolkit.fluxcd.io
    when: "!(object.metadata.name in options.exempt)"
    assert: \(assert)
    message: "'{object.metadata.name}' says no team"

  """
}

@Suite struct `rules of a user` {
  private let configuration = """
    sources: {'https://git.example.com/policies': ../policies}
    rulesDirectories: [../policies/flux]

    """

  @Test func `are listed, explained and checked wherever they are`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", configuration)
    try fleet.write(".fluxlint/rules/own-team.yaml", rule("own-team"))
    try fleet.write("../policies/flux/shared-team.yaml", rule("shared-team"))
    try fleet.write("../policies/other/not-asked-for.yaml", rule("not-asked-for"))
    let list = try Fluxlint.run("rules", "--family", "user", in: fleet.url)
    #expect(
      list.output == """
        user
          own-team     warning  A Kustomization says no team
          shared-team  warning  A Kustomization says no team

        """, "\(list.output)\(list.talk)")
    #expect(try Fluxlint.run("explain", "shared-team", in: fleet.url).output.contains("says no team"))
    let result = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(result.output.contains("warning: 'apps' says no team [own-team]"), "\(result.output)\(result.talk)")
    #expect(result.output.contains("warning: 'apps' says no team [shared-team]"), "\(result.output)")
    #expect(!result.output.contains("'base' says no team"))
    #expect(!result.output.contains("not-asked-for"))
  }

  @Test func `know nothing of what SOPS hides`() throws {
    let fleet = try Fleet()
    try fleet.write(
      ".fluxlint/rules/own-value.yaml",
      """
      name: own-value
      summary: A value is x
      check:
        match: Secret
        assert: object.stringData.key == 'x'
        message: another value

      """)
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    func write(_ value: String) throws {
      try fleet.write(
        "clusters/prod/secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: a, namespace: default}
        stringData: {key: "\(value)"}
        sops: {mac: "ENC[AES256_GCM,data:b,iv:c,tag:d,type:str]", version: 3.9.0}

        """)
    }
    try write("ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]")
    let hidden = try Fluxlint.run("check", "--format", "json", in: fleet.url).output
    #expect(!hidden.contains("another value"), "\(hidden)")
    #expect(hidden.contains("own-value of Secret default/a") && hidden.contains("it is encrypted"), "\(hidden)")
    try write("y")
    #expect(try Fluxlint.run("check", "--format", "json", in: fleet.url).output.contains("another value"))
  }

  @Test func `have options that the configuration sets`() throws {
    let fleet = try Fleet()
    try fleet.write(
      ".fluxlint.yaml", "rules: {own-team: {severity: error, options: {exempt: [apps]}}}\n")
    try fleet.write(".fluxlint/rules/own-team.yaml", rule("own-team"))
    let result = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(result.output.contains("error: 'base' says no team [own-team]"), "\(result.output)\(result.talk)")
    #expect(!result.output.contains("'apps' says no team"))
  }

  @Test func `of another checkout have their mistakes in its files`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", configuration)
    try fleet.write("../policies/flux/shared-team.yaml", rule("shared-team", assert: "objekt.kind == 'x'"))
    let result = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(result.status == 2)
    #expect(
      result.output.contains("../policies/flux/shared-team.yaml:8:11: error: 'objekt' is not declared [invalid-rule]"),
      "\(result.output)\(result.talk)")
  }

  @Test func `are in a checkout that the configuration names`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "rulesDirectories: [../policies/flux]\n")
    let result = try Fluxlint.run("check", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("'../policies/flux' is in no repository that 'sources' names"), "\(result.talk)")
  }
}
