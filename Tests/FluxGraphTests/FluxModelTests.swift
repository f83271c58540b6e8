import Foundation
import Testing

@testable import FluxModel

struct ReleaseNameTests {
  @Test func `up to 53 bytes a name stays as it is`() {
    let name = String(repeating: "a", count: 53)
    #expect(ReleaseName.shortened(name) == name)
  }

  /// The first is a test of helm-controller itself (`internal/release/name_test.go`).
  @Test(arguments: [
    (
      "release-name-with-very-long-name-which-is-longer-than-53-characters",
      "release-name-with-very-long-name-which-i-788ca0d0d7b0"
    ),
    (
      "team-platform-monitoring-kube-prometheus-stack-grafana",
      "team-platform-monitoring-kube-prometheus-333654f36405"
    ),
    (String(repeating: "a", count: 54), String(repeating: "a", count: 40) + "-a3f01b693925"),
  ])
  func `a longer one is cut and gets a part of its hash`(name: String, expected: String) {
    #expect(ReleaseName.shortened(name) == expected)
  }

  @Test func `an explicit name wins over a composed one`() {
    #expect(ReleaseName.composed(releaseName: "x", targetNamespace: "ns", name: "app") == "x")
    #expect(ReleaseName.composed(releaseName: nil, targetNamespace: "ns", name: "app") == "ns-app")
    #expect(ReleaseName.composed(releaseName: "", targetNamespace: nil, name: "app") == "app")
  }
}

struct FluxVersionTests {
  @Test(arguments: ["2.9", "v2.9", "2.9.4", "v2.9.4-rc.1"])
  func `a release is read in every usual form`(_ text: String) {
    #expect(FluxVersion(text) == FluxVersion(major: 2, minor: 9))
  }

  @Test(arguments: ["", "2", "two.nine", "v", "2.x", "-1.2"])
  func `anything else is no release`(_ text: String) {
    #expect(FluxVersion(text) == nil)
  }

  @Test(arguments: [
    ("v0.0.0-dev.0", false), ("0.1", true), ("0.41", true), ("0.42", false), ("1.25.4", false), ("2.0", true),
    ("2.99", true), ("3.0", true),
  ])
  func `there are releases that never were`(_ text: String, isRelease: Bool) throws {
    #expect(try #require(FluxVersion(text)).isRelease == isRelease)
  }

  @Test func `a release is known up to the newest of the table`() throws {
    #expect(try #require(FluxVersion("0.41")) < FluxVersion(major: 2, minor: 0))
    #expect(!APIVersions.newestRelease.isNewerThanKnown)
    #expect(FluxVersion(major: 2, minor: APIVersions.newestRelease.minor + 1).isNewerThanKnown)
  }
}

struct APIVersionsTests {
  private static let notification = "notification.toolkit.fluxcd.io"

  @Test func `a version knows when it was deprecated, dropped and by what it is replaced`() throws {
    let beta = try #require(
      APIVersions.lifecycle(group: "helm.toolkit.fluxcd.io", kind: "HelmRelease", version: "v2beta1"))
    #expect(beta.deprecated == FluxVersion(major: 2, minor: 2))
    #expect(beta.removed == FluxVersion(major: 2, minor: 7))
    #expect(beta.replacement == "helm.toolkit.fluxcd.io/v2")
  }

  @Test(arguments: ["Alert", "Provider"])
  func `Alert and Provider have a stable version since 2.10`(kind: String) throws {
    let release = FluxVersion(major: 2, minor: 10)
    let before = FluxVersion(major: 2, minor: 9)
    let beta = try #require(APIVersions.lifecycle(group: Self.notification, kind: kind, version: "v1beta3"))
    #expect(beta.isServed(by: release) && beta.isDeprecated(in: release) && !beta.isDeprecated(in: before))
    #expect(beta.replacement == "notification.toolkit.fluxcd.io/v1")
    let stable = try #require(APIVersions.lifecycle(group: Self.notification, kind: kind, version: "v1"))
    #expect(stable.isServed(by: release) && !stable.isServed(by: before))
  }

  @Test(
    arguments: [
      ("source.toolkit.fluxcd.io", "GitRepositry", "v1", .noKind(nearest: "GitRepository", otherGroup: nil)),
      (
        "helm.toolkit.fluxcd.io", "HelmRepository", "v2",
        .noKind(nearest: nil, otherGroup: "source.toolkit.fluxcd.io")
      ),
      ("source.toolkit.fluxcd.io", "OCIRepository", "v1beta1", .noVersion(known: ["v1beta2", "v1"])),
      (
        "kustomise.toolkit.fluxcd.io", "Kustomization", "v1",
        .noGroup(nearest: nil, otherGroup: "kustomize.toolkit.fluxcd.io")
      ),
      ("foo.toolkit.fluxcd.io", "Foo", "v1", .noGroup(nearest: "x.toolkit.fluxcd.io", otherGroup: nil)),
      ("source.toolkit.fluxcd.io", "OCIRepository", "", .noVersion(known: ["v1beta2", "v1"])),
      ("fluxcd.controlplane.io", "ResourceSet", "v1", .possible),
      ("fluxcd.controlplane.io", "ResourceSet", "v2", .noVersion(known: ["v1"])),
      ("source.extensions.fluxcd.io", "Artifact", "v1beta1", .noKind(nearest: "x", otherGroup: nil)),
      ("infra.contrib.fluxcd.io", "Terraform", "v1alpha9", .possible),
      ("flagger.app", "Canary", "v1beta9", .possible), ("helm.fluxcd.io", "HelmRelease", "v9", .possible),
    ] as [(String, String, String, APIVersions.Existence)])
  func `kinds and versions that never were are told from those of others`(
    group: String, kind: String, version: String, expected: APIVersions.Existence
  ) {
    let existence = APIVersions.existence(group: group, kind: kind, version: version) { name, names in
      names.contains("GitRepository") && name == "GitRepositry" ? "GitRepository" : "x"
    }
    #expect(existence == expected)
  }

  /// Against the facts read from the CRDs of every release, where they are at hand.
  @Test func `the table says what each release serves`() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../shared/reference/api-served-by-flux-minor.json").standardized
    guard let data = try? Data(contentsOf: url) else { return }
    let releases = try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    var compared = 0
    for (release, facts) in releases {
      guard let version = FluxVersion(release), version >= FluxVersion(major: 0, minor: 8) else { continue }
      let kinds = try #require(facts["kinds"] as? [String: [String: Any]])
      for (name, kind) in kinds {
        let parts = name.split(separator: "/").map(String.init)
        let served = Set(kind["served"] as? [String] ?? [])
        let deprecated = Set(kind["deprecated"] as? [String] ?? [])
        let ours = APIVersions.versions(group: parts[0], kind: parts[1])
        #expect(Set(ours.filter { $0.isServed(by: version) }.map(\.version)) == served, "\(name) in \(release)")
        #expect(
          Set(ours.filter { $0.isDeprecated(in: version) }.map(\.version)) == deprecated, "\(name) in \(release)")
        compared += 1
      }
      // And no kind that it does not have.
      let known = Set(APIVersions.all.filter { $0.isServed(by: version) }.map { "\($0.group)/\($0.kind)" })
      #expect(known == Set(kinds.keys), "\(release)")
    }
    #expect(compared > 400)
  }
}
