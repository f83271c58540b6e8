import Foundation
import Testing

@Suite struct `migrate` {
  private static let old = """
    apiVersion: helm.toolkit.fluxcd.io/v2beta1
    kind: HelmRelease
    metadata:
      name: extra
      namespace: apps
    spec:
      interval: 5m
      chart:
        spec:
          chart: extra
          sourceRef: {kind: HelmRepository, name: extra}

    """

  private func fleet() throws -> Fleet {
    let fleet = try Fleet()
    try fleet.write("spare/extra.yaml", Self.old)
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "old")
    return fleet
  }

  private func text(_ fleet: Fleet) throws -> String {
    try String(contentsOf: fleet.url.appending(path: "spare/extra.yaml"), encoding: .utf8)
  }

  @Test func `without an option a diff is printed, nothing is written, and the status is 1`() throws {
    let fleet = try fleet()
    let result = try Fluxlint.run("migrate", in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output.contains("+apiVersion: helm.toolkit.fluxcd.io/v2\n"))
    #expect(result.talk.contains("proved: the same"))
    #expect(try text(fleet) == Self.old)
  }

  @Test func `--write makes the changes, and a second run finds none`() throws {
    let fleet = try fleet()
    #expect(try Fluxlint.run("migrate", "--write", in: fleet.url).status == 0)
    #expect(try text(fleet) == Self.old.replacingOccurrences(of: "v2beta1", with: "v2"))
    let second = try Fluxlint.run("migrate", in: fleet.url)
    #expect(second.status == 0)
    #expect(second.output.isEmpty)
    #expect(second.talk.contains("nothing to change for Flux 2.10"))
  }

  @Test func `the diff is one that git applies`() throws {
    let fleet = try fleet()
    let line = "\"$fluxlint\" migrate 2>/dev/null | git apply && \"$fluxlint\" migrate --check"
    #expect(try Fluxlint.shell(line, in: fleet.url).status == 0)
  }

  @Test func `--check lists what is left to do, in every format`() throws {
    let fleet = try fleet()
    for format in ["text", "json", "sarif"] {
      let result = try Fluxlint.run("migrate", "--check", "--format", format, in: fleet.url)
      #expect(result.status == 1)
      #expect(result.output.contains("HelmRelease extra: v2beta1 to v2"))
    }
    #expect(try Fluxlint.run("migrate", "--check", "--to", "2.1", in: fleet.url).status == 0)
  }

  @Test func `what is written is called so, and what is not has a fix in SARIF`() throws {
    let fleet = try fleet()
    let sarif = try Fluxlint.run("migrate", "--format", "sarif", in: fleet.url)
    #expect(sarif.output.contains("\"artifactChanges\""))
    #expect(sarif.output.contains("\"insertedContent\": {\"text\": \"v2\"}"))
    let written = try Fluxlint.run("migrate", "--write", "--format", "json", in: fleet.url)
    #expect(written.status == 0)
    #expect(written.output.contains("\"rule\": \"migrated\""))
    #expect(!written.output.contains("would-migrate"))
  }

  @Test func `a file outside of Git is changed, and its neighbours are not`() throws {
    let fleet = try Fleet(isRepository: false)
    try fleet.write("spare/extra.yaml", Self.old)
    try fleet.write("spare/other.yaml", Self.old)
    #expect(try Subprocess.run(Fluxlint.binary, ["migrate", "--write", "spare/extra.yaml"], in: fleet.url).status == 0)
    #expect(try text(fleet) == Self.old.replacingOccurrences(of: "v2beta1", with: "v2"))
    #expect(try String(contentsOf: fleet.url.appending(path: "spare/other.yaml"), encoding: .utf8) == Self.old)
  }

  @Test func `a release that is installed somewhere is not gone beyond`() throws {
    let fleet = try Fleet(isRepository: false)
    try fleet.write("spare/extra.yaml", Self.old)
    try fleet.write("spare/gotk-components.yaml", "---\n# Flux Version: v2.1.2\n")
    try fleet.write(
      "spare/instance.yaml",
      """
      apiVersion: fluxcd.controlplane.io/v1
      kind: FluxInstance
      metadata: {name: flux}
      spec: {distribution: {version: 2.4.x}}

      """)
    let listed = try Subprocess.run(Fluxlint.binary, ["migrate", "--check", "spare"], in: fleet.url)
    #expect(listed.status == 1)
    #expect(listed.output.contains("after the upgrade to 2.3, run again"))
    #expect(try Subprocess.run(Fluxlint.binary, ["migrate", "--write", "spare"], in: fleet.url).status == 0)
    #expect(try text(fleet) == Self.old)
    let given = try Subprocess.run(Fluxlint.binary, ["migrate", "--to", "2.9", "spare"], in: fleet.url)
    #expect(
      given.talk.contains(
        "'gotk-components.yaml' runs Flux 2.1, which does not serve 'helm.toolkit.fluxcd.io/v2' HelmRelease"))
    #expect(!given.talk.contains("'instance.yaml' runs"))
    #expect(given.output.contains("+apiVersion: helm.toolkit.fluxcd.io/v2\n"))
  }

  /// Flux 2.2.0 has no such field in v1beta3, later ones do nothing with it.
  @Test func `an interval of a Provider goes where 2.2 is installed`() throws {
    let provider = """
      apiVersion: notification.toolkit.fluxcd.io/v1beta2
      kind: Provider
      metadata: {name: chat}
      spec: {type: slack, channel: ops, interval: 1m}

      """
    for (release, field) in [("v2.2.0", ""), ("v2.3.0", ", interval: 1m")] {
      let fleet = try Fleet(isRepository: false)
      try fleet.write("spare/extra.yaml", provider)
      try fleet.write("spare/gotk-components.yaml", "---\n# Flux Version: \(release)\n")
      #expect(try Subprocess.run(Fluxlint.binary, ["migrate", "--write", "spare"], in: fleet.url).status == 0)
      #expect(try text(fleet).contains("notification.toolkit.fluxcd.io/v1beta3"))
      #expect(try text(fleet).contains("{type: slack, channel: ops\(field)}"), "\(release)")
    }
  }

  private static let image = """
    apiVersion: image.toolkit.fluxcd.io/v1beta1
    kind: ImageRepository
    metadata:
      name: web
      namespace: flux-system
    spec:
      image: registry.example.com/web
      interval: 5m

    """

  /// A fleet whose cluster runs a release, with an object that moves twice.
  private func fleet(release: String) throws -> Fleet {
    let fleet = try Fleet()
    try fleet.write(".fluxlint.yaml", "fluxVersion: '\(release)'\n")
    try fleet.write("clusters/prod/image.yaml", Self.image)
    return fleet
  }

  @Test func `without --to a file moves to what its cluster serves, and the rest waits`() throws {
    let fleet = try fleet(release: "2.5")
    let listed = try Fluxlint.run("migrate", "--check", in: fleet.url)
    #expect(listed.status == 1)
    #expect(listed.output.contains("v1beta1 to v1beta2"))
    #expect(listed.output.contains("after the upgrade to 2.7, run again"))
    let written = try Fluxlint.run("migrate", "--write", in: fleet.url)
    #expect(written.status == 0)
    #expect(written.talk.contains("for Flux 2.5, written; 1 place to do after an upgrade of Flux; proved: the same"))
    let check = try Fluxlint.run("check", in: fleet.url)
    #expect(check.status == 0)
    let second = try Fluxlint.run("migrate", in: fleet.url)
    #expect(second.output.isEmpty)
    #expect(second.status == 1)
  }

  @Test func `--to beyond the release that runs is done, with a warning and no proof`() throws {
    let fleet = try fleet(release: "2.5")
    let result = try Fluxlint.run("migrate", "--to", "2.7", "--write", in: fleet.url)
    #expect(result.status == 0)
    #expect(result.talk.contains("runs Flux 2.5, which does not serve 'image.toolkit.fluxcd.io/v1' ImageRepository"))
    #expect(!result.talk.contains("proved") && !result.talk.contains("no new finding"))
    #expect(result.talk.contains("1 new finding as long as Flux is not upgraded"))
  }

  @Test func `--to below the release that runs is done, with a warning and no proof`() throws {
    let fleet = try fleet(release: "2.8")
    try fleet.write(
      "clusters/prod/release.yaml",
      "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: r, namespace: flux-system}\n")
    let result = try Fluxlint.run("migrate", "--to", "2.2", "--write", in: fleet.url)
    #expect(result.status == 0)
    #expect(result.talk.contains("runs Flux 2.8, which does not serve 'helm.toolkit.fluxcd.io/v2beta2' HelmRelease"))
    #expect(!result.talk.contains("proved"))
  }

  @Test func `clusters of several releases get what all of them serve`() throws {
    let fleet = try Fleet()
    try fleet.write("clusters/prod/image.yaml", Self.image)
    try fleet.write(".fluxlint.yaml", "clusters: [{path: clusters/prod, fluxVersion: '2.8'}]\n")
    #expect(try Fluxlint.run("migrate", in: fleet.url).output.contains("+apiVersion: image.toolkit.fluxcd.io/v1\n"))
    try fleet.write(
      "clusters/old/kustomization.yaml",
      "resources: [../prod/image.yaml, ../prod/source.yaml, ../prod/base.yaml, ../prod/apps.yaml]\n")
    try fleet.write(
      ".fluxlint.yaml",
      """
      clusters: [{path: clusters/prod, fluxVersion: '2.8'}, {path: clusters/old, fluxVersion: '2.5'}]

      """)
    let both = try Fluxlint.run("migrate", in: fleet.url)
    #expect(both.output.contains("+apiVersion: image.toolkit.fluxcd.io/v1beta2\n"))
  }

  @Test func `a release that nothing says is the newest, and that is said`() throws {
    let fleet = try fleet()
    let result = try Fluxlint.run("migrate", in: fleet.url)
    #expect(result.talk.contains("the Flux release is not known: 2.10 is assumed"))
  }

  @Test func `check names the command that repairs a finding, and counts what it repairs`() throws {
    let fleet = try fleet(release: "2.8")
    let result = try Fluxlint.run("check", "--verbose", in: fleet.url)
    #expect(result.output.contains("use 'image.toolkit.fluxcd.io/v1'; 'fluxlint migrate --write' does it"))
    #expect(result.output.contains("look at:     1 note  removed-api-version  fluxlint migrate --write"))
    let beside = try Fluxlint.run("check", "--output", "/dev/null", in: fleet.url)
    #expect(beside.talk.contains("'fluxlint migrate --write' repairs 1 of 1"))
    let json = try Fluxlint.run("check", "--format", "json", in: fleet.url)
    #expect(json.output.contains("\"repair\": \"fluxlint migrate --write\""))
  }

  @Test func `a mention in values or in a list is a note that leaves the status alone`() throws {
    let fleet = try Fleet()
    let mention = "apiVersion: helm.toolkit.fluxcd.io/v2beta1\n  kind: HelmRelease\n"
    try fleet.write("spare/values.yaml", "extra:\n  \(mention)")
    try fleet.write("spare/list.yaml", "- \(mention)")
    let values = try Fluxlint.run("migrate", "--check", in: fleet.url)
    #expect(values.status == 0)
    #expect(values.output.contains("note[api-in-values]"))
    try fleet.write("spare/unknown.yaml", "apiVersion: example.com/v1\nkind: Wrapper\nspec:\n  \(mention)")
    let unknown = try Fluxlint.run("migrate", "--check", in: fleet.url)
    #expect(unknown.status == 1)
    #expect(unknown.output.contains("warning[api-embedded-unknown]"))
  }

  @Test func `what SOPS encrypted is changed only where its checksum allows it`() throws {
    let fleet = try Fleet()
    try fleet.write("spare/extra.yaml", Self.old + "sops:\n  mac: ENC[AES256_GCM,data:x]\n")
    #expect(try Fluxlint.run("migrate", in: fleet.url).output.isEmpty)
    try fleet.write("spare/extra.yaml", Self.old + "sops:\n  mac: ENC[AES256_GCM,data:x]\n  mac_only_encrypted: true\n")
    #expect(try Fluxlint.run("migrate", in: fleet.url).output.contains("+apiVersion: helm.toolkit.fluxcd.io/v2\n"))
  }

  @Test func `objects in JSON that a kustomization lists are changed`() throws {
    let fleet = try Fleet()
    try fleet.write("apps/kustomization.yaml", "resources: [config.yaml, extra.json]\n")
    try fleet.write(
      "apps/extra.json",
      #"{"apiVersion": "source.toolkit.fluxcd.io/v1beta2", "kind": "GitRepository", "metadata": {"name": "x"}, "#
        + #""spec": {"url": "https://example.com/x.git", "interval": "5m"}}"# + "\n")
    let result = try Fluxlint.run("migrate", in: fleet.url)
    #expect(result.output.contains(#"+{"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository""#))
  }

  @Test func `objects of Flux in JSON that nothing lists are changed as well, other JSON is not read`() throws {
    let fleet = try Fleet()
    try fleet.write(
      "spare/extra.json",
      #"{"apiVersion": "source.toolkit.fluxcd.io/v1beta2", "kind": "GitRepository", "metadata": {"name": "x"}}"# + "\n")
    try fleet.write("spare/broken.json", #"{"apiVersion": "source.toolkit.fluxcd.io\/v1beta2"}"# + "\n")
    try fleet.write("spare/other.json", "\t{\"a\":\n\t[}\n")
    let result = try Fluxlint.run("migrate", in: fleet.url)
    #expect(result.output.contains(#"+{"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository""#))
    let check = try Fluxlint.run("check", "--format", "concise", in: fleet.url)
    #expect(check.output.contains("spare/extra.json:1:16: note: GitRepository 'x' has apiVersion"))
    #expect(!check.output.contains("broken.json") && !check.output.contains("other.json"))
  }

  @Test func `check promises no version that an older release of the repository keeps away`() throws {
    let fleet = try Fleet()
    try fleet.write(
      ".fluxlint.yaml",
      "clusters: [{path: clusters/prod, fluxVersion: '2.2'}, {path: clusters/new, fluxVersion: '2.9'}]\n")
    try fleet.write("clusters/new/source.yaml", Fleet.source)
    try fleet.write("spare/extra.yaml", Self.old)
    let check = try Fluxlint.run("check", "--format", "json", in: fleet.url)
    #expect(check.output.contains("use 'helm.toolkit.fluxcd.io/v2'"))
    let changes = try Fluxlint.run("migrate", "spare", in: fleet.url).output
    #expect(changes.contains("+apiVersion: helm.toolkit.fluxcd.io/v2beta2"))
    #expect(!check.output.contains("use 'helm.toolkit.fluxcd.io/v2'; 'fluxlint migrate"))
  }

  /// Flux 2.9 serves v1beta3 and does not call it deprecated; v1 of these kinds came with 2.10.
  @Test(arguments: ["Alert", "Provider"])
  func `a version that only the next release replaces waits for it`(kind: String) throws {
    let fleet = try Fleet()
    let object = """
      apiVersion: notification.toolkit.fluxcd.io/v1beta3
      kind: \(kind)
      metadata: {name: chat, namespace: flux-system}
      spec: {type: slack, channel: general, providerRef: {name: chat}, eventSources: [{kind: GitRepository, name: '*'}]}

      """
    try fleet.write("clusters/prod/chat.yaml", object)
    try fleet.write(
      "clusters/prod/flux-system/gotk-sync.yaml", Fleet.kustomization("flux-system", path: "clusters/prod"))
    func run(_ arguments: String..., release: String) throws -> Fluxlint.Result {
      try fleet.write(".fluxlint.yaml", "fluxVersion: '\(release)'\n")
      return try Fluxlint.run(arguments, in: fleet.url)
    }
    let check = try run("check", "--verbose", release: "2.9")
    #expect(!check.output.contains("deprecated-api-version") && !check.output.contains("migration-pending"))
    let listed = try run("migrate", "--check", release: "2.9")
    #expect(listed.status == 1)
    #expect(listed.output.contains("\(kind) chat has 'v1' only after the upgrade to Flux 2.10"), "\(listed.output)")
    #expect(listed.output.contains("after the upgrade to 2.10, run again"))
    #expect(try run("migrate", "--write", release: "2.9").status == 0)
    #expect(try String(contentsOf: fleet.url.appending(path: "clusters/prod/chat.yaml"), encoding: .utf8) == object)

    #expect(try run("check", "--verbose", release: "2.10").output.contains("deprecated-api-version"))
    #expect(try run("migrate", "--write", release: "2.10").status == 0)
    #expect(
      try String(contentsOf: fleet.url.appending(path: "clusters/prod/chat.yaml"), encoding: .utf8)
        == object.replacing("v1beta3", with: "v1"))
    #expect(try run("migrate", "--check", release: "2.10").status == 0)
  }

  @Test func `a file that a generator reads stays, and no other with it`() throws {
    let fleet = try fleet(release: "2.8")
    try fleet.write(
      "clusters/prod/data/kustomization.yaml",
      "namespace: flux-system\nconfigMapGenerator: [{name: data, files: [release.yaml, other=image.yaml]}]\n")
    try fleet.write("clusters/prod/data/release.yaml", Self.old)
    try fleet.write("clusters/prod/data/image.yaml", Self.image)
    try fleet.write("spare/image.yaml", Self.image)
    let result = try Fluxlint.run("migrate", "--write", in: fleet.url)
    #expect(result.status == 1)
    #expect(result.talk.contains("a generator reads the file as data"))
    #expect(!result.talk.contains("proof-failed"))
    func text(_ path: String) throws -> String {
      try String(contentsOf: fleet.url.appending(path: path), encoding: .utf8)
    }
    #expect(try text("clusters/prod/data/release.yaml") == Self.old)
    #expect(try text("clusters/prod/data/image.yaml") == Self.image)
    for path in ["clusters/prod/image.yaml", "spare/image.yaml"] { #expect(try text(path) != Self.image) }
  }

  @Test func `a bare repository has nothing to change`() throws {
    let fleet = try Fleet()
    try fleet.git("clone", "-q", "--bare", ".", "bare.git")
    let result = try Fluxlint.run("migrate", "bare.git", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("is a bare repository, which has no files to change"))
  }

  @Test func `changes that are not committed are said`() throws {
    let fleet = try fleet()
    try fleet.write("spare/extra.yaml", Self.old + "# new\n")
    #expect(try Fluxlint.run("migrate", in: fleet.url).talk.contains("'spare/extra.yaml' has uncommitted changes"))
  }

  @Test func `a release that is not known ends with 2`() throws {
    let fleet = try fleet()
    for (release, words) in [
      ("1.0", "'1.0' is no release of Flux that is known"), ("2.99", "Flux 2.99 is newer than this fluxlint knows"),
    ] {
      let result = try Fluxlint.run("migrate", "--to", release, in: fleet.url)
      #expect(result.status == 2)
      #expect(result.talk.contains(words))
    }
  }
}
