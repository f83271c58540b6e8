import Foundation
import Testing

/// A report says where a credential is, and never what it is.
@Suite struct `secrets in reports` {
  private static let canary = "Zx9Kq7Lw2Vb5Nm8"

  /// Every place that a rule points at, or points beside.
  private func fleet() throws -> Fleet {
    let fleet = try Fleet(isRepository: false)
    let canary = Self.canary
    try fleet.write("clusters/prod/self.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    try fleet.write(
      "apps/secrets.yaml",
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: plain
        namespace: default
      stringData:
        password: \(canary)
        token: "\(canary)"
        text: |
          \(canary)
          more \(canary)
      ---
      apiVersion: v1
      kind: Secret
      metadata:
        name: not-encoded
        namespace: default
      data:
        password: \(canary)!
        number: 1234567890123
      ---
      apiVersion: v1
      kind: Secret
      metadata:
        name: list
        namespace: default
      stringData:
        list: [\(canary), {\(canary): \(canary)}]
        mapping:
          \(canary): \(canary)
      data: [\(canary)]
      ---
      apiVersion: v1
      kind: Secret
      metadata:
        name: text
        namespace: default
      stringData: \(canary)
      stringdata: {a: \(canary)}
      immutable: \(canary)
      ---
      apiVersion: v1
      kind: Secret
      metadata:
        name: patched
        namespace: default
      stringData:
        a: b
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: variables
        namespace: default
        labels:
          "${NAME}": "${NAME}"
      spec:
        type: ${NAME}
        "${NAME}": 1
        ports:
          - port: ${PIN}
            name: ${NAME}
            protocol: ${LIST}
          - port: ${PIN}
            name: ${NAME}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: copy
        namespace: default
      data:
        pin: ${PIN}
        name: ${NAME}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata:
        name: second
        namespace: default
      spec:
        interval: 10m
        path: ./second
        prune: true
        sourceRef:
          kind: GitRepository
          name: flux-system
          namespace: flux-system
        postBuild:
          substitute:
            COPY: ${NAME}
          substituteFrom:
            - kind: ConfigMap
              name: copy
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: settings
        namespace: default
      data:
        api-key: \(canary)
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
        namespace: default
      spec:
        containers:
          - name: web
            image: acme/web:1.4.2
            env:
              - name: DB_PASSWORD
                value: \(canary)

      """)
    try fleet.write(
      "apps/kustomization.yaml",
      """
      resources: [secrets.yaml]
      patches:
        - target:
            kind: Secret
            name: patched
          patch: |
            - op: add
              path: /stringData/x
              value: 1234567890123
            - op: add
              path: /stringData/y
              value: [\(canary)]

      """)
    try fleet.write(
      "second/all.yaml",
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: second
        namespace: default
      spec:
        type: ${COPY}
        sessionAffinity: ${name}
        ports:
          - port: ${pin}

      """)
    try fleet.write(
      "clusters/prod/apps.yaml",
      Fleet.kustomization("apps", path: "apps") + """
          postBuild:
            substituteFrom:
              - kind: Secret
                name: variables
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: variables
          namespace: flux-system
        stringData:
          NAME: \(canary)_
          PIN: "1234567890123"
          LIST: "[\(canary)]"

        """)
    try fleet.write(
      "clusters/prod/flux.yaml",
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata:
        name: other
        namespace: flux-system
      spec:
        interval: 1m
        url: http://bot:\(canary)@git.example.com/other.git
        unknown: https://bot:\(canary)@git.example.com/other.git
      ---
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: HelmRepository
      metadata:
        name: charts
        namespace: flux-system
      spec:
        interval: 1h
        url: https://charts.example.com
      ---
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata:
        name: web
        namespace: default
      spec:
        interval: 1h
        chart:
          spec:
            chart: web
            version: 1.4.2
            sourceRef:
              kind: HelmRepository
              name: charts
              namespace: flux-system
        values:
          adminPassword: \(canary)
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata:
        name: generated
        namespace: flux-system
      spec:
        interval: 10m
        path: ./generated
        prune: true
        sourceRef:
          kind: GitRepository
          name: flux-system
        postBuild:
          substitute:
            API_TOKEN: \(canary)

      """)
    try fleet.write(
      "generated/kustomization.yaml",
      """
      resources:
        - https://bot:\(canary)@git.example.com/base.yaml
      secretGenerator:
        - name: generated
          namespace: default
          literals:
            - password=\(canary)
      """)
    try fleet.write(
      "tls.key", "-----BEGIN PRIVATE KEY-----\n\(canary)MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n")
    return fleet
  }

  @Test func `the rules about credentials find all of them`() throws {
    let fleet = try self.fleet()
    let result = try Fluxlint.run("check", "--enable", "all", "--no-git", "--format", "json", in: fleet.url)
    for rule in [
      "plaintext-secret", "plaintext-secret-generator", "credential-in-config-map", "credential-in-env",
      "credential-in-values", "credential-in-substitute", "credential-in-url", "remote-base", "unknown-field",
      "private-key-in-repository", "secret-data-not-base64", "wrong-type", "string-expected", "invalid-value",
      "invalid-name", "variable-changes-type",
    ] {
      #expect(result.output.contains("\"rule\": \"\(rule)\""), "\(rule) has nothing to hide")
    }
  }

  @Test(arguments: ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjsonl", "markdown"])
  func `no format shows a credential`(format: String) throws {
    for more in [["--enable", "all", "--verbose"], ["--disable", "secrets"]] {
      let fleet = try self.fleet()
      let result = try Fluxlint.run(["check", "--no-git", "--format", format] + more, in: fleet.url)
      #expect(result.status == 1)
      #expect(!result.output.contains(Self.canary), "\(result.output)")
      #expect(!result.output.contains("1234567890123"), "\(result.output)")
      #expect(!result.output.isEmpty)
    }
  }

  @Test(arguments: [
    ["inventory"], ["inventory", "--format", "json"], ["graph"], ["graph", "--format", "json"],
  ])
  func `no picture shows one in a URL`(arguments: [String]) throws {
    let fleet = try self.fleet()
    let result = try Fluxlint.run(arguments + ["--no-git"], in: fleet.url)
    #expect(result.output.contains("https://bot:***@") || result.output.contains("http://bot:***@"))
    #expect(!result.output.contains(Self.canary))
  }

  @Test(arguments: [
    ["inventory"], ["inventory", "--format", "json"], ["graph"], ["graph", "--format", "json"],
    ["graph", "--format", "mermaid"], ["graph", "--format", "dot"],
  ])
  func `no picture shows what a Secret gives to a variable`(arguments: [String]) throws {
    let fleet = try Fleet()
    try fleet.write(
      "clusters/prod/vars.yaml",
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: vars, namespace: flux-system}
      stringData: {TENANT: canarytenant, VERSION: 7.77.7}

      """)
    try fleet.write("clusters/prod/self.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    try fleet.write(
      "clusters/prod/settings.yaml",
      Fleet.kustomization("settings", path: "settings")
        + "  postBuild: {substituteFrom: [{kind: Secret, name: vars}]}\n")
    try fleet.write(
      "settings/all.yaml",
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: HelmRepository
      metadata: {name: "${TENANT}", namespace: default}
      spec: {url: "https://example.com/${TENANT}", interval: 1h}
      ---
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata: {name: "web-${TENANT}", namespace: default}
      spec:
        interval: 1h
        chart: {spec: {chart: web, version: "${VERSION}", sourceRef: {kind: HelmRepository, name: "${TENANT}"}}}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: "${TENANT}", namespace: flux-system}
      spec: {interval: 1h, prune: true, path: "./${TENANT}", sourceRef: {kind: GitRepository, name: flux-system}}

      """)
    let result = try Fluxlint.run(arguments + ["--no-git"], in: fleet.url)
    #expect(result.output.contains("settings"))
    #expect(!result.output.contains("canarytenant") && !result.output.contains("7.77.7"), "\(result.output)")
  }

  /// A value goes from one Secret to fields that cannot be changed.
  @Test(arguments: ["text", "json", "sarif"])
  func `nothing tells what a Secret gives to a variable`(format: String) throws {
    let fleet = try Fleet()
    let canary = Self.canary
    func write(_ value: String) throws {
      try fleet.write(
        "clusters/prod/vars.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: vars
          namespace: flux-system
        stringData: {TIER: \(value)}

        """)
    }
    try fleet.write("clusters/prod/self.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    try fleet.write(
      "clusters/prod/settings.yaml",
      Fleet.kustomization("settings", path: "settings")
        + "  postBuild: {substituteFrom: [{kind: Secret, name: vars}], substitute: {OPEN: \"1\"}}\n")
    func settings(_ open: String) -> String {
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: default}
      immutable: true
      data: {tier: "x-${TIER}"}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: open, namespace: default}
      immutable: true
      data: {open: \(open)}
      ---
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: HelmRepository
      metadata: {name: charts, namespace: default}
      spec: {url: "https://example.com", interval: "${TIER}"}

      """
    }
    try fleet.write("settings/settings.yaml", settings("before"))
    try write("\(canary)1")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "more")
    try fleet.write("settings/settings.yaml", settings("after"))
    try write("\(canary)2")
    let result = try Fluxlint.run("check", "--base", "HEAD", "--show", "all", "--format", format, in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output.contains("'data.tier' of ConfigMap default/settings cannot be changed"), "\(result.output)")
    #expect(
      result.output.contains("'spec.interval' is a value of Secret 'flux-system/"), "\(result.output)")
    #expect(format == "sarif" || result.output.contains("was 'before', is 'after'"), "\(result.output)")
    #expect(!result.output.contains(canary), "\(result.output)")
  }

  @Test func `a migration shows none beside what it changes, and Git applies its diff`() throws {
    let fleet = try Fleet()
    let secret = { (name: String) in
      "apiVersion: v1\nkind: Secret\nmetadata: {name: \(name)}\nstringData:\n  text: |\n    \(Self.canary)\n"
    }
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: web}\nspec: {}\n"
    try fleet.write("spare/all.yaml", [secret("one"), release, secret("two")].joined(separator: "---\n"))
    try fleet.write(
      "spare/base/kustomization.yaml",
      "resources: []\ncommonLabels: {a: b}\nsecretGenerator:\n- literals: [password=\(Self.canary)]\n  name: a\n")
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "more")
    for more in [[], ["--format", "json"], ["--format", "sarif"], ["--check"]] {
      let result = try Fluxlint.run(["migrate", "--kustomize"] + more, in: fleet.url)
      #expect(result.status == 1)
      #expect(!result.output.contains(Self.canary), "\(result.output)")
    }
    let line = "\"$fluxlint\" migrate --kustomize 2>/dev/null | git apply && \"$fluxlint\" migrate --kustomize --check"
    #expect(try Fluxlint.shell(line, in: fleet.url).status == 0)
  }

  @Test func `stars stand for it at its place`() throws {
    let fleet = try self.fleet()
    let result = try Fluxlint.run("check", "--no-git", in: fleet.url)
    #expect(result.output.contains(" 7 |   password: \(String(repeating: "*", count: Self.canary.count))\n"))
  }
}
