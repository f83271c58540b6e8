import Kustomize
import Manifests
import Printing
import SourceText
package import SourceTrees

/// Builds every kustomization of a tree, to compare two trees object by object.
package struct BuildComparison {
  /// What came out of one directory.
  package struct Build: Hashable, Sendable {
    /// Of each object the digest of what it says.
    var objects: [Int]
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

  /// - Parameters:
  ///   - changed: what the build must read for its objects to be wanted; nil when they are wanted whatever it reads.
  ///   - keepsText: whether the objects are wanted as text, too.
  package mutating func build(
    _ directory: String, ifReading changed: Set<String>? = nil, keepsText: Bool = false
  ) -> Build {
    let result = engine.build(BuildRequest(directory: directory, generatesKustomization: false))
    let isWhole = result.remotes.isEmpty && result.notBuilt.isEmpty
    let paths = Set(result.files.map { engine.sources.path(of: $0) })
    let areObjectsWanted = changed.map { !$0.isDisjoint(with: paths) } ?? true
    let forest = engine.sources.forest
    var digest = ContentDigest(forest)
    var printed: [Build.Printed] = []
    if keepsText, areObjectsWanted {
      for object in result.objects {
        var printer = YAMLPrinter(forest)
        printer.add(object.root)
        let places = [object.origin] + object.modifiers.map(\.range)
        printed.append(
          Build.Printed(text: printer.bytes, paths: Set(places.map { engine.sources.path(of: $0.file) })))
      }
    }
    return Build(
      objects: areObjectsWanted ? result.objects.map { digest.digest(of: $0.root) } : [],
      // A patch may be for an object that would be fetched.
      failures: result.errors.filter { isWhole || $0.kind != .patch }.map(\.message),
      unknowns: result.remotes.map(\.url) + result.notBuilt.map(\.reason),
      printed: printed,
      paths: paths)
  }
}
