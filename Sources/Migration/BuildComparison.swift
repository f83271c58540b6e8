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
    /// The same objects as text, each with the files that it comes from and that change it; empty unless asked for.
    package var printed: [Printed] = []
    /// The files it reads, for builds of the tree as it is.
    package var paths: Set<String>

    package struct Printed: Hashable, Sendable {
      package var text: [UInt8]
      package var paths: Set<String>
    }

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

  /// - Parameter keepsText: whether the objects are wanted as text, too.
  package mutating func build(_ directory: String, keepsText: Bool = false) -> Build {
    let result = engine.build(BuildRequest(directory: directory, generatesKustomization: false))
    let forest = engine.sources.forest
    let isWhole = result.remotes.isEmpty && result.notBuilt.isEmpty
    let texts = result.objects.map { object in
      var printer = YAMLPrinter(forest)
      printer.add(object.root)
      return printer.bytes
    }
    var printed: [Build.Printed] = []
    if keepsText {
      for (object, text) in zip(result.objects, texts) {
        let places = [object.origin] + object.modifiers.map(\.range)
        printed.append(Build.Printed(text: text, paths: Set(places.map { engine.sources.path(of: $0.file) })))
      }
    }
    return Build(
      objects: texts.map { FNV1a.hash($0) },
      // A patch may be for an object that would be fetched.
      failures: result.errors.filter { isWhole || $0.kind != .patch }.map(\.message),
      unknowns: result.remotes.map(\.url) + result.notBuilt.map(\.reason),
      printed: printed,
      paths: Set(result.files.map { engine.sources.path(of: $0) }))
  }
}
