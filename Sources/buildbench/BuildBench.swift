import Kustomize
import Manifests
import Printing
import SourceTrees
import YAMLSyntax

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Measures the engine: builds and prints every kustomization of the given directories, in one process.
///
///     buildbench [--rounds 5] DIRECTORY ...
///
/// `alone` reads, parses and builds each root from nothing, as one process for each would; `together` is what a check
/// does: every file parsed once, every base built once by each of two workers. The first round warms up and is not counted.
@main
struct BuildBench {
  static func main() async throws {
    var rounds = 5
    var directories: [String] = []
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      if word == "--rounds" {
        rounds = words.popFirst().flatMap { Int($0) } ?? rounds
      } else {
        directories.append(word)
      }
    }
    guard !directories.isEmpty, rounds > 0 else {
      print("usage: buildbench [--rounds 5] DIRECTORY ...")
      exit(2)
    }
    print("roots  failing     objects   alone ms/build  builds/s   together ms/build  builds/s   peak MB")
    for directory in directories {
      let tree: DirectoryTree
      do throws(SourceTreeError) {
        tree = try DirectoryTree(path: directory)
      } catch {
        print("buildbench: '\(directory)': \(error.reason)")
        exit(2)
      }
      let roots = Self.roots(of: tree)
      guard !roots.isEmpty else {
        print("no kustomization in \(directory)")
        continue
      }
      var tally = Tally()
      let alone = try await median(of: rounds) {
        for root in roots {
          let sources = try SourceSet(readingOnDemand: tree)
          var engine = KustomizeEngine(sources: sources)
          _ = build(root, with: &engine)
        }
      }
      let together = try await median(of: rounds) {
        let sources = try SourceSet(readingOnDemand: tree)
        let fork = Handed(try sources.fork())
        let half = roots.count / 2
        async let second = buildAll(roots[half...], in: fork)
        tally = await buildAll(roots[..<half], in: Handed(sources))
        tally.add(await second)
      }
      let count = Double(roots.count)
      print(
        column(roots.count, 5), column(tally.failing, 8), column(tally.objects, 11),
        column(alone / count * 1000, 16), column(Int(count / alone), 9), column(together / count * 1000, 19),
        column(Int(count / together), 9), column(peakMegabytes, 9), " \(directory)")
    }
  }

  /// A set that one task gives to another.
  private struct Handed: @unchecked Sendable {
    let sources: SourceSet
    init(_ sources: SourceSet) { self.sources = sources }
  }

  @concurrent private static func buildAll(_ roots: ArraySlice<String>, in handed: Handed) async -> Tally {
    var engine = KustomizeEngine(sources: handed.sources)
    var tally = Tally()
    for root in roots { tally.add(build(root, with: &engine)) }
    return tally
  }

  private struct Tally: Sendable {
    var objects = 0
    var failing = 0

    mutating func add(_ other: Tally) {
      objects += other.objects
      failing += other.failing
    }

    mutating func add(_ result: BuildResult) {
      objects += result.objects.count
      if !result.isComplete { failing += 1 }
    }
  }

  /// Directories with a kustomization file.
  private static func roots(of tree: DirectoryTree) -> [String] {
    var roots: [String] = []
    for entry in tree.entries where KustomizationFile.isOne(entry.path) {
      let directory = RelativePath.parent(of: entry.path)
      if roots.last != directory { roots.append(directory) }
    }
    return roots
  }

  private static func build(_ root: String, with engine: inout KustomizeEngine) -> BuildResult {
    let result = engine.build(
      BuildRequest(directory: root, generatesKustomization: false, loadRestriction: .kustomizationRoot))
    var printer = YAMLPrinter(engine.sources.forest)
    for object in result.objects { printer.add(object.root) }
    return result
  }

  /// Seconds of the middle one of several rounds.
  nonisolated(nonsending) private static func median(
    of rounds: Int, _ body: nonisolated(nonsending) () async throws -> Void
  ) async throws -> Double {
    try await body()
    var times: [Duration] = []
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      try await body()
      times.append(ContinuousClock.now - start)
    }
    times.sort()
    return times[rounds / 2] / .seconds(1)
  }

  private static var peakMegabytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss >> 20
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss >> 10
    #endif
  }

  private static func column(_ value: Int, _ width: Int) -> String { column(String(value), width) }

  /// With three digits behind the point.
  private static func column(_ value: Double, _ width: Int) -> String {
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return column(
      "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction, width)
  }

  private static func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
