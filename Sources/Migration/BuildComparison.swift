import Diagnostics
import Kustomize
import Manifests
import Printing
import SourceText
package import SourceTrees

/// Builds every kustomization of a tree, to compare two trees object by object.
package struct BuildComparison {
  /// What came out of one directory.
  package struct Build: Hashable, Sendable {
    /// Of each object the hash of what kustomize prints.
    var objects: [UInt64]
    var failures: [String]
    var unknowns: [String]
    /// The files it reads, for builds of the tree as it is.
    package var paths: Set<String>

    package var objectCount: Int { objects.count }
    package var isBuilt: Bool { failures.isEmpty }
    /// Whether nothing of it is fetched or left out.
    package var isWhole: Bool { unknowns.isEmpty }

    /// Whether both have the same objects in the same order.
    package func isSame(as other: Build) -> Bool {
      objects == other.objects && failures == other.failures && unknowns == other.unknowns
    }
  }

  private var engine: KustomizeEngine

  /// - Throws: when the tree cannot be read at all.
  package init(_ tree: any SourceTree) throws(SourceTreeError) {
    engine = KustomizeEngine(sources: try SourceSet(readingOnDemand: tree))
  }

  package mutating func build(_ directory: String) -> Build {
    let result = engine.build(BuildRequest(directory: directory, generatesKustomization: false))
    let forest = engine.sources.forest
    let isWhole = result.remotes.isEmpty && result.notBuilt.isEmpty
    return Build(
      objects: result.objects.map { object in
        var printer = YAMLPrinter(forest)
        printer.add(object.root)
        return FNV1a.hash(printer.bytes)
      },
      // A patch may be for an object that would be fetched.
      failures: result.errors.filter { isWhole || $0.kind != .patch }.map(\.message),
      unknowns: result.remotes.map(\.url) + result.notBuilt.map(\.reason),
      paths: Set(result.files.map { engine.sources.path(of: $0) }))
  }
}
