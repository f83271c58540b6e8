import Diagnostics
import Linting
import SourceTrees
import Testing

/// How one cause in several clusters becomes one finding.
struct ClusterDifferenceTests {
  @Test func `what is so in some clusters only is said of them`() async throws {
    let example = try #require(
      Fixture.all.first { $0.testDescription == "removed-api-version/bad-certain-in-one-of-two-clusters" })
    let finding = try #require(try await Linter.check(InMemoryTree(files: example.files)).findings.first)
    #expect(finding.severity == .error && finding.clusters == ["clusters/a", "clusters/b"])
    #expect(finding.notes.count == 1)
    #expect(finding.notes.first?.hasPrefix("in 'clusters/a': the Flux release is not known") == true)
  }
}
