import Foundation
import Testing

@Suite struct `fluxlint schema` {
  private let here = FileManager.default.temporaryDirectory

  @Test func `prints the fields of a kind, with what they take and since when`() throws {
    let result = try Fluxlint.run("schema", "helmrelease.spec", in: here)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("HelmRelease, helm.toolkit.fluxcd.io/v2, from Flux 2.3 on\nspec: object\n"))
    #expect(result.output.contains("  interval            string, matches '"))
    #expect(result.output.contains(", required\n"))
    #expect(result.output.contains("healthCheckExprs    list of object, from Flux 2.8 on"))
  }

  @Test(arguments: [
    (
      "HelmRelease.spec.healthCheckExprs",
      "spec.healthCheckExprs: list of object, from Flux 2.8 on\n  apiVersion  string, required\n"
    ),
    ("HelmRelease.spec.releaseName", "spec.releaseName: string, at most 53 characters\n"),
    ("Kustomization.spec.prune", "spec.prune: boolean, required\n"),
    ("Kustomization.spec.dependsOn.readyExpr", "spec.dependsOn[].readyExpr: string, from Flux 2.7 on\n"),
    ("Kustomization.spec.dependsOn[].readyExpr", "spec.dependsOn[].readyExpr: string, from Flux 2.7 on\n"),
    ("Kustomization.spec.dependsOn[0].readyExpr", "spec.dependsOn[].readyExpr: string, from Flux 2.7 on\n"),
    ("Pod.spec.containers[0].ports[1].containerPort", "spec.containers[].ports[].containerPort: integer"),
  ])
  func `says of a field itself what it takes and since when`(subject: String, expected: String) throws {
    let result = try Fluxlint.run("schema", subject, in: here)
    #expect(result.status == 0)
    #expect(result.output.contains("\n" + expected), "\(result.output)")
  }

  @Test(arguments: [
    "helm.toolkit.fluxcd.io/v2/HelmRelease.spec.chart", "helm.toolkit.fluxcd.io/HelmRelease.spec.chart",
    "v2/helmreleases.spec.chart", "HelmRelease.spec.chart",
  ])
  func `takes a kind however precisely it is given`(subject: String) throws {
    let result = try Fluxlint.run("schema", subject, in: here)
    #expect(result.status == 0)
    #expect(result.output.contains("spec.chart: object"), "\(result.talk)")
  }

  @Test(arguments: [
    ("HelmReleas", "no schema of a kind 'HelmReleas'; did you mean 'HelmRelease'?"),
    ("helmreleas.spec", "no schema of a kind 'helmreleas'; did you mean 'HelmRelease'?"),
    ("Foo", "no schema of a kind 'Foo'; known are those of Flux, Kubernetes, Gateway API and Flagger"),
    ("", "write a kind, such as 'HelmRelease', or 'HelmRelease.spec'"),
    ("HelmRelease.spec.chrt", "'HelmRelease.spec' has no field 'chrt'; did you mean 'chart'?"),
    ("HelmRelease.spec.valuesFrom.nam", "'HelmRelease.spec.valuesFrom[]' has no field 'nam'; did you mean 'name'?"),
    ("HelmRelease.spec.interval.x", "'HelmRelease.spec.interval' has no fields: it is a string"),
    ("HelmRelease.spec.nothingLikeIt", "'fluxlint schema HelmRelease.spec' lists them"),
    ("HelmRelease.spec[0]", "'HelmRelease.spec' has no entries: it is a mapping"),
    (
      "GitRepository.spec.gitImplementation",
      "'GitRepository.spec' has no field 'gitImplementation' any more; 'source.toolkit.fluxcd.io/v1beta2' has it, which Flux serves up to 2.7; remove it"
    ),
    (
      "helm.toolkit.fluxcd.io/v9/HelmRelease",
      "no schema of HelmRelease in 'helm.toolkit.fluxcd.io/v9'; there are helm.toolkit.fluxcd.io/v2"
    ),
  ])
  func `says what is wrong with its argument, and what may be meant`(subject: String, expected: String) throws {
    let result = try Fluxlint.run("schema", subject, in: here)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains(expected), "\(result.talk)")
  }
}
