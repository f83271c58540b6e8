import Foundation
import SourceText
import Testing
import YAMLSyntax

@testable import Kustomize

/// Kustomization files at the root of a Flux Kustomization's path, with what kustomize-controller builds from them. They
/// lie beside the repository and not in it.
struct SharedFluxTests {
  static let file = SharedCaseTests.directory.appending(path: "../../yaml/flux-kustomization.json").standardizedFileURL

  struct Case: Decodable {
    var yaml: String
    /// Nil when the build fails.
    var build: String?
    var error: Bool?
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: file.path)))
  func `root files are read as the controller reads them`() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: Self.file))
    var right = 0
    for example in cases {
      let object = "apiVersion: e.x/v1\nkind: T\nmetadata:\n  name: t\n"
      let build = MemoryRepository(files: [
        ("kustomization.yaml", Array(example.yaml.utf8)), ("r.yaml", Array(object.utf8)),
      ]).buildAsFlux()
      if build.result.errors.isEmpty != (example.build != nil) {
        print("  flux: \(example.yaml.debugDescription): \(build.messages), expected \(example.build ?? "an error")")
        continue
      }
      let parsed = YAMLParser.parse(Array((example.build ?? "").utf8), file: FileID(0), tree: 0)
      let forest = Forest(trees: [parsed])
      let expected = parsed.documents.filter { !forest.isNull($0.root) }.map { forest.json($0.root) }
      if build.result.errors.isEmpty, build.json != expected {
        print("  flux: \(example.yaml.debugDescription): \(build.json), expected \(expected)")
        continue
      }
      right += 1
    }
    print("flux kustomizations: \(right) of \(cases.count) right")
    #expect(right >= 314)
  }
}
