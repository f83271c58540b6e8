import Foundation
import SourceText
import SourceTrees
import Testing
import YAMLSyntax

@testable import Kustomize

/// Builds whose output kustomize itself recorded. They lie beside the repository and not in it; without them there is
/// nothing to compare with.
struct SharedCaseTests {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/cases/kustomize").standardizedFileURL

  static var arePresent: Bool { FileManager.default.fileExists(atPath: directory.path) }

  struct Case: Decodable {
    var name: String
    var dir: String
    var expect: String
    var features: [String]
  }

  enum Verdict { case right, wrong, notBuilt }

  @Test(.enabled(if: arePresent), arguments: [("dev", knownMisses), ("newer", ofLaterReleases)])
  func `objects are the recorded ones`(part: String, misses: Set<String>) throws {
    var right = 0
    var wrong: Set<String> = []
    var notBuilt = 0
    let directory = Self.directory.appending(path: part)
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() {
      let folder = directory.appending(path: name)
      guard let data = try? Data(contentsOf: folder.appending(path: "case.json")) else { continue }
      let example = try JSONDecoder().decode(Case.self, from: data)
      switch try verdict(on: example, in: folder) {
      case .right: right += 1
      case .wrong: wrong.insert(name)
      case .notBuilt: notBuilt += 1
      }
    }
    print("kustomize cases, \(part): \(right) right, \(wrong.count) wrong, \(notBuilt) with parts that are not built")
    #expect(wrong == misses)
    #expect(notBuilt == 0)
  }

  /// Objects of a build in memory that are not the recorded ones. One that is mended leaves the list.
  private static let knownMisses: Set<String> = [
    "flux-cmgen-value-nel-and-ls", "flux-load-outside-root-error", "flux-yaml-block-scalars",
    "krusty-accumulation-TestAccumulateResourcesErrors-6", "krusty-baseandoverlaysmall-TestSharedPatchDisAllowed",
    "krusty-diamondcomposition-TestIssue1251_Patches_ProdVsDev_Failure",
    "krusty-sortordertransformer-TestKustomizationSortOrderNotSet",
  ]

  /// What kustomize does after v5.8, the release in kustomize-controller, which gives something else for the same input.
  private static let ofLaterReleases: Set<String> = Set(
    // v5.8 ignores the delimiter of a replacement inside JSON or YAML text, and writes the whole value.
    ["json", "yaml"].flatMap { text in
      ["first", "middle", "prefix", "suffix"].map { place in
        "filter-replacement-TestValueInlineStructuredData-replacement_\(text)_substring_options_\(place)"
      }
    }
      // `includeVolumeClaimTemplates` is an unknown field of `labels` to v5.8, an error.
      + [
        "DeploymentWithoutClaimTemplateAndIncludeVolumeClaimTemplatesTrue",
        "StatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesFalse",
        "StatefulSetTemplateWithClaimTemplateAndIncludeVolumeClaimTemplatesTrue",
        "StatefulSetTemplateWithClaimTemplateIncludeTemplateFalseAndIncludeVolumeClaimTemplatesTrue",
        "StatefulSetTemplateWithIncludeSelectorsTrue",
      ].map { "krusty-inlinelabels-TestKustomizationLabelsIn\($0)" }
      + [
        // To v5.8 a ValidatingAdmissionPolicy is in a namespace: its built-in schema is of Kubernetes 1.21.
        "krusty-namespaces-TestNamespaceNotAddedToValidatingAdmissionPolicies",
        // v5.8 panics at an image name that is no regular expression; later releases match nothing with it.
        "krusty-transformersimage-TestTransfomersImageInvalidNameRegexp",
      ])

  /// With `SHOW_CASE=part-of-a-name` in the environment, what differs is printed.
  private func show(_ example: Case, _ expected: [String], _ actual: [String]) {
    guard let wanted = ProcessInfo.processInfo.environment["SHOW_CASE"], example.name.contains(wanted) else { return }
    print("case \(example.name)")
    for line in expected where !actual.contains(line) { print("  expected \(line)") }
    for line in actual where !expected.contains(line) { print("  actual   \(line)") }
  }

  private func verdict(on example: Case, in folder: URL) throws -> Verdict {
    // A case without any file has no such directory.
    guard let tree = try? DirectoryTree(path: folder.appending(path: "in").path) else { return .right }
    var files: [(String, [UInt8])] = []
    var reader = try tree.makeReader()
    for entry in tree.entries where entry.mode == .regular || entry.mode == .executable {
      files.append((entry.path, try reader.contents(of: entry)))
    }
    let build = MemoryRepository(files: files).build(example.dir)
    if !build.result.notBuilt.isEmpty || !build.result.remotes.isEmpty { return .notBuilt }
    if example.expect == "error" { return build.result.errors.isEmpty ? .wrong : .right }
    guard build.result.errors.isEmpty else {
      show(example, [], build.messages)
      return .wrong
    }
    let fifo = folder.appending(path: "expected.fifo.yaml")
    let plain = folder.appending(path: "expected.yaml")
    let expected = try Data(contentsOf: FileManager.default.fileExists(atPath: fifo.path) ? fifo : plain)
    let parsed = YAMLParser.parse(Array(expected), file: FileID(0), tree: 0)
    let forest = Forest(trees: [parsed])
    let recorded = parsed.documents.filter { !forest.isNull($0.root) }.map { forest.json($0.root) }
    if recorded == build.json { return .right }
    show(example, recorded, build.json)
    return .wrong
  }
}
