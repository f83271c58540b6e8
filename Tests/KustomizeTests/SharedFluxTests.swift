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
    var wrong: Set<String> = []
    for example in cases {
      let object = "apiVersion: e.x/v1\nkind: T\nmetadata:\n  name: t\n"
      let build = MemoryRepository(files: [
        ("kustomization.yaml", Array(example.yaml.utf8)), ("r.yaml", Array(object.utf8)),
      ]).buildAsFlux()
      if build.result.errors.isEmpty != (example.build != nil) {
        print("  flux: \(example.yaml.debugDescription): \(build.messages), expected \(example.build ?? "an error")")
        wrong.insert(example.yaml)
        continue
      }
      let parsed = YAMLParser.parse(Array((example.build ?? "").utf8), file: FileID(0), tree: 0)
      let forest = Forest(trees: [parsed])
      let expected = parsed.documents.filter { !forest.isNull($0.root) }.map { forest.json($0.root) }
      if build.result.errors.isEmpty, build.json != expected {
        print("  flux: \(example.yaml.debugDescription): \(build.json), expected \(expected)")
        wrong.insert(example.yaml)
      }
    }
    print("flux kustomizations: \(cases.count - wrong.count) of \(cases.count) right")
    #expect(wrong == Self.knownMisses)
  }

  /// One that is mended leaves the list.
  private static let knownMisses: Set<String> = [
    // The controller finds a build of nothing and stops; that is told by the graph, not by the engine.
    "", "# c\n", "{}\n", "null\n",
    // kustomize writes a line break of Unicode as a blank.
    "resources: [r.yaml]\ncommonAnnotations:\n  k: \"\\u0085\"\n",
    // Read as YAML twice, a key in quotes is none any more.
    "commonLabels: &x {a: b}\ncommonAnnotations:\n  \"<<\": c\nresources: [r.yaml]\n",
    "configMapGenerator:\n- name: yes\n  literals: [a=b]\nresources: [r.yaml]\n",
  ]
}
