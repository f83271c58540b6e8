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

  /// Rules that look at lists with encrypted text in them, whose other items are right.
  @Test(arguments: [
    "object.stringData.list.all(v, v == 'x')", "!object.stringData.list.exists(v, v != 'x')",
    "object.stringData.list.filter(v, v != 'x').size() == 0", "'x' in object.stringData.list",
    "object.stringData.all(k, k == 'list' || object.stringData[k] == 'x')",
    "walk(object.stringData).all(leaf, leaf.value == 'x')",
  ])
  func `know nothing of encrypted text in lists`(assertion: String) throws {
    let fleet = try Fleet()
    try fleet.write(
      ".fluxlint/rules/own-value.yaml",
      "name: own-value\nsummary: A value is x\ncheck:\n  match: Secret\n  assert: \"\(assertion)\"\n"
        + "  message: another value\n")
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    let hidden = "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"
    let first = assertion.contains(" in ") ? "y" : "x"
    try fleet.write(
      "clusters/prod/secret.yaml",
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: a, namespace: default}
      stringData: {key: "\(hidden)", list: [\(first), "\(hidden)"]}
      sops: {mac: "ENC[AES256_GCM,data:b,iv:c,tag:d,type:str]", version: 3.9.0}

      """)
    let output = try Fluxlint.run("check", "--format", "json", in: fleet.url).output
    #expect(!output.contains("another value") && !output.contains("invalid-rule"), "\(output)")
    #expect(output.contains("it is encrypted"), "\(output)")
  }

  @Test(arguments: [
    "{object.stringData.key}", "{object.stringData.key + '!'}", "{string(base64.decode(object.data.other))}",
    "{secret}",
    "{walk(object.stringData)[0].value}", "{object.stringData}",
  ])
  func `tell no value of a Secret`(message: String) throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    try fleet.write(
      "clusters/prod/secret.yaml",
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: a, namespace: default}
      stringData: {key: correct-horse}
      data: {other: Y29ycmVjdC1ob3JzZQ==}

      """)
    try fleet.write(
      ".fluxlint/rules/own-value.yaml",
      """
      name: own-value
      summary: A value is x
      check:
        match: Secret
        let: {secret: object.stringData.key}
        when: secret != ''
        assert: object.stringData.key == 'x'
        message: "of {object.metadata.name} it is \(message)"
        data: {value: "\(message)"}

      """)
    for format in ["json", "sarif", "text"] {
      let output = try Fluxlint.run("check", "--format", format, in: fleet.url).output
      #expect(output.contains("f a it is (hidden)"), "\(output)")
      #expect(!output.contains("correct-horse") && !output.contains("Y29ycmVjd"), "\(output)")
    }
  }

  @Test func `that point at secrets do not tell them`() throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    try fleet.write(
      "clusters/prod/map.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata: {key: correct-horse}\n")
    try fleet.write(
      ".fluxlint/rules/own-value.yaml",
      """
      name: own-value
      summary: A value is x
      secret: true
      check: {match: ConfigMap, assert: object.data.key == 'x', at: object.data.key, message: "it is {object.data.key}"}

      """)
    let output = try Fluxlint.run("check", in: fleet.url).output
    #expect(output.contains("it is (hidden)") && !output.contains("correct-horse"), "\(output)")
  }

  @Test(arguments: [
    "assert: objekt.x > options.limit", "assert: object.spec.nothing == options.limit", "assert: 1 / size(item) == 1",
  ])
  func `with a mistake leave the check incomplete, and the others run`(assertion: String) throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "rules: {broken: {severity: note, options: {limit: 10}}}\n")
    let each = assertion.contains("item") ? "  each: \"['']\"\n" : ""
    try fleet.write(
      ".fluxlint/rules/broken.yaml",
      "name: broken\nsummary: A thing\noptions: {limit: {default: 5, about: The limit.}}\ncheck:\n"
        + "  match: Kustomization\n\(each)  \(assertion)\n  message: m\n")
    try fleet.write(".fluxlint/rules/own-team.yaml", rule("own-team"))
    let result = try Fluxlint.run("check", "--format", "sarif", in: fleet.url)
    #expect(result.status == 2, "\(result.output)\(result.talk)")
    #expect(result.talk.contains("1 rule has a mistake"), "\(result.talk)")
    #expect(result.output.contains("\"executionSuccessful\": false"), "\(result.output)")
    #expect(
      result.output.contains("\"ruleId\": \"own-team\"") && result.output.contains("\"ruleId\": \"invalid-rule\""))
    // Whatever part is looked at.
    let part = try Fluxlint.run("check", "--format", "concise", "clusters", in: fleet.url)
    #expect(part.status == 2 && part.output.contains(".fluxlint/rules/broken.yaml:"), "\(part.output)\(part.talk)")
  }

  @Test func `where there are none are a mistake of the configuration`() throws {
    let fleet = try Fleet()
    try fleet.write(
      ".fluxlint.yaml",
      "sources: {'https://git.example.com/policies': ../policies}\nrulesDirectories: [gone, ../policies/flux]\n")
    try fleet.write("../policies/other/own-team.yaml", rule("own-team"))
    try fleet.write(".fluxlint/rules/own-team.yml", rule("own-team"))
    let result = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(result.status == 2)
    for line in [
      ".fluxlint.yaml:2:20: error: there is no directory 'gone' [invalid-rule]",
      ".fluxlint.yaml:2:26: error: no rule is read from '../policies/flux' [invalid-rule]",
      ".fluxlint/rules/own-team.yml:1:1: error: this is no rule: the name of a rule file ends with '.yaml' [invalid-rule]",
    ] {
      #expect(result.output.contains(line), "\(result.output)")
    }
  }

  @Test func `that cannot be read are told without praise, and a directory that is not there with what to do`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "rulesDirectories: [gone]\n")
    try fleet.write(".fluxlint/rules/broken.yaml", rule("broken", assert: "objekt.x"))
    let tested = try Fluxlint.run("rules", "test", in: fleet.url)
    #expect(tested.output.hasSuffix("\n0 rules, 0 examples; 1 file with a mistake\n"), "\(tested.output)")
    let checked = try Fluxlint.run("check", in: fleet.url)
    #expect(checked.output.contains("correct the directory in 'rulesDirectories', or take it out"), "\(checked.output)")
  }

  @Test func `are those of the repository in whatever directory of it one is`() throws {
    let fleet = try Fleet()
    try fleet.write(".fluxlint/rules/broken.yaml", rule("broken", assert: "objekt.x"))
    let apps = fleet.url.appending(path: "clusters")
    let made = try Fluxlint.run("rules", "new", "own-team", in: apps)
    #expect(made.output.hasSuffix("/.fluxlint/rules/own-team.yaml\n") && made.status == 0, "\(made.output)\(made.talk)")
    #expect(FileManager.default.fileExists(atPath: fleet.url.appending(path: ".fluxlint/rules/own-team.yaml").path))
    let tested = try Fluxlint.run("rules", "test", in: apps)
    #expect(tested.output.contains("1 rule, 2 examples: as expected; 1 file with a mistake"), "\(tested.output)")
    let explained = try Fluxlint.run("explain", "broken", in: apps)
    #expect(explained.talk.contains(".fluxlint/rules/broken.yaml:8:11: 'objekt' is not declared"), "\(explained.talk)")
    #expect(explained.status == 2)
  }

  @Test func `behind a link are not read, which is said`() throws {
    let fleet = try Fleet()
    try fleet.write("shared/own-team.yaml", rule("own-team"))
    try fleet.write(".fluxlint/rules/readme.txt", "links\n")
    try FileManager.default.createSymbolicLink(
      atPath: fleet.url.appending(path: ".fluxlint/rules/own-team.yaml").path,
      withDestinationPath: "../../shared/own-team.yaml")
    let result = try Fluxlint.run("check", "--format", "json", in: fleet.url)
    #expect(result.output.contains("a symbolic link, which is not followed: it gives no rule"), "\(result.output)")
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
