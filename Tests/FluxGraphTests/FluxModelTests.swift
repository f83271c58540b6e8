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
}

struct APIVersionsTests {
  @Test func `a version knows when it was deprecated, dropped and by what it is replaced`() throws {
    let beta = try #require(
      APIVersions.lifecycle(group: "helm.toolkit.fluxcd.io", kind: "HelmRelease", version: "v2beta1"))
    #expect(beta.deprecated == 2)
    #expect(beta.removed == 7)
    #expect(beta.replacement == "helm.toolkit.fluxcd.io/v2")
  }

  @Test func `Alert and Provider have no stable version`() throws {
    let alert = try #require(
      APIVersions.lifecycle(group: "notification.toolkit.fluxcd.io", kind: "Alert", version: "v1beta3"))
    #expect(alert.removed == nil)
    #expect(alert.replacement == nil)
  }

  /// Against the facts read from the CRDs of every release, where they are at hand.
  @Test func `the table says what each release serves`() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../shared/reference/api-served-by-flux-minor.json").standardized
    guard let data = try? Data(contentsOf: url) else { return }
    let releases = try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    var compared = 0
    for (release, facts) in releases {
      guard let version = FluxVersion(release), version.major == 2 else { continue }
      let kinds = try #require(facts["kinds"] as? [String: [String: Any]])
      for (name, kind) in kinds {
        let parts = name.split(separator: "/").map(String.init)
        guard APIVersions.knowsKind(group: parts[0], kind: parts[1]) else { continue }
        let served = Set(kind["served"] as? [String] ?? [])
        let deprecated = Set(kind["deprecated"] as? [String] ?? [])
        let ours = APIVersions.all.filter { $0.group == parts[0] && $0.kind == parts[1] }
        let oursServed = ours.filter {
          $0.introduced <= version.minor && ($0.removed.map { version.minor < $0 } ?? true)
        }
        #expect(Set(oursServed.map(\.version)) == served, "\(name) in \(release)")
        let oursDeprecated = oursServed.filter { $0.deprecated.map { $0 <= version.minor } ?? false }
        #expect(Set(oursDeprecated.map(\.version)) == deprecated, "\(name) in \(release)")
        compared += 1
      }
    }
    #expect(compared > 100)
  }
}
