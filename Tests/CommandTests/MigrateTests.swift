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
    #expect(second.talk.contains("nothing to change for Flux 2.9"))
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

  @Test func `a release that does not serve the new versions is said`() throws {
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
    let result = try Subprocess.run(Fluxlint.binary, ["migrate", "spare"], in: fleet.url)
    #expect(
      result.talk.contains(
        "'gotk-components.yaml' installs Flux 2.1, which does not serve 'helm.toolkit.fluxcd.io/v2' HelmRelease"))
    #expect(!result.talk.contains("'instance.yaml' installs"))
    let older = try Subprocess.run(Fluxlint.binary, ["migrate", "--to", "2.1", "spare"], in: fleet.url)
    #expect(!older.talk.contains("installs Flux"))
  }

  @Test func `changes that are not committed are said`() throws {
    let fleet = try fleet()
    try fleet.write("spare/extra.yaml", Self.old + "# new\n")
    #expect(try Fluxlint.run("migrate", in: fleet.url).talk.contains("'spare/extra.yaml' has uncommitted changes"))
  }

  @Test func `a release that is not known ends with 2`() throws {
    let fleet = try fleet()
    let result = try Fluxlint.run("migrate", "--to", "3.0", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("'3.0' is no release of Flux that is known"))
  }
}
